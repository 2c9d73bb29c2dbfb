"""The gallery: the photos of a folder by day, or those that a search found, and every state in between."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QPoint, QTimer, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.engine.requests import Failed, FoldersChanged, ListPhotos, Opened, PhotosArrived, PhotosGone, Progress
from app.engine.types import Answer, PhotoRow, Query, SortBy
from app.ui import reasons, theme
from app.ui.bridge import Bridge
from app.ui.gallery import order, states
from app.ui.gallery.header import ResultHeader
from app.ui.gallery.model import PhotoModel
from app.ui.gallery.stage import Stage
from app.ui.gallery.states import State, Step
from app.ui.gallery.thumbnails import Thumbnails
from app.ui.gallery.view import GridView
from app.ui.state_page import StatePage

SEARCHING_MS, LONG_MS = 250, 1500
"""A search is said to go on after the first; where saying it would move the photos, only after both."""
_LIST = "gallery"


class GalleryPage(QWidget):
    """Shows photos and says which are chosen; it never changes one."""

    opened = Signal(object)  # PhotoRow
    selected = Signal(object)  # tuple[PhotoRow, ...]
    counted = Signal(int)
    filters_dropped = Signal()
    whole_wanted = Signal()
    folder_wanted = Signal()
    again_asked = Signal(object)  # Query
    zoomed = Signal(int)
    context_asked = Signal(object, QPoint)  # tuple[PhotoRow, ...], global

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.ground(self, "window")
        self._bridge = bridge
        self._folder: str | None = None
        self._query: Query | None = None
        self._answer: Answer | None = None
        self._shown: Query | None = None
        self._place: tuple[frozenset[int], int] | None = None
        self._with_weak = False
        self._listed = False
        self._has_folders = True
        self._progress: Progress | None = None
        self._sort, self._descending = SortBy.DATE, True
        self.thumbnails = Thumbnails.of(bridge)
        self.model = PhotoModel(self)
        self.view = GridView(self.model, self.thumbnails)
        self.header = ResultHeader()
        self._searching = QTimer(self, singleShot=True)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.stage = Stage(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.stage, 1)
        self.header.hide()
        self.setFocusProxy(self.view)

    def _connect(self) -> None:
        self.view.opened.connect(self._open)
        self.view.zoomed.connect(self.zoomed)
        self.view.context_asked.connect(self._ask_context)
        self.view.selectionModel().selectionChanged.connect(self._say_selected)
        self.model.modelReset.connect(self._say_selected)  # a reset takes the selection away in silence
        self.model.settled.connect(self._settled)
        self.header.weaker_clicked.connect(self._toggle_weaker)
        self.stage.went_on.connect(self._go_on)
        self._searching.timeout.connect(self._show_that_it_searches)
        self._bridge.opened.connect(self._folders_changed)
        self._bridge.folders_changed.connect(self._folders_changed)
        self._bridge.photos_arrived.connect(self._photos_arrived)
        self._bridge.photos_gone.connect(self._photos_gone)
        self._bridge.progress.connect(self._progressed)

    # ---- what the window asks

    def show_folder(self, folder: str | None) -> None:
        """Show the photos of a folder and of those below it; None shows all."""
        self._searching.stop()
        self._keep_place(self._listed and folder == self._folder)
        self._folder, self._query, self._answer, self._listed = folder, None, None, False
        self._bridge.ask(ListPhotos(folder, self._sort, self._descending), self._take_list, self._list_failed, replaces=_LIST)

    def show_searching(self, query: Query) -> None:
        """A search has begun; what is shown stays until its answer, and only after a while it is said."""
        self._query = query
        self._searching.start(SEARCHING_MS)

    def show_answer(self, answer: Answer, query: Query) -> None:
        """Show what a search found, the weaker matches only when asked for."""
        again = self._answer is not None and query == self._shown
        self._with_weak &= again
        self._keep_place(again)
        self._searching.stop()
        self._shown = query
        self._query, self._answer = query, answer
        self._show_hits()

    def show_failure(self, message: str) -> None:
        """Say that something could not be done, with a way to try again."""
        self._searching.stop()
        self._show_state(states.failure(message))

    def show_no_text(self) -> None:
        """Say that the photo whose text was asked for has none."""
        self._searching.stop()
        self._show_state(states.no_text())

    def set_sort(self, sort: SortBy, descending: bool) -> None:
        """Order the photos of folders; what a search found stays best first."""
        if (sort, descending) != (self._sort, self._descending):
            self._sort, self._descending = sort, descending
            if self._query is None:
                self.show_folder(self._folder)

    @property
    def shows_photos(self) -> bool:
        """Whether photos are in front, not a state."""
        return self.stage.on_photos and self.model.rowCount() > 0

    def set_cell(self, side: int) -> None:
        """Make thumbnails about `side` pixels wide."""
        self.view.set_cell(side)

    def rows(self) -> tuple[PhotoRow, ...]:
        """All photos shown, in order."""
        return self.model.photos()

    def selection(self) -> tuple[PhotoRow, ...]:
        """The chosen photos, in order."""
        return self.view.chosen()

    def select(self, photo_id: int) -> None:
        """Choose one photo and bring it into sight, as after the viewer was on it."""
        row = self.model.row_of(photo_id)
        if row is not None:
            index = self.model.index(row)
            self.view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.view.scrollTo(index)

    def _keep_place(self, keep: bool) -> None:
        """The same photos will be shown anew: what is chosen and looked at stays."""
        chosen = frozenset(photo.photo_id for photo in self.view.chosen())
        self._place = (chosen, self.view.verticalOffset()) if keep else None

    def _restore_place(self) -> None:
        if self._place is None:
            return
        (chosen, value), self._place = self._place, None
        selection = self.view.selectionModel()
        for photo_id in chosen:
            row = self.model.row_of(photo_id)
            if row is not None:
                selection.select(self.model.index(row), QItemSelectionModel.SelectionFlag.Select)
        self.view.doItemsLayout()
        self.view.verticalScrollBar().setValue(value)

    # ---- folders

    def _take_list(self, rows: tuple[PhotoRow, ...]) -> None:
        self._listed = True
        self.model.set_rows(rows, self._sort, self._descending)
        self.header.hide()

    def _list_failed(self, failure: Failed) -> None:
        self.show_failure(failure.message)

    @Slot()
    def _settled(self) -> None:
        """The list is as long as it will be for now."""
        count = self.model.rowCount()
        self._restore_place()
        self.counted.emit(count)
        if self._answer is not None:
            self._show_found()
        elif self._listed:
            self._show_photos() if count else self._show_empty()

    def _show_photos(self) -> None:
        self.stage.show_photos()

    def _show_empty(self) -> None:
        self._show_state(states.empty(self._folder, self._has_folders, self._progress))

    # ---- searches

    def _show_hits(self) -> None:
        assert self._answer is not None and self._query is not None
        self.view.delegate.mark = reasons.mark if self._query.images else reasons.words_mark
        self.model.set_hits(hit for hit in self._answer.hits if self._with_weak or not hit.weak)

    def _show_found(self) -> None:
        assert self._answer is not None and self._query is not None
        count, weak = self.model.rowCount(), sum(hit.weak for hit in self._answer.hits)
        remark, warning = self._remark()
        if not count:
            self._show_state(states.nothing_found(self._query, weak, remark))
            return
        self._show_photos()
        shown = min(weak, count) if self._with_weak else 0
        weaker = states.weaker(self._with_weak) if weak else ""
        self.header.show_found(states.found(self._query, count, shown), weaker, remark, warning=warning)

    def _remark(self) -> tuple[str, bool]:
        assert self._answer is not None
        if self._answer.failed:
            return self._answer.failed[0][1], True
        assert self._query is not None
        return states.still_reading(self._progress) or states.not_looked_closely(self._query, self._progress), False

    @Slot()
    def _toggle_weaker(self) -> None:
        self._with_weak = not self._with_weak
        if self._answer is not None:
            self._show_hits()

    @Slot()
    def _show_that_it_searches(self) -> None:
        if not self.shows_photos:
            self._show_state(states.searching())
        elif self.header.isHidden() and self._searching.interval() == SEARCHING_MS:
            self._searching.start(LONG_MS)  # a line that comes moves the photos down: only where it takes long
        else:
            self.header.show_searching()

    # ---- states

    @property
    def state_page(self) -> StatePage | None:
        """The page that stands instead of the photos; None while they are in front."""
        return self.stage.page

    def _show_state(self, state: State) -> None:
        self.header.hide()
        self.stage.show_state(state)

    @Slot(object)
    def _go_on(self, step: Step) -> None:
        if step is Step.ADD_FOLDER:
            self.folder_wanted.emit()
        elif step is Step.DROP_CONDITIONS:
            self.filters_dropped.emit()
        elif step is Step.SHOW_WEAKER:
            self._toggle_weaker()
        elif step is Step.WHOLE_PICTURE:
            self.whole_wanted.emit()
        elif self._query is not None:
            self.again_asked.emit(self._query)
        else:
            self.show_folder(self._folder)

    # ---- news

    @Slot(object)
    def _folders_changed(self, news: Opened | FoldersChanged) -> None:
        self._has_folders = bool(news.folders)

    @Slot(object)
    def _photos_arrived(self, news: PhotosArrived) -> None:
        for row in news.rows:
            self.thumbnails.refresh(row.digest)
        if self._listed or self._answer is not None:
            self.model.arrive(row for row in news.rows if order.is_under(row.path, self._folder))

    @Slot(object)
    def _photos_gone(self, news: PhotosGone) -> None:
        self.model.remove(news.photo_ids)

    @Slot(object)
    def _progressed(self, news: Progress) -> None:
        was, self._progress = states.is_reading(self._progress), news
        if self._listed and not self.model.rowCount() and was != states.is_reading(news):
            self._show_empty()
        elif self._answer is not None and not self.header.isHidden():
            self._show_found()

    # ---- what the user does

    @Slot(int)
    def _open(self, row: int) -> None:
        self.opened.emit(self.model.photo(row))

    @Slot()
    def _say_selected(self) -> None:
        self.selected.emit(self.view.chosen())

    @Slot(QPoint)
    def _ask_context(self, at: QPoint) -> None:
        rows = self.view.chosen()
        if rows:
            self.context_asked.emit(rows, at)
