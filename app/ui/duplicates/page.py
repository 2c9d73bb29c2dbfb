"""The duplicates page: groups on the left, the chosen one large, one button that says what it will do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.engine.requests import Failed, FindDuplicates, Progress
from app.engine.types import DuplicateGroup, GroupPhoto
from app.ui import theme
from app.ui.bridge import Bridge
from app.ui.duplicates import says
from app.ui.duplicates.acts import Acts
from app.ui.duplicates.compare import STEP, Compare
from app.ui.duplicates.group_list import NARROW, WIDTH, GroupList, GroupModel
from app.ui.duplicates.group_view import GroupView
from app.ui.duplicates.header import Header
from app.ui.duplicates.keys import Act, Keys
from app.ui.duplicates.pictures import Pictures
from app.ui.duplicates.pile import Pile
from app.ui.duplicates.review import Review, key
from app.ui.state_page import StatePage

_COALESCE_MS = 700
_NARROW_FROM = 900  # pixels of page width below which the list is narrower
_CARDS_AT_ONCE = 24
_PAGE = 8  # groups that PageUp and PageDown pass

_Key = Qt.Key


class DuplicatesPage(QWidget):
    """Reviews groups of duplicates. Nothing is asked of the engine before the page is shown, or while it is hidden."""

    counted = Signal(int)  # groups that wait
    happened = Signal(object)  # Happening
    closed = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.ground(self, "window")
        self._bridge = bridge
        self._stale, self._asking, self._again = True, False, False  # must ask, has asked, must ask once more
        self._loaded, self._reading, self._busy, self._done_any = False, False, False, False
        self._failure = ""
        self._current: DuplicateGroup | None = None
        self.pile = Pile(self)
        self.pictures = Pictures(bridge, "duplicates", self)
        self._acts = Acts(bridge, self.pile, self)
        self._make_widgets()
        self._lay_out()
        self._timers()
        self._connect()
        self._keys = Keys(self._key_table(), self)
        self._keys.watch(self.list, self.view.grid)
        self._show_state()

    # ---- building

    def _make_widgets(self) -> None:
        self.header = Header(self)
        self.model = GroupModel(self.pile.frees_of, self)
        self.list = GroupList(self.model, self.pictures, self)
        self.view = GroupView(self.pictures, self)
        self.compare = Compare(self._bridge, self.pictures, self)
        self.state = StatePage(self)
        self._back = self.state.add_button(self.tr("Back to the photos"), self.closed.emit)
        self._retry = self.state.add_button(self.tr("Try again"), self.refresh, main=True)

    def _lay_out(self) -> None:
        review = QWidget()
        sides = QHBoxLayout(review)
        sides.setContentsMargins(0, 0, 0, 0)
        sides.setSpacing(0)
        sides.addWidget(self.list)
        sides.addWidget(_rule(upright=True))
        sides.addWidget(self.view, 1)
        self.stack = QStackedWidget()
        self._review_page = review
        for page in (review, self.compare, self.state):
            self.stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(_rule(upright=False))
        whole.addWidget(self.stack, 1)

    def _timers(self) -> None:
        self._soon = QTimer(self, interval=_COALESCE_MS, singleShot=True)
        self._soon.timeout.connect(self.refresh)
        self._look = QTimer(self, interval=20, singleShot=True)
        self._look.timeout.connect(self._want_thumbnails)

    def _connect(self) -> None:
        self._bridge.duplicates_changed.connect(self._duplicates_changed)
        self._bridge.progress.connect(self._progressed)
        self.pile.sifted.connect(self._sifted)
        self.pile.left.connect(self._group_left)
        self.pile.returned.connect(self._group_returned)
        self.pile.replaced.connect(self._group_replaced)
        self.header.kind_chosen.connect(self._kind_chosen)
        self.list.chosen.connect(self._chosen)
        self.list.seen.connect(self._look.start)
        self.pictures.came.connect(self.list.viewport().update)
        self._acts.happened.connect(self.happened)
        self._acts.refused.connect(self.view.say)
        self._acts.busy.connect(self._set_busy)
        self.view.act_asked.connect(self.act)
        self.view.not_duplicates_asked.connect(self.not_duplicates)
        self.view.keep_all_asked.connect(self.keep_all)
        self.view.compare_asked.connect(self.compare_closely)
        self.view.marks_changed.connect(self._marks_changed)
        self.compare.closed.connect(self._close_compare)
        self.compare.mark_asked.connect(self._toggle)

    def _key_table(self) -> dict[int, Act]:
        step, cards = self._step_group, self._step_card
        return {
            _Key.Key_Up: Act(lambda: step(-1)),
            _Key.Key_Down: Act(lambda: step(1)),
            _Key.Key_PageUp: Act(lambda: step(-_PAGE)),
            _Key.Key_PageDown: Act(lambda: step(_PAGE)),
            _Key.Key_Home: Act(lambda: self.list.choose(0)),
            _Key.Key_End: Act(lambda: self.list.choose(self.model.rowCount())),
            _Key.Key_Left: Act(lambda: cards(-1)),
            _Key.Key_Right: Act(lambda: cards(1)),
            _Key.Key_K: Act(lambda: self.view.mark(True)),
            _Key.Key_T: Act(lambda: self.view.mark(False)),
            _Key.Key_Space: Act(lambda: self.view.toggle(self.view.grid.row), once=True),
            _Key.Key_N: Act(self.not_duplicates, once=True),
            _Key.Key_C: Act(self.compare_closely, once=True),
            _Key.Key_Return: Act(self.act, once=True),
            _Key.Key_Enter: Act(self.act, once=True),
            _Key.Key_Escape: Act(self._leave, once=True),
            _Key.Key_Plus: Act(lambda: self.compare.zoom(STEP)),
            _Key.Key_Equal: Act(lambda: self.compare.zoom(STEP)),
            _Key.Key_Minus: Act(lambda: self.compare.zoom(1 / STEP)),
            _Key.Key_0: Act(self.compare.look.fit),
            _Key.Key_1: Act(self.compare.show_pixels),
        }

    # ---- asking

    @Slot()
    def refresh(self) -> None:
        """Ask for the groups anew; what is being reviewed stays where it is."""
        self._soon.stop()
        if self._asking:
            self._again = True
            return
        self._stale, self._asking, self._failure = False, True, ""
        self._bridge.ask(FindDuplicates(), self._found, self._failed)
        self._show_state()

    def _found(self, groups: tuple[DuplicateGroup, ...]) -> None:
        self._answered()
        self._loaded = True
        self.pile.take(groups)

    def _failed(self, failure: Failed) -> None:
        self._answered()
        self._stale = True
        if self.pile.groups:
            self.view.say(failure.message)
        else:
            self._failure = failure.message
        self._show_state()

    def _answered(self) -> None:
        self._asking = False
        if self._again:
            self._again = False
            self._duplicates_changed(None)

    @Slot(object)
    def _duplicates_changed(self, _event: object) -> None:
        self._stale = True
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    @Slot(object)
    def _progressed(self, progress: Progress) -> None:
        reading = progress.looking or progress.done < progress.total
        if reading != self._reading:
            self._reading = reading
            self._show_counts()
            self._show_state()

    # ---- showing

    @Slot()
    def _sifted(self) -> None:
        """Show the new groups; the one that is reviewed keeps its place on the screen and its marks."""
        row, offset, shown = self.list.row, self.list.offset(), self._current
        same = self.pile.like(shown) if shown is not None else None
        if same is not None and shown is not None and key(same) != key(shown):
            self.pile.remember(self.pile.review(shown).carried_to(same))
        self._fill(same)
        if same is not None:
            self.list.restore_offset(offset)
        else:
            self.list.choose(max(0, row))

    def _fill(self, chosen: DuplicateGroup | None) -> None:
        """List the groups of the chosen kind, and choose one of them."""
        self._show_counts()
        kind = self.header.kind
        self.model.set_groups([g for g in self.pile.groups if kind is None or g.kind is kind])
        row = self._row_of(chosen) if chosen is not None else -1
        if row >= 0:
            self.list.choose(row)
        self._show_state()
        self._look.start()

    def _show_counts(self) -> None:
        count = len(self.pile.groups)
        self.header.show_kinds(self.pile.counts)
        summary = says.summary(count, self.pile.frees) if self._loaded else ""
        if self._loaded and self._reading and count:
            summary += says.DOT + self.tr("photos are still being read, more may be found")
        self.header.say(summary)
        if self._loaded:
            self.counted.emit(count)

    def _show_state(self) -> None:
        if self.model.rowCount():
            if self.stack.currentWidget() is self.state:
                self.stack.setCurrentWidget(self._review_page)
                self.view.grid.setFocus()
            return
        self._current = None
        self._say_state()
        self.stack.setCurrentWidget(self.state)

    def _say_state(self) -> None:
        self._retry.setVisible(bool(self._failure))
        if self._failure:
            self.state.show_state("warning-circle", self.tr("Duplicates could not be looked for"), self._failure, role="warning")
        elif not self._loaded or (self._asking and not self._done_any):
            sentence = self.tr("Same files, smaller copies, edited, turned and mirrored ones.")
            self.state.show_state("copy-simple", self.tr("Looking for duplicates…"), sentence)
        elif self._reading:
            sentence = self.tr("Photos are still being read; more may be found.")
            self.state.show_state("copy-simple", self.tr("No duplicates so far"), sentence)
        elif self._done_any:
            self.state.show_state("check-circle", self.tr("All done"), self.tr("Every group has been reviewed."))
        else:
            self.state.show_state("check-circle", self.tr("No duplicates"), self.tr("No photo was found twice."))

    @Slot(int)
    def _chosen(self, row: int) -> None:
        group = self.model.groups[row]
        review = self.pile.review(group)
        review.group = group  # what is known of the same files may have become more
        same = self._current is not None and key(group) == key(self._current)
        self._current = group
        if same:
            self.view.refresh(review)
        else:
            self.view.show_review(review)
        self.view.set_place(row, self.model.rowCount())
        if self.stack.currentWidget() is self.compare:
            self._show_pair()
        self._look.start()

    @Slot(object)
    def _kind_chosen(self, _kind: object) -> None:
        self._fill(self._current)
        if self._current is None or self._row_of(self._current) < 0:
            self.list.choose(0)

    def _row_of(self, group: DuplicateGroup) -> int:
        return next((row for row, other in enumerate(self.model.groups) if other is group), -1)

    def _show_pair(self) -> None:
        review, photo = self.view.model.review, self.view.current
        if review is not None and photo is not None:
            self.compare.show_pair(review, photo)

    @Slot()
    def _want_thumbnails(self) -> None:
        if not self.isVisible():
            return
        cards = [photo.digest for photo in self.view.model.photos[:_CARDS_AT_ONCE]]
        self.pictures.want_thumbnails(cards + [self.model.groups[row].photos[0].digest for row in self.list.rows_seen()])

    # ---- doing

    @Slot()
    def act(self) -> None:
        """Move the marked photos of the chosen group to the trash."""
        if self._can_act() and self.view.act.isEnabled():
            self._acts.trash(self._review())

    @Slot()
    def not_duplicates(self) -> None:
        """Remember that the chosen group's photos are different ones."""
        if not self._can_act():
            return
        if self.view.not_duplicates.isEnabled():
            self._acts.not_duplicates(self._review())
        else:
            self.view.say(self.tr("These files are the same to the last byte."))

    @Slot()
    def keep_all(self) -> None:
        """Leave the chosen group as it is for now."""
        if self._can_act():
            self._acts.keep_all(self._review())

    @Slot()
    def compare_closely(self) -> None:
        """Two photos of the chosen group side by side; once more closes it."""
        if self.stack.currentWidget() is self.compare:
            self._close_compare()
        elif self._can_act():
            self.compare.look.fit()
            self.stack.setCurrentWidget(self.compare)
            self.compare.setFocus()
            self._show_pair()

    @Slot()
    def _close_compare(self) -> None:
        self.stack.setCurrentWidget(self._review_page)
        self.view.grid.setFocus()

    def _can_act(self) -> bool:
        return not self._busy and self.stack.currentWidget() is self._review_page and self.view.model.review is not None

    def _review(self) -> Review:
        assert self.view.model.review is not None
        return self.view.model.review

    @Slot(bool)
    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.view.set_busy(busy)

    @Slot(object)
    def _toggle(self, photo: GroupPhoto) -> None:
        self.view.toggle(self.view.model.photos.index(photo))

    @Slot()
    def _marks_changed(self) -> None:
        self.pile.remember(self._review())
        self.model.refresh(self.list.row)
        self._show_counts()
        if self.stack.currentWidget() is self.compare:
            self._show_pair()

    def _step_group(self, by: int) -> None:
        self.list.choose(self.list.row + by)

    def _step_card(self, by: int) -> None:
        self.view.step(-by if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else by)
        if self.stack.currentWidget() is self.compare:
            self._show_pair()

    def _leave(self) -> None:
        if self.stack.currentWidget() is self.compare:
            self._close_compare()
        else:
            self.closed.emit()

    # ---- what has become of groups

    @Slot(object)
    def _group_left(self, group: DuplicateGroup) -> None:
        self._done_any = True
        row, kind = self._row_of(group), self.header.kind
        self._show_counts()
        if kind is not self.header.kind:  # the last one of the chosen kind is gone
            self._current = None
            self._fill(None)
            self.list.choose(0)
        elif row >= 0:
            self._current = None
            self.model.remove(row)
            self.list.choose(row)
            self.view.set_place(self.list.row, self.model.rowCount())
        self._show_state()

    @Slot(object)
    def _group_returned(self, group: DuplicateGroup) -> None:
        if self.header.kind is not None and self.header.kind is not group.kind:
            self.header.choose(None)
        self._fill(group)

    @Slot(object, object)
    def _group_replaced(self, group: DuplicateGroup, other: DuplicateGroup) -> None:
        row = self._row_of(group)
        if row < 0:
            return
        self.pile.remember(self.pile.review(group).carried_to(other))
        self.model.replace(row, other)
        if row == self.list.row:
            self._chosen(row)
        self._show_counts()

    # ---- Qt

    def showEvent(self, event: QShowEvent) -> None:
        """Ask when something may have changed while the page was hidden."""
        super().showEvent(event)
        self.pictures.try_again()
        if self._stale:
            self.refresh()
        self._look.start()
        self.view.want_previews()
        self.view.grid.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The list gives way to the photos in a narrow window."""
        super().resizeEvent(event)
        self.list.setFixedWidth(NARROW if self.width() < _NARROW_FROM else WIDTH)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no part of the page took."""
        if not self._keys.handle(event):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """The page's keys go before the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._keys.handle(event):
            return True
        return super().event(event)


def _rule(*, upright: bool) -> QFrame:
    made = QFrame()
    theme.kind(made, "rule")
    if upright:
        made.setFixedWidth(1)
    else:
        made.setFixedHeight(1)
    return made
