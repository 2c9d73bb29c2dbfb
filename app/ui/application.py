"""Starts the window: the application, one window a library, the engine after the window is on the screen."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from app import __version__
from app.engine.paths import resources
from app.ui import theme
from app.ui.bridge import Bridge
from app.ui.crash import CrashDesk
from app.ui.keeping import Kept
from app.ui.main_window import MainWindow
from app.ui.single_instance import SingleInstance

SWITCH_S = 0.001
"""How long a thread may keep the others waiting, in seconds."""


def make_application(arguments: Sequence[str] = ()) -> QApplication:
    """The one QApplication, with Facet's name and sign."""
    QGuiApplication.setDesktopFileName("facet")
    app = QApplication([sys.argv[0], *arguments])
    app.setApplicationName("Facet")
    app.setApplicationDisplayName("Facet")
    app.setApplicationVersion(__version__)
    sign = resources() / "icons" / "facet.svg"
    app.setWindowIcon(QIcon(str(sign)))
    return app


class Signals(QObject):
    """Closes the window on Ctrl+C in the terminal and when the session ends; Qt alone would not let Python hear of it."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._heard, wake = socket.socketpair()
        for end in (self._heard, wake):
            end.setblocking(False)
        self._wake = wake
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._heard.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._drain)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda _number, _frame: app.quit())

    @Slot()
    def _drain(self) -> None:
        with suppress(BlockingIOError):
            self._heard.recv(64)  # Python runs the handler itself, now that it is awake

    def close(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(-1)
        self._heard.close()
        self._wake.close()


def run(folders: list[str], library: Path | None) -> int:
    """Open the window of a library on these folders; returns the exit status when it is closed."""
    logging.basicConfig(level=logging.WARNING, format="facet: %(name)s: %(message)s")
    # Measured: with the usual 5 ms the window waits for its turn behind every busy thread of the engine
    sys.setswitchinterval(SWITCH_S)
    app = make_application()
    instance = SingleInstance(library)
    if instance.hand_over(folders):
        print("facet: a window of this library is open already; it has been brought to the front", file=sys.stderr)
        return 0
    instance.listen()
    desk = CrashDesk()
    desk.install()
    theme.apply(Kept(library).colors)
    bridge = Bridge(library)
    window = MainWindow(bridge, folders)
    desk.told.connect(window.rooms.status.show_problem)
    instance.asked.connect(window.take_over)
    signals = Signals(app)
    window.show()
    # Not before the event loop has painted the window: what the engine imports would hold it up
    QTimer.singleShot(0, bridge.start)
    status = app.exec()
    signals.close()
    instance.close()
    bridge.close()
    return status
