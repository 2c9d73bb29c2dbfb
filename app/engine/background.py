"""What is read of photos while there is nothing else to do: one pass over those that lack it, which may be off."""

from __future__ import annotations

from collections.abc import Callable

from app.engine.errors import ModelMissing
from app.engine.intake.second_pass import SecondPass
from app.engine.requests import Event, Problem


class Background:
    """Joins a pass to those who let it work and want to know how far it is. For the engine thread."""

    def __init__(self, emit: Callable[[Event], None], *, on: bool = True) -> None:
        self._emit = emit
        self._pass: SecondPass  # made by who knows what is read
        self.on = on

    @property
    def busy(self) -> bool:
        """Whether anything is left."""
        return self.on and self._pass.busy and not self._pass.stuck

    @property
    def in_flight(self) -> bool:
        """Whether photos are being read."""
        return self._pass.in_flight and not self._pass.stuck

    @property
    def progress(self) -> tuple[int, int]:
        """Photos that were read, and in all that are to be."""
        return self._pass.done, self._pass.total

    def complete(self, *, again: bool = False) -> None:
        """Take up what photos lack; `again` also what could not be read before."""
        if self.on:
            self._pass.complete(again=again)

    def want(self, digest: bytes) -> None:
        """This photo is on the screen and goes first."""
        self._pass.want(digest)

    def step(self, seconds: float, *, begin: bool = True) -> None:
        """Do the next bit. Raises DiskFull or another LibraryError; nothing is lost then."""
        self._pass.step(seconds, begin=begin and self.on)

    def rest(self) -> None:
        """Let the memory of networks go: nothing is to be read for now."""

    def resume(self) -> None:
        """Try again what could not be stored."""
        self._pass.resume()

    def finish(self) -> None:
        """Drop what waits, store what is read, and end."""
        self._pass.cancel()
        while self._pass.in_flight and not self._pass.stuck:
            self._pass.step(1.0, begin=False)

    def later_missing(self, message: str) -> None:
        """Say that a model is not there, and what to do."""
        self._emit(Problem(ModelMissing.code, message))
