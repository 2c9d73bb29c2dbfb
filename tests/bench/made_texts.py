"""A library whose photos carry made texts, as many as one likes: words as often as they are in the meanings of a dictionary."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from app.engine.library.store import Library
from app.engine.library.terms import words_in
from app.engine.models.dictionary import Dictionary
from app.engine.paths import library_paths

_BLOCK = 20_000
SHORTEST, LONGEST = 6, 24
"""Words that were read in one photo."""


class MadeTexts:
    """Draws words, common ones more often; the same seed gives the same texts."""

    def __init__(self, seed: int = 0) -> None:
        counts: Counter[str] = Counter()
        for thing in Dictionary().things:
            counts.update(words_in(thing.meaning))
        self._words = np.array(list(counts), dtype=object)
        self._until = np.cumsum(np.fromiter(counts.values(), float)) / counts.total()
        self.rng = np.random.default_rng(seed)

    def words(self, count: int) -> list[str]:
        """So many words in a row."""
        return list(self._words[np.searchsorted(self._until, self.rng.random(count))])

    def block(self, count: int) -> list[list[str]]:
        """The words of so many texts."""
        lengths = self.rng.integers(SHORTEST, LONGEST + 1, count)
        words, ends = self.words(int(lengths.sum())), np.cumsum(lengths)
        return [words[end - length : end] for end, length in zip(ends, lengths, strict=True)]


def make_library(folder: Path, photos: int) -> None:
    """Fill a new library with made photos: each has a name, a folder and a text that was read in it; nothing else is stored.

    The full-text tables are built as a step to a new schema builds them, in one go: the triggers of a million photos take longer.
    """
    made, roots = MadeTexts(), "/made"
    with Library(library_paths(folder), write=True) as library:
        connection = library.catalog._connection
        library.catalog.add_root(roots)
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        connection.execute("BEGIN")
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for start in range(0, photos, _BLOCK):
            ids = range(start + 1, min(start + _BLOCK, photos) + 1)
            texts = made.block(len(ids))
            names = [
                f"{'_'.join(text[:2])}_{n}.jpg" if n % 5 == 0 else f"IMG_{n:07}.jpg" for n, text in zip(ids, texts, strict=True)
            ]
            folders = [f"{roots}/{2010 + n // 500 % 15}/{(n // 500):04}" for n in ids]
            connection.executemany(
                "INSERT INTO photos (id, digest, color) VALUES (?, ?, 0)", [(n, n.to_bytes(16, "big")) for n in ids]
            )
            connection.executemany(
                "INSERT INTO files (path, folder, name, size, mtime_ns, inode, photo_id) VALUES (?, ?, ?, 1, 1, 1, ?)",
                [(f"{at}/{name}", at, name, n) for n, at, name in zip(ids, folders, names, strict=True)],
            )
            connection.executemany(
                "INSERT INTO texts (photo_id, name, folder, ocr) VALUES (?, ?, ?, ?)",
                [(n, name, at[1:], " ".join(text)) for n, name, at, text in zip(ids, names, folders, texts, strict=True)],
            )
            learned = dict.fromkeys(word for text in texts for word in text)
            connection.executemany(
                "INSERT OR IGNORE INTO terms (term, reversed, sound) VALUES (?, from_end(?), sound_of(?))",
                [(w, w, w) for w in learned],
            )
        for table in ("text_words", "text_trigrams"):
            connection.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("COMMIT")
