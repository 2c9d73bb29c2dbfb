"""What can be done with a group, each with its way back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import PurePath

from PySide6.QtCore import QObject, Signal

from app.engine.copies import DuplicateGroup, GroupPhoto
from app.engine.removals import TrashReport
from app.engine.requests import Failed, MoveToTrash, NotDuplicates, UndoTrash
from app.engine.types import Unreadable
from app.ui import words
from app.ui.bridge import Bridge
from app.ui.duplicates.pile import Pile
from app.ui.duplicates.review import Review, without
from app.ui.undo import Happening

Pair = tuple[bytes, bytes]


class Acts(QObject):
    """Asks the engine to do what the person decided, and keeps the pile in step."""

    happened = Signal(object)  # Happening
    refused = Signal(str)
    busy = Signal(bool)

    def __init__(self, bridge: Bridge, pile: Pile, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._pile = bridge, pile

    def trash(self, review: Review) -> None:
        """Move the photos that were marked so to the trash; one that stays is always named as the reason."""
        leaving = tuple(photo.path for photo in review.leaving)
        keepers = tuple(photo.path for photo in review.keepers)
        if not leaving or not keepers:
            return
        self.busy.emit(True)
        self._bridge.ask(MoveToTrash(leaving, keepers), partial(self._trashed, review.group), self._failed)

    def not_duplicates(self, review: Review) -> None:
        """Remember that the photos of this group are different ones."""
        digests = tuple(dict.fromkeys(photo.digest for photo in review.group.photos))
        if len(digests) < 2:
            return
        self.busy.emit(True)
        self._bridge.ask(NotDuplicates(digests), partial(self._remembered, review.group, digests), self._failed)

    def not_a_copy(self, review: Review, photo: GroupPhoto) -> bool:
        """Remember that one photo is none of the others; False where another file has the same bytes, and it is."""
        others = tuple(dict.fromkeys(other.digest for other in review.group.photos if other.path != photo.path))
        if photo.digest in others:
            return False
        pairs = tuple((photo.digest, other) for other in others)
        rest = without(review.group, {photo.path})
        self.busy.emit(True)
        self._each(pairs, partial(self._left_out, review.group, rest, photo, pairs))
        return True

    def _each(self, pairs: tuple[Pair, ...], done: Callable[[], None], *, undo: bool = False) -> None:
        """Remember pair after pair, or forget it."""
        if not pairs:
            done()
            return
        failed = self._not_undone if undo else self._failed
        self._bridge.ask(NotDuplicates(pairs[0], undo), lambda _none: self._each(pairs[1:], done, undo=undo), failed)

    def _left_out(self, group: DuplicateGroup, rest: DuplicateGroup | None, photo: GroupPhoto, pairs: tuple[Pair, ...]) -> None:
        self.busy.emit(False)
        row = self._pile.row_of(group)
        self._pile.set_aside(group)
        if rest is None:
            self._pile.remove(group)
        else:
            self._pile.replace(group, rest)
        text = self.tr("Remembered: %1 is not a copy.").replace("%1", PurePath(photo.path).name)

        def taken_back() -> None:
            if rest is not None and (now := self._pile.like(rest)) is not None:
                self._pile.remove(now)
            self._take_up(row, group)

        self.happened.emit(Happening(text, lambda: self._each(pairs, taken_back, undo=True)))

    def keep_all(self, review: Review) -> None:
        """Leave the group out for now."""
        row = self._pile.row_of(review.group)
        self._pile.set_aside(review.group)
        self._pile.remove(review.group)
        text = self.tr("%1 kept as they are for now.").replace("%1", words.photos(len(review.group.photos)))
        self.happened.emit(Happening(text, partial(self._take_up, row, review.group)))

    def _trashed(self, group: DuplicateGroup, report: TrashReport) -> None:
        self.busy.emit(False)
        row = self._pile.row_of(group)
        if report.moved:
            self._leave(group, report)
            text = self.tr("%1 moved to the trash, %2 freed.")
            text = text.replace("%2", words.size(report.freed)).replace("%1", words.photos(len(report.moved)))
            self.happened.emit(Happening(text, partial(self._undo_trash, report, row, group)))
        if report.refused:
            self.refused.emit(self._why_refused(report.refused))

    def _leave(self, group: DuplicateGroup, report: TrashReport) -> None:
        rest = without(group, set(report.moved))
        self._pile.moved(report.moved)
        if rest is not None and report.refused:
            self._pile.replace(group, rest)
            return
        if rest is not None:  # several were kept on purpose, so they are not offered again
            self._pile.set_aside(rest)
        self._pile.remove(group)

    def _why_refused(self, refused: tuple[Unreadable, ...]) -> str:
        first = f"{PurePath(refused[0].path).name}: {refused[0].reason}"
        if len(refused) == 1:
            return first
        return self.tr("%1 (and %2 more)").replace("%2", words.number(len(refused) - 1)).replace("%1", first)

    def _undo_trash(self, report: TrashReport, row: int, group: DuplicateGroup) -> None:
        self._bridge.ask(UndoTrash(report.act), partial(self._restored, report, row, group), self._not_undone)

    def _restored(self, report: TrashReport, row: int, group: DuplicateGroup, paths: tuple[str, ...]) -> None:
        self._pile.brought_back(report.moved)
        rest = without(group, set(report.moved))
        if rest is not None:
            self._pile.take_up(rest)
        if set(report.moved) <= set(paths):  # else some have got another name, and the engine finds the group anew
            self._pile.put_back(row, group, report.moved)
        self.happened.emit(Happening(self.tr("%1 brought back.").replace("%1", words.photos(len(paths))), None))

    def _remembered(self, group: DuplicateGroup, digests: tuple[bytes, ...], _answer: None) -> None:
        self.busy.emit(False)
        row = self._pile.row_of(group)
        self._pile.set_aside(group)
        self._pile.remove(group)
        text = self.tr("Remembered: %1 that are not duplicates.").replace("%1", words.photos(len(group.photos)))
        self.happened.emit(Happening(text, partial(self._undo_not_duplicates, digests, row, group)))

    def _undo_not_duplicates(self, digests: tuple[bytes, ...], row: int, group: DuplicateGroup) -> None:
        def done(_answer: None) -> None:
            self._take_up(row, group)

        self._bridge.ask(NotDuplicates(digests, undo=True), done, self._not_undone)

    def _take_up(self, row: int, group: DuplicateGroup) -> None:
        self._pile.take_up(group)
        self._pile.put_back(row, group)

    def _failed(self, failure: Failed) -> None:
        self.busy.emit(False)
        self.refused.emit(failure.message)

    def _not_undone(self, failure: Failed) -> None:
        self.happened.emit(Happening(failure.message, None))
