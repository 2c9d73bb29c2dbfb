"""Reading text in photos while there is nothing else to do."""

from __future__ import annotations

from collections.abc import Callable

from app.engine.background import Background
from app.engine.features.ocr.extractor import TextExtractor
from app.engine.intake.second_pass import Rows
from app.engine.intake.text_pass import TextPass
from app.engine.library.store import Library
from app.engine.requests import Event, TextsRead


class TextReading(Background):
    """The third pass. It may be off: then nothing is read, and what was read stays."""

    def __init__(self, library: Library, extractor: TextExtractor, emit: Callable[[Event], None], *, on: bool) -> None:
        super().__init__(emit, on=on)
        self._extractor = extractor
        self._texts = TextPass(library, extractor, self)
        self._pass = self._texts
        self._stale = self._again = False  # photos may have been looked at since it was last asked what is to be read

    @property
    def busy(self) -> bool:
        """Whether anything is left."""
        return self.on and not self._pass.stuck and (self._stale or self._pass.busy)

    def complete(self, *, again: bool = False) -> None:
        """Take up photos that were looked at and not read, when it is next the turn of the words."""
        self._stale, self._again = True, self._again or again

    def switch(self, *, on: bool) -> None:
        """Go on or stop; pages at hand are read to their end."""
        self.on = on
        if on:
            self.complete()
        else:
            self._pass.cancel()

    def step(self, seconds: float, *, begin: bool = True) -> None:
        """Do the next bit. Raises DiskFull or another LibraryError; nothing is lost then."""
        if self._stale and begin and self.on:
            self._pass.complete(again=self._again)
            self._stale = self._again = False
        super().step(seconds, begin=begin)

    def rest(self) -> None:
        """Let the networks go: nothing is to be read for now."""
        if self._extractor.networks.loaded:
            self._extractor.networks.release()

    def finish(self) -> None:
        """Give up what is being read, store what is read, and end."""
        self._extractor.stopping = True
        super().finish()
        self._texts.close()

    def later_stored(self, rows: Rows) -> None:
        """Say that the texts of photos are known now."""
        if digests := frozenset(rows.get(self._extractor.version, ())):
            self._emit(TextsRead(digests))
