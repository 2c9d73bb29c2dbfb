"""Thumbnails in an LMDB environment of their own in the cache folder: it may be deleted at any time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from app.engine.errors import LibraryDamaged, LibraryError
from app.engine.library.environment import Environment

SIDE = 320
"""The longer side of a stored thumbnail, in pixels."""

_NAME = "thumbnails"


class ThumbnailStore:
    """Encoded JPEG bytes by content digest. A store that cannot be read is made anew by a writer and empty for a reader."""

    def __init__(self, folder: Path, *, write: bool = False) -> None:
        """Open the folder; a writer makes it. Raises DiskFull or LibraryError."""
        self._folder = folder
        self._writes = write
        try:
            self._environment = self._acquire()
        except LibraryDamaged:
            self._environment = self._made_anew() if write else None

    def close(self) -> None:
        """Let the store go; a second call does nothing."""
        if self._environment:
            self._environment.release()
            self._environment = None

    def put(self, pictures: Mapping[bytes, bytes]) -> None:
        """Write {digest: JPEG} in one transaction. Raises DiskFull."""

        def work(transaction: Any, databases: dict[str, Any]) -> None:
            transaction.cursor(db=databases[_NAME]).putmulti(sorted(pictures.items()))

        if pictures:
            self._writable().write(work, (_NAME,))

    def get(self, digest: bytes) -> bytes | None:
        """The JPEG of a photo, None where there is none; may be called from any thread."""
        return self._environment.read(lambda t, _: t.get(digest), _NAME, None) if self._environment else None

    def missing(self, digests: Iterable[bytes]) -> tuple[bytes, ...]:
        """Those of the digests that have no thumbnail, in their order."""
        asked = tuple(digests)
        if self._environment is None:
            return asked
        return self._environment.read(lambda t, _: tuple(d for d in asked if not t.cursor().set_key(d)), _NAME, asked)

    def delete(self, digests: Iterable[bytes]) -> None:
        """Take thumbnails out; unknown digests are no error."""
        keys = sorted(digests)

        def work(transaction: Any, databases: dict[str, Any]) -> None:
            for key in keys:
                transaction.delete(key, db=databases[_NAME])

        if keys:
            self._writable().write(work, (_NAME,))

    def size_on_disk(self) -> int:
        """Bytes on the disk."""
        return self._environment.size_on_disk() if self._environment else 0

    def _acquire(self) -> Environment | None:
        return Environment.acquire(self._folder, write=self._writes, what="the small pictures")

    def _made_anew(self) -> Environment | None:
        for name in ("data.mdb", "lock.mdb"):
            (self._folder / name).unlink(missing_ok=True)
        return self._acquire()

    def _writable(self) -> Environment:
        if not self._writes or self._environment is None:
            raise LibraryError(f"the small pictures in {self._folder} are open for reading only")
        return self._environment
