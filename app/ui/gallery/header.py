"""The line above found photos: how many there are, whether weaker ones may be shown, and what is still missing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.ui import theme

HEIGHT = 42


class ResultHeader(QWidget):
    """ "15 photos found, best first", the chip for weaker matches, and quiet remarks."""

    weaker_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.count = QLabel()
        theme.kind(self.count, "secondary")
        self.weaker = QPushButton()
        theme.kind(self.weaker, "chip")
        self.weaker.clicked.connect(self.weaker_clicked)
        self.remark = QLabel()
        self.remark.setTextFormat(Qt.TextFormat.PlainText)
        theme.kind(self.remark, "secondary")
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.L, 0, theme.L, 0)
        line.setSpacing(theme.S)
        line.addWidget(self.count)
        line.addWidget(self.weaker)
        line.addStretch(1)
        line.addWidget(self.remark)

    def show_texts(self, count: str, weaker: str, remark: str, *, warning: bool = False) -> None:
        """Fill the line; an empty text for the chip leaves it out. `warning` colors the remark."""
        self.count.setText(count)
        self.weaker.setText(weaker)
        self.weaker.setVisible(bool(weaker))
        theme.kind(self.remark, "warning" if warning else "secondary")
        self.remark.setText(remark)
        self.remark.setToolTip(remark)
