"""Nearest neighbors of 576-bit hashes by the number of bits that differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.index.ids import Ids
from app.engine.index.table import FlatTable, load_faiss

HASH_BYTES = 72


class BinaryIndex(FlatTable):
    """Rows of 73 bytes: 72 of hash, then a quality; rows of quality 0 are exempt and never enter."""

    kind = "hashes"

    def __init__(self) -> None:
        super().__init__(HASH_BYTES + 1)

    def add(self, ids: Ids, rows: NDArray[Any]) -> None:
        """Add rows uint8 (n, 73), replacing ids that are there already; an id whose new row is exempt goes out."""
        ids = np.asarray(ids, np.int64).reshape(-1)
        super().add(ids, rows)
        self.remove(ids[rows[:, HASH_BYTES] == 0])

    def search(self, query: NDArray[Any], k: int, allowed: Ids | None = None) -> tuple[Ids, NDArray[np.float32]]:
        """The k nearest ids for a hash uint8 (72,) or a row (73,), and their distances in bits, nearest first."""
        row = np.ascontiguousarray(query[None, :HASH_BYTES], np.uint8)
        with self._lock:
            if allowed is not None:
                return self._among(row, k, np.flatnonzero(np.isin(self._ids, allowed)))
            if min(k, len(self._ids)) < 1:
                return np.empty(0, np.int64), np.empty(0, np.float32)
            distances, slots = self._index.search(row, min(k, len(self._ids)))
            return self._ids[slots[0]], distances[0].astype(np.float32)

    def _among(self, row: NDArray[np.uint8], k: int, slots: NDArray[np.int64]) -> tuple[Ids, NDArray[np.float32]]:
        # older versions of FAISS know no filter for binary rows
        rows = load_faiss().vector_to_array(self._index.xb).reshape(-1, HASH_BYTES)[slots]
        distances = np.bitwise_count(rows ^ row).sum(axis=1, dtype=np.int64)
        order = np.lexsort((self._ids[slots], distances))[: max(0, k)]
        return self._ids[slots[order]], distances[order].astype(np.float32)

    def within(
        self, queries: NDArray[np.uint8], radius: int, allowed: Ids | None = None
    ) -> tuple[Ids, NDArray[np.float32], NDArray[np.int64]]:
        """All ids at most `radius` bits from any of the hashes uint8 (m, 72), nearest first.

        Gives ids, distances, and for each the number of the nearest query row (the turn, for turned hashes).
        """
        rows = np.ascontiguousarray(queries[:, :HASH_BYTES], np.uint8)
        with self._lock:
            if not len(self._ids):
                return np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0, np.int64)
            limits, distances, slots = self._index.range_search(rows, radius + 1)  # FAISS means "less than"
            ids = self._ids[slots]
        which = np.repeat(np.arange(len(rows)), np.diff(limits).astype(np.int64))
        if allowed is not None:
            keep = np.isin(ids, allowed)
            ids, distances, which = ids[keep], distances[keep], which[keep]
        order = np.lexsort((which, ids, distances))
        _, first = np.unique(ids[order], return_index=True)
        best = order[np.sort(first)]
        return ids[best], distances[best].astype(np.float32), which[best]

    def _empty(self) -> Any:
        return load_faiss().IndexBinaryFlat(8 * HASH_BYTES)

    def _encode(self, rows: NDArray[Any]) -> NDArray[np.uint8]:
        return np.ascontiguousarray(rows[:, :HASH_BYTES], np.uint8)

    def _write(self, path: Path) -> None:
        load_faiss().write_index_binary(self._index, str(path))

    def _read(self, path: Path) -> Any:
        return load_faiss().read_index_binary(str(path))
