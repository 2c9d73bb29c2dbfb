"""The column on the left: which groups are listed and how, the list, and what can be done with all of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.engine.copies import DuplicateGroup
from app.ui import icons, theme, words
from app.ui.duplicates.group_list import NARROW, WIDTH, GroupList, GroupModel
from app.ui.duplicates.group_view import button
from app.ui.duplicates.pictures import Pictures
from app.ui.duplicates.pile import Pile
from app.ui.duplicates.sieve import Sieve
from app.ui.duplicates.sieve_bar import SieveBar


class Listing(QWidget):
    """The groups of a pile that pass a sieve, in its order."""

    sifted = Signal(object)  # Sieve: the person wants other groups listed
    plan_asked = Signal()  # what would happen to all that are listed
    moved_asked = Signal()  # what was moved before
    decided_asked = Signal()  # what was decided before
    rules_asked = Signal()  # which copy is kept

    def __init__(self, pile: Pile, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pile = pile
        self.sieve = Sieve()
        self.bar = SieveBar(lambda: pile.groups, self)
        self.model = GroupModel(pile.frees_of, self)
        self.list = GroupList(self.model, pictures, self)
        self.all = button("", self.tr("See what would happen to all groups that are listed, before anything does (B)"))
        self.moved = self._sign("clock-counter-clockwise", self.tr("What was moved to the trash before (H)"))
        self.decided = self._sign("scales", self.tr("What was decided before: all kept, not duplicates (E)"))
        self.rules = self._sign("sliders-horizontal", self.tr("Which copy is kept (R)"))
        self.all.clicked.connect(self.plan_asked)
        self.moved.clicked.connect(self.moved_asked)
        self.decided.clicked.connect(self.decided_asked)
        self.rules.clicked.connect(self.rules_asked)
        self.bar.changed.connect(self.sifted)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.S, 0, theme.S, theme.S)
        foot.setSpacing(theme.XS)
        foot.addWidget(self.all, 1)
        foot.addWidget(self.moved)
        foot.addWidget(self.decided)
        foot.addWidget(self.rules)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.S, 0, 0)
        column.setSpacing(theme.XS)
        column.addWidget(self.bar)
        column.addWidget(self.list, 1)
        column.addLayout(foot)

    def _sign(self, sign: str, tip: str) -> QToolButton:
        made = QToolButton()
        made.setIcon(icons.icon(sign, "secondary"))
        made.setToolTip(tip)
        made.setAccessibleName(tip)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return made

    def fill(self, sieve: Sieve, chosen: DuplicateGroup | None = None, row: int = 0) -> None:
        """List what passes and choose a group, or the one in that row where it is not among them."""
        self.sieve = sieve
        self.bar.show_sieve(sieve)
        self.model.set_groups(sieve.pick(self._pile.groups))
        found = self.row_of(chosen) if chosen is not None else -1
        self.list.choose(found if found >= 0 else max(0, row))
        self.say_all()

    def take_out(self, row: int) -> None:
        """A group is gone: the one after it is next."""
        self.model.remove(row)
        self.list.choose(row)
        self.say_all()

    def row_of(self, group: DuplicateGroup) -> int:
        """Where a group is listed, -1 where it is not."""
        return next((row for row, other in enumerate(self.model.groups) if other is group), -1)

    @Slot()
    def say_all(self) -> None:
        """Name the button by how many groups it is about."""
        count = len(self.model.groups)
        self.all.setText(self.tr("Plan for %1…").replace("%1", words.groups(count)))
        self.all.setEnabled(count > 0)

    def set_narrow(self, narrow: bool) -> None:
        """Give way to the photos in a narrow window."""
        self.setFixedWidth(NARROW if narrow else WIDTH)
