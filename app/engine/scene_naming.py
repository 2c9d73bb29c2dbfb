"""Naming scenes with a network of its own, where people want that, while there is nothing else to do."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor

from app.engine.background import Background
from app.engine.errors import FacetError
from app.engine.intake.second_pass import Rows, SecondPass
from app.engine.library.store import Library
from app.engine.models.choice import Choice
from app.engine.models.places import PlacesModel
from app.engine.requests import Event, TagsChanged
from app.engine.tags.scenes import SceneExtractor

EVERY_S = 5.0
"""Whoever shows tags is told of new ones not more often."""


class SceneNaming(Background):
    """The second tagger. Switched off, its records stay and are not shown; they go with the model."""

    def __init__(self, library: Library, choice: Choice, emit: Callable[[Event], None], *, pool: Executor, workers: int) -> None:
        super().__init__(emit, on=False)
        self._catalog, self._choice = library.catalog, choice
        self._pass = _ScenePass(library, [], self, pool=pool, workers=workers)
        self._extractor: SceneExtractor | None = None
        self._told = 0.0

    @property
    def version(self) -> str:
        """Marks photos whose scene was looked for; empty while nobody does."""
        return self._extractor.version if self._extractor else ""

    def follow(self) -> None:
        """Use the model that people want now, or none."""
        installed = self._choice.scenes()
        try:
            wanted = SceneExtractor(PlacesModel(installed)) if installed else None
        except FacetError as error:
            wanted = None
            self.later_missing(str(error))
        if wanted is None or wanted.version != self.version:
            self.rest()
            self._extractor = wanted
            self._pass.use([wanted] if wanted else [])
            if wanted:
                self._catalog.forget_scene_marks(wanted.version)
        self.on = wanted is not None
        if not wanted and not self._choice.names_scenes:
            self._catalog.forget_scenes()
        if self._catalog.show_scenes(on=self.on):
            self._emit(TagsChanged())

    def step(self, seconds: float, *, begin: bool = True) -> None:
        """Do the next bit. Raises DiskFull or another LibraryError; nothing is lost then."""
        super().step(seconds, begin=begin)
        if not self._pass.busy:
            self.rest()

    def rest(self) -> None:
        """Let the network go: nothing is to be read for now."""
        if self._extractor and self._extractor.model.loaded:
            self._extractor.model.unload()

    def later_stored(self, rows: Rows) -> None:
        """Say now and then, and at the end, that photos have other tags."""
        now = time.monotonic()
        if not self.busy or now - self._told > EVERY_S:
            self._told = now
            self._emit(TagsChanged())


class _ScenePass(SecondPass):
    """Scenes are kept in the catalogue, with the mark of the photo in one step."""

    def _keep(self, rows: Rows) -> None:
        for version, tags in rows.items():
            self._library.catalog.put_scene_tags(version, tags)

    def _mark(self, rows: Rows) -> None:
        """That is done."""
