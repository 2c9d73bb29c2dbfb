"""Color histograms of very many photos: the nearest by L1, and photos by the share of a color, in four hundred bytes a photo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.histograms import BINS, unpack_shares
from app.engine.index.base import Fetch, Found, nothing
from app.engine.index.color_columns import ColorColumns
from app.engine.index.compact import FEW, LEAST, TIMES, CompactIndex
from app.engine.index.ids import Ids
from app.engine.index.measure import HistogramDistance
from app.engine.index.palette import TAIL, cell_weights
from app.engine.index.table import beside, load_array, write_array

COLUMNS, SLOTS = ".columns", ".slots"


class CompactColorIndex(CompactIndex):
    """Packed rows uint8 (n, 512) are added and asked. Beside the coding it keeps the shares in four bits a color.

    Photos by a color are picked by these and ranked by their stored rows.
    """

    kind = "compact histograms"
    parts = (*CompactIndex.parts, COLUMNS, SLOTS)

    def __init__(self, fetch: Fetch, *, few: int = FEW) -> None:
        super().__init__(HistogramDistance(), fetch, few=few)
        self._columns = ColorColumns()

    def search_colors(self, colors: Sequence[str], k: int, allowed: Ids | None = None) -> Found:
        """The k ids with most of the colors ("#rrggbb"), and the shares 0..1, best first; see `ColorIndex`.

        Raises UsageError for a word that is not a color.
        """
        weights = np.stack([cell_weights(color) for color in colors], axis=1)
        within = np.where(weights > TAIL, weights, 0)
        wanted = max(LEAST, TIMES * k)
        with self._lock:
            ids, shares = self._columns.best(within, wanted, allowed)
            if np.count_nonzero(shares > TAIL) < k:  # too few have the colors: rank the others by how near they come
                within = weights
                ids, _ = self._columns.best(weights, wanted, allowed)
        if not len(ids) or k < 1:
            return nothing()
        return _ranked(self._fetch, ids, within, k)

    def _append(self, ids: Ids, encoded: NDArray[np.float32]) -> None:
        super()._append(ids, encoded)
        self._columns.append(ids, encoded)

    def _remove(self, ids: Ids) -> None:
        super()._remove(ids)
        self._columns.remove(ids)

    def _begin(self) -> None:
        self._columns = ColorColumns()

    def _write_more(self, path: Path) -> None:
        ids, levels = self._columns.packed()
        write_array(beside(path, SLOTS), ids)
        write_array(beside(path, COLUMNS), levels)

    def _restore_more(self, path: Path, ids: Ids) -> None:
        slots, levels = load_array(beside(path, SLOTS)), load_array(beside(path, COLUMNS))
        if not np.array_equal(np.sort(slots), ids):
            raise ValueError("rows and shares do not belong together")
        self._columns = ColorColumns.of(slots, levels)


def _ranked(fetch: Fetch, ids: Ids, weights: NDArray[np.float32], k: int) -> Found:
    """The k of the photos with the largest geometric mean of the shares of the colors, by their stored rows."""
    there, rows = fetch(ids)
    if not len(there):
        return nothing()
    parts: NDArray[Any] = np.maximum(unpack_shares(rows) @ weights.reshape(BINS, -1), 1e-12)
    shares: NDArray[np.float32] = np.exp(np.log(parts).mean(axis=1)).astype(np.float32)
    order = np.lexsort((there, -shares))[:k]
    return there[order], shares[order]
