"""One opened library: its stores, its lock, and the way to a second reader."""

from __future__ import annotations

import errno
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from app.engine.errors import DiskFull, LibraryError
from app.engine.library.catalog import Catalog
from app.engine.library.journal import Journal
from app.engine.library.keepers import Protects, Readable
from app.engine.library.lock import LibraryLock
from app.engine.library.rewriting import Compose
from app.engine.library.thumbnails import ThumbnailStore
from app.engine.library.vectors import VectorStore
from app.engine.paths import LibraryPaths


class Library:
    """The stores of one library, opened together. A writer holds the lock; a reader changes nothing on disk."""

    def __init__(self, paths: LibraryPaths, *, write: bool = False) -> None:
        """Raises LibraryBusy, LibraryTooNew, LibraryDamaged, DiskFull or LibraryError."""
        self.paths = paths
        self._lock: LibraryLock | None = None
        if write:
            for folder in (paths.data, paths.cache, paths.config):
                _make(folder)
            self._lock = LibraryLock(paths.lock)
        with ExitStack() as opened:
            opened.callback(self._release)
            self.catalog = Catalog(paths.catalog, write=write)
            opened.callback(self.catalog.close)
            self.vectors = VectorStore(paths.vectors, write=write)
            opened.callback(self.vectors.close)
            self.thumbnails = ThumbnailStore(paths.thumbnails, write=write)
            opened.pop_all()  # nothing failed: they stay open

    def reader(self) -> Catalog:
        """Another connection to the catalogue, for another thread."""
        return Catalog(self.paths.catalog)

    def journal(self, readable: Readable, protects: Protects, compose: Compose) -> Journal:
        """The journal of what was moved to the trash or written into files.

        `readable` tells whether a file decodes, `protects` whether it stays; `compose` makes what is written.
        """
        return Journal(self.paths.journal, self.catalog, readable, protects, compose)

    def bytes_on_disk(self) -> dict[str, int]:
        """Bytes of each part."""
        return {
            "catalog": _size_of(self.paths.catalog),
            "vectors": self.vectors.size_on_disk(),
            "thumbnails": self.thumbnails.size_on_disk(),
            "indexes": sum(_size_of(file) for file in self.paths.indexes.glob("*")) if self.paths.indexes.is_dir() else 0,
        }

    def close(self) -> None:
        """Close the stores, then let the lock go."""
        self.catalog.close()
        self.vectors.close()
        self.thumbnails.close()
        self._release()

    def _release(self) -> None:
        if self._lock:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Library:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(f"no space is left for the library in {folder}; free some space and try again") from error
        why = "it is a file, not a folder" if isinstance(error, FileExistsError) else error.strerror or error
        raise LibraryError(f"the library cannot be kept in {folder} ({why}); choose another folder") from error


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
