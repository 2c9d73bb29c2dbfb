"""How stored rows are compared: what an index keeps of them, and the true score of a few rows against a query."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.engine.histograms import BINS, ROW_BYTES, unpack_shares
from app.engine.index.base import Transform


class Measure(Protocol):
    """`length` numbers a row as it was extracted, `width` numbers in an index. Near rows have large inner products there."""

    length: int
    width: int

    def encode(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """What an index takes of rows (n, length): float32 (n, width). Raises ValueError for what is not a number."""
        ...

    def score(self, query: NDArray[Any], rows: NDArray[Any]) -> NDArray[np.float32]:
        """How near rows (n, length) are to a query row (length,), (n,): the nearer, the larger."""
        ...

    def shown(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """What a search gives for these scores."""
        ...

    def least_product(self, score: float) -> float:
        """No row with this score or a better one has a smaller inner product with the query in an index."""
        ...


class Cosine:
    """Rows of floats with length 1, after the transform where there is one; shown are cosines."""

    def __init__(self, length: int, transform: Transform | None = None) -> None:
        self.length = length
        self.width = transform.length if transform else length
        self._transform = transform

    def encode(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """Raises ValueError for what is not a number."""
        floats = np.ascontiguousarray(rows, np.float32)
        if not np.isfinite(floats).all():
            raise ValueError("a row holds something that is not a number")
        return self._transformed(floats)

    def score(self, query: NDArray[Any], rows: NDArray[Any]) -> NDArray[np.float32]:
        """The cosines; not a number for a row that holds such."""
        floats = self._transformed(np.ascontiguousarray(rows, np.float32))
        scores: NDArray[np.float32] = floats @ self.encode(query.reshape(1, self.length))[0]
        return scores

    def shown(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """The cosines as they are."""
        return scores

    def least_product(self, score: float) -> float:
        """The cosine is the inner product."""
        return score

    def _transformed(self, floats: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.ascontiguousarray(self._transform.apply(floats), np.float32) if self._transform else floats


class HistogramDistance:
    """Packed color histograms uint8 (n, 512); shown are L1 distances, the nearest first.

    Kept are square roots of the shares, whose inner product is the Bhattacharyya coefficient.
    """

    length = ROW_BYTES
    width = BINS

    def encode(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """Square roots, each row of length 1."""
        roots: NDArray[np.float32] = np.sqrt(unpack_shares(np.ascontiguousarray(rows, np.uint8)))
        return roots

    def score(self, query: NDArray[Any], rows: NDArray[Any]) -> NDArray[np.float32]:
        """L1 distances, negative."""
        share = unpack_shares(np.ascontiguousarray(query, np.uint8).reshape(1, ROW_BYTES))
        scores: NDArray[np.float32] = -np.abs(unpack_shares(np.ascontiguousarray(rows, np.uint8)) - share).sum(axis=1)
        return scores

    def shown(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """The distances."""
        return -scores

    def least_product(self, score: float) -> float:
        """What two histograms have in common, 1 - L1 / 2, is never more than their Bhattacharyya coefficient."""
        return 1 + score / 2
