"""The extractors in use, made once and shared by intake and search."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from app.engine.features.base import Extractor
from app.engine.features.color import ColorExtractor
from app.engine.features.copy import CopyExtractor
from app.engine.features.meaning import MeaningExtractor
from app.engine.models.registry import MeaningModel, active_model
from app.engine.types import BUILT, Facet


class Extractors:
    """One extractor a facet. Making them loads no model; a model is loaded when a picture or a text is first read."""

    def __init__(self) -> None:
        self._made: dict[Facet, Extractor] = {}

    @cached_property
    def meaning_model(self) -> MeaningModel:
        """The model behind meaning: its extractor, its text encoder, its relevance."""
        return active_model()

    def of(self, facet: Facet) -> Extractor:
        """The extractor of a built facet."""
        if facet not in self._made:
            self._made[facet] = self._make(facet)
        return self._made[facet]

    def all(self, facets: Iterable[Facet] = BUILT) -> list[Extractor]:
        """The extractors of these facets, in their fixed order."""
        wanted = set(facets)
        return [self.of(facet) for facet in BUILT if facet in wanted]

    def _make(self, facet: Facet) -> Extractor:
        if facet is Facet.COPY:
            return CopyExtractor()
        if facet is Facet.COLOR:
            return ColorExtractor()
        return MeaningExtractor(self.meaning_model)
