"""Steps that tests of parts share."""

from __future__ import annotations

from app.engine.types import PhotoRow
from app.ui.main_window import MainWindow
from tests.ui.real import wait_for


def photo_row(window: MainWindow, name: str) -> PhotoRow:
    """The photo of this name."""
    return next(row for row in window.rooms.gallery.rows() if row.name == name)


def open_photo(window: MainWindow, name: str) -> None:
    """Look at a photo in the viewer, read in full."""
    window.ways.open_photo(photo_row(window, name))
    viewer = window.rooms.viewing.viewer
    wait_for(lambda: viewer.canvas.image is not None and viewer.canvas.full.width() > 1 and not viewer._asked)


def found(window: MainWindow) -> list[str]:
    """The names that the gallery shows, in its order."""
    return [row.name for row in window.rooms.gallery.rows()]


def is_first(window: MainWindow, name: str) -> bool:
    """Whether a search found it as the best; the newest of all photos may have the same place."""
    return found(window)[:1] == [name] and window.rooms.gallery.model.hit(0) is not None
