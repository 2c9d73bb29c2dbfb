"""Scenes that a second tagger names, in records of their own beside the suggestions of the model of meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.engine.labels import Tag
from app.engine.library.database import Database
from app.engine.library.suggesting import forget_marks, put_suggested

MARK = "scenes-"
"""Every mark of photos whose scene was looked for begins so."""


class SceneTags(Database):
    """The table `scene_tags`. It is shown only while `show_scenes` says so: a tagger that is switched off leaves its records."""

    def put_scene_tags(self, version: str, tags: Mapping[bytes, Sequence[Tag]]) -> None:
        """Suggest these for photos, in place of what was suggested before, and mark them as read by this version."""
        with self._transaction(grows=False) as connection:
            put_suggested(connection, "scene_tags", version, tags)

    def show_scenes(self, *, on: bool) -> bool:
        """Let what the second tagger suggests be seen, or not; whether that is new."""
        shown = self._all("SELECT value FROM state WHERE name = 'scenes'") == [(1,)]
        if shown != on:
            with self._transaction(grows=False) as connection:
                connection.execute("INSERT OR REPLACE INTO state VALUES ('scenes', ?)", (int(on),))
        return shown != on

    def forget_scene_marks(self, but: str) -> None:
        """Forget which photos were read by other versions; what those suggested stays until it is replaced."""
        with self._transaction(grows=False) as connection:
            forget_marks(connection, MARK, but)

    def forget_scenes(self) -> None:
        """Forget all that the second tagger suggested."""
        if self._all("SELECT 1 FROM extracted WHERE feature GLOB ? LIMIT 1", (f"{MARK}*",)):
            self.forget_scene_marks("")
            with self._transaction(grows=False) as connection:
                connection.execute("DELETE FROM scene_tags")
