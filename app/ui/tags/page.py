"""All tags with how many photos have each; typing keeps to those that have the letters."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QListView, QStackedLayout, QVBoxLayout, QWidget

from app.ui import theme, words
from app.ui.icons import icon
from app.ui.state_page import StatePage
from app.ui.tags.all_tags import AllTags

CELL = QSize(220, theme.ROW)
NAME = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class TagsModel(QAbstractListModel):
    """The tags, in the order of the engine."""

    def __init__(self, tags: AllTags, parent: QWidget) -> None:
        super().__init__(parent)
        self._tags, self.shown = tags, tags.all
        tags.changed.connect(self._renew)

    @Slot()
    def _renew(self) -> None:
        self.beginResetModel()
        self.shown = self._tags.all
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """How many there are."""
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """The name and the number of photos."""
        if not index.isValid():
            return None
        tag = self.shown[index.row()]
        if role == NAME:
            return tag.name
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{tag.name}  {words.number(tag.photos)}"
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{tag.name}, {words.photos(tag.photos)}"
        if role == Qt.ItemDataRole.DecorationRole:
            return icon("tag", "secondary")
        return None


class TagsPage(QWidget):
    """Enter or a click shows the photos that have a tag."""

    chosen = Signal(str)

    def __init__(self, tags: AllTags, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.ground(self, "window")
        self.model = TagsModel(tags, self)
        self.kept = QSortFilterProxyModel(self)
        self.kept.setSourceModel(self.model)
        self.kept.setFilterRole(NAME)
        self.kept.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._build()
        for news in (self.model.modelReset, self.filter.textChanged):
            news.connect(self._show)
        self._show()

    def _build(self) -> None:
        title = QLabel(self.tr("Tags"))
        theme.kind(title, "title")
        self.filter = QLineEdit()
        theme.kind(self.filter, "name")
        self.filter.setPlaceholderText(self.tr("Find a tag"))
        self.filter.setAccessibleName(self.tr("Find a tag"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(theme.PANEL)
        self.filter.textChanged.connect(self.kept.setFilterFixedString)
        self.filter.returnPressed.connect(self._choose_first)
        self.list = QListView()
        theme.kind(self.list, "menu")
        self.list.setModel(self.kept)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFlow(QListView.Flow.LeftToRight)
        self.list.setWrapping(True)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setGridSize(CELL)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(self.tr("Tags"))
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        self.setFocusProxy(self.list)
        self.nothing = StatePage()
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.filter, 1)
        column = QVBoxLayout()
        column.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        column.setSpacing(theme.M)
        column.addLayout(head)
        self.none = StatePage()
        self._found = QStackedLayout()
        self._found.addWidget(self.list)
        self._found.addWidget(self.none)
        column.addLayout(self._found, 1)
        some = QWidget()
        some.setLayout(column)
        self._stack = QStackedLayout(self)
        for part in (some, self.nothing):
            self._stack.addWidget(part)

    @Slot()
    def _show(self) -> None:
        if self.model.shown:
            self._stack.setCurrentIndex(0)
            text = self.tr("Another part of its name may find it.")
            self.none.show_state(
                "magnifying-glass", self.tr("No tag has “%1” in its name").replace("%1", self.filter.text()), text
            )
            self._found.setCurrentIndex(0 if self.kept.rowCount() else 1)
        else:
            text = self.tr("Photos get tags while they are read; choose photos and press T to give them tags of your own.")
            self.nothing.show_state("tag", self.tr("There are no tags yet"), text)
            self._stack.setCurrentIndex(1)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(str(index.data(NAME)))

    @Slot()
    def _choose_first(self) -> None:
        if self.kept.rowCount():
            self._choose(self.kept.index(0, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters go to the line that finds a tag."""
        if event.text().strip() and event.text().isprintable():
            self.filter.setFocus()
            self.filter.insert(event.text())
        else:
            super().keyPressEvent(event)
