"""What photos show: tags that people gave or refused, kept by the photo's content, and tags that are suggested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.engine.errors import UsageError
from app.engine.labels import Tag, TagCount, TagShare, TagSource
from app.engine.library.database import Database
from app.engine.library.records import clean
from app.engine.library.suggesting import forget_marks, put_suggested

LONGEST = 100
AT_ONCE = 500


MARK = "tags-"
"""Every mark of photos that have suggestions begins so."""


class Tags(Database):
    """The tables of tags, and the view `shown_tags` of what a photo's tags are. A tag is there once, whatever its case."""

    # ---- what people say

    def put_tag(self, digests: Sequence[bytes], name: str, wanted: bool | None) -> dict[bool | None, tuple[bytes, ...]]:
        """Say that photos show this (True), that they do not (False), or take back what was said (None).

        Returns the photos by what was said of them before.

        A tag that is known keeps the spelling it has. Raises UsageError for a name without letters or a very long one.
        """
        name = " ".join(clean(name).split())
        if not name or len(name) > LONGEST:
            raise UsageError(f"a tag is a word or a few, at most {LONGEST} letters long")
        folded = name.casefold()
        with self._transaction(grows=False) as connection:
            connection.execute(
                "INSERT INTO tag_names (folded, name, learned) VALUES (?, ?, 0) ON CONFLICT DO UPDATE SET learned = 0",
                (folded, name),
            )
            name = connection.execute("SELECT name FROM tag_names WHERE folded = ?", (folded,)).fetchone()[0]
            said: dict[bytes, int] = dict(connection.execute("SELECT digest, wanted FROM user_tags WHERE folded = ?", (folded,)))
            for digest in digests:
                connection.execute("DELETE FROM user_tags WHERE digest = ? AND folded = ?", (digest, folded))
                if wanted is not None:
                    connection.execute("INSERT INTO user_tags VALUES (?, ?, ?, ?)", (digest, folded, name, wanted))
        before = {digest: bool(said[digest]) if digest in said else None for digest in digests}
        return {was: tuple(d for d in before if before[d] is was) for was in (True, False, None) if was in before.values()}

    def said(self, folded: str) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        """The photos that people gave a tag, and those that they refused it for."""
        found = self._all("SELECT digest, wanted FROM user_tags WHERE folded = ? ORDER BY digest", (folded,))
        return tuple(d for d, wanted in found if wanted), tuple(d for d, wanted in found if not wanted)

    def said_names(self) -> tuple[str, ...]:
        """The tags that people gave or refused."""
        said = "SELECT name FROM tag_names WHERE folded IN (SELECT folded FROM user_tags) ORDER BY folded"
        return tuple(name for (name,) in self._all(said))

    # ---- what is suggested

    def put_photo_tags(self, version: str, tags: Mapping[bytes, Sequence[Tag]]) -> None:
        """Suggest these for photos, in place of what was suggested before, and mark them as read by this version."""
        with self._transaction(grows=False) as connection:
            put_suggested(connection, "photo_tags", version, tags)

    def forget_tag_marks(self, but: str) -> None:
        """Forget which photos were read by other versions; what those suggested stays until it is replaced."""
        with self._transaction(grows=False) as connection:
            forget_marks(connection, MARK, but)

    def suggested(self, folded: str, digests: Sequence[bytes]) -> frozenset[bytes]:
        """Those of the photos that a tag is suggested for by meaning."""
        named = "name_id = (SELECT id FROM tag_names WHERE folded = ?)"
        return self._among(digests, f"JOIN photo_tags ON photo_id = id AND {named}", folded)

    def showing(self, folded: str, digests: Sequence[bytes], *, suggested: bool) -> frozenset[bytes]:
        """Those of the photos that show a tag; with `suggested` as a suggestion alone, whoever makes it."""
        only = " AND NOT given" if suggested else ""
        return self._among(digests, f"JOIN shown_tags ON photo_id = id AND folded = ?{only}", folded)

    def _among(self, digests: Sequence[bytes], joined: str, folded: str) -> frozenset[bytes]:
        found: set[bytes] = set()
        for at in range(0, len(digests), AT_ONCE):
            some = tuple(digests[at : at + AT_ONCE])
            these = f"SELECT digest, id FROM photos WHERE digest IN ({', '.join('?' * len(some))})"
            found.update(digest for (digest,) in self._all(f"SELECT digest FROM ({these}) {joined}", (*some, folded)))
        return frozenset(found)

    def unlearned(self) -> tuple[str, ...]:
        """Tags of which people said something that suggestions do not follow yet."""
        return tuple(name for (name,) in self._all("SELECT name FROM tag_names WHERE NOT learned ORDER BY id"))

    def mark_learned(self, names: Sequence[str]) -> None:
        """Suggestions follow what people said of these tags."""
        with self._transaction(grows=False) as connection:
            connection.executemany("UPDATE tag_names SET learned = 1 WHERE folded = ?", [(name.casefold(),) for name in names])

    # ---- both

    def tags(self) -> tuple[TagCount, ...]:
        """The tags of photos that have files, with how many photos each has; those with most photos first, then by name."""
        held = "EXISTS (SELECT 1 FROM files WHERE files.photo_id = shown_tags.photo_id)"
        counted = f"SELECT name, count(*) FROM shown_tags WHERE {held} GROUP BY folded ORDER BY 2 DESC, folded"
        return tuple(TagCount(name, photos) for name, photos in self._all(counted))

    def shares(self, digests: Sequence[bytes]) -> tuple[TagShare, ...]:
        """The tags of some photos, those that most of them have first, then by name."""
        shared: dict[str, TagShare] = {}
        for at in range(0, len(digests), AT_ONCE):
            some = tuple(digests[at : at + AT_ONCE])
            ids = f"SELECT id FROM photos WHERE digest IN ({', '.join('?' * len(some))})"
            counts = "folded, name, sum(given), sum(NOT given), sum(source = 'places365')"
            counted = f"SELECT {counts} FROM shown_tags WHERE photo_id IN ({ids}) GROUP BY folded"
            for folded, name, given, suggested, scenes in self._all(counted, some):
                was = shared.get(folded, TagShare(name, 0, 0))
                shared[folded] = TagShare(name, was.given + given, was.suggested + suggested, was.scenes + scenes)
        order = sorted(shared.items(), key=lambda item: (-item[1].given, -item[1].suggested, item[0]))
        return tuple(share for _, share in order)

    def tags_of(self, photo_id: int) -> tuple[Tag, ...]:
        """The tags of one photo, the surest first, then by name."""
        of_photo = "SELECT name, score, source FROM shown_tags WHERE photo_id = ? ORDER BY given DESC, score DESC, folded"
        found = self._all(of_photo, (photo_id,))
        return tuple(Tag(name, score, TagSource(source)) for name, score, source in found)
