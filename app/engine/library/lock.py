"""The lock that lets one process at a time write a library."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from app.engine.errors import DiskFull, LibraryBusy, LibraryError


class LibraryLock:
    """Held from its making until `release`. The operating system lets it go when the process dies, also by kill -9."""

    def __init__(self, path: Path, program: str = "Facet") -> None:
        """Take the lock at once; `program` is what other processes are told. Raises LibraryBusy, DiskFull, LibraryError."""
        self._note = path.with_name(path.name + ".holder")
        self._lock = FileLock(path, timeout=0)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            raise LibraryBusy(self._busy(path.parent)) from None
        except OSError as error:
            self._lock.release()
            raise _cannot_lock(path.parent, error) from error
        with contextlib.suppress(OSError):  # a full disk takes the name of the holder, not the library
            self._note.write_text(json.dumps({"pid": os.getpid(), "program": program}), encoding="utf-8")

    def release(self) -> None:
        """Let the library go; a second call does nothing."""
        if self._lock.is_locked:
            with contextlib.suppress(OSError):
                self._note.unlink()
            self._lock.release()

    def __enter__(self) -> LibraryLock:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()

    def _busy(self, folder: Path) -> str:
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
            holder = f"{note['program']} (process {int(note['pid'])})"
        except (OSError, ValueError, KeyError, TypeError):  # the holder is about to write it, or cannot
            holder = "another Facet"
        return f"the library in {folder} is in use by {holder}; close that first, or wait until it is done"


def _cannot_lock(folder: Path, error: OSError) -> LibraryError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(f"no space is left where the library is ({folder}); free some space and try again")
    return LibraryError(
        f"the library in {folder} cannot be written ({error.strerror or error}); choose a folder that you may write to"
    )
