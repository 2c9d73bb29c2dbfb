"""Icons for what is dark in every scheme."""

from __future__ import annotations

from PySide6.QtGui import QColor, QIcon, QIconEngine

from app.ui import theme
from app.ui.icons import TintedEngine


class _DarkEngine(TintedEngine):
    """Takes its color from the dark scheme, whichever is in force."""

    def clone(self) -> QIconEngine:
        """A copy, as Qt asks for one when an icon is changed."""
        return _DarkEngine(self._name, self._role, self._mirrored)

    def _color(self, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        role = "faint" if mode == QIcon.Mode.Disabled else "accent" if state == QIcon.State.On else self._role
        return QColor(getattr(theme.DARK, role))


def dark_icon(name: str, role: str = "text") -> QIcon:
    """A Phosphor icon by its short name, for a dark ground."""
    return QIcon(_DarkEngine(f"ph.{name}-light", role, False))
