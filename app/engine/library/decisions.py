"""What people said of duplicates, by content: photos that are none, and groups of which every photo stays."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from app.engine.copies import Decision, Verdict
from app.engine.library.database import Database

Kept = tuple[Counter[bytes], ...]
"""Groups that stay as they are: how many files each photo (digest) had."""


class Decisions(Database):
    """The tables `not_duplicates` and `kept_together`."""

    def not_duplicates(self) -> frozenset[tuple[bytes, bytes]]:
        """Pairs of digests (smaller first) that the user said are not duplicates."""
        return frozenset(self._all("SELECT smaller, larger FROM not_duplicates"))

    def put_not_duplicates(self, pairs: Iterable[tuple[bytes, bytes]], *, forget: bool = False) -> None:
        """Remember (or forget) that the photos of each pair of digests are not copies of each other.

        The same digest twice stands for the files of one photo.
        """
        ordered = [(min(pair), max(pair)) for pair in pairs]
        sql = (
            "DELETE FROM not_duplicates WHERE smaller = ? AND larger = ?"
            if forget
            else "INSERT OR IGNORE INTO not_duplicates VALUES (?, ?)"
        )
        with self._transaction(grows=False) as connection:
            connection.executemany(sql, ordered)

    def kept_groups(self) -> Kept:
        """The groups of which all stays."""
        groups: defaultdict[bytes, Counter[bytes]] = defaultdict(Counter)
        for name, digest, files in self._all("SELECT name, digest, files FROM kept_together ORDER BY name"):
            groups[name][digest] = files
        return tuple(groups.values())

    def put_kept_group(self, digests: Sequence[bytes], *, forget: bool = False) -> None:
        """Remember (or forget) that all of a group stays; `digests` has one for each file."""
        with self._transaction(grows=False) as connection:
            if forget:
                connection.execute("DELETE FROM kept_together WHERE name = ?", (_name(Counter(digests)),))
            else:
                _put(connection, Counter(digests))

    def decisions(self) -> tuple[Decision, ...]:
        """All that was said of photos that are there now, by their paths."""
        said = [*self._kept(), *self._different()]
        return tuple(sorted(said, key=lambda decision: (decision.paths, decision.verdict)))

    def _kept(self) -> list[Decision]:
        groups = self.kept_groups()
        paths = self._paths_of({digest for group in groups for digest in group})
        made = []
        for group in groups:
            found = tuple(sorted(path for digest in group for path in paths[digest]))
            if len(found) > 1:
                made.append(Decision(Verdict.KEPT, tuple(sorted(group.elements())), found))
        shown = {frozenset(decision.paths) for decision in made}
        return [decision for decision in made if not any(set(decision.paths) < other for other in shown)]

    def _different(self) -> list[Decision]:
        """Photos that are each told from all others as one decision, the rest as pairs: what is taken back is exactly that."""
        pairs = self.not_duplicates()
        paths = self._paths_of({digest for pair in pairs for digest in pair})
        beside: defaultdict[bytes, set[bytes]] = defaultdict(set)
        for one, other in pairs:
            if paths[one] and paths[other] and one != other:
                beside[one].add(other)
                beside[other].add(one)
        made: list[tuple[bytes, ...]] = [(one, one) for one, other in pairs if one == other and len(paths[one]) > 1]
        seen: set[bytes] = set()
        for one in beside:
            group = beside[one] | {one}
            if all(beside[other] | {other} == group for other in group):
                made += [tuple(sorted(group))] if one not in seen else []
                seen |= group
            else:
                made += [(one, other) for other in beside[one] if one < other]
        return [
            Decision(Verdict.DIFFERENT, digests, tuple(sorted({path for digest in digests for path in paths[digest]})))
            for digests in made
        ]

    def _paths_of(self, digests: Iterable[bytes]) -> defaultdict[bytes, list[str]]:
        """The files of photos, by digest."""
        found: defaultdict[bytes, list[str]] = defaultdict(list)
        sql = "SELECT path FROM files JOIN photos ON photos.id = photo_id WHERE digest = ? ORDER BY path"
        for digest in digests:
            found[digest] = [path for (path,) in self._all(sql, (digest,))]
        return found


class KeptTogether:
    """Tells whether all of a group stays: it has no photo, and of none more files, than when that was said."""

    def __init__(self, groups: Kept) -> None:
        self._by_digest: defaultdict[bytes, list[Counter[bytes]]] = defaultdict(list)
        for group in groups:
            for digest in group:
                self._by_digest[digest].append(group)

    def holds(self, digests: Sequence[bytes]) -> bool:
        """`digests` has one for each file of a group."""
        return any(Counter(digests) <= group for group in self._by_digest.get(digests[0], ()))


def inherit_decisions(connection: sqlite3.Connection, old: bytes, new: bytes) -> None:
    """A file changed in place: what was said of its old photo holds for the new one, too."""
    inherit_pairs(connection, old, new)
    named = "SELECT name FROM kept_together WHERE digest = ?"
    for (name,) in connection.execute(named, (old,)).fetchall():
        rows = connection.execute("SELECT digest, files FROM kept_together WHERE name = ?", (name,)).fetchall()
        group: Counter[bytes] = Counter(dict(rows))
        group[new] += 1
        if group[old] > 1:
            group[old] -= 1
        else:
            del group[old]
        _put(connection, group)


def inherit_pairs(connection: sqlite3.Connection, old: bytes, new: bytes) -> None:
    """What was no duplicate of the old photo is none of the new one."""
    connection.execute(_INHERIT, {"old": old, "new": new})


_INHERIT = """INSERT OR IGNORE INTO not_duplicates
    SELECT min(other, :new), max(other, :new) FROM (
        SELECT larger AS other FROM not_duplicates WHERE smaller = :old
        UNION SELECT smaller FROM not_duplicates WHERE larger = :old
    ) WHERE other NOT IN (:old, :new)"""


def _put(connection: sqlite3.Connection, group: Counter[bytes]) -> None:
    name = _name(group)
    rows = [(name, digest, files) for digest, files in group.items()]
    connection.executemany("INSERT OR IGNORE INTO kept_together VALUES (?, ?, ?)", rows)


def _name(group: Counter[bytes]) -> bytes:
    """The same for the same photos and counts of files."""
    return hashlib.blake2b(b"".join(sorted(group.elements())), digest_size=16).digest()
