"""One of two photos side by side: it has the keys for itself when it is chosen, and shows that."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.ui import theme
from app.ui.canvas import STEP, Canvas

PAN = 0.125
"""An arrow key moves what is seen by this share of the room."""
_Key = Qt.Key
_ARROWS = {_Key.Key_Left: (-PAN, 0.0), _Key.Key_Right: (PAN, 0.0), _Key.Key_Up: (0.0, -PAN), _Key.Key_Down: (0.0, PAN)}


def act_on_key(key: int, photos: tuple[Canvas, ...]) -> bool:
    """Move or zoom photos as a key says: arrows, + and -, 0 for all of it, 1 for every pixel. False for other keys."""
    for photo in photos:
        if key in _ARROWS:
            photo.pan_by(*_ARROWS[_Key(key)])
        elif key in (_Key.Key_Plus, _Key.Key_Equal):
            photo.zoom_by(STEP)
        elif key == _Key.Key_Minus:
            photo.zoom_by(1 / STEP)
        elif key == _Key.Key_0:
            photo.zoom_to(None)
        elif key == _Key.Key_1:
            photo.zoom_to(1.0)
        else:
            return False
    return True


class Half(Canvas):
    """A small picture is enlarged to fill its half. The wheel zooms, a drag moves, Tab chooses."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.enlarges = True
        self.source: str | bytes = ""  # a file's path, or an encoded picture
        self.side = 0  # the longest side, in pixels, that was asked for
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that move or zoom act on this photo alone; the others belong to the room."""
        if not act_on_key(event.key(), (self,)):
            event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms at the pointer."""
        self.zoom_by(STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """It is framed while it has the keys."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No frame any more."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The photo, framed while it has the keys."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(QColor(theme.DARK.accent), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
            painter.end()

    def place(self, point: tuple[float, float], size: tuple[float, float]) -> QPointF:
        """Where a point of a picture of `size` (width, height) is in the widget, which shows the same picture."""
        target = self.target()
        return QPointF(
            target.left() + point[0] * target.width() / max(1.0, size[0]),
            target.top() + point[1] * target.height() / max(1.0, size[1]),
        )
