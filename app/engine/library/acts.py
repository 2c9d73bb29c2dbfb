"""The journal's file: acts, and what became of each file of an act. Every change is on the disk when a call returns."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from app.engine.errors import LibraryError, LibraryTooNew
from app.engine.library.sqlite import connect, damaged, stored, translated

State = Literal["planned", "moved", "undone", "refused"]

_WHAT = "what was moved to the trash"
_REMEDY = "; what was moved before can then be put back from the trash itself"
_VERSION = 1
_TABLES = (
    "CREATE TABLE acts (id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL)",
    """CREATE TABLE items (
        id INTEGER PRIMARY KEY, act INTEGER NOT NULL REFERENCES acts (id), path TEXT NOT NULL, digest BLOB NOT NULL,
        moved_to TEXT, reason TEXT, state TEXT NOT NULL CHECK (state IN ('planned', 'moved', 'undone', 'refused'))
    )""",
    "CREATE INDEX items_by_act ON items (act, state)",
    f"PRAGMA user_version = {_VERSION}",
)


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """One file that shall go to the trash, with the digest it must still have at that moment."""

    path: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Item:
    """One file of an act; `moved_to` is where it is now, once it was moved."""

    id: int
    act: int
    path: str
    digest: bytes
    moved_to: str | None


class Acts:
    """The table of planned, moved, undone and refused files."""

    def __init__(self, path: Path) -> None:
        """Open or make the file. Raises LibraryDamaged, LibraryTooNew, DiskFull or LibraryError."""
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(f"{path.parent} cannot be made ({error.strerror or error}); choose another folder") from error
        with self._translated():
            self._connection = connect(str(path))
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._connection.close()

    def plan(self, moves: Sequence[PlannedMove]) -> tuple[int, list[Item]]:
        """Write down what shall be moved; returns the act's number and its items. A file named twice is one item."""
        once = {move.path: move for move in moves}
        with self._transaction():
            act = int(self._connection.execute("INSERT INTO acts (at) VALUES (?)", (time.time(),)).lastrowid or 0)
            self._connection.executemany(
                "INSERT INTO items (act, path, digest, state) VALUES (?, CAST(? AS TEXT), ?, 'planned')",
                [(act, stored(move.path), move.digest) for move in once.values()],
            )
        return act, self.items("planned", act)

    def items(self, state: State, act: int | None = None) -> list[Item]:
        """The files in a state, of one act or of all."""
        where, values = ("act = ? AND ", (act,)) if act is not None else ("", ())
        sql = f"SELECT id, act, path, digest, moved_to FROM items WHERE {where}state = ? ORDER BY id"
        return [Item(*row) for row in self._all(sql, (*values, state))]

    def settle(self, item: Item, state: State, *, moved_to: Path | None = None, reason: str | None = None) -> None:
        """Write down what became of a file."""
        where = stored(str(moved_to)) if moved_to is not None else None
        why = stored(reason) if reason is not None else None
        with self._transaction():
            self._connection.execute(
                "UPDATE items SET state = ?, moved_to = coalesce(CAST(? AS TEXT), moved_to), reason = CAST(? AS TEXT) "
                "WHERE id = ?",
                (state, where, why, item.id),
            )

    def exists(self, act: int) -> bool:
        """Whether there is such an act."""
        return bool(self._all("SELECT 1 FROM acts WHERE id = ?", (act,)))

    def _all(self, sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        with self._translated():
            return self._connection.execute(sql, parameters).fetchall()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _prepare(self) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version > _VERSION:
            raise LibraryTooNew(f"{self._path} was written by a newer Facet; install the newest Facet to open it")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")  # a plan must be on the disk before a file moves
        if version == 0:
            with self._transaction():
                for statement in _TABLES:
                    self._connection.execute(statement)
        if self._connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise damaged(self._path, _WHAT, _REMEDY)

    def _translated(self) -> contextlib.AbstractContextManager[None]:
        return translated(self._path, _WHAT, _REMEDY)
