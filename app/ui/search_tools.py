"""The buttons at the end of the search field: a picture, a color, years."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.ui.choosing import choose_picture
from app.ui.popups import ColorPopup, YearsPopup
from app.ui.search_field import SearchField


class SearchTools(QObject):
    """Opens what each button stands for and tells what was chosen there."""

    picture = Signal(str)  # a path
    color = Signal(str)  # "#rrggbb"
    years = Signal(object, object)  # int | None, int | None

    def __init__(self, field: SearchField) -> None:
        super().__init__(field)
        self._field = field
        self.picture_button = field.add_tool("image", self.tr("Search with a picture"))
        self.picture_button.clicked.connect(self._choose_picture)
        self.color_button = field.add_tool("drop", self.tr("Search for a color"))
        self.color_button.clicked.connect(self._choose_color)
        self.years_button = field.add_tool("calendar-blank", self.tr("Only photos of some years"))
        self.years_button.clicked.connect(self._choose_years)

    @Slot()
    def _choose_picture(self) -> None:
        choose_picture(self._field, self.tr("Search with a picture"), self.picture.emit)

    @Slot()
    def _choose_color(self) -> None:
        popup = ColorPopup(self._field)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.chosen.connect(self.color)
        popup.open_below(self.color_button)

    @Slot()
    def _choose_years(self) -> None:
        popup = YearsPopup(self._field)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.chosen.connect(self.years)
        popup.open_below(self.years_button)
