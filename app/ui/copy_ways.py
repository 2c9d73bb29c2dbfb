"""The ways to the copies that stand behind a found photo."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, Slot

from app.engine.types import PhotoRow
from app.ui.copies_popup import CopiesPopup
from app.ui.rooms import Rooms


class CopyWays(QObject):
    """Opens the list of copies below a photo's badge, and one of them in the viewer."""

    def __init__(self, rooms: Rooms, parent: QObject) -> None:
        super().__init__(parent)
        self._rooms = rooms
        rooms.gallery.view.copies_asked.connect(self._list)

    def show(self, row: PhotoRow) -> None:
        """List the copies that stand behind a found photo."""
        gallery = self._rooms.gallery
        at = gallery.model.row_of(row.photo_id)
        if at is not None:
            gallery.view.scrollTo(gallery.model.index(at))
            gallery.view.ask_copies(at)

    @Slot(int, QRect)
    def _list(self, row: int, badge: QRect) -> None:
        gallery = self._rooms.gallery
        hit = gallery.model.hit(row)
        if hit is not None:
            popup = CopiesPopup(hit, gallery.thumbnails, gallery)
            popup.opened.connect(self._open)
            popup.show_at(badge)

    @Slot(object)
    def _open(self, row: PhotoRow) -> None:
        """Look at a copy alone: it is not among the photos that are shown, or stands there as another file."""
        self._rooms.show(self._rooms.viewing)
        self._rooms.viewing.open((row,), 0)
