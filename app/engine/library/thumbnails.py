"""Thumbnails in an LMDB environment of their own in the cache folder: it may be deleted at any time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any, TypeVar

from app.engine.errors import LibraryDamaged, LibraryError
from app.engine.library.environment import Environment

SIDE = 320
"""The longer side of a stored thumbnail, in pixels."""

_NAME = "thumbnails"
_FIELDS = "fields"
_BROKEN = "broken"
_T = TypeVar("_T")


class ThumbnailStore:
    """Encoded JPEG bytes by content digest. A store that cannot be read is made anew by a writer and empty for a reader.

    Every commit is on the disk: without that a power cut could leave pages on which LMDB ends the process.
    """

    def __init__(self, folder: Path, *, write: bool = False) -> None:
        """Open the folder; a writer makes it. Raises DiskFull or LibraryError."""
        self._folder = folder
        self._writes = write
        if write and (folder / _BROKEN).exists():
            self._remove_all()
        try:
            self._environment = self._acquire()
        except LibraryDamaged:
            if write:
                self._remove_all()
            self._environment = self._acquire() if write else None

    def close(self) -> None:
        """Let the store go; a second call does nothing."""
        if self._environment:
            self._environment.release()
            self._environment = None

    def put(self, pictures: Mapping[bytes, bytes], fields: Mapping[bytes, bytes] | None = None) -> None:
        """Write {digest: JPEG} and {digest: fields} in one transaction. Raises DiskFull."""

        def work(transaction: Any, databases: dict[str, Any]) -> None:
            transaction.cursor(db=databases[_NAME]).putmulti(sorted(pictures.items()))
            transaction.cursor(db=databases[_FIELDS]).putmulti(sorted((fields or {}).items()))

        if pictures or fields:
            self._write(work)

    def get(self, digest: bytes) -> bytes | None:
        """The JPEG of a photo, None where there is none; may be called from any thread."""
        found: bytes | None = self._read(lambda t, _: t.get(digest), None)
        return found

    def fields(self, digest: bytes) -> bytes | None:
        """What `fields_of` made of a thumbnail, None where it was stored before these were; may be called from any thread."""
        found: bytes | None = self._read(lambda t, _: t.get(digest), None, _FIELDS)
        return found

    def missing(self, digests: Iterable[bytes]) -> tuple[bytes, ...]:
        """Those of the digests that have no thumbnail, in their order."""
        asked = tuple(digests)
        return self._read(lambda t, _: tuple(d for d in asked if not t.cursor().set_key(d)), asked)

    def delete(self, digests: Iterable[bytes]) -> None:
        """Take thumbnails out; unknown digests are no error."""
        keys = sorted(digests)

        def work(transaction: Any, databases: dict[str, Any]) -> None:
            for key, name in product(keys, (_NAME, _FIELDS)):
                transaction.delete(key, db=databases[name])

        if keys:
            self._write(work)

    def size_on_disk(self) -> int:
        """Bytes on the disk."""
        return self._environment.size_on_disk() if self._environment else 0

    def _acquire(self) -> Environment | None:
        return Environment.acquire(self._folder, write=self._writes, what="the small pictures")

    def _remove_all(self) -> None:
        for name in ("data.mdb", "lock.mdb", _BROKEN):
            (self._folder / name).unlink(missing_ok=True)

    @contextlib.contextmanager
    def _noticed(self) -> Iterator[None]:
        """Leave a mark when a page turns out to be broken: the next writer starts anew."""
        try:
            yield
        except LibraryDamaged:
            if self._writes:
                with contextlib.suppress(OSError):
                    (self._folder / _BROKEN).touch()
            raise

    def _read(self, work: Callable[[Any, Any], _T], nothing: _T, name: str = _NAME) -> _T:
        """A broken page is as good as a missing picture."""
        if self._environment is None:
            return nothing
        with contextlib.suppress(LibraryDamaged), self._noticed():
            return self._environment.read(work, name, nothing)
        return nothing

    def _write(self, work: Callable[[Any, dict[str, Any]], None]) -> None:
        if not self._writes or self._environment is None:
            raise LibraryError(f"the small pictures in {self._folder} are open for reading only")
        with self._noticed():
            self._environment.write(work, (_NAME, _FIELDS))
