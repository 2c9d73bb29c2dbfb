"""One of two photos that are compared; both show the same part at the same size, whatever their own sizes are."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.engine.copies import GroupPhoto
from app.engine.requests import Failed, Picture, Pixels
from app.ui import theme
from app.ui.bridge import Bridge
from app.ui.duplicates.pictures import Pictures, image_of

MOST_PIXELS = 8192  # the longer side that is asked for at most; two of these fit in memory
_LARGE_FROM = 1.25  # zoom from which the picture is asked for in full size
_MOST_ZOOM = 64.0
_NOTCH = 120


class Look(QObject):
    """What is looked at: `zoom` 1 shows the whole picture, `center` is in shares of its width and height."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.zoom, self.center = 1.0, QPointF(0.5, 0.5)

    def set(self, zoom: float, center: QPointF) -> None:
        """Look at another part."""
        self.zoom = min(_MOST_ZOOM, max(1.0, zoom))
        reach = 0.5 / self.zoom
        self.center = QPointF(min(1 - reach, max(reach, center.x())), min(1 - reach, max(reach, center.y())))
        self.changed.emit()

    def fit(self) -> None:
        """Show the whole picture."""
        self.set(1.0, QPointF(0.5, 0.5))


class Pane(QWidget):
    """Paints a photo as its Look says. Wheel and pinch zoom at the pointer, dragging moves."""

    def __init__(self, bridge: Bridge, pictures: Pictures, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._pictures, self._look, self._name = bridge, pictures, look, name
        self.photo: GroupPhoto | None = None
        self._levels: list[tuple[Pixels, QImage]] = []  # ascending in size; pixels are kept, the images have no copy
        self._asked = 0
        self._dragged: QPoint | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 160)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        look.changed.connect(self._looked)
        pictures.came.connect(self.update)

    def show_photo(self, photo: GroupPhoto | None) -> None:
        """Show another photo; what is here of it already is painted at once."""
        if photo is not None and self.photo is not None and photo.path == self.photo.path:
            return
        self.photo, self._levels, self._asked = photo, [], 0
        self.setAccessibleName(photo.path if photo else "")
        if photo is not None and self.isVisible():
            self._ask(self._screen_side())
        self.update()

    @property
    def native_zoom(self) -> float:
        """The zoom at which one pixel of this photo is one of the screen."""
        fitted = self._fitted()
        return self._size().width() / max(1.0, fitted.width() * self.devicePixelRatioF())

    def frame(self) -> QRectF:
        """Where the whole picture would lie, in the pane's coordinates; parts of it may be outside."""
        size = self._fitted() * self._look.zoom
        return QRectF(
            _place(size.width(), self.width(), self._look.center.x()),
            _place(size.height(), self.height(), self._look.center.y()),
            size.width(),
            size.height(),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the part that is looked at from the smallest picture that is sharp enough."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("placeholder"))
        if self.photo is None:
            return
        frame = self.frame()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._look.zoom < 2 * self.native_zoom)
        level = self._level(frame.width() * self.devicePixelRatioF())
        if level is not None:
            seen = frame.intersected(QRectF(self.rect()))
            painter.drawImage(seen, level, _part(seen, frame, level.size()))
            return
        pixmap = self._pictures.best(self.photo.path, self.photo.digest)
        if pixmap is not None:
            painter.drawPixmap(frame, pixmap, QRectF(pixmap.rect()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom where the pointer is."""
        self.zoom_at(event.position(), 1.25 ** (event.angleDelta().y() / _NOTCH))
        event.accept()

    def zoom_at(self, point: QPointF, factor: float) -> None:
        """Zoom so that what is under `point` stays there."""
        before = self.frame()
        share = QPointF((point.x() - before.x()) / before.width(), (point.y() - before.y()) / before.height())
        zoom = min(_MOST_ZOOM, max(1.0, self._look.zoom * factor))
        size = self._fitted() * zoom
        away = QPointF((point.x() - self.width() / 2) / size.width(), (point.y() - self.height() / 2) / size.height())
        self._look.set(zoom, share - away)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = event.position().toPoint()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the picture along."""
        if self._dragged is None:
            return
        step = event.position().toPoint() - self._dragged
        self._dragged = event.position().toPoint()
        frame = self.frame()
        moved = QPointF(step.x() / max(1.0, frame.width()), step.y() / max(1.0, frame.height()))
        self._look.set(self._look.zoom, self._look.center - moved)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._dragged = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Between the whole picture and its own pixels."""
        if self._look.zoom > 1.0:
            self._look.fit()
        else:
            self.zoom_at(event.position(), self.native_zoom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A larger pane may need a larger picture."""
        super().resizeEvent(event)
        self._looked()

    def showEvent(self, event: object) -> None:
        """Pictures are asked for when they can be seen."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._looked()

    def _looked(self) -> None:
        if self.photo is not None and self.isVisible():
            full = max(self._size().width(), self._size().height())
            self._ask(min(full, MOST_PIXELS) if self._look.zoom > _LARGE_FROM else min(full, self._screen_side()))
        self.update()

    def _ask(self, side: int) -> None:
        """Ask for the picture once at each size; a larger one replaces nothing that can be seen until it is here."""
        if self.photo is None or side <= self._asked:
            return
        self._asked = side
        path = self.photo.path

        def came(pixels: Pixels) -> None:
            self._came(path, pixels)

        self._bridge.ask(Picture(path, side), came, self._missing, replaces=f"compare {self._name}")

    def _came(self, path: str, pixels: Pixels) -> None:
        if self.photo is not None and self.photo.path == path:
            self._levels.append((pixels, image_of(pixels)))
            self._levels.sort(key=lambda level: level[0].width)
            self.update()

    def _missing(self, _failure: Failed) -> None:
        """The smaller picture stays."""

    def _level(self, width: float) -> QImage | None:
        for pixels, image in self._levels:
            if pixels.width >= width * 0.9:
                return image
        return self._levels[-1][1] if self._levels else None

    def _size(self) -> QSize:
        return QSize(max(1, self.photo.width), max(1, self.photo.height)) if self.photo else QSize(1, 1)

    def _fitted(self) -> QSizeF:
        return QSizeF(self._size()).scaled(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)

    def _screen_side(self) -> int:
        return 256 * (int(max(self.width(), self.height()) * self.devicePixelRatioF()) // 256 + 1)


def _place(length: float, room: int, center: float) -> float:
    """Where a side begins: in the middle where it fits, else so that `center` is in the middle and no gap opens."""
    if length <= room:
        return (room - length) / 2
    return min(0.0, max(room - length, room / 2 - center * length))


def _part(seen: QRectF, frame: QRectF, size: QSize) -> QRectF:
    """The pixels of a picture of `size` that lie under `seen`."""
    x, y = size.width() / max(1.0, frame.width()), size.height() / max(1.0, frame.height())
    return QRectF((seen.x() - frame.x()) * x, (seen.y() - frame.y()) * y, seen.width() * x, seen.height() * y)
