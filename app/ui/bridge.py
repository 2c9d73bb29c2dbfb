"""The only file that knows both Qt and the engine's threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.engine.requests import Failed, Request


class Bridge(QObject):
    """Lives in the GUI thread; owns the engine's QThread. Everything it emits and calls happens in the GUI thread."""

    opened = Signal(object)  # Opened
    not_opened = Signal(object)  # NotOpened
    photos_arrived = Signal(object)  # PhotosArrived
    photos_gone = Signal(object)  # PhotosGone
    folders_changed = Signal(object)  # FoldersChanged
    progress = Signal(object)  # Progress
    indexing_ended = Signal(object)  # IndexingEnded
    duplicates_changed = Signal(object)  # DuplicatesChanged
    problem = Signal(object)  # Problem
    thumbnail = Signal(bytes, object)  # digest, QImage (null when the photo has none)

    def __init__(self, library: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)

    def start(self) -> None:
        """Start the engine thread; the heavy imports happen in it."""
        raise NotImplementedError

    def ask(
        self,
        request: Request,
        done: Callable[[Any], None],
        failed: Callable[[Failed], None] | None = None,
        *,
        replaces: str = "",
    ) -> int:
        """Send a request; `done` gets the answer, `failed` the failure (default: shown in the status line).

        With `replaces`, an earlier request of the same name that is still unanswered is cancelled and its answer dropped.
        """
        raise NotImplementedError

    def cancel(self, ticket: int) -> None:
        """Give a request up; nothing is called for it any more."""
        raise NotImplementedError

    def want_thumbnails(self, digests: Sequence[bytes]) -> None:
        """Read and decode these, first ones first, in a thread; replaces what an earlier call still waited for."""
        raise NotImplementedError

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def close(self) -> None:
        """Stop the engine and wait for its thread."""
        raise NotImplementedError
