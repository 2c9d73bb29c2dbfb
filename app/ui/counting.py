"""The words at the left end of the status line: how much is on the page that is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from app.ui import words
from app.ui.navigation import Navigator
from app.ui.rooms import Rooms
from app.ui.searching import SearchFlow
from app.ui.sidebar import Where


class CountLine(QObject):
    """Writes the count anew whenever the page, its photos or the question change."""

    def __init__(self, rooms: Rooms, search: SearchFlow, ways: Navigator, parent: QObject) -> None:
        super().__init__(parent)
        self._rooms, self._search, self._ways = rooms, search, ways
        self._photos = 0
        rooms.gallery.counted.connect(self.show_count)
        rooms.duplicates.counted.connect(self.show_count)
        rooms.unreadable.counted.connect(self.show_count)
        search.answered.connect(self.show_count)
        search.ended.connect(self.show_count)
        ways.arrived.connect(self.show_count)

    def set_photos(self, photos: int) -> None:
        """How many photos the whole library holds."""
        self._photos = photos
        self._rooms.status.show_photos(photos)
        self.show_count()

    @Slot()
    def show_count(self) -> None:
        """Write what stands now."""
        self._rooms.status.show_count(self._words())

    def _words(self) -> str:
        where = self._ways.place.where
        if where == Where.DUPLICATES:
            return words.groups(self._rooms.sidebar.duplicates())
        if where == Where.UNREADABLE:
            return words.files(len(self._rooms.unreadable.model.files))
        shown, answer = self._rooms.gallery.model.rowCount(), self._search.answer
        if answer is None:
            return words.photos(shown)
        text = self.tr("{found} of {photos} · {time}")
        return text.format(found=words.number(shown), photos=words.photos(self._photos), time=words.took(answer.took_ms))
