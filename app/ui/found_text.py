"""The text that was read in a photo, to select and to copy."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.ui import theme

MOST_LINES = 8
"""Longer texts are scrolled."""


class FoundText(QWidget):
    """A heading, the text, and a button that copies all of it; hidden where there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        head = QLabel(self.tr("TEXT IN THIS PHOTO"))
        theme.kind(head, "section")
        self.copy = QPushButton(self.tr("Copy"))
        self.copy.setAccessibleName(self.tr("Copy the text in this photo"))
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self._copy)
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("Text in this photo"))
        head.setBuddy(self.text)
        top = QHBoxLayout()
        top.addWidget(head, 1)
        top.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.XS)
        column.addLayout(top)
        column.addWidget(self.text)
        self.show_text("")

    def show_text(self, text: str) -> None:
        """Show this text; what people have selected in the same one stays."""
        self.setVisible(bool(text))
        if text != self.text.toPlainText():
            self.text.setPlainText(text)
        lines = min(MOST_LINES, text.count("\n") + 2)  # one more, for a line that is too long for the panel
        around = 2 * round(self.text.document().documentMargin()) + theme.XS
        self.text.setFixedHeight(lines * self.text.fontMetrics().lineSpacing() + around)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
