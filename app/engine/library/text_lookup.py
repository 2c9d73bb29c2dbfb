"""Looking up words in the full-text tables: which photos have them, and which words are spelled or sound nearly so."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing

from app.engine.library.database import Database
from app.engine.library.sqlite import translated
from app.engine.library.texts import unpack_boxes
from app.engine.texts import TextBox, TextSource

_THESE = "IN (SELECT value FROM json_each(?))"
_COLUMNS = ", ".join(TextSource)
_LAST = "\U0010ffff"

Texts = dict[TextSource, str]


class TextLookup(Database):
    """Questions to `text_words`, `text_trigrams` and `terms`."""

    def photos_with_text(self, match: str, most: int, among: Collection[int] | None = None) -> Iterator[int]:
        """Photos for which an FTS5 expression holds, the newest entered first, at most so many; `among` only these.

        Not by bm25: that visits every photo with any of the words, some seconds for a common one of a million photos.
        """
        return self._photos("text_words", match, most, among)

    def photos_with_trigrams(self, match: str, most: int, among: Collection[int] | None = None) -> Iterator[int]:
        """The same for three characters in a row each, without case but with marks, anywhere in a text."""
        return self._photos("text_trigrams", match, most, among)

    def _photos(self, table: str, match: str, most: int, among: Collection[int] | None) -> Iterator[int]:
        sql = f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC"
        with translated(self._path), closing(self._connection.execute(sql, (match,))) as found:
            for (photo_id,) in found:
                if most < 1:
                    return
                if among is None or photo_id in among:
                    most -= 1
                    yield photo_id

    def texts_of_ids(self, photo_ids: Sequence[int]) -> dict[int, Texts]:
        """The texts of some photos that are not empty."""
        found = self._all(f"SELECT photo_id, {_COLUMNS} FROM texts WHERE photo_id {_THESE}", (json.dumps(list(photo_ids)),))
        return {number: {s: text for s, text in zip(TextSource, texts, strict=True) if text} for number, *texts in found}

    def boxes_of_ids(self, photo_ids: Sequence[int]) -> dict[int, tuple[TextBox, ...]]:
        """Where the words were read of photos for which that is known."""
        sql = f"SELECT photo_id, boxes FROM texts WHERE boxes NOTNULL AND photo_id {_THESE}"
        return {number: unpack_boxes(boxes) for number, boxes in self._all(sql, (json.dumps(list(photo_ids)),))}

    def terms_that_begin(self, begins: str, shortest: int, longest: int) -> dict[str, int]:
        """Known words of so many letters that begin so, each with its number; lower ones were known earlier."""
        sql = "SELECT term, id FROM terms WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ?"
        return dict(self._all(sql, (begins, begins + _LAST, shortest, longest)))

    def terms_that_end(self, ends: str, shortest: int, longest: int) -> dict[str, int]:
        """The same for words that end so."""
        sql = "SELECT term, id FROM terms WHERE reversed >= ? AND reversed < ? AND length(term) BETWEEN ? AND ?"
        return dict(self._all(sql, (ends[::-1], ends[::-1] + _LAST, shortest, longest)))

    def terms_that_sound(self, sound: str) -> list[str]:
        """Known words with that `sound_of`."""
        return [term for (term,) in self._all("SELECT term FROM terms WHERE sound = ?", (sound,))]

    def knows_term(self, term: str) -> bool:
        """Whether any photo ever had that word."""
        return bool(self._all("SELECT 1 FROM terms WHERE term = ?", (term,)))
