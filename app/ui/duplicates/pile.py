"""The groups that still wait for a decision, and the decisions made so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.engine.types import DuplicateGroup, DuplicateKind
from app.ui.duplicates.review import GroupKey, Review, key, without

SLICE_S = 0.004
_STRIDE = 64  # groups between two looks at the clock


class Pile(QObject):
    """Takes answers of the engine and leaves out what was decided meanwhile.

    An answer may have been found before the last act was done, so moved files and set-aside groups are remembered until
    the engine knows. Ten thousand groups are gone through in slices, so that the window never waits.
    """

    sifted = Signal()  # `groups` are new as a whole
    left = Signal(object)  # a group is gone
    returned = Signal(object)  # a group is back
    replaced = Signal(object, object)  # a group has become another one

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.groups: list[DuplicateGroup] = []
        self.counts: Counter[DuplicateKind] = Counter()
        self.frees = 0  # bytes that all groups together would free
        self._reviews: dict[GroupKey, Review] = {}
        self._freed_by: dict[GroupKey, int] = {}  # of groups whose marks were changed
        self._gone: set[str] = set()
        self._aside: set[frozenset[str]] = set()
        self._answer: tuple[DuplicateGroup, ...] = ()
        self._job: Iterator[None] | None = None
        self._turn = QTimer(self, interval=0, singleShot=True)
        self._turn.timeout.connect(self._go_on)

    def take(self, answer: tuple[DuplicateGroup, ...]) -> None:
        """Go through a new answer; `sifted` follows, at once when there are few groups."""
        self._answer = answer
        self._job = self._sift()
        self._go_on()

    def review(self, group: DuplicateGroup) -> Review:
        """The marks of a group; the suggested ones where nobody has changed them."""
        return self._reviews.get(key(group)) or Review.of(group)

    def remember(self, review: Review) -> None:
        """Keep marks that were changed on a group that is here."""
        self.frees += review.frees - self.frees_of(review.group)
        self._reviews[key(review.group)] = review
        self._freed_by[key(review.group)] = review.frees

    def frees_of(self, group: DuplicateGroup) -> int:
        """Bytes that a group frees as it is marked now."""
        return self._freed_by.get(key(group), group.frees) if self._freed_by else group.frees

    def moved(self, paths: tuple[str, ...]) -> None:
        """These files are in the trash now."""
        self._gone.update(paths)
        self._start_over()

    def brought_back(self, paths: tuple[str, ...]) -> None:
        """These files are where they were."""
        self._gone.difference_update(paths)

    def set_aside(self, group: DuplicateGroup) -> None:
        """Leave a group out from now on, in this session."""
        self._aside.add(frozenset(key(group)))
        self._start_over()

    def take_up(self, group: DuplicateGroup) -> None:
        """Offer a group again that was set aside."""
        self._aside.discard(frozenset(key(group)))

    def remove(self, group: DuplicateGroup) -> int:
        """Take a group out and say where it was; -1 where it is not there any more."""
        row = self.row_of(group)
        if row >= 0:
            del self.groups[row]
            self._count(group, -1)
            self.left.emit(group)
        return row

    def put_back(self, row: int, group: DuplicateGroup) -> None:
        """Put a group in where it was, unless the engine has brought it already."""
        there = next((g for g in self.groups if key(g) == key(group)), None)
        if there is None:
            self.groups.insert(max(0, min(row, len(self.groups))), group)
            self._count(group, 1)
        self.returned.emit(there or group)

    def replace(self, group: DuplicateGroup, other: DuplicateGroup) -> None:
        """A group has lost files."""
        row = self.row_of(group)
        if row >= 0:
            self.groups[row] = other
            self._count(group, -1)
            self._count(other, 1)
            self.replaced.emit(group, other)

    def row_of(self, group: DuplicateGroup) -> int:
        """Where a group is among all, -1 where it is not."""
        return next((row for row, other in enumerate(self.groups) if other is group), -1)

    def like(self, group: DuplicateGroup) -> DuplicateGroup | None:
        """The group that has most of the files of an earlier one, None where no group has two of them."""
        paths = set(key(group))
        best, most = None, 1
        for other in self.groups:
            shared = sum(photo.path in paths for photo in other.photos)
            if shared > most:
                best, most = other, shared
        return best

    def _count(self, group: DuplicateGroup, by: int) -> None:
        self.counts[group.kind] += by
        self.frees += by * self.frees_of(group)

    def _start_over(self) -> None:
        """A decision during the sifting: what was sifted already does not know of it."""
        if self._job is not None:
            self.take(self._answer)

    @Slot()
    def _go_on(self) -> None:
        if self._job is None:
            return
        started = perf_counter()
        for _ in self._job:
            if perf_counter() - started > SLICE_S:
                self._turn.start()
                return
        self._job = None
        self.sifted.emit()

    def _sift(self) -> Iterator[None]:
        groups: list[DuplicateGroup] = []
        counts: Counter[DuplicateKind] = Counter()
        frees, still_named = 0, set()
        for number, group in enumerate(self._answer):
            if number % _STRIDE == 0:
                yield
            if self._gone:
                named = self._gone.intersection(key(group))
                still_named |= named
                left = without(group, named) if named else group
            else:
                left = group
            if left is None or (self._aside and frozenset(key(left)) in self._aside):
                continue
            groups.append(left)
            counts[left.kind] += 1
            frees += self.frees_of(left)
        self._gone = still_named  # the engine knows of the others by now
        self.groups, self.counts, self.frees = groups, counts, frees
