"""Chips: the parts of a question that are not words. Each can be taken away by pointer or key."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from app.engine.types import Box
from app.ui import theme
from app.ui.gallery.thumbnails import cover
from app.ui.icons import icon
from app.ui.typed import Part

PICTURE = 20  # the side of the small picture in a chip
MOST_WIDTH, SHORT_WIDTH = 150, 60  # of a chip's words, and where there is little room


class Chip(QFrame):
    """One part of a question with a cross; Delete and Backspace take it away too."""

    removed = Signal(object)  # the chip

    def __init__(self, part: Part, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.part = part
        self.ticket: int | None = None
        self._image: QImage | None = None
        self._full = (1, 1)
        self._box: Box | None = None
        self._room = MOST_WIDTH
        self.setFixedHeight(theme.CHIP)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(part.label)
        self._picture = QLabel()
        self._picture.setFixedSize(PICTURE, PICTURE)
        self._picture.hide()
        words = QLabel()
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setFont(theme.font(theme.SECONDARY))
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 4, 0)
        row.setSpacing(5)
        row.addWidget(self._picture)
        row.addWidget(words)
        self._words, self._worded = words, part.kind != "color"  # of a color the spot says it
        self.set_room(MOST_WIDTH)
        row.addWidget(self._make_cross())
        self._row = row
        if part.kind == "color" and isinstance(part.value, str):
            self.set_picture(swatch(QColor(part.value), PICTURE - 4, self.devicePixelRatioF()))
        elif part.kind == "folder":
            self.set_picture(icon("folder", "secondary").pixmap(QSize(16, 16), self.devicePixelRatioF()))

    def _make_cross(self) -> QToolButton:
        cross = QToolButton()
        cross.setIcon(icon("x", "secondary"))
        cross.setIconSize(QSize(12, 12))
        cross.setFixedSize(20, 20)
        cross.setStyleSheet("padding: 0; border-radius: 10px;")
        cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        cross.setCursor(Qt.CursorShape.ArrowCursor)
        name = self.tr("Take away: %1").replace("%1", self.part.label)
        cross.setAccessibleName(name)
        cross.setToolTip(name)
        cross.clicked.connect(lambda: self.removed.emit(self))
        self.cross = cross
        return cross

    def set_room(self, width: int) -> None:
        """Cut the words to some pixels; at 0 a picture stands alone. The hint and the spoken name still say it all."""
        alone = not width and self._picture.isVisibleTo(self)
        self._room = width
        shown = QFontMetrics(self._words.font()).elidedText(self._label, Qt.TextElideMode.ElideMiddle, width or SHORT_WIDTH)
        self._words.setText(shown)
        self._words.setVisible(self._worded and not alone)
        if (alone or shown != self._label) and not self.toolTip():
            self.setToolTip(self._label)

    def set_picture(self, pixmap: QPixmap) -> None:
        """Show a small picture before the words."""
        self._picture.setFixedSize(pixmap.deviceIndependentSize().toSize())
        self._picture.setPixmap(pixmap)
        self._picture.show()
        self._row.setContentsMargins(4, 0, 4, 0)

    def set_image(self, image: QImage, full: tuple[int, int] | None = None) -> None:
        """Show the picture that the question is about; `full` is the size of the whole one."""
        self._image, self._full = image, full or (image.width(), image.height())
        self._show_image()

    def set_part(self, box: Box | None) -> None:
        """Show only a part of the picture, in pixels of the whole one."""
        if box != self._box:
            self._box = box
            self.setAccessibleName(self._label)
            self.set_room(self._room)
            if self._image is not None:
                self._show_image()

    @property
    def _label(self) -> str:
        return self.part.label if self._box is None else self.tr("this part")

    def _show_image(self) -> None:
        assert self._image is not None
        image = self._image
        if self._box is not None:
            across, down = image.width() / self._full[0], image.height() / self._full[1]
            x, y, width, height = self._box
            image = image.copy(int(x * across), int(y * down), max(1, round(width * across)), max(1, round(height * down)))
        ratio = self.devicePixelRatioF()
        side = round(PICTURE * ratio)
        pixmap = QPixmap.fromImage(cover(image, side, side, round(4 * ratio)))
        pixmap.setDevicePixelRatio(ratio)
        if self.part.kind == "unlike":
            strike(pixmap)
        self.set_picture(pixmap)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete and Backspace take the chip away."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(self)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A rounded ground, outlined while it has the keys."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.color("chip"))
        painter.setPen(QPen(theme.color("accent" if self.hasFocus() else "line"), 1))
        radius = theme.CHIP / 2 - 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.end()


def strike(pixmap: QPixmap) -> None:
    """Cross a small picture out: what is like it is not wanted."""
    side = pixmap.deviceIndependentSize().width()
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for role, width in (("chip", 4.0), ("warning", 1.6)):
        painter.setPen(QPen(theme.color(role), width))
        painter.drawLine(QPointF(1, side - 1), QPointF(side - 1, 1))
    painter.end()


def swatch(color: QColor, side: int, ratio: float) -> QPixmap:
    """A round spot of a color with a fine line around it, so that white shows on white."""
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(color)
    painter.setPen(QPen(theme.color("faint"), 1))
    painter.drawEllipse(QRectF(0.5, 0.5, side - 1, side - 1))
    painter.end()
    return pixmap
