"""The keys of a page, whichever part of it has the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
_PRESSES_BUTTON = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(frozen=True, slots=True)
class Act:
    """What a key does; `once` for what must not happen again while the key is held down."""

    do: Callable[[], object]
    once: bool = False


class Keys(QObject):
    """Runs the acts of a table. Views would take arrows and letters for themselves, so they are watched."""

    def __init__(self, table: Mapping[int, Act], parent: QObject) -> None:
        super().__init__(parent)
        self._table = table

    def watch(self, *widgets: QWidget) -> None:
        """Take the table's keys before these widgets do."""
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's way in."""
        return isinstance(event, QKeyEvent) and self.handle(event)

    def handle(self, event: QKeyEvent) -> bool:
        """Do what the key means here; False where it means nothing. A button that has the keyboard is pressed by Enter itself."""
        act = self._act(event)
        if act is None or event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        event.accept()  # for ShortcutOverride: the window's own shortcuts shall not take it
        if event.type() == QEvent.Type.KeyPress and not (act.once and event.isAutoRepeat()):
            act.do()
        return True

    def _act(self, event: QKeyEvent) -> Act | None:
        shifted_sign = event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal)
        if event.modifiers() not in _PLAIN and not (shifted_sign and event.modifiers() == Qt.KeyboardModifier.ShiftModifier):
            return None
        focused = QApplication.focusWidget()
        if event.key() in _PRESSES_BUTTON and isinstance(focused, QAbstractButton):
            return Act(focused.click, once=True)
        return self._table.get(event.key())
