"""Ids in an array that grows, and where each of them stands: eight bytes an id, where a set of Python's takes ninety."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]


class IdColumn:
    """Different ids in slots, in the order in which they came. Used under its owner's lock."""

    def __init__(self, ids: Ids | None = None) -> None:
        self._room = np.empty(0, np.int64) if ids is None else np.array(ids, np.int64)
        self._size = len(self._room)
        # photos are numbered as they come, so that the column is mostly in order and needs no second one
        self._ascending = bool((np.diff(self._room) > 0).all())
        self._order: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return self._size

    @property
    def values(self) -> Ids:
        """The ids by slot, a view that is good until the next change."""
        return self._room[: self._size]

    def append(self, ids: Ids) -> None:
        """Add ids that are not there yet."""
        size = self._size + len(ids)
        if size > len(self._room):
            grown = np.empty(max(size, self._size + self._size // 8 + 1024), np.int64)
            grown[: self._size] = self.values
            self._room = grown
        self._room[self._size : size] = ids
        ends = self._size
        self._size = size
        if self._ascending and len(ids):
            self._ascending = bool((np.diff(self._room[max(0, ends - 1) : size]) > 0).all())
        self._order = None

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Only the slots stay where `kept` is true, in their order."""
        self._room = self.values[kept]
        self._size = len(self._room)
        self._ascending = self._ascending or bool((np.diff(self._room) > 0).all())
        self._order = None

    def find(self, ids: Ids) -> NDArray[np.int64]:
        """The slot of each id, -1 for those that are not there."""
        if not self._size:
            return np.full(len(ids), -1, np.int64)
        values = self.values
        if not self._ascending and self._order is None:
            self._order = np.argsort(values, kind="stable")
        order = self._order
        places = np.minimum(np.searchsorted(values, ids, sorter=order), self._size - 1)
        slots = places if order is None else order[places]
        return np.where(values[slots] == ids, slots, -1)


def last_of_each(ids: Ids) -> NDArray[np.int64]:
    """The positions, rising, of the last occurrence of every id."""
    last: NDArray[np.int64] = len(ids) - 1 - np.unique(ids[::-1], return_index=True)[1]
    last.sort()
    return last
