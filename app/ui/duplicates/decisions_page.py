"""What the person said of duplicates before: groups of which all stay, and photos that are none. Each can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.engine.copies import Decision, KeepAll, ListDecisions, Verdict
from app.engine.requests import Failed, NotDuplicates
from app.ui import icons, theme, words
from app.ui.bridge import Bridge
from app.ui.duplicates.group_view import button
from app.ui.duplicates.rows_table import RowsTable
from app.ui.elided import ElidedLabel
from app.ui.state_page import StatePage
from app.ui.undo import Happening

_NAMES = 3  # of photos that are named in a row

Decisions = tuple[Decision, ...]


class DecisionsPage(QWidget):
    """One line for each decision about photos that are there now."""

    closed = Signal()
    happened = Signal(object)  # Happening
    taken_back = Signal(object)  # tuple of paths that may be offered again

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._bridge = bridge
        self._decisions: Decisions = ()
        self.table = RowsTable(self.tr("What was decided"))
        self.says = ElidedLabel("secondary")
        self.take = button("", self.tr("Let these photos be offered as duplicates again (Enter)"), "primary")
        self.nothing = StatePage(self)
        self.nothing.show_state("scales", self.tr("Looking…"), "")
        self._lay_out()
        self.table.selectionModel().selectionChanged.connect(self._say_button)
        self.take.clicked.connect(self._take_back)
        bridge.duplicates_changed.connect(self._changed)
        self._say_button()

    def _lay_out(self) -> None:
        leave = button(self.tr("Back to the groups"), self.tr("Close (Esc)"), "quiet")
        leave.setIcon(icons.icon("caret-left", mirrored=self.layoutDirection() == Qt.LayoutDirection.RightToLeft))
        leave.clicked.connect(self.closed)
        title = QLabel(self.tr("Decided before"))
        theme.kind(title, "title")
        head = QHBoxLayout()
        head.setSpacing(theme.M)
        head.addWidget(leave)
        head.addWidget(title, 1)
        self._middle = QStackedWidget()
        self._middle.addWidget(self.nothing)
        self._middle.addWidget(self.table)
        foot = QHBoxLayout()
        foot.setSpacing(theme.S)
        foot.addWidget(self.says, 1)
        foot.addWidget(self.take)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, theme.M, 20, theme.L)
        whole.setSpacing(theme.M)
        whole.addLayout(head)
        whole.addWidget(self._middle, 1)
        whole.addLayout(foot)

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
        self._middle.setCurrentWidget(self.table if decisions else self.nothing)
        if not decisions:
            sentence = self.tr("Groups of which you keep all, and photos that are no duplicates, are listed here.")
            self.nothing.show_state("scales", self.tr("Nothing was decided yet"), sentence)
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes back; Esc goes back to the groups."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


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
