"""The only file that knows both Qt and the engine's threads."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot
from shiboken6 import isValid

from app.engine.requests import (
    ActProgress,
    ActsChanged,
    Done,
    DuplicatesChanged,
    Event,
    Failed,
    FoldersChanged,
    IndexingEnded,
    ModelProgress,
    ModelsChanged,
    NotOpened,
    Opened,
    PhotosArrived,
    PhotosDescribed,
    PhotosGone,
    Problem,
    Progress,
    Request,
    SearchesChanged,
    TagsChanged,
    TextsRead,
)
from app.ui.engine_host import EngineHost
from app.ui.thumbnail_thread import ThumbnailThread

if TYPE_CHECKING:
    from app.engine.service import Engine

log = logging.getLogger(__name__)

SLICE_S = 0.004
"""How long thumbnails are handed out in one turn of the event loop."""

CLOSE_MS = 30_000
"""How long `close` waits for the engine to finish its batch."""

_left_behind: list[QThread] = []


@dataclass(frozen=True, slots=True)
class _Waiting:
    request: Request
    done: Callable[[Any], None]
    failed: Callable[[Failed], None] | None
    replaces: str


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
    model_progress = Signal(object)  # ModelProgress
    models_changed = Signal()
    searches_changed = Signal()
    tags_changed = Signal()
    texts_read = Signal(object)  # frozenset of digests
    described = Signal(object)  # PhotosDescribed
    acts_changed = Signal()
    act_progress = Signal(object)  # ActProgress, with the ticket that `ask` returned
    problem = Signal(object)  # Problem
    failed = Signal(object)  # Failed: a request whose sender did not say what to do then
    thumbnail = Signal(bytes, object)  # digest, QImage (null when the photo has none)

    def __init__(self, library: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.library = library
        self._thread: QThread | None = None
        self._host: EngineHost | None = None
        self._engine: Engine | None = None
        self._thumbnails: ThumbnailThread | None = None
        self._wanted: dict[str, Sequence[bytes]] = {}
        self._paused = False
        self._ticket = 0
        self._waiting: dict[int, _Waiting] = {}
        self._ours: dict[int, int] = {}  # the engine's ticket -> ours
        self._theirs: dict[int, int] = {}  # ours -> the engine's
        self._latest: dict[str, int] = {}
        self._slices = QTimer(self, interval=0)
        self._slices.timeout.connect(self._deliver)
        self._news: dict[type, Any] = {
            Opened: self.opened,
            NotOpened: self.not_opened,
            PhotosArrived: self.photos_arrived,
            PhotosGone: self.photos_gone,
            FoldersChanged: self.folders_changed,
            Progress: self.progress,
            IndexingEnded: self.indexing_ended,
            DuplicatesChanged: self.duplicates_changed,
            ModelProgress: self.model_progress,
            PhotosDescribed: self.described,
            Problem: self.problem,
        }

    def start(self) -> None:
        """Start the engine thread; the heavy imports happen in it. Called again after a failure, it tries anew."""
        if self._thread is not None:
            self._stop()
        self._thread, self._host = QThread(), EngineHost(self.library)
        self._thread.setObjectName("engine")
        self._host.moveToThread(self._thread)
        # Queued even when the engine speaks from the GUI thread, so that `ask` always returns before its answer comes
        self._host.made.connect(self._take_engine, Qt.ConnectionType.QueuedConnection)
        self._host.happened.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._thread.started.connect(self._host.run)
        self._thread.start()

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
        A request that is asked before the engine is there is sent when it is.
        """
        if replaces and (earlier := self._latest.get(replaces)) is not None:
            self.cancel(earlier)
        self._ticket += 1
        self._waiting[self._ticket] = _Waiting(request, done, failed, replaces)
        if replaces:
            self._latest[replaces] = self._ticket
        if self._engine is not None:
            self._send(self._ticket)
        return self._ticket

    def cancel(self, ticket: int) -> None:
        """Give a request up; nothing is called for it any more."""
        if self._forget(ticket) is None:
            return
        theirs = self._theirs.pop(ticket, None)
        if theirs is not None and self._engine is not None:
            del self._ours[theirs]
            self._engine.cancel(theirs)

    def want_thumbnails(self, digests: Sequence[bytes], who: str = "") -> None:
        """Read and decode these, first ones first, in a thread; replaces what an earlier call by the same `who` still waited for.

        Widgets that are seen at the same time name themselves, so that they do not take each other's thumbnails away.
        """
        if self._thumbnails is not None:
            self._thumbnails.want(digests, who)
        else:
            self._wanted[who] = digests

    @property
    def paused(self) -> bool:
        """Whether the reading of photos is held."""
        return self._paused

    def pause(self) -> None:
        """Hold the reading of photos; questions are still answered."""
        self._paused = True
        if self._engine is not None:
            self._engine.pause()

    def resume(self) -> None:
        """Go on reading photos."""
        self._paused = False
        if self._engine is not None:
            self._engine.resume()

    def close(self) -> None:
        """Stop the engine and wait for its thread."""
        self._stop()
        self._waiting.clear()
        self._latest.clear()

    def _stop(self) -> None:
        if self._thread is None or self._host is None:
            return
        self._host.made.disconnect(self._take_engine)
        self._host.happened.disconnect(self._take)
        self._host.stop()
        if self._thumbnails is not None:
            self._slices.stop()
            self._thumbnails.stop()
        self._thread.quit()
        if not self._thread.wait(CLOSE_MS):
            log.error("the engine did not stop in time")
            _left_behind.append(self._thread)  # destroying a running QThread would abort the program
        self._thread = self._host = self._engine = self._thumbnails = None
        self._ours.clear()
        self._theirs.clear()

    def _send(self, ticket: int) -> None:
        assert self._engine is not None
        theirs = self._engine.submit(self._waiting[ticket].request)
        self._ours[theirs] = ticket
        self._theirs[ticket] = theirs

    def _forget(self, ticket: int) -> _Waiting | None:
        waiting = self._waiting.pop(ticket, None)
        if waiting is not None and self._latest.get(waiting.replaces) == ticket:
            del self._latest[waiting.replaces]
        return waiting

    @Slot(object)
    def _take_engine(self, engine: Engine) -> None:
        if self.sender() is not self._host:
            return
        self._engine = engine
        self._thumbnails = ThumbnailThread(engine)
        self._thumbnails.ready.connect(self._slices.start, Qt.ConnectionType.QueuedConnection)
        for who, digests in self._wanted.items():
            self._thumbnails.want(digests, who)
        self._wanted.clear()
        if self._paused:
            engine.pause()
        for ticket in tuple(self._waiting):
            self._send(ticket)

    @Slot(object)
    def _take(self, event: Event) -> None:
        if self.sender() is not self._host:
            return  # said by an engine that has been stopped since; what was queued still arrives
        if isinstance(event, Done | Failed):
            self._answer(event)
            return
        if isinstance(event, ModelsChanged):
            self.models_changed.emit()
        elif isinstance(event, SearchesChanged):
            self.searches_changed.emit()
        elif isinstance(event, TagsChanged):
            self.tags_changed.emit()
        elif isinstance(event, TextsRead):
            self.texts_read.emit(event.digests)
        elif isinstance(event, ActsChanged):
            self.acts_changed.emit()
        elif isinstance(event, ActProgress):
            if (ticket := self._ours.get(event.ticket)) is not None:
                self.act_progress.emit(replace(event, ticket=ticket))
        else:
            self._news[type(event)].emit(event)
        if isinstance(event, NotOpened):
            self._fail_all(event)

    def _answer(self, event: Done | Failed) -> None:
        ticket = self._ours.pop(event.ticket, None)
        if ticket is None:
            return  # given up meanwhile
        self._theirs.pop(ticket, None)
        waiting = self._forget(ticket)
        if waiting is None:
            return
        if isinstance(event, Done):
            if is_there(waiting.done):
                waiting.done(event.answer)
        else:
            self._fail(waiting, Failed(ticket, event.code, event.message))

    def _fail(self, waiting: _Waiting, failure: Failed) -> None:
        if waiting.failed is not None:
            waiting.failed(failure)
        elif failure.code != "cancelled":
            self.failed.emit(failure)

    def _fail_all(self, event: NotOpened) -> None:
        """Nothing that was asked will be answered; who waits is told why. What is asked from now on waits for `start`."""
        self._engine = None
        for ticket in tuple(self._waiting):
            waiting = self._forget(ticket)
            if waiting is not None and waiting.failed is not None:
                waiting.failed(Failed(ticket, event.code, event.message))
        self._ours.clear()
        self._theirs.clear()

    @Slot()
    def _deliver(self) -> None:
        """Hand out thumbnails for a few milliseconds; the rest waits for the next turn."""
        if self._thumbnails is None:
            self._slices.stop()
            return
        started = perf_counter()
        while self._thumbnails.read and perf_counter() - started < SLICE_S:
            digest, image = self._thumbnails.read.popleft()
            self.thumbnail.emit(digest, image)
        if not self._thumbnails.read:
            self._slices.stop()


def is_there(told: Callable[..., None]) -> bool:
    """Whether a widget whose method this is still exists: one that was closed meanwhile is not told."""
    owner = getattr(told, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)
