"""The bar above the photos: fold the sidebar, the search field, the order, the size of thumbnails, the panel."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QActionGroup, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QSlider, QToolButton, QVBoxLayout, QWidget

from app.engine.types import SortBy
from app.ui import theme
from app.ui.icons import icon

SMALLEST, LARGEST, USUAL, STEP = 80, 320, 160, 20
"""Thumbnails, in pixels."""

SEARCH_WIDTH = 680
NARROW = 640


def tool(sign: str, name: str, *, mirrored: bool = False) -> QToolButton:
    """A button that is only a sign, with its name for hints and screen readers."""
    button = QToolButton()
    button.setIcon(icon(sign, "secondary", mirrored=mirrored))
    button.setIconSize(QSize(theme.ICON, theme.ICON))
    button.setAccessibleName(name)
    button.setToolTip(name)
    return button


def close_button() -> QToolButton:
    """The cross that closes a panel."""
    return tool("x", QCoreApplication.translate("panel", "Close the panel"))


class TopBar(QWidget):
    """56 px high; the search field in its middle is given from outside."""

    sorted_by = Signal(object, bool)  # SortBy, descending
    cell_changed = Signal(int)

    def __init__(self, search: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.ground(self, "window")
        self.setFixedHeight(theme.TOP_BAR + 1)
        self._sort, self._descending = SortBy.DATE, True
        self.sidebar = tool("sidebar", self.tr("Show or hide the sidebar"))
        self.panel = tool("sidebar", self.tr("Find similar"), mirrored=True)
        self.panel.setCheckable(True)
        self.sort = tool("sort-descending", self.tr("Order"))
        self.sort.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.sort.setMenu(self._sort_menu())
        self.size_slider = QSlider(Qt.Orientation.Horizontal)
        self.size_slider.setRange(SMALLEST, LARGEST)
        self.size_slider.setSingleStep(STEP)
        self.size_slider.setPageStep(2 * STEP)
        self.size_slider.setValue(USUAL)
        self.size_slider.setFixedWidth(90)
        self.size_slider.setAccessibleName(self.tr("Size of the thumbnails"))
        self.size_slider.setToolTip(self.tr("Size of the thumbnails"))
        self.size_slider.valueChanged.connect(self.cell_changed)
        self._arrange(search)

    def _arrange(self, search: QWidget) -> None:
        search.setMaximumWidth(SEARCH_WIDTH)
        search.setSizePolicy(QSizePolicy.Policy.Expanding, search.sizePolicy().verticalPolicy())
        row = QHBoxLayout()
        row.setContentsMargins(theme.M, 0, theme.M, 0)
        row.setSpacing(theme.M)
        middle = Qt.AlignmentFlag.AlignVCenter
        row.addWidget(self.sidebar, 0, middle)
        row.addStretch(1)
        row.addWidget(search, 100, middle)
        row.addStretch(1)
        for part in (self.sort, self.size_slider, self.panel):
            row.addWidget(part, 0, middle)
        rule = QFrame()
        rule.setFixedHeight(1)
        theme.kind(rule, "rule")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(rule)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow bar the room is the search field's; keys and the wheel change the size, too."""
        super().resizeEvent(event)
        self.size_slider.setVisible(self.width() >= NARROW)

    def _sort_menu(self) -> QMenu:
        menu = QMenu(self)
        self._orders = QActionGroup(menu)
        names = {SortBy.DATE: self.tr("Date"), SortBy.NAME: self.tr("Name"), SortBy.SIZE: self.tr("Size of the file")}
        for by, name in names.items():
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setData(str(by))
            self._orders.addAction(action)
        menu.addSeparator()
        self._directions = QActionGroup(menu)
        for descending in (True, False):
            action = menu.addAction("")
            action.setCheckable(True)
            action.setData(descending)
            self._directions.addAction(action)
        self._orders.triggered.connect(self._reorder)
        self._directions.triggered.connect(self._reorder)
        self._show_order()
        return menu

    @Slot()
    def _reorder(self) -> None:
        chosen, direction = self._orders.checkedAction(), self._directions.checkedAction()
        self._sort, self._descending = SortBy(chosen.data()), bool(direction.data())
        self._show_order()
        self.sorted_by.emit(self._sort, self._descending)

    def _show_order(self) -> None:
        for action in self._orders.actions():
            action.setChecked(action.data() == str(self._sort))
        first, last = {
            SortBy.DATE: (self.tr("Newest first"), self.tr("Oldest first")),
            SortBy.NAME: (self.tr("Z to A"), self.tr("A to Z")),
            SortBy.SIZE: (self.tr("Largest first"), self.tr("Smallest first")),
        }[self._sort]
        for action in self._directions.actions():
            action.setText(first if action.data() else last)
            action.setChecked(bool(action.data()) == self._descending)
        # In the font that QtAwesome carries, "ascending" is the sign whose arrow points down
        self.sort.setIcon(icon("sort-ascending" if self._descending else "sort-descending", "secondary"))

    def order(self) -> tuple[SortBy, bool]:
        """The chosen order and whether it descends."""
        return self._sort, self._descending

    def set_order(self, by: SortBy, descending: bool) -> None:
        """Take over a remembered order, without telling anyone."""
        self._sort, self._descending = by, descending
        self._show_order()

    def set_cell(self, px: int) -> None:
        """Show the size that the thumbnails have, without telling anyone."""
        with QSignalBlocker(self.size_slider):
            self.size_slider.setValue(px)

    def step(self, steps: int) -> None:
        """Make the thumbnails larger or smaller by some steps."""
        self.size_slider.setValue(self.size_slider.value() + steps * STEP)
