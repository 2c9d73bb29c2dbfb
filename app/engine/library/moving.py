"""Moves a file so that nothing is ever overwritten or lost, whatever fails on the way."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from app.engine.library.replacing import sync_folder

_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES, errno.EINVAL}


def move_to_free_name(source: Path, target: Path) -> Path:
    """Move a file to `target`, or to "name (1).jpg" and so on beside it where that is taken; returns where it is. Raises OSError.

    Until the file is whole at its new place it stays at the old one. A file that both names hold already (a move that
    was killed half way) is finished.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for candidate in names_for(target):
        try:
            move_to(source, candidate)
        except FileExistsError:
            if not same_file(source, candidate):
                continue
            source.unlink()
        return candidate
    raise AssertionError("names do not end")


def names_for(target: Path) -> Iterator[Path]:
    """`target`, then the names beside it that are tried where it is taken; without end."""
    yield target
    for number in itertools.count(1):
        yield target.with_name(f"{target.stem} ({number}){target.suffix}")


def move_to(source: Path, target: Path) -> None:
    """Move without overwriting. Raises FileExistsError where `target` is taken, or another OSError."""
    try:
        if os.name == "nt":
            source.rename(target)  # refuses a name that is taken, elsewhere it would overwrite
            return
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno == errno.EXDEV:
            _copy(source, target)
        elif error.errno in _NO_LINKS:
            _refuse_taken(target)
            source.rename(target)  # FAT and exFAT have no links; the gap to the check is as small as it can be
            return
        else:
            raise
    try:
        source.unlink()
    except FileNotFoundError:
        return
    except OSError:  # it may be read but not taken away: then it must not be at two places
        target.unlink()
        raise


def _copy(source: Path, target: Path) -> None:
    """The way to another drive: whole and on the disk under another name before it gets its own."""
    _refuse_taken(target)
    part = target.with_name(f".{target.name[:100]}.{os.getpid()}.part")
    try:
        shutil.copy2(source, part, follow_symlinks=False)
        if not part.is_symlink():
            with part.open("rb+") as file:
                os.fsync(file.fileno())
        move_to(part, target)
        sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)


def _refuse_taken(target: Path) -> None:
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))


def same_file(one: Path, other: Path) -> bool:
    """Whether two names lead to one file by a hard link."""
    try:
        return os.path.samestat(one.lstat(), other.lstat()) and one.lstat().st_nlink > 1
    except OSError:
        return False
