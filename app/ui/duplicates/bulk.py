"""All listed groups at once: a plan first, then one button that carries it out, then how far it is and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.engine.copies import DuplicateGroup, DuplicateKind
from app.engine.removals import RemovalPlan, Steer, TrashReport
from app.engine.requests import ActProgress, Failed
from app.ui import icons, theme, words
from app.ui.duplicates import bulk_words, says
from app.ui.duplicates.group_view import act_words, button
from app.ui.duplicates.pile import Pile
from app.ui.duplicates.plan_lists import Part, Table, count_of, name_of, reasons, table_of
from app.ui.duplicates.removing import Removing
from app.ui.duplicates.review import Review
from app.ui.duplicates.rows_table import RowsTable
from app.ui.elided import ElidedLabel
from app.ui.flow import FlowLayout, flow_policy
from app.ui.tick import Tick

_NUMBERS = {Part.GOES: (2,), Part.FOLDERS: (1, 2)}
"""The columns of numbers in a part of a plan."""


class BulkPage(QWidget):
    """Nothing moves before its button is pressed; what is under way can be paused and stopped, and all of it undone."""

    closed = Signal()
    moved_asked = Signal()  # show what was moved, file by file

    def __init__(self, pile: Pile, removing: Removing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._pile, self._removing = pile, removing
        self._reviews: list[tuple[DuplicateGroup, Review]] = []  # of which something would go
        self._plan: RemovalPlan | None = None
        self._moving = self._paused = False
        self._part = Part.GOES
        self.title, self.says, self.where = QLabel(), QLabel(wordWrap=True), ElidedLabel("secondary")
        theme.kind(self.title, "title")
        theme.kind(self.says, "lead")
        self.kinds, self.parts = _Chips(), _Chips()
        self.merge = Tick(self.tr("Give keywords, titles and ratings of those that go to the photo that stays"))
        self.merge.setChecked(True)
        self.table = RowsTable(self.tr("What would happen"))
        self.progress = QProgressBar(textVisible=False)
        self.progress.setAccessibleName(self.tr("How much was moved"))
        self.pause = button(self.tr("Pause"), self.tr("Hold it; go on later"))
        self.stop = button(self.tr("Stop"), self.tr("Leave the rest where it is (Esc)"))
        self.moved = button(self.tr("See each of them"), self.tr("What was moved, and how to bring back some of it"))
        self.main = button("", self.tr("Do what is said above (Enter)"), "primary")
        self._lay_out()
        self.merge.toggled.connect(self._ask)
        self.pause.clicked.connect(self._pause)
        self.stop.clicked.connect(lambda: removing.steer(Steer.STOP))
        self.moved.clicked.connect(self.moved_asked)
        self.main.clicked.connect(self._go)
        removing.progressed.connect(self._progressed)
        removing.ended.connect(self._ended)
        removing.failed.connect(self._failed)
        self._show("")

    def _lay_out(self) -> None:
        back = button(self.tr("Back to the groups"), self.tr("Close (Esc)"), "quiet")
        back.setIcon(icons.icon("caret-left", mirrored=self.layoutDirection() == Qt.LayoutDirection.RightToLeft))
        back.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setSpacing(theme.M)
        head.addWidget(back)
        head.addWidget(self.title, 1)
        foot = QHBoxLayout()
        foot.setSpacing(theme.S)
        foot.addWidget(self.where, 1)
        for made in (self.pause, self.stop, self.moved, self.main):
            foot.addWidget(made)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, theme.M, 20, theme.L)
        whole.setSpacing(theme.M)
        whole.addLayout(head)
        for part in (self.says, self.kinds, self.merge, self.parts):
            whole.addWidget(part)
        whole.addWidget(self.table, 100)
        whole.addStretch(1)  # so that the words stay at the top where there is no table
        whole.addWidget(self.progress)
        whole.addLayout(foot)

    # ---- the plan

    def plan_for(self, groups: Sequence[DuplicateGroup]) -> None:
        """Plan these groups as they are marked; a move that is under way is shown instead."""
        if self._moving:
            return
        reviews = ((group, self._pile.review(group)) for group in groups)
        self._reviews = [(group, review) for group, review in reviews if review.leaving]
        self.title.setText(self.tr("Plan for %1").replace("%1", words.groups(len(groups))))
        counts = Counter(_kind(group, review) for group, review in self._reviews)
        shown = [(kind.value, f"{says.kind(kind)} {words.number(counts[kind])}") for kind in DuplicateKind if counts[kind]]
        self.kinds.show_chips(shown, self._ask, exclusive=False, off={DuplicateKind.EDITED.value})
        self._ask()

    def _chosen(self) -> list[tuple[DuplicateGroup, Review]]:
        """The groups of the kinds that are chosen."""
        on = self.kinds.on()
        return [(group, review) for group, review in self._reviews if _kind(group, review).value in on]

    def _edited_stay(self) -> bool:
        """Whether there are groups of edited photos that are not chosen."""
        chip = self.kinds.made.get(DuplicateKind.EDITED.value)
        return chip is not None and not chip.isChecked()

    @Slot()
    def _ask(self) -> None:
        self._plan = None
        reviews = [review for _, review in self._chosen()]
        self._show(bulk_words.planning() if reviews else bulk_words.nothing(len(self._reviews)))
        if reviews:
            self._removing.plan(reviews, self.merge.isChecked(), self._planned, self._not_planned, "bulk")

    def _planned(self, plan: RemovalPlan) -> None:
        self._plan = plan
        there = [part for part in Part if count_of(plan, part)]
        self._part = there[0] if there else Part.GOES
        chips = [(part.value, f"{name_of(part)} {words.number(count_of(plan, part))}") for part in there]
        self.parts.show_chips(chips, self._choose_part, exclusive=True)
        self._show(bulk_words.plan(plan, edited_stay=self._edited_stay()))
        self.where.say(bulk_words.where(plan))
        self._fill(table_of(plan, self._part))
        self.main.setFocus()

    def _not_planned(self, failure: Failed) -> None:
        self._show(failure.message)

    @Slot()
    def _choose_part(self) -> None:
        if self._plan is not None:
            self._part = Part(next(iter(self.parts.on())))
            self._fill(table_of(self._plan, self._part))

    def _fill(self, table: Table) -> None:
        self.table.show_rows(*table, narrow=_NUMBERS.get(self._part, ()) if self._plan else ())
        self.table.setVisible(bool(table[1]))

    def _show(self, text: str) -> None:
        """Say it, and offer what can be done now."""
        plan = self._plan
        self.says.setText(text)
        self.main.setText(act_words(len(plan.files) if plan else 0))
        self.main.setEnabled(plan is not None and bool(plan.files))
        self.main.setVisible(plan is not None and not self._moving)
        self.merge.setVisible(bool(self._reviews))
        for part in (self.progress, self.pause, self.stop):
            part.setVisible(self._moving)
        for choice in (self.kinds, self.merge):
            choice.setEnabled(not self._moving)
        self.moved.hide()
        if plan is None:
            self.where.say("")
            self.parts.show_chips([], self._choose_part, exclusive=True)
            self._fill(((), [], []))

    # ---- the move

    @Slot()
    def _go(self) -> None:
        if self._plan is None or not self._plan.files or self._moving:
            return
        self._moving, self._paused = True, False
        self.progress.setRange(0, len(self._plan.files))
        self.progress.setValue(0)
        self.pause.setText(self.tr("Pause"))
        self._show(bulk_words.moving(0, len(self._plan.files)))
        self.setFocus()
        self._removing.move(tuple(group for group, _ in self._chosen()), self._plan)

    @Slot()
    def _pause(self) -> None:
        self._removing.steer(Steer.RESUME if self._paused else Steer.PAUSE)

    @Slot(object)
    def _progressed(self, progress: ActProgress) -> None:
        if not self._moving:
            return
        self._paused = progress.paused
        self.progress.setRange(0, progress.total)
        self.progress.setValue(progress.done)
        self.pause.setText(self.tr("Go on") if progress.paused else self.tr("Pause"))
        self.says.setText(bulk_words.moving(progress.done, progress.total, progress.paused))

    @Slot(object)
    def _ended(self, report: TrashReport) -> None:
        if self._moving:
            self._end(bulk_words.done(report))
            self.moved.setVisible(bool(report.moved))
            self._fill(reasons(report.refused))

    @Slot(str)
    def _failed(self, message: str) -> None:
        if self._moving:
            self._end(message)

    def _end(self, text: str) -> None:
        self._moving, self._plan, self._reviews = False, None, []
        self.kinds.show_chips([], self._ask, exclusive=False)
        self._show(text)
        self.setFocus()

    # ---- Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter does it; Esc stops a move, and else goes back."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.main.click()
        elif event.key() == Qt.Key.Key_Escape and self._moving:
            self.stop.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


def _kind(group: DuplicateGroup, review: Review) -> DuplicateKind:
    """By which chip a group is chosen: where an edited photo goes, nobody but people can tell which of both is the original."""
    edited = any(photo.relation is not None and photo.relation.kind is DuplicateKind.EDITED for photo in review.leaving)
    return DuplicateKind.EDITED if edited else group.kind


class _Chips(QWidget):
    """A line of chips to choose from: one of them, or any."""

    def __init__(self) -> None:
        super().__init__()
        flow_policy(self)
        self._flow = FlowLayout(self)
        self.made: dict[str, QPushButton] = {}

    def show_chips(
        self, chips: Sequence[tuple[str, str]], changed: object, *, exclusive: bool, off: Collection[str] = ()
    ) -> None:
        """Offer these (value, words); all are on but those that are `off`, or the first one where only one can be."""
        self._flow.clear()
        self.made.clear()
        for number, (value, text) in enumerate(chips):
            chip = button(text, "", "chip")
            chip.setCheckable(True)
            chip.setAutoExclusive(exclusive)
            chip.setChecked(number == 0 if exclusive else value not in off)
            chip.clicked.connect(changed)
            self.made[value] = chip
            self._flow.addWidget(chip)
        self.setVisible(bool(chips))

    def on(self) -> set[str]:
        """What is chosen."""
        return {value for value, chip in self.made.items() if chip.isChecked()}
