"""What agrees in two photos side by side, painted over both: the part that was asked about, where it lies, and lines."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.engine.types import Box, PartMatch
from app.ui.parts.half import Half
from app.ui.parts.lines import corners, paint_line, paint_outline, paint_words, shade_around


class Agreement(QWidget):
    """Lies over both halves and lets the pointer through."""

    def __init__(self, halves: tuple[Half, Half], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._halves = halves
        self.match: PartMatch | None = None
        self.box: Box | None = None
        self.with_lines = True
        self.nothing = ""
        for half in halves:
            half.moved.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Outlines within their photos; lines where both ends are in sight."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        asked, found = self._halves
        if self.box is not None and asked.image is not None:
            self._paint_box(painter, asked, self.box)
        if self.match is not None:
            painter.setClipRect(self._room(found))
            paint_outline(painter, [self._at(found, corner, self.match.photo_size) for corner in self.match.outline])
            painter.setClipping(False)
            if self.with_lines:
                self._paint_lines(painter, self.match)
        if self.nothing:
            paint_words(painter, self.rect(), self.nothing)
        painter.end()

    def _paint_box(self, painter: QPainter, asked: Half, box: Box) -> None:
        x, y, width, height = box
        full = (asked.full.width(), asked.full.height())
        whole = QRectF(self._at(asked, (0, 0), full), self._at(asked, full, full))
        part = QRectF(self._at(asked, (x, y), full), self._at(asked, (x + width, y + height), full))
        painter.setClipRect(self._room(asked))
        shade_around(painter, whole, part)
        paint_outline(painter, corners(part))
        painter.setClipping(False)

    def _paint_lines(self, painter: QPainter, match: PartMatch) -> None:
        asked, found = self._halves
        rooms = QRectF(self._room(asked)), QRectF(self._room(found))
        for number, (x, y, other_x, other_y) in enumerate(match.pairs):
            start, end = self._at(asked, (x, y), match.query_size), self._at(found, (other_x, other_y), match.photo_size)
            if rooms[0].contains(start) and rooms[1].contains(end):
                paint_line(painter, start, end, QColor.fromHsv(round(300 * number / max(1, len(match.pairs))), 130, 255))

    def _room(self, half: Half) -> QRect:
        return half.geometry()  # both lie in the same parent as this, at whose corner it begins

    def _at(self, half: Half, point: tuple[float, float], size: tuple[float, float]) -> QPointF:
        return half.place(point, size) + QPointF(half.pos())
