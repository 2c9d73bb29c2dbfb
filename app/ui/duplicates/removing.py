"""Copies on their way to the trash and back: one group or many, planned, moved, undone and done again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from app.engine.copies import DuplicateGroup
from app.engine.removals import (
    ApplyRemoval,
    Gift,
    PlanRemoval,
    RedoTrash,
    Removal,
    RemovalPlan,
    Steer,
    SteerAct,
    TrashReport,
    UndoTrash,
)
from app.engine.requests import ActProgress, Failed
from app.engine.types import Unreadable
from app.ui import words
from app.ui.bridge import Bridge
from app.ui.duplicates.pile import Pile
from app.ui.duplicates.review import Review, without
from app.ui.undo import Happening

Groups = tuple[DuplicateGroup, ...]


def removals_of(reviews: Sequence[Review]) -> tuple[Removal, ...]:
    """What the marks of groups ask for; a group of which nothing goes asks for nothing."""
    return tuple(
        Removal(tuple(photo.path for photo in review.leaving), tuple(photo.path for photo in review.standing))
        for review in reviews
        if review.leaving
    )


class Removing(QObject):
    """Asks the engine for plans and moves, and keeps the pile in step with what was moved."""

    happened = Signal(object)  # Happening
    refused = Signal(str)
    busy = Signal(bool)
    progressed = Signal(object)  # ActProgress of the move that is under way, to the trash or back
    ended = Signal(object)  # TrashReport, with what the plan had refused
    failed = Signal(str)  # nothing was moved, and why
    write_asked = Signal(object)  # paths of photos that got something which can be written into their files

    def __init__(self, bridge: Bridge, pile: Pile, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._pile = bridge, pile
        self._ticket = 0
        bridge.act_progress.connect(self._progressed)

    def plan(
        self,
        reviews: Sequence[Review],
        merge: bool,
        done: Callable[[RemovalPlan], None],
        failed: Callable[[Failed], None],
        who: str,
    ) -> None:
        """Ask what would happen; an earlier question of the same `who` that is unanswered is given up."""
        self._bridge.ask(PlanRemoval(removals_of(reviews), merge), done, failed, replaces=f"plan {who}")

    def trash(self, review: Review) -> None:
        """Move the marked photos of one group, and give the one that stays what they have and it lacks."""
        if not review.leaving or not review.keepers:
            return
        self.busy.emit(True)
        self._bridge.ask(PlanRemoval(removals_of([review]), merge=True), partial(self._planned, review.group), self._failed)

    def _planned(self, group: DuplicateGroup, plan: RemovalPlan) -> None:
        if plan.files:
            self.move((group,), plan)
        else:
            self.busy.emit(False)
            self.refused.emit(why_refused(plan.refused))

    def move(self, groups: Groups, plan: RemovalPlan) -> None:
        """Carry a plan out."""
        self.busy.emit(True)
        self._ticket = self._bridge.ask(ApplyRemoval(plan), partial(self._moved, groups, plan, None), self._failed)

    def steer(self, steer: Steer) -> None:
        """Pause, resume or stop the move that is under way."""
        self._bridge.ask(SteerAct(steer), lambda _none: None)

    @Slot(object)
    def _progressed(self, progress: ActProgress) -> None:
        if progress.ticket == self._ticket:
            self.progressed.emit(progress)

    def _moved(self, groups: Groups, plan: RemovalPlan, before: frozenset[str] | None, report: TrashReport) -> None:
        """`before`: what stayed the first time, where this was done again; the list of what can be undone has it already."""
        self._ticket = 0
        self.busy.emit(False)
        refused = (*plan.refused, *report.refused)
        if report.moved:
            row = self._pile.row_of(self._pile.same(groups[0]) or groups[0]) if len(groups) == 1 else -1
            stayed = frozenset(file.path for file in refused).union(report.left, before or ())
            self._leave(groups, report, stayed)
            text = self.tr("%1 moved to the trash, %2 freed.")
            text = text.replace("%2", words.size(report.freed)).replace("%1", words.photos(len(report.moved)))
            undo = partial(self._undo, report, groups, row)
            redo = partial(self._redo, report, groups, stayed)
            further = self._further(plan, report)
            self.happened.emit(Happening(text, undo, redo, further) if before is None else Happening(text, None))
        if refused:
            self.refused.emit(why_refused(refused))
        self.ended.emit(TrashReport(report.act, report.moved, report.freed, refused, report.left))

    def _further(self, plan: RemovalPlan, report: TrashReport) -> tuple[str, Callable[[], None]] | None:
        """Where photos that stay got a title, a rating or keywords, these can be written into their files."""
        moved = set(report.moved)
        given = (file for file in plan.files if file.path in moved and file.gift and has_facts(file.gift))
        paths = tuple(dict.fromkeys(file.stays[0].path for file in given))
        text = self.tr("Write into the kept file…") if len(paths) == 1 else self.tr("Write into the kept files…")
        return (text, lambda: self.write_asked.emit(paths)) if paths else None

    def _leave(self, groups: Groups, report: TrashReport, stayed: frozenset[str]) -> None:
        """Take what was moved out of the groups; where several were kept on purpose they are not offered again."""
        moved = set(report.moved)
        self._pile.moved(report.moved)
        for group in groups:
            rest = without(group, moved)
            unfinished = any(photo.path in stayed for photo in group.photos)
            if rest is not None and not unfinished:
                self._pile.set_aside(rest)
            if len(groups) == 1:
                now = self._pile.same(group) or group
                if rest is not None and unfinished:
                    self._pile.replace(now, rest)
                else:
                    self._pile.remove(now)
        if len(groups) != 1:
            self._pile.sift_again()

    def _undo(self, report: TrashReport, groups: Groups, row: int) -> None:
        done = partial(self._restored, report, groups, row)
        self._ticket = self._bridge.ask(UndoTrash(report.act, report.moved), done, self._not_done)

    def _restored(self, report: TrashReport, groups: Groups, row: int, paths: tuple[str, ...]) -> None:
        self._ticket = 0
        moved = set(report.moved)
        self._pile.brought_back(report.moved)
        for group in groups:
            rest = without(group, moved)
            if rest is not None:
                self._pile.take_up(rest)
        if len(groups) != 1:  # the engine finds them anew when it has read the files again
            self._pile.sift_again()
        elif moved <= set(paths):  # else some have got another name, and the engine finds the group anew
            self._pile.put_back(row, groups[0], report.moved)
        self.happened.emit(Happening(self.tr("%1 brought back.").replace("%1", words.photos(len(paths))), None))

    def _redo(self, report: TrashReport, groups: Groups, stayed: frozenset[str]) -> None:
        """What went the first time, and no more."""
        done = partial(self._moved, groups, RemovalPlan(()), stayed)
        self._ticket = self._bridge.ask(RedoTrash(report.act, report.moved), done, self._not_done)

    def _failed(self, failure: Failed) -> None:
        self._ticket = 0
        self.busy.emit(False)
        self.refused.emit(failure.message)
        self.failed.emit(failure.message)

    def _not_done(self, failure: Failed) -> None:
        self._ticket = 0
        self.happened.emit(Happening(failure.message, None))


def has_facts(gift: Gift) -> bool:
    """Whether a gift has anything that files can carry."""
    return gift.title is not None or gift.rating is not None or bool(gift.keywords)


def why_refused(refused: Sequence[Unreadable]) -> str:
    """The first file that stays with its reason, and how many more do."""
    first = f"{PurePath(refused[0].path).name}: {refused[0].reason}"
    if len(refused) == 1:
        return first
    more = QCoreApplication.translate("duplicates", "%1 (and %2 more)")
    return more.replace("%2", words.number(len(refused) - 1)).replace("%1", first)
