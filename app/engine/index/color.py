"""Nearest neighbors of color histograms by L1 distance, and photos by the share of a color."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.index.palette import BINS, cell_weights
from app.engine.index.table import FlatTable, Ids, load_faiss

FIRST = 500
"""So many candidates by inner product are ranked again by L1."""
BLOCK = 16_384


class ColorIndex(FlatTable):
    """Rows uint8 (n, 512): 255 times the square roots of the shares of 8 x 8 x 8 colors.

    The inner product of square roots (the Bhattacharyya coefficient) finds candidates fast; L1 between the histograms
    that the rows stand for ranks them.
    """

    def __init__(self) -> None:
        super().__init__(BINS)

    def search(self, query: NDArray[Any], k: int, allowed: Ids | None = None) -> tuple[Ids, NDArray[np.float32]]:
        """The k nearest ids for a row uint8 (512,), and their L1 distances (0 the same, 2 no color in common)."""
        row = np.ascontiguousarray(query.reshape(1, BINS), np.float32)
        with self._lock:
            only, most = self._only(allowed)
            if min(k, most) < 1:
                return np.empty(0, np.int64), np.empty(0, np.float32)
            _, found = self._index.search(row, min(max(k, FIRST), most), params=only)
            slots = found[0][found[0] >= 0]
            distances = np.abs(_shares(self._rows()[slots]) - _shares(row)).sum(axis=1)
            order = np.lexsort((self._ids[slots], distances))[:k]
            return self._ids[slots[order]], distances[order]

    def search_colors(self, colors: Sequence[str], k: int, allowed: Ids | None = None) -> tuple[Ids, NDArray[np.float32]]:
        """The k ids with most of the colors ("#rrggbb"), and the estimated shares 0..1, best first.

        Of several colors the share is the geometric mean, so that a photo without one of them ranks low.
        Raises UsageError for a word that is not a color.
        """
        weights = np.stack([cell_weights(color) for color in colors], axis=1)
        cells = np.flatnonzero(weights.any(axis=1))
        with self._lock:
            keep = None if allowed is None else np.isin(self._ids, allowed)
            ids = self._ids.copy() if keep is None else self._ids[keep]
            rows = self._rows() if keep is None else self._rows()[keep]
            blocks = range(0, len(ids), BLOCK)
            shares = [_color_shares(rows[at : at + BLOCK], cells, weights[cells]) for at in blocks]
        if not shares:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        share = np.concatenate(shares)
        order = np.lexsort((ids, -share))[:k]
        return ids[order], share[order]

    def _rows(self) -> NDArray[np.uint8]:
        """All rows uint8 (n, 512), a view of the index's own memory: use it only under the lock."""
        size = len(self._ids) * BINS
        return load_faiss().rev_swig_ptr(self._index.codes.data(), size).reshape(-1, BINS) if size else np.empty((0, BINS), np.uint8)

    def _empty(self) -> Any:
        return load_faiss().IndexScalarQuantizer(BINS, load_faiss().ScalarQuantizer.QT_8bit_direct, load_faiss().METRIC_INNER_PRODUCT)

    def _encode(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        return np.ascontiguousarray(rows, np.float32)


def _shares(rows: NDArray[Any]) -> NDArray[np.float32]:
    """The histograms (n, 512), summing to 1, that rows of square roots stand for."""
    squares: NDArray[np.float32] = np.square(rows, dtype=np.float32)
    squares /= np.maximum(squares.sum(axis=1, keepdims=True), 1)
    return squares


def _color_shares(rows: NDArray[np.uint8], cells: NDArray[np.int64], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """The geometric mean (n,) of the shares of the m colors whose weights (c, m) belong to the cells (c,)."""
    shares = np.square(np.take(rows, cells, axis=1), dtype=np.float32) @ weights / 255**2
    mean: NDArray[np.float32] = np.exp(np.log(np.maximum(shares, 1e-12)).mean(axis=1)).astype(np.float32)
    return mean
