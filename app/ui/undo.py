"""What has happened, in words for the status line, with the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that was done at the user's wish. `undo` takes it back (None: it cannot be taken back); `redo` does it again.

    `further` is a next step that suggests itself, with its words.
    """

    text: str
    undo: Callable[[], None] | None
    redo: Callable[[], None] | None = None
    further: tuple[str, Callable[[], None]] | None = None


class UndoList(QObject):
    """What can be taken back, newest last. Each step is taken back once; a step with `redo` can be done again."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._done: list[Happening] = []
        self._undone: list[Happening] = []

    def add(self, happening: Happening) -> None:
        """Remember a happening; one without a way back is only shown, never kept."""
        if happening.undo is None:
            return
        self._done.append(happening)
        self._undone.clear()
        self.changed.emit()

    def undo(self) -> Happening | None:
        """Take the newest step back and say which it was; None where there is none."""
        if not self._done:
            return None
        happening = self._done.pop()
        if happening.redo is not None:
            self._undone.append(happening)
        assert happening.undo is not None
        happening.undo()
        self.changed.emit()
        return happening

    def undo_this(self, happening: Happening) -> None:
        """Take back one step that is still there, whether or not it is the newest."""
        if happening in self._done:
            self._done.remove(happening)
            self._done.append(happening)
            self.undo()

    def redo(self) -> Happening | None:
        """Do the step that was taken back last again; None where there is none."""
        if not self._undone:
            return None
        happening = self._undone.pop()
        assert happening.redo is not None
        happening.redo()
        self._done.append(happening)
        self.changed.emit()
        return happening

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to do again."""
        return bool(self._undone)
