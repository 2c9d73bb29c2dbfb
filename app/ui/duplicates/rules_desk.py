"""The rules by which copies are kept, as the window knows them, and how they are changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.engine.copies import DEFAULT_RULES, ChangeKeeperRules, GetKeeperRules, KeeperRules
from app.engine.requests import Failed
from app.ui.bridge import Bridge
from app.ui.undo import Happening


class RulesDesk(QObject):
    """Outlives the dialog: answers may come when it is closed."""

    changed = Signal()  # `rules` may be others, or the same ones again after a refusal
    happened = Signal(object)  # Happening
    refused = Signal(str)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.rules = DEFAULT_RULES

    @Slot()
    def refresh(self) -> None:
        """Ask which rules are in force."""
        self._bridge.ask(GetKeeperRules(), self._take, lambda _failure: None)

    def change(self, wanted: KeeperRules) -> None:
        """Keep copies by other rules from now on."""
        if wanted != self.rules:
            self._bridge.ask(ChangeKeeperRules(wanted), lambda before: self._done(before, wanted), self._failed)

    def _take(self, rules: KeeperRules) -> None:
        self.rules = rules
        self.changed.emit()

    def _done(self, before: KeeperRules, wanted: KeeperRules) -> None:
        self.refresh()  # folders may be spelled in another way
        text = self.tr("Other copies are kept from now on.")
        self.happened.emit(Happening(text, lambda: self._set(before), lambda: self._set(wanted)))

    def _set(self, rules: KeeperRules) -> None:
        self._bridge.ask(ChangeKeeperRules(rules), lambda _before: self.refresh(), self._failed)

    def _failed(self, failure: Failed) -> None:
        self.refused.emit(failure.message)
        self.changed.emit()
