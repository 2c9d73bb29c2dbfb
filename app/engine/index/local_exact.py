"""The points of a small library, compared one by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.engine.index.ids import Ids
from app.engine.index.local_photos import PhotoCounts
from app.engine.index.local_points import CODES, DIMENSIONS, LISTS, Batch, Decode, Kept, Near, photos_of
from app.engine.index.table import beside, load_array, load_faiss, write_array

TOGETHER = 128
"""So many points of a query are compared at once: with 50,000 others their cosines take 26 MB."""


class ExactPoints:
    """Descriptors as they were decoded. The rows are kept, too, and are what is saved: a twentieth of the descriptors."""

    trained_for = 0

    def __init__(self) -> None:
        self._rows: dict[int, bytes] = {}
        self._room = np.empty((0, DIMENSIONS), np.float32)
        self._points: Ids = np.empty(0, np.int64)

    def add(self, batch: Batch) -> None:
        """Add photos that are not there."""
        held, size = len(self._points), len(self._points) + len(batch.descriptors)
        if size > len(self._room):
            grown = np.empty((max(size, held + held // 2), DIMENSIONS), np.float32)
            grown[:held] = self._room[:held]
            self._room = grown
        self._room[held:size] = batch.descriptors
        self._points = np.concatenate([self._points, batch.points])
        self._rows.update(zip(batch.photos.tolist(), batch.rows, strict=True))

    def remove(self, photos: Ids, points: int) -> None:
        """Take photos out."""
        kept = np.isin(photos_of(self._points), photos, invert=True)
        self._room, self._points = self._room[: len(kept)][kept], self._points[kept]
        for photo in photos.tolist():
            self._rows.pop(photo, None)

    def search(self, queries: NDArray[np.float32], k: int, only: Kept | None) -> Near:
        """The k nearest points of each query (n, 128), as brute force finds them."""
        points = self._points
        matrix = self._room[: len(points)]
        if only is not None:
            kept = np.isin(photos_of(points), only.photos)
            matrix, points = matrix[kept], points[kept]
        distances, found = np.full((len(queries), k), np.inf, np.float32), np.full((len(queries), k), -1, np.int64)
        most = min(k, len(points))
        for at in range(0, len(queries) if most else 0, TOGETHER):
            some = slice(at, at + TOGETHER)
            slots = largest(queries[some] @ matrix.T, most)  # descriptors have one length: the nearest have the largest cosines
            gaps = matrix[slots] - queries[some, None]
            distances[some, :most] = np.einsum("nkd,nkd->nk", gaps, gaps)
            found[some, :most] = points[slots]
        return distances, found

    def filled(self) -> None:
        """Nothing was learned."""

    def settle(self) -> None:
        """Photos that are taken out are gone at once."""

    def unbalanced(self) -> bool:
        """Nothing was learned."""
        return False

    def write(self, path: Path, photos: Ids) -> None:
        """Write the rows."""
        load_faiss().write_index(load_faiss().IndexFlatL2(DIMENSIONS), str(path))
        rows = [self._rows[photo] for photo in photos.tolist()]
        write_array(beside(path, LISTS), np.array([len(row) for row in rows], np.int64))
        write_array(beside(path, CODES), np.frombuffer(b"".join(rows), np.uint8))

    @classmethod
    def read(cls, path: Path, photos: PhotoCounts, decode: Decode) -> ExactPoints:
        """What was written of these photos. Raises OSError, or ValueError where that does not fit."""
        lengths, blob = load_array(beside(path, LISTS)), load_array(beside(path, CODES))
        if lengths.shape != (len(photos),) or blob.dtype != np.uint8 or (lengths < 0).any() or lengths.sum() != blob.size:
            raise ValueError("rows and photos do not belong together")
        whole, ends = blob.tobytes(), np.cumsum(lengths)
        rows = [whole[end - length : end] for end, length in zip(ends.tolist(), lengths.tolist(), strict=True)]
        batch = Batch.of(photos.ids, rows, decode)
        if not np.array_equal(batch.counts, photos.counts):
            raise ValueError("rows and points do not belong together")
        points = cls()
        points.add(batch)
        return points


def largest(cosines: NDArray[np.float32], k: int) -> Ids:
    """Where the k largest of each row of cosines (n, m), m >= k > 0, are, the largest first.

    Of as many blocks or more the k with the largest tops have k numbers that large: nothing below the least of these tops counts.
    """
    rows, blocks = len(cosines), cosines.shape[1] // k
    if blocks < k:
        slots = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    else:
        tops = cosines[:, : blocks * k].reshape(rows, k, blocks).max(axis=1)
        limits = np.partition(tops, -k, axis=1)[:, -k]
        row, column = np.divmod(np.flatnonzero(cosines >= limits[:, None]), cosines.shape[1])
        order = np.lexsort((-cosines[row, column], row))
        starts = np.searchsorted(row, np.arange(rows))
        slots = column[order][starts[:, None] + np.arange(k)]
    return slots.astype(np.int64)
