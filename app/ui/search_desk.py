"""Joins what belongs to searches: saving the one at hand, remembering those that were meant, and the settings."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from app.ui import naming, typed
from app.ui.bridge import Bridge
from app.ui.history import History
from app.ui.model_desk import ModelDesk
from app.ui.rooms import Rooms
from app.ui.searching import SearchFlow
from app.ui.settings_dialog import SettingsDialog
from app.ui.undo import Happening


class SearchDesk(QObject):
    """Keeps the line above found photos, the list of recent searches and the saved ones in step with the question."""

    def __init__(self, bridge: Bridge, rooms: Rooms, search: SearchFlow, window: QWidget) -> None:
        super().__init__(window)
        self._bridge, self._rooms, self._search, self._window = bridge, rooms, search, window
        self.history = History(bridge, rooms.search_bar)
        self.models = ModelDesk(bridge, self)
        self._settings: SettingsDialog | None = None
        self._save = rooms.gallery.header.save
        self._save.named.connect(self._named)
        search.began.connect(self._offer)
        rooms.saved.changed.connect(self._offer)
        for opened in (rooms.gallery.opened, rooms.similar.opened):
            opened.connect(self._note)

    @Slot()
    def _offer(self) -> None:
        """What the question at hand could be called, or is."""
        query = self._search.query
        if query is not None:
            self._save.offer(naming.suggest(query), self._rooms.saved.name_of(query))

    @Slot()
    def save_this(self) -> None:
        """Let the question at hand be named, in the line above what it found; where nothing was, a fitting name is given."""
        query = self._search.query
        if query is None:
            self._rooms.status.show_happening(Happening(self.tr("Search for something first, then it can be saved"), None))
        elif self._save.isVisible():
            self._save.ask_name()
        elif not self._rooms.saved.name_of(query):
            self._rooms.saved.save(naming.suggest(query), query)

    @Slot()
    def show_settings(self) -> None:
        """Open the settings, or bring them to the front."""
        if self._settings is None:
            self._settings = SettingsDialog(self._rooms.preferences, self.models, self._window)
            self._settings.clear_asked.connect(self.history.clear)
            self._settings.destroyed.connect(self._settings_closed)
            self._settings.show()
        self._settings.raise_()
        self._settings.activateWindow()

    @Slot()
    def show_models(self) -> None:
        """Open the settings where models are got and chosen."""
        self.show_settings()
        assert self._settings
        self._settings.show_models()

    @Slot()
    def _settings_closed(self) -> None:
        self._settings = None

    @Slot(str)
    def _named(self, name: str) -> None:
        query = self._search.query
        if query is None:
            return
        before = self._rooms.saved.name_of(query)
        if before:
            self._rooms.saved.rename(before, name)
        else:
            self._rooms.saved.save(name, query)

    @Slot()
    def _note(self) -> None:
        """A photo that was found is looked at: this search was meant."""
        query = self._search.query
        if query is not None:
            self.history.note(typed.as_typed(query))
