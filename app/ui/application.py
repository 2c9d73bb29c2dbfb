"""Starts the window: the application, one window a library, the engine after the window is on the screen."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
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


def run(folders: list[str], library: Path | None) -> int:
    """Open the window of a library on these folders; returns the exit status when it is closed."""
    logging.basicConfig(level=logging.WARNING, format="facet: %(name)s: %(message)s")
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
    window.show()
    # Not before the event loop has painted the window: what the engine imports would hold it up
    QTimer.singleShot(0, bridge.start)
    status = app.exec()
    instance.close()
    bridge.close()
    return status
