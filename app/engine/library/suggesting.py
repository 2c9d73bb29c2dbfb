"""How suggested tags are kept: a table for each tagger, its records marked by the version that made them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from app.engine.labels import Tag


def put_suggested(connection: sqlite3.Connection, table: str, version: str, tags: Mapping[bytes, Sequence[Tag]]) -> None:
    """Suggest these for photos, in place of what the table suggested before, and mark them as read by this version."""
    names = {tag.name.casefold(): tag.name for of_photo in tags.values() for tag in of_photo}
    connection.executemany("INSERT OR IGNORE INTO tag_names (folded, name) VALUES (?, ?)", names.items())
    for digest, of_photo in tags.items():
        known = connection.execute("SELECT id FROM photos WHERE digest = ?", (digest,)).fetchone()
        if known is None:
            continue
        connection.execute(f"DELETE FROM {table} WHERE photo_id = ?", known)
        connection.executemany(
            f"INSERT INTO {table} SELECT ?, id, ? FROM tag_names WHERE folded = ?",
            [(*known, tag.score, tag.name.casefold()) for tag in of_photo],
        )
        connection.execute("INSERT OR IGNORE INTO extracted VALUES (?, ?)", (version, *known))


def forget_marks(connection: sqlite3.Connection, mark: str, but: str) -> None:
    """Forget which photos were read by versions that begin so, all but one; what those suggested stays until it is replaced."""
    connection.execute("DELETE FROM extracted WHERE feature GLOB ? AND feature <> ?", (f"{mark}*", but))
