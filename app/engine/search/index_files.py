"""Keeping an index for the next start; one that cannot be kept is made again then."""

from __future__ import annotations

import errno
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from app.engine.errors import DiskFull

if TYPE_CHECKING:
    from app.engine.index.base import Kept
    from app.engine.index.store import Stamp

log = logging.getLogger(__name__)


def kept(folder: Path, index: Kept, stamp: Stamp) -> bool:
    """Write an index to a folder; whether it could be written. Raises DiskFull."""
    from app.engine.index.store import save_index

    try:
        save_index(folder, index, stamp)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull("the disk is full; make room, nothing that was read is lost") from error
        log.warning("an index could not be kept: %s", error)
        return False
    return True
