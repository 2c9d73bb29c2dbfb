"""Where a photo stands in the gallery, as plain values: the key that sorts it, and the day that it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from app.engine.types import PhotoRow, SortBy

Key = tuple[object, ...]

_SECONDS = 19  # "2026-11-14T15:02:11": what follows (fractions, the offset) does not order photos by the camera's clock


def moment(row: PhotoRow) -> str:
    """The photo's own local time as ISO 8601 to the second; the file's where the camera wrote none."""
    return row.taken[:_SECONDS] if row.taken else _file_moment(row.modified)


def day(row: PhotoRow) -> str:
    """The day a photo stands under: "2026-11-14"."""
    return (row.taken or _file_moment(row.modified))[:10]


def _file_moment(modified: float) -> str:
    try:
        return datetime.fromtimestamp(modified).isoformat(timespec="seconds")
    except (OSError, OverflowError, ValueError):  # a time that no calendar has
        return datetime.fromtimestamp(0, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _by_date(row: PhotoRow) -> Key:
    return (moment(row), row.path)


def _by_name(row: PhotoRow) -> Key:
    return (row.name.casefold(), row.path)


def _by_size(row: PhotoRow) -> Key:
    return (row.size, row.path)


KEYS: dict[SortBy, Callable[[PhotoRow], Key]] = {SortBy.DATE: _by_date, SortBy.NAME: _by_name, SortBy.SIZE: _by_size}


def position(rows: Sequence[PhotoRow], row: PhotoRow, sort: SortBy, descending: bool) -> int:
    """Where `row` belongs among sorted rows; a binary search, so that it costs little among 100,000."""
    key = KEYS[sort]
    wanted = key(row)
    low, high = 0, len(rows)
    while low < high:
        middle = (low + high) // 2
        there = key(rows[middle])
        before = there > wanted if descending else there < wanted
        if before:
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
