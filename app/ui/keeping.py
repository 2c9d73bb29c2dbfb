"""What the window remembers between starts: its place on the screen, what is folded, the order, the size, the colors."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from PySide6.QtCore import QByteArray, QSettings

from app.engine.paths import library_paths
from app.engine.types import SortBy
from app.ui import theme
from app.ui.rooms import Rooms
from app.ui.top_bar import LARGEST, SMALLEST, USUAL


class Kept:
    """An INI file beside the library's settings; what cannot be understood in it counts as not there."""

    def __init__(self, library: Path | None) -> None:
        file = library_paths(library).config / "window.ini"
        self._settings = QSettings(str(file), QSettings.Format.IniFormat)

    def _flag(self, name: str, otherwise: bool) -> bool:
        value = self._settings.value(name)
        return otherwise if value is None else str(value).lower() == "true"

    def _number(self, name: str, otherwise: int) -> int:
        try:
            return int(str(self._settings.value(name)))
        except ValueError:
            return otherwise

    @property
    def geometry(self) -> QByteArray | None:
        """Where the window was."""
        value = self._settings.value("geometry")
        return value if isinstance(value, QByteArray) else None

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._settings.setValue("geometry", value)

    @property
    def sidebar(self) -> bool:
        """Whether the sidebar is wanted."""
        return self._flag("sidebar", True)

    @sidebar.setter
    def sidebar(self, value: bool) -> None:
        self._settings.setValue("sidebar", value)

    @property
    def viewer_info(self) -> bool:
        """Whether the viewer shows what is known about the photo."""
        return self._flag("viewer_info", False)

    @viewer_info.setter
    def viewer_info(self, value: bool) -> None:
        self._settings.setValue("viewer_info", value)

    @property
    def outlined(self) -> bool:
        """Whether the viewer outlines the part that was found."""
        return self._flag("outlined", True)

    @outlined.setter
    def outlined(self, value: bool) -> None:
        self._settings.setValue("outlined", value)

    @property
    def cell(self) -> int:
        """The size of the thumbnails in pixels."""
        return max(SMALLEST, min(LARGEST, self._number("cell", USUAL)))

    @cell.setter
    def cell(self, value: int) -> None:
        self._settings.setValue("cell", value)

    @property
    def order(self) -> tuple[SortBy, bool]:
        """The order of the gallery and whether it descends."""
        name = str(self._settings.value("sort"))
        return (SortBy(name) if name in set(SortBy) else SortBy.DATE), self._flag("descending", True)

    @order.setter
    def order(self, value: tuple[SortBy, bool]) -> None:
        self._settings.setValue("sort", str(value[0]))
        self._settings.setValue("descending", value[1])

    @property
    def colors(self) -> theme.Choice:
        """Light, dark, or as the system."""
        name = str(self._settings.value("colors"))
        return next((choice for choice in get_args(theme.Choice) if choice == name), "system")

    @colors.setter
    def colors(self, value: theme.Choice) -> None:
        self._settings.setValue("colors", value)

    @property
    def had_folders(self) -> bool:
        """Whether folders had been added when the window closed; decides what is shown until the library is open."""
        return self._flag("had_folders", False)

    @had_folders.setter
    def had_folders(self, value: bool) -> None:
        self._settings.setValue("had_folders", value)

    def put_on(self, rooms: Rooms) -> None:
        """Arrange the rooms as they were left."""
        rooms.browse.sidebar_wanted = self.sidebar
        rooms.top_bar.set_order(*self.order)
        rooms.gallery.set_sort(*self.order)
        rooms.top_bar.set_cell(self.cell)
        rooms.gallery.set_cell(self.cell)
        rooms.viewing.show_info(self.viewer_info)
        rooms.viewing.viewer.show_outlines(self.outlined)

    def take_from(self, rooms: Rooms) -> None:
        """Remember how the rooms are left, on disk at once."""
        self.sidebar = rooms.browse.sidebar_wanted
        self.order = rooms.top_bar.order()
        self.cell = rooms.top_bar.size_slider.value()
        self.viewer_info = rooms.viewing.info_wanted
        self.outlined = rooms.viewing.viewer.outlined
        self.colors = theme.choice()
        self._settings.sync()
