"""Which points of one picture are those of another: by their descriptors, then by how they are turned and how large they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.features.local.points import LocalFeatures

RATIO = 0.92
"""The nearest descriptor must be nearer than so many times the next one, in both directions."""
TURN_STEP, GROWTH_STEP = 30.0, 0.5
"""Bins of turns, in degrees, and of growths, in powers of two; pairs in a bin and in those beside it agree."""
_CIRCLE = round(360 / TURN_STEP)
SAME_PLACE = 0.004
"""Points nearer to each other than this share of the longer side count once."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of points: `first` and `second` are numbers of points (n,) in the query and in the photo."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.first)

    def only(self, which: NDArray[np.bool_]) -> Pairs:
        """The pairs where `which` (n,) is true."""
        return Pairs(self.first[which], self.second[which])


def matched(query: LocalFeatures, photo: LocalFeatures) -> Pairs:
    """Mutual nearest neighbors that are clearly nearer than the next ones (SMNN)."""
    if len(query) < 2 or len(photo) < 2:
        return Pairs(np.empty(0, np.int64), np.empty(0, np.int64))
    gaps = query.descriptors @ photo.descriptors.T
    gaps *= -2
    gaps += 2
    np.sqrt(np.maximum(gaps, 0, out=gaps), out=gaps)
    there, back = gaps.argmin(axis=1), gaps.argmin(axis=0)
    first = np.flatnonzero(back[there] == np.arange(len(query)))
    second = there[first]
    nearest = gaps[first, second]
    gaps[first, second] = np.inf  # what is left is the next one in each direction
    clear = nearest < RATIO * np.minimum(gaps[first].min(axis=1), gaps.T[second].min(axis=1))
    return Pairs(first[clear], second[clear])


def agreeing(query: LocalFeatures, photo: LocalFeatures, pairs: Pairs) -> Pairs:
    """The largest part of the pairs that agree in how the photo is turned and how much it has grown, each place once."""
    if not len(pairs):
        return pairs
    turn = (photo.angles[pairs.second] - query.angles[pairs.first]) % 360
    growth = np.log2(photo.sizes[pairs.second] / query.sizes[pairs.first])
    turns = (np.floor(turn / TURN_STEP) % _CIRCLE).astype(np.int64).tolist()
    growths = np.floor(growth / GROWTH_STEP).astype(np.int64).tolist()
    bins = list(zip(turns, growths, strict=True))
    counts = Counter(bins)
    most = 1 + max(counts.values())
    best = max(sorted(counts), key=lambda place: sum(counts.get(near, 0) for near in _beside(place)) + counts[place] / most)
    near = set(_beside(best))
    return _each_place_once(query, photo, pairs.only(np.array([place in near for place in bins])))


def _beside(place: tuple[int, int]) -> list[tuple[int, int]]:
    """A bin of turns and growths and the eight around it; the last turns lie beside the first."""
    turn, growth = place
    steps = (-1, 0, 1)
    return [((turn + across) % _CIRCLE, growth + down) for across in steps for down in steps]


def _each_place_once(query: LocalFeatures, photo: LocalFeatures, pairs: Pairs) -> Pairs:
    """A point with several directions counts once: several pairs at one place prove no more than one."""
    steps = [max(1.0, SAME_PLACE * max(size)) for size in (query.size, photo.size)]
    places = np.concatenate(
        [np.round(query.points[pairs.first] / steps[0]), np.round(photo.points[pairs.second] / steps[1])], axis=1
    )
    numbers = range(len(pairs) - 1, -1, -1)
    first_at = dict(zip(map(tuple, places[::-1].tolist()), numbers, strict=True))
    once = np.zeros(len(pairs), np.bool_)
    once[list(first_at.values())] = True
    return pairs.only(once)
