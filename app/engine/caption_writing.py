"""Describing photos with a model that writes captions, as people ask for it, one after the other.

Which photos are to be described is kept in the catalogue, so that a kill or an end of the program only interrupts it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from app.engine.background import Background
from app.engine.errors import STOPPED, Cancelled, ModelMissing
from app.engine.features.base import Picture
from app.engine.intake.second_pass import LaterListener, Rows, SecondPass
from app.engine.library.store import Library
from app.engine.models.choice import Choice
from app.engine.models.coca import CocaModel
from app.engine.requests import Event, PhotosDescribed, TagsChanged
from app.engine.types import Facet

SIDE = 512
"""Pictures are decoded so large for a model that writes captions, which looks at 224 pixels."""


class CaptionExtractor:
    """Writes the caption of one picture at a time."""

    facet = Facet.CAPTIONS
    side = SIDE

    def __init__(self, model: CocaModel) -> None:
        self.model = model
        self.version = f"captions-{model.name}"
        self.stopping = False
        """Set when it is to end: a caption that is being written is given up."""

    def read(self, picture: Picture) -> str:
        """A sentence about one picture. Any thread. Raises ModelMissing, and Cancelled once `stopping`."""
        return self.model.caption(picture.rgb, lambda: self.stopping)


class CaptionWriting(Background):
    """Each caption is kept before the next is begun, and never in place of one that is there."""

    def __init__(self, library: Library, choice: Choice, emit: Callable[[Event], None]) -> None:
        super().__init__(emit)
        self._catalog, self._choice = library.catalog, choice
        self._captions = _CaptionPass(library, self)
        self._pass = self._captions
        self._extractor: CaptionExtractor | None = None

    def ask(self, digests: Sequence[bytes] | None) -> int:
        """Describe these photos (None: all) where they have no caption; how many those are. Raises ModelMissing."""
        self._ready()
        many = self._catalog.ask_to_describe(digests)
        self._pass.complete(again=True)
        return many

    def give_up(self) -> None:
        """Describe no further photo; what is written stays."""
        self._catalog.give_up_describing()
        self._pass.cancel()
        if self._extractor and self._pass.in_flight:
            self._extractor.stopping = True
        self._tell(())

    def run_until_idle(self, cancelled: Callable[[], bool] = lambda: False) -> None:
        """Write all that is asked for; for the command line. Raises Cancelled when `cancelled` says so, and forgets the wish."""
        while self.busy and not cancelled():
            self.step(0.2)
        if cancelled():
            self.give_up()
            raise Cancelled(STOPPED)

    def complete(self, *, again: bool = False) -> None:
        """Go on where an earlier run of the program ended."""
        if not self._catalog.to_describe():
            return
        try:
            self._ready()
        except ModelMissing as error:
            if again:
                self.later_missing(str(error))
            return
        super().complete(again=again)

    def step(self, seconds: float, *, begin: bool = True) -> None:
        """Do the next bit. Raises DiskFull or another LibraryError; nothing is lost then."""
        stopping = self._extractor is not None and self._extractor.stopping
        super().step(seconds, begin=begin and not stopping)
        if self._extractor and stopping and not self._pass.in_flight:
            self._extractor.stopping = False
            self._pass.complete(again=True)
        if not self._pass.busy:
            self.rest()

    def rest(self) -> None:
        """Let the network go."""
        if self._extractor and self._extractor.model.loaded:
            self._extractor.model.unload()

    def finish(self) -> None:
        """Give up what is being written, and end; it is gone on with at the next start."""
        if self._extractor:
            self._extractor.stopping = True
        super().finish()
        self._captions.close()

    def later_stored(self, rows: Rows) -> None:
        """Say which photos are described now."""
        self._tell([digest for of_version in rows.values() for digest in of_version])

    def _ready(self) -> None:
        """Write with the model that is here. Raises ModelMissing."""
        model = self._choice.captioner()
        if self._extractor is None or self._extractor.model.name != model.name:
            self.rest()
            self._extractor = CaptionExtractor(model)
            self._pass.use([self._extractor])

    def _tell(self, digests: Sequence[bytes]) -> None:
        self._emit(PhotosDescribed(frozenset(digests), left=self._pass.total - self._pass.done))
        if digests:
            self._emit(TagsChanged())


class _CaptionPass(SecondPass):
    """One thread of its own: a caption takes a second or more, and the reading of photos must not wait behind it."""

    batch = 1

    def __init__(self, library: Library, listener: LaterListener) -> None:
        self._thread = ThreadPoolExecutor(1, "captions")
        catalog = library.catalog
        super().__init__(library, [], listener, pool=self._thread, workers=1, missing=lambda _version: catalog.to_describe())

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(cancel_futures=True)

    def _keep(self, rows: Rows) -> None:
        for captions in rows.values():
            self._library.catalog.describe(captions)

    def _mark(self, rows: Rows) -> None:
        """What is described is asked for no more, which says it all."""
