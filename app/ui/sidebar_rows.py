"""The rows of the sidebar: what they hold and how they are painted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QMouseEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from app.engine.types import Folder, FolderState
from app.ui import theme, words
from app.ui.icons import icon

WHERE = Qt.ItemDataRole.UserRole + 1  # "photos", "duplicates", "unreadable", "folder"; empty for a heading
PATH = WHERE + 1
COUNT = WHERE + 2  # an int, or None
OFFLINE = WHERE + 3
ICON = WHERE + 4

INDENT = 20
OPEN_UP_TO = 12
"""A folder with at most this many subfolders shows them from the start."""

Index = QModelIndex | QPersistentModelIndex


class SidebarModel(QStandardItemModel):
    """Places and folders as a tree, changed in place so that what is open and chosen stays so."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: dict[tuple[str, str | None], QStandardItem] = {}
        self._seen: set[str] = set()
        for where, name, sign in (
            ("photos", self.tr("All photos"), "image"),
            ("duplicates", self.tr("Duplicates"), "copy"),
            ("unreadable", self.tr("Could not be read"), "warning"),
        ):
            self.appendRow(self._make(where, None, name, sign))
        self._heading = QStandardItem(self.tr("Folders").upper())
        self._heading.setFlags(Qt.ItemFlag.NoItemFlags)
        self._roots: list[str] = []

    def _make(self, where: str, path: str | None, name: str, sign: str) -> QStandardItem:
        item = QStandardItem(name)
        item.setData(where, WHERE)
        item.setData(path, PATH)
        item.setData(sign, ICON)
        if path:
            item.setToolTip(path)
        self._items[where, path] = item
        return item

    def find(self, where: str, path: str | None = None) -> QModelIndex:
        """Where a place is; an invalid index where it is not."""
        item = self._items.get((where, path))
        return self.indexFromItem(item) if item is not None else QModelIndex()

    def place(self, index: Index) -> tuple[str, str | None]:
        """What an index leads to; an empty word for a heading."""
        return (index.data(WHERE) or "", index.data(PATH)) if index.isValid() else ("", None)

    def roots(self) -> tuple[str, ...]:
        """The added folders."""
        return tuple(self._roots)

    def set_count(self, where: str, count: int, path: str | None = None) -> None:
        """Write a number behind a place."""
        item = self._items.get((where, path))
        if item is not None and item.data(COUNT) != count:
            item.setData(count, COUNT)
            item.setData(f"{item.text()}, {words.number(count)}", Qt.ItemDataRole.AccessibleTextRole)

    def set_roots(self, folders: Sequence[Folder]) -> None:
        """Show these added folders, with their numbers and whether they can be reached."""
        wanted = [folder.path for folder in folders]
        for gone in [path for path in self._roots if path not in wanted]:
            self._drop(gone)
        self._roots = wanted
        for folder in folders:
            if ("folder", folder.path) not in self._items:
                self._add_root(folder.path)
            self._show(folder)

    def _add_root(self, path: str) -> None:
        if self._heading.row() < 0:
            self.appendRow(self._heading)
        self.appendRow(self._make("folder", path, PurePath(path).name or path, "folder"))

    def _show(self, folder: Folder) -> None:
        offline = folder.state == FolderState.OFFLINE
        item = self._items["folder", folder.path]
        if item.data(OFFLINE) != offline:
            item.setData(offline, OFFLINE)
            item.setData("hard-drive" if offline else "folder", ICON)
        self.set_count("folder", folder.photos, folder.path)

    def set_subfolders(self, root: str, folders: Sequence[Folder]) -> bool:
        """Show the folders below an added one; True when they should be opened, which is so once for a few of them."""
        if root not in self._roots:
            return False
        wanted = {folder.path for folder in folders}
        for path in [p for p in self._below(root) if p not in wanted]:
            self._drop(path)
        for folder in sorted(folders, key=lambda f: PurePath(f.path).parts):
            if ("folder", folder.path) not in self._items:
                self._add_below(root, folder.path)
            self._show(folder)
        first = root not in self._seen and bool(folders)
        if folders:
            self._seen.add(root)
        return first and self._items["folder", root].rowCount() <= OPEN_UP_TO

    def _below(self, root: str) -> list[str]:
        pure = PurePath(root)
        found = [path for _where, path in self._items if path and path != root and pure in PurePath(path).parents]
        return [path for path in found if path not in self._roots]

    def _add_below(self, root: str, path: str) -> None:
        """Hang a folder under the nearest one that is shown; a step that is not shown becomes part of the name."""
        pure = PurePath(path)
        above = next(str(p) for p in pure.parents if ("folder", str(p)) in self._items or str(p) == root)
        parent = self._items["folder", above]
        name = " / ".join(pure.relative_to(above).parts)
        names = [parent.child(row).text().casefold() for row in range(parent.rowCount())]
        row = next((i for i, other in enumerate(names) if other > name.casefold()), len(names))
        parent.insertRow(row, self._make("folder", path, name, "folder"))

    def _drop(self, path: str) -> None:
        item = self._items.get(("folder", path))
        if item is None:
            return
        for row in range(item.rowCount()):
            self._forget_below(item.child(row))
        del self._items["folder", path]
        (item.parent() or self.invisibleRootItem()).removeRow(item.row())
        self._seen.discard(path)
        if self._heading.row() == self.rowCount() - 1 >= 0:
            self.takeRow(self._heading.row())

    def _forget_below(self, item: QStandardItem) -> None:
        for row in range(item.rowCount()):
            self._forget_below(item.child(row))
        self._items.pop(("folder", item.data(PATH)), None)


def _depth(index: Index) -> int:
    depth = 0
    while (index := index.parent()).isValid():
        depth += 1
    return depth


class SidebarDelegate(QStyledItemDelegate):
    """Rows of 30 px: sign, name, and a number on the right; a press on a folder's sign opens and closes it."""

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
