"""Whether two near photos look the same, field by field of their thumbnails: a hash says little of colors and of small places."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from app.engine.features.copy import turned_back
from app.engine.features.fields import Fields, fields_of_jpeg, unpacked
from app.engine.library.file_rows import FileRow
from app.engine.library.store import Library
from app.engine.types import Turn

SAME, SAME_COARSE = 12, 17
"""Levels of 256 that a field may differ in red, green or blue; the more where one of both was saved at a quality below `COARSE`
or is less than `SMALL` pixels long. Saved at quality 30 to 95, in another format, turned or resized to a quarter, the worst of
1,020 copies differed by 11, at quality 10 by 14, resized to an eighth by 16; of copies with a small text one of twenty differed
by less than 12, with a ball by less than 62, with other colors by less than 22."""
COARSE, SMALL = 25, 240
ALIKE, ALIKE_COARSE = 2.0, 3.5
"""What all fields together may differ in the mean: half of it is what most copies of quality 10 differ by."""
BOLD = 2
"""What differs by so many times as much in a place was not there before: sharpening and saving stay below."""
ELSEWHERE = 4
"""Up to so many levels a field is the same where others show something else,"""
FEW = 0.25
"""and at most so large a share of them shows something else in one place."""
REMEMBERED = 1 << 18
"""So many answers are kept: about 50 MB."""
AT_HAND = 256
"""The fields of so many photos, those of a group or two, are kept: 3 MB."""


class Look(Enum):
    """What two pictures that were laid on each other are."""

    SAME = auto()  # but for saving and scaling
    IN_ONE_PLACE = auto()  # the same but for a few fields: a text, another inset, a ball that moved
    OTHER = auto()  # lighter, recolored, or changed in many places
    UNKNOWN = auto()  # a thumbnail is not there now


class Looks:
    """Compares photos by the fields of their thumbnails, given by digest, and remembers. Calls wait for each other."""

    def __init__(self, fields: Callable[[bytes], Fields | None]) -> None:
        self._fields_of = fields
        self._known: dict[tuple[bytes, bytes, Turn], Look] = {}
        self._fields: dict[bytes, Fields | None] = {}
        self._lock = Lock()

    def compare(self, kept: FileRow, file: FileRow, turn: Turn) -> Look:
        """What a photo is beside the kept one, which turned by `turn` should give it."""
        with self._lock:
            return self._compared(kept, file, turn)

    def added(self, kept: FileRow, file: FileRow, turn: Turn) -> float:
        """How much rougher the kept photo is where the two differ than the other one, in doublings; below 0 the other is.

        A text, a sign or a ball is rougher than what it hides.
        """
        with self._lock:
            one, other = self._of(kept.digest), self._of(file.digest)
        return 0.0 if one is None or other is None else rougher(one, turned_back(other, turn))

    def _compared(self, kept: FileRow, file: FileRow, turn: Turn) -> Look:
        key = (kept.digest, file.digest, turn)
        if key not in self._known:
            one, other = self._of(kept.digest), self._of(file.digest)
            if one is None or other is None:
                return Look.UNKNOWN
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = look(one, turned_back(other, turn), coarse=_is_coarse(kept) or _is_coarse(file))
        return self._known[key]

    def _of(self, digest: bytes) -> Fields | None:
        if digest not in self._fields:
            if len(self._fields) >= AT_HAND:
                del self._fields[next(iter(self._fields))]
            self._fields[digest] = self._fields_of(digest)
        return self._fields[digest]


def stored_fields(library: Library) -> Callable[[bytes], Fields | None]:
    """The fields of a photo by its digest, as they are stored, or from its thumbnail."""

    def fields(digest: bytes) -> Fields | None:
        stored = library.thumbnails.fields(digest)
        return fields_of_jpeg(library.thumbnails.get(digest)) if stored is None else unpacked(stored)

    return fields


def look(one: Fields, other: Fields, *, coarse: bool = False) -> Look:
    """What two pictures are beside each other by their fields; `coarse` where one of both was kept badly or small."""
    apart = np.maximum(one, other) - np.minimum(one, other)
    most, mean = (SAME_COARSE, ALIKE_COARSE) if coarse else (SAME, ALIKE)
    if apart.max() <= most and apart.mean() <= mean:
        return Look.SAME
    worst = apart.max(axis=2)
    rest = worst <= most
    few = worst.max() >= BOLD * most and np.count_nonzero(~rest) <= FEW * rest.size
    elsewhere = few and apart[rest].mean() <= mean and np.median(worst) <= ELSEWHERE
    return Look.IN_ONE_PLACE if elsewhere else Look.OTHER


def _is_coarse(file: FileRow) -> bool:
    return 0 < file.jpeg_quality < COARSE or max(file.width, file.height) < SMALL


def rougher(one: Fields, other: Fields) -> float:
    """How many times as far, in doublings, the fields of the first that differ lie from those around them."""
    changed = (np.maximum(one, other) - np.minimum(one, other)).max(axis=2) > SAME
    if not changed.any():
        return 0.0
    first, second = (float(_roughness(fields)[changed].mean()) for fields in (one, other))
    return float(np.log2((first + 1) / (second + 1)))


def _roughness(fields: Fields) -> NDArray[np.float32]:
    """How far each field lies from the mean of its four neighbors, in the color that differs most."""
    around = np.pad(fields.astype(np.float32), ((1, 1), (1, 1), (0, 0)), "edge")
    mean = (around[:-2, 1:-1] + around[2:, 1:-1] + around[1:-1, :-2] + around[1:-1, 2:]) / 4
    return np.asarray(np.abs(around[1:-1, 1:-1] - mean).max(axis=2), np.float32)
