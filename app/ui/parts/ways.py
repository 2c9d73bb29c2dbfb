"""The ways to where a picture, or a part of it, lies in found photos: their outlines, and both side by side."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from app.engine.texts import Corners
from app.engine.types import Hit, PhotoRow
from app.ui import reasons
from app.ui.rooms import Rooms
from app.ui.searching import SearchFlow


class MatchWays(QObject):
    """Leads from whatever tells that a part was found to the room that shows where, and back to where one came from."""

    def __init__(self, rooms: Rooms, search: SearchFlow, parent: QObject) -> None:
        super().__init__(parent)
        self._rooms, self._search = rooms, search
        self._from: QWidget = rooms.browse
        viewer = rooms.viewing.viewer
        viewer.outline_of, viewer.can_match = self._outlines, self.can_show
        viewer.match_asked.connect(self.show)
        rooms.similar.why.match_asked.connect(self.show)
        rooms.gallery.view.match_asked.connect(lambda at: self.show(rooms.gallery.model.photo(at)))
        rooms.matching.closed.connect(self._go_back)

    def hit(self, row: PhotoRow) -> Hit | None:
        """Why a photo was found; None outside a search."""
        at = self._rooms.gallery.model.row_of(row.photo_id)
        return None if at is None else self._rooms.gallery.model.hit(at)

    def can_show(self, row: PhotoRow) -> bool:
        """Whether a photo was found because a picture, or a part of it, lies in it."""
        hit, query = self.hit(row), self._search.query
        return bool(query and query.images and hit and reasons.part(hit) is not None)

    @Slot(object)
    def show(self, row: PhotoRow) -> None:
        """The picture that was asked about and a found photo side by side, with what agrees."""
        query, rooms = self._search.query, self._rooms
        if query is not None and self.can_show(row):
            self._from = rooms.viewing if rooms.shown is rooms.viewing else rooms.browse
            rooms.show(rooms.matching)
            boxes = (query.box, *(None for _ in query.images[1:]))  # it is drawn on the first
            rooms.matching.open(tuple(zip(query.images, boxes, strict=True)), row)
            rooms.matching.setFocus()

    @Slot()
    def _go_back(self) -> None:
        self._rooms.show(self._from)
        (self._rooms.viewing.viewer if self._from is self._rooms.viewing else self._rooms.gallery).setFocus()

    def _outlines(self, row: PhotoRow) -> tuple[Corners, ...]:
        hit = self.hit(row)
        if hit is None:
            return ()
        outline = reasons.outline(hit, (row.width, row.height))
        return (*([outline] if outline else []), *reasons.word_outlines(hit))
