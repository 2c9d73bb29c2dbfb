"""Folders to be looked through, one after the other, in a thread of their own."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from app.engine.intake.scan import Found, look_through


class Looks:
    """A queue of looks. `roots` says which folders are added at the moment a look begins; `never` are Facet's own folders."""

    def __init__(self, never: Sequence[Path], roots: Callable[[], Sequence[str]]) -> None:
        self._never = never
        self._roots = roots
        self._thread = ThreadPoolExecutor(1, "scan")
        self._waiting: deque[tuple[str, bool]] = deque()
        self._running: Future[Found] | None = None
        self._stop = False

    @property
    def busy(self) -> bool:
        """Whether a folder waits or is looked through."""
        return bool(self._waiting or self._running)

    def add(self, folders: Iterable[str], *, recursive: bool = True) -> None:
        """Look through these, with all below or only at the files directly in them."""
        for folder in folders:
            if (folder, True) not in self._waiting and (folder, recursive) not in self._waiting:
                self._waiting.append((folder, recursive))

    def take(self) -> Found | None:
        """What the look that has ended found; begins the next one."""
        found = None
        if self._running is not None and self._running.done():
            found, self._running = self._running.result(), None
        if self._running is None and self._waiting and not self._stop:
            folder, recursive = self._waiting.popleft()
            self._running = self._thread.submit(
                look_through, folder, recursive=recursive, never=self._never, roots=self._roots(), stop=lambda: self._stop
            )
        return found

    def wait(self, seconds: float) -> None:
        """Wait for the running look to end, at most so long."""
        if self._running is not None:
            with suppress(TimeoutError):
                self._running.exception(timeout=seconds)

    def close(self) -> None:
        """End the running look early and drop the others."""
        self._stop = True
        self._waiting.clear()
        self._thread.shutdown(cancel_futures=True)
        self._running = None
