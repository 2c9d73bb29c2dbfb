"""The tags of the library with how many photos each has, kept up to date for all who show them."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.engine.labels import TagCount
from app.engine.requests import ListTags
from app.engine.types import Query
from app.ui.bridge import Bridge
from app.ui.typed import tag_condition

SOON_MS = 300
"""Tags are asked for this long after the last news of them, so that tagging many photos asks once."""


class AllTags(QObject):
    """Knows them all, those with most photos first."""

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.all: tuple[TagCount, ...] = ()
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.refresh)
        bridge.opened.connect(self.refresh)
        for news in (bridge.tags_changed, bridge.folders_changed):
            news.connect(self._news)

    @Slot()
    def _news(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    @Slot()
    def refresh(self) -> None:
        """Ask for the list again."""
        self._bridge.ask(ListTags(), self._take, lambda _failure: None, replaces="all tags")

    def _take(self, tags: tuple[TagCount, ...]) -> None:
        if tags != self.all:
            self.all = tags
            self.changed.emit()

    def asked_by(self, query: Query) -> str | None:
        """The tag that a question asks for and nothing else; None where it asks for something else."""
        if len(query.where) != 1 or replace(query, where=()) != Query(k=query.k, further=query.further, fold=query.fold):
            return None
        return next((tag.name for tag in self.all if tag_condition(tag.name) == query.where[0]), None)
