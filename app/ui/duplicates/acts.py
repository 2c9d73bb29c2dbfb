"""What the person says of a group without moving a file, each with its way back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import PurePath
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from app.engine.copies import DuplicateGroup, GroupPhoto, KeepAll
from app.engine.requests import Failed, NotDuplicates, Request
from app.ui import words
from app.ui.bridge import Bridge
from app.ui.duplicates.pile import Pile
from app.ui.duplicates.review import Review, without
from app.ui.undo import Happening

Pair = tuple[bytes, bytes]


class Saying(Protocol):
    """A request that says something of a group, or takes it back."""

    def __call__(self, *, undo: bool) -> Request: ...


class Acts(QObject):
    """Asks the engine to do what the person decided, and keeps the pile in step."""

    happened = Signal(object)  # Happening
    refused = Signal(str)
    busy = Signal(bool)

    def __init__(self, bridge: Bridge, pile: Pile, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._pile = bridge, pile

    def not_duplicates(self, review: Review) -> None:
        """Remember that the photos of this group are different ones."""
        digests = tuple(dict.fromkeys(photo.digest for photo in review.group.photos))
        if len(digests) > 1:
            text = self.tr("Remembered: %1 that are not duplicates.")
            self._decide(review.group, partial(NotDuplicates, digests), text)

    def keep_all(self, review: Review) -> None:
        """Remember that all photos of this group stay, until it has others."""
        digests = tuple(photo.digest for photo in review.group.photos)
        self._decide(review.group, partial(KeepAll, digests), self.tr("Remembered: %1 that are all kept."))

    def _decide(self, group: DuplicateGroup, saying: Saying, text: str) -> None:
        """Leave a group out, once the engine has written down why."""
        self.busy.emit(True)
        text = text.replace("%1", words.photos(len(group.photos)))
        self._bridge.ask(saying(undo=False), partial(self._remembered, group, saying, text), self._failed)

    def not_a_copy(self, review: Review, photo: GroupPhoto) -> bool:
        """Remember that one photo is none of the others; False where another file has the same bytes, and it is."""
        others = tuple(dict.fromkeys(other.digest for other in review.group.photos if other.path != photo.path))
        if photo.digest in others:
            return False
        pairs = tuple((photo.digest, other) for other in others)
        self.busy.emit(True)
        self._each(pairs, partial(self._left_out, review.group, photo, pairs), self._failed)
        return True

    def _each(
        self, pairs: tuple[Pair, ...], done: Callable[[], None], failed: Callable[[Failed], None], *, undo: bool = False
    ) -> None:
        """Remember pair after pair, or forget it."""
        if not pairs:
            done()
            return
        self._bridge.ask(NotDuplicates(pairs[0], undo), lambda _none: self._each(pairs[1:], done, failed, undo=undo), failed)

    def _left_out(self, group: DuplicateGroup, photo: GroupPhoto, pairs: tuple[Pair, ...]) -> None:
        self.busy.emit(False)
        row = self._pile.row_of(group)
        self._leave_out(group, photo)
        text = self.tr("Remembered: %1 is not a copy.").replace("%1", PurePath(photo.path).name)

        def undo() -> None:
            self._each(pairs, lambda: self._take_in(row, group, photo), self._not_undone, undo=True)

        def redo() -> None:
            self._each(pairs, lambda: self._leave_out(group, photo), self._not_undone)

        self.happened.emit(Happening(text, undo, redo))

    def _leave_out(self, group: DuplicateGroup, photo: GroupPhoto) -> None:
        rest, now = without(group, {photo.path}), self._pile.same(group) or group
        self._pile.set_aside(group)
        if rest is None:
            self._pile.remove(now)
        else:
            self._pile.replace(now, rest)

    def _take_in(self, row: int, group: DuplicateGroup, photo: GroupPhoto) -> None:
        rest = without(group, {photo.path})
        if rest is not None and (now := self._pile.same(rest)) is not None:
            self._pile.remove(now)
        self._take_up(row, group)

    def _set_aside(self, group: DuplicateGroup) -> None:
        self._pile.set_aside(group)
        self._pile.remove(self._pile.same(group) or group)

    def _remembered(self, group: DuplicateGroup, saying: Saying, text: str, _answer: None) -> None:
        self.busy.emit(False)
        row = self._pile.row_of(group)
        self._set_aside(group)

        def undo() -> None:
            self._bridge.ask(saying(undo=True), lambda _none: self._take_up(row, group), self._not_undone)

        def redo() -> None:
            self._bridge.ask(saying(undo=False), lambda _none: self._set_aside(group), self._not_undone)

        self.happened.emit(Happening(text, undo, redo))

    def _take_up(self, row: int, group: DuplicateGroup) -> None:
        self._pile.take_up(group)
        self._pile.put_back(row, group)

    def _failed(self, failure: Failed) -> None:
        self.busy.emit(False)
        self.refused.emit(failure.message)

    def _not_undone(self, failure: Failed) -> None:
        self.happened.emit(Happening(failure.message, None))
