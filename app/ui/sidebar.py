"""The bar on the left: all photos, duplicates, what could not be read, the folders, the saved searches, and tags."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.engine.requests import FoldersChanged, ListSubfolders, Opened
from app.engine.types import Folder
from app.ui import theme
from app.ui.bridge import Bridge
from app.ui.icons import icon
from app.ui.saved_searches import SavedSearches
from app.ui.sidebar_delegate import SidebarDelegate
from app.ui.sidebar_rows import COUNT, SidebarModel
from app.ui.tags.all_tags import AllTags


class Where(StrEnum):
    """The places that the sidebar leads to."""

    PHOTOS = "photos"
    DUPLICATES = "duplicates"
    UNREADABLE = "unreadable"
    FOLDER = "folder"
    SEARCH = "search"
    TAG = "tag"
    TAGS = "tags"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the user is; `folder` is its path, for a folder only; `search` the name of a saved search, `tag` of a tag."""

    where: Where
    folder: str | None = None
    search: str | None = None
    tag: str | None = None


ALL_PHOTOS = Place(Where.PHOTOS)
FEW_TAGS = 8
"""So many tags, those of most photos, stand in the bar; the others are on a page of their own."""
REFRESH_MS = 1500
"""Subfolders are asked for this long after the last news of folders, so that reading many photos asks only now and then."""


class Sidebar(QWidget):
    """232 px wide; says where the user wants to go and what shall be done with a folder."""

    chosen = Signal(object)  # Place
    add_asked = Signal()
    forget_asked = Signal(str)
    reveal_asked = Signal(str)
    rescan_asked = Signal()

    def __init__(self, bridge: Bridge, saved: SavedSearches, tags: AllTags, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._saved, self._tags = bridge, saved, tags
        self.setObjectName("sidebar")
        self.setFixedWidth(theme.SIDEBAR)
        theme.ground(self, "sidebar")
        self.model = SidebarModel(self)
        self._build()
        self._refresh = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._refresh.timeout.connect(self._ask_subfolders)
        bridge.opened.connect(self._opened)
        bridge.folders_changed.connect(self._folders_changed)
        saved.changed.connect(self._searches_changed)
        tags.changed.connect(self._tags_changed)
        theme.changed.connect(self.tree.viewport().update)

    def _build(self) -> None:
        self.tree = QTreeView(self)
        self.tree.setModel(self.model)
        delegate = SidebarDelegate(self.tree)
        delegate.renamed.connect(self._saved.rename)
        self.tree.setItemDelegate(delegate)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(0)  # the delegate indents, so that the chosen row is marked over its whole width
        self.tree.setFrameShape(QFrame.Shape.NoFrame)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.setMouseTracking(True)
        self.tree.setExpandsOnDoubleClick(True)
        self.tree.setAccessibleName(self.tr("Places"))
        self.tree.viewport().setAutoFillBackground(False)
        self.tree.clicked.connect(self._go)
        self.tree.activated.connect(self._go)
        self.tree.customContextMenuRequested.connect(self._menu)
        for keys, step in (("F2", self._rename_here), ("Delete", self._forget_here)):
            shortcut = QShortcut(QKeySequence(keys), self.tree)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(step)
        self.add = QPushButton(icon("plus", "secondary"), theme.beside_icon(self.tr("Add a folder…")))
        theme.kind(self.add, "row")
        self.add.setIconSize(QSize(theme.ICON, theme.ICON))
        self.add.clicked.connect(self.add_asked)
        self.more = QToolButton()
        self.more.setIcon(icon("dots-three", "secondary"))
        self.more.setIconSize(QSize(theme.ICON, theme.ICON))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setAccessibleName(self.tr("More"))
        self.more.setToolTip(self.tr("More"))
        foot = QHBoxLayout()
        foot.addWidget(self.add, 1)
        foot.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.S, theme.M, theme.S, theme.M)
        column.setSpacing(theme.S)
        column.addWidget(self.tree, 1)
        column.addLayout(foot)
        self.show_place(ALL_PHOTOS)

    # ---- what the shell says

    def show_place(self, place: Place) -> None:
        """Mark where the user is."""
        index = self.model.find(str(place.where), place.search or place.folder or place.tag)
        if index.isValid():
            self.tree.setRowHidden(index.row(), index.parent(), False)
            self.tree.setCurrentIndex(index)

    def show_duplicates(self, groups: int) -> None:
        """How many groups of duplicates there are."""
        self.model.set_count(str(Where.DUPLICATES), groups)

    def duplicates(self) -> int:
        """The number of groups that stands there."""
        return int(self.model.find(str(Where.DUPLICATES)).data(COUNT) or 0)

    def has_folders(self) -> bool:
        """Whether any folder has been added."""
        return bool(self.model.roots())

    def folder_names(self) -> tuple[str, ...]:
        """The added folders, as paths."""
        return self.model.roots()

    # ---- what the engine says

    @Slot(object)
    def _opened(self, news: Opened) -> None:
        self._show_folders(news.folders, news.photos)
        self._ask_subfolders()

    @Slot(object)
    def _folders_changed(self, news: FoldersChanged) -> None:
        self._show_folders(news.folders, news.photos)
        self.model.set_count(str(Where.UNREADABLE), news.unreadable)
        index = self.model.find(str(Where.UNREADABLE))
        self.tree.setRowHidden(index.row(), QModelIndex(), not news.unreadable and self.tree.currentIndex() != index)
        if not self._refresh.isActive():
            self._refresh.start()

    def _show_folders(self, folders: Sequence[Folder], photos: int) -> None:
        self.model.set_count(str(Where.PHOTOS), photos)
        self.model.set_roots(folders)

    @Slot()
    def _ask_subfolders(self) -> None:
        for root in self.model.roots():
            self._bridge.ask(ListSubfolders(root), self._take(root), lambda _failure: None, replaces=f"subfolders {root}")

    def _take(self, root: str) -> Callable[[tuple[Folder, ...]], None]:
        def done(folders: tuple[Folder, ...]) -> None:
            if self.model.set_subfolders(root, folders):
                self.tree.expand(self.model.find(str(Where.FOLDER), root))

        return done

    # ---- what the user does

    @Slot(QModelIndex)
    def _go(self, index: QModelIndex) -> None:
        where, name = self.model.place(index)
        if where == Where.SEARCH:
            self.chosen.emit(Place(Where.SEARCH, search=name))
        elif where == Where.TAG:
            self.chosen.emit(Place(Where.TAG, tag=name))
        elif where:
            self.chosen.emit(Place(Where(where), name))

    @Slot(QPoint)
    def _menu(self, at: QPoint) -> None:
        menu = self.menu_for(self.tree.indexAt(at))
        if menu is not None:
            menu.popup(self.tree.viewport().mapToGlobal(at))

    def menu_for(self, index: QModelIndex) -> QMenu | None:
        """What can be done with a folder or a saved search; None where there is neither."""
        where, folder = self.model.place(index)
        if where == Where.SEARCH and folder is not None:
            return self._menu_of_search(index, folder)
        if where != Where.FOLDER or folder is None:
            return None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("folder-open"), self.tr("Show in folder"), lambda: self.reveal_asked.emit(folder))
        menu.addAction(icon("arrow-clockwise"), self.tr("Look again"), self.rescan_asked.emit)
        menu.addSeparator()
        menu.addAction(icon("minus-circle"), self.tr("Remove from library"), lambda: self.forget_asked.emit(folder))
        return menu

    # ---- saved searches

    def _menu_of_search(self, index: QModelIndex, name: str) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("pencil-simple"), self.tr("Rename"), lambda: self.rename(name)).setShortcut("F2")
        menu.addAction(icon("minus-circle"), self.tr("Forget this search"), lambda: self._saved.forget(name)).setShortcut("Del")
        return menu

    def rename(self, name: str) -> None:
        """Let the name of a saved search be typed anew in its place."""
        index = self.model.find(str(Where.SEARCH), name)
        if index.isValid():
            self.tree.scrollTo(index)
            self.tree.edit(index)

    @Slot()
    def _rename_here(self) -> None:
        where, name = self.model.place(self.tree.currentIndex())
        if where == Where.SEARCH and name:
            self.rename(name)

    @Slot()
    def _forget_here(self) -> None:
        where, name = self.model.place(self.tree.currentIndex())
        if where == Where.SEARCH and name:
            self._saved.forget(name)

    @Slot()
    def _searches_changed(self) -> None:
        self.model.set_searches([search.name for search in self._saved.all])

    @Slot()
    def _tags_changed(self) -> None:
        tags = self._tags.all
        self.model.set_tags(tags[:FEW_TAGS], more=len(tags) > FEW_TAGS)
