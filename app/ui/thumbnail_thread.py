"""The bridge's helper that reads thumbnails: the engine's `thumbnail` may be called from any thread."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from app.engine.service import Engine

log = logging.getLogger(__name__)


class ThumbnailThread(QObject):
    """Reads and decodes thumbnails in a thread of its own. What is asked last is read first."""

    ready = Signal()

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._wanted: dict[str, deque[bytes]] = {}  # by who asked, the last one last
        self._changed = threading.Condition()
        self._stopped = False
        self.read: deque[tuple[bytes, QImage]] = deque()
        self._thread = threading.Thread(target=self._work, name="thumbnails", daemon=True)
        self._thread.start()

    def want(self, digests: Sequence[bytes], who: str) -> None:
        """Read these next, in this order, and nothing else for `who`."""
        with self._changed:
            self._wanted.pop(who, None)
            if digests:
                self._wanted[who] = deque(digests)
            self._changed.notify()

    def stop(self) -> None:
        """End the thread; returns when it has ended."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._thread.join()

    def _next(self) -> bytes | None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or bool(self._wanted))
            if self._stopped:
                return None
            who, wanted = next(reversed(self._wanted.items()))
            digest = wanted.popleft()
            if not wanted:
                del self._wanted[who]
            return digest

    def _work(self) -> None:
        while (digest := self._next()) is not None:
            self.read.append((digest, self._decode(digest)))
            if len(self.read) == 1:
                self.ready.emit()

    def _decode(self, digest: bytes) -> QImage:
        try:
            data = self._engine.thumbnail(digest)
        except Exception:  # a store that is being closed or made anew: the photo keeps its placeholder
            log.warning("a thumbnail could not be read", exc_info=True)
            return QImage()
        return QImage.fromData(data) if data else QImage()
