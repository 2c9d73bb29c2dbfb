"""The picture that a search is about: shown large, and taken by drop, paste or choice."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from app.engine.types import Box
from app.ui import drop, theme
from app.ui.parts.lines import corners, paint_outline, placed, shade_around

HEIGHT = 202  # as high as a picture of 3:2 in the panel's width


class Preview(QWidget):
    """Shows a picture whole, or invites one. What is dropped or pasted on it is told; it keeps nothing."""

    given = Signal(object)  # str | bytes

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._scaled: QImage | None = None
        self._color = QColor()
        self._text = ""
        self.full = QSizeF(1, 1)
        self._part: QRectF | None = None
        self._over = False
        self._encoder = drop.Encoder(self)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("The picture to find"))
        theme.changed.connect(self.update)

    def show_image(self, image: QImage, full: tuple[int, int] | None = None) -> None:
        """Show a picture; `full` is the size of the whole one, of which this may be a thumbnail."""
        self._image, self._scaled, self._text = image, None, ""
        self.full = QSizeF(*full) if full else QSizeF(image.size())
        self.update()

    @property
    def shows_picture(self) -> bool:
        """Whether there is a picture to choose a part of."""
        return self._image is not None

    def show_part(self, box: Box | None) -> None:
        """Darken the picture but for a part of it, in pixels of the whole one."""
        self._part = None if box is None else QRectF(*box)
        self.update()

    def target(self) -> QRectF:
        """Where the picture lies in the widget."""
        unit = min(self.width() / self.full.width(), self.height() / self.full.height())
        target = QRectF(0, 0, self.full.width() * unit, self.full.height() * unit)
        target.moveCenter(QRectF(self.rect()).center())
        return target

    def show_text(self, text: str, color: int | None = None) -> None:
        """Show words instead of a picture, on the photo's average color while it is being read."""
        self._image = self._scaled = None
        self._text = text
        self._color = QColor() if color is None else QColor.fromRgb(color)
        self.update()

    def _fitted(self) -> QImage | None:
        """The picture as large as it is shown, scaled once."""
        if self._image is None:
            return None
        ratio = self.devicePixelRatioF()
        room = QSize(round(self.width() * ratio), round(self.height() * ratio))
        if self._scaled is None or (self._scaled.width() != room.width() and self._scaled.height() != room.height()):
            smooth = Qt.TransformationMode.SmoothTransformation
            self._scaled = self._image.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, smooth)
            self._scaled.setDevicePixelRatio(ratio)
        return self._scaled

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture with rounded corners, or the invitation in a dashed frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        fitted = self._fitted()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color if self._color.isValid() and fitted is None else theme.color("field"))
        painter.drawRoundedRect(frame, theme.RADIUS_PREVIEW, theme.RADIUS_PREVIEW)
        if fitted is not None:
            size = fitted.deviceIndependentSize().toSize()
            target = QRect(0, 0, size.width(), size.height())
            target.moveCenter(self.rect().center())
            rounded = QPainterPath()
            rounded.addRoundedRect(frame, theme.RADIUS_PREVIEW, theme.RADIUS_PREVIEW)
            painter.setClipPath(rounded)
            painter.drawImage(target.topLeft(), fitted)
            if self._part is not None:
                self._paint_part(painter, self._part)
            painter.setClipping(False)
        else:
            painter.setPen(theme.color("secondary"))
            words = self.rect().adjusted(theme.L, theme.M, -theme.L, -theme.M)
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._text)
        if self._over or self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS_PREVIEW, theme.RADIUS_PREVIEW)
        painter.end()

    def _paint_part(self, painter: QPainter, part: QRectF) -> None:
        whole = self.target()
        ends = ((part.left(), part.top()), (part.right(), part.bottom()))
        shown = QRectF(*placed(ends, (self.full.width(), self.full.height()), whole))
        shade_around(painter, whole, shown)
        paint_outline(painter, corners(shown))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A picture may be dropped here, also one of our own photos."""
        mime = event.mimeData()
        if drop.offers_anything(mime) and not drop.offers_folders(mime):
            self._over = True
            self.update()
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragLeaveEvent(self, event: object) -> None:
        """The drag went on."""
        self._over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped, never as a move."""
        self._over = False
        self.update()
        if self._take(drop.read(event.mimeData())):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A picture can be pasted."""
        if not (event.matches(QKeySequence.StandardKey.Paste) and self._take(drop.read(QApplication.clipboard().mimeData()))):
            super().keyPressEvent(event)

    def _take(self, incoming: drop.Incoming) -> bool:
        if incoming.pictures:
            self.given.emit(incoming.pictures[0])
            return True
        if incoming.image is not None:
            self._encoder.encode(incoming.image, self.given.emit)
            return True
        return False
