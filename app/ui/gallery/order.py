"""Where a photo stands in the gallery, as the engine lists them: the key that sorts it, and the day that it belongs to."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from app.engine.types import PhotoRow, SortBy

_OFFSET = re.compile(r"(?<=T.{8})(\.\d+)?(Z|[+-].*)$")  # photos are in order by the camera's clock
_DIGITS = re.compile(r"\d+")


def moment(row: PhotoRow) -> str:
    """The photo's own local time as ISO 8601; the file's, to the second, where the camera wrote none."""
    return _OFFSET.sub(r"\1", row.taken) if row.taken else _file_moment(row.modified)


def day(row: PhotoRow) -> str:
    """The day a photo stands under: "2026-11-14"."""
    return (row.taken or _file_moment(row.modified))[:10]


def _file_moment(modified: float) -> str:
    try:
        return datetime.fromtimestamp(modified).isoformat(timespec="seconds")
    except (OSError, OverflowError, ValueError):  # a time that no calendar has
        return datetime.fromtimestamp(0, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _by_name(row: PhotoRow) -> str:
    """Numbers by their value: IMG_9 comes before IMG_10."""
    return _DIGITS.sub(lambda digits: digits[0].zfill(12), row.name.casefold())


KEYS: dict[SortBy, Callable[[PhotoRow], Any]] = {SortBy.DATE: moment, SortBy.NAME: _by_name, SortBy.SIZE: lambda row: row.size}
"""What photos are sorted by; equal ones stand by their path, rising in either direction."""


def stays(before: PhotoRow, row: PhotoRow, sort: SortBy) -> bool:
    """Whether a changed photo keeps its place."""
    return before.path == row.path and bool(KEYS[sort](before) == KEYS[sort](row))


def position(rows: Sequence[PhotoRow], row: PhotoRow, sort: SortBy, descending: bool) -> int:
    """Where `row` belongs among sorted rows; a binary search, so that it costs little among 100,000."""
    key = KEYS[sort]
    wanted = key(row)
    low, high = 0, len(rows)
    while low < high:
        middle = (low + high) // 2
        there = key(rows[middle])
        before = there > wanted if descending else there < wanted
        if before or (there == wanted and rows[middle].path < row.path):
            low = middle + 1
        else:
            high = middle
    return low


def is_under(path: str, folder: str | None) -> bool:
    """Whether a file lies in a folder or below it; None is everywhere."""
    if folder is None:
        return True
    base = folder.rstrip("/\\")
    return path.startswith((base + "/", base + "\\"))
