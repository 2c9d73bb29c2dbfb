"""The sheet of all shortcuts, opened with "?"."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.ui import theme

_LEAST = 400  # pixels of height, also above a low window

Section = tuple[str, Sequence[tuple[str, Sequence[str]]]]
"""A heading and its lines: what one can do, and the keys, any of them."""


def shown(keys: Sequence[str]) -> str:
    """Keys as this platform writes them, "Ctrl+F   /"; words, such as "Arrow keys", stay as they are."""
    return "   ".join(key if " " in key else QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys)


class ShortcutsSheet(QDialog):
    """A plain list in two columns, or one where two are wider than the window; any of Esc and "?" closes it."""

    def __init__(self, sections: Sequence[Section], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = QLabel(self.tr("Keyboard shortcuts"))
        theme.kind(title, "title")
        room = parent.size() if parent is not None else self.screen().availableSize()
        inside = self._columns(sections, 2)
        if inside.sizeHint().width() + 2 * theme.XL > room.width():
            inside = self._columns(sections, 1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setMinimumWidth(inside.sizeHint().width() + scroll.verticalScrollBar().sizeHint().width())
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.XL, theme.XL, theme.M, theme.M)
        column.setSpacing(theme.L)
        column.addWidget(title)
        column.addWidget(scroll, 1)
        wanted = inside.sizeHint().height() + title.sizeHint().height() + theme.XL + theme.L + 2 * theme.M
        self.resize(self.sizeHint().width(), min(wanted, max(_LEAST, room.height())))

    def _columns(self, sections: Sequence[Section], count: int) -> QWidget:
        """So many columns; each section goes to the shortest one."""
        inside = QWidget()
        theme.ground(inside, "window")
        row = QHBoxLayout(inside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.XL * 2)
        columns, lines = [QVBoxLayout() for _ in range(count)], [0] * count
        for section in sections:
            shortest = lines.index(min(lines))
            columns[shortest].addWidget(self._section(*section))
            lines[shortest] += 2 + len(section[1])
        for column in columns:
            column.setSpacing(theme.L)
            column.addStretch(1)
            row.addLayout(column)
        return inside

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
