"""The journal's file: acts, and what became of each file of an act. Every change is on the disk when a call returns."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.engine.errors import LibraryError, LibraryTooNew
from app.engine.library.opening import reading_options
from app.engine.library.schema import migrate, version_of
from app.engine.library.sqlite import connect, damaged, stored, translated
from app.engine.removals import Act, ActFile, ActState, Facts, Gift, StayingFile

_WHAT = "what was moved to the trash"
_REMEDY = "; what was moved before can then be put back from the trash itself"
STEPS = (
    """
CREATE TABLE acts (id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL);
CREATE TABLE items (
    id INTEGER PRIMARY KEY, act INTEGER NOT NULL REFERENCES acts (id), path TEXT NOT NULL, digest BLOB NOT NULL,
    moved_to TEXT, reason TEXT, state TEXT NOT NULL CHECK (state IN ('planned', 'moved', 'undone', 'refused'))
);
CREATE INDEX items_by_act ON items (act, state);
""",
    """
-- size in bytes; keepers: JSON, [path, digest in hex] of each file that was to stay; gift: JSON, see removals.Gift
ALTER TABLE items ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN keepers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE items ADD COLUMN gift TEXT;
-- moved files that are being put back
CREATE TABLE returning_items (item INTEGER PRIMARY KEY REFERENCES items (id));
""",
    """
-- facts: of a file into which they are written, JSON, see removals.Facts; its moved_to is the file as it was, and written the
-- digest of what takes its place, known before it does. Such a file is 'moved' while it is written
ALTER TABLE items ADD COLUMN facts TEXT;
ALTER TABLE items ADD COLUMN written BLOB;
CREATE INDEX items_by_digest ON items (digest) WHERE written NOTNULL;
""",
    "CREATE INDEX items_by_written ON items (written) WHERE written NOTNULL;",
)
_ITEM = "id, act, path, digest, size, moved_to, keepers, gift, facts, written FROM items"
_STATES = ("state = 'moved' AND facts ISNULL", "state = 'undone'", "state = 'refused'", "state = 'planned'")
_COUNTED = ", ".join(f"coalesce(sum({state}), 0)" for state in _STATES)
_SAME = """WITH RECURSIVE same (digest) AS (
    VALUES (?)
    UNION SELECT written FROM items JOIN same USING (digest) WHERE written NOTNULL
    UNION SELECT items.digest FROM items JOIN same ON written = same.digest
) SELECT digest FROM same"""
_ACTS = f"""SELECT acts.id, at, {_COUNTED}, coalesce(sum(size * (state = 'moved' AND facts ISNULL)), 0),
    coalesce(sum(state = 'moved' AND facts NOTNULL), 0), count(facts) > 0
    FROM (SELECT * FROM acts ORDER BY id DESC LIMIT ?) AS acts LEFT JOIN items ON act = acts.id
    GROUP BY acts.id ORDER BY acts.id DESC"""


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """One file that shall go to the trash, with the digest it must still have at that moment, and the files that stay.

    Or, with `facts`, one into which these shall be written.
    """

    path: str
    digest: bytes
    size: int = 0
    keepers: tuple[StayingFile, ...] = ()
    gift: Gift | None = None
    facts: Facts | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One file of an act; `moved_to` is where it is now, once it was moved.

    Of a file that is written (it has `facts`) `moved_to` is what it was before, and `written` the digest of what it is then.
    """

    id: int
    act: int
    path: str
    digest: bytes
    size: int
    moved_to: str | None
    keepers: tuple[StayingFile, ...]
    gift: Gift | None
    facts: Facts | None = None
    written: bytes | None = None


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

    def plan(self, moves: Sequence[PlannedMove]) -> int:
        """Write down what shall be moved; returns the act's number. A file named twice is one item."""
        once = {move.path: move for move in moves}
        with self._transaction():
            act = int(self._connection.execute("INSERT INTO acts (at) VALUES (?)", (time.time(),)).lastrowid or 0)
            self._connection.executemany(
                "INSERT INTO items (act, path, digest, size, keepers, gift, facts, state) "
                "VALUES (?, CAST(? AS TEXT), ?, ?, ?, ?, ?, 'planned')",
                [
                    (
                        act,
                        stored(move.path),
                        move.digest,
                        move.size,
                        _keepers_text(move.keepers),
                        _gift_text(move.gift),
                        _facts_text(move.facts),
                    )
                    for move in once.values()
                ],
            )
        return act

    def plan_again(self, act: int, paths: Sequence[str] = ()) -> list[Item]:
        """Write down that what an act has not moved (of some paths: of those) shall be moved now; returns these files."""
        chosen = self._chosen(act, ("planned", "undone", "refused"), paths)
        with self._transaction():
            self._connection.executemany(
                "UPDATE items SET state = 'planned', moved_to = NULL, written = NULL, reason = NULL WHERE id = ?",
                [(item.id,) for item in chosen],
            )
        return chosen

    def plan_return(self, act: int, paths: Sequence[str] = ()) -> list[Item]:
        """Write down that what an act moved (of some paths: those) shall be put back; returns these files."""
        chosen = self._chosen(act, ("moved",), paths)
        with self._transaction():
            self._connection.executemany("INSERT OR IGNORE INTO returning_items VALUES (?)", [(item.id,) for item in chosen])
        return chosen

    def items(self, state: ActState, act: int | None = None) -> list[Item]:
        """The files in a state, of one act or of all."""
        where, values = ("act = ? AND ", (act,)) if act is not None else ("", ())
        return self._items(f"WHERE {where}state = ? ORDER BY id", (*values, state))

    def item(self, number: int) -> Item:
        """One file of an act as it is written down now."""
        return self._items("WHERE id = ?", (number,))[0]

    def returning(self) -> list[Item]:
        """The files whose putting back was begun and is not settled."""
        return self._items("WHERE id IN (SELECT item FROM returning_items) ORDER BY id", ())

    def settle(self, item: Item, state: ActState, *, moved_to: Path | None = None, reason: str | None = None) -> None:
        """Write down what became of a file."""
        where = stored(str(moved_to)) if moved_to is not None else None
        why = stored(reason) if reason is not None else None
        with self._transaction():
            self._connection.execute(
                "UPDATE items SET state = ?, moved_to = coalesce(CAST(? AS TEXT), moved_to), reason = CAST(? AS TEXT) "
                "WHERE id = ?",
                (state, where, why, item.id),
            )
            self._connection.execute("DELETE FROM returning_items WHERE item = ?", (item.id,))

    def note_written(self, item: Item, kept: Path, written: bytes) -> None:
        """Write down where a file is kept as it was, and the digest of what takes its place next."""
        with self._transaction():
            self._connection.execute(
                "UPDATE items SET moved_to = CAST(? AS TEXT), written = ? WHERE id = ?", (stored(str(kept)), written, item.id)
            )

    def same(self, digest: bytes) -> tuple[bytes, ...]:
        """A digest, and those of the same picture before and after something was written into files that hold it."""
        rows = self._all(_SAME, (digest,))
        return tuple(one for (one,) in rows)

    def exists(self, act: int) -> bool:
        """Whether there is such an act."""
        return bool(self._all("SELECT 1 FROM acts WHERE id = ?", (act,)))

    def acts(self, limit: int) -> tuple[Act, ...]:
        """The newest acts, the newest first."""
        return tuple(Act(*row) for row in self._all(_ACTS, (limit,)))

    def files(self, act: int) -> tuple[ActFile, ...]:
        """The files of an act, in its order."""
        state = "CASE WHEN state = 'moved' AND facts NOTNULL THEN 'written' ELSE state END"
        rows = self._all(f"SELECT path, {state}, size, moved_to, reason FROM items WHERE act = ? ORDER BY id", (act,))
        return tuple(ActFile(path, ActState(state), size, to, reason) for path, state, size, to, reason in rows)

    def _chosen(self, act: int, states: tuple[str, ...], paths: Sequence[str]) -> list[Item]:
        only = frozenset(paths)
        in_state = self._items(f"WHERE act = ? AND state IN ({', '.join('?' * len(states))}) ORDER BY id", (act, *states))
        return [item for item in in_state if not only or item.path in only]

    def _items(self, where: str, values: Sequence[object]) -> list[Item]:
        rows = self._all(f"SELECT {_ITEM} {where}", values)
        return [
            Item(number, act, path, digest, size, to, _keepers_of(keepers), _gift_of(gift), _facts_of(facts), written)
            for number, act, path, digest, size, to, keepers, gift, facts, written in rows
        ]

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
        if version_of(self._connection) > len(STEPS):
            raise LibraryTooNew(f"{self._path} was written by a newer Facet; install the newest Facet to open it")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")  # a plan must be on the disk before a file moves
        migrate(self._connection, STEPS)
        if self._connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise damaged(self._path, _WHAT, _REMEDY)

    def _translated(self) -> contextlib.AbstractContextManager[None]:
        return translated(self._path, _WHAT, _REMEDY)


def list_acts(path: Path, limit: int) -> tuple[Act, ...]:
    """The newest acts, read beside whoever writes and without a change on disk; none where nothing was ever moved.

    What a kill interrupted is not settled by this: such files are still planned. Raises LibraryDamaged, LibraryError.
    """
    if not path.exists():
        return ()
    with translated(path, _WHAT, _REMEDY), closing(connect(f"{path.absolute().as_uri()}?mode=ro{reading_options(path)}")) as file:
        if version_of(file) != len(STEPS):
            raise LibraryError(f"{path} is from another Facet; open the window of this one once, then try again")
        return tuple(Act(*row) for row in file.execute(_ACTS, (limit,)).fetchall())


def _keepers_text(keepers: Sequence[StayingFile]) -> str:
    return json.dumps([(keeper.path, keeper.digest.hex()) for keeper in keepers])  # in ASCII: any name goes in and out whole


def _keepers_of(text: str) -> tuple[StayingFile, ...]:
    return tuple(StayingFile(path, bytes.fromhex(digest)) for path, digest in json.loads(text))


def _gift_text(gift: Gift | None) -> str | None:
    return json.dumps(asdict(gift) | {"to": gift.to.hex(), "source": gift.source.hex()}) if gift else None


def _gift_of(text: str | None) -> Gift | None:
    if text is None:
        return None
    named = json.loads(text)
    return Gift(
        bytes.fromhex(named["to"]), bytes.fromhex(named["source"]), named["title"], named["rating"],
        tuple(named["keywords"]), tuple(named["tags"]), named.get("caption"),
    )  # fmt: skip


def _facts_text(facts: Facts | None) -> str | None:
    return json.dumps(asdict(facts)) if facts else None


def _facts_of(text: str | None) -> Facts | None:
    if text is None:
        return None
    named = json.loads(text)
    return Facts(named["title"], named["rating"], tuple(named["keywords"]))
