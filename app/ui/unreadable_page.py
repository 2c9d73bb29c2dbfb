"""The files that could not be read, each with the reason and a way to look at it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QPushButton,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.engine.requests import ListUnreadable
from app.engine.types import Unreadable
from app.ui import theme, words
from app.ui.bridge import Bridge
from app.ui.icons import icon
from app.ui.state_page import StatePage

ROW = 52
Index = QModelIndex | QPersistentModelIndex


class UnreadableModel(QAbstractListModel):
    """The files and their reasons, in the order of the engine."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.files: tuple[Unreadable, ...] = ()

    def set_files(self, files: Sequence[Unreadable]) -> None:
        """Show these instead; nothing moves when they are the same."""
        if tuple(files) != self.files:
            self.beginResetModel()
            self.files = tuple(files)
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        """The number of files."""
        return 0 if parent.isValid() else len(self.files)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The name; the path as a hint; name and reason for a screen reader."""
        if not index.isValid():
            return None
        file = self.files[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return PurePath(file.path).name
        if role == Qt.ItemDataRole.ToolTipRole:
            return file.path
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{PurePath(file.path).name}: {file.reason}"
        return file if role == Qt.ItemDataRole.UserRole else None


class UnreadableDelegate(QStyledItemDelegate):
    """Two lines a file: its name and folder, and below them the reason."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All rows are equally high."""
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One file."""
        file: Unreadable = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            painter.setBrush(theme.color("accent_back" if chosen else "panel"))
            painter.drawRoundedRect(option.rect, theme.RADIUS_BUTTON, theme.RADIUS_BUTTON)
        room = option.rect.adjusted(theme.M, theme.S, -theme.M, -theme.S)
        sign = QRect(QPoint(room.left(), option.rect.center().y() - 10), QSize(20, 20))
        icon("warning", "warning").paint(painter, QStyle.visualRect(option.direction, option.rect, sign))
        lines = QStyle.visualRect(option.direction, option.rect, room.adjusted(32, 0, 0, 0))
        self._lines(painter, lines, file)
        painter.restore()

    def _lines(self, painter: QPainter, room: QRect, file: Unreadable) -> None:
        begin = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop
        painter.setFont(theme.font())
        painter.setPen(theme.color("text"))
        name = PurePath(file.path).name
        painter.drawText(room, begin, QFontMetrics(painter.font()).elidedText(name, Qt.TextElideMode.ElideMiddle, room.width()))
        painter.setFont(theme.font(theme.SECONDARY))
        painter.setPen(theme.color("secondary"))
        below = room.adjusted(0, 19, 0, 0)
        text = f"{file.reason[:1].upper()}{file.reason[1:]} · {words.folder(file.path)}"
        painter.drawText(below, begin, QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, below.width()))


class UnreadablePage(QWidget):
    """What could not be read, and what one can do: look at the file, or let Facet try again."""

    reveal_asked = Signal(str)
    rescan_asked = Signal()
    counted = Signal(int)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        theme.ground(self, "window")
        self.model = UnreadableModel(self)
        self._build()
        self._soon = QTimer(self, singleShot=True, interval=300)
        self._soon.timeout.connect(self.refresh)
        bridge.folders_changed.connect(self._changed)

    def _build(self) -> None:
        title = QLabel(self.tr("Could not be read"))
        theme.kind(title, "title")
        self.note = QLabel(self.tr("These files are left as they are."))
        theme.kind(self.note, "secondary")
        again = QPushButton(icon("arrow-clockwise"), theme.beside_icon(self.tr("Try again")))
        again.clicked.connect(self.rescan_asked)
        head = QHBoxLayout()
        head.setContentsMargins(theme.L, 0, theme.L, 0)
        head.setSpacing(theme.S)
        head.addWidget(title)
        head.addWidget(self.note)
        head.addStretch()
        head.addWidget(again)
        bar = QWidget()
        bar.setFixedHeight(theme.TOP_BAR)
        bar.setLayout(head)
        rule = QFrame()
        rule.setFixedHeight(1)
        theme.kind(rule, "rule")
        self.empty = StatePage()
        self.empty.show_state("check", self.tr("Every file could be read"), self.tr("There is nothing to do here."), role="good")
        body = QWidget()
        self._pages = QStackedLayout(body)
        self._pages.addWidget(self._list())
        self._pages.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (bar, rule, body):
            column.addWidget(part, 1 if part is body else 0)

    def _list(self) -> QListView:
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(UnreadableDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setStyleSheet("QListView { padding: 8px; }")
        self.list.setAccessibleName(self.tr("Files that could not be read"))
        self.list.activated.connect(self._reveal)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)
        return self.list

    @Slot()
    def refresh(self) -> None:
        """Ask again what could not be read."""
        self._bridge.ask(ListUnreadable(), self._show, replaces="unreadable")

    def _show(self, files: tuple[Unreadable, ...]) -> None:
        self.model.set_files(files)
        self._pages.setCurrentIndex(0 if files else 1)
        self.note.setVisible(bool(files))
        self.counted.emit(len(files))

    @Slot(object)
    def _changed(self, _news: object) -> None:
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    @Slot(QModelIndex)
    def _reveal(self, index: QModelIndex) -> None:
        self.reveal_asked.emit(self.model.files[index.row()].path)

    @Slot(QPoint)
    def _menu(self, at: QPoint) -> None:
        index = self.list.indexAt(at)
        if index.isValid():
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addAction(icon("folder-open"), self.tr("Show in folder"), lambda: self._reveal(index))
            menu.popup(self.list.viewport().mapToGlobal(at))
