"""Scenes that a second tagger names, in records of their own beside the suggestions of the model of meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.engine.labels import Tag
from app.engine.library.database import Database

MARK = "scenes-"
"""Every mark of photos whose scene was looked for begins so."""


class SceneTags(Database):
    """The table `scene_tags`. It is shown only while `show_scenes` says so: a tagger that is switched off leaves its records."""

    def put_scene_tags(self, version: str, tags: Mapping[bytes, Sequence[Tag]]) -> None:
        """Suggest these for photos, in place of what was suggested before, and mark them as read by this version."""
        names = {tag.name.casefold(): tag.name for of_photo in tags.values() for tag in of_photo}
        with self._transaction(grows=False) as connection:
            connection.executemany("INSERT OR IGNORE INTO tag_names (folded, name) VALUES (?, ?)", names.items())
            for digest, of_photo in tags.items():
                known = connection.execute("SELECT id FROM photos WHERE digest = ?", (digest,)).fetchone()
                if known is None:
                    continue
                connection.execute("DELETE FROM scene_tags WHERE photo_id = ?", known)
                connection.executemany(
                    "INSERT INTO scene_tags SELECT ?, id, ? FROM tag_names WHERE folded = ?",
                    [(*known, tag.score, tag.name.casefold()) for tag in of_photo],
                )
                connection.execute("INSERT OR IGNORE INTO extracted VALUES (?, ?)", (version, *known))

    def show_scenes(self, *, on: bool) -> bool:
        """Let what the second tagger suggests be seen, or not; whether that is new."""
        shown = self._all("SELECT value FROM state WHERE name = 'scenes'") == [(1,)]
        if shown != on:
            with self._transaction(grows=False) as connection:
                connection.execute("INSERT OR REPLACE INTO state VALUES ('scenes', ?)", (int(on),))
        return shown != on

    def forget_scene_marks(self, but: str) -> None:
        """Forget which photos were read by other versions; what those suggested stays until it is replaced."""
        outdated = "DELETE FROM extracted WHERE feature GLOB ? AND feature <> ?"
        with self._transaction(grows=False) as connection:
            connection.execute(outdated, (f"{MARK}*", but))

    def forget_scenes(self) -> None:
        """Forget all that the second tagger suggested."""
        if self._all("SELECT 1 FROM extracted WHERE feature GLOB ? LIMIT 1", (f"{MARK}*",)):
            self.forget_scene_marks("")
            with self._transaction(grows=False) as connection:
                connection.execute("DELETE FROM scene_tags")
