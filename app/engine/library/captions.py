"""Captions of photos, by content, so that no reading loses them; their words are copied to where they are found."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from app.engine.errors import UsageError
from app.engine.labels import Caption, CaptionSource
from app.engine.library.database import Database
from app.engine.library.records import clean

LONGEST = 2000


class Captions(Database):
    """The table `captions`. One without words says that people want none, until they ask for one of that very photo."""

    def caption_of(self, digest: bytes) -> Caption | None:
        """None where nobody wrote one."""
        found = self._all("SELECT text, source FROM captions WHERE digest = ?", (digest,))
        return Caption(found[0][0], CaptionSource(found[0][1])) if found else None

    def put_captions(self, captions: Mapping[bytes, Caption | None]) -> dict[bytes, Caption | None]:
        """Write captions, or (None) take back that there was one; returns what was there. Raises UsageError for long ones."""
        words = {digest: " ".join(clean(caption.text).split()) for digest, caption in captions.items() if caption}
        if any(len(text) > LONGEST for text in words.values()):
            raise UsageError(f"a caption has at most {LONGEST} letters; write a shorter one")
        before = {digest: self.caption_of(digest) for digest in captions}
        with self._transaction() as connection:
            connection.executemany("DELETE FROM captions WHERE digest = ?", [(digest,) for digest in captions])
            rows = [(digest, words[digest], caption.source) for digest, caption in captions.items() if caption]
            connection.executemany("INSERT INTO captions VALUES (?, ?, ?)", rows)
            copy_captions(connection, captions)
        return before

    # ---- what a model is to write

    def ask_to_describe(self, digests: Sequence[bytes] | None) -> int:
        """Remember that these photos (None: all) are to be described, where they have no caption; how many those are.

        That people wanted none of a photo holds where all are to be described, not where they name it.
        """
        lacking = """INSERT OR IGNORE INTO to_describe SELECT digest FROM photos WHERE digest NOT IN (SELECT digest FROM captions)
            AND EXISTS (SELECT 1 FROM files WHERE files.photo_id = photos.id)"""
        with self._transaction(grows=False) as connection:
            if digests is None:
                return connection.execute(lacking).rowcount
            unwanted = "DELETE FROM captions WHERE digest = ? AND text = ''"
            connection.executemany(unwanted, [(digest,) for digest in digests])
            return sum(connection.execute(f"{lacking} AND digest = ?", (digest,)).rowcount for digest in dict.fromkeys(digests))

    def to_describe(self) -> tuple[bytes, ...]:
        """The photos with files that are to be described still."""
        held = "EXISTS (SELECT 1 FROM files JOIN photos ON photos.id = files.photo_id WHERE photos.digest = to_describe.digest)"
        return tuple(digest for (digest,) in self._all(f"SELECT digest FROM to_describe WHERE {held}"))

    def give_up_describing(self) -> None:
        """No photo is to be described any more."""
        with self._transaction(grows=False) as connection:
            connection.execute("DELETE FROM to_describe")

    def describe(self, captions: Mapping[bytes, str]) -> None:
        """Keep what a model wrote of photos, where nothing else was written and people still want it."""
        wanted = "INSERT OR IGNORE INTO captions SELECT ?1, ?2, 'model' WHERE ?1 IN (SELECT digest FROM to_describe)"
        with self._transaction() as connection:
            connection.executemany(wanted, [(digest, clean(text)[:LONGEST]) for digest, text in captions.items()])
            connection.executemany("DELETE FROM to_describe WHERE digest = ?", [(digest,) for digest in captions])
            copy_captions(connection, captions)

    def take_back_descriptions(self, digests: Sequence[bytes]) -> None:
        """Take away the captions of photos that a model wrote; those of people stay."""
        with self._transaction() as connection:
            written = "DELETE FROM captions WHERE digest = ? AND source = 'model'"
            connection.executemany(written, [(digest,) for digest in digests])
            copy_captions(connection, digests)


def copy_captions(connection: sqlite3.Connection, digests: Iterable[bytes]) -> None:
    """Let the words of captions be found, also of photos that were entered anew."""
    written = """UPDATE texts SET caption = coalesce((SELECT text FROM captions WHERE digest = ?1), '')
        WHERE photo_id = (SELECT id FROM photos WHERE digest = ?1)"""
    connection.executemany(written, [(digest,) for digest in digests])


def inherit_caption(connection: sqlite3.Connection, old: bytes, new: bytes) -> None:
    """A file changed in place: its new photo gets what people wrote of the old one."""
    inherited = "INSERT OR IGNORE INTO captions SELECT ?, text, source FROM captions WHERE digest = ? AND source = 'person'"
    if connection.execute(inherited, (new, old)).rowcount > 0:
        copy_captions(connection, [new])
