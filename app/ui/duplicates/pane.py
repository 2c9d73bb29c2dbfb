"""One of the photos that are compared; all show the same part at the same size, whatever their own sizes are."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.engine.copies import GroupPhoto
from app.engine.requests import Failed, Picture, Pixels
from app.ui import theme
from app.ui.bridge import Bridge
from app.ui.duplicates.difference import difference
from app.ui.duplicates.look import MOST_ZOOM, Look, Placing, own_placing, placing_on
from app.ui.duplicates.pictures import Pictures, image_of

MOST_PIXELS = 8192  # the longer side that is asked for at most; two of these fit in memory
MOST_OF_MANY = 4096  # where more photos are seen at once
_LARGE_FROM = 1.25  # zoom from which the picture is asked for in full size
_NOTCH = 120


class Pane(QWidget):
    """Paints a photo as its Look says. Wheel and pinch zoom at the pointer, dragging moves."""

    sharper = Signal()  # more pixels are here

    def __init__(self, bridge: Bridge, pictures: Pictures, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._pictures, self._look, self._name = bridge, pictures, look, name
        self.photo: GroupPhoto | None = None
        self._placing = Placing(QSizeF(1, 1), QRectF(0, 0, 1, 1))
        self._levels: list[tuple[Pixels, QImage]] = []  # ascending in size; pixels are kept, the images have no copy
        self._asked = 0
        self._dragged: QPoint | None = None
        self.most = MOST_PIXELS
        self.against: Pane | None = None  # of the same place and size: how they differ is painted instead of the photo
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(80, 48)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        look.changed.connect(self._looked)
        pictures.came.connect(self.update)

    def show_photo(self, photo: GroupPhoto | None, upon: GroupPhoto | None = None) -> None:
        """Show another photo, as it lies upon `upon`, if that is given; what is here of it already is painted at once."""
        placing = Placing(QSizeF(1, 1), QRectF(0, 0, 1, 1))
        if photo is not None:
            placing = own_placing(photo) if upon is None else placing_on(photo, upon)
        same = photo is not None and self.photo is not None and _content(photo) == _content(self.photo)
        seen, self.photo = self._placing, photo
        if same and placing == seen:
            return
        self._placing = placing
        if not same:
            self._levels, self._asked = [], 0
        self.setAccessibleName(photo.path if photo else "")
        self._looked()

    @property
    def native_zoom(self) -> float:
        """The zoom at which one pixel of this photo is one of the screen."""
        across = self._own().width() / self._placing.part.width()
        return across / max(1.0, self._fitted().width() * self.devicePixelRatioF())

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
        """Draw the part that is looked at."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("placeholder"))
        if self.against is not None:
            painter.drawImage(self.rect(), difference(self.size(), self.draw, self.against.draw))
        else:
            self.draw(painter)

    def draw(self, painter: QPainter) -> bool:
        """Draw it from the smallest picture that is sharp enough; False where there is a preview of it at best."""
        if self.photo is None:
            return False
        frame, part = self.frame(), self._placing.part
        place = QRectF(
            frame.x() + part.x() * frame.width(),
            frame.y() + part.y() * frame.height(),
            part.width() * frame.width(),
            part.height() * frame.height(),
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._look.zoom < 2 * self.native_zoom)
        level = image = self._level(place.width() * self.devicePixelRatioF())
        if image is None:
            pixmap = self._pictures.best(self.photo.path, self.photo.digest)
            image = pixmap.toImage() if pixmap is not None else None
        if image is None:
            return False
        if not self._placing.is_own:
            self._draw_placed(painter, place, image)
        else:
            seen = place.intersected(QRectF(self.rect()))
            painter.drawImage(seen, image, _part(seen, place, image.size()))
        return level is not None

    def _draw_placed(self, painter: QPainter, place: QRectF, image: QImage) -> None:
        """Turned as the first photo lies, in its place."""
        painter.save()
        painter.setClipRect(self.rect())
        square = QTransform().translate(place.x(), place.y()).scale(place.width(), place.height())
        painter.setTransform(self._placing.back * square, True)
        painter.drawImage(QRectF(0, 0, 1, 1), image)
        painter.restore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom where the pointer is."""
        self.zoom_at(event.position(), 1.25 ** (event.angleDelta().y() / _NOTCH))
        event.accept()

    def zoom_at(self, point: QPointF, factor: float) -> None:
        """Zoom so that what is under `point` stays there."""
        before = self.frame()
        share = QPointF((point.x() - before.x()) / before.width(), (point.y() - before.y()) / before.height())
        zoom = min(MOST_ZOOM, max(1.0, self._look.zoom * factor))
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
            full = max(self.photo.width, self.photo.height)
            self._ask(min(full, self.most) if self._look.zoom > _LARGE_FROM else min(full, self._screen_side()))
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
            self.sharper.emit()

    def _missing(self, _failure: Failed) -> None:
        """The smaller picture stays."""

    def _level(self, width: float) -> QImage | None:
        """The smallest picture that has this many pixels across, as it is painted; else the largest one."""
        for pixels, image in self._levels:
            if (pixels.height if self._placing.quarter else pixels.width) >= width * 0.9:
                return image
        return self._levels[-1][1] if self._levels else None

    def _own(self) -> QSizeF:
        """The photo's size in its own pixels, turned as it is painted."""
        if self.photo is None:
            return QSizeF(1, 1)
        size = QSizeF(max(1, self.photo.width), max(1, self.photo.height))
        return size.transposed() if self._placing.quarter else size

    def _fitted(self) -> QSizeF:
        return QSizeF(self._placing.whole).scaled(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)

    def _screen_side(self) -> int:
        return 256 * (int(max(self.width(), self.height()) * self.devicePixelRatioF()) // 256 + 1)


def _place(length: float, room: int, center: float) -> float:
    """Where a side begins: in the middle where it fits, else so that `center` is in the middle and no gap opens."""
    if length <= room:
        return (room - length) / 2
    return min(0.0, max(room - length, room / 2 - center * length))


def _content(photo: GroupPhoto) -> tuple[str, bytes]:
    return photo.path, photo.digest


def _part(seen: QRectF, frame: QRectF, size: QSize) -> QRectF:
    """The pixels of a picture of `size` that lie under `seen`."""
    x, y = size.width() / max(1.0, frame.width()), size.height() / max(1.0, frame.height())
    return QRectF((seen.x() - frame.x()) * x, (seen.y() - frame.y()) * y, seen.width() * x, seen.height() * y)
