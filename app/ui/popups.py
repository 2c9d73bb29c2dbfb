"""The small windows of the search field: a palette of colors, and the years in which photos were taken."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QColorDialog,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui import theme
from app.ui.chips import swatch
from app.ui.icons import icon

SWATCHES = (
    ("red", "#d6302f"), ("orange", "#ef7d22"), ("yellow", "#f3c922"), ("green", "#3f9b46"), ("teal", "#1f9e98"),
    ("sky blue", "#62b1f0"), ("blue", "#2350c4"), ("purple", "#7a3fb8"), ("pink", "#ee7fb1"), ("brown", "#7b4b2a"),
    ("black", "#161616"), ("white", "#f7f7f7"),
)  # fmt: skip
_COLUMNS = 6
_SIDE = 24
FIRST_YEAR = 1980


class Popup(QFrame):
    """A card that opens below a button and closes when something else is pressed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        theme.kind(self, "popup")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(theme.M, theme.M, theme.M, theme.M)
        self.column.setSpacing(theme.S)

    def open_below(self, button: QWidget) -> None:
        """Show the card under a button, its right edge at the button's."""
        self.adjustSize()
        right = button.mapToGlobal(QPoint(button.width(), button.height() + theme.S))
        left = button.mapToGlobal(QPoint(0, button.height() + theme.S))
        self.move(left if self.isRightToLeft() else right - QPoint(self.width(), 0))
        self.show()


class ColorPopup(Popup):
    """Twelve colors to choose from, and any other."""

    chosen = Signal(str)  # "#rrggbb"

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        title = QLabel(self.tr("Photos with this color"))
        theme.kind(title, "section")
        self.column.addWidget(title)
        grid = QGridLayout()
        grid.setSpacing(theme.XS)
        self.buttons = [self._make_button(name, value) for name, value in SWATCHES]
        for index, button in enumerate(self.buttons):
            grid.addWidget(button, index // _COLUMNS, index % _COLUMNS)
        self.column.addLayout(grid)
        other = QPushButton(self.tr("Another color…"))
        other.clicked.connect(self._other)
        self.column.addWidget(other)

    def _make_button(self, name: str, value: str) -> QToolButton:
        button = QToolButton()
        words = self.tr(name)
        button.setAccessibleName(words)
        button.setToolTip(words)
        button.setIcon(QIcon(swatch(QColor(value), _SIDE, self.devicePixelRatioF())))
        button.setIconSize(QSize(_SIDE, _SIDE))
        button.clicked.connect(lambda: self._choose(value))
        return button

    def _choose(self, value: str) -> None:
        self.close()
        self.chosen.emit(value)

    @Slot()
    def _other(self) -> None:
        self.close()
        dialog = QColorDialog(self.parentWidget())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(self._take)
        dialog.open()

    @Slot(QColor)
    def _take(self, color: QColor) -> None:
        self.chosen.emit(color.name())


class SignedBox(QComboBox):
    """A list to choose from, with the sign that says so; the style sheet leaves none."""

    def __init__(self) -> None:
        super().__init__()
        self._sign = icon("caret-down", "secondary")

    def paintEvent(self, event: QPaintEvent) -> None:
        """The box, and the sign at its end."""
        super().paintEvent(event)
        painter = QPainter(self)
        left = theme.XS if self.isRightToLeft() else self.width() - 12 - theme.S
        self._sign.paint(painter, QRect(left, (self.height() - 12) // 2, 12, 12))
        painter.end()


class YearsPopup(Popup):
    """From which year to which."""

    chosen = Signal(object, object)  # int | None, int | None

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        title = QLabel(self.tr("Taken"))
        theme.kind(title, "section")
        self.column.addWidget(title)
        self.first, self.last = self._years(self.tr("From")), self._years(self.tr("To"))
        row = QHBoxLayout()
        row.setSpacing(theme.S)
        for box in (self.first, self.last):
            row.addWidget(QLabel(box.accessibleName()))
            row.addWidget(box)
        self.column.addLayout(row)
        self.use = QPushButton(self.tr("Only these"))
        theme.kind(self.use, "primary")
        self.use.clicked.connect(self._choose)
        self.column.addWidget(self.use)

    def _years(self, name: str) -> SignedBox:
        box = SignedBox()
        box.setAccessibleName(name)
        box.addItem(self.tr("any year"), None)
        for year in range(date.today().year, FIRST_YEAR - 1, -1):
            box.addItem(str(year), year)
        return box

    @Slot()
    def _choose(self) -> None:
        self.close()
        self.chosen.emit(self.first.currentData(), self.last.currentData())
