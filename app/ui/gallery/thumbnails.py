"""The window's own store of thumbnails: bounded in bytes, asked for by several widgets, scaled in short slices."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from time import perf_counter
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from app.ui.bridge import Bridge

IMAGES_BYTES = 128 << 20
PIXMAPS_BYTES = 192 << 20  # four screens of 3840 x 2160 are 133 MB
SLICE_S = 0.004
_LONG = 4  # times as long as the shape that it is shown in

_K = TypeVar("_K")
_V = TypeVar("_V")


class ByteBounded(Generic[_K, _V]):
    """Keeps what was used last, up to a number of bytes."""

    def __init__(self, limit: int) -> None:
        self.limit, self.used = limit, 0
        self._kept: OrderedDict[_K, tuple[_V, int]] = OrderedDict()

    def get(self, key: _K) -> _V | None:
        """The value, which now counts as used last."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: _K, value: _V, size: int) -> None:
        """Keep a value of `size` bytes; what was not used for longest goes."""
        self.drop(key)
        self._kept[key] = (value, size)
        self.used += size
        while self.used > self.limit and len(self._kept) > 1:
            self.used -= self._kept.popitem(last=False)[1][1]

    def drop(self, key: _K) -> None:
        """Forget a value."""
        if key in self._kept:
            self.used -= self._kept.pop(key)[1]

    def __contains__(self, key: object) -> bool:
        return key in self._kept

    def __len__(self) -> int:
        return len(self._kept)


_Shape = tuple[bytes, int, int, int]


class Thumbnails(QObject):
    """What the gallery, the film strip and the panels draw. `ready` names a photo whose picture can now be drawn (better)."""

    ready = Signal(bytes)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge)
        self._bridge = bridge
        self._images: ByteBounded[bytes, QImage] = ByteBounded(IMAGES_BYTES)
        self._pixmaps: ByteBounded[_Shape, QPixmap] = ByteBounded(PIXMAPS_BYTES)
        self._missing: set[bytes] = set()
        self._to_render: dict[_Shape, None] = {}
        self._renders = QTimer(self, interval=0)
        self._renders.timeout.connect(self._render_some)
        bridge.thumbnail.connect(self._arrived)

    @classmethod
    def of(cls, bridge: Bridge) -> Thumbnails:
        """The one store of a window."""
        found = bridge.findChild(cls)
        return found if isinstance(found, Thumbnails) else cls(bridge)

    def want(self, who: str, digests: Sequence[bytes]) -> None:
        """Say which pictures a widget needs now, the most urgent first; replaces what it said before."""
        needed = [digest for digest in digests if digest not in self._images and digest not in self._missing]
        self._bridge.want_thumbnails(needed, who)

    def lacks(self, digest: bytes) -> bool:
        """Whether this photo is known to have no picture."""
        return digest in self._missing

    def refresh(self, digest: bytes) -> None:
        """A photo that had no picture may have one now; who shows it hears of it and asks again."""
        if digest in self._missing:
            self._missing.discard(digest)
            self.ready.emit(digest)

    @Slot(bytes, object)
    def _arrived(self, digest: bytes, image: QImage) -> None:
        digest = bytes(digest)
        if image.isNull():
            self._missing.add(digest)
        else:
            self._missing.discard(digest)
            self._images.put(digest, image, image.sizeInBytes())
        self.ready.emit(digest)

    # ---- drawing

    def image(self, digest: bytes) -> QImage | None:
        """The picture as it is stored, its longer side 320 pixels; None while it is not here."""
        return self._images.get(digest)

    def pixmap(self, digest: bytes, size: QSize, ratio: float, radius: int = 4) -> QPixmap | None:
        """The middle of the picture filling `size` (device-independent), corners rounded; None until it is made ready."""
        width, height = round(size.width() * ratio), round(size.height() * ratio)
        shape = (digest, width, height, round(radius * ratio))
        found = self._pixmaps.get(shape)
        if found is None:
            if digest in self._images:
                self._to_render[shape] = None
                self._renders.start()
            return None
        found.setDevicePixelRatio(ratio)
        return found

    @Slot()
    def _render_some(self) -> None:
        until = perf_counter() + SLICE_S
        while self._to_render and perf_counter() < until:
            shape = next(reversed(self._to_render))  # what was asked for last is what is looked at
            del self._to_render[shape]
            image = self._images.get(shape[0])
            if image is None:
                continue
            pixmap = QPixmap.fromImage(cover(image, shape[1], shape[2], shape[3]))
            self._pixmaps.put(shape, pixmap, shape[1] * shape[2] * 4)
            self.ready.emit(shape[0])
        if not self._to_render:
            self._renders.stop()

    def forget_renders(self) -> None:
        """Give up what still waits to be scaled: the view has moved on."""
        self._to_render.clear()


def middle(width: int, height: int, shape_width: int, shape_height: int) -> QRect:
    """The largest part in the middle of a picture that has the proportions of a shape."""
    if width * shape_height > height * shape_width:
        part = max(1, height * shape_width // shape_height)
        return QRect((width - part) // 2, 0, part, height)
    part = max(1, width * shape_height // shape_width)
    return QRect(0, (height - part) // 2, width, part)


def cover(image: QImage, width: int, height: int, radius: int) -> QImage:
    """The middle of an image scaled to fill width x height pixels, with rounded clear corners.

    Of a very long or high picture so little would be seen that it fills one direction alone.
    """
    if max(image.width() * height, image.height() * width) > _LONG * min(image.width() * height, image.height() * width):
        return _band(image, width, height, radius)
    return _fill(image, width, height, radius)


def _fill(image: QImage, width: int, height: int, radius: int) -> QImage:
    part = image.copy(middle(image.width(), image.height(), width, height))
    scaled = part.scaled(width, height, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    made = scaled.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    if radius > 0:
        _round_corners(made, radius)
    return made


def _band(image: QImage, width: int, height: int, radius: int) -> QImage:
    """As much of a long picture as a band across the middle of width x height pixels shows; clear beside it."""
    lies = image.width() * height > image.height() * width
    across, down = (width, max(1, height // _LONG)) if lies else (max(1, width // _LONG), height)
    made = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.drawImage(
        (width - across) // 2, (height - down) // 2, cover(image, across, down, min(radius, across // 2, down // 2))
    )
    painter.end()
    return made


def _round_corners(image: QImage, radius: int) -> None:
    """Only the four corners are painted, for they are a small part of the picture."""
    side = 2 * radius
    mask = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    mask.fill(Qt.GlobalColor.transparent)
    painter = QPainter(mask)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(Qt.GlobalColor.black))
    painter.drawEllipse(0, 0, side, side)
    painter.end()
    painter = QPainter(image)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
    for x, source_x in ((0, 0), (image.width() - radius, radius)):
        for y, source_y in ((0, 0), (image.height() - radius, radius)):
            painter.drawImage(x, y, mask, source_x, source_y, radius, radius)
    painter.end()
