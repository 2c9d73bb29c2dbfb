"""Where one photo is seen: fitted or zoomed, moved by pointer, always on a dark ground."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import theme
from app.ui.dark_icons import dark_icon
from app.ui.parts.lines import paint_outline, placed

GROUND = QColor("#101011")
STEP = 1.25  # one step of zooming
MOST = 8.0  # screen pixels for one of the photo
LARGEST = 12_000  # pixels of the longer side; more is not decoded for the screen
SETTLE_MS = 90
_NOTCH = 120


class Canvas(QWidget):
    """Shows an image of a photo whose whole size is known; asks for more pixels when they would be seen.

    Zoom is in screen pixels for a pixel of the photo: 1.0 is 100 %. None is fitted into the room, and only enlarged for that
    where `enlarges` says so.
    """

    more_wanted = Signal(int)  # the longer side, in pixels, that would be seen
    zoomed = Signal()
    moved = Signal()  # the photo lies elsewhere now, or is larger or smaller

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.image: QImage | None = None
        self.full = QSizeF()
        self.zoom: float | None = None
        self.enlarges = False
        self._center = QPointF()  # of the room, in pixels of the photo
        self._color = QColor(GROUND)
        self._words: tuple[str, str] | None = None
        self.outlines: Sequence[Sequence[tuple[float, float]]] = ()  # of matched parts, in pixels of the photo
        self._grabbed: QPointF | None = None
        self._turned = 0
        self._moving = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._moving.timeout.connect(self._settled)

    # ---- what is shown

    def begin(self, width: int, height: int, color: int, image: QImage | None) -> None:
        """Another photo, fitted: its size, its average color, and its thumbnail until its pixels are here."""
        self.outlines = ()
        self.full = QSizeF(max(width, 1), max(height, 1))
        self._color, self._words, self.zoom = QColor.fromRgb(color), None, None
        self._center = QPointF(self.full.width() / 2, self.full.height() / 2)
        self.image = image
        self.update()

    def show_image(self, image: QImage, full: tuple[int, int]) -> None:
        """The photo's pixels, or more of them; what is looked at stays."""
        size = QSizeF(*full)
        if size != self.full:
            across, down = size.width() / self.full.width(), size.height() / self.full.height()
            self._center = QPointF(self._center.x() * across, self._center.y() * down)
            self.full = size
            self._hold_inside()
        self.image, self._words = image, None
        self.update()
        self._ask_for_more()

    def show_words(self, title: str, text: str) -> None:
        """What stands here instead of a photo that cannot be read."""
        self.image, self._words = None, (title, text)
        self.update()

    # ---- zoom

    def scale(self) -> float:
        """Screen pixels for a pixel of the photo, as it is shown."""
        return self.fitting() if self.zoom is None else self.zoom

    def fitting(self) -> float:
        """The zoom at which the whole photo is seen."""
        ratio = self.devicePixelRatioF()
        fits = min(self.width() * ratio / self.full.width(), self.height() * ratio / self.full.height())
        return fits if self.enlarges else min(fits, 1.0)

    def zoom_to(self, zoom: float | None, at: QPointF | None = None) -> None:
        """Zoom so that the point `at` of the room (its middle by default) stays where it is; None fits."""
        before = self._photo_at(at) if at is not None else None
        if zoom is not None:
            zoom = min(zoom, max(MOST, self.fitting()))
            zoom = None if zoom <= self.fitting() else zoom
        self.zoom = zoom
        if zoom is None:
            self._center = QPointF(self.full.width() / 2, self.full.height() / 2)
        elif before is not None and at is not None:
            self._center += before - self._photo_at(at)
        self._hold_inside()
        self._move()
        self.zoomed.emit()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom in (more than 1) or out."""
        self.zoom_to(self.scale() * factor, at)

    def toggle(self, at: QPointF | None = None) -> None:
        """From fitted to 100 %, and back."""
        self.zoom_to(1.0 if self.zoom is None else None, at)

    def pan_by(self, across: float, down: float) -> None:
        """Move what is seen by shares of the room; a photo that is seen whole stays."""
        self._center += QPointF(across * self.width(), down * self.height()) / self._unit()
        self._hold_inside()
        self._move()

    def _unit(self) -> float:
        """Device-independent pixels for a pixel of the photo."""
        return self.scale() / self.devicePixelRatioF()

    def _photo_at(self, at: QPointF) -> QPointF:
        middle = QPointF(self.width() / 2, self.height() / 2)
        return self._center + (at - middle) / self._unit()

    def _hold_inside(self) -> None:
        """No ground is seen beside a photo that is larger than the room."""
        for axis, room, full in (("x", self.width(), self.full.width()), ("y", self.height(), self.full.height())):
            half = room / self._unit() / 2
            value = getattr(self._center, axis)()
            value = full / 2 if 2 * half >= full else min(max(value, half), full - half)
            getattr(self._center, f"set{axis.upper()}")(value)

    def target(self) -> QRectF:
        """Where the photo lies in the room."""
        unit = self._unit()
        left = self.width() / 2 - self._center.x() * unit
        top = self.height() / 2 - self._center.y() * unit
        return QRectF(left, top, self.full.width() * unit, self.full.height() * unit)

    def wanted_side(self) -> int:
        """The longer side, in screen pixels, at which the photo is seen; never more than it has."""
        return round(max(self.full.width(), self.full.height()) * min(self.scale(), 1.0))

    def _ask_for_more(self) -> None:
        have = max(self.image.width(), self.image.height()) if self.image is not None else 0
        if have and self.wanted_side() > have + 1:
            self.more_wanted.emit(min(self.wanted_side(), LARGEST))

    def _move(self) -> None:
        self._moving.start()
        self.update()
        self.moved.emit()

    @Slot()
    def _settled(self) -> None:
        self.update()
        self._ask_for_more()

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """The photo; roughly while it moves, smoothly when it rests."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), GROUND)
        if self._words is not None:
            self._paint_words(painter, *self._words)
        elif self.image is None:
            painter.fillRect(self.target(), self._color)
        else:
            self._paint_image(painter, self.image)
        for outline in self.outlines if self._words is None else ():
            paint_outline(painter, placed(outline, (self.full.width(), self.full.height()), self.target()))
        painter.end()

    def _paint_image(self, painter: QPainter, image: QImage) -> None:
        target, ratio = self.target(), self.devicePixelRatioF()
        same = abs(target.width() * ratio - image.width()) < 1.5 and abs(target.height() * ratio - image.height()) < 1.5
        if same:  # pixel for pixel: no scaling at all
            image.setDevicePixelRatio(ratio)
            painter.drawImage(target.topLeft().toPoint(), image)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not self._moving.isActive() and self.scale() < 3)
        seen = target.intersected(QRectF(self.rect()))
        factor_x, factor_y = image.width() / target.width(), image.height() / target.height()
        left, top = (seen.left() - target.left()) * factor_x, (seen.top() - target.top()) * factor_y
        image.setDevicePixelRatio(1.0)
        painter.drawImage(seen, image, QRectF(left, top, seen.width() * factor_x, seen.height() * factor_y))

    def _paint_words(self, painter: QPainter, title: str, text: str) -> None:
        roles = theme.DARK
        sign = QRect(0, 0, 40, 40)
        sign.moveCenter(self.rect().center())
        sign.translate(0, -56)
        painter.drawPixmap(sign.topLeft(), dark_icon("warning", "faint").pixmap(sign.size(), self.devicePixelRatioF()))
        below = QRect(self.width() // 2 - 260, sign.bottom() + theme.M, 520, 24)
        painter.setFont(theme.font(theme.TITLE, semibold=True))
        painter.setPen(QColor(roles.text))
        painter.drawText(
            below, Qt.AlignmentFlag.AlignCenter, painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideMiddle, 520)
        )
        painter.setFont(theme.font(theme.BODY))
        painter.setPen(QColor(roles.secondary))
        rest = QRect(below.left(), below.bottom() + theme.S, 520, 80)
        painter.drawText(rest, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, text)

    # ---- pointer

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The photo stays fitted, or where it was."""
        super().resizeEvent(event)
        if not self.full.isEmpty():
            self._hold_inside()
            self._move()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl the wheel zooms at the pointer; without, it is the viewer's."""
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        self.zoom_by(STEP ** (event.angleDelta().y() / _NOTCH), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a photo that is larger than the room."""
        if event.button() == Qt.MouseButton.LeftButton and self.zoom is not None:
            self._grabbed = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The photo goes with the pointer."""
        if self._grabbed is not None:
            self._center -= (event.position() - self._grabbed) / self._unit()
            self._grabbed = event.position()
            self._hold_inside()
            self._move()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._grabbed = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """100 % at the pointer, and back."""
        if self.image is not None:
            self.toggle(event.position())
