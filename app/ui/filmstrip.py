"""The strip of small photos below a large one: the neighbors, the shown one in the middle."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.engine.types import PhotoRow
from app.ui import theme
from app.ui.canvas import GROUND
from app.ui.gallery.thumbnails import Thumbnails

HEIGHT = 84
CELL = QSize(72, 54)
STEP = CELL.width() + 6
_NOTCH = 120
_DIMMED = 0.6


class Filmstrip(QWidget):
    """Any number of photos cost the same: only those in sight are placed, by arithmetic."""

    chosen = Signal(int)

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._rows: Sequence[PhotoRow] = ()
        self._index = 0
        self._turned = 0
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Film strip"))
        thumbnails.ready.connect(self._ready)

    def show_rows(self, rows: Sequence[PhotoRow], index: int) -> None:
        """Show these photos around one of them."""
        self._rows, self._index = rows, index
        self._want()
        self.update()

    def seen(self) -> range:
        """The places of the photos in sight."""
        side = self.width() // 2 // STEP + 1
        return range(max(0, self._index - side), min(len(self._rows), self._index + side + 1))

    def rect_of(self, place: int) -> QRect:
        """Where the photo at a place lies."""
        away = (place - self._index) * STEP
        left = self.width() // 2 - CELL.width() // 2 + (-away if self.isRightToLeft() else away)
        return QRect(QPoint(left, (HEIGHT - CELL.height()) // 2), CELL)

    def place_at(self, at: QPoint) -> int | None:
        """The photo at a point."""
        return next((place for place in self.seen() if self.rect_of(place).contains(at)), None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The neighbors dimmed, the shown one bright in a white frame."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), GROUND)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ratio = self.devicePixelRatioF()
        for place in self.seen():
            rect, row = self.rect_of(place), self._rows[place]
            painter.setOpacity(1.0 if place == self._index else _DIMMED)
            pixmap = self._thumbnails.pixmap(row.digest, CELL, ratio, theme.RADIUS_THUMBNAIL)
            if pixmap is not None:
                painter.drawPixmap(rect.topLeft(), pixmap)
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor.fromRgb(row.color))
                painter.drawRoundedRect(rect, theme.RADIUS_THUMBNAIL, theme.RADIUS_THUMBNAIL)
        if self._rows:
            painter.setOpacity(1.0)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(Qt.GlobalColor.white), 2))
            frame = QRectF(self.rect_of(self._index)).adjusted(-2, -2, 2, 2)
            painter.drawRoundedRect(frame, theme.RADIUS_THUMBNAIL + 2, theme.RADIUS_THUMBNAIL + 2)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the photo that is pressed."""
        place = self.place_at(event.position().toPoint())
        if place is not None:
            self.chosen.emit(place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One photo a notch."""
        delta = event.angleDelta()
        self._turned += delta.y() if abs(delta.y()) >= abs(delta.x()) else delta.x()
        notches = int(self._turned / _NOTCH)
        self._turned -= notches * _NOTCH
        place = min(max(self._index - notches, 0), len(self._rows) - 1)
        if notches and place != self._index:
            self.chosen.emit(place)
        event.accept()

    def event(self, event: QEvent) -> bool:
        """A hint names the photo under the pointer."""
        if isinstance(event, QHelpEvent):
            place = self.place_at(event.pos())
            QToolTip.showText(event.globalPos(), self._rows[place].name if place is not None else "", self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More may be in sight."""
        super().resizeEvent(event)
        self._want()

    def _want(self) -> None:
        places = sorted(self.seen(), key=lambda place: abs(place - self._index))
        self._thumbnails.want("film", [self._rows[place].digest for place in places])

    @Slot()
    def _ready(self) -> None:
        if self.isVisible():
            self.update()
