"""What photos that went to the trash gave to the copy that stayed: title, rating, keywords, tags, caption. No file changes.

A photo's columns hold what its file says with the gifts woven in, so that everything that asks finds them; what the file says
alone is kept beside, so that a gift can be taken back.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from app.engine.library.captions import copy_captions
from app.engine.library.database import Database
from app.engine.library.records import clean
from app.engine.removals import Facts, Gift


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one photo. `tags`: given by people; `known_tags`: those and the ones they refused, without case.

    `caption`: "" where people want none.
    """

    title: str | None
    rating: int | None
    keywords: tuple[str, ...]
    tags: tuple[str, ...]
    known_tags: frozenset[str]
    caption: str | None


class Gifts(Database):
    """The tables `gifts` and `own_facts`."""

    def said_of(self, digest: bytes) -> Said | None:
        """None for a photo that is not known."""
        found = self._all(f"SELECT title, rating, keywords, {_CAPTION} FROM photos WHERE digest = ?", (digest,))
        if not found:
            return None
        title, rating, keywords, caption = found[0]
        rows = self._all("SELECT name, folded, wanted FROM user_tags WHERE digest = ? ORDER BY folded", (digest,))
        given = tuple(name for name, _, wanted in rows if wanted)
        return Said(title, rating, tuple(json.loads(keywords)), given, frozenset(folded for _, folded, _ in rows), caption)

    def given_facts(self, digest: bytes) -> tuple[Facts, Facts] | None:
        """What is said of a photo with gifts, and what its file says alone; None for one without."""
        columns = ("photos", "own_facts")
        named = ", ".join(f"{table}.{name}" for table in columns for name in ("title", "rating", "keywords"))
        found = self._all(f"SELECT {named} FROM photos JOIN own_facts USING (digest) WHERE digest = ?", (digest,))
        if not found:
            return None
        title, rating, keywords, own_title, own_rating, own_keywords = found[0]
        return (
            Facts(title, rating, tuple(json.loads(keywords))),
            Facts(own_title, own_rating, tuple(json.loads(own_keywords))),
        )

    def give(self, gift: Gift) -> None:
        """Keep a gift; a second time changes nothing."""
        keywords, tags = (json.dumps([clean(word) for word in words], ensure_ascii=False) for words in (gift.keywords, gift.tags))
        title = None if gift.title is None else clean(gift.title)
        with self._transaction() as connection:
            connection.execute(f"INSERT OR IGNORE INTO own_facts {_OWN}", (gift.to,))
            connection.execute(
                "INSERT OR REPLACE INTO gifts VALUES (?, ?, ?, ?, ?, ?)",
                (gift.to, gift.source, title, gift.rating, keywords, tags),
            )
            _tag(connection, gift.to, gift.tags)
            _weave(connection, gift.to)
            if gift.caption:
                connection.execute(_CAPTIONED, (gift.to, clean(gift.caption), gift.source))
                copy_captions(connection, [gift.to])

    def take_back(self, gift: Gift) -> None:
        """Take a gift back; what other photos gave stays. A second time changes nothing."""
        with self._transaction() as connection:
            if not connection.execute("DELETE FROM gifts WHERE digest = ? AND source = ?", (gift.to, gift.source)).rowcount:
                return
            folded = [(gift.to, tag.casefold()) for tag in gift.tags]
            connection.executemany("DELETE FROM user_tags WHERE digest = ? AND folded = ? AND wanted", folded)
            connection.executemany(_UNLEARNED, [(tag,) for _, tag in folded])
            for (tags,) in connection.execute("SELECT tags FROM gifts WHERE digest = ?", (gift.to,)).fetchall():
                _tag(connection, gift.to, json.loads(tags))
            _weave(connection, gift.to)
            if gift.caption and connection.execute(_UNCAPTIONED, (gift.to, clean(gift.caption))).rowcount:
                connection.execute(_CAPTIONED_AGAIN, (gift.to,))
                copy_captions(connection, [gift.to])
            connection.execute(
                "DELETE FROM own_facts WHERE digest = ?1 AND NOT EXISTS (SELECT 1 FROM gifts WHERE digest = ?1)", (gift.to,)
            )


def weave_again(connection: sqlite3.Connection, digests: Iterable[bytes]) -> None:
    """Photos were read anew: their columns hold what their files say, and get their gifts again."""
    given = {digest for (digest,) in connection.execute("SELECT DISTINCT digest FROM gifts")}
    for digest in given.intersection(digests):
        connection.execute(f"INSERT OR REPLACE INTO own_facts {_OWN}", (digest,))
        _weave(connection, digest)


def inherit_gifts(connection: sqlite3.Connection, old: bytes, new: bytes) -> None:
    """A file changed in place: its new photo gets what was given to the old one."""
    inherited = connection.execute(
        "INSERT OR IGNORE INTO gifts SELECT ?, source, title, rating, keywords, tags FROM gifts WHERE digest = ?", (new, old)
    )
    if inherited.rowcount > 0:
        connection.execute(f"INSERT OR IGNORE INTO own_facts {_OWN}", (new,))
        _weave(connection, new)


_CAPTION = "(SELECT text FROM captions WHERE captions.digest = photos.digest)"
_CAPTIONED = (
    """INSERT OR IGNORE INTO captions VALUES (?, ?, coalesce((SELECT source FROM captions WHERE digest = ?), 'person'))"""
)
_UNCAPTIONED = "DELETE FROM captions WHERE digest = ? AND text = ?"
_CAPTIONED_AGAIN = """INSERT INTO captions SELECT gifts.digest, text, captions.source
    FROM gifts JOIN captions ON captions.digest = gifts.source WHERE gifts.digest = ? AND text <> '' LIMIT 1"""
_UNLEARNED = "UPDATE tag_names SET learned = 0 WHERE folded = ?"
_OWN = "SELECT digest, title, rating, keywords FROM photos WHERE digest = ?"


def _tag(connection: sqlite3.Connection, digest: bytes, tags: Iterable[str]) -> None:
    rows = [(digest, tag.casefold(), tag) for tag in map(clean, tags)]
    connection.executemany("INSERT OR IGNORE INTO user_tags VALUES (?, ?, ?, 1)", rows)
    connection.executemany(_UNLEARNED, [(folded,) for _, folded, _ in rows])


def _weave(connection: sqlite3.Connection, digest: bytes) -> None:
    """Put a photo's columns together from what its file says and what it was given: the file's own first."""
    own = connection.execute("SELECT title, rating, keywords FROM own_facts WHERE digest = ?", (digest,)).fetchone()
    if own is None:  # the photo is not there now; reading it again weaves
        return
    title, rating, keywords = own
    words = {word.casefold(): word for word in json.loads(keywords)}
    gifts = "SELECT title, rating, keywords FROM gifts WHERE digest = ? ORDER BY rating DESC, source"
    for given_title, given_rating, given in connection.execute(gifts, (digest,)).fetchall():
        title = given_title if title is None else title
        rating = given_rating if rating is None else rating
        for word in json.loads(given):
            words.setdefault(word.casefold(), word)
    connection.execute(
        "UPDATE photos SET title = ?, rating = ?, keywords = ? WHERE digest = ?",
        (title, rating, json.dumps([*words.values()], ensure_ascii=False), digest),
    )
