"""A page beside the groups: a way back, a title, something in the middle or why it is empty, and buttons at the foot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.ui import icons, theme
from app.ui.bridge import Bridge
from app.ui.duplicates.group_view import button
from app.ui.elided import ElidedLabel
from app.ui.state_page import StatePage


class AsidePage(QWidget):
    """Enter presses the last button, Esc goes back. `says` is the line at the foot."""

    closed = Signal()
    happened = Signal(object)  # Happening

    def __init__(self, bridge: Bridge, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._bridge = bridge
        self._icon = icon
        self.says = ElidedLabel("secondary")
        self.nothing = StatePage(self)
        self.nothing.show_state(icon, self.tr("Looking…"), "")
        self._default: QPushButton | None = None

    def _lay_out(self, title: str, middle: QWidget, buttons: Sequence[QPushButton]) -> None:
        leave = button(self.tr("Back to the groups"), self.tr("Close (Esc)"), "quiet")
        leave.setIcon(icons.icon("caret-left", mirrored=self.layoutDirection() == Qt.LayoutDirection.RightToLeft))
        leave.clicked.connect(self.closed)
        called = QLabel(title)
        theme.kind(called, "title")
        head = QHBoxLayout()
        head.setSpacing(theme.M)
        head.addWidget(leave)
        head.addWidget(called, 1)
        self._middle, self._content = QStackedWidget(), middle
        for page in (self.nothing, middle):
            self._middle.addWidget(page)
        foot = QHBoxLayout()
        foot.setSpacing(theme.S)
        foot.addWidget(self.says, 1)
        for each in buttons:
            foot.addWidget(each)
        self._default = buttons[-1]
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, theme.M, 20, theme.L)
        whole.setSpacing(theme.M)
        whole.addLayout(head)
        whole.addWidget(self._middle, 1)
        whole.addLayout(foot)

    def _show_content(self) -> None:
        self._middle.setCurrentWidget(self._content)

    def _show_nothing(self, title: str, sentence: str) -> None:
        self.nothing.show_state(self._icon, title, sentence)
        self._middle.setCurrentWidget(self.nothing)

    # ---- Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the last button; Esc goes back to the groups."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._default:
            self._default.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
