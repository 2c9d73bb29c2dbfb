"""Watching the added folders: what changes becomes a few notices of where to look again.

A notice is a hint; the look that follows finds out what is true. Watchdog's threads only put paths into a set; one thread of ours
gathers them, sends the notices, and looks every few seconds whether a folder has come or gone.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from watchdog import events

from app.engine.intake.gather import Gatherer, Notice
from app.engine.intake.polling import FolderPoll
from app.engine.intake.silence import silence

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver, ObservedWatch

TICK_S = 0.1
"""How often the gathered paths are looked at."""

ROOTS_EVERY_S = 2.0
"""How often we look whether an added folder has come or gone."""

POLL_EVERY_S = 5.0
"""How often the folders below a root that cannot be watched are asked for their times."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Root:
    """One added folder. `mark` is (device, inode): another one means that something else is mounted there now."""

    path: str
    mark: tuple[int, int] | None = None
    watch: ObservedWatch | None = None
    poll: FolderPoll | None = None


class Watcher:
    """Watches folders with all below. Its callbacks are called from a thread of its own; `close` ends it."""

    def __init__(
        self,
        on_change: Callable[[Notice], None],
        own_folders: Iterable[Path | str] = (),
        *,
        on_problem: Callable[[str, str], None] = lambda code, message: None,
        on_root_state: Callable[[str, bool], None] = lambda root, there: None,
    ) -> None:
        self._on_change = on_change
        self._on_problem = on_problem
        self._on_root_state = on_root_state
        self._gatherer = Gatherer([str(folder) for folder in own_folders])
        self._roots: dict[str, _Root] = {}
        self._lock = threading.RLock()
        self._observer: BaseObserver | None = None
        self._told_limit = False
        self._closing = threading.Event()
        self._overflow = _OverflowFilter(self._lost_events)
        self._overflow.attach()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._thread.start()

    def watch(self, roots: Sequence[str]) -> None:
        """Watch exactly these folders. Returns when their changes are being noted; a folder that is not there is waited for."""
        for gone in set(self._roots) - set(roots):
            self.remove(gone)
        for root in roots:
            self.add(root)

    def add(self, root: str) -> None:
        """Watch one more folder, with all below."""
        with self._lock:
            if root in self._roots or self._closing.is_set():
                return
            self._roots[root] = _Root(root, _mark(root))
            self._gatherer.set_roots(tuple(self._roots))
            if self._roots[root].mark is not None:
                self._begin(self._roots[root])

    def remove(self, root: str) -> None:
        """Watch a folder no longer."""
        with self._lock:
            gone = self._roots.pop(root, None)
            self._gatherer.set_roots(tuple(self._roots))
            if gone is not None:
                self._end(gone)

    def close(self) -> None:
        """End all watching; no callback comes afterwards."""
        self._closing.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()
        with self._lock:
            self._overflow.detach()
            self._roots.clear()
            observer, self._observer = self._observer, None
        if observer is not None:
            observer.stop()
            observer.join()

    # ---- watching one root

    def _begin(self, root: _Root) -> None:
        """Let the system tell; where its limit is reached, ask the folders for their times instead."""
        try:
            root.watch = self._need_observer().schedule(_Handler(self._gatherer), root.path, recursive=True, event_filter=_WANTED)
            if self._limit_reached():
                raise OSError(errno.ENOSPC, "no watches are left")
        except OSError as problem:
            self._fall_back(root, problem)

    def _fall_back(self, root: _Root, problem: OSError) -> None:
        log.debug("%s cannot be watched: %s", root.path, problem)
        self._end(root)
        if _mark(root.path) is None:
            root.mark = None
            return
        root.poll = FolderPoll(root.path, self._gatherer.is_relevant)
        if not self._told_limit:
            self._told_limit = True
            self._on_problem("watch-limit", _LIMIT_WORDS + _LIMIT_REMEDY.get(problem.errno or 0, ""))

    def _end(self, root: _Root) -> None:
        root.poll = None
        watch, root.watch = root.watch, None
        if watch is not None and self._observer is not None:
            with suppress(KeyError, OSError):
                self._observer.unschedule(watch)

    def _need_observer(self) -> BaseObserver:
        silence("watchdog\\.")  # it remarks on a folder that was moved away and back
        if self._observer is None:
            from watchdog.observers import Observer

            observer = Observer()
            observer.start()
            self._observer = observer
        return self._observer

    def _limit_reached(self) -> bool:
        """Whether the system has no watch left: watchdog says so of a root alone and skips folders below without a word.

        To find out, a folder of ours that nobody watches is watched for a moment.
        """
        if not sys.platform.startswith("linux") or self._observer is None:
            return False
        with ExitStack() as stack:
            try:
                probe = stack.enter_context(tempfile.TemporaryDirectory(prefix="facet-"))
            except OSError:
                return False
            try:
                self._observer.unschedule(self._observer.schedule(_Handler(Gatherer(())), probe, event_filter=_WANTED))
            except OSError:
                return True
        return False

    # ---- our thread

    def _run(self) -> None:
        next_roots = time.monotonic() + ROOTS_EVERY_S
        next_poll = time.monotonic() + POLL_EVERY_S
        while not self._closing.wait(TICK_S):
            now = time.monotonic()
            if now >= next_roots:
                next_roots = now + ROOTS_EVERY_S
                self._look_at_roots()
            if now >= next_poll:
                self._poll()
                next_poll = time.monotonic() + POLL_EVERY_S
            notice = self._gatherer.take(now)
            if notice is not None and not self._closing.is_set():
                self._on_change(notice)

    def _look_at_roots(self) -> None:
        """Tell which roots came or went; what came, or was put in another's place, is watched and looked through anew."""
        for root in list(self._roots.values()):
            mark = _mark(root.path)  # outside the lock: a network drive may take its time
            with self._lock:
                if self._roots.get(root.path) is not root or mark == root.mark:
                    continue
                was, root.mark = root.mark, mark
                self._end(root)
                if mark is not None:
                    self._begin(root)
                    self._gatherer.look(root.path, tree=True)
            if (was is None) != (mark is None):
                self._on_root_state(root.path, mark is not None)
        if self._gatherer.take_new_folders():
            self._check_limit()

    def _check_limit(self) -> None:
        """New folders need new watches. When there are none left, everything we watch is asked for its times from now on."""
        with self._lock:
            if not self._limit_reached():
                return
            for root in self._roots.values():
                if root.watch is not None:
                    self._fall_back(root, OSError(errno.ENOSPC, "no watches are left"))
                    self._gatherer.look(root.path, tree=True)

    def _poll(self) -> None:
        for root in list(self._roots.values()):
            poll = root.poll
            if poll is not None:
                for folder, tree in poll.changed_folders(self._closing.is_set):
                    self._gatherer.look(folder, tree=tree)

    def _lost_events(self) -> None:
        for root in tuple(self._roots):
            self._gatherer.look(root, tree=True)


_LIMIT_WORDS = (
    "Facet cannot be told of every change in your folders and looks every few seconds instead; "
    "new photos take a little longer to appear."
)
_LIMIT_REMEDY = {
    errno.ENOSPC: " To be told of all: sudo sysctl fs.inotify.max_user_watches=1048576",
    errno.EMFILE: " To be told of all: sudo sysctl fs.inotify.max_user_instances=1024",
}

_WANTED: list[type[events.FileSystemEvent]] = [
    events.FileCreatedEvent, events.FileDeletedEvent, events.FileModifiedEvent, events.FileMovedEvent, events.FileClosedEvent,
    events.FileAttribEvent, events.DirCreatedEvent, events.DirDeletedEvent, events.DirMovedEvent,
]  # fmt: skip
"""Not among them: that files are opened and closed again; our own reading would raise a storm."""


def _mark(root: str) -> tuple[int, int] | None:
    try:
        seen = Path(root).stat()
    except OSError:
        return None
    return (seen.st_dev, seen.st_ino) if Path(root).is_dir() else None


class _Handler(events.FileSystemEventHandler):
    """What watchdog calls: each event goes to the gatherer."""

    def __init__(self, gatherer: Gatherer) -> None:
        self._gatherer = gatherer

    def dispatch(self, event: events.FileSystemEvent) -> None:
        """Note one event; called from watchdog's thread."""
        self._gatherer.note(
            event.event_type, os.fsdecode(event.src_path), os.fsdecode(event.dest_path or ""), is_folder=event.is_directory
        )


class _OverflowFilter(logging.Filter):
    """The system drops events when too many come at once. Watchdog tells that in its log and nowhere else, so we listen there."""

    _LOGGER = "watchdog.observers.inotify_c"

    def __init__(self, lost: Callable[[], None]) -> None:
        super().__init__()
        self._lost = lost

    def attach(self) -> None:
        """Begin to listen."""
        logging.getLogger(self._LOGGER).addFilter(self)

    def detach(self) -> None:
        """Listen no longer."""
        logging.getLogger(self._LOGGER).removeFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the remark from people; we act on it."""
        if "overflow" not in record.getMessage():
            return True
        self._lost()
        return False
