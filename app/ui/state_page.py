"""A page of one sentence and one or two buttons, for states that have nothing else to show."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.icons import icon

WIDTH, HINT_WIDTH = 440, 560
PATIENCE_MS = 700


class StatePage(QWidget):
    """A sign, a title, a sentence, and the next step, in the middle of the page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.ground(self, "window")
        self._name, self._role = "info", "secondary"
        self._sign = QLabel(alignment=Qt.AlignmentFlag.AlignHCenter)
        self.title = QLabel(alignment=Qt.AlignmentFlag.AlignHCenter)
        theme.kind(self.title, "title")
        self.sentence = QLabel(alignment=Qt.AlignmentFlag.AlignHCenter, wordWrap=True)
        self.sentence.setMaximumWidth(WIDTH)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme.kind(self.sentence, "secondary")
        self.hint = QLabel(alignment=Qt.AlignmentFlag.AlignHCenter, wordWrap=True)
        self.hint.setMaximumWidth(HINT_WIDTH)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        theme.kind(self.hint, "secondary")
        self.hint.hide()
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(theme.S)
        column = QVBoxLayout(self)
        column.setSpacing(theme.S)
        column.addStretch(2)
        for part in (self._sign, self.title):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        across = QHBoxLayout()  # not an alignment: that would keep the sentence from growing with its lines
        across.addStretch(1)
        across.addWidget(self.sentence, 100)
        across.addStretch(1)
        column.addLayout(across)
        column.addSpacing(theme.S)
        column.addLayout(self._buttons)
        column.addSpacing(theme.L)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(self.hint, 100)
        below.addStretch(1)
        column.addLayout(below)
        column.addStretch(3)
        theme.changed.connect(self._tint)

    def show_later(self, sign: str, title: str, sentence: str) -> None:
        """Say it only where there is still nothing else to show after a while."""
        QTimer.singleShot(PATIENCE_MS, self, lambda: self.show_state(sign, title, sentence))

    def show_state(self, sign: str, title: str, sentence: str, *, role: str = "secondary") -> None:
        """Say what the state is."""
        self._name, self._role = sign, role
        self.title.setText(title)
        self.sentence.setText(sentence[:1].upper() + sentence[1:])
        self.sentence.setVisible(bool(sentence))
        self._tint()

    def show_hint(self, text: str) -> None:
        """A piece of advice below the buttons; none for an empty text."""
        self.hint.setText(text)
        self.hint.setVisible(bool(text))

    def add_button(self, text: str, step: Callable[[], object], *, main: bool = False) -> QPushButton:
        """Add a way on."""
        button = QPushButton(text)
        if main:
            theme.kind(button, "primary")
        button.setAutoDefault(True)  # Enter presses it, too
        button.clicked.connect(lambda: step())
        if self._buttons.count() == 0:
            self._buttons.addStretch()
            self._buttons.addStretch()
        self._buttons.insertWidget(self._buttons.count() - 1, button)
        return button

    def _tint(self) -> None:
        if not self.title.text():
            return
        self._sign.setPixmap(icon(self._name, self._role).pixmap(QSize(40, 40), self.devicePixelRatioF()))
