"""The extractors in use, made once and shared by intake and search, and the one to come when people chose another model."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Any

from numpy.typing import NDArray

from app.engine.errors import ModelMissing
from app.engine.features.base import Extractor
from app.engine.features.color import ColorExtractor
from app.engine.features.copy import CopyExtractor
from app.engine.features.meaning import MeaningExtractor
from app.engine.models.base import MeaningModel
from app.engine.models.choice import Choice, built_in
from app.engine.types import BUILT, Facet


class ComingMeaning(MeaningExtractor):
    """Reads photos with a model that does not answer yet; `failed` once it could not."""

    failed = False

    def __init__(self, model: MeaningModel) -> None:
        super().__init__(model)
        self.model = model

    def extract(self, prepared: Sequence[NDArray[Any]]) -> NDArray[Any]:
        """Rows (n, length). Raises ModelMissing when the weights are not there, and what the model raises."""
        try:
            return super().extract(prepared)
        except BaseException:
            self.failed = True
            raise


class Extractors:
    """One extractor a facet. Making them loads no model; a model is loaded when a picture or a text is first read.

    Whoever searches holds `steady` meanwhile, so that words, index and scores are of one model.
    """

    def __init__(self, choice: Choice | None = None) -> None:
        self._choice = choice
        self._made: dict[Facet, Extractor] = {}
        self._model: MeaningModel | None = None
        self.steady = threading.RLock()
        self._making = threading.RLock()  # never held while another lock is taken

    @property
    def choice(self) -> Choice | None:
        """The models of the library; None where there is only the built-in one."""
        return self._choice

    @property
    def meaning_model(self) -> MeaningModel:
        """The model behind meaning: its extractor, its text encoder, its relevance."""
        with self._making:
            if self._model is None:
                self._model = self._choice.model(self._choice.in_use) if self._choice else built_in()
            return self._model

    def of(self, facet: Facet) -> Extractor:
        """The extractor of a built facet."""
        with self._making:
            if facet not in self._made:
                self._made[facet] = self._make(facet)
            return self._made[facet]

    def all(self, facets: Iterable[Facet] = BUILT) -> list[Extractor]:
        """The extractors of these facets, in their fixed order."""
        wanted = set(facets)
        return [self.of(facet) for facet in BUILT if facet in wanted]

    def coming(self) -> ComingMeaning | None:
        """The extractor of the model that people want, as long as it is not the one in use. Raises ModelMissing."""
        if self._choice is None or self._choice.wanted == self.meaning_model.name:
            return None
        return ComingMeaning(self._choice.model(self._choice.wanted))

    def switch(self, coming: ComingMeaning) -> None:
        """Use the coming model from now on."""
        assert self._choice
        self._choice.use(coming.model.name)
        with self.steady, self._making:
            self._model, self._made[Facet.MEANING] = coming.model, coming

    def follow(self) -> bool:
        """Use the model that another process has switched to; whether there was one."""
        with self.steady, self._making:
            if self._choice is None or self._model is None or self._choice.in_use == self._model.name:
                return False
            try:
                model = self._choice.model(self._choice.in_use)
            except ModelMissing:
                return False
            self._model, self._made[Facet.MEANING] = model, MeaningExtractor(model)
            return True

    def _make(self, facet: Facet) -> Extractor:
        if facet is Facet.COPY:
            return CopyExtractor()
        if facet is Facet.COLOR:
            return ColorExtractor()
        return MeaningExtractor(self.meaning_model)
