"""The pictures that the duplicates page and the info panel show: thumbnails at once, larger ones as they arrive."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from app.engine.requests import Failed, Picture, Pixels
from app.ui.bridge import Bridge

_ROOM = 96 * 2**20  # bytes of pixmaps kept for going back and forth between groups


def image_of(pixels: Pixels) -> QImage:
    """The picture without a copy of its pixels; the caller must keep `pixels` for as long as the image lives."""
    return QImage(pixels.data, pixels.width, pixels.height, pixels.width * 3, QImage.Format.Format_RGB888)


class Shelf:
    """Pixmaps by name; when they fill the room, the ones not looked at for longest go."""

    def __init__(self, room: int = _ROOM) -> None:
        self._room, self._used = room, 0
        self._kept: OrderedDict[object, QPixmap] = OrderedDict()

    def get(self, name: object) -> QPixmap | None:
        """The pixmap of this name, or None."""
        found = self._kept.get(name)
        if found is not None:
            self._kept.move_to_end(name)
        return found

    def put(self, name: object, pixmap: QPixmap) -> None:
        """Keep a pixmap; one of the same name is replaced."""
        self.drop(name)
        self._kept[name] = pixmap
        self._used += _bytes(pixmap)
        while self._used > self._room and len(self._kept) > 1:
            self._used -= _bytes(self._kept.popitem(last=False)[1])

    def drop(self, name: object) -> None:
        """Let a pixmap go, if it is there."""
        gone = self._kept.pop(name, None)
        if gone is not None:
            self._used -= _bytes(gone)


def _bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4


class Pictures(QObject):
    """Asks for thumbnails (by digest) and previews (by path) and says when one has come.

    `who` names the asker to the bridge, so that pages do not take each other's thumbnails away.
    """

    came = Signal()

    def __init__(self, bridge: Bridge, who: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._who = bridge, who
        self._shelf = Shelf()
        self._missing: set[bytes] = set()
        self._broken: set[bytes] = set()
        self._sides: dict[str, int] = {}
        self._waiting: dict[str, int] = {}
        self._unreadable: set[str] = set()
        bridge.thumbnail.connect(self._thumbnail_came)

    def thumbnail(self, digest: bytes) -> QPixmap | None:
        """The thumbnail, if it is here."""
        return self._shelf.get(digest)

    def best(self, path: str, digest: bytes) -> QPixmap | None:
        """The larger picture, else the thumbnail, else None."""
        larger = self._shelf.get(path)
        return larger if larger is not None else self._shelf.get(digest)

    def is_broken(self, path: str, digest: bytes) -> bool:
        """Whether there is nothing to show for this photo, and nothing to wait for."""
        return digest in self._broken and path in self._unreadable

    def want_thumbnails(self, digests: Iterable[bytes]) -> None:
        """Ask for those that are not here, first ones first; what was asked before and is not named again is given up."""
        wanted = [d for d in dict.fromkeys(digests) if self._shelf.get(d) is None and d not in self._broken]
        self._missing = set(wanted)
        self._bridge.want_thumbnails(wanted, self._who)

    def want_previews(self, paths: Iterable[str], side: int) -> None:
        """Ask for pictures whose longer side is `side` pixels; others that are still on their way are given up."""
        wanted = dict.fromkeys(paths)
        for path in [p for p in self._waiting if p not in wanted]:
            self._bridge.cancel(self._waiting.pop(path))
        for path in wanted:
            enough = self._shelf.get(path) is not None and self._sides.get(path, 0) >= side
            if not enough and path not in self._waiting and path not in self._unreadable:
                done: Callable[[Pixels], None] = partial(self._preview_came, path, side)
                failed: Callable[[Failed], None] = partial(self._preview_failed, path)
                self._waiting[path] = self._bridge.ask(Picture(path, side), done, failed)

    def try_again(self) -> None:
        """Forget what could not be read; a drive may be back."""
        self._unreadable.clear()
        self._broken.clear()

    @Slot(bytes, object)
    def _thumbnail_came(self, digest: bytes, image: QImage) -> None:
        digest = bytes(digest)  # a signal of type bytes may deliver a QByteArray
        if digest not in self._missing:
            return
        self._missing.discard(digest)
        if image.isNull():
            self._broken.add(digest)
        else:
            self._shelf.put(digest, QPixmap.fromImage(image))
        self.came.emit()

    def _preview_came(self, path: str, side: int, pixels: Pixels) -> None:
        self._waiting.pop(path, None)
        self._sides[path] = side
        self._shelf.put(path, QPixmap.fromImage(image_of(pixels)))
        self.came.emit()

    def _preview_failed(self, path: str, _failure: Failed) -> None:
        self._waiting.pop(path, None)
        self._unreadable.add(path)
        self.came.emit()
