"""Nearest neighbors of rows of look: plain rows go in and are asked for, whitened ones are kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from app.engine.index.exact import ExactIndex
from app.engine.index.measure import Cosine
from app.engine.index.table import beside
from app.engine.index.whitening import Spread, Whitening, carried_spread, carried_whitening

FEW = 1_000
"""A library of fewer photos says too little of how photos differ: what was learned on other photos serves."""
SAMPLE = 20_000
"""Of a larger library so many photos, evenly picked, say it."""
WHITENING = ".whitening"


class LookIndex(ExactIndex):
    """Rows of any length are compared by the cosine of what the whitening makes of them. It is saved with the index."""

    kind = "look"
    parts = (*ExactIndex.parts, WHITENING)

    def __init__(self, whitening: Whitening) -> None:
        self.whitening = whitening
        super().__init__(whitening.width, whitening)

    @property
    def outgrown(self) -> bool:
        """Whether so many photos should have a whitening that is learned anew."""
        return outgrown(self.whitening, len(self))

    def restore(self, path: Path) -> None:
        """Take over what `save` wrote. Raises ValueError, OSError or RuntimeError where it does not fit or is damaged."""
        whitening = saved_whitening(path, self.length)
        with self._lock:
            self.whitening, self._measure = whitening, Cosine(self.length, whitening)
            self._index = self._empty()
        super().restore(path)

    def _write(self, path: Path) -> None:
        super()._write(path)
        self.whitening.save(beside(path, WHITENING))


def saved_whitening(path: Path, width: int) -> Whitening:
    """The whitening that was saved with an index of rows (n, width). Raises ValueError for other rows, and OSError."""
    whitening = Whitening.load(beside(path, WHITENING))
    if whitening.width != width:
        raise ValueError("the whitening is for other rows")
    return whitening


def outgrown(whitening: Whitening, photos: int) -> bool:
    """Whether so many photos should have a whitening that is learned anew."""
    return photos >= max(FEW, 2 * whitening.learned_on)


def first_whitening(width: int, *, built_in: bool) -> Whitening:
    """The whitening for too few photos to learn one: what was learned on others, where they were read as these are."""
    return carried_whitening() if built_in else Whitening.none(width)


def learned_whitening(sample: NDArray[Any], photos: int, *, built_in: bool) -> Whitening:
    """The whitening for so many photos, with the plain rows (n, width) of some of them."""
    spread = Spread.of(sample)
    if built_in:
        # Alone a library of one kind of photos would even out what tells them apart: scenes alone lost two points.
        carried = carried_spread()
        spread = replace(spread, count=min(spread.count, carried.count)).joined(carried)
    return Whitening.learn(spread, photos)
