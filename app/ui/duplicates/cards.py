"""The photos of the chosen group, two a row and as large as the room allows."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from app.engine.copies import DEFAULT_RULES, GroupPhoto, KeeperRules
from app.ui.duplicates import card, says
from app.ui.duplicates.pictures import Pictures
from app.ui.duplicates.review import Review

AnyIndex = QModelIndex | QPersistentModelIndex

_TWO_FROM = 520  # pixels of width from which two cards stand beside each other
_LEAST_PICTURE, _WIDEST = 150, 0.75  # a picture's least height in pixels, its greatest as a share of its width


class CardModel(QAbstractListModel):
    """The photos of one review, with their marks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.review: Review | None = None
        self.rules = DEFAULT_RULES

    @property
    def photos(self) -> tuple[GroupPhoto, ...]:
        """The photos shown."""
        return self.review.group.photos if self.review else ()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """The number of photos."""
        return 0 if parent.isValid() else len(self.photos)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """PHOTO, KEPT and FACTS for the delegate; name, facts and mark as text for those who cannot see them."""
        if self.review is None or not index.isValid() or index.row() >= len(self.photos):
            return None
        photo = self.photos[index.row()]
        if role == card.PHOTO:
            return photo
        if role == card.KEPT:
            return self.review.keeps(photo.path)
        if role == card.PROTECTED:
            return self.rules.protects(photo.path)
        if role == card.FACTS:
            return says.facts(photo, self.photos[0])
        if role == Qt.ItemDataRole.DisplayRole:
            return photo.path
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{photo.path}\n{says.facts(photo, self.photos[0])}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            mark = says.mark(self.review.keeps(photo.path), self.rules.protects(photo.path))
            return f"{photo.path}, {mark}, {says.facts(photo, self.photos[0])}"
        return None

    def show(self, review: Review | None) -> None:
        """Show another group."""
        self.beginResetModel()
        self.review = review
        self.endResetModel()

    def set_rules(self, rules: KeeperRules) -> None:
        """Other folders may be protected."""
        self.rules = rules
        self.marks_changed()

    def marks_changed(self) -> None:
        """The marks of the same photos are different now."""
        if self.photos:
            self.dataChanged.emit(self.index(0), self.index(len(self.photos) - 1))


class CardGrid(QListView):
    """The cards. A click chooses one, a click on its mark asks for the other mark; a double click compares."""

    mark_asked = Signal(int)  # row whose mark shall be the other one
    compare_asked = Signal()
    seen = Signal()

    def __init__(self, model: CardModel, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards = model
        self._paint = card.CardDelegate(pictures, self)
        self.setModel(model)
        self.setItemDelegate(self._paint)
        self.setAccessibleName(self.tr("Photos of this group"))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setAutoScroll(False)  # a new group shows its first photo, though another one is chosen
        self.verticalScrollBar().valueChanged.connect(self._moved)
        model.modelReset.connect(self._arrange)

    @property
    def row(self) -> int:
        """The chosen card, -1 for none."""
        return self.currentIndex().row()

    def choose(self, row: int, *, scroll: bool = True) -> None:
        """Choose a card, within those that are there."""
        count = self._cards.rowCount()
        if count:
            self.setCurrentIndex(self._cards.index(max(0, min(row, count - 1))))
            if scroll:
                self.scrollTo(self.currentIndex())

    def rows_seen(self) -> list[int]:
        """The cards in view."""
        view = self.viewport().rect()
        rows = range(self._cards.rowCount())
        return [row for row in rows if self.visualRect(self._cards.index(row)).intersects(view)]

    def picture_side(self) -> int:
        """The longer side in screen pixels that a picture needs, in steps so that resizing asks rarely."""
        side = max(self.gridSize().width(), self.gridSize().height()) * self.devicePixelRatioF()
        return min(2048, 256 * (int(side) // 256 + 1))

    def parts_of(self, row: int) -> card.Parts:
        """Where the parts of a card are in the viewport."""
        index = self._cards.index(row)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        cell = self._paint.card_in(self.visualRect(index), row, mirrored)
        return card.parts(cell, says.mark(bool(index.data(card.KEPT)), bool(index.data(card.PROTECTED))), mirrored)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on a mark asks for the other one; anywhere else it chooses the card."""
        super().mousePressEvent(event)
        row = self.indexAt(event.position().toPoint()).row()
        if event.button() == Qt.MouseButton.LeftButton and row >= 0 and self._on_mark(row, event):
            self.mark_asked.emit(row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Compare, unless it was two quick clicks on a mark."""
        row = self.indexAt(event.position().toPoint()).row()
        if row >= 0 and self._on_mark(row, event):
            self.mark_asked.emit(row)
        elif row >= 0:
            self.compare_asked.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The pointer shows what can be pressed."""
        super().mouseMoveEvent(event)
        row = self.indexAt(event.position().toPoint()).row()
        over = row >= 0 and self._on_mark(row, event)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cards follow the room there is."""
        super().resizeEvent(event)
        self._arrange()

    def _on_mark(self, row: int, event: QMouseEvent) -> bool:
        return self.parts_of(row).pill.contains(event.position().toPoint())

    def _moved(self, _value: int) -> None:
        self.seen.emit()

    def _arrange(self) -> None:
        """Two cards a row where there is width for them; as high as lets two rows be seen at once."""
        room = self.contentsRect().size()
        columns = 2 if room.width() >= _TWO_FROM else 1
        rows = -(-max(1, self._cards.rowCount()) // columns)
        height = self._card_height(room, columns, rows)
        fits = rows * (height + self._paint.gap) <= room.height()
        if not fits:
            room.setWidth(room.width() - self.verticalScrollBar().sizeHint().width())
        # Never "as needed": the view would then keep the bar's width free, and the second card would not fit
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff if fits else Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._paint.columns = columns
        cell = QSize((room.width() - 1) // columns, height + self._paint.gap)
        if cell != self.gridSize():
            self._paint.cell = cell
            self.setGridSize(cell)
        self.seen.emit()

    def _card_height(self, room: QSize, columns: int, rows: int) -> int:
        text = card.INSET + card.TEXT_BELOW
        width = (room.width() - self._paint.gap * (columns - 1)) // columns - 2 * card.INSET
        share = room.height() // min(rows, 2) - self._paint.gap - text
        return text + max(_LEAST_PICTURE, min(share, int(width * _WIDEST)))
