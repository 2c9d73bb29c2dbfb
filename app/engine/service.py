"""Engine: the one door to everything. Requests go in with `submit`, events come out through `emit`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.engine.library.journal import Trash
from app.engine.requests import Event, Request


class Engine:
    """The library and all that works on it.

    `run` is the engine thread's loop: it is the only writer of the stores and the only mutator of indexes; it returns after `stop`.
    `submit`, `cancel`, `pause`, `resume`, `stop` and `thumbnail` may be called from any thread. `emit` is called from the
    engine's threads. With `inline` there are no threads: `submit` answers before it returns, and `run_until_idle` reads what is pending.
    """

    def __init__(
        self, library: Path | None, emit: Callable[[Event], None], *, inline: bool = False, trash: Trash | None = None
    ) -> None: ...

    def run(self) -> None:
        """Open the library (emits Opened or NotOpened), then serve until `stop`."""
        raise NotImplementedError

    def submit(self, request: Request) -> int:
        """Ask; the ticket is returned at once."""
        raise NotImplementedError

    def cancel(self, ticket: int) -> None:
        """Give a request up: it fails with the code "cancelled", or its answer is dropped."""
        raise NotImplementedError

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def stop(self) -> None:
        """Finish the batch at hand and leave `run`; the library is closed when `run` returns."""
        raise NotImplementedError

    def thumbnail(self, digest: bytes) -> bytes | None:
        """The stored JPEG (longer side 320 px) of a photo, read at once in the calling thread; None where there is none."""
        raise NotImplementedError
