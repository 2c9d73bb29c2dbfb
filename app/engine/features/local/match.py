"""Which points of one picture are those of another: by their descriptors, then by how they are turned and how large they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.features.local.points import LocalFeatures

RATIO = 0.92
"""The nearest descriptor must be nearer than so many times the next one, in both directions."""
TURN_STEP, GROWTH_STEP = 30.0, 0.5
"""Bins of turns, in degrees, and of growths, in powers of two; pairs in a bin and in those beside it agree."""
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
    gaps = np.sqrt(np.maximum(2 - 2 * (query.descriptors @ photo.descriptors.T), 0))
    there, back = gaps.argmin(axis=1), gaps.argmin(axis=0)
    first = np.flatnonzero(back[there] == np.arange(len(query)))
    second = there[first]
    nearest = gaps[first, second]
    next_there = np.partition(gaps[first], 1, axis=1)[:, 1]
    next_back = np.partition(gaps[:, second], 1, axis=0)[1]
    clear = nearest < RATIO * np.minimum(next_there, next_back)
    return Pairs(first[clear], second[clear])


def agreeing(query: LocalFeatures, photo: LocalFeatures, pairs: Pairs) -> Pairs:
    """The largest part of the pairs that agree in how the photo is turned and how much it has grown, each place once."""
    if not len(pairs):
        return pairs
    turn = (photo.angles[pairs.second] - query.angles[pairs.first]) % 360
    growth = np.log2(photo.sizes[pairs.second] / query.sizes[pairs.first])
    turns, growths = np.floor(turn / TURN_STEP), np.floor(growth / GROWTH_STEP)
    bins, of_bin, counts = np.unique(np.stack([turns, growths], axis=1), axis=0, return_inverse=True, return_counts=True)
    around = np.array([counts[_beside(bins, place)].sum() for place in bins])
    best = bins[int(np.argmax(around + counts / (1 + counts.max())))]
    return _each_place_once(query, photo, pairs.only(_beside(bins, best)[of_bin.reshape(-1)]))


def _beside(bins: NDArray[np.float64], place: NDArray[np.float64]) -> NDArray[np.bool_]:
    circle = round(360 / TURN_STEP)
    gap = np.abs(bins[:, 0] - place[0])
    near: NDArray[np.bool_] = (np.minimum(gap, circle - gap) <= 1) & (np.abs(bins[:, 1] - place[1]) <= 1)
    return near


def _each_place_once(query: LocalFeatures, photo: LocalFeatures, pairs: Pairs) -> Pairs:
    """A point with several directions counts once: several pairs at one place prove no more than one."""
    steps = [max(1.0, SAME_PLACE * max(size)) for size in (query.size, photo.size)]
    places = np.concatenate(
        [np.round(query.points[pairs.first] / steps[0]), np.round(photo.points[pairs.second] / steps[1])], axis=1
    )
    _, kept = np.unique(places, axis=0, return_index=True)
    once = np.zeros(len(pairs), np.bool_)
    once[kept] = True
    return pairs.only(once)
