"""Photos described by a model at the user's wish: asking for it, giving it up, and telling what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from app.engine.errors import ModelMissing
from app.engine.labels import DescribePhotos, StopDescribing, TakeBackDescriptions
from app.engine.requests import Failed, PhotosDescribed, Request
from app.ui import words
from app.ui.bridge import Bridge
from app.ui.undo import Happening


class Describing(QObject):
    """It may take long, and goes on after a restart; what is told at its end is what was written since this window opened."""

    happened = Signal(object)  # Happening
    failed = Signal(str)  # a sentence
    model_wanted = Signal(str)  # a sentence: there is no model that could do it

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._written: set[bytes] = set()
        bridge.described.connect(self._take)

    def describe(self, digests: Sequence[bytes] | None = None) -> None:
        """Let these photos (None: all) have captions where they have none."""
        self._bridge.ask(DescribePhotos(None if digests is None else tuple(digests)), self._begun, self._told)

    def _begun(self, many: int) -> None:
        if many:
            text = self.tr("{photos} will be described; their captions come one by one").format(photos=words.photos(many))
            self.happened.emit(Happening(text, None))
        else:
            self.happened.emit(Happening(self.tr("There are no photos without a caption here, or they wait already"), None))

    @Slot()
    def stop(self) -> None:
        """Describe no further photo."""
        self._bridge.ask(StopDescribing(), lambda _none: None, self._told)

    @Slot(object)
    def _take(self, news: PhotosDescribed) -> None:
        self._written |= news.digests
        if news.left or not self._written:
            return
        written, self._written = tuple(sorted(self._written)), set()
        text = self.tr("Captions written of {photos}").format(photos=words.photos(len(written)))
        back, again = TakeBackDescriptions(written), DescribePhotos(written)
        self.happened.emit(Happening(text, undo=lambda: self._quietly(back), redo=lambda: self._quietly(again)))

    def _quietly(self, request: Request) -> None:
        self._bridge.ask(request, lambda _answer: None, self._told)

    def _told(self, failure: Failed) -> None:
        if failure.code == ModelMissing.code:
            self.model_wanted.emit(self.tr("To describe photos, get a model that writes captions first"))
        elif failure.code != "cancelled":
            self.failed.emit(failure.message)
