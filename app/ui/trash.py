"""The platform's trash."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDir, QFile, QStandardPaths

from app.engine.errors import InputError


class QtTrash:
    """The platform's trash, as the engine's journal wants it."""

    def move(self, path: Path) -> Path:
        """Move one file to the trash and say where it is now. Raises InputError where the platform refuses."""
        # Measured: without this folder Qt fails with "Bad file descriptor" on Linux
        data = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
        QDir().mkpath(data)
        file = QFile(str(path))
        if not file.moveToTrash():
            raise InputError(f"{path} could not be moved to the trash: {file.errorString()}. The file is where it was.")
        return Path(file.fileName())
