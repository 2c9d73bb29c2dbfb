"""What the user chose for searches, as the engine keeps it: how much each facet counts, and whether to look further."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.engine.requests import ChangeSettings, GetSettings
from app.engine.settings import Settings
from app.engine.types import Facet
from app.ui.bridge import Bridge

WRITE_MS = 400
"""Changes are written this long after the last one, so that a moved slider writes once."""


class Preferences(QObject):
    """The settings as they are now; a change is told at once and written a moment later."""

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._settings = Settings()
        self._written = Settings()
        self._later = QTimer(self, interval=WRITE_MS, singleShot=True)
        self._later.timeout.connect(self.write)
        bridge.opened.connect(self.refresh)
        bridge.models_changed.connect(self.refresh)  # the model that is wanted is among them

    @property
    def settings(self) -> Settings:
        """What holds now."""
        return self._settings

    @Slot()
    def refresh(self) -> None:
        """Ask the engine what is kept."""
        self._bridge.ask(GetSettings(), self._take, lambda _failure: None, replaces="settings")

    def _take(self, settings: Settings) -> None:
        if self._later.isActive():
            settings = replace(settings, weights=self._settings.weights, look_further=self._settings.look_further)
            settings = replace(settings, read_text=self._settings.read_text)
        else:
            self._written = settings
        if settings != self._settings:
            self._settings = settings
            self.changed.emit()

    def set_weights(self, weights: Mapping[Facet, float]) -> None:
        """How much each facet counts; the others stay."""
        kept = {**self._settings.weights, **weights}
        self._change(replace(self._settings, weights=MappingProxyType(kept)))

    def set_further(self, further: bool) -> None:
        """Whether the best results help to find more."""
        self._change(replace(self._settings, look_further=further))

    def set_read_text(self, read: bool) -> None:
        """Whether text in photos is read."""
        self._change(replace(self._settings, read_text=read))

    def _change(self, settings: Settings) -> None:
        if settings != self._settings:
            self._settings = settings
            self._later.start()
            self.changed.emit()

    @Slot()
    def write(self) -> None:
        """Have the engine keep what was changed, without waiting any longer."""
        self._later.stop()
        if self._settings != self._written:
            self._written = self._settings
            self._bridge.ask(ChangeSettings(self._settings), lambda _none: None)
