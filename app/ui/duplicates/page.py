"""The duplicates page: groups on the left, the chosen one large, one button that says what it will do."""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from app.engine.copies import DuplicateGroup
from app.engine.requests import ActProgress, Failed, FindDuplicates, Progress
from app.ui import theme
from app.ui.bridge import Bridge
from app.ui.duplicates import says
from app.ui.duplicates.bulk import BulkPage
from app.ui.duplicates.decisions_page import DecisionsPage
from app.ui.duplicates.header import Header
from app.ui.duplicates.moved_page import MovedPage
from app.ui.duplicates.pile import Pile
from app.ui.duplicates.reviewing import Reviewing
from app.ui.duplicates.rules_desk import RulesDesk
from app.ui.duplicates.rules_dialog import RulesDialog
from app.ui.duplicates.sieve import Sieve
from app.ui.state_page import StatePage

_COALESCE_MS = 700
_REST = 3
"""So many times as long as the last answer took the engine has rest from this page, while photos come and go."""
_LONGEST_REST_MS = 30_000


class DuplicatesPage(QWidget):
    """Finds and shows groups of duplicates. Unless `refresh` is called, nothing is asked while the page is hidden."""

    counted = Signal(int)  # groups that wait
    happened = Signal(object)  # Happening
    closed = Signal()
    write_asked = Signal(object)  # paths of photos whose files are to say what the photos were given

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.ground(self, "window")
        self._bridge = bridge
        self._stale, self._asking, self._again = True, False, False  # must ask, has asked, must ask once more
        self._loaded, self._reading, self._done_any = False, False, False
        self._failure = ""
        self._asked_at = 0.0  # s
        self._read = self._asked_read = False  # all files were read since the last question, were when it was asked
        self.pile = Pile(self)
        self.header = Header(self)
        self.reviewing = Reviewing(bridge, self.pile, self)
        self.bulk = BulkPage(self.pile, self.reviewing.removing, self)
        self.moved = MovedPage(bridge, self)
        self.decided = DecisionsPage(bridge, self)
        self.rules = RulesDesk(bridge, self)
        self.state = StatePage(self)
        self._back = self.state.add_button(self.tr("Back to the photos"), self.closed.emit)
        self._before = self.state.add_button(self.tr("What was moved before"), self._show_moved)
        self._decided = self.state.add_button(self.tr("Decided before"), self._show_decided)
        self._retry = self.state.add_button(self.tr("Try again"), self.refresh, main=True)
        self._soon = QTimer(self, interval=_COALESCE_MS, singleShot=True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lay_out()
        self._connect()
        self._show_state()

    def _lay_out(self) -> None:
        self.stack = QStackedWidget()
        for room in (self.reviewing, self.state, self.bulk, self.moved, self.decided):
            self.stack.addWidget(room)
        line = QFrame()
        theme.kind(line, "rule")
        line.setFixedHeight(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(line)
        whole.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self._soon.timeout.connect(self.refresh)
        self._bridge.duplicates_changed.connect(self._duplicates_changed)
        self._bridge.progress.connect(self._progressed)
        self._bridge.indexing_ended.connect(self._all_read)
        self.pile.sifted.connect(self._sifted)
        self.pile.left.connect(self._group_left)
        self.pile.returned.connect(self._group_returned)
        self.pile.replaced.connect(self._show_counts)
        self.header.kind_chosen.connect(self._kind_chosen)
        self.reviewing.marked.connect(self._show_counts)
        self.reviewing.listed.connect(self._listed)
        self.reviewing.happened.connect(self.happened)
        self.reviewing.closed.connect(self.closed)
        self.reviewing.removing.ended.connect(self._note_done)
        self.reviewing.removing.progressed.connect(self._tell_progress)
        self.reviewing.removing.write_asked.connect(self.write_asked)
        listing = self.reviewing.listing
        listing.plan_asked.connect(self._show_plan)
        for asker in (listing, self.bulk):
            asker.moved_asked.connect(self._show_moved)
        listing.decided_asked.connect(self._show_decided)
        listing.rules_asked.connect(self.show_rules)
        self.rules.changed.connect(lambda: self.reviewing.view.model.set_rules(self.rules.rules))
        self.rules.happened.connect(self.happened)
        self.moved.happened.connect(self.happened)
        self.moved.gone.connect(self._gone_again)
        self.moved.back.connect(self.pile.brought_back)
        self.decided.happened.connect(self.happened)
        self.decided.taken_back.connect(self.pile.offer_again)
        for room in (self.bulk, self.moved, self.decided):
            room.closed.connect(self._back_to_groups)

    # ---- asking

    @Slot()
    def refresh(self) -> None:
        """Ask for the groups anew; what is being reviewed stays where it is."""
        self._soon.stop()
        if self._asking:
            self._again = True
            return
        self._stale, self._asking, self._failure = False, True, ""
        self._asked_at = monotonic()
        self._asked_read, self._read = self._read, False
        self.rules.refresh()
        self._bridge.ask(FindDuplicates(), self._found, self._failed)
        self._show_state()

    def _found(self, groups: tuple[DuplicateGroup, ...]) -> None:
        self._answered()
        self._loaded = True
        if self._asked_read:
            self.pile.settle()
        self.pile.take(groups)

    def _failed(self, failure: Failed) -> None:
        self._answered()
        self._stale, self._read = True, self._read or self._asked_read
        if self.pile.groups:
            self.reviewing.view.say(failure.message)
        else:
            self._loaded, self._failure = False, failure.message
        self._show_state()

    def _answered(self) -> None:
        self._asking = False
        took_ms = 1000 * (monotonic() - self._asked_at)
        self._soon.setInterval(round(min(max(_COALESCE_MS, _REST * took_ms), _LONGEST_REST_MS)))
        if self._again:
            self._again = False
            self._duplicates_changed(None)

    @Slot(object)
    def _duplicates_changed(self, _event: object) -> None:
        self._stale = True
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    @Slot(object)
    def _all_read(self, _event: object) -> None:
        """An answer that was asked for before may not know of files that came back."""
        self._read = True

    @Slot(object)
    def _progressed(self, progress: Progress) -> None:
        reading = progress.looking or progress.done < progress.total
        if reading != self._reading:
            self._reading = reading
            self._show_counts()
            self._show_state()

    # ---- other rooms

    @Slot()
    def _show_plan(self) -> None:
        self.bulk.plan_for(self.reviewing.model.groups)
        self.stack.setCurrentWidget(self.bulk)
        self.bulk.setFocus()

    @Slot()
    def _show_moved(self) -> None:
        self.stack.setCurrentWidget(self.moved)

    @Slot()
    def _show_decided(self) -> None:
        self.stack.setCurrentWidget(self.decided)

    @Slot()
    def show_rules(self) -> None:
        """Let the person choose which copy is kept."""
        RulesDialog(self.rules, self).show()

    @Slot()
    def _back_to_groups(self) -> None:
        self.stack.setCurrentWidget(self.reviewing if self.pile.groups else self.state)
        self._show_state()
        self.setFocus()

    @Slot()
    def _note_done(self) -> None:
        self._done_any = True

    @Slot(object)
    def _tell_progress(self, progress: ActProgress) -> None:
        """Long moves, also back, are told while they last."""
        if progress.done < progress.total:
            self.header.say(says.progress(progress.done, progress.total))
        else:
            self._show_counts()

    @Slot(object)
    def _gone_again(self, paths: tuple[str, ...]) -> None:
        self.pile.moved(paths)
        self.pile.sift_again()

    # ---- showing

    @Slot()
    def _sifted(self) -> None:
        self._show_counts()
        self.reviewing.renew()
        self._show_state()

    @Slot(object)
    def _group_left(self, group: DuplicateGroup) -> None:
        self._done_any = True
        self.reviewing.take_out(group)
        self._show_counts()
        self._show_state()

    @Slot(object)
    def _group_returned(self, group: DuplicateGroup) -> None:
        self._read = self._asked_read = False  # what was read until now may be without its files
        if not self.reviewing.sieve.passes(group):
            self.header.choose(None)
            self.reviewing.fill(group, Sieve(order=self.reviewing.sieve.order))
        else:
            self.reviewing.fill(group)
        self._show_counts()
        self._show_state()

    @Slot(object)
    def _kind_chosen(self, _kind: object) -> None:
        self.reviewing.set_kind(self.header.kind)

    @Slot()
    def _listed(self) -> None:
        self.header.choose(self.reviewing.sieve.kind)
        self._show_counts()

    @Slot()
    def _show_counts(self) -> None:
        count = len(self.pile.groups)
        self.header.show_kinds(self.pile.counts)
        self.reviewing.set_kind(self.header.kind)  # the last group of the chosen kind may have gone
        listed = self.reviewing.model.rowCount()
        summary = says.summary(count, self.pile.frees, listed) if count else ""
        if self._reading and count:
            summary += says.DOT + self.tr("photos are still being read, more may be found")
        self.header.say(summary)
        if self._loaded:
            self.counted.emit(count)

    def _show_state(self) -> None:
        if self.stack.currentWidget() in (self.bulk, self.moved, self.decided):
            return  # these are left by the person alone
        if not self.pile.groups:
            self._say_state()
            self.stack.setCurrentWidget(self.state)
        elif self.stack.currentWidget() is self.state:
            self.stack.setCurrentWidget(self.reviewing)

    def _say_state(self) -> None:
        self._retry.setVisible(bool(self._failure))
        if self._failure:
            self.state.show_state("warning-circle", self.tr("Duplicates could not be looked for"), self._failure, role="warning")
        elif not self._loaded:
            sentence = self.tr("Same files, smaller copies, edited, cut, turned and mirrored ones.")
            self.state.show_state("copy-simple", self.tr("Looking for duplicates…"), sentence)
        elif self._reading:
            sentence = self.tr("Photos are still being read; more may be found.")
            self.state.show_state("copy-simple", self.tr("No duplicates so far"), sentence)
        elif self._done_any:
            self.state.show_state("check-circle", self.tr("All done"), self.tr("Every group has been reviewed."))
        else:
            self.state.show_state("check-circle", self.tr("No duplicates"), self.tr("No photo was found twice."))

    def showEvent(self, event: QShowEvent) -> None:
        """Ask when something may have changed while the page was hidden."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Hand the keys on to what can use them."""
        shown = self.stack.currentWidget()
        if shown is self.reviewing:
            self.reviewing.take_focus()
        elif shown in (self.bulk, self.moved, self.decided):
            shown.setFocus()
        else:
            self._back.setFocus()
