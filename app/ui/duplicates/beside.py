"""The list of groups, and the chosen group beside it; or a word that none is listed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QWidget

from app.ui import theme
from app.ui.duplicates.group_view import GroupView
from app.ui.duplicates.listing import Listing
from app.ui.state_page import StatePage


class Beside(QWidget):
    """Lays them out."""

    def __init__(self, listing: Listing, view: GroupView, show_all: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.nothing = StatePage(self)
        sentence = self.tr("There are groups, but none is as you asked.")
        self.nothing.show_state("funnel", self.tr("No group like that"), sentence)
        self.show_all = self.nothing.add_button(self.tr("Show all groups"), show_all, main=True)
        self._right = QStackedWidget()
        self._right.addWidget(view)
        self._right.addWidget(self.nothing)
        line = QFrame()
        theme.kind(line, "rule")
        line.setFixedWidth(1)
        sides = QHBoxLayout(self)
        sides.setContentsMargins(0, 0, 0, 0)
        sides.setSpacing(0)
        sides.addWidget(listing)
        sides.addWidget(line)
        sides.addWidget(self._right, 1)

    def show_group(self, there: bool) -> None:
        """Show the chosen group, or that none is listed."""
        self._right.setCurrentWidget(self._view if there else self.nothing)
