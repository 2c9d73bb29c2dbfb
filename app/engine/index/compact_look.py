"""The look of very many photos: plain rows go in and are asked for, whitened ones are coded, and scores are of whitened rows."""

from __future__ import annotations

from pathlib import Path

from app.engine.index.base import Fetch
from app.engine.index.compact import FEW, CompactIndex
from app.engine.index.ids import Ids
from app.engine.index.look import WHITENING, outgrown, saved_whitening
from app.engine.index.measure import Cosine
from app.engine.index.table import beside
from app.engine.index.whitening import Whitening


class CompactLookIndex(CompactIndex):
    """As `LookIndex`: the whitening is saved with the index."""

    kind = "compact look"
    parts = (*CompactIndex.parts, WHITENING)

    def __init__(self, whitening: Whitening, fetch: Fetch, *, few: int = FEW) -> None:
        self.whitening = whitening
        super().__init__(Cosine(whitening.width, whitening), fetch, few=few)

    @property
    def outgrown(self) -> bool:
        """Whether so many photos should have a whitening that is learned anew, or a finer coding."""
        return outgrown(self.whitening, len(self)) or super().outgrown

    def restore(self, path: Path) -> None:
        """Take over what `save` wrote. Raises ValueError, OSError or RuntimeError where it does not fit or is damaged."""
        whitening = saved_whitening(path, self.length)
        with self._lock:
            self.whitening, self._measure = whitening, Cosine(self.length, whitening)
        super().restore(path)

    def _write_more(self, path: Path) -> None:
        self.whitening.save(beside(path, WHITENING))

    def _restore_more(self, path: Path, ids: Ids) -> None:
        """The whitening was read before the coding, whose width it is."""
