"""What a nearest-neighbor index is. Ids are photo_ids (int64); an index is derived and can be rebuilt from the vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from app.engine.index.ids import Ids

Found = tuple[Ids, NDArray[np.float32]]
"""Ids and their scores or distances, best first."""

Fetch = Callable[[Ids], tuple[Ids, NDArray[Any]]]
"""Reads stored rows: the ids that have one, in any order, and their rows (n, length) as they were extracted. Any thread."""


class Kept(Protocol):
    """What is kept in files. `parts` is what is added to a path to name those that `save` writes, `kind` says what they hold."""

    parts: tuple[str, ...]
    kind: str

    def save(self, path: Path) -> None:
        """Write to `path` and the files beside it that `parts` names; see `store` for doing it safely."""
        ...

    def restore(self, path: Path) -> None:
        """Take over what `save` wrote. Raises ValueError, OSError or RuntimeError where it does not fit or is damaged."""
        ...


class VectorIndex(Kept, Protocol):
    """Searches rows by nearness; safe to search from one thread while another adds (it locks inside).

    `length` is that of a row as it was extracted.
    """

    length: int

    def add(self, ids: Ids, rows: NDArray[Any]) -> None:
        """Add rows (n, length), replacing ids that are there already; of an id given twice the last row counts.

        Raises ValueError for rows of another shape or with something that is not a number, and changes nothing then.
        """
        ...

    def remove(self, ids: Sequence[int] | Ids) -> None:
        """Take ids out; unknown ones are no error."""
        ...

    def search(self, query: NDArray[Any], k: int, allowed: Ids | None = None) -> Found:
        """The k best ids for one query row and their scores (or distances), best first; only among `allowed` when given."""
        ...

    def __len__(self) -> int: ...

    def ids(self) -> Ids:
        """The ids it holds."""
        ...


@runtime_checkable
class ColorSearch(Protocol):
    """An index that is asked for colors, too."""

    def search_colors(self, colors: Sequence[str], k: int, allowed: Ids | None = None) -> Found:
        """The k ids with most of the colors ("#rrggbb"), and the shares 0..1, best first.

        Of several colors the share is the geometric mean, so that a photo without one of them ranks low.
        Raises UsageError for a word that is not a color.
        """
        ...


class Transform(Protocol):
    """What is done to extracted rows before an index compares them, such as whitening; learned anew, it is a new object."""

    length: int

    def apply(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """Rows (n, length), each of length 1, from extracted rows (n, any). Any thread."""
        ...


def nothing() -> Found:
    """What an empty index finds."""
    return np.empty(0, np.int64), np.empty(0, np.float32)
