"""The sheet of all shortcuts, opened with "?"."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget

from app.ui import theme

Section = tuple[str, Sequence[tuple[str, Sequence[str]]]]
"""A heading and its lines: what one can do, and the keys, any of them."""


def shown(keys: Sequence[str]) -> str:
    """Keys as this platform writes them, "Ctrl+F   /"; words, such as "Arrow keys", stay as they are."""
    return "   ".join(key if " " in key else QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys)


class ShortcutsSheet(QDialog):
    """A plain list in two columns; any of Esc and "?" closes it."""

    def __init__(self, sections: Sequence[Section], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        columns = QGridLayout()
        columns.setHorizontalSpacing(theme.XL * 2)
        columns.setVerticalSpacing(theme.L)
        for number, section in enumerate(sections):
            columns.addWidget(self._section(*section), number // 2, number % 2, Qt.AlignmentFlag.AlignTop)
        title = QLabel(self.tr("Keyboard shortcuts"))
        theme.kind(title, "title")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
        column.setSpacing(theme.L)
        column.addWidget(title)
        column.addLayout(columns)

    def _section(self, name: str, lines: Sequence[tuple[str, Sequence[str]]]) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.XL)
        grid.setVerticalSpacing(theme.S)
        heading = QLabel(name.upper())
        theme.kind(heading, "section")
        grid.addWidget(heading, 0, 0, 1, 2)
        for row, (what, keys) in enumerate(lines, start=1):
            grid.addWidget(QLabel(what), row, 0)
            label = QLabel(shown(keys))
            theme.kind(label, "secondary")
            grid.addWidget(label, row, 1, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(0, 1)
        return box

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """ "?" closes it as it opened it."""
        if event.text() == "?":
            self.close()
        else:
            super().keyPressEvent(event)
