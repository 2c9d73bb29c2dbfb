"""The groups that still wait for a decision, and the decisions made so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.engine.copies import DuplicateGroup, DuplicateKind
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
        self._marked: dict[str, GroupKey] = {}  # of each of their files, the last of these groups
        self._gone: set[str] = set()
        self._aside: set[frozenset[str]] = set()
        self._back: list[tuple[int, DuplicateGroup, frozenset[str]]] = []
        self._answer: tuple[DuplicateGroup, ...] = ()
        self._job: Iterator[None] | None = None
        self._turn = QTimer(self, interval=0, singleShot=True)
        self._turn.timeout.connect(self._go_on)

    def take(self, answer: tuple[DuplicateGroup, ...]) -> None:
        """Go through a new answer; `sifted` follows, at once when there are few groups."""
        self._answer = answer
        self._job = self._sift()
        self._go_on()

    def sift_again(self) -> None:
        """Go through the last answer again, after a decision about many groups."""
        self.take(self._answer)

    def review(self, group: DuplicateGroup) -> Review:
        """The marks of a group; the suggested ones where nobody has changed them."""
        return self._reviews.get(key(group)) or Review.of(group)

    def remember(self, review: Review) -> None:
        """Keep marks that were changed on a group that is here."""
        self.frees += review.frees - self.frees_of(review.group)
        self._put(review)

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
        """Leave a group out from now on: an answer may come that does not know of the decision."""
        self._aside.add(frozenset(key(group)))
        self._start_over()

    def take_up(self, group: DuplicateGroup) -> None:
        """Offer a group again that was set aside."""
        self._aside.discard(frozenset(key(group)))

    def offer_again(self, paths: Iterable[str]) -> None:
        """What was decided about these files was taken back."""
        offered = set(paths)
        self._aside = {aside for aside in self._aside if len(aside & offered) < 2}
        self._start_over()

    def remove(self, group: DuplicateGroup) -> int:
        """Take a group out and say where it was; -1 where it is not there any more."""
        row = self.row_of(group)
        if row >= 0:
            del self.groups[row]
            self._count(group, -1)
            self.left.emit(group)
        return row

    def put_back(self, row: int, group: DuplicateGroup, restored: tuple[str, ...] = ()) -> None:
        """Put a group in where it was, unless the engine has brought it already.

        It stays through answers that do not know of the `restored` files yet, because these must be read again first.
        """
        if restored:
            self._back.append((row, group, frozenset(restored)))
        there = self.same(group)
        if there is None:
            paths = frozenset(key(group))
            for other in [other for other in self.groups if not paths.isdisjoint(key(other))]:
                self.remove(other)  # what was left of it meanwhile
            self.groups.insert(max(0, min(row, len(self.groups))), group)
            self._count(group, 1)
        self.returned.emit(there or group)

    def settle(self) -> None:
        """Restored files were read again before the next answer was asked for: from now on the engine's word counts."""
        self._back.clear()

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
        best, most = self.same(group), 1
        for other in self.groups if best is None else ():
            shared = len(paths.intersection(key(other)))
            if shared > most:
                best, most = other, shared
        return best

    def same(self, group: DuplicateGroup) -> DuplicateGroup | None:
        """The group of exactly these files."""
        first, paths = group.photos[0].path, key(group)
        return next((g for g in self.groups if g.photos[0].path == first and key(g) == paths), None)

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
        """Take over the answer, a few groups between two yields."""
        groups: list[DuplicateGroup] = []
        counts: Counter[DuplicateKind] = Counter()
        frees = 0
        still_named: set[str] = set()
        for number, group in enumerate(self._answer):
            if number and number % _STRIDE == 0:
                yield
            if self._gone:
                still_named.update(self._gone.intersection(key(group)))
            left = self._left_of(group)
            if left is not None:
                self._carry(left)
                groups.append(left)
                counts[left.kind] += 1
                frees += self.frees_of(left)
        self._gone = still_named  # the engine knows of the others by now
        self.groups, self.counts, self.frees = groups, counts, frees
        self._keep_restored()

    def _carry(self, group: DuplicateGroup) -> None:
        """Marks that were changed stay when the group has become larger or smaller."""
        if not self._marked or key(group) in self._reviews:
            return
        earlier = Counter(self._marked[path] for path in key(group) if path in self._marked)
        for marked, shared in earlier.most_common(1):
            if shared > 1:
                self._put(self._reviews[marked].carried_to(group))

    def _put(self, review: Review) -> None:
        paths = key(review.group)
        self._reviews[paths] = review
        self._freed_by[paths] = review.frees
        self._marked.update(dict.fromkeys(paths, paths))

    def _left_of(self, group: DuplicateGroup) -> DuplicateGroup | None:
        """What is left to decide of a group."""
        paths = key(group)
        if self._gone and not self._gone.isdisjoint(paths):
            rest = without(group, self._gone)
            if rest is None:
                return None
            group, paths = rest, key(rest)
        return None if self._aside and frozenset(paths) in self._aside else group

    def _keep_restored(self) -> None:
        for entry in tuple(self._back):
            row, group, restored = entry
            paths = frozenset(key(group))
            alike = [other for other in self.groups if not paths.isdisjoint(key(other))]
            if any(not restored.isdisjoint(key(other)) for other in alike):
                self._back.remove(entry)
                continue
            for other in alike:
                self.groups.remove(other)
                self._count(other, -1)
            self.groups.insert(min(max(0, row), len(self.groups)), group)
            self._count(group, 1)
