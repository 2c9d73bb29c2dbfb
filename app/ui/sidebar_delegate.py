"""How the rows of the sidebar are painted, pressed, and renamed."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QIcon, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from app.ui import theme, words
from app.ui.icons import icon
from app.ui.sidebar_rows import COUNT, ICON, OFFLINE, PATH, WHERE, Index

INDENT = 20
LONGEST = 80
"""Letters of a name."""


def _depth(index: Index) -> int:
    depth = 0
    while (index := index.parent()).isValid():
        depth += 1
    return depth


class SidebarDelegate(QStyledItemDelegate):
    """Rows of 30 px: sign, name, and a number on the right; a press on a folder's sign opens and closes it.

    The name of a saved search can be typed anew in its place.
    """

    renamed = Signal(str, str)  # the name it has, the one it shall have

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A field for the name."""
        editor = QLineEdit(parent)
        theme.kind(editor, "name")
        editor.setMaxLength(LONGEST)
        editor.setAccessibleName(self.tr("Name of the saved search"))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Begin with the name it has."""
        assert isinstance(editor, QLineEdit)
        editor.setText(index.data(PATH))
        length = len(editor.text())
        editor.setSelection(length, -length)  # all of it, with its beginning in sight

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Nothing changes here: the engine renames, and then the list comes anew."""
        assert isinstance(editor, QLineEdit)
        self.renamed.emit(index.data(PATH), editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """The field takes the place of the name."""
        start = theme.ICON + theme.S + theme.XS
        editor.setGeometry(QStyle.visualRect(option.direction, option.rect, option.rect.adjusted(start, 1, -2, -1)))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Headings are a little higher, for the room above them."""
        return QSize(theme.SIDEBAR - 2 * theme.S, theme.ROW if index.data(WHERE) else theme.ROW + theme.S)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(WHERE):
            self._row(painter, option, index)
        else:
            painter.setFont(theme.font(theme.SECTION, semibold=True))
            painter.setPen(theme.color("secondary"))
            rect = option.rect.adjusted(theme.S, theme.S, -theme.S, 0)
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, index.data())
        painter.restore()

    def _row(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if chosen or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_back" if chosen else "chip"))
            painter.drawRoundedRect(option.rect, theme.RADIUS_BUTTON, theme.RADIUS_BUTTON)
        if chosen and option.state & QStyle.StateFlag.State_HasFocus and _by_keyboard(option):
            painter.setPen(theme.color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(option.rect.adjusted(0, 0, -1, -1), theme.RADIUS_BUTTON, theme.RADIUS_BUTTON)
        sign = self.sign_rect(option.rect, index, option.direction)
        _sign(option, index, chosen, hovered).paint(painter, sign)
        self._words(painter, option, index, chosen)

    def _words(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, chosen: bool) -> None:
        offline, count = bool(index.data(OFFLINE)), index.data(COUNT)
        behind = self.tr("offline") if offline else words.number(count) if count else ""
        painter.setFont(theme.font(theme.SECONDARY))
        painter.setPen(theme.color("accent_text" if chosen else "secondary"))
        room = option.rect.adjusted(theme.S, 0, -theme.S, 0)
        end = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing
        painter.drawText(room, QStyle.visualAlignment(option.direction, end), behind)
        taken = QFontMetrics(painter.font()).horizontalAdvance(behind) + theme.S
        start = theme.ICON + theme.S + _depth(index) * INDENT
        name = QStyle.visualRect(option.direction, room, room.adjusted(start, 0, -taken, 0))
        painter.setFont(theme.font())
        painter.setPen(theme.color("accent_text" if chosen else "secondary" if offline else "text"))
        shown = QFontMetrics(painter.font()).elidedText(index.data(), Qt.TextElideMode.ElideRight, name.width())
        begin = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        painter.drawText(name, QStyle.visualAlignment(option.direction, begin), shown)

    def sign_rect(self, row: QRect, index: Index, direction: Qt.LayoutDirection) -> QRect:
        """Where the sign of a row is painted."""
        left = row.left() + theme.S + _depth(index) * INDENT
        place = QRect(QPoint(left, row.center().y() - theme.ICON // 2 + 1), QSize(theme.ICON, theme.ICON))
        return QStyle.visualRect(direction, row, place)

    def editorEvent(self, event: QEvent, model: object, option: QStyleOptionViewItem, index: Index) -> bool:
        """A press on the sign of a folder with subfolders opens or closes it and goes nowhere."""
        view = option.widget
        if (
            event.type() == QEvent.Type.MouseButtonRelease
            and isinstance(event, QMouseEvent)
            and isinstance(view, QTreeView)
            and index.model().hasChildren(index)
            and self.sign_rect(option.rect, index, option.direction).adjusted(-6, -6, 4, 6).contains(event.position().toPoint())
        ):
            view.setExpanded(index, not view.isExpanded(index))
            return True
        return False


def _by_keyboard(option: QStyleOptionViewItem) -> bool:
    return bool(option.state & QStyle.StateFlag.State_KeyboardFocusChange)


def _sign(option: QStyleOptionViewItem, index: Index, chosen: bool, hovered: bool) -> QIcon:
    name = index.data(ICON)
    view = option.widget
    if isinstance(view, QTreeView) and isinstance(view, QAbstractItemView) and index.model().hasChildren(index):
        if hovered:
            name = "caret-down" if view.isExpanded(index) else "caret-right"
        elif not index.data(OFFLINE):
            name = "folder-open" if view.isExpanded(index) else "folder"
    return icon(name, "accent_text" if chosen else "secondary")
