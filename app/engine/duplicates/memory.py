"""Hashes and near pairs that are remembered, so that only new photos are read and compared with the others."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from app.engine.duplicates.pairs import Pairs, near_pairs, proposing_bits
from app.engine.features.copy import HASH_BYTES

Rows = tuple[NDArray[np.int64], NDArray[np.uint8]]
"""Photos (n,), rising, and their copy rows uint8 (n, 73)."""
RowsOf = Callable[[NDArray[np.int64]], Rows]
"""Those of some photos (rising) that have a copy row, with it."""
Confirm = Callable[[Pairs, NDArray[np.int64], NDArray[np.uint8]], Pairs]
"""Which of new pairs count; given also their photos (n,), rising, and the qualities of these uint8 (n,)."""


class PairMemory:
    """The near pairs of the photos that it was last told of. Calls wait for each other.

    It keeps 88 bytes a photo. A photo that comes later is compared with all others in one pass over 16 of these.
    """

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads
        self._ids: NDArray[np.int64] = np.empty(0, np.int64)
        self._rows = np.empty((0, HASH_BYTES + 1), np.uint8)
        self._proposing = proposing_bits(self._rows[:, :HASH_BYTES])
        self._pairs = Pairs.none()
        self._lock = Lock()

    def update(
        self,
        ids: NDArray[np.int64],
        rows_of: RowsOf,
        tick: Callable[[float], None] | None = None,
        confirm: Confirm = lambda pairs, _photos, _qualities: pairs,
    ) -> Pairs:
        """The near pairs among the photos `ids`; rows are asked for those alone that are new, for an id always has the same."""
        with self._lock:
            there = np.isin(self._ids, ids)
            fresh, rows = rows_of(np.sort(ids[~np.isin(ids, self._ids)]))
            known = np.concatenate([self._ids[there], fresh])
            order = np.argsort(known, kind="stable")
            held = np.concatenate([self._rows[there], rows])[order]
            proposing = np.concatenate([self._proposing[there], proposing_bits(rows[:, :HASH_BYTES])])[order]
            known, new = known[order], order >= int(there.sum())
            hashes, qualities = held[:, :HASH_BYTES], held[:, HASH_BYTES]
            found = near_pairs(known, hashes, qualities, fresh=new, proposing=proposing, threads=self._threads, tick=tick)
            if len(found):
                photos = np.unique(np.concatenate([found.first, found.second]))
                found = confirm(found, photos, held[np.searchsorted(known, photos), HASH_BYTES])
            kept = self._pairs.only(np.isin(self._pairs.first, known) & np.isin(self._pairs.second, known))
            self._pairs = kept.joined(found)
            self._ids, self._rows, self._proposing = known, held, proposing
            return self._pairs
