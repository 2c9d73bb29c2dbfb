"""The chosen group beside the list of groups, or two of its photos side by side; and what the keys do there."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.engine.copies import DuplicateGroup, DuplicateKind
from app.ui.bridge import Bridge
from app.ui.duplicates.acts import Acts
from app.ui.duplicates.beside import Beside
from app.ui.duplicates.compare import Compare, Way
from app.ui.duplicates.foresight import Foresight
from app.ui.duplicates.group_view import GroupView
from app.ui.duplicates.keys import Keys
from app.ui.duplicates.listing import Listing
from app.ui.duplicates.pictures import Pictures
from app.ui.duplicates.pile import Pile
from app.ui.duplicates.removing import Removing
from app.ui.duplicates.review import Review, key
from app.ui.duplicates.review_keys import compare_help, group_help, key_table
from app.ui.duplicates.sieve import Sieve

_NARROW_FROM = 900  # pixels of width below which the list is narrower
_CARDS_AT_ONCE = 24
_SEEN = 16  # groups from the one that is looked at down, of which one stays where it is


class Reviewing(QStackedWidget):
    """Shows the groups of a pile and lets the person decide about the chosen one."""

    happened = Signal(object)  # Happening
    marked = Signal()  # the marks of a photo were changed
    listed = Signal()  # other groups are listed
    closed = Signal()

    def __init__(self, bridge: Bridge, pile: Pile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pile = pile
        self._busy = False
        self._current: DuplicateGroup | None = None
        self.pictures = Pictures(bridge, "duplicates", self)
        self._acts = Acts(bridge, pile, self)
        self.removing = Removing(bridge, pile, self)
        self.listing = Listing(pile, self.pictures, self)
        self.model, self.list = self.listing.model, self.listing.list
        self.foresight = Foresight(self.removing, self)
        self.view = GroupView(self.pictures, self)
        self.compare = Compare(bridge, self.pictures, self)
        self._look = QTimer(self, interval=20, singleShot=True)
        self._keys = Keys(key_table(self), self)
        self.view.help.say(group_help())
        self.compare.help.say(compare_help())
        self._keys.watch(self.list, self.view.grid)
        self.beside = Beside(self.listing, self.view, self._show_all, self)
        self.addWidget(self.beside)
        self.addWidget(self.compare)
        self._connect()

    def _connect(self) -> None:
        self._look.timeout.connect(self._want_thumbnails)
        self.pile.replaced.connect(self._group_replaced)
        self.listing.sifted.connect(self.sift)
        self.foresight.said.connect(self.view.foresee)
        self.list.chosen.connect(self._chosen)
        self.list.seen.connect(self._look.start)
        self.pictures.came.connect(self.list.viewport().update)
        for acts in (self._acts, self.removing):
            acts.happened.connect(self.happened)
            acts.refused.connect(self.view.say)
            acts.busy.connect(self._set_busy)
        self.view.act_asked.connect(self.act)
        self.view.not_duplicates_asked.connect(self.not_duplicates)
        self.view.keep_all_asked.connect(self.keep_all)
        self.view.compare_asked.connect(self.compare_closely)
        self.view.marks_changed.connect(self._marks_changed)
        self.compare.closed.connect(self._close_compare)
        self.compare.mark_asked.connect(self.view.toggle_photo)

    # ---- showing

    @property
    def sieve(self) -> Sieve:
        """Which groups are listed."""
        return self.listing.sieve

    def fill(self, chosen: DuplicateGroup | None = None, sieve: Sieve | None = None, row: int = 0) -> None:
        """List the groups that pass a sieve (the one before by default) and choose one, or that row where it is not listed."""
        self.listing.fill(sieve or self.sieve, chosen, row)
        self._filled()

    def renew(self) -> None:
        """Show what is new in the pile.

        The group that is reviewed keeps its marks and its chosen photo, and what is looked at its place on the screen. Where the
        group is gone, the one that takes its place is next.
        """
        row, shown, held = self.list.row, self._current, self.list.held
        offset, seen = self.list.offset(held), self.model.groups[held : held + _SEEN]
        same = self.pile.like(shown) if shown is not None else None
        if shown is not None and same is None:
            self.setCurrentWidget(self.beside)  # what was compared is not there any more
        elif shown is not None and same is not None and key(same) != key(shown):
            self.pile.remember(self.view_of(shown).carried_to(same))
        self.fill(same, row=row)
        there = (self.listing.row_of(now) for group in seen if (now := self.pile.like(group)) is not None)
        self.list.restore_offset(next((found for found in there if found >= 0), held), offset)

    def view_of(self, group: DuplicateGroup) -> Review:
        """The marks of a group as they are seen, where it is the one that is shown."""
        review = self.view.model.review
        return review if review is not None and key(review.group) == key(group) else self.pile.review(group)

    @Slot(object)
    def sift(self, sieve: Sieve) -> None:
        """List other groups and go on with the same one, if it is among them."""
        self.fill(self._current, sieve)

    def set_kind(self, kind: DuplicateKind | None) -> None:
        """List groups of one kind, or of all."""
        if kind is not self.sieve.kind:
            self.sift(replace(self.sieve, kind=kind))

    @Slot()
    def _show_all(self) -> None:
        self.sift(Sieve(order=self.sieve.order))
        self.take_focus()

    def take_out(self, group: DuplicateGroup) -> None:
        """A group is gone: the one after it is next."""
        row = self.listing.row_of(group)
        if row < 0:
            return
        self._current = None
        self.listing.take_out(row)
        self.view.set_place(self.list.row, self.model.rowCount())
        self._filled()

    def _filled(self) -> None:
        there = bool(self.model.rowCount())
        if not there:
            self._current = None
            self.setCurrentWidget(self.beside)
        self.beside.show_group(there)
        self.listed.emit()
        self._look.start()

    @Slot(int)
    def _chosen(self, row: int) -> None:
        group = self.model.groups[row]
        review = self.pile.review(group)
        review.group = group  # what is known of the same files may have become more
        before, self._current = self._current, group
        if before is not None and key(group) == key(before):
            self.view.refresh(review)
        else:
            self.view.show_review(review, same=before is not None and len({*key(before)}.intersection(key(group))) > 1)
            self.foresight.look(review)
        self.view.set_place(row, self.model.rowCount())
        if self.currentWidget() is self.compare:
            self._show_compared()
        self._look.start()

    def _show_compared(self) -> None:
        review, photo = self.view.model.review, self.view.current
        if review is not None and photo is not None:
            self.compare.show_photos(review, photo)

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
            self.removing.trash(self._review())

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
    def not_this_one(self) -> None:
        """Remember that the chosen photo is not a copy of the others."""
        photo = self.view.current
        if self._can_act() and photo is not None and not self._acts.not_a_copy(self._review(), photo):
            self.view.say(self.tr("Another file of this group is the same to the last byte."))

    @Slot()
    def keep_all(self) -> None:
        """Remember that all of the chosen group stay."""
        if self._can_act():
            self._acts.keep_all(self._review())

    @Slot()
    def compare_closely(self) -> None:
        """Two photos of the chosen group side by side; once more closes it."""
        if self.currentWidget() is self.compare:
            self._close_compare()
        elif self._can_act():
            self.compare.look.fit()
            self.setCurrentWidget(self.compare)
            self.compare.setFocus()
            self._show_compared()

    def compare_in(self, way: Way) -> None:
        """Compare in this way; once more, photos that stand in one place change it."""
        if self.currentWidget() is not self.compare:
            self.compare.way = way
            self.compare_closely()
        elif way is Way.SWITCH:
            self.compare.switch()
        else:
            self.compare.set_way(way)

    @Slot()
    def _close_compare(self) -> None:
        self.setCurrentWidget(self.beside)
        self.view.grid.setFocus()

    def _can_act(self) -> bool:
        return not self._busy and self.currentWidget() is self.beside and self._current is not None

    def _review(self) -> Review:
        assert self.view.model.review is not None
        return self.view.model.review

    @Slot(bool)
    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.view.set_busy(busy)

    @Slot()
    def _marks_changed(self) -> None:
        self.pile.remember(self._review())
        self.model.refresh(self.list.row)
        self.foresight.look(self._review())
        self.marked.emit()
        if self.currentWidget() is self.compare:
            self._show_compared()

    def step_group(self, by: int) -> None:
        self.list.choose(self.list.row + by)

    def step_card(self, by: int) -> None:
        self.view.step(-by if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else by)
        if self.currentWidget() is self.compare:
            self._show_compared()

    def leave(self) -> None:
        if self.currentWidget() is self.compare:
            self._close_compare()
        else:
            self.closed.emit()

    @Slot(object, object)
    def _group_replaced(self, group: DuplicateGroup, other: DuplicateGroup) -> None:
        row = self.listing.row_of(group)
        if row >= 0:
            self.pile.remember(self.pile.review(group).carried_to(other))
            self.model.replace(row, other)
            if row == self.list.row:
                self._chosen(row)

    # ---- Qt

    def take_focus(self) -> None:
        """Let the keys work at once."""
        (self.compare if self.currentWidget() is self.compare else self.view.grid).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Pictures are asked for when they can be seen."""
        super().showEvent(event)
        self.pictures.try_again()
        self._look.start()
        self.view.want_previews()
        self.take_focus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The list gives way to the photos in a narrow window."""
        super().resizeEvent(event)
        self.listing.set_narrow(self.width() < _NARROW_FROM)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no part of the page took."""
        if not self._keys.handle(event):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """The page's keys go before the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._keys.handle(event):
            return True
        return super().event(event)
