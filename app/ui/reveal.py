"""Show in folder: opens the platform's file browser with a file marked."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QUrl, Slot
from PySide6.QtGui import QDesktopServices

FILE_MANAGER = "org.freedesktop.FileManager1"


def command(path: Path, platform: str = sys.platform) -> tuple[str, list[str]] | None:
    """The program that marks a file in its folder; None where the platform has none that is certain to be there."""
    if platform == "darwin":
        return "open", ["-R", str(path)]
    if platform == "win32":
        return "explorer", ["/select,", str(path)]
    return None


class Revealer(QObject):
    """Shows files in the platform's file browser without making the window wait for it."""

    def reveal(self, path: str) -> bool:
        """Show a file in its folder, or open a folder; False where it is gone or nothing could be started."""
        there = Path(path)
        if not there.exists():
            return False
        if there.is_dir():
            return QDesktopServices.openUrl(QUrl.fromLocalFile(path))
        known = command(there)
        if known is not None:
            return bool(QProcess.startDetached(*known)[0])
        return self._ask_desktop(there) or _open_folder(there)

    def _ask_desktop(self, path: Path) -> bool:
        """Ask the desktop's file browser over D-Bus (freedesktop.org's file manager interface); False without a bus."""
        try:
            from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher
        except ImportError:  # Qt is built without it on some platforms
            return False
        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return False
        call = QDBusMessage.createMethodCall(FILE_MANAGER, "/org/freedesktop/FileManager1", FILE_MANAGER, "ShowItems")
        call.setArguments([[path.as_uri()], ""])
        watcher = QDBusPendingCallWatcher(bus.asyncCall(call, 3000), self)
        watcher.setProperty("path", str(path))
        watcher.finished.connect(self._answered)
        return True

    @Slot("QDBusPendingCallWatcher*")
    def _answered(self, watcher: QObject) -> None:
        if watcher.isError():  # type: ignore[attr-defined]  # no file browser that knows the interface
            _open_folder(Path(str(watcher.property("path"))))
        watcher.deleteLater()


def _open_folder(path: Path) -> bool:
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
