"""The page's top line: what there is to review, and the kinds to choose from."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QLabel, QPushButton, QWidget

from app.engine.copies import DuplicateKind
from app.ui import theme, words
from app.ui.duplicates import says
from app.ui.elided import ElidedLabel
from app.ui.flow import FlowLayout, flow_policy


class Header(QWidget):
    """Title, counts and chips. The chips stand beside the title, or below it where that is too narrow."""

    kind_chosen = Signal(object)  # DuplicateKind, None for all

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[tuple[DuplicateKind, int], ...] = ()
        self.kind: DuplicateKind | None = None
        self.title, self.summary = QLabel(self.tr("Duplicates")), ElidedLabel("secondary")
        theme.kind(self.title, "title")
        self.chips = QWidget()
        flow_policy(self.chips)
        self._flow = FlowLayout(self.chips, to_end=True)
        self._group: QButtonGroup | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(theme.L, theme.S, theme.L, theme.S)
        self._grid.setHorizontalSpacing(theme.S)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self.title, 0, 0)
        self._grid.addWidget(self.summary, 0, 1)
        self._grid.addWidget(self.chips, 0, 2, Qt.AlignmentFlag.AlignVCenter)
        self._below = False
        self.setMinimumHeight(theme.TOP_BAR)

    def say(self, summary: str) -> None:
        """Show another summary."""
        self.summary.say(summary)

    def show_kinds(self, counts: Mapping[DuplicateKind, int]) -> None:
        """Offer the kinds that there are; a single kind needs no choice."""
        shown = tuple((kind, counts[kind]) for kind in DuplicateKind if counts.get(kind))
        if shown == self._shown:
            return
        self._shown = shown
        if self.kind is not None and not counts.get(self.kind):
            self.kind = None
        self._flow.clear()
        self._group = QButtonGroup(self)
        if len(shown) > 1:
            self._add_chip(None, self.tr("All kinds"))
            for kind, count in shown:
                self._add_chip(kind, f"{says.kind(kind)} {words.number(count)}")
        self._place()

    def choose(self, kind: DuplicateKind | None) -> None:
        """Choose a kind as if its chip had been pressed, without saying so."""
        self.kind = kind
        for chip in self._group.buttons() if self._group else ():
            chip.setChecked(chip.property("duplicates") == (kind.value if kind else ""))

    def _add_chip(self, kind: DuplicateKind | None, text: str) -> None:
        chip = QPushButton(text)
        theme.kind(chip, "chip")
        chip.setCheckable(True)
        chip.setChecked(kind is self.kind)
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        chip.setProperty("duplicates", kind.value if kind else "")
        chip.clicked.connect(self._clicked)
        assert self._group is not None
        self._group.addButton(chip)
        self._flow.addWidget(chip)

    def _clicked(self) -> None:
        chip = self._group.checkedButton() if self._group else None
        value = chip.property("duplicates") if chip else ""
        self.kind = DuplicateKind(value) if value else None
        self.kind_chosen.emit(self.kind)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The chips may have to go below the title."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        summary = self.summary.fontMetrics().horizontalAdvance(self.summary.whole)
        needs = self.title.sizeHint().width() + summary + self._flow.sizeHint().width() + 2 * theme.L + 3 * theme.S
        below = needs > self.width()
        if below != self._below:
            self._below = below
            self._grid.removeWidget(self.chips)
            if below:
                self._grid.addWidget(self.chips, 1, 0, 1, 3)
            else:
                self._grid.addWidget(self.chips, 0, 2, Qt.AlignmentFlag.AlignVCenter)
        self._flow.invalidate()
