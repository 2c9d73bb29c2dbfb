"""The list of groups on the left: any number of them, only what is seen is painted and asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePath

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPalette, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.engine.copies import DuplicateGroup
from app.ui import theme
from app.ui.duplicates import says
from app.ui.duplicates.pictures import Pictures

AnyIndex = QModelIndex | QPersistentModelIndex

GROUP = Qt.ItemDataRole.UserRole
THUMBNAIL = QSize(72, 56)
PITCH = 66
WIDTH, NARROW = 300, 244


class GroupModel(QAbstractListModel):
    """The groups in the order given. `frees` says what a group frees as it is marked now."""

    def __init__(self, frees: Callable[[DuplicateGroup], int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frees = frees
        self.groups: list[DuplicateGroup] = []

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """The number of groups."""
        return 0 if parent.isValid() else len(self.groups)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The title, the details as description and tooltip, and the group itself as GROUP."""
        if not index.isValid() or index.row() >= len(self.groups):
            return None
        group = self.groups[index.row()]
        if role == GROUP:
            return group
        if role == Qt.ItemDataRole.DisplayRole:
            return says.title(group)
        if role in (Qt.ItemDataRole.AccessibleDescriptionRole, Qt.ItemDataRole.ToolTipRole):
            return self.details(group)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{says.title(group)}, {PurePath(group.photos[0].path).name}, {self.details(group)}"
        return None

    def details(self, group: DuplicateGroup) -> str:
        """How many photos, and what would be freed."""
        return says.details(group, self._frees(group))

    def set_groups(self, groups: Sequence[DuplicateGroup]) -> None:
        """Show other groups."""
        self.beginResetModel()
        self.groups = list(groups)
        self.endResetModel()

    def remove(self, row: int) -> None:
        """Take one group out."""
        self.beginRemoveRows(QModelIndex(), row, row)
        del self.groups[row]
        self.endRemoveRows()

    def replace(self, row: int, group: DuplicateGroup) -> None:
        """Show one group as it is now."""
        self.groups[row] = group
        self.dataChanged.emit(self.index(row), self.index(row))

    def refresh(self, row: int) -> None:
        """What a group frees has changed."""
        self.dataChanged.emit(self.index(row), self.index(row))


class GroupDelegate(QStyledItemDelegate):
    """Paints a group: a thumbnail of the photo that stays, the title, and what would be freed."""

    def __init__(self, pictures: Pictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._pictures = pictures

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Every row is equally high."""
        return QSize(NARROW, PITCH)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw one row."""
        group: DuplicateGroup = index.data(GROUP)
        rect = option.rect.adjusted(theme.S, 0, -theme.S, 0)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, rect, selected, bool(option.state & QStyle.StateFlag.State_MouseOver))
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        width = THUMBNAIL.width() if option.rect.width() > NARROW else THUMBNAIL.height()
        box = QRect(rect.x() + 5, rect.y() + (rect.height() - THUMBNAIL.height()) // 2, width, THUMBNAIL.height())
        text = QRect(box.right() + 11, rect.y(), rect.right() - box.right() - 19, rect.height())
        if mirrored:
            box, text = (_mirror(part, rect) for part in (box, text))
        self._thumbnail(painter, box, self._pictures.thumbnail(group.photos[0].digest))
        details = str(index.data(Qt.ItemDataRole.AccessibleDescriptionRole))
        self._texts(painter, text, says.title(group), details, mirrored)
        painter.restore()

    def _ground(self, painter: QPainter, rect: QRect, selected: bool, hovered: bool) -> None:
        if selected or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_back" if selected else "field"))
            painter.drawRoundedRect(rect, theme.RADIUS_BUTTON, theme.RADIUS_BUTTON)

    def _thumbnail(self, painter: QPainter, box: QRect, pixmap: QPixmap | None) -> None:
        painter.save()
        clip = QPainterPath()
        clip.addRoundedRect(box, theme.RADIUS_THUMBNAIL, theme.RADIUS_THUMBNAIL)
        painter.setClipPath(clip)
        painter.fillRect(box, theme.color("placeholder"))
        if pixmap is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(box, pixmap, cut_to(pixmap, box.size()))
        painter.restore()

    def _texts(self, painter: QPainter, rect: QRect, title: str, details: str, mirrored: bool) -> None:
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        middle = rect.center().y()
        for text, top, size, role in ((title, middle - 18, theme.BODY, "text"), (details, middle, theme.SECONDARY, "secondary")):
            font = theme.font(size)
            if role == "text":
                font.setWeight(font.Weight.Medium)
            painter.setFont(font)
            painter.setPen(theme.color(role))
            line = QRect(rect.x(), top, rect.width(), 18)
            short = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(line, side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute, short)


def cut_to(pixmap: QPixmap, size: QSize) -> QRect:
    """The largest part from the middle of a picture that has the shape of `size`."""
    part = size.scaled(pixmap.size(), Qt.AspectRatioMode.KeepAspectRatio)
    return QRect((pixmap.width() - part.width()) // 2, (pixmap.height() - part.height()) // 2, part.width(), part.height())


def _mirror(part: QRect, whole: QRect) -> QRect:
    return QRect(whole.left() + whole.right() - part.right(), part.y(), part.width(), part.height())


class GroupList(QTableView):
    """The groups, one of which is chosen. `seen` says that other rows have come into view.

    A table of one column: measured with 10,000 rows, a new answer takes it under a millisecond and a QListView 20-30.
    """

    chosen = Signal(int)
    seen = Signal()

    def __init__(self, model: GroupModel, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self._groups = model
        self.setItemDelegate(GroupDelegate(pictures, self))
        self.setAccessibleName(self.tr("Groups of duplicates"))
        self._make_plain()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(PITCH)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.selectionModel().currentChanged.connect(self._chosen)

    def _make_plain(self) -> None:
        """No grid, no headers, rows of one height, one column as wide as the view."""
        bare = self.palette()
        bare.setColor(QPalette.ColorRole.Highlight, Qt.GlobalColor.transparent)  # the delegate paints it, with round corners
        self.setPalette(bare)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(PITCH)
        self.verticalHeader().setDefaultSectionSize(PITCH)

    def choose(self, row: int) -> None:
        """Choose a group; a row beyond the end is the last one."""
        count = self._groups.rowCount()
        if count:
            self.setCurrentIndex(self._groups.index(max(0, min(row, count - 1))))

    @property
    def row(self) -> int:
        """The chosen row, -1 for none."""
        return self.currentIndex().row()

    def rows_seen(self) -> range:
        """The rows in view, and as many again below them."""
        first = self.verticalScrollBar().value() // PITCH
        shown = self.viewport().height() // PITCH + 2
        return range(max(0, first - 2), min(self._groups.rowCount(), first + 2 * shown))

    @property
    def held(self) -> int:
        """The row that is looked at: the chosen one where it is in view, else the first in view."""
        first = self.verticalScrollBar().value() // PITCH
        return self.row if 0 <= self.offset(self.row) < self.viewport().height() else first

    def offset(self, row: int) -> int:
        """How far a row's top is below the top of the view."""
        return row * PITCH - self.verticalScrollBar().value()

    def restore_offset(self, row: int, offset: int) -> None:
        """Scroll so that a row stands where it or another one stood."""
        self.doItemsLayout()
        self.verticalScrollBar().setValue(row * PITCH - offset)

    def resizeEvent(self, event: object) -> None:
        """Other rows may be in view."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.seen.emit()

    def _scrolled(self, _value: int) -> None:
        self.seen.emit()

    def _chosen(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(current.row())
