"""Reading text in photos while there is nothing else to do."""

from __future__ import annotations

from collections.abc import Callable

from app.engine.features.ocr.extractor import TextExtractor
from app.engine.intake.second_pass import Rows
from app.engine.intake.text_pass import TextPass
from app.engine.library.store import Library
from app.engine.requests import Event, TextsRead


class TextReading:
    """The third pass. It may be off: then nothing is read, and what was read stays. For the engine thread."""

    def __init__(self, library: Library, extractor: TextExtractor, emit: Callable[[Event], None], *, on: bool) -> None:
        self._extractor = extractor
        self._pass = TextPass(library, extractor, self)
        self._emit = emit
        self._stale = self._again = False  # photos may have been looked at since it was last asked what is to be read
        self.on = on

    @property
    def busy(self) -> bool:
        """Whether anything is left."""
        return self.on and not self._pass.stuck and (self._stale or self._pass.busy)

    @property
    def in_flight(self) -> bool:
        """Whether photos are being read."""
        return self._pass.in_flight and not self._pass.stuck

    @property
    def progress(self) -> tuple[int, int]:
        """Photos that were read, and in all that are worth it."""
        return self._pass.done, self._pass.total

    def complete(self, *, again: bool = False) -> None:
        """Take up photos that were looked at and not read, when it is next the turn of the words."""
        self._stale, self._again = True, self._again or again

    def want(self, digest: bytes) -> None:
        """This photo is on the screen and goes first."""
        self._pass.want(digest)

    def switch(self, *, on: bool) -> None:
        """Go on or stop; pages at hand are read to their end."""
        self.on = on
        if on:
            self.complete()
        else:
            self._pass.cancel()

    def step(self, seconds: float, *, begin: bool = True) -> None:
        """Do the next bit. Raises DiskFull or another LibraryError; nothing is lost then."""
        begin = begin and self.on
        if self._stale and begin:
            self._pass.complete(again=self._again)
            self._stale = self._again = False
        self._pass.step(seconds, begin=begin)

    def rest(self) -> None:
        """Let the networks go: nothing is to be read for now."""
        if self._extractor.networks.loaded:
            self._extractor.networks.release()

    def resume(self) -> None:
        """Try again what could not be stored."""
        self._pass.resume()

    def finish(self) -> None:
        """Give up what is being read, store what is read, and end."""
        self._extractor.stopping = True
        self._pass.cancel()
        while self._pass.in_flight and not self._pass.stuck:
            self._pass.step(1.0, begin=False)
        self._pass.close()

    def later_stored(self, rows: Rows) -> None:
        """Say that the texts of photos are known now."""
        if digests := frozenset(rows.get(self._extractor.version, ())):
            self._emit(TextsRead(digests))
