"""The name of a color profile (ICC.1:2022, the `desc` tag of version 2 and of version 4)."""

from __future__ import annotations

from app.engine.features.embedded.values import text

MOST_TAGS = 200


def profile_name(profile: bytes) -> str | None:
    """What the profile calls itself, such as "Display P3"; None where it cannot be read."""
    count = min(int.from_bytes(profile[128:132], "big"), MOST_TAGS)
    for at in range(132, 132 + 12 * count, 12):
        if profile[at : at + 4] == b"desc":
            start = int.from_bytes(profile[at + 4 : at + 8], "big")
            return _name(profile[start : start + int.from_bytes(profile[at + 8 : at + 12], "big")])
    return None


def _name(tag: bytes) -> str | None:
    if tag[:4] == b"desc":
        return text(tag[12 : 12 + int.from_bytes(tag[8:12], "big")])
    if tag[:4] == b"mluc":
        size, start = int.from_bytes(tag[20:24], "big"), int.from_bytes(tag[24:28], "big")
        return text(tag[start : start + size // 2 * 2].decode("utf-16-be", "replace"))
    return None
