"""The extractors in use, made once and shared by intake and search, and the one to come when people chose another model."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Any

from numpy.typing import NDArray

from app.engine.errors import ModelMissing
from app.engine.features.base import Extractor, LaterExtractor, Picture
from app.engine.features.color import ColorExtractor
from app.engine.features.copy import CopyExtractor
from app.engine.features.crop import CropExtractor
from app.engine.features.local.learned import LearnedDescriptor
from app.engine.features.look import LookExtractor, LookModelExtractor
from app.engine.features.meaning import MeaningExtractor, meaning_extractor
from app.engine.features.ocr.extractor import TextExtractor
from app.engine.models.base import MeaningModel
from app.engine.models.choice import CHOSEN, Choice
from app.engine.models.clip import ClipModel
from app.engine.models.offers import BUILT_INS
from app.engine.models.patches import PatchModel
from app.engine.models.registry import active_model
from app.engine.models.timm_look import TimmModel
from app.engine.types import FIRST, Facet


class Coming:
    """Reads photos with a model that does not answer yet; `failed` once it could not."""

    def __init__(self, name: str, extractor: Extractor) -> None:
        self.name = name
        self.extractor = extractor
        self.facet = extractor.facet
        self.version = extractor.version
        self.dtype = extractor.dtype
        self.length = extractor.length
        self.failed = False

    def prepare(self, picture: Picture) -> NDArray[Any]:
        """What the model looks at."""
        return self.extractor.prepare(picture)

    def extract(self, prepared: Sequence[NDArray[Any]]) -> NDArray[Any]:
        """Rows (n, length). Raises ModelMissing when the weights are not there, and what the model raises."""
        try:
            return self.extractor.extract(prepared)
        except BaseException:
            self.failed = True
            raise


class ComingLater:
    """Reads photos in the second pass with a model that does not answer yet."""

    failed = False  # a photo that it cannot read stays unread, as it would be by any other

    def __init__(self, name: str, extractor: CropExtractor) -> None:
        self.name = name
        self.extractor = extractor
        self.facet = extractor.facet
        self.version = extractor.version


class Extractors:
    """One extractor a facet. Making them loads no model; a model is loaded when a picture or a text is first read.

    Whoever searches holds `steady` meanwhile, so that words, index and scores are of one model.
    """

    def __init__(self, choice: Choice | None = None) -> None:
        self._choice = choice
        self._made: dict[Facet, Extractor] = {}
        self._names: dict[Facet, str] = {}  # of the models behind them
        self.steady = threading.RLock()
        self._crop: CropExtractor | None = None
        self.text = TextExtractor()
        self._making = threading.RLock()  # never held while another lock is taken

    @property
    def choice(self) -> Choice | None:
        """The models of the library; None where there are only the built-in ones."""
        return self._choice

    @property
    def meaning_model(self) -> MeaningModel:
        """The model behind meaning: its extractor, its text encoder, its relevance."""
        extractor = self.of(Facet.MEANING)
        assert isinstance(extractor, MeaningExtractor)
        return extractor.model

    @property
    def crop(self) -> CropExtractor:
        """What reads the points of photos."""
        with self._making:
            if self._crop is None:
                self._names[Facet.CROP] = self._choice.in_use(Facet.CROP) if self._choice else BUILT_INS[Facet.CROP]
                self._crop = self._points_with(self._names[Facet.CROP])
            return self._crop

    def of(self, facet: Facet) -> Extractor:
        """The extractor of a built facet."""
        with self._making:
            if facet not in self._made:
                self._made[facet] = self._make(facet)
            return self._made[facet]

    def all(self, facets: Iterable[Facet] = FIRST) -> list[Extractor]:
        """The extractors of these facets, in their fixed order."""
        wanted = set(facets)
        return [self.of(facet) for facet in FIRST if facet in wanted]

    def later(self, facets: Iterable[Facet]) -> list[LaterExtractor]:
        """What reads these facets in the second pass."""
        readers: dict[Facet, LaterExtractor] = {Facet.CROP: self.crop, Facet.WORDS: self.text.likelihood}
        return [reader for facet, reader in readers.items() if facet in facets]

    def version(self, facet: Facet) -> str:
        """The version of the rows of any built facet."""
        later = {Facet.CROP: self.crop.version, Facet.WORDS: self.text.version}
        return later.get(facet) or self.of(facet).version

    def model_name(self, facet: Facet) -> str:
        """The name of the model behind a facet that people can choose one for."""
        with self._making:
            self.version(facet)
            return self._names.get(facet, BUILT_INS[facet])

    def coming(self, facet: Facet) -> Coming | ComingLater | None:
        """What reads with the model that people want, as long as it is not the one in use. Raises ModelMissing."""
        if self._choice is None or facet not in CHOSEN or self._choice.wanted(facet) == self.model_name(facet):
            return None
        wanted = self._choice.wanted(facet)
        if facet is Facet.CROP:
            return ComingLater(wanted, self._points_with(wanted))
        return Coming(wanted, self._reading_with(facet, wanted))

    def version_of(self, name: str) -> str:
        """The version of the rows of a model that is here. Raises ModelMissing."""
        assert self._choice
        facet = self._choice.facet_of(name)
        return (self._points_with(name) if facet is Facet.CROP else self._reading_with(facet, name)).version

    def switch(self, coming: Coming | ComingLater) -> None:
        """Use the coming model from now on."""
        assert self._choice
        self._choice.use(coming.name)
        with self.steady, self._making:
            if isinstance(coming, ComingLater):
                self._crop = coming.extractor
            else:
                self._made[coming.facet] = coming.extractor
            self._names[coming.facet] = coming.name

    def follow(self) -> list[tuple[Facet, str]]:
        """Use the models that another process has switched to; the facets that changed, with the version before."""
        changed: list[tuple[Facet, str]] = []
        with self.steady, self._making:
            for facet in CHOSEN if self._choice else ():
                assert self._choice
                name = self._choice.in_use(facet)
                if facet not in self._names or name == self._names[facet]:
                    continue
                before = self.version(facet)
                try:
                    if facet is Facet.CROP:
                        self._crop = self._points_with(name)
                    else:
                        self._made[facet] = self._reading_with(facet, name)
                except ModelMissing:
                    continue
                self._names[facet] = name
                changed.append((facet, before))
        return changed

    def _make(self, facet: Facet) -> Extractor:
        if facet is Facet.COPY:
            return CopyExtractor()
        if facet is Facet.COLOR:
            return ColorExtractor()
        self._names[facet] = self._choice.in_use(facet) if self._choice else BUILT_INS[facet]
        return self._reading_with(facet, self._names[facet])

    def _reading_with(self, facet: Facet, name: str) -> Extractor:
        """What reads a facet with a model. Raises ModelMissing."""
        if name == BUILT_INS[facet]:
            return LookExtractor() if facet is Facet.LOOK else meaning_extractor(active_model())
        assert self._choice
        model = self._choice.model(name)
        if facet is Facet.LOOK and isinstance(model, TimmModel):
            return LookModelExtractor(model)
        if facet is Facet.MEANING and isinstance(model, ClipModel):
            return MeaningExtractor(model)
        raise ModelMissing(f"{name} is no model of {facet}; choose another one")

    def _points_with(self, name: str) -> CropExtractor:
        """What reads points with a model. Raises ModelMissing."""
        if name == BUILT_INS[Facet.CROP]:
            return CropExtractor()
        assert self._choice
        model = self._choice.model(name)
        if isinstance(model, PatchModel):
            return CropExtractor(LearnedDescriptor(model))
        raise ModelMissing(f"{name} is no model for pieces of photos; choose another one")
