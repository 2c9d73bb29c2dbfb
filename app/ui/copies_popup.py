"""The copies that stand behind a found photo: a small list below its badge."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QLabel, QListView, QStyle, QStyleOptionViewItem, QWidget

from app.engine.types import Hit, PhotoRow
from app.ui import theme, words
from app.ui.gallery.model import PHOTO_ROLE
from app.ui.gallery.thumbnails import Thumbnails
from app.ui.popups import Popup
from app.ui.why_list import ROW_HEIGHT, WhyDelegate

WIDTH, MOST_SEEN = 320, 5
_WHO = "copies"
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class Copies(QAbstractListModel):
    """Further files of a photo, then photos that show the same."""

    def __init__(self, hit: Hit) -> None:
        super().__init__()
        same = tuple(replace(hit.row, path=path) for path in hit.copies)
        self.rows: tuple[PhotoRow, ...] = same + hit.folded
        self._shown = hit.row

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """How many there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        """The name, the `PhotoRow`, and what kind of copy it is and where."""
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == PHOTO_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.path
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.name}, {self.kind(index.row())}"
        return None

    def kind(self, row: int) -> str:
        """What kind of copy it is and where it lies: "smaller copy · Family / Shared"."""
        return f"{self._kind(self.rows[row])} · {words.folder(self.rows[row].path)}"

    def _kind(self, copy: PhotoRow) -> str:
        shown = self._shown
        if copy.digest == shown.digest:
            return self.tr("identical file")
        if (copy.width > copy.height) != (shown.width > shown.height):
            return self.tr("turned copy")
        if copy.width * copy.height < shown.width * shown.height:
            return self.tr("smaller copy")
        if copy.width * copy.height > shown.width * shown.height:
            return self.tr("larger copy")
        return self.tr("copy")


class CopyDelegate(WhyDelegate):
    """Draws one copy: its picture, its name, its kind and place."""

    def _paint_below(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: _Index) -> None:
        copies = index.model()
        assert isinstance(copies, Copies)
        painter.setFont(theme.font(theme.SECONDARY))
        painter.setPen(theme.color("secondary"))
        text = QFontMetrics(painter.font()).elidedText(copies.kind(index.row()), Qt.TextElideMode.ElideRight, rect.width())
        side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        painter.drawText(rect, QStyle.visualAlignment(option.direction, side), text)


class CopiesPopup(Popup):
    """Lists the copies of one hit; Enter or a click opens one."""

    opened = Signal(object)  # PhotoRow

    def __init__(self, hit: Hit, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.copies = Copies(hit)
        count = words.copies(len(self.copies.rows))
        title = QLabel(self.tr("%1 of %2").replace("%1", count).replace("%2", PurePath(hit.row.path).name))
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setMaximumWidth(WIDTH)
        theme.kind(title, "section")
        self.list = QListView()
        self.list.setModel(self.copies)
        self.list.setItemDelegate(CopyDelegate(thumbnails, self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(title.text())
        self.list.setFixedSize(QSize(WIDTH, min(len(self.copies.rows), MOST_SEEN) * ROW_HEIGHT))
        self.list.setCurrentIndex(self.copies.index(0))
        self.list.clicked.connect(self._open)
        thumbnails.ready.connect(self._ready)
        thumbnails.want(_WHO, [row.digest for row in self.copies.rows])
        for part in (title, self.list):
            self.column.addWidget(part)
        self.list.setFocus()

    def show_at(self, badge: QRect) -> None:
        """Open below a rectangle of the screen, or above it where there is no room below."""
        self.adjustSize()
        screen = self.screen().availableGeometry()
        left = min(max(badge.right() + 1 - self.width(), screen.left()), screen.right() - self.width())
        below = badge.bottom() + theme.XS
        fits = below + self.height() <= screen.bottom()
        self.move(left, below if fits else badge.top() - theme.XS - self.height())
        self.show()
        self.list.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the chosen one."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.list.currentIndex().isValid():
            self._open(self.list.currentIndex())
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        row = self.copies.rows[index.row()]
        self.close()
        self.opened.emit(row)

    @Slot()
    def _ready(self) -> None:
        self.list.viewport().update()
