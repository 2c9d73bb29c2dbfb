"""What an extractor is: it prepares one picture (cheap, in the decode pool) and reads a batch (in the model lane)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from app.engine.models.base import Network
from app.engine.types import Facet

LONGEST = 1024
"""The longer side of the first pass's pictures, in pixels."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture: `rgb` uint8 (height, width, 3), upright, longer side <= `LONGEST`.

    `size` is (width, height) of the whole upright picture; `jpeg_quality` 1..100 of a JPEG file, 0 where it is none;
    `several`: the file holds more pictures (pages, an animation), of which this is the first.
    """

    rgb: NDArray[np.uint8]
    size: tuple[int, int]
    jpeg_quality: int = 0
    several: bool = False


Side = int | Callable[[tuple[int, int]], int]
"""The longer side of a picture in pixels, the same for all or by the (width, height) of each."""


def side_for(side: Side, size: tuple[int, int]) -> int:
    """The longer side of one picture."""
    return side if isinstance(side, int) else side(size)


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


@runtime_checkable
class NetworkExtractor(Extractor, Protocol):
    """Takes its rows from a network that other extractors may read with too. `prepare` is the network's."""

    network: Network

    def rows(self, read: NDArray[np.float32]) -> NDArray[Any]:
        """Rows (n, length) of `dtype` of what the network has read of n pictures. One thread at a time."""
        ...


class LaterExtractor(Protocol):
    """Reads a facet in the second pass, when photos can be found already: one picture at a time, from a decode of its own.

    Pictures have a longer side of at most `side` pixels. What it finds is a row of bytes of any length, an empty one where there
    is nothing in the picture, or what the pass that it is for can store. `version` is as in `Extractor`.
    """

    facet: Facet
    version: str

    @property
    def side(self) -> Side:
        """How large a picture it needs."""
        ...

    def read(self, picture: Picture) -> Any:
        """What one picture has. Called from several threads."""
        ...
