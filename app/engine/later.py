"""What is learned of photos after they can be found, and where it goes: the second pass with its indexes, tags, and words."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace

from app.engine.background import Background
from app.engine.caption_writing import CaptionWriting
from app.engine.duplicates.twins import Twins
from app.engine.errors import ModelMissing
from app.engine.features.active import Extractors
from app.engine.features.base import LaterExtractor
from app.engine.features.pixels import PixelsExtractor
from app.engine.intake.quality_pass import QualityPass
from app.engine.intake.second_pass import Rows, SecondPass
from app.engine.library.store import Library
from app.engine.relating import EVERY_S, Relating
from app.engine.requests import DuplicatesChanged, Event, Problem, Progress
from app.engine.scene_naming import SceneNaming
from app.engine.search.indexes import Indexes
from app.engine.search.part_relations import PartRelations
from app.engine.tags.tagging import Tagging
from app.engine.text_reading import TextReading
from app.engine.types import Facet


class Later:
    """Looks at photos more closely while the first pass has nothing to do. For the engine thread."""

    def __init__(
        self,
        library: Library,
        extractors: Extractors,
        indexes: Indexes,
        facets: Sequence[Facet],
        emit: Callable[[Event], None],
        *,
        pool: Executor,
        workers: int,
    ) -> None:
        self._catalog = library.catalog
        self._indexes = indexes
        self._made = extractors
        self._facets = frozenset(facets)
        self._coming: list[LaterExtractor] = []
        self._extractors = extractors.later(facets)
        self._pass = SecondPass(library, self._extractors, self, pool=pool, workers=workers)
        self._twins = SecondPass(
            library,
            [PixelsExtractor()],
            self,
            pool=pool,
            workers=workers,
            missing=Twins(library.catalog, library.vectors).lacking,
        )
        self._quality = QualityPass(library, self, pool=pool, workers=workers)
        self._passes = [self._pass, *([self._twins] if Facet.COPY in facets else [])]
        self._all_passes = [*self._passes, *([self._quality] if Facet.COPY in facets else [])]
        self._emit, self._told = emit, 0.0
        relations = PartRelations(library, library.catalog, indexes.pieces)
        self._relating = Relating(library.catalog, relations, lambda: extractors.crop.version, emit, pool=pool)
        self._had_points = 0  # of the photos that are counted now, those that were only to be related
        self._tagging = Tagging(library, extractors, emit) if Facet.TAGS in facets else None
        self._text = TextReading(library, extractors.text, emit, on=Facet.WORDS in facets)
        choice = extractors.choice
        self.captions = CaptionWriting(library, choice, emit) if choice and Facet.CAPTIONS in facets else None
        scenes = SceneNaming(library, choice, emit, pool=pool, workers=workers) if choice and Facet.TAGS in facets else None
        self.scenes = scenes
        self._background: list[Background] = [one for one in (self.captions, scenes, self._text) if one]
        self.paused = False

    @property
    def versions(self) -> list[str]:
        """Of the rows that it reads."""
        return [*(extractor.version for extractor in [*self._extractors, *self._coming]), PixelsExtractor.version]

    @property
    def busy(self) -> bool:
        """Whether anything can be done now."""
        waiting = self._relates or self._tags
        return (
            any(map(self._reads, self._all_passes)) or any(map(self._goes_on, self._background)) or (waiting and not self.paused)
        )

    def _reads(self, one: SecondPass) -> bool:
        """Whether a pass can go on now."""
        return one.busy and not one.stuck and not (self.paused and not one.in_flight)

    def _goes_on(self, one: Background) -> bool:
        return one.in_flight or (one.busy and not self.paused)

    @property
    def _tags(self) -> bool:
        return self._tagging is not None and self._tagging.busy

    @property
    def _relates(self) -> bool:
        return self._relating.left > 0 and not self._relating.stuck

    @property
    def progress(self) -> tuple[int, int]:
        """Photos that were looked at and compared with the others, and in all; one that is only to be compared counts half."""
        total = sum(one.total for one in self._passes) + self._had_points
        left = sum(one.total - one.done for one in self._passes)
        return total - left - (self._relating.left + 1) // 2, total

    def told(self, progress: Progress) -> Progress:
        """The same news with how far this is."""
        captions = self.captions.progress if self.captions else (0, 0)
        scenes = self.scenes.progress if self.scenes else (0, 0)
        return replace(progress, later=self.progress, texts=self._text.progress, captions=captions, scenes=scenes)

    def use(self, coming: Sequence[LaterExtractor]) -> None:
        """Read with what is in use now, and with what is to come; `complete` says what photos lack."""
        self._coming = list(coming)
        self._extractors = self._made.later(self._facets)
        self._pass.use([*self._extractors, *self._coming])
        self._relating.drop()

    def read_text(self, *, on: bool) -> None:
        """Whether text in photos is to be read."""
        if on != self._text.on:
            self._facets = self._facets | {Facet.WORDS} if on else self._facets - {Facet.WORDS}
            self._text.switch(on=on)
            self.use(self._coming)
            self.complete()

    def complete(self, *, again: bool = False) -> None:
        """Take up the photos that lack something; `again` also those that could not be read before."""
        if not self._pass.busy and not self._relating.left:
            self._had_points = 0
        for one in self._all_passes:
            one.complete(again=again)
        if Facet.CROP in self._facets:
            self._had_points += self._relating.complete()
        if self._tagging:
            self._tagging.complete()
        if self.scenes:
            self.scenes.follow()
        for background in self._background:
            background.complete(again=again)

    def learn_tags(self) -> None:
        """People gave or refused tags."""
        if self._tagging:
            self._tagging.learn()

    def want(self, digest: bytes) -> None:
        """This photo is on the screen and goes first."""
        self._pass.want(digest)
        for one in self._background:
            one.want(digest)

    def step(self, seconds: float) -> None:
        """Do the next bit. Raises DiskFull or another LibraryError; nothing is lost then."""
        if self.captions and self._goes_on(self.captions):  # people wait for them
            self.captions.step(seconds, begin=not self.paused)
        elif self._tagging and self._tags and not self.paused:
            self._tagging.step()
        elif reading := next(filter(self._reads, self._passes), None):
            reading.step(seconds, begin=not self.paused)
        elif self._relates and not self.paused:
            self._relating.step(seconds)
        elif background := next(filter(self._goes_on, self._background), None):
            background.step(seconds, begin=not self.paused)
        else:
            for background in self._background:
                background.rest()
            if self._reads(self._quality):
                self._quality.step(seconds, begin=not self.paused)

    def pause(self) -> None:
        """Begin with no further photo."""
        self.paused = True

    def resume(self) -> None:
        """Go on."""
        self.paused = False
        for one in self._all_passes:
            one.resume()
        self._relating.stuck = False
        for background in self._background:
            background.resume()

    def finish(self) -> None:
        """Drop what waits, and store what is being read."""
        for one in self._all_passes:
            one.cancel()
        self._relating.drop()
        if self._tagging:
            self._tagging.cancel()
        for background in self._background:
            background.finish()
        for one in self._all_passes:
            while one.in_flight and not one.stuck:
                one.step(1.0, begin=False)

    def later_stored(self, rows: Rows) -> None:
        """Bring new rows into the indexes that are made of them."""
        for extractor in self._extractors:
            of_version = rows.get(extractor.version, {})
            ids = {digest: number for digest in of_version if (number := self._catalog.photo_id(digest)) is not None}
            if extractor.facet is Facet.CROP:
                self._indexes.pieces.add({ids[digest]: of_version[digest] for digest in ids})
                self._relating.take_up(ids)
            elif of_version:
                self._text.complete()
        for one, version in ((self._twins, PixelsExtractor.version), (self._quality, self._quality.version)):
            if rows.get(version):
                self._tell_of(one)

    def later_missing(self, message: str) -> None:
        """Say that a model is not there, and what to do."""
        self._emit(Problem(ModelMissing.code, message))

    def _tell_of(self, one: SecondPass) -> None:
        """Photos may have the same pixels, or others be kept: said at the end, and now and then before."""
        now = time.monotonic()
        if not one.busy or now - self._told > EVERY_S:
            self._told = now
            self._emit(DuplicatesChanged())
