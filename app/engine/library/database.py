"""One connection to the catalogue: questions, and one transaction at a time."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.engine.errors import LibraryError
from app.engine.library.opening import close_reader, close_writer, open_reader, open_writer
from app.engine.library.sqlite import translated


class Database:
    """A connection and its two ways of use: reading, and one transaction at a time."""

    def __init__(self, path: Path, *, write: bool = False) -> None:
        self._path = path
        self._writes = write
        self._connection = open_writer(path) if write else open_reader(path)
        self._closed = False

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        if not self._closed:
            self._closed = True
            (close_writer if self._writes else close_reader)(self._connection, self._path)

    @property
    def generation(self) -> int:
        """Grows with every committed change of files, photos or what was extracted; derived indexes carry it."""
        return int(self._all("SELECT value FROM state WHERE name = 'generation'")[0][0])

    def _all(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with translated(self._path):
            return self._connection.execute(sql, parameters).fetchall()

    @contextlib.contextmanager
    def _transaction(self, *, grows: bool = True) -> Iterator[sqlite3.Connection]:
        """All or nothing; `grows` counts the generation up."""
        if not self._writes:
            raise LibraryError(f"the library in {self._path.parent} is open for reading only")
        with translated(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                if grows:
                    self._connection.execute("UPDATE state SET value = value + 1 WHERE name = 'generation'")
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
