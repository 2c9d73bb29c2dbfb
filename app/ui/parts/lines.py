"""Lines on photos that are seen on any of them: light, on a dark ground of their own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

LIGHT = QColor("#ffffff")
SHADE = QColor(16, 16, 18, 150)
HALO = QColor(16, 16, 18, 200)


def paint_outline(painter: QPainter, corners: Sequence[QPointF], color: QColor = LIGHT, width: float = 2.0) -> None:
    """A closed line through corners."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen, wide in ((HALO, width + 2), (color, width)):
        painter.setPen(QPen(pen, wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin))
        painter.drawPolygon(QPolygonF(list(corners)))
    painter.restore()


def corners(box: QRectF) -> list[QPointF]:
    """The corners of an upright box, clockwise."""
    return [box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()]


def paint_line(painter: QPainter, start: QPointF, end: QPointF, color: QColor) -> None:
    """A thin line with a spot at both ends."""
    for pen, wide, spot in ((HALO, 2.6, 3.4), (color, 1.2, 2.4)):
        painter.setPen(QPen(pen, wide))
        painter.drawLine(start, end)
        painter.setBrush(pen)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(start, spot, spot)
        painter.drawEllipse(end, spot, spot)


def paint_words(painter: QPainter, room: QRect, text: str) -> None:
    """A few words at the lower edge of a picture, on a dark ground of their own."""
    metrics = painter.fontMetrics()
    ground = QRectF(0, 0, metrics.horizontalAdvance(text) + 24, metrics.height() + 12)
    ground.moveCenter(QPointF(room.center().x(), room.bottom() - ground.height()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(HALO)
    painter.drawRoundedRect(ground, ground.height() / 2, ground.height() / 2)
    painter.setPen(LIGHT)
    painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, text)


def shade_around(painter: QPainter, whole: QRectF, part: QRectF) -> None:
    """Darken a picture but for a part of it."""
    around = QPainterPath()  # one shape: several that touch would show a seam where a pixel is shared
    around.addRect(whole)
    around.addRect(part.intersected(whole))
    painter.fillPath(around, SHADE)


def placed(points: Sequence[tuple[float, float]], size: tuple[float, float], target: QRectF) -> list[QPointF]:
    """Points of a picture of `size` (width, height) where it is shown in `target`."""
    across, down = target.width() / max(1.0, size[0]), target.height() / max(1.0, size[1])
    return [QPointF(target.left() + x * across, target.top() + y * down) for x, y in points]
