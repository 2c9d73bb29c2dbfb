"""Why a file cannot be moved, in one sentence that says what to do."""

from __future__ import annotations

import errno
import logging
from pathlib import Path

from app.engine.errors import FacetError

log = logging.getLogger(__name__)

GONE = "it is no longer there"
PROTECTED = "it is in a protected folder; take the folder out of the protected ones, or move this file to the trash by itself"
_FULL = {errno.ENOSPC, errno.EDQUOT}
_NOT_ALLOWED = {errno.EACCES, errno.EPERM}


def unread(error: OSError) -> str:
    """Why a file cannot be read."""
    return f"it cannot be read ({error.strerror or error})"


def not_moved(error: OSError) -> str:
    """Why a file cannot be moved to the trash."""
    if error.errno == errno.ENOENT:
        return GONE
    return f"it cannot be moved to the trash: {because(error)}"


def not_back(path: str, moved_to: str | None, error: OSError) -> str:
    """Why a file that was moved to `moved_to` cannot be put back."""
    if error.errno == errno.ENOENT and moved_to and not Path(moved_to).parent.exists():
        return f"{path} cannot be put back: its trash is away; plug its drive in, then try again"
    if error.errno == errno.ENOENT:
        return f"{path} cannot be put back: it is not in the trash any more"
    return f"{path} cannot be put back: {because(error)}"


def broken_off(error: Exception) -> str:
    """Why a file stays at which an act ended too early."""
    if isinstance(error, FacetError):
        return str(error)
    log.error("a move to the trash was broken off", exc_info=error)
    return f"something went wrong ({type(error).__name__}: {error}); try again"


def because(error: OSError) -> str:
    if error.errno in _FULL:
        return "no space is left on its drive; free some space or empty the trash, then try again"
    if error.errno == errno.EROFS:
        return "its drive can only be read; make it writable, then try again"
    if error.errno in _NOT_ALLOWED:
        return "you may not change the folder it is in; ask its owner, then try again"
    return f"{error.strerror or error}; look at the drive, then try again"
