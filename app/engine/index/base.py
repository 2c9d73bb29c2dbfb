"""What a nearest-neighbor index is. Ids are photo_ids (int64); an index is derived and can be rebuilt from the vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class VectorIndex(Protocol):
    """Searches rows by nearness; safe to search from one thread while another adds (it locks inside)."""

    def add(self, ids: NDArray[np.int64], rows: NDArray[Any]) -> None:
        """Add rows (n, length), replacing ids that are there already."""
        ...

    def remove(self, ids: Sequence[int]) -> None:
        """Take ids out; unknown ones are no error."""
        ...

    def search(
        self, query: NDArray[Any], k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The k best ids for one query row and their scores (or distances), best first; only among `allowed` when given."""
        ...

    def __len__(self) -> int: ...

    def ids(self) -> NDArray[np.int64]:
        """The ids it holds."""
        ...
