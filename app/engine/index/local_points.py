"""What the two ways of keeping points share."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from app.engine.index.ids import Ids

log = logging.getLogger(__name__)

DIMENSIONS = 128
POINT_BITS = 8
"""The id of a point is the photo_id and, in so many low bits, the number of the point in its photo."""
MOST_POINTS = 1 << POINT_BITS
"""So many points of a photo are indexed, the strongest."""
LISTS, CODES = ".lists", ".codes"
Decode = Callable[[bytes], NDArray[np.float32]]
"""The descriptors (n, 128), each of length 1, of a stored row. Raises ValueError for a damaged one."""
Near = tuple[NDArray[np.float32], Ids]
"""Squared distances (n, k), rising in each row, and the ids of the points (n, k), -1 where there are fewer than k."""


@dataclass(frozen=True)
class Batch:
    """m different photos, their stored rows, how many points each has, and the descriptors (sum of `counts`, 128) of all."""

    photos: Ids
    rows: Sequence[bytes]
    counts: NDArray[np.int32]
    descriptors: NDArray[np.float32]

    @classmethod
    def of(cls, photos: Ids, rows: Sequence[bytes], decode: Decode) -> Batch:
        """Decode rows."""
        parts = [decoded(decode, row) for row in rows]
        descriptors = np.concatenate([np.empty((0, DIMENSIONS), np.float32), *parts])
        return cls(photos, rows, np.array([len(part) for part in parts], np.int32), descriptors)

    @property
    def points(self) -> Ids:
        """The id of each descriptor."""
        numbers = np.arange(len(self.descriptors)) - np.repeat(np.cumsum(self.counts, dtype=np.int64) - self.counts, self.counts)
        return np.repeat(self.photos << POINT_BITS, self.counts) | numbers


@dataclass
class Kept:
    """What a question keeps to: those of the ids `asked` that are there, rising, how many points they have, and for a coding
    what it has made of them. A question votes twice with the same ids."""

    asked: ref[Ids]
    photos: Ids
    points: int
    selector: Any = None


class Points(Protocol):
    """Points of photos. Used under its owner's lock."""

    trained_for: int
    """The number of points that the coding was learned for; 0 where nothing was learned."""

    def add(self, batch: Batch) -> None:
        """Add photos that are not there."""
        ...

    def remove(self, photos: Ids, points: int) -> None:
        """Take photos out that are there and have so many points together."""
        ...

    def search(self, queries: NDArray[np.float32], k: int, only: Kept | None) -> Near:
        """The k nearest points of each query (n, 128); of the photos `only` when given."""
        ...

    def filled(self) -> None:
        """What is there now is what the coding was learned for."""
        ...

    def settle(self) -> None:
        """Let go of points that are only passed over."""
        ...

    def unbalanced(self) -> bool:
        """Whether what was learned suits the points that are there now so badly that searches suffer."""
        ...

    def write(self, path: Path, photos: Ids) -> None:
        """Write to `path` and beside it; `photos` are all that it holds, rising."""
        ...


def photos_of(points: Ids) -> Ids:
    """The photo_ids of points."""
    return points >> POINT_BITS


def decoded(decode: Decode, row: bytes) -> NDArray[np.float32]:
    """The descriptors of a row, (n, 128). A damaged row is one without points: other photos must not suffer from it."""
    none = np.empty((0, DIMENSIONS), np.float32)
    if not row:
        return none
    try:
        descriptors = np.ascontiguousarray(decode(row)[:MOST_POINTS], np.float32)
    except ValueError as error:
        log.warning("the points of a photo cannot be read: %s", error)
        return none
    sound = descriptors.ndim == 2 and descriptors.shape[1] == DIMENSIONS and bool(np.isfinite(descriptors).all())
    return descriptors if sound else none
