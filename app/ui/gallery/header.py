"""The line above found photos: how many there are, whether weaker ones may be shown, what is missing, and saving the search."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.ui import theme
from app.ui.elided import ElidedLabel
from app.ui.gallery.save_line import SaveLine
from app.ui.status import Elided

HEIGHT = 42


class ResultHeader(QWidget):
    """ "15 photos found, best first", the chip for weaker matches, quiet remarks, and "Save this search" at the end."""

    weaker_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.count, self.remark = Elided(), ElidedLabel("secondary")
        theme.kind(self.count, "secondary")
        self.weaker = QPushButton()
        theme.kind(self.weaker, "chip")
        self.weaker.clicked.connect(self.weaker_clicked)
        self.save = SaveLine()
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.L, 0, theme.L - theme.XS, 0)
        line.setSpacing(theme.S)
        line.addWidget(self.count)
        line.addWidget(self.weaker)
        line.addWidget(self.remark, 1)
        line.addWidget(self.save)

    def show_found(self, count: str, weaker: str, remark: str, *, warning: bool = False) -> None:
        """Fill the line; an empty text for the chip leaves it out. `warning` colors the remark."""
        self.count.say(count)
        self.weaker.setText(weaker)
        self.weaker.setVisible(bool(weaker))
        theme.kind(self.remark, "warning" if warning else "secondary")
        self.remark.say(remark)
        self.save.setVisible(True)
        self.show()

    def show_searching(self) -> None:
        """The next answer takes a while."""
        self.count.say(self.tr("Searching…"))
        self.weaker.hide()
        self.remark.say("")
        self.save.setVisible(self.save.is_asking)
        self.show()
