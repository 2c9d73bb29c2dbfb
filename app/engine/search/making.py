"""How the index of a facet is made: exact while that is small, compact from then on, filled from the stored rows."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import Cancelled
from app.engine.features.active import Extractors
from app.engine.features.look import LookExtractor
from app.engine.library.vectors import VectorStore
from app.engine.search.stored_rows import DigestBook, Ids, StoredRows
from app.engine.types import Facet

if TYPE_CHECKING:
    from app.engine.index.base import VectorIndex
    from app.engine.index.compact import CompactIndex
    from app.engine.index.store import Stamp
    from app.engine.index.whitening import Whitening

EXACT_BYTES = 320 << 20
"""An exact index of so many bytes answers in about 20 ms (200,000 photos by meaning); a larger one gives way to a compact one."""
SHARE = 24
"""A machine with less memory than this many times `EXACT_BYTES` has the limit at that share of it."""
_BLOCK = 4_096
_USUAL = 8 << 30


class Maker:
    """Makes indexes for the extractors in use. `exact_bytes` is the size from which an index is compact."""

    def __init__(
        self, folder: Path, vectors: VectorStore, extractors: Extractors, book: DigestBook, exact_bytes: int | None
    ) -> None:
        self._folder = folder
        self._vectors = vectors
        self._extractors = extractors
        self._book = book
        self._exact_bytes = min(EXACT_BYTES, memory_bytes() // SHARE) if exact_bytes is None else exact_bytes

    def rows(self, facet: Facet) -> StoredRows:
        """The stored rows of a facet as it is read now."""
        return StoredRows(self._vectors, self._extractors.of(facet), self._book)

    def load(self, facet: Facet, stamp: Stamp) -> VectorIndex | None:
        """The saved index that fits the stamp; None where there is none."""
        from app.engine.index.store import load_index, saved_kind

        kind = saved_kind(self._folder, stamp.feature)
        for index in (self._exact(facet), self._compact(facet)):
            if index is not None and index.kind == kind and load_index(self._folder, index, stamp):
                return index
        return None

    def build(self, facet: Facet, ids: Ids, stop: Callable[[], bool] = lambda: False) -> VectorIndex:
        """An index of these photos, of the kind that is right for so many. Raises Cancelled when `stop` says so."""
        index: VectorIndex | None = None
        if self._is_large(facet, len(ids)):
            index = self._trained(facet, ids)
        if index is None:
            index = self._whitened(ids) if facet is Facet.LOOK else self._exact(facet)
        self.fill(index, facet, ids, stop)
        return index

    def fill(self, index: VectorIndex, facet: Facet, ids: Ids, stop: Callable[[], bool] = lambda: False) -> None:
        """Add the stored rows of these photos; a row that holds something that is not a number stays out."""
        rows = self.rows(facet)
        for at in range(0, len(ids), _BLOCK):
            if stop():
                raise Cancelled("an index was given up before it was complete")
            there, found = rows.fetch(ids[at : at + _BLOCK])
            sound = _sound(found)
            if sound.any():
                index.add(there[sound], found[sound])

    def outgrown(self, facet: Facet, index: VectorIndex) -> bool:
        """Whether another index would serve so many photos better."""
        from app.engine.index.compact import CompactIndex
        from app.engine.index.look import LookIndex

        if isinstance(index, CompactIndex):
            return index.outgrown
        return self._is_large(facet, len(index)) or (isinstance(index, LookIndex) and index.outgrown)

    # ---- inside

    def _is_large(self, facet: Facet, count: int) -> bool:
        return facet in _EXACT_ROW and count * _EXACT_ROW[facet](self._extractors.of(facet).length) > self._exact_bytes

    def _trained(self, facet: Facet, ids: Ids) -> VectorIndex | None:
        """An empty compact index for these photos; None where too few rows are there to learn from."""
        from app.engine.index.compact import LEARNS_FROM, SAMPLE

        sample = self._sample(facet, ids, SAMPLE)
        if len(sample) < LEARNS_FROM:
            return None
        index = self._compact(facet, self._learned_whitening(sample, len(ids)) if facet is Facet.LOOK else None)
        if index is not None:
            index.train(sample, len(ids))
        return index

    def _whitened(self, ids: Ids) -> VectorIndex:
        """An empty index of look, with a whitening learned on these photos if there are enough."""
        from app.engine.index.look import FEW, SAMPLE, LookIndex

        if len(ids) >= FEW and len(sample := self._sample(Facet.LOOK, ids, SAMPLE)) >= FEW:
            return LookIndex(self._learned_whitening(sample, len(ids)))
        return self._exact(Facet.LOOK)

    def _first_whitening(self) -> Whitening:
        from app.engine.index.look import first_whitening

        return first_whitening(self._extractors.of(Facet.LOOK).length, built_in=self._looks_built_in)

    def _learned_whitening(self, sample: NDArray[Any], photos: int) -> Whitening:
        from app.engine.index.look import learned_whitening

        return learned_whitening(sample, photos, built_in=self._looks_built_in)

    @property
    def _looks_built_in(self) -> bool:
        return isinstance(self._extractors.of(Facet.LOOK), LookExtractor)

    def _sample(self, facet: Facet, ids: Ids, most: int) -> NDArray[Any]:
        """The rows of at most so many of these photos, evenly picked."""
        picked = np.unique(np.linspace(0, len(ids) - 1, min(most, len(ids))).astype(np.int64))
        _, sample = self.rows(facet).fetch(ids[picked])
        return sample[_sound(sample)]

    def _compact(self, facet: Facet, whitening: Whitening | None = None) -> CompactIndex | None:
        """An empty compact index that has not learned yet; None for a facet that is small enough as it is."""
        rows = self.rows(facet)
        if facet is Facet.COLOR:
            from app.engine.index.compact_color import CompactColorIndex

            return CompactColorIndex(rows.fetch)
        if facet is Facet.LOOK:
            from app.engine.index.compact_look import CompactLookIndex

            return CompactLookIndex(whitening or self._first_whitening(), rows.fetch)
        if facet is Facet.MEANING:
            from app.engine.index.compact import CompactIndex
            from app.engine.index.measure import Cosine

            return CompactIndex(Cosine(self._extractors.of(facet).length), rows.fetch)
        return None

    def _exact(self, facet: Facet) -> VectorIndex:
        if facet is Facet.COPY:
            from app.engine.index.binary import BinaryIndex

            return BinaryIndex()
        if facet is Facet.COLOR:
            from app.engine.index.color import ColorIndex

            return ColorIndex()
        if facet is Facet.LOOK:
            from app.engine.index.look import LookIndex

            return LookIndex(self._first_whitening())
        from app.engine.index.exact import ExactIndex

        return ExactIndex(self._extractors.of(facet).length)


_EXACT_ROW: dict[Facet, Callable[[int], int]] = {
    Facet.MEANING: lambda length: 2 * length,
    Facet.LOOK: lambda length: 2 * min(length, 256),  # as many numbers as a whitened row keeps
    Facet.COLOR: lambda length: 2 * length,  # the packed row, and square roots in as many bytes
}
"""Bytes of a row in an exact index, by the row's length; facets that are not here are small enough as they are."""


def memory_bytes() -> int:
    """The memory of this machine; a usual amount where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return _USUAL


def _sound(rows: NDArray[Any]) -> NDArray[np.bool_]:
    """Which rows are numbers throughout."""
    sound: NDArray[np.bool_] = np.isfinite(rows).all(axis=1)
    return sound
