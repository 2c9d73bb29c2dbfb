"""What an extractor is: it prepares one picture (cheap, in the decode pool) and reads a batch (in the model lane)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.engine.types import Facet


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture: `rgb` uint8 (height, width, 3), upright, longer side <= 1,024 px.

    `size` is (width, height) of the whole upright picture.
    """

    rgb: NDArray[np.uint8]
    size: tuple[int, int]


class Extractor(Protocol):
    """Reads one facet of a picture into a row of fixed length.

    `version` names the facet, the method and its parameters, such as "copy-1"; the sub-database that keeps the rows has this
    name.
    """

    facet: Facet
    version: str
    dtype: np.dtype[Any]
    length: int

    def prepare(self, picture: Picture) -> NDArray[Any]:
        """What `extract` needs of one picture; the same shape for every picture. Called from several threads."""
        ...

    def extract(self, prepared: Sequence[NDArray[Any]]) -> NDArray[Any]:
        """Rows (n, length) of `dtype` for n prepared pictures. Called from one thread at a time."""
        ...


class TextEncoder(Protocol):
    """Reads words into the same space as a meaning extractor's rows."""

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Rows (n, length), each of length 1. Raises UsageError for a text that it cannot understand (an unknown script)."""
        ...
