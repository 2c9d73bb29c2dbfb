"""Rows of photos as the engine would give them, for tests of the window."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.engine.types import PhotoRow, SortBy
from app.ui.gallery import order

NEWEST = datetime(2026, 11, 14, 18, 0)


def row(number: int, *, hours: float | None = None, name: str = "", taken: str | None = "", size: int = 0) -> PhotoRow:
    """Photo `number`, taken `hours` (by default its number) before the newest. `taken` None: only the file has a date."""
    when = NEWEST - timedelta(hours=number if hours is None else hours)
    return PhotoRow(
        photo_id=number + 1,
        digest=number.to_bytes(16, "big"),
        path=f"/photos/{name or f'IMG_{number:05d}.jpg'}",
        taken=when.isoformat(timespec="seconds") if taken == "" else taken,
        modified=when.timestamp(),
        size=size or 1000 + number,
        width=640,
        height=480,
        color=0x336699,
    )


def rows(count: int, *, a_day: int = 24) -> tuple[PhotoRow, ...]:
    """Photos in the gallery's order, newest first, `a_day` of them on each day."""
    return tuple(row(number, hours=24 / a_day * number) for number in range(count))


def listed(photos: Sequence[PhotoRow], sort: SortBy, descending: bool) -> tuple[PhotoRow, ...]:
    """Photos in order; equal ones by path."""
    by_path = sorted(photos, key=lambda photo: photo.path)
    return tuple(sorted(by_path, key=order.KEYS[sort], reverse=descending))
