"""Nearest neighbors of color histograms by L1 distance, and photos by the share of a color."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.histograms import BINS, ROW_BYTES, unpack_shares
from app.engine.index.ids import Ids
from app.engine.index.palette import TAIL, cell_weights
from app.engine.index.table import FlatTable, beside, load_array, load_faiss, write_array

FIRST = 500
"""So many candidates by inner product are ranked again by L1."""
BLOCK = 16_384
PACKED = ".packed"


class ColorIndex(FlatTable):
    """Histograms of 8 x 8 x 8 colors, added and asked as packed rows uint8 (n, 512).

    FAISS holds 255 times the square roots of the shares: their inner product (the Bhattacharyya coefficient) finds
    candidates fast. L1 between the histograms themselves ranks them.
    """

    kind = "histograms"
    parts = (*FlatTable.parts, PACKED)

    def __init__(self) -> None:
        super().__init__(ROW_BYTES)
        self._packed = np.empty((0, ROW_BYTES), np.uint8)  # grows by doubling: the rows in use are the first len(self)

    def search(self, query: NDArray[Any], k: int, allowed: Ids | None = None) -> tuple[Ids, NDArray[np.float32]]:
        """The k nearest ids for a packed row uint8 (512,), and their L1 distances (0 the same, 2 no color in common)."""
        share = unpack_shares(query.reshape(1, ROW_BYTES))
        with self._lock:
            only, most = self._only(allowed)
            if min(k, most) < 1:
                return np.empty(0, np.int64), np.empty(0, np.float32)
            _, found = self._index.search(_roots(share), min(max(k, FIRST), most), params=only)
            slots = found[0][found[0] >= 0]
            ids, packed = self._ids[slots], self._packed[slots]
        blocks = (packed[at : at + BLOCK] for at in range(0, len(packed), BLOCK))
        distances = np.concatenate([np.abs(unpack_shares(block) - share).sum(axis=1) for block in blocks])
        order = np.lexsort((ids, distances))[:k]
        return ids[order], distances[order]

    def search_colors(self, colors: Sequence[str], k: int, allowed: Ids | None = None) -> tuple[Ids, NDArray[np.float32]]:
        """The k ids with most of the colors ("#rrggbb"), and the estimated shares 0..1, best first.

        Of several colors the share is the geometric mean, so that a photo without one of them ranks low.
        Raises UsageError for a word that is not a color.
        """
        weights = np.stack([cell_weights(color) for color in colors], axis=1)
        with self._lock:
            keep = None if allowed is None else np.isin(self._ids, allowed)
            ids = self._ids.copy() if keep is None else self._ids[keep]
            rows = self._rows() if keep is None else self._rows()[keep]
            share = _color_shares(rows, np.where(weights > TAIL, weights, 0))
            if np.count_nonzero(share > TAIL) < k:  # too few have the colors: rank the others by how near they come
                share = _color_shares(rows, weights)
        order = np.lexsort((ids, -share))[:k]
        return ids[order], share[order]

    def _rows(self) -> NDArray[np.uint8]:
        """All rows uint8 (n, 512), a view of the index's own memory: use it only under the lock."""
        size = len(self._ids) * BINS
        return (
            load_faiss().rev_swig_ptr(self._index.codes.data(), size).reshape(-1, BINS) if size else np.empty((0, BINS), np.uint8)
        )

    def _empty(self) -> Any:
        faiss = load_faiss()
        return faiss.IndexScalarQuantizer(BINS, faiss.ScalarQuantizer.QT_8bit_direct, faiss.METRIC_INNER_PRODUCT)

    def _encode(self, rows: NDArray[Any]) -> NDArray[np.uint8]:
        return np.ascontiguousarray(rows, np.uint8)

    def _append(self, ids: Ids, encoded: NDArray[Any]) -> None:
        start, stop = len(self._ids), len(self._ids) + len(ids)
        if stop > len(self._packed):
            grown = np.empty((max(stop, 2 * len(self._packed)), ROW_BYTES), np.uint8)
            grown[:start] = self._packed[:start]
            self._packed = grown
        self._packed[start:stop] = encoded
        for at in range(0, len(ids), BLOCK):
            super()._append(ids[at : at + BLOCK], _roots(unpack_shares(encoded[at : at + BLOCK])))

    def _keep_only(self, kept: NDArray[np.bool_]) -> None:
        self._packed = self._packed[: len(kept)][kept]

    def _write(self, path: Path) -> None:
        super()._write(path)
        write_array(beside(path, PACKED), self._packed[: len(self._ids)])

    def _restore_more(self, path: Path) -> None:
        packed = load_array(beside(path, PACKED))
        if packed.shape != (len(self._ids), ROW_BYTES) or packed.dtype != np.uint8:
            raise ValueError("rows and histograms do not belong together")
        self._packed = packed


def _roots(shares: NDArray[np.float32]) -> NDArray[np.float32]:
    """What FAISS keeps of histograms (n, 512)."""
    roots: NDArray[np.float32] = np.rint(255 * np.sqrt(shares))
    return roots


def _color_shares(rows: NDArray[np.uint8], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """The geometric mean (n,) of the shares of m colors, from square roots (n, 512) and weights of the cells (512, m)."""
    cells = np.flatnonzero(weights.any(axis=1))
    mean = np.empty(len(rows), np.float32)
    for at in range(0, len(rows), BLOCK):
        squares = np.square(np.take(rows[at : at + BLOCK], cells, axis=1), dtype=np.float32)
        shares = squares @ weights[cells] / 255**2
        mean[at : at + BLOCK] = np.exp(np.log(np.maximum(shares, 1e-12)).mean(axis=1))
    return mean
