"""Files with what tells which of several copies is the better one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from app.engine.camera_raw import CAMERA_RAW
from app.engine.library.database import Database
from app.engine.library.sqlite import RANGE, stored

_HELD = "EXISTS (SELECT 1 FROM files WHERE photo_id = photos.id)"
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
_RAW_NAME = f"lower(substr(name, -4)) IN ({', '.join(map(repr, sorted(CAMERA_RAW)))})"
"""All endings have four letters. A LIKE for each of them took ten times as long."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file of a photo. Sides in upright pixels; `taken` ISO 8601; `facts`: how many of ten things its metadata tells.

    `format` is as `PhotoInfo` has it ("JPEG"), "" where it is not known; the rest as in `Quality`, None (the quality of a JPEG:
    0) where it was not read yet. Files with the same `inode` are one file under several names, if they lie on one drive.
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
    sharpness: float | None = None
    jpeg_quality: int = 0
    several: int | None = None
    inode: int | str = 0

    @property
    def pixels(self) -> int:
        """How many pixels the picture has."""
        return self.width * self.height


@dataclass(frozen=True, slots=True)
class Moment:
    """When a camera took a photo: local time in seconds, to be compared with others of the same camera alone."""

    photo_id: int
    camera: str
    seconds: int


class FileRows(Database):
    """Questions over `files` and `photos` for the room of duplicates."""

    def file_rows(self, photo_ids: Iterable[int]) -> list[FileRow]:
        """All files of some photos, by path."""
        ids = json.dumps([int(number) for number in photo_ids])  # int(): numpy's are welcome
        found = self._all(
            f"""SELECT path, photos.id, digest, size, coalesce(width, 0), coalesce(height, 0), date_taken, coalesce(format, ''),
            {_FACTS}, sharpness, coalesce(jpeg_quality, 0), several, inode
            FROM photos CROSS JOIN files ON photo_id = photos.id
            WHERE photos.id IN (SELECT value FROM json_each(?)) ORDER BY path""",
            (ids,),
        )
        return [FileRow(*row) for row in found]

    def shapes_of(self, photo_ids: Iterable[int]) -> list[tuple[int, bytes, int, int, float, int]]:
        """(photo_id, digest, width, height, sharpness, quality of a JPEG) of some photos, rising; 0 for what is not known."""
        ids = json.dumps([int(number) for number in photo_ids])
        some = "id IN (SELECT value FROM json_each(?))"
        return self._all(
            f"""SELECT id, digest, coalesce(width, 0), coalesce(height, 0), coalesce(sharpness, 0), coalesce(jpeg_quality, 0)
                FROM photos WHERE {some} ORDER BY id""",
            (ids,),
        )

    def copied_ids(self) -> tuple[int, ...]:
        """The photos that several files hold, rising."""
        several = "SELECT photo_id FROM files WHERE photo_id NOTNULL GROUP BY photo_id HAVING count(*) > 1 ORDER BY photo_id"
        return tuple(number for (number,) in self._all(several))

    def moments(self, gap_s: int) -> list[Moment]:
        """Photos that one camera took at most so many seconds before or after another, by camera and time."""
        found = self._all(
            f"""SELECT id, camera, seconds FROM (
                SELECT id, camera, seconds, lag(seconds) OVER shots AS before, lead(seconds) OVER shots AS after FROM (
                    SELECT id, coalesce(camera_make, '') || char(10) || coalesce(camera_model, '') AS camera,
                        CAST(strftime('%s', substr(date_taken, 1, 19)) AS INTEGER) AS seconds
                    FROM photos WHERE length(date_taken) >= 19 AND coalesce(camera_make, camera_model) NOTNULL AND {_HELD}
                ) WHERE seconds NOTNULL WINDOW shots AS (PARTITION BY camera ORDER BY seconds, id)
            ) WHERE seconds - before <= ?1 OR after - seconds <= ?1 ORDER BY camera, seconds, id""",
            (gap_s,),
        )
        return [Moment(*row) for row in found]

    def camera_raw(self) -> list[tuple[str, int]]:
        """(path, photo_id) of the files that are called as camera raw is, by path."""
        return self._all(f"SELECT path, photo_id FROM files WHERE photo_id NOTNULL AND ({_RAW_NAME}) ORDER BY path")

    def beginning_with(self, start: str) -> list[tuple[str, int]]:
        """(path, photo_id) of the files whose path begins so, by path."""
        bounds = stored(start), stored(start[:-1] + chr(ord(start[-1]) + 1))
        return self._all(f"SELECT path, photo_id FROM files WHERE photo_id NOTNULL AND {RANGE} ORDER BY path", bounds)
