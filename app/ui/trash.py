"""The platform's trash."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QDir, QFile, QStandardPaths

from app.engine.errors import NoTrash


class QtTrash:
    """The platform's trash on Windows and macOS; on other systems the engine knows it itself."""

    def move(self, path: Path) -> Path:
        """Move one file to the trash and say where it is now. Raises NoTrash where the platform refuses."""
        # Measured: without this folder Qt fails with "Bad file descriptor" on Linux
        data = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
        QDir().mkpath(data)
        file = QFile(str(path))
        if not file.moveToTrash():
            raise NoTrash(f"{path} could not be moved to the trash: {file.errorString()}. The file is where it was.")
        return Path(file.fileName())


def qt_trash() -> QtTrash | None:
    """Qt's on Windows and macOS; None elsewhere: the engine finds photos again in a desktop's trash that it filled itself."""
    return QtTrash() if sys.platform in ("win32", "darwin") else None
