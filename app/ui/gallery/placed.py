"""The ground of the grid: an item view that places its cells by arithmetic and keeps what is looked at in place."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from app.engine.types import SortBy
from app.ui import theme
from app.ui.gallery import moving
from app.ui.gallery.anchor import Anchor
from app.ui.gallery.layout import HEADING, GridLayout
from app.ui.gallery.model import PhotoModel
from app.ui.gallery.scrolling import Glide

CELL, CELL_LEAST, CELL_MOST = 160, 80, 320
Index = QModelIndex | QPersistentModelIndex
_Base = QAbstractItemView


class PlacedView(QListView):
    """Where photos lie, how far it is scrolled, and what happens to both when photos come and go.

    It is a QListView for the sake of screen readers, which Qt tells of lists and tables but not of views it does not know.
    Of a list's own placing, which costs time for every row, nothing is used: its base class is called past it.

    A subclass calls `setModel` when it is complete, because Qt then calls what it overrides.
    """

    def __init__(self, model: PhotoModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.photos, self.cell = model, CELL
        self.grid = GridLayout(0, CELL, ())
        self._anchor = Anchor(self)
        self.glide = Glide(self.verticalScrollBar())
        model.rowsAboutToBeInserted.connect(self._about_to_change)

    def set_cell(self, side: int) -> None:
        """Make cells about `side` pixels wide; what is looked at stays."""
        side = min(max(side, CELL_LEAST), CELL_MOST)
        if side != self.cell:
            self._anchor.capture()
            self.cell = side
            self.doItemsLayout()

    def visible_rows(self) -> range:
        """The rows that are at least partly seen."""
        top = self.verticalOffset()
        return self.grid.rows_between(top, top + self.viewport().height() - 1)

    # ---- where things are

    def doItemsLayout(self) -> None:
        """Place everything anew, keeping what is looked at where it is."""
        dated = self.photos.sorted_by is SortBy.DATE
        self.grid = GridLayout(
            width=self.width(),  # the scroll bar lies in the margin, so that its coming and going moves nothing
            cell=self.cell,
            counts=tuple(self.photos.days.counts),
            heading=HEADING if dated else 0,
            gap=theme.GAP,
            margin=theme.M,
            top=0 if dated else theme.XS,
            mirrored=self.isRightToLeft(),
        )
        _Base.doItemsLayout(self)
        self._anchor.restore()

    def updateGeometries(self) -> None:
        """Give the scroll bar its range."""
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self.grid.height - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(max(self.grid.step // 2, 1))
        _Base.updateGeometries(self)

    def _shift(self) -> QPoint:
        """From content to viewport pixels."""
        return QPoint(-self.viewport().x(), -self.verticalScrollBar().value())

    def visualRect(self, index: Index) -> QRect:
        """The square of a photo in viewport pixels."""
        self.executeDelayedItemsLayout()
        inside = index.isValid() and index.row() < self.grid.rows
        return self.grid.rect(index.row()).translated(self._shift()) if inside else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        """The photo at a point of the viewport."""
        self.executeDelayedItemsLayout()
        at = point - self._shift()
        row = self.grid.row_at(at.x(), at.y())
        return QModelIndex() if row is None else self.photos.index(row)

    def scrollTo(self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible) -> None:
        """Bring a photo into sight; with the first line of a day comes its heading."""
        self.executeDelayedItemsLayout()
        if index.isValid() and index.row() < self.grid.rows:
            self.glide.stop()
            self.verticalScrollBar().setValue(
                moving.value_that_shows(self.grid, index.row(), self.verticalOffset(), self.viewport().height(), hint)
            )

    def horizontalOffset(self) -> int:
        """The gallery does not scroll sideways."""
        return 0

    def verticalOffset(self) -> int:
        """How far it is scrolled, in pixels."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        """Every photo is shown."""
        return False

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Everything moves; the marks of the pointer are taken anew."""
        self.viewport().update()

    @Slot()
    def _about_to_change(self) -> None:
        self._anchor.capture()

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        """Place everything anew before it is next painted."""
        _Base.rowsInserted(self, parent, start, end)
        self.scheduleDelayedItemsLayout()

    def rowsAboutToBeRemoved(self, parent: Index, start: int, end: int) -> None:
        """What goes cannot hold the rest in place."""
        self._anchor.capture(range(start, end + 1))
        _Base.rowsAboutToBeRemoved(self, parent, start, end)
        self.scheduleDelayedItemsLayout()

    def reset(self) -> None:
        """Other photos: begin at the top."""
        _Base.reset(self)
        self._anchor.forget()
        self.glide.stop()
        self.doItemsLayout()
        self.verticalScrollBar().setValue(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is looked at stays while the window changes its size."""
        if event.oldSize().width() != event.size().width():
            self._anchor.capture()
        _Base.resizeEvent(self, event)
        self.doItemsLayout()

    def sizeHint(self) -> QSize:
        """A few photos."""
        return QSize(4 * CELL, 3 * CELL)
