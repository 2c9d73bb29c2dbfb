"""The engine's own thread: a Qt object that makes the engine there and runs it; only the bridge uses it."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal, Slot

from app.engine.requests import NotOpened
from app.ui.trash import qt_trash

if TYPE_CHECKING:
    from app.engine.service import Engine

log = logging.getLogger(__name__)


class EngineHost(QObject):
    """Lives in the engine's thread: makes the engine there, so that what it imports delays no window, and runs it."""

    made = Signal(object)
    happened = Signal(object)

    def __init__(self, library: Path | None) -> None:
        super().__init__()
        self._library = library
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._stopped = False

    @Slot()
    def run(self) -> None:
        """Serve until stopped; whatever escapes from the engine becomes an event, never a silent thread."""
        try:
            from app.engine.service import Engine  # here, so that the window is on the screen before all this is loaded

            engine = Engine(self._library, self.happened.emit, trash=qt_trash())
            with self._lock:
                self._engine = engine
                if self._stopped:
                    engine.stop()
            self.made.emit(engine)
            engine.run()
        except Exception as error:
            log.exception("the engine stopped")
            self.happened.emit(NotOpened("crash", f"Something went wrong in the library ({error}). Try again."))
        finally:
            QThread.currentThread().quit()

    def stop(self) -> None:
        """Let `run` return; may be called from any thread and at any time."""
        with self._lock:
            self._stopped = True
            if self._engine is not None:
                self._engine.stop()
