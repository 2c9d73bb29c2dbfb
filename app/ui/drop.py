"""What comes in from outside: pictures and folders that are dropped or pasted, and the signs that say what a drop will do."""

from __future__ import annotations

import base64
import binascii
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QObject, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.ui import theme

RAW_FORMATS = ("image/png", "image/jpeg", "image/webp", "image/avif", "image/heic", "image/tiff", "image/gif", "image/bmp")
"""Encoded pictures as programs offer them; taken as they are, the ones without loss first."""

MOST_FILES = 64
"""More dropped files than this are not looked at; a question is made of a few pictures."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What was dropped or pasted. `image` is a bitmap still to be encoded; `link` says that there was only an address."""

    folders: tuple[str, ...] = ()
    pictures: tuple[str | bytes, ...] = ()
    image: QImage | None = None
    link: bool = False

    def __bool__(self) -> bool:
        return bool(self.folders or self.pictures or self.image is not None or self.link)


def offers_folders(mime: QMimeData) -> bool:
    """Whether a drag carries a folder."""
    return any(Path(path).is_dir() for path in _local_paths(mime))


def offers_anything(mime: QMimeData) -> bool:
    """Whether a drag carries something that Facet could take, without fetching the data."""
    return mime.hasUrls() or mime.hasImage() or any(mime.hasFormat(name) for name in RAW_FORMATS) or _has_source(mime)


def read(mime: QMimeData) -> Incoming:
    """Take what is best: local files, then encoded bytes, a bitmap, a picture inside HTML; an address is never fetched."""
    paths = _local_paths(mime)
    if paths:
        folders = tuple(path for path in paths if Path(path).is_dir())
        return Incoming(folders=folders, pictures=tuple(path for path in paths if path not in folders))
    for name in RAW_FORMATS:
        if mime.hasFormat(name) and (data := bytes(mime.data(name).data())):
            return Incoming(pictures=(data,))
    if mime.hasImage():
        image = QImage(mime.imageData())
        if not image.isNull():
            return Incoming(image=image)
    inside = _picture_in_html(mime.html()) if mime.hasHtml() else None
    if inside is not None:
        return Incoming(pictures=(inside,))
    return Incoming(link=mime.hasUrls() or _has_source(mime))


def _local_paths(mime: QMimeData) -> list[str]:
    return [url.toLocalFile() for url in mime.urls()[:MOST_FILES] if url.isLocalFile()] if mime.hasUrls() else []


def _has_source(mime: QMimeData) -> bool:
    return mime.hasHtml() and "<img" in mime.html()[:20_000].lower()


def _picture_in_html(html: str) -> bytes | None:
    """The bytes of the first <img> whose source is a data: address."""
    found = re.search(r"<img[^>]+src\s*=\s*[\"']data:image/[\w.+-]+(;base64)?,([^\"']+)[\"']", html, re.IGNORECASE)
    if found is None:
        return None
    try:
        raw = unquote_to_bytes(found.group(2))
        return base64.b64decode(raw, validate=False) if found.group(1) else raw
    except (binascii.Error, ValueError):
        return None


class Encoder(QObject):
    """Turns a bitmap into PNG bytes in a thread of its own, because that takes longer than a slot may."""

    _encoded = Signal(object, bytes)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._encoded.connect(self._hand_over, Qt.ConnectionType.QueuedConnection)

    def encode(self, image: QImage, then: Callable[[bytes], None]) -> None:
        """Call `then` in the GUI thread with the PNG bytes."""
        threading.Thread(target=self._work, args=(QImage(image), then), name="encode", daemon=True).start()

    def _work(self, image: QImage, then: Callable[[bytes], None]) -> None:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG", 90)  # type: ignore[call-overload]  # quality 90: little squeezing, fast
        self._encoded.emit(then, bytes(buffer.data().data()))

    @Slot(object, bytes)
    def _hand_over(self, then: Callable[[bytes], None], data: bytes) -> None:
        then(data)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a drop can go and what it does there; the one that is `lit` would be taken now."""

    rect: QRect
    text: str
    lit: bool = True


class DropOverlay(QWidget):
    """Lies over the whole window while something is dragged over it and lights up the target with what will happen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._targets: tuple[Target, ...] = ()
        self.hide()

    @property
    def text(self) -> str:
        """What is written where a drop would go now."""
        return next((target.text for target in self._targets if target.lit), "")

    def show_targets(self, targets: Sequence[Target]) -> None:
        """Light up rectangles of the parent and write in them what a drop there does; the one that counts now is bright."""
        self.setGeometry(self._over.rect())
        self._targets = tuple(targets)
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A veil over each target, a line around it, and the words in its middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if len(self._targets) > 1:
            ground = theme.color("window")
            ground.setAlpha(215)
            for target in self._targets:
                painter.fillRect(target.rect, ground)  # nothing bright between them
        for target in self._targets:
            _paint_target(painter, target)
        painter.end()


def _paint_target(painter: QPainter, target: Target) -> None:
    frame = QRectF(target.rect).adjusted(6, 6, -6, -6)
    veil = theme.color("accent_back" if target.lit else "panel")
    veil.setAlpha(225)
    painter.setBrush(veil)
    painter.setPen(QPen(theme.color("accent" if target.lit else "faint"), 2, Qt.PenStyle.DashLine))
    painter.drawRoundedRect(frame, theme.RADIUS_CARD, theme.RADIUS_CARD)
    painter.setPen(theme.color("accent_text" if target.lit else "secondary"))
    painter.setFont(theme.font(theme.LARGE_TITLE, semibold=True))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(frame.adjusted(16, 16, -16, -16), flags, target.text)
