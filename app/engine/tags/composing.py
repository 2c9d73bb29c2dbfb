"""A line put together from tags, date and place, for photos without a caption. It describes nothing, and never says it does."""

from __future__ import annotations

from app.engine.labels import Caption, CaptionSource
from app.engine.types import PhotoInfo

FEW = 5


def composed(info: PhotoInfo) -> Caption | None:
    """What is known of a photo in one line, such as "Boat, lake · 2026-11-14 · 64.15° N, 21.94° W"; None for nothing."""
    facts = info.metadata
    tags = ", ".join(tag.name for tag in info.tags[:FEW])
    parts = [tags[:1].upper() + tags[1:], (facts.date_taken or "")[:10]]
    if facts.gps_lat is not None and facts.gps_lon is not None:
        parts.append(f"{_degrees(facts.gps_lat, 'NS')}, {_degrees(facts.gps_lon, 'EW')}")
    text = " · ".join(part for part in parts if part)
    return Caption(text, CaptionSource.COMPOSED) if text else None


def _degrees(value: float, sides: str) -> str:
    return f"{abs(value):.2f}° {sides[value < 0]}"
