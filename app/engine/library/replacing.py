"""Puts new content in a file's place in one step: at every moment the old content is there, or the new."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path


def put(path: Path, content: bytes, *, like: Path | None = None, name: str = "", last: Callable[[], None] | None = None) -> None:
    """Write a file so that a stop at any point leaves the old content or the new; a link stays a link. Raises OSError.

    Rights and owner stay; the time of the last change becomes now, or with `like` all is as of that file. `last` is called when
    the new content is on the disk, right before it takes its place; what it raises leaves the file as it was. `name` tells the
    hidden file that is beside it until then, see `beside`.
    """
    path = Path(os.path.realpath(path))
    fresh = beside(path, name or secrets.token_hex(8))
    try:
        if name:  # one that was stopped may have left it
            fresh.unlink(missing_ok=True)
        with fresh.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            _keep_owner(path, fresh)
        if like or path.exists():
            shutil.copystat(like or path, fresh)
        if like is None:
            os.utime(fresh)
        if last is not None:
            last()
        fresh.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
    with contextlib.suppress(OSError):
        sync_folder(path.parent)


def beside(path: Path, name: str) -> Path:
    """The hidden file in which new content waits; short, as its folder may take no longer names."""
    return Path(os.path.realpath(path)).with_name(f".facet-{name}.new")


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on its disk."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _keep_owner(path: Path, fresh: Path) -> None:
    """Raises OSError where the new file would belong to somebody else."""
    was, now = path.stat(), fresh.stat()
    if not hasattr(os, "chown"):
        return
    if was.st_gid != now.st_gid:
        with contextlib.suppress(OSError):
            os.chown(fresh, -1, was.st_gid)
    if was.st_uid != now.st_uid:
        os.chown(fresh, was.st_uid, -1)
