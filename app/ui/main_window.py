"""The main window: joins what the engine and the rooms say to what is done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QMainWindow, QVBoxLayout, QWidget

from app.engine.requests import Failed, FoldersChanged, NotOpened, Opened, Problem
from app.ui import theme
from app.ui.actions import Actions, main_menu
from app.ui.acts import Acts
from app.ui.bridge import Bridge
from app.ui.commands import join_commands
from app.ui.counting import CountLine
from app.ui.describing import Describing
from app.ui.drop_target import DropTarget
from app.ui.fact_writing import FactWriting
from app.ui.keeping import Kept
from app.ui.navigation import Navigator
from app.ui.photo_menu import PhotoDesk
from app.ui.rooms import Rooms
from app.ui.search_desk import SearchDesk
from app.ui.searching import SearchFlow
from app.ui.undo import Happening, UndoList

RECOUNT_MS = 2000
"""Duplicates are counted for the sidebar this long after the last news of them."""


FRAME = 40
"""Room on the screen, in pixels, that the desktop needs for the window's title."""


class MainWindow(QMainWindow):
    """One library's window."""

    def __init__(self, bridge: Bridge, folders: Sequence[str] = ()) -> None:
        super().__init__()
        self.setWindowTitle("Facet")
        self.setMinimumSize(QSize(640, 480))
        self._bridge = bridge
        self._wanted = tuple(folders)
        self._recount = QTimer(self, singleShot=True, interval=RECOUNT_MS)
        self._recount.timeout.connect(self._count_duplicates)
        self._keys_wanted = False  # the photos get the keyboard as soon as there are any
        self.kept = Kept(bridge.library)
        self.rooms = Rooms(bridge)
        self.search = SearchFlow(bridge, self.rooms, self)
        self.ways = Navigator(self.rooms, self.search, self)
        self.counts = CountLine(self.rooms, self.search, self.ways, self)
        self.acts = Acts(bridge, self)
        self.undo_list = UndoList(self)
        self.search_desk = SearchDesk(bridge, self.rooms, self.search, self)
        self.describing = Describing(bridge, self)
        self.writing = FactWriting(bridge, self)
        self.desk = PhotoDesk(self.ways, self.acts, self.describing, self.writing, bridge, self.rooms.status, self)
        self.commands = Actions(self, self.rooms.gallery)
        self.drops = DropTarget(
            self, self.rooms.sidebar_rect, lambda: self.rooms.shown is self.rooms.first_run, lambda: self.ways.is_asking
        )
        self._arrange()
        self._join_engine()
        self._join_rooms()
        self._join_acts()
        self._join_commands()
        self._restore()

    def _arrange(self) -> None:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.rooms.stage, 1)
        column.addWidget(self.rooms.status_rule)
        column.addWidget(self.rooms.status)
        self.setCentralWidget(middle)
        self.rooms.more.setMenu(main_menu(self.commands, self))
        self.rooms.not_opened.add_button(self.tr("Try again"), self._try_again, main=True)
        self.rooms.not_opened.add_button(self.tr("Quit"), self.close)

    def _join_engine(self) -> None:
        bridge = self._bridge
        bridge.opened.connect(self._opened)
        bridge.not_opened.connect(self._not_opened)
        bridge.folders_changed.connect(self._folders_changed)
        bridge.progress.connect(self.rooms.status.show_progress)
        bridge.duplicates_changed.connect(self._recount.start)
        bridge.folders_changed.connect(self._recount.start)
        bridge.problem.connect(self._problem)
        bridge.failed.connect(self._failed)

    def _join_rooms(self) -> None:
        rooms = self.rooms
        rooms.sidebar.add_asked.connect(self.choose_folder)
        rooms.sidebar.forget_asked.connect(lambda folder: self.acts.forget([folder]))
        rooms.sidebar.reveal_asked.connect(self.desk.show_in_folder)
        rooms.sidebar.rescan_asked.connect(self.acts.rescan)
        rooms.first_run.choose_asked.connect(self.choose_folder)
        rooms.first_run.start_asked.connect(self.acts.add)
        rooms.unreadable.reveal_asked.connect(self.desk.show_in_folder)
        for info in (rooms.info, rooms.viewing.info):
            info.show_in_folder.connect(self.desk.show_in_folder)
            self.desk.join_tags(info.tags)
            info.caption.happened.connect(self._happened)
            info.caption.failed.connect(rooms.status.show_problem)
            info.caption.title_asked.connect(lambda digest: self.acts.take_titles([bytes(digest)]))
        rooms.viewing.tags_asked.connect(lambda row: self.desk.tag([row]))
        rooms.unreadable.rescan_asked.connect(self.acts.rescan)
        rooms.duplicates.counted.connect(rooms.sidebar.show_duplicates)
        rooms.duplicates.happened.connect(self._happened)
        rooms.duplicates.closed.connect(self.ways.show_photos)
        rooms.duplicates.write_asked.connect(self.writing.write)
        rooms.top_bar.sorted_by.connect(rooms.gallery.set_sort)
        rooms.top_bar.cell_changed.connect(rooms.gallery.set_cell)
        rooms.gallery.zoomed.connect(rooms.top_bar.size_slider.setValue)
        rooms.gallery.counted.connect(self._photos_shown)
        rooms.gallery.folder_wanted.connect(self.choose_folder)
        rooms.gallery.context_asked.connect(self.desk.pop_up)
        rooms.viewing.viewer.trash_asked.connect(lambda row: self.acts.trash([row]))
        rooms.status.undo_asked.connect(self.undo_list.undo_this)
        rooms.status.pause_asked.connect(self._hold)

    def _join_acts(self) -> None:
        for acts in (self.acts, self.describing, self.writing):
            acts.happened.connect(self._happened)
            acts.failed.connect(self.rooms.status.show_problem)
        self.describing.model_wanted.connect(self._model_wanted)
        self.rooms.status.stop_asked.connect(self.describing.stop)
        for teller in (self.rooms.saved, self.search_desk.models):
            teller.happened.connect(self._happened)
        self.rooms.saved.failed.connect(self.rooms.status.show_problem)
        self.acts.folders_added.connect(self._folders_added)
        self.drops.folders.connect(self._take_folders)
        self.drops.pictures.connect(self.ways.ask_pictures)
        self.drops.unlike.connect(self.ways.ask_unlike)
        self.drops.told.connect(self.rooms.status.show_problem)

    def _join_commands(self) -> None:
        join_commands(self)
        self.undo_list.changed.connect(self._show_undo)
        self._show_undo()

    # ---- news of the engine

    @Slot(object)
    def _opened(self, news: Opened) -> None:
        self.counts.set_photos(news.photos)
        if self._wanted:
            self.acts.add(self._wanted)
        if news.folders or self._wanted:
            self._show_library()
        else:
            self.rooms.first_run.suggest()
            self.rooms.show(self.rooms.first_run)

    def _show_library(self) -> None:
        self.rooms.show(self.rooms.browse)
        self.rooms.gallery.show_folder(self.search.folder)
        self._keys_wanted = True
        self.rooms.duplicates.refresh()

    @Slot(object)
    def _not_opened(self, news: NotOpened) -> None:
        title = self.tr("The library cannot be opened")
        self.rooms.not_opened.show_state("warning", title, news.message, role="warning")
        self.rooms.show(self.rooms.not_opened)

    @Slot()
    def _try_again(self) -> None:
        self.rooms.show(self.rooms.nothing)
        self._bridge.start()

    @Slot(object)
    def _folders_changed(self, news: FoldersChanged) -> None:
        self.counts.set_photos(news.photos)
        self.kept.had_folders = bool(news.folders)

    @Slot()
    def _count_duplicates(self) -> None:
        """The number in the sidebar is counted anew when photos came or went, but not while many still come."""
        if self.rooms.status.is_reading:
            self._recount.start()
        else:
            self.rooms.duplicates.refresh()

    @Slot(object)
    def _problem(self, news: Problem) -> None:
        if news.code == "model-missing":
            self._model_wanted(news.message)
            return
        again = news.code in ("disk-full", "library")
        self.rooms.status.show_problem(news.message, self.tr("Try again") if again else "", self._go_on if again else None)

    @Slot(str)
    def _model_wanted(self, message: str) -> None:
        """Something needs a model that is not there; the next step is where models are got."""
        self.rooms.status.show_problem(message, self.tr("Show models"), self.search_desk.show_models)

    def _go_on(self) -> None:
        self._hold(False)
        self.acts.rescan()

    @Slot(object)
    def _failed(self, failure: Failed) -> None:
        self.rooms.status.show_problem(failure.message)

    @Slot(bool)
    def _hold(self, hold: bool) -> None:
        if hold:
            self._bridge.pause()
        else:
            self._bridge.resume()

    # ---- what is told in the status line

    @Slot(int)
    def _photos_shown(self, count: int) -> None:
        """The first photos that are there get the keyboard, unless something is being typed."""
        if self._keys_wanted and count:
            self._keys_wanted = False
            if not self.rooms.search_bar.edit.hasFocus():
                self.rooms.gallery.setFocus()

    @Slot(object)
    def _happened(self, happening: Happening) -> None:
        self.undo_list.add(happening)
        self.rooms.status.show_happening(happening)

    @Slot()
    def _show_undo(self) -> None:
        self.commands["undo"].setEnabled(self.undo_list.can_undo)
        self.commands["redo"].setEnabled(self.undo_list.can_redo)

    # ---- folders and pictures from outside

    @Slot()
    def choose_folder(self) -> None:
        """Let the user choose a folder with the platform's own dialog."""
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder with photos"))
        if folder:
            self._take_folders((folder,))

    @Slot(object)
    def _take_folders(self, folders: Sequence[str]) -> None:
        """A folder for the first page is offered there; anywhere else it is added at once."""
        if self.rooms.shown is self.rooms.first_run:
            for folder in folders:
                self.rooms.first_run.add_folder(folder)
        else:
            self.acts.add(folders)

    @Slot(object)
    def _folders_added(self, _paths: Sequence[str]) -> None:
        if self.rooms.shown is not self.rooms.viewing:
            self._show_library()

    @Slot(object)
    def take_over(self, folders: Sequence[str]) -> None:
        """A later start of Facet hands over its folders; come to the front."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized | Qt.WindowState.WindowActive)
        self.show()
        self.raise_()
        self.activateWindow()
        self.acts.add(folders)

    @Slot()
    def paste(self) -> None:
        """The picture on the clipboard becomes the question."""
        self._paste(unlike=False)

    @Slot()
    def paste_unlike(self) -> None:
        """What is like the picture on the clipboard is left out of what is found."""
        self._paste(unlike=True)

    def _paste(self, *, unlike: bool) -> None:
        if not self.drops.paste(unlike=unlike):
            self.rooms.status.show_happening(Happening(self.tr("There is no picture to paste"), None))

    # ---- the window itself

    @Slot()
    def toggle_full_screen(self) -> None:
        """Take the whole screen, or give it back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes one step back."""
        if event.key() == Qt.Key.Key_Escape:
            if not self.ways.step_back() and self.isFullScreen():
                self.toggle_full_screen()
        else:
            super().keyPressEvent(event)

    def _restore(self) -> None:
        kept = self.kept
        if kept.geometry is None or not self.restoreGeometry(kept.geometry):
            room = self.screen().availableSize() - QSize(2 * theme.S, FRAME)
            self.resize(QSize(1440, 900).boundedTo(room))
        kept.put_on(self.rooms)
        if kept.had_folders or self._wanted:
            self.rooms.show(self.rooms.browse)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember how the window was left."""
        kept = self.kept
        kept.geometry = self.saveGeometry()
        kept.take_from(self.rooms)
        self.rooms.preferences.write()
        super().closeEvent(event)
