"""Vectors in LMDB: the truth for what was extracted. One sub-database a feature version, keyed by content digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.engine.errors import LibraryError
from app.engine.library.environment import Environment


class VectorStore:
    """Raw rows by (feature version, 16-byte digest). One environment a process, shared by its threads.

    A reader makes nothing on disk; where there are no vectors yet it is empty.
    """

    def __init__(self, folder: Path, *, write: bool = False) -> None:
        """Open the folder; a writer makes it. Raises LibraryDamaged, DiskFull or LibraryError."""
        self._folder = folder
        self._writes = write
        self._environment = self._acquire()

    def close(self) -> None:
        """Let the store go; a second call does nothing."""
        if self._environment:
            self._environment.release()
            self._environment = None

    def put(self, rows: Mapping[str, Mapping[bytes, bytes]]) -> None:
        """Write {feature: {digest: row}} in one transaction. Raises DiskFull."""

        def work(transaction: Any, databases: dict[str, Any]) -> None:
            for feature, database in databases.items():
                transaction.cursor(db=database).putmulti(sorted(rows[feature].items()))

        full = tuple(feature for feature, of_feature in rows.items() if of_feature)
        if full:
            self._writable().write(work, full)

    def get(self, feature: str, digest: bytes) -> bytes | None:
        """One row, None where there is none."""
        return self.get_many(feature, [digest])[0]

    def get_many(self, feature: str, digests: Sequence[bytes]) -> list[bytes | None]:
        """Rows in the order of `digests`, all from one moment."""
        nothing: list[bytes | None] = [None] * len(digests)

        def work(transaction: Any, _database: Any) -> list[bytes | None]:
            return [transaction.get(digest) for digest in digests]

        environment = self._readable()
        return environment.read(work, feature, nothing) if environment else nothing

    def count(self, feature: str) -> int:
        """How many rows a feature version has."""
        environment = self._readable()
        return environment.read(lambda t, db: int(t.stat(db)["entries"]), feature, 0) if environment else 0

    def features(self) -> tuple[str, ...]:
        """The feature versions that have rows, or had."""
        environment = self._readable()
        return environment.names() if environment else ()

    def digests(self, feature: str) -> frozenset[bytes]:
        """The digests that have a row; for checking the stores against each other."""
        environment = self._readable()
        if environment is None:
            return frozenset()
        return environment.read(lambda t, _: frozenset(t.cursor().iternext(values=False)), feature, frozenset())

    def delete(self, digests: Iterable[bytes]) -> None:
        """Take the digests out of every feature."""
        keys = sorted(digests)

        def work(transaction: Any, databases: dict[str, Any]) -> None:
            for database in databases.values():
                for key in keys:
                    transaction.delete(key, db=database)

        if keys:
            self._writable().write(work, self.features())

    def drop_feature(self, feature: str) -> None:
        """Delete all rows of a feature version."""
        self._writable().drop(feature)

    def size_on_disk(self) -> int:
        """Bytes on the disk."""
        environment = self._readable()
        return environment.size_on_disk() if environment else 0

    def _acquire(self) -> Environment | None:
        return Environment.acquire(self._folder, write=self._writes, what="what Facet learned of your photos")

    def _readable(self) -> Environment | None:
        """A reader looks again for a store that was not there when it was opened."""
        if self._environment is None and not self._writes:
            self._environment = self._acquire()
        return self._environment

    def _writable(self) -> Environment:
        if not self._writes or self._environment is None:
            raise LibraryError(f"the library in {self._folder.parent} is open for reading only")
        return self._environment
