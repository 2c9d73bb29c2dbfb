"""Near pairs that are remembered, so that only new photos are compared with the others."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from app.engine.duplicates.pairs import Pairs, near_pairs
from app.engine.features.copy import HASH_BYTES


class PairMemory:
    """The near pairs of the photos that it was last told of. Calls wait for each other."""

    def __init__(self) -> None:
        self._seen: NDArray[np.int64] = np.empty(0, np.int64)
        self._pairs = Pairs.none()
        self._lock = Lock()

    def update(
        self,
        ids: NDArray[np.int64],
        rows: NDArray[np.uint8],
        tick: Callable[[float], None] | None = None,
        confirm: Callable[[Pairs], Pairs] | None = None,
    ) -> Pairs:
        """The near pairs among the photos `ids` with copy rows uint8 (n, 73); an id always stands for the same row.

        Of pairs that are new those stay that `confirm` leaves.
        """
        with self._lock:
            fresh = ~np.isin(ids, self._seen)
            found = near_pairs(ids, rows[:, :HASH_BYTES], rows[:, HASH_BYTES], fresh=fresh, tick=tick)
            found = confirm(found) if confirm and len(found) else found
            kept = self._pairs.only(np.isin(self._pairs.first, ids) & np.isin(self._pairs.second, ids))
            self._pairs = kept.joined(found)
            self._seen = ids.copy()
            return self._pairs
