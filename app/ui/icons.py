"""Icons: QtAwesome's Phosphor glyphs, tinted while they are painted, so that they follow the color scheme by themselves."""

from __future__ import annotations

import functools

import qtawesome
from PySide6.QtCore import QLineF, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPen, QPixmap

from app.ui import theme

SIDEBAR = "facet.sidebar"
"""A sign that this Phosphor font lacks; drawn here."""

_INSTEAD = {"ph.images-light": "ph.stack-light", "ph.image-broken-light": "ph.file-x-light"}
"""Signs of newer Phosphor fonts, and what stands for them in the one that QtAwesome carries."""


@functools.cache
def _glyph(name: str) -> str:
    """The letter of an icon in the Phosphor font. Raises KeyError where there is no such icon."""
    return "" if name == SIDEBAR else str(qtawesome.charmap(_INSTEAD.get(name, name)))


def _draw_sidebar(painter: QPainter, rect: QRectF) -> None:
    """A window with a bar on its left, in the strokes of the font."""
    unit = rect.width() / 18
    painter.setPen(QPen(painter.pen().color(), 1.05 * unit))
    frame = rect.adjusted(1.5 * unit, 2.5 * unit, -1.5 * unit, -2.5 * unit)
    painter.drawRoundedRect(frame, unit, unit)
    x = frame.left() + 5 * unit
    painter.drawLine(QLineF(x, frame.top(), x, frame.bottom()))


class TintedEngine(QIconEngine):
    """Paints one glyph in the color that its role has now; checked buttons get the accent, disabled ones are faint."""

    def __init__(self, name: str, role: str, mirrored: bool) -> None:
        super().__init__()
        self._name, self._role, self._mirrored = name, role, mirrored
        self._letter = _glyph(name)

    def clone(self) -> QIconEngine:
        """A copy, as Qt asks for one when an icon is changed."""
        return TintedEngine(self._name, self._role, self._mirrored)

    def _color(self, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        if mode == QIcon.Mode.Disabled:
            return theme.color("faint")
        return theme.color("accent" if state == QIcon.State.On else self._role)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the glyph as large as the shorter side of `rect`, in its middle."""
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.TextAntialiasing | QPainter.RenderHint.Antialiasing)
        side = max(min(rect.width(), rect.height()), 1)
        painter.setPen(self._color(mode, state))
        if self._mirrored:
            painter.translate(2 * rect.x() + rect.width(), 0)
            painter.scale(-1, 1)
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(rect).center())
        if self._letter:
            font = qtawesome.font("ph", side)
            font.setPixelSize(side)
            painter.setFont(font)
            painter.drawText(square, Qt.AlignmentFlag.AlignCenter, self._letter)
        else:
            _draw_sidebar(painter, square)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """The glyph on a clear ground; Qt gives `size` in real pixels and sets the ratio itself."""
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return made


def icon(name: str, role: str = "text", *, mirrored: bool = False) -> QIcon:
    """A Phosphor icon by its full or short name ("ph.image-light" or "image") in the color of a theme role."""
    full = SIDEBAR if name == "sidebar" else name if "." in name else f"ph.{name}-light"
    return QIcon(TintedEngine(full, role, mirrored))
