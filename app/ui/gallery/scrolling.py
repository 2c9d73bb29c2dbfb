"""Wheel scrolling that glides: each notch moves the goal, and the bar runs after it."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QPropertyAnimation
from PySide6.QtWidgets import QScrollBar, QStyle

DURATION_MS = 140


class Glide:
    """Moves a scroll bar to a goal; at once where the desktop wants no animations."""

    def __init__(self, bar: QScrollBar) -> None:
        self._bar = bar
        self._run = QPropertyAnimation(bar, b"value", bar)
        self._run.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._run.setDuration(DURATION_MS)

    @property
    def goal(self) -> int:
        """Where the bar will come to rest."""
        running = self._run.state() == QPropertyAnimation.State.Running
        return int(self._run.endValue()) if running else self._bar.value()

    def by(self, pixels: int) -> None:
        """Move the goal by so many pixels."""
        self.to(self.goal + pixels)

    def to(self, value: int) -> None:
        """Glide to a value of the bar."""
        value = min(max(value, self._bar.minimum()), self._bar.maximum())
        self._run.stop()
        if not self._bar.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self._bar):
            self._bar.setValue(value)
            return
        self._run.setStartValue(self._bar.value())
        self._run.setEndValue(value)
        self._run.start()

    def carry(self, pixels: int) -> None:
        """Everything moved by so many pixels at once: the bar and a running glide move with it."""
        goal, running = self.goal + pixels, self._run.state() == QPropertyAnimation.State.Running
        self._run.stop()
        self._bar.setValue(self._bar.value() + pixels)
        if running:
            self.to(goal)

    def stop(self) -> None:
        """Stay where the bar is."""
        self._run.stop()
