"""What people say a photo shows: tags that they gave or refused, by the photo's content, so that no reading loses them."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.errors import UsageError
from app.engine.library.database import Database
from app.engine.library.records import clean
from app.engine.types import Tag, TagCount

LONGEST = 100


class Tags(Database):
    """The table `user_tags`, and the view `shown_tags` of what a photo's tags are. A tag is there once, whatever its case."""

    def put_tag(self, digests: Sequence[bytes], name: str, wanted: bool | None) -> None:
        """Say that photos show this (True), that they do not (False), or take back what was said (None).

        A tag that is known keeps the spelling it has. Raises UsageError for a name without letters or a very long one.
        """
        name = " ".join(clean(name).split())
        if not name or len(name) > LONGEST:
            raise UsageError(f"a tag is a word or a few, at most {LONGEST} letters long")
        folded = name.casefold()
        known = self._all("SELECT name FROM user_tags WHERE folded = ? LIMIT 1", (folded,))
        rows = [(digest, folded, known[0][0] if known else name, wanted) for digest in digests]
        with self._transaction(grows=False) as connection:
            connection.executemany("DELETE FROM user_tags WHERE digest = ? AND folded = ?", [row[:2] for row in rows])
            if wanted is not None:
                connection.executemany("INSERT OR REPLACE INTO user_tags VALUES (?, ?, ?, ?)", rows)

    def tags(self) -> tuple[TagCount, ...]:
        """The tags of photos that have files, with how many photos each has; those with most photos first, then by name."""
        held = "EXISTS (SELECT 1 FROM files WHERE files.photo_id = shown_tags.photo_id)"
        counted = f"SELECT min(name), count(*) FROM shown_tags WHERE {held} GROUP BY folded ORDER BY 2 DESC, folded"
        return tuple(TagCount(name, photos) for name, photos in self._all(counted))

    def tags_of(self, photo_id: int) -> tuple[Tag, ...]:
        """The tags of one photo, the surest first, then by name."""
        of_photo = "SELECT name, score FROM shown_tags WHERE photo_id = ? ORDER BY score DESC, folded"
        return tuple(Tag(name, score) for name, score in self._all(of_photo, (photo_id,)))
