"""Models fetched and imported while everything else goes on. Used by a lane of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.engine.models.choice import Choice
from app.engine.models.download import Progress
from app.engine.models.hub import Hub
from app.engine.models.patience import Stop
from app.engine.requests import Event, ModelProgress, ModelsChanged

TELL_EVERY_S = 0.1


class Fetching:
    """Says how far it is at most ten times a second, and that the models have changed however it ends."""

    def __init__(self, choice: Choice, emit: Callable[[Event], None]) -> None:
        self._choice = choice
        self._emit = emit

    def fetch(self, name: str, stop: Stop) -> None:
        """Get a model from the hub, going on where an earlier try ended. Raises as `Shelf.fetch`."""
        with self._told(name) as tell:
            self._choice.shelf.fetch(name, Hub(), tell, stop)

    def take(self, path: str, name: str | None, stop: Stop) -> str:
        """Import a model from a file or folder; its name. Raises as `Shelf.take`."""
        with self._told(name or Path(path).name) as tell:
            return self._choice.shelf.take(Path(path), name, tell, stop, kept=self._choice.needed).name

    @contextmanager
    def _told(self, name: str) -> Iterator[Progress]:
        teller = _Teller(name, self._emit)
        try:
            yield teller.tell
        finally:
            teller.tell_last()
            self._emit(ModelsChanged())


class _Teller:
    def __init__(self, name: str, emit: Callable[[Event], None]) -> None:
        self._name = name
        self._emit = emit
        self._when = 0.0
        self._told: tuple[int, int] | None = None
        self._untold: tuple[int, int] | None = None

    def tell(self, done: int, total: int) -> None:
        self._untold = (done, total) if (done, total) != self._told else None
        if time.monotonic() - self._when >= TELL_EVERY_S:
            self.tell_last()

    def tell_last(self) -> None:
        """What was not told yet because it came too soon."""
        if self._untold:
            self._emit(ModelProgress(self._name, *self._untold))
            self._when, self._told, self._untold = time.monotonic(), self._untold, None
