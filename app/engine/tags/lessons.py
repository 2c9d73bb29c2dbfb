"""What people teach by giving and refusing a tag: photos near those that have it get it more easily, near the others less so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.models.base import Relevance

Array = NDArray[np.float32]
GAIN = 2.5
"""How far, in odds, many given photos move one that is very close to them. A name that the model knows nothing of is shown from
two given photos on (for a single one, only nearly the same picture gets it): of 100 kinds of things taught with one,
two or three photos each, 94, 81 and 69 % of the photos that got the name were right, and 22, 53 and 65 % of the others of the
kind got it (tests/bench/bench_tags.py)."""
FEW = 1.0
"""So many photos count half of what very many would."""
FARTHEST, NEAREST = 0.0, 1.5
"""Between these the nearness counts: 0 where two photos are hardly related any more, 1 where they are very close."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One tag: the mean (length) of the photos that were given it and of those it was refused for, and how many each are.

    A prototype as in Rocchio's relevance feedback (in: The SMART Retrieval System, 1971), moved by every photo.
    """

    name: str
    given: Array
    given_count: int
    refused: Array
    refused_count: int
    nearness: Relevance

    def shift(self, photos: Array) -> Array:
        """Rows of photos (m, length) of length 1 -> by how much the odds of the tag change for each (m)."""
        toward = _weight(self.given_count) * self._near(photos, self.given)
        away = _weight(self.refused_count) * self._near(photos, self.refused)
        return (GAIN * (toward - away)).astype(np.float32)

    def _near(self, photos: Array, prototype: Array) -> Array:
        worth = self.nearness
        span = worth.middle + worth.width - worth.cut_off
        near: Array = np.clip((photos @ prototype - worth.cut_off) / span, FARTHEST, NEAREST)
        return near


def lesson(name: str, given: Array, refused: Array, nearness: Relevance) -> Lesson:
    """The lesson of photos that were given a tag, and of photos it was refused for; rows (n, length) of length 1."""
    return Lesson(name, _prototype(given), len(given), _prototype(refused), len(refused), nearness)


def _prototype(rows: Array) -> Array:
    """The direction in which rows lie (length); of none, nothing."""
    mean: Array = rows.sum(axis=0)
    return (mean / max(float(np.linalg.norm(mean)), 1e-6)).astype(np.float32)


def _weight(count: int) -> float:
    return count / (count + FEW)
