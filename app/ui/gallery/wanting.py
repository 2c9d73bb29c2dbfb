"""Says which thumbnails the grid needs: those in sight, then two screens onward and one back."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, QTimer, Slot

from app.ui import theme
from app.ui.gallery.thumbnails import Thumbnails

if TYPE_CHECKING:
    from app.ui.gallery.view import GridView

WAIT_MS = 20
AHEAD, BACK = 2, 1  # screens
NAME = "gallery"


class Wanting(QObject):
    """Follows what a grid shows. Pictures near the sight are scaled beforehand, so that scrolling finds them ready."""

    def __init__(self, view: GridView, thumbnails: Thumbnails) -> None:
        super().__init__(view)
        self._view, self._thumbnails = view, thumbnails
        self._near: dict[bytes, int] = {}
        self._told: tuple[object, ...] = ()
        self._wait = QTimer(self, interval=WAIT_MS, singleShot=True)
        self._wait.timeout.connect(self._tell)
        thumbnails.ready.connect(self._prepare)

    def look(self) -> None:
        """The view was painted: if it shows something else than before, say so in a moment.

        What is in sight is known at once, for its pictures may be scaled before that moment is over.
        """
        rows = self._view.visible_rows()
        state = (rows, self._view.grid)
        if state != self._told:
            self._told = state
            photos = self._view.photos.photos(rows.start, rows.stop)
            self._near.update((photo.digest, row) for row, photo in enumerate(photos, rows.start))
            self._wait.start()

    def forget(self) -> None:
        """Other photos are shown, perhaps as many in the same places."""
        self._near, self._told = {}, ()

    def row_seen(self, digest: bytes) -> int | None:
        """Where a photo near the sight stands."""
        return self._near.get(digest)

    @Slot()
    def _tell(self) -> None:
        view = self._view
        rows, height = view.visible_rows(), view.viewport().height()
        top, bottom = view.verticalOffset(), view.verticalOffset() + height
        ahead = range(rows.stop, view.grid.rows_between(bottom, bottom + AHEAD * height).stop)
        back = range(view.grid.rows_between(max(top - BACK * height, 0), top).start, rows.start)
        size, ratio = QSize(view.grid.side, view.grid.side), view.devicePixelRatioF()
        self._near, needed = {}, []
        shown = view.photos.rowCount()
        for row in chain(rows, ahead, reversed(back)):
            if row < shown:
                digest = view.photos.photo(row).digest
                self._near[digest] = row
                if self._thumbnails.pixmap(digest, size, ratio, theme.RADIUS_THUMBNAIL) is None:
                    needed.append(digest)
        self._thumbnails.want(NAME, needed)

    @Slot(bytes)
    def _prepare(self, digest: bytes) -> None:
        digest = bytes(digest)
        if digest not in self._near:
            return
        size = QSize(self._view.grid.side, self._view.grid.side)
        self._thumbnails.pixmap(digest, size, self._view.devicePixelRatioF(), theme.RADIUS_THUMBNAIL)
        if self._thumbnails.image(digest) is None and not self._thumbnails.lacks(digest):
            self._wait.start()  # it may have a picture now: ask again
