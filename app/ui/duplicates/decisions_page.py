"""What the person said of duplicates before: groups of which all stay, and photos that are none. Each can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.engine.copies import Decision, KeepAll, ListDecisions, Verdict
from app.engine.requests import Failed, NotDuplicates
from app.ui import words
from app.ui.bridge import Bridge
from app.ui.duplicates.aside_page import AsidePage
from app.ui.duplicates.group_view import button
from app.ui.duplicates.rows_table import RowsTable
from app.ui.undo import Happening

_NAMES = 3  # of photos that are named in a row

Decisions = tuple[Decision, ...]


class DecisionsPage(AsidePage):
    """One line for each decision about photos that are there now."""

    taken_back = Signal(object)  # tuple of paths that may be offered again

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, "scales", parent)
        self._decisions: Decisions = ()
        self.table = RowsTable(self.tr("What was decided"))
        self.take = button("", self.tr("Let these photos be offered as duplicates again (Enter)"), "primary")
        self._lay_out(self.tr("Decided before"), self.table, [self.take])
        self.table.selectionModel().selectionChanged.connect(self._say_button)
        self.take.clicked.connect(self._take_back)
        bridge.duplicates_changed.connect(self._changed)
        self._say_button()

    # ---- what is shown

    @Slot()
    def _changed(self) -> None:
        if self.isVisible():
            self._bridge.ask(ListDecisions(), self._list, self._failed, replaces="decisions")

    def _list(self, decisions: Decisions) -> None:
        if decisions != self._decisions or not decisions:
            self._decisions = decisions
            heads = (self.tr("Decision"), self.tr("Photos"), self.tr("Folder"))
            rows = [(_verdict(said), _names(said.paths), words.folder(said.paths[0])) for said in decisions]
            self.table.show_rows(heads, rows, ["\n".join(said.paths) for said in decisions])
        if decisions:
            self._show_content()
        else:
            sentence = self.tr("Groups of which you keep all, and photos that are no duplicates, are listed here.")
            self._show_nothing(self.tr("Nothing was decided yet"), sentence)
        self.says.say(self.tr("Choose what shall be taken back.") if decisions else "")
        self._say_button()

    @Slot()
    def _say_button(self) -> None:
        count = len(self.table.chosen())
        self.take.setText(self.tr("Take %1 back").replace("%1", words.number(count)))
        self.take.setEnabled(count > 0)

    # ---- what is done

    @Slot()
    def _take_back(self) -> None:
        chosen = tuple(self._decisions[row] for row in self.table.chosen())
        if chosen:
            self._say(chosen, undo=True, first=True)

    def _say(self, decisions: Decisions, *, undo: bool, first: bool = False) -> None:
        """Take decisions back, or make them again. `first`: it is a new step, not one that is taken back."""
        left = len(decisions)

        def done(_answer: None) -> None:
            nonlocal left
            left -= 1
            if not left:
                self._done(decisions, undo=undo, first=first)

        for decision in decisions:
            saying = KeepAll if decision.verdict is Verdict.KEPT else NotDuplicates
            self._bridge.ask(saying(decision.digests, undo), done, self._failed)

    def _done(self, decisions: Decisions, *, undo: bool, first: bool) -> None:
        if undo:
            self.taken_back.emit(tuple(path for decision in decisions for path in decision.paths))
        text = self.tr("Taken back: %1.") if undo else self.tr("Remembered again: %1.")
        text = text.replace("%1", _count(len(decisions)))
        if first:
            again = Happening(text, lambda: self._say(decisions, undo=False), lambda: self._say(decisions, undo=True))
            self.happened.emit(again)
        else:
            self.happened.emit(Happening(text, None))

    def _failed(self, failure: Failed) -> None:
        self.says.say(failure.message)

    # ---- Qt

    def showEvent(self, event: QShowEvent) -> None:
        """Ask what there is when it can be seen."""
        super().showEvent(event)
        self._changed()
        self.table.setFocus()


def _verdict(said: Decision) -> str:
    if said.verdict is Verdict.KEPT:
        return QCoreApplication.translate("duplicates", "All are kept")
    return QCoreApplication.translate("duplicates", "Not duplicates")


def _names(paths: Sequence[str]) -> str:
    """The first few names, and how many more."""
    names = ", ".join(PurePath(path).name for path in paths[:_NAMES])
    if len(paths) <= _NAMES:
        return names
    more = QCoreApplication.translate("duplicates", "%1 and %2 more")
    return more.replace("%2", words.number(len(paths) - _NAMES)).replace("%1", names)


def _count(count: int) -> str:
    if count == 1:
        return QCoreApplication.translate("duplicates", "one decision")
    return QCoreApplication.translate("duplicates", "%1 decisions").replace("%1", words.number(count))
