"""Places as XMP writes them: degrees with minutes, a letter for the hemisphere."""

from __future__ import annotations

import re

PLACE = re.compile(r"(\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?(?:,(\d+(?:\.\d+)?))?\s*([NSEWnsew])$")
DECIMAL = re.compile(r"[+-]?\d+(?:\.\d+)?$")


def coordinate(written: str | None, most: float) -> float | None:
    """Signed degrees of "40,39.505N", "40,39,30N" or "-40.65"; None for anything else, or beyond `most` degrees."""
    if written is None:
        return None
    if found := PLACE.match(written.strip()):
        degrees = sum(float(part or 0) / 60**power for power, part in enumerate(found.groups()[:3]))
        degrees = -degrees if found[4] in "SsWw" else degrees
    elif DECIMAL.match(written.strip()):
        degrees = float(written)
    else:
        return None
    return degrees if abs(degrees) <= most else None
