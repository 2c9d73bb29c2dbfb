"""Stored rows by photo_id: an index knows photos by number, the store keeps rows by digest."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.features.base import Extractor
from app.engine.library.catalog import Catalog
from app.engine.library.vectors import VectorStore

Ids = NDArray[np.int64]
_DIGEST = 16
_STEP = 50_000


class DigestBook:
    """The digest of every photo in 24 bytes. It only grows: a number is never given twice. Any thread."""

    def __init__(self) -> None:
        self._ids: Ids = np.empty(0, np.int64)
        self._digests = np.empty((0, _DIGEST), np.uint8)
        self._lock = threading.Lock()

    def catch_up(self, catalog: Catalog) -> None:
        """Read the photos that came since the last time."""
        with self._lock:
            parts: list[tuple[Ids, NDArray[np.uint8]]] = [(self._ids, self._digests)]
            last = int(self._ids[-1]) if len(self._ids) else 0
            while rows := catalog.digests_after(last, _STEP):
                last = rows[-1][0]
                digests = np.frombuffer(b"".join(digest for _, digest in rows), np.uint8).reshape(-1, _DIGEST)
                parts.append((np.fromiter((number for number, _ in rows), np.int64, len(rows)), digests))
            if len(parts) > 1:
                self._ids = np.concatenate([ids for ids, _ in parts])
                self._digests = np.concatenate([digests for _, digests in parts])

    def look_up(self, ids: Ids) -> tuple[Ids, list[bytes]]:
        """Those of the ids that are known, in the order of their digests, and the digests."""
        with self._lock:
            known, book = self._ids, self._digests
        if not len(known):
            return np.empty(0, np.int64), []
        places = np.clip(ids - known[0], 0, len(known) - 1)  # right while no number is missing before them
        there = known[places] == ids
        if not there.all():
            places = np.minimum(np.searchsorted(known, ids), len(known) - 1)
            there = known[places] == ids
        ids, digests = ids[there], book[places[there]]
        # rows that are asked for in the store's own order are found three times as fast
        order = np.argsort(np.ascontiguousarray(digests[:, :8]).view(">u8").reshape(-1))
        raw = digests[order].tobytes()
        return ids[order], [raw[at : at + _DIGEST] for at in range(0, len(raw), _DIGEST)]


class StoredRows:
    """The rows of one feature version."""

    def __init__(self, vectors: VectorStore, extractor: Extractor, book: DigestBook) -> None:
        self._vectors = vectors
        self._version, self._dtype, self._length = extractor.version, extractor.dtype, extractor.length
        self._book = book

    def fetch(self, ids: Ids) -> tuple[Ids, NDArray[Any]]:
        """The ids that have a row, in any order, and the rows (n, length). A row of another size is none."""
        ids, digests = self._book.look_up(ids)
        rows = self._vectors.get_many(self._version, digests)
        size = self._length * self._dtype.itemsize
        there = np.fromiter((row is not None and len(row) == size for row in rows), np.bool_, len(rows))
        return ids[there], self.matrix([row for row, held in zip(rows, there, strict=True) if held and row is not None])

    def matrix(self, rows: list[bytes]) -> NDArray[Any]:
        """Stored rows as an array (n, length)."""
        return np.frombuffer(b"".join(rows), self._dtype).reshape(len(rows), self._length)
