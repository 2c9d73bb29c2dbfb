"""Files with what tells which of several copies is the better one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from app.engine.library.database import Database

_FACTS = " + ".join(
    f"({known})"
    for known in (
        "date_taken NOTNULL",
        "coalesce(camera_make, camera_model) NOTNULL",
        "lens_model NOTNULL",
        "coalesce(aperture, shutter_s, iso, focal_mm) NOTNULL",
        "gps_lat NOTNULL",
        "title NOTNULL",
        "description NOTNULL",
        "keywords != '[]'",
        "rating NOTNULL",
        "copyright NOTNULL",
    )
)


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file of a photo. Sides in upright pixels; `taken` ISO 8601; `facts`: how many of ten things its metadata tells.

    `format` is as `PhotoInfo` has it ("JPEG"), "" where it is not known.
    """

    path: str
    photo_id: int
    digest: bytes
    bytes: int
    width: int
    height: int
    taken: str | None = None
    format: str = ""
    facts: int = 0

    @property
    def pixels(self) -> int:
        """How many pixels the picture has."""
        return self.width * self.height


class FileRows(Database):
    """Questions over `files` and `photos` for the room of duplicates."""

    def file_rows(self, photo_ids: Iterable[int]) -> list[FileRow]:
        """All files of some photos, by path."""
        ids = json.dumps([int(number) for number in photo_ids])  # int(): numpy's are welcome
        found = self._all(
            f"""SELECT path, photos.id, digest, size, coalesce(width, 0), coalesce(height, 0), date_taken, coalesce(format, ''),
            {_FACTS} FROM photos CROSS JOIN files ON photo_id = photos.id
            WHERE photos.id IN (SELECT value FROM json_each(?)) ORDER BY path""",
            (ids,),
        )
        return [FileRow(*row) for row in found]

    def copied_ids(self) -> tuple[int, ...]:
        """The photos that several files hold, rising."""
        several = "SELECT photo_id FROM files WHERE photo_id NOTNULL GROUP BY photo_id HAVING count(*) > 1 ORDER BY photo_id"
        return tuple(number for (number,) in self._all(several))
