"""A box that is drawn on a picture: by pointer or keys, moved, resized, and taken to find that part."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.engine.types import Box
from app.ui import theme
from app.ui.parts.lines import LIGHT, corners, paint_outline, paint_words, shade_around

LEAST = 16
"""A smaller part, in pixels of the photo, shows too little to be found."""
REACH = 9
"""So near to an edge the pointer takes hold of it."""
HANDLE = 8
STEP, SMALL_STEP = 0.02, 1.0
_Key = Qt.Key
_ARROWS = {_Key.Key_Left: (-1, 0), _Key.Key_Right: (1, 0), _Key.Key_Up: (0, -1), _Key.Key_Down: (0, 1)}
_LEFT_TO_THE_SURFACE = (_Key.Key_Plus, _Key.Key_Equal, _Key.Key_Minus, _Key.Key_0, _Key.Key_P)
_CURSORS = {
    (0, 0): Qt.CursorShape.SizeAllCursor, (1, 0): Qt.CursorShape.SizeHorCursor, (0, 1): Qt.CursorShape.SizeVerCursor,
    (1, 1): Qt.CursorShape.SizeFDiagCursor, (1, -1): Qt.CursorShape.SizeBDiagCursor,
}  # fmt: skip


class Surface(Protocol):
    """What a box is drawn on: a picture of the size `full`, in its own pixels, that lies at `target()` in the widget."""

    full: QSizeF

    def target(self) -> QRectF: ...


class BoxDrawing(QWidget):
    """Lies over a surface while a part is chosen. The box is in pixels of the whole upright picture.

    Arrows move it, Shift and arrows resize it, Ctrl makes small steps; Enter finds, Esc gives up.
    """

    found = Signal(tuple)  # Box
    given_up = Signal()

    def __init__(self, surface: QWidget) -> None:
        super().__init__(surface)
        self._surface: Surface = surface  # type: ignore[assignment]
        self._under = surface
        self._box = QRectF()
        self._from: QPointF | None = None  # where a new box begins
        self._held: tuple[tuple[int, int], QPointF, QRectF] | None = None  # edges, pointer, box before
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Choose a part of the photo"))
        self.told = self.tr("Arrow keys move the part, Shift and arrow keys resize it, Enter finds it")
        self.setAccessibleDescription(self.told)
        self.button = QPushButton(self.tr("Find this part") + "  ↵", self)
        theme.kind(self.button, "primary")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.setCursor(Qt.CursorShape.ArrowCursor)
        self.button.clicked.connect(self.take)
        self.hint = ""
        surface.installEventFilter(self)
        self.hide()

    def begin(self, box: Box | None = None) -> None:
        """Let a part be chosen, from `box` or from the middle of the picture."""
        full = self._surface.full
        middle = QRectF(full.width() / 4, full.height() / 4, full.width() / 2, full.height() / 2)
        self._box = QRectF(*box) if box is not None else middle
        self._from = self._held = None
        self.setGeometry(self._under.rect())
        self.show()
        self.raise_()
        self.setFocus()
        self._changed()

    def box(self) -> Box:
        """The part in whole pixels, within the picture."""
        full = self._surface.full
        inside = self._box.normalized().intersected(QRectF(0, 0, full.width(), full.height()))
        left, top = round(inside.left()), round(inside.top())
        return left, top, max(0, round(inside.right()) - left), max(0, round(inside.bottom()) - top)

    def is_large_enough(self) -> bool:
        """Whether there is enough in the part to be found."""
        return min(self.box()[2:]) >= LEAST

    @Slot()
    def take(self) -> None:
        """Find the part."""
        if self.is_large_enough():
            self.hide()
            self.found.emit(self.box())

    @Slot()
    def give_up(self) -> None:
        """Choose nothing."""
        self.hide()
        self.given_up.emit()

    # ---- where things are

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """It is as large as what it lies on."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Paint) and self.isVisible():
            if self.size() != self._under.size():
                self.setGeometry(self._under.rect())
            self._place_button()
        return super().eventFilter(watched, event)

    def shown_box(self) -> QRectF:
        """The box in the widget."""
        target, full = self._surface.target(), self._surface.full
        across, down = target.width() / max(1.0, full.width()), target.height() / max(1.0, full.height())
        box = self._box.normalized()
        return QRectF(
            target.left() + box.left() * across, target.top() + box.top() * down, box.width() * across, box.height() * down
        )

    def _photo_at(self, at: QPointF) -> QPointF:
        target, full = self._surface.target(), self._surface.full
        x = (at.x() - target.left()) * full.width() / max(1.0, target.width())
        y = (at.y() - target.top()) * full.height() / max(1.0, target.height())
        return QPointF(min(max(x, 0.0), full.width()), min(max(y, 0.0), full.height()))

    def _edges_at(self, at: QPointF) -> tuple[int, int] | None:
        """Which edges the pointer is at, (0, 0) inside of the box; None outside."""
        box = self.shown_box()
        if not box.adjusted(-REACH, -REACH, REACH, REACH).contains(at):
            return None
        across = -1 if abs(at.x() - box.left()) <= REACH else 1 if abs(at.x() - box.right()) <= REACH else 0
        down = -1 if abs(at.y() - box.top()) <= REACH else 1 if abs(at.y() - box.bottom()) <= REACH else 0
        return across, down

    def _changed(self) -> None:
        large = self.is_large_enough()
        self.hint = "" if large else self.tr("Draw a larger part: this one shows too little")
        self.setAccessibleDescription(self.hint or self.told)
        self.button.setEnabled(large)
        self.button.setVisible(self._from is None and self._held is None)
        self._place_button()
        self.update()

    def _place_button(self) -> None:
        self.button.adjustSize()
        box = self.shown_box().toRect()
        room = self.rect().adjusted(theme.S, theme.S, -theme.S, -theme.S)
        spot = QRect(box.left(), box.bottom() + theme.S, self.button.width(), self.button.height())
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            spot.moveRight(box.right())
        if spot.bottom() > room.bottom():
            spot.moveBottom(min(box.bottom() - theme.S, room.bottom()))
        spot.moveLeft(min(max(spot.left(), room.left()), room.right() - spot.width()))
        self.button.move(spot.topLeft())

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rest of the picture dimmed, the box with its handles."""
        painter = QPainter(self)
        box = self.shown_box()
        shade_around(painter, self._surface.target(), box)
        paint_outline(painter, corners(box))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(LIGHT)
        for x in (box.left(), box.center().x(), box.right()):
            for y in (box.top(), box.center().y(), box.bottom()):
                if (x, y) != (box.center().x(), box.center().y()):
                    painter.drawRect(QRectF(x - HANDLE / 2, y - HANDLE / 2, HANDLE, HANDLE))
        if self.hint:
            paint_words(painter, self.rect(), self.hint)
        painter.end()

    # ---- pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the box or an edge of it; elsewhere a new one begins."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        edges = self._edges_at(event.position())
        if edges is None:
            self._from = self._photo_at(event.position())
            self._box = QRectF(self._from, QSizeF())
        else:
            self._held = (edges, self._photo_at(event.position()), QRectF(self._box.normalized()))
        self._changed()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw, move or resize; the pointer tells which."""
        at = self._photo_at(event.position())
        if self._from is not None:
            self._box = QRectF(self._from, at).normalized()
        elif self._held is not None:
            edges, begun, before = self._held
            self._box = self._dragged(edges, at - begun, before)
        else:
            over = self._edges_at(event.position())
            kind = None if over is None else (abs(over[0]), over[0] * over[1] if all(over) else abs(over[1]))
            self.setCursor(Qt.CursorShape.CrossCursor if kind is None else _CURSORS[kind])
            return
        self._changed()

    def _dragged(self, edges: tuple[int, int], by: QPointF, before: QRectF) -> QRectF:
        if edges == (0, 0):
            return self._kept_inside(before.translated(by))
        box = QRectF(before)
        if edges[0]:
            (box.setLeft if edges[0] < 0 else box.setRight)((before.left() if edges[0] < 0 else before.right()) + by.x())
        if edges[1]:
            (box.setTop if edges[1] < 0 else box.setBottom)((before.top() if edges[1] < 0 else before.bottom()) + by.y())
        return box.normalized()

    def _kept_inside(self, box: QRectF) -> QRectF:
        full = self._surface.full
        box.moveLeft(min(max(box.left(), 0.0), max(0.0, full.width() - box.width())))
        box.moveTop(min(max(box.top(), 0.0), max(0.0, full.height() - box.height())))
        return box

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._from = self._held = None
        self._changed()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Twice inside of the box finds it."""
        if self.shown_box().contains(event.position()):
            self.take()

    # ---- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move, with Shift they resize; Enter finds, Esc gives up. Of other keys only zoom and P go on to the photo."""
        if event.key() in (_Key.Key_Return, _Key.Key_Enter):
            self.take()
        elif event.key() == _Key.Key_Escape:
            self.give_up()
        elif event.key() in _ARROWS:
            self._step(*_ARROWS[_Key(event.key())], event.modifiers())
        elif event.key() in _LEFT_TO_THE_SURFACE:
            super().keyPressEvent(event)
        else:
            event.accept()  # Delete or Page Down must not act on the photo while a part of it is chosen

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl the photo zooms; the wheel alone, which would lead to the next photo, does nothing."""
        event.setAccepted(not event.modifiers() & Qt.KeyboardModifier.ControlModifier)

    def _step(self, across: int, down: int, modifiers: Qt.KeyboardModifier) -> None:
        full = self._surface.full
        step = (
            SMALL_STEP if modifiers & Qt.KeyboardModifier.ControlModifier else max(1.0, STEP * max(full.width(), full.height()))
        )
        box = QRectF(self._box.normalized())
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            box.setWidth(min(max(1.0, box.width() + across * step), full.width() - box.left()))
            box.setHeight(min(max(1.0, box.height() + down * step), full.height() - box.top()))
            self._box = box
        else:
            self._box = self._kept_inside(box.translated(across * step, down * step))
        self._changed()
