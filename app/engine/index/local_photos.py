"""Which photos an index of points holds, and how many points each has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.engine.index.ids import Ids


class PhotoCounts:
    """Rising photo_ids and the number of points of each, in twelve bytes a photo. Used under its owner's lock."""

    def __init__(self, ids: Ids | None = None, counts: NDArray[np.int32] | None = None) -> None:
        self._ids = np.empty(0, np.int64) if ids is None else ids.astype(np.int64)
        self._counts = np.empty(0, np.int32) if counts is None else counts.astype(np.int32)
        self._size = len(self._ids)
        self.points = int(self._counts.sum())

    def __len__(self) -> int:
        return self._size

    @property
    def ids(self) -> Ids:
        """The photos, a view that is good until the next change."""
        return self._ids[: self._size]

    @property
    def counts(self) -> NDArray[np.int32]:
        """How many points each photo has, a view."""
        return self._counts[: self._size]

    def of(self, ids: Ids) -> NDArray[np.int32]:
        """How many points these photos have; all of them are held."""
        return self.counts[np.searchsorted(self.ids, ids)]

    def add(self, ids: Ids, counts: NDArray[np.int32]) -> None:
        """Add different photos that are not held."""
        size = self._size + len(ids)
        if size > len(self._ids):
            self._ids = np.resize(self._ids, size + size // 2) if self._size else np.empty(2 * size, np.int64)
            self._counts = np.resize(self._counts, len(self._ids)) if self._size else np.empty(2 * size, np.int32)
        start, self._size = max(0, self._size - 1), size
        self._ids[size - len(ids) : size], self._counts[size - len(ids) : size] = ids, counts
        self.points += int(counts.sum())
        if (np.diff(self.ids[start:]) <= 0).any():  # photos are numbered as they come: seldom
            order = np.argsort(self.ids, kind="stable")
            self._ids, self._counts = self.ids[order], self.counts[order]

    def remove(self, ids: Ids) -> tuple[Ids, int]:
        """Take out those of the rising ids that are held: which, and how many points they have together."""
        places = np.searchsorted(self.ids, ids)
        places = places[self.ids[np.minimum(places, self._size - 1)] == ids] if self._size else places[:0]
        gone, points = self.ids[places].copy(), int(self.counts[places].sum())
        if len(places):
            self._ids, self._counts = np.delete(self.ids, places), np.delete(self.counts, places)
            self._size, self.points = len(self._ids), self.points - points
        return gone, points
