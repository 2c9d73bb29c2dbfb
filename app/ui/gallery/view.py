"""The grid of photos: an item view of our own that places cells by arithmetic, so that 100,000 cost as little as 100."""

from __future__ import annotations

from itertools import chain

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QRegion, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QWidget

from app.engine.types import PhotoRow
from app.ui import theme
from app.ui.gallery import dragging, headings, moving
from app.ui.gallery.delegate import PhotoDelegate
from app.ui.gallery.model import PhotoModel
from app.ui.gallery.placed import PlacedView
from app.ui.gallery.thumbnails import Thumbnails
from app.ui.gallery.wanting import Wanting

CELL_STEP = 24  # pixels that one step of zooming adds
_NOTCH = 120  # a wheel's, in eighths of a degree
_Key = Qt.Key
_OPENING = (_Key.Key_Return, _Key.Key_Enter, _Key.Key_Space)
_MOVING = (
    *(_Key.Key_Left, _Key.Key_Right, _Key.Key_Up, _Key.Key_Down),
    *(_Key.Key_Home, _Key.Key_End, _Key.Key_PageUp, _Key.Key_PageDown, _Key.Key_A),
)
_ZOOMING = {_Key.Key_Plus: CELL_STEP, _Key.Key_Equal: CELL_STEP, _Key.Key_Minus: -CELL_STEP}


class GridView(PlacedView):
    """Photos in square cells under the headings of their days."""

    opened = Signal(int)  # row
    zoomed = Signal(int)  # the wanted side of a cell in pixels
    context_asked = Signal(QPoint)  # global
    copies_asked = Signal(int, QRect)  # row, the badge in global pixels
    match_asked = Signal(int)  # row

    def __init__(self, model: PhotoModel, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self.delegate = PhotoDelegate(thumbnails, self)
        self._band: QRect | None = None  # in content pixels
        self._hovered = -1
        self._turned = 0
        self._by_keys = False  # the current photo is framed only for who moves by keys
        self._thumbnails = thumbnails
        self._wanting = Wanting(self, thumbnails)
        self._set_up()
        self.setModel(model)

    def _set_up(self) -> None:
        self.setSelectionMode(self.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setFrameShape(self.Shape.NoFrame)
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.setItemDelegate(self.delegate)
        self.setDragEnabled(True)
        self.setMouseTracking(True)
        self.setAcceptDrops(False)  # the whole window takes drops
        self.viewport().setAcceptDrops(False)
        self.setAccessibleName(self.tr("Photos"))
        theme.changed.connect(self._repaint)
        self.doubleClicked.connect(self._open_index)
        self._thumbnails.ready.connect(self._picture_ready)

    # ---- what the page asks

    def zoom_by(self, pixels: int) -> None:
        """Change the size of cells on the user's wish."""
        before = self.cell
        self.set_cell(self.cell + pixels)
        if self.cell != before:
            self.zoomed.emit(self.cell)

    def badge(self, at: QPoint) -> QRect:
        """The badge of the photo at a point of the viewport; empty where there is none."""
        index = self.indexAt(at)
        return self.delegate.badge_rect(self.visualRect(index), index) if index.isValid() else QRect()

    def match_mark(self, at: QPoint) -> QRect:
        """The mark at a point of the viewport that leads to where a part matches; empty where there is none."""
        index = self.indexAt(at)
        return self.delegate.match_rect(self.visualRect(index), index) if index.isValid() else QRect()

    def ask_copies(self, row: int) -> None:
        """Ask for the copies behind a photo to be shown."""
        index = self.photos.index(row)
        badge = self.delegate.badge_rect(self.visualRect(index), index)
        if not badge.isEmpty():
            self.copies_asked.emit(row, QRect(self.viewport().mapToGlobal(badge.topLeft()), badge.size()))

    def chosen(self) -> tuple[PhotoRow, ...]:
        """The selected photos in the order of the gallery."""
        spans = sorted((span.top(), span.bottom()) for span in self.selectionModel().selection().toList())
        return tuple(chain.from_iterable(self.photos.photos(top, bottom + 1) for top, bottom in spans))

    # ---- choosing

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Where an arrow, Home, End or Page key leads."""
        self.executeDelayedItemsLayout()
        row = self.currentIndex().row() if self.currentIndex().isValid() else None
        goal = moving.target(self.grid, action, row, self.visible_rows(), self.viewport().height())
        return QModelIndex() if goal is None else self.photos.index(goal)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Choose the photos in a drawn frame, or all from the one at the first corner to the one at the last."""
        self.executeDelayedItemsLayout()
        if self.state() == self.State.DragSelectingState:
            self._band = rect.normalized().translated(-self._shift())
            spans = moving.spans_in(self.grid, self._band)
            self.viewport().update()
        else:
            first, last = self.indexAt(rect.topLeft()), self.indexAt(rect.bottomRight())
            rows = sorted((first.row(), last.row()))
            spans = [(rows[0], rows[1])] if first.isValid() and last.isValid() else []
        selection = QItemSelection()
        for start, end in spans:
            selection.select(self.photos.index(start), self.photos.index(end))
        self.selectionModel().select(selection, command)

    def selectAll(self) -> None:
        """Choose everything as one span; Qt's own way asks the model about every row."""
        count = self.photos.rowCount()
        if count:
            everything = QItemSelection(self.photos.index(0), self.photos.index(count - 1))
            self.selectionModel().select(everything, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """What must be painted when these change: never more than what is seen."""
        return QRegion(self.viewport().rect()) if not selection.isEmpty() else QRegion()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space open, + and - zoom, arrows and Ctrl+A choose; every other key belongs to the window."""
        key, current = event.key(), self.currentIndex()
        self._by_keys = True
        if key in _OPENING and current.isValid() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.opened.emit(current.row())
        elif key in _ZOOMING:
            self.zoom_by(_ZOOMING[_Key(key)])
        elif key in _MOVING and (key != _Key.Key_A or event.modifiers() == Qt.KeyboardModifier.ControlModifier):
            QAbstractItemView.keyPressEvent(self, event)
        else:
            event.ignore()

    def keyboardSearch(self, search: str) -> None:
        """Letters do not jump to names: searching is what the search field is for."""

    # ---- pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose, or begin to draw a frame; a press on a badge or mark leads to what it tells of."""
        self._by_keys = False
        at = event.position().toPoint()
        if event.button() == Qt.MouseButton.LeftButton and self.badge(at).contains(at):
            self.ask_copies(self.indexAt(at).row())
            return
        plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()  # with Ctrl or Shift it is chosen
        if plain and self.match_mark(at).contains(at):
            self.match_asked.emit(self.indexAt(at).row())
            return
        QAbstractItemView.mousePressEvent(self, event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who comes by Tab sees where the keys are."""
        self._by_keys = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A drawn frame ends here."""
        QAbstractItemView.mouseReleaseEvent(self, event)
        if self._band is not None:
            self._band = None
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The photo under the pointer is marked."""
        QAbstractItemView.mouseMoveEvent(self, event)
        at = event.position().toPoint()
        self._hover(self.indexAt(at).row())
        over = self.badge(at).contains(at) or self.match_mark(at).contains(at)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def _hover(self, row: int) -> None:
        if row == self._hovered:
            return
        for changed in (self._hovered, row):
            if 0 <= changed < self.grid.rows:
                self.viewport().update(self.grid.rect(changed).translated(self._shift()))
        self._hovered = row

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        QAbstractItemView.leaveEvent(self, event)
        self._hover(-1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One line a notch, gliding; with Ctrl the photos grow and shrink; a touchpad moves pixel by pixel."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._turned += event.angleDelta().y()
            notches = int(self._turned / _NOTCH)
            self._turned -= notches * _NOTCH
            self.zoom_by(notches * CELL_STEP)
        elif event.pixelDelta().y():
            self.glide.stop()
            self.verticalScrollBar().setValue(self.verticalOffset() - event.pixelDelta().y())
        else:
            self.glide.by(-round(event.angleDelta().y() / _NOTCH * self.grid.step))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The window shows a menu for what is selected."""
        self.context_asked.emit(event.globalPos())

    def startDrag(self, supported: Qt.DropAction) -> None:
        """Carry the chosen photos' files out of the window."""
        dragging.carry(self, self.chosen(), self._thumbnails)

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines that are seen, and nothing else."""
        self.executeDelayedItemsLayout()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.color("window"))
        shift = self._shift()
        top, bottom = event.rect().top() - shift.y(), event.rect().bottom() - shift.y()
        if self.grid.heading:
            for section in self.grid.sections_between(top, bottom):
                headings.paint(
                    painter,
                    self.grid.heading_rect(section).translated(shift),
                    self.photos.days.names[section.index],
                    section.count,
                )
        self._paint_cells(painter, self.grid.rows_between(top, bottom), shift, event.rect())
        if self._band is not None:
            _paint_band(painter, self._band.translated(shift))
        painter.end()
        self._wanting.look()

    def _paint_cells(self, painter: QPainter, rows: range, shift: QPoint, dirty: QRect) -> None:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        plain = option.state & ~(QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_Selected)
        current = self.currentIndex().row() if self.hasFocus() and self._by_keys else -1
        selection = self.selectionModel()
        for row in rows:
            rect = self.grid.rect(row).translated(shift)
            if not rect.intersects(dirty):
                continue
            index = self.photos.index(row)
            state = plain
            if selection.isSelected(index):
                state |= QStyle.StateFlag.State_Selected
            if row == current:
                state |= QStyle.StateFlag.State_HasFocus
            if row == self._hovered:
                state |= QStyle.StateFlag.State_MouseOver
            option.rect, option.state = rect, state
            self.delegate.paint(painter, option, index)

    # ---- what changes under it

    def reset(self) -> None:
        """Other photos: what waits to be scaled is not needed."""
        super().reset()
        self._thumbnails.forget_renders()
        self._wanting.forget()
        self._hovered = -1

    @Slot()
    def _repaint(self) -> None:
        self.viewport().update()

    @Slot(bytes)
    def _picture_ready(self, digest: bytes) -> None:
        row = self._wanting.row_seen(bytes(digest))
        if row is not None and row < self.grid.rows:
            self.viewport().update(self.grid.rect(row).translated(self._shift()))

    @Slot(QModelIndex)
    def _open_index(self, index: QModelIndex) -> None:
        self.opened.emit(index.row())


def _paint_band(painter: QPainter, rect: QRect) -> None:
    accent = theme.color("accent")
    painter.setPen(accent)
    accent.setAlpha(40)
    painter.setBrush(accent)
    painter.drawRect(rect.adjusted(0, 0, -1, -1))
