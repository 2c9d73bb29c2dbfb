"""Alpha query expansion: the best hits are asked for together with the question, so that they help to find more.

Radenovic, Tolias, Chum: Fine-tuning CNN Image Retrieval with No Human Annotation (2018). A hit counts by its cosine to the power
alpha: the larger alpha, the less those count that are far off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Fetch = Callable[[Ids], tuple[Ids, NDArray[Any]]]
COPY = 0.9995
"""A hit with a larger cosine is the question itself, or a copy of it, and says nothing new."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """So many of the best hits help."""

    hits: int
    alpha: float

    @property
    def reach(self) -> int:
        """How many hits to look at: some may be copies of the question."""
        return 2 * self.hits + 4

    def row(self, asked: NDArray[np.float32], ids: Ids, cosines: NDArray[np.float32], fetch: Fetch) -> NDArray[np.float32]:
        """The row to ask for instead of `asked`, of length 1: with the rows of the best of these hits, which `fetch` reads."""
        best = np.flatnonzero(cosines < COPY)[: self.hits]
        there, rows = fetch(ids[best])
        worth = dict(zip(ids[best].tolist(), np.maximum(cosines[best], 0) ** self.alpha, strict=True))
        weights = np.array([worth[number] for number in there.tolist()], np.float32)
        summed = _unit(asked[None])[0] + weights @ _unit(rows.astype(np.float32))
        row: NDArray[np.float32] = _unit(summed[None])[0]
        return row


LOOK = Expansion(3, 1.0)
"""Always, for look. R-precision with it and without: views of 8 places among 600 photos 96.2 % and 94.1, 15 things among them
80.4 and 77.5, 37 kinds of scenes 59.6 and 54.4, 100 kinds of things 70.8 and 68.1."""
LOOK_FURTHER = Expansion(10, 3.0)
MEANING_FURTHER = Expansion(3, 3.0)
"""Only when asked. Asked with pictures it gains one to two points (places 91.5 % to 93.6, things 78.2 to 79.8)."""


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return found
