"""Title, rating and keywords written into the files of photos at the user's wish: shown first, told then, with the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.engine.removals import Facts, FactsPlan, PlanFacts, RedoTrash, TrashReport, UndoTrash, WriteFacts
from app.engine.requests import Failed, Request
from app.engine.types import Unreadable
from app.ui import theme, words
from app.ui.bridge import Bridge
from app.ui.popups import Popup
from app.ui.undo import Happening

SHOWN = 6
"""So many files are named on the card; of more only how many they are."""
_WIDTH = 440
_DOT = " · "


class FactWriting(QObject):
    """Asks the engine what would be written, shows it on a card, and has it written when the person says so."""

    happened = Signal(object)  # Happening
    failed = Signal(str)  # a sentence

    def __init__(self, bridge: Bridge, window: QWidget) -> None:
        super().__init__(window)
        self._bridge, self._window = bridge, window

    @Slot(object)
    def write(self, paths: Sequence[str]) -> None:
        """Show what these files do not say of their photos; nothing is written before the button on the card is pressed."""
        if paths:
            self._ask(PlanFacts(tuple(paths)), self._planned)

    def _planned(self, plan: FactsPlan) -> None:
        if not plan.files:
            self.failed.emit(_why(plan.refused))
            return
        card = FactsCard(plan, self._window)
        card.confirmed.connect(self._confirmed)
        card.open_over(self._window)

    @Slot(object)
    def _confirmed(self, plan: FactsPlan) -> None:
        self._ask(WriteFacts(tuple(file.path for file in plan.files)), self._written)

    def _written(self, report: TrashReport) -> None:
        if report.refused:
            self.failed.emit(_why(report.refused))
        if report.moved:
            back, again = UndoTrash(report.act, report.moved), RedoTrash(report.act, report.moved)
            text = self.tr("Written into %1").replace("%1", words.files(len(report.moved)))
            self.happened.emit(Happening(text, lambda: self._ask(back, self._back), lambda: self._ask(again, self._again)))

    def _back(self, paths: tuple[str, ...]) -> None:
        self.happened.emit(Happening(self.tr("%1 as before").replace("%1", words.files(len(paths))), None))

    def _again(self, report: TrashReport) -> None:
        if report.refused:
            self.failed.emit(_why(report.refused))

    def _ask(self, request: Request, done: Callable[..., None]) -> None:
        self._bridge.ask(request, done, self._told)

    def _told(self, failure: Failed) -> None:
        if failure.code != "cancelled":
            self.failed.emit(failure.message)


class FactsCard(Popup):
    """What will be written where; Esc or a press beside it closes it, and nothing is written."""

    confirmed = Signal(object)  # FactsPlan

    def __init__(self, plan: FactsPlan, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._plan = plan
        title = self._line(self.tr("Write into %1").replace("%1", words.files(len(plan.files))), "section")
        self.setAccessibleName(title.text())
        for file in plan.files[:SHOWN]:
            self._line(f"{PurePath(file.path).name}\n{said(file.facts)}").setToolTip(file.path)
        if len(plan.files) > SHOWN:
            self._line(self.tr("and %1 more").replace("%1", words.files(len(plan.files) - SHOWN)))
        if plan.refused:
            text = self.tr("%1 left as before. %2").replace("%1", words.files(len(plan.refused)))
            self._line(text.replace("%2", _why(plan.refused)), "secondary")
        safe = self.tr("The pictures stay as they are. Facet keeps each file as it was, and Undo brings it back.")
        self._line(safe, "secondary")
        self.write = QPushButton(title.text())
        theme.kind(self.write, "primary")
        self.write.clicked.connect(self._confirm)
        self.leave = QPushButton(self.tr("Cancel"))
        self.leave.clicked.connect(self.close)
        row = QHBoxLayout()
        row.setSpacing(theme.S)
        row.addStretch(1)
        row.addWidget(self.leave)
        row.addWidget(self.write)
        self.column.addLayout(row)
        self.setFixedWidth(_WIDTH)

    def _line(self, text: str, kind: str = "") -> QLabel:
        line = QLabel(text)
        line.setTextFormat(Qt.TextFormat.PlainText)
        line.setWordWrap(True)
        if kind:
            theme.kind(line, kind)
        self.column.addWidget(line)
        return line

    def open_over(self, widget: QWidget) -> None:
        """Show the card in the middle of what is in front, its button ready for Enter."""
        self.adjustSize()
        self.move(widget.mapToGlobal(widget.rect().center()) - self.rect().center())
        self.show()
        self.write.setFocus()

    @Slot()
    def _confirm(self) -> None:
        self.close()
        self.confirmed.emit(self._plan)


def said(facts: Facts) -> str:
    """What is written into a file in one line: "The sea at dawn · ★★★★ · lake, sand"."""
    stars = ""
    if facts.rating is not None:
        none = QCoreApplication.translate("facts", "no stars")
        stars = QCoreApplication.translate("facts", "rejected") if facts.rating < 0 else "★" * facts.rating or none
    return _DOT.join(part for part in (facts.title or "", stars, ", ".join(facts.keywords)) if part)


def _why(refused: Sequence[Unreadable]) -> str:
    return f"{PurePath(refused[0].path).name}: {refused[0].reason}"
