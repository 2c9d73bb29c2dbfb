"""Dragging photos out of the gallery, as files that any program takes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QSize, Qt, QUrl
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QWidget

from app.engine.types import PhotoRow
from app.ui.gallery.delegate import drag_picture
from app.ui.gallery.thumbnails import Thumbnails

PHOTO_IDS = "application/x-facet-photo-ids"
"""Our own drags carry this beside the files, so that the window knows them: photo ids as text, separated by commas."""
MOST = 2000  # files in one drag; more than this no program takes well


def mime(photos: Sequence[PhotoRow]) -> QMimeData:
    """The files of photos as a drag or the clipboard carries them."""
    carried = photos[:MOST]
    made = QMimeData()
    made.setUrls([QUrl.fromLocalFile(photo.path) for photo in carried])
    made.setData(PHOTO_IDS, QByteArray(",".join(str(photo.photo_id) for photo in carried).encode()))
    return made


def carry(source: QWidget, photos: Sequence[PhotoRow], thumbnails: Thumbnails) -> None:
    """Start a drag of these photos; only copies leave, for a photo is never moved by a drag."""
    if not photos:
        return
    drag = QDrag(source)
    drag.setMimeData(mime(photos))
    pixmap = thumbnails.pixmap(photos[0].digest, QSize(96, 96), 1.0, 4)
    drag.setPixmap(drag_picture(pixmap, photos[0].color, len(photos)))
    drag.setHotSpot(QPoint(48, 48))
    drag.exec(Qt.DropAction.CopyAction)
