"""What people searched for: questions kept under names, and the words of the last ones."""

from __future__ import annotations

import sqlite3

from app.engine.errors import UsageError
from app.engine.library.database import Database
from app.engine.library.queries import query_from_json, query_to_json
from app.engine.library.records import clean
from app.engine.types import SavedSearch

KEPT = 200
"""So many words of earlier searches are remembered."""
LONGEST = 200
"""Longer words, in characters, are no search that anybody would look up again; and a name is cut there."""


class Searches(Database):
    """The tables `searches` and `history`. Names and words are compared without case and outer spaces."""

    # ---- saved searches

    def searches(self) -> tuple[SavedSearch, ...]:
        """All, by name."""
        found = self._all("SELECT name, query FROM searches ORDER BY folded")
        return tuple(SavedSearch(name, query_from_json(text)) for name, text in found)

    def put_search(self, search: SavedSearch) -> SavedSearch | None:
        """Keep a search; returns the one of the same name that it replaced. Raises UsageError for an empty name."""
        name = _name(search.name)
        with self._transaction(grows=False) as connection:
            before = _take(connection, name)
            connection.execute("INSERT INTO searches VALUES (?, ?, ?)", (name.casefold(), name, query_to_json(search.query)))
        return before

    def rename_search(self, name: str, new_name: str) -> None:
        """Raises UsageError for a name that is not there, and for a new one that is empty or taken."""
        old, new = _name(name), _name(new_name)
        with self._transaction(grows=False) as connection:
            if new.casefold() != old.casefold() and _query_of(connection, new) is not None:
                raise UsageError(f"there is a saved search {new!r} already; choose another name")
            if _query_of(connection, old) is None:
                raise UsageError(f"there is no saved search {old!r}")
            connection.execute("UPDATE searches SET folded = ?, name = ? WHERE folded = ?", (new.casefold(), new, old.casefold()))

    def remove_search(self, name: str) -> SavedSearch | None:
        """Take a search out and return it; None where there is none."""
        with self._transaction(grows=False) as connection:
            return _take(connection, _name(name))

    # ---- history

    def history(self, begins: str = "") -> tuple[str, ...]:
        """The words of earlier searches that begin so, the newest first, each once."""
        start = _folded(begins)
        found = self._all("SELECT folded, text FROM history ORDER BY id DESC")
        return tuple(text for folded, text in found if folded.startswith(start))

    def note_search(self, text: str) -> None:
        """Remember words as the newest; the oldest beyond `KEPT` are forgotten. Nothing to read is nothing to remember."""
        words = " ".join(clean(text).split())
        if not words or len(words) > LONGEST:
            return
        with self._transaction(grows=False) as connection:
            connection.execute("DELETE FROM history WHERE folded = ?", (_folded(words),))
            connection.execute("INSERT INTO history (folded, text) VALUES (?, ?)", (_folded(words), words))
            connection.execute("DELETE FROM history WHERE id NOT IN (SELECT id FROM history ORDER BY id DESC LIMIT ?)", (KEPT,))

    def clear_history(self) -> None:
        """Forget all words."""
        with self._transaction(grows=False) as connection:
            connection.execute("DELETE FROM history")


def _name(text: str) -> str:
    name = " ".join(clean(text).split())[:LONGEST].rstrip()
    if not name:
        raise UsageError("a saved search needs a name; type one")
    return name


def _folded(text: str) -> str:
    return " ".join(clean(text).split()).casefold()


def _query_of(connection: sqlite3.Connection, name: str) -> tuple[str, str] | None:
    found: tuple[str, str] | None = connection.execute(
        "SELECT name, query FROM searches WHERE folded = ?", (name.casefold(),)
    ).fetchone()
    return found


def _take(connection: sqlite3.Connection, name: str) -> SavedSearch | None:
    """Delete the search of a name and return it."""
    held = _query_of(connection, name)
    if held is None:
        return None
    connection.execute("DELETE FROM searches WHERE folded = ?", (name.casefold(),))
    return SavedSearch(held[0], query_from_json(held[1]))
