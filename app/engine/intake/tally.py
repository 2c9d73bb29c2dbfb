"""Counts of one pass over the folders, and how long the rest will take."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from app.engine.requests import Progress
from app.engine.types import IndexReport, Unreadable

_SMOOTHING = 0.1
_ENOUGH = 8


@dataclass
class Tally:
    """Counts files of one pass; `total` and `done` count files to be read."""

    found: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    total: int = 0
    done: int = 0
    unreadable: list[Unreadable] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    _last: float = 0.0
    _each: float = 0.0

    def one_done(self, count: int = 1) -> None:
        """`count` files have been read; keeps a running mean of the time that one takes."""
        now = time.monotonic()
        each = (now - (self._last or self.started)) / count
        self._each = each if self.done < _ENOUGH else (1 - _SMOOTHING) * self._each + _SMOOTHING * each
        self._last = now
        self.done += count

    def rest(self) -> None:
        """Time that passes now (a pause) does not count."""
        self._last = time.monotonic()

    def progress(self, *, paused: bool, looking: bool) -> Progress:
        """How far it is; the time left is named once enough files have been read."""
        left = (self.total - self.done) * self._each if self.done >= _ENOUGH and not paused else None
        return Progress(self.done, self.total, left, paused, looking)

    def report(self) -> IndexReport:
        """The counts so far."""
        return IndexReport(
            self.found, self.added, self.changed, self.unchanged, self.removed, tuple(self.unreadable),
            round(time.monotonic() - self.started, 2),
        )  # fmt: skip
