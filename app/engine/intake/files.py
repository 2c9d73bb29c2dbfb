"""Opening files safely, and the digest of what is in them."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.engine.errors import InputError
from app.engine.library.catalog import FileStat
from app.engine.library.digest import DIGEST_BYTES

KEEP = 64 * 2**20
"""Files up to this many bytes are handed on in memory, so that they are read from the disk once."""

_CHUNK = 1 << 20
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file as it was read: `data` is None where it is larger than KEEP; `settled` is False where it changed meanwhile."""

    stat: FileStat
    digest: bytes
    data: bytes | None
    settled: bool


class NotOrdinary(OSError):
    """A folder, a pipe, a device: reading it could wait for ever."""


def open_regular(path: Path) -> BinaryIO:
    """Open an ordinary file for reading, unbuffered. Raises OSError; NotOrdinary for a folder, pipe, socket or device."""
    _demand_regular(path, os.stat(path).st_mode)  # noqa: PTH116  before opening: that alone can move a tape or answer a pipe
    descriptor = os.open(path, _FLAGS)
    try:
        _demand_regular(path, os.fstat(descriptor).st_mode)
        return os.fdopen(descriptor, "rb", buffering=0)
    except BaseException:
        os.close(descriptor)
        raise


def _demand_regular(path: Path, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise NotOrdinary(errno.EISDIR, "this is a folder, not a picture", str(path))
    if not stat.S_ISREG(mode):
        raise NotOrdinary(errno.EINVAL, "this is not an ordinary file", str(path))


def read_file(path: Path, *, keep: int = KEEP) -> FileContent:
    """Read a file once: its stat, the BLAKE2b digest (16 bytes) of its content, and the content where it is small enough.

    Raises InputError with a reason in words.
    """
    try:
        with open_regular(path) as file:
            before = os.fstat(file.fileno())
            digest, data = _digest(file, keep if before.st_size <= keep else 0)
            after = os.fstat(file.fileno())
    except OSError as problem:
        raise InputError(reason_of(problem, path)) from problem
    settled = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return FileContent(file_stat(os.fspath(path), after), digest, data, settled)


def _digest(file: BinaryIO, keep: int) -> tuple[bytes, bytes | None]:
    """The digest, and the content where it is at most `keep` bytes."""
    hasher, parts, total = hashlib.blake2b(digest_size=DIGEST_BYTES), [], 0
    while chunk := file.read(_CHUNK):
        hasher.update(chunk)
        total += len(chunk)
        if total <= keep:
            parts.append(chunk)
        else:
            parts.clear()
    return hasher.digest(), b"".join(parts) if keep and total <= keep else None


def file_stat(path: str, found: os.stat_result) -> FileStat:
    """The catalogue's words for what the system says of a file."""
    return FileStat(path, found.st_size, found.st_mtime_ns, found.st_ino)


def reason_of(problem: OSError, path: Path) -> str:
    """Why a file cannot be opened, in words for people."""
    if isinstance(problem, NotOrdinary):
        return str(problem.strerror)
    if problem.errno in (errno.EACCES, errno.EPERM):
        return "you have no permission to read this file"
    if problem.errno == errno.ENOENT:
        return "this link leads to a file that is not there" if path.is_symlink() else "the file is not there any more"
    if problem.errno == errno.ELOOP:
        return "this link leads in a circle"
    if problem.errno in (errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE):
        return "the drive did not give the file out; check the drive and its cable"
    return f"the file cannot be opened: {problem.strerror or problem}"
