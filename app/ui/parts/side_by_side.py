"""Two photos side by side: the picture that was asked about, a photo, and lines between the points that agree."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.engine.requests import Failed, MatchParts, Picture, Pixels
from app.engine.types import Box, PartMatch, PhotoRow
from app.ui import theme, words
from app.ui.bridge import Bridge
from app.ui.dark_icons import dark_icon
from app.ui.parts.lines import corners, paint_line, paint_outline, paint_words, placed, shade_around
from app.ui.pixels import to_image
from app.ui.stylesheet import style_sheet

BAR = 52
SIDE = 1_600
"""Pixels of the longer side that are asked for of each picture."""
STEP, MOST = 1.25, 8.0
_GROUND = QColor("#101011")


class Half:
    """One of the two pictures: where it lies, and how it is zoomed."""

    def __init__(self) -> None:
        self.image: QImage | None = None
        self.full = QSizeF(1, 1)
        self.zoom = 1.0
        self.center = QPointF(0.5, 0.5)  # of the room, as a share of the picture

    def target(self, room: QRectF) -> QRectF:
        """Where the picture lies, fitted into a room at zoom 1."""
        unit = self.zoom * min(room.width() / self.full.width(), room.height() / self.full.height())
        size = QSizeF(self.full.width() * unit, self.full.height() * unit)
        corner = room.center() - QPointF(self.center.x() * size.width(), self.center.y() * size.height())
        return QRectF(corner, size)

    def move(self, by: QPointF, room: QRectF) -> None:
        """Move the picture by screen pixels; its middle stays in sight."""
        size = self.target(room).size()
        x = self.center.x() - by.x() / max(1.0, size.width())
        y = self.center.y() - by.y() / max(1.0, size.height())
        self.center = QPointF(min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))


class Lines(QWidget):
    """Paints both halves, outlines, and the lines between them. Wheel and drag act on the half under the pointer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Two photos and the points that agree"))
        self.halves = (Half(), Half())
        self.match: PartMatch | None = None
        self.box: Box | None = None
        self.with_lines = True
        self.nothing = ""
        self._held: tuple[Half, QRectF, QPointF] | None = None

    def rooms(self) -> tuple[QRectF, QRectF]:
        """Where the halves have their room: the picture that was asked about comes first in reading order."""
        gap = theme.M
        half = (self.width() - 3 * gap) / 2
        left = QRectF(gap, gap, half, self.height() - 2 * gap)
        right = left.translated(half + gap, 0)
        return (right, left) if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else (left, right)

    def zoom_by(self, factor: float) -> None:
        """Zoom both."""
        for half in self.halves:
            self._zoom(half, factor)

    def fit(self) -> None:
        """Both whole again."""
        for half in self.halves:
            half.zoom, half.center = 1.0, QPointF(0.5, 0.5)
        self.update()

    def _zoom(self, half: Half, factor: float) -> None:
        half.zoom = min(max(half.zoom * factor, 1.0), MOST)
        if half.zoom == 1.0:
            half.center = QPointF(0.5, 0.5)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Both pictures, and what agrees."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), _GROUND)
        rooms = self.rooms()
        targets = tuple(half.target(room) for half, room in zip(self.halves, rooms, strict=True))
        for half, room, target in zip(self.halves, rooms, targets, strict=True):
            painter.setClipRect(room)
            if half.image is not None:
                painter.drawImage(target, half.image, QRectF(half.image.rect()))
        painter.setClipRect(rooms[0])
        if self.box is not None:
            x, y, width, height = self.box
            part = QRectF(*placed(((x, y), (x + width, y + height)), self._size(0), targets[0]))
            shade_around(painter, targets[0], part)
            paint_outline(painter, corners(part))
        if self.match is not None:
            painter.setClipRect(rooms[1])
            paint_outline(painter, placed(self.match.outline, self.match.photo_size, targets[1]))
            painter.setClipping(False)
            if self.with_lines:
                self._paint_lines(painter, self.match, rooms, targets)
        if self.nothing:
            paint_words(painter, self.rect(), self.nothing)
        painter.end()

    def _paint_lines(
        self, painter: QPainter, match: PartMatch, rooms: tuple[QRectF, QRectF], targets: tuple[QRectF, ...]
    ) -> None:
        starts = placed([(x, y) for x, y, _, _ in match.pairs], match.query_size, targets[0])
        ends = placed([(x, y) for _, _, x, y in match.pairs], match.photo_size, targets[1])
        for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
            if rooms[0].contains(start) and rooms[1].contains(end):
                hue = round(300 * number / max(1, len(match.pairs)))
                paint_line(painter, start, end, QColor.fromHsv(hue, 130, 255))

    def _size(self, number: int) -> tuple[float, float]:
        return self.halves[number].full.width(), self.halves[number].full.height()

    def _half_at(self, at: QPointF) -> tuple[Half, QRectF]:
        rooms = self.rooms()
        number = 0 if rooms[0].adjusted(0, -theme.M, 0, theme.M).contains(at) else 1
        return self.halves[number], rooms[number]

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms the half under the pointer."""
        half, _room = self._half_at(event.position())
        self._zoom(half, STEP ** (event.angleDelta().y() / 120))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a half."""
        self._held = (*self._half_at(event.position()), event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """It goes with the pointer."""
        if self._held is not None:
            half, room, before = self._held
            half.move(event.position() - before, room)
            self._held = (half, room, event.position())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = None


class SideBySide(QWidget):
    """A room of the window. Esc goes back."""

    closed = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._tickets: list[int] = []
        self._broken = ""
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setPalette(theme.palette(theme.DARK))
        self.setStyleSheet(style_sheet(theme.DARK) + "SideBySide { background: #101011; } QLabel#said { color: #a0a0a8; }")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lines = Lines()
        self.back = QPushButton(dark_icon("caret-right" if self.isRightToLeft() else "caret-left"), self.tr("Back"))
        theme.kind(self.back, "quiet")
        self.back.clicked.connect(self.closed)
        self.said = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.said.setObjectName("said")
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.switch = QPushButton(self.tr("Hide the lines"))
        theme.kind(self.switch, "quiet")
        self.switch.clicked.connect(self.toggle_lines)
        for button in (self.back, self.switch):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.M, 0, theme.M, 0)
        bar.addStrut(BAR)
        bar.addWidget(self.back)
        bar.addWidget(self.said, 1)
        bar.addWidget(self.switch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.lines, 1)

    def open(self, query: str | bytes, box: Box | None, row: PhotoRow) -> None:
        """Compare a picture, or a part of it, with a photo."""
        self._give_up()
        self.lines.match, self.lines.box = None, box
        self._broken = ""
        self.lines.fit()
        self.switch.setEnabled(False)
        self.lines.nothing = ""
        self.said.setText(self.tr("Looking where it matches…"))
        for half, source in zip(self.lines.halves, (query, row.path), strict=True):
            half.image = None
            self._tickets.append(self._bridge.ask(Picture(source, SIDE), self._taker(half), self._refused))
        self._tickets.append(self._bridge.ask(MatchParts(query, row.path, box), self._show, self._refused))

    def _taker(self, half: Half) -> Callable[[Pixels], None]:
        def take(pixels: Pixels) -> None:
            half.image, half.full = to_image(pixels), QSizeF(*pixels.full_size)
            self.lines.update()

        return take

    def _show(self, match: PartMatch | None) -> None:
        if self._broken:
            return
        self.lines.match = match
        self.switch.setEnabled(match is not None)
        if match is None:
            self.lines.nothing = self.tr("No part of it was found in this photo")
            self.said.setText(self.lines.nothing)
        else:
            text = self.tr("%1 points agree").replace("%1", words.number(match.inliers))
            self.said.setText(text + (self.tr(", mirrored") if match.mirrored else ""))
        self.lines.update()

    def _refused(self, failure: Failed) -> None:
        if failure.code != "cancelled":
            self._broken = failure.message
            self.said.setText(failure.message)

    def toggle_lines(self) -> None:
        """With or without the lines."""
        self.lines.with_lines = not self.lines.with_lines
        self.switch.setText(self.tr("Hide the lines") if self.lines.with_lines else self.tr("Show the lines"))
        self.lines.update()

    def _give_up(self) -> None:
        for ticket in self._tickets:
            self._bridge.cancel(ticket)
        self._tickets.clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back, + and - zoom, 0 fits, L shows or hides the lines."""
        key = event.key()
        if key in (Qt.Key.Key_Escape, Qt.Key.Key_Space):
            self._give_up()
            self.closed.emit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.lines.zoom_by(STEP)
        elif key == Qt.Key.Key_Minus:
            self.lines.zoom_by(1 / STEP)
        elif key == Qt.Key.Key_0:
            self.lines.fit()
        elif key == Qt.Key.Key_L and self.switch.isEnabled():
            self.toggle_lines()
        else:
            super().keyPressEvent(event)
