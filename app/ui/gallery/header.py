"""The line above found photos: how many there are, whether weaker ones may be shown, what is missing, and saving the search."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.elided import ElidedLabel
from app.ui.gallery.save_line import SaveLine
from app.ui.status import Elided

HEIGHT, BELOW = 42, 24


class ResultHeader(QWidget):
    """ "15 photos found, best first", the chip for weaker matches, quiet remarks, and "Save this search" at the end.

    A remark that has no room beside these has a line of its own, which stays until other photos are shown: what is looked at
    does not move.
    """

    weaker_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.count, self.remark, self.below = Elided(), ElidedLabel("secondary"), ElidedLabel("secondary")
        theme.kind(self.count, "secondary")
        self.weaker = QPushButton()
        theme.kind(self.weaker, "chip")
        self.weaker.clicked.connect(self.weaker_clicked)
        self.save = SaveLine()
        line = QHBoxLayout()
        line.setContentsMargins(theme.L, 0, theme.L - theme.XS, 0)
        line.setSpacing(theme.S)
        line.addStrut(HEIGHT)
        line.addWidget(self.count)
        line.addWidget(self.weaker)
        line.addWidget(self.remark, 1)
        line.addWidget(self.save)
        self.below.setContentsMargins(theme.L, 0, theme.L, theme.S)
        self.below.setFixedHeight(BELOW)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self.below)
        self.below.hide()

    @property
    def remarked(self) -> str:
        """The remark, wherever it stands."""
        return self.remark.whole or self.below.whole

    def _say(self, text: str, *, stays: bool = True) -> None:
        beside = sum(part.sizeHint().width() for part in (self.count, self.weaker, self.save) if not part.isHidden())
        room = self.width() - 2 * theme.L - beside - 3 * theme.S
        fits = self.remark.fontMetrics().horizontalAdvance(text) < room
        self.remark.say(text if fits else "")
        self.below.say("" if fits else text)
        self.below.setVisible(not fits or (stays and not self.below.isHidden()))

    def hideEvent(self, event: QHideEvent) -> None:
        """Other photos come: the line of its own is needed no more."""
        super().hideEvent(event)
        if self.isHidden():
            self.below.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There may be room for the remark now, or no more."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._say(self.remarked, stays=False)

    def show_found(self, count: str, weaker: str, remark: str, *, warning: bool = False) -> None:
        """Fill the line; an empty text for the chip leaves it out. `warning` colors the remark."""
        self.count.say(count)
        self.weaker.setText(weaker)
        self.weaker.setVisible(bool(weaker))
        for label in (self.remark, self.below):
            theme.kind(label, "warning" if warning else "secondary")
        self.save.setVisible(True)
        self._say(remark)
        self.show()

    def show_searching(self) -> None:
        """The next answer takes a while."""
        self.count.say(self.tr("Searching…"))
        self.weaker.hide()
        self._say("")
        self.save.setVisible(self.save.is_asking)
        self.show()
