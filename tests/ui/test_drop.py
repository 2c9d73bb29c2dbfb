"""What is dropped or pasted."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QRect, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.ui import drop
from app.ui.drop_target import DropTarget


def files(*paths: Path) -> QMimeData:
    """A drag of local files."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


@pytest.fixture
def png(make_photo: Callable[..., Path]) -> bytes:
    return make_photo("a.png", seed=3, size=(120, 90)).read_bytes()


def test_files_and_folders_are_told_apart(make_photo: Callable[..., Path]) -> None:
    photo = make_photo("a.jpg")
    incoming = drop.read(files(photo, photo.parent))
    assert incoming.folders == (str(photo.parent),)
    assert incoming.pictures == (str(photo),)


def test_encoded_bytes_come_before_the_bitmap_and_the_address(qapp: object, png: bytes) -> None:
    mime = QMimeData()
    mime.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    mime.setData("image/png", png)
    mime.setUrls([QUrl("https://example.org/a.png")])
    assert drop.read(mime).pictures == (png,)


def test_a_bitmap_is_encoded_in_another_thread(qtbot: QtBot) -> None:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    mime = QMimeData()
    mime.setImageData(image)
    incoming = drop.read(mime)
    if incoming.image is None:  # the platform offered bytes already
        assert incoming.pictures
        return
    got: list[bytes] = []
    encoder = drop.Encoder()
    encoder.encode(incoming.image, got.append)
    qtbot.waitUntil(lambda: bool(got))
    back = QImage.fromData(got[0])
    assert (back.width(), back.height()) == (30, 20)
    assert back.pixelColor(5, 5) == Qt.GlobalColor.red


def test_a_picture_inside_html_is_taken(png: bytes) -> None:
    mime = QMimeData()
    source = base64.b64encode(png).decode()
    mime.setHtml(f'<p>x</p><img alt="x" src="data:image/png;base64,{source}">')
    assert drop.read(mime).pictures == (png,)


@pytest.mark.parametrize("html", ["", '<img src="https://example.org/a.png">'])
def test_an_address_is_never_fetched(html: str) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/a.png")])
    if html:
        mime.setHtml(html)
    incoming = drop.read(mime)
    assert incoming.link
    assert not incoming.pictures and not incoming.folders and incoming.image is None


def test_plain_text_is_nothing() -> None:
    mime = QMimeData()
    mime.setText("hello")
    assert not drop.offers_anything(mime)
    assert not drop.read(mime)


class Window(QWidget):
    """A window with a sidebar of 200 px that writes down what it gets."""

    def __init__(self, *, only_folders: bool = False, asking: bool = False) -> None:
        super().__init__()
        self.resize(800, 500)
        self.drops = DropTarget(self, lambda: QRect(0, 0, 200, 500), lambda: only_folders, lambda: asking)
        self.got: list[object] = []
        self.drops.folders.connect(self.got.append)
        self.drops.pictures.connect(self.got.append)
        self.drops.unlike.connect(lambda pictures: self.got.append(("unlike", *pictures)))
        self.told: list[str] = []
        self.drops.told.connect(self.told.append)

    def drag(self, mime: QMimeData, x: int, y: int = 100, *, let_go: bool = True, shift: bool = False) -> bool:
        """A drag from outside, through Qt's own events; True when it is taken."""
        keys = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        at, buttons = QPoint(x, y), Qt.MouseButton.LeftButton
        enter = QDragEnterEvent(at, Qt.DropAction.CopyAction, mime, buttons, keys)
        QApplication.sendEvent(self, enter)
        if not enter.isAccepted() or not let_go:
            return enter.isAccepted()
        dropped = QDropEvent(at, Qt.DropAction.CopyAction, mime, buttons, keys)
        QApplication.sendEvent(self, dropped)
        return dropped.isAccepted()


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    made = Window()
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_picture_over_the_photos_becomes_the_question(window: Window, make_photo: Callable[..., Path]) -> None:
    photo = make_photo("a.jpg")
    assert window.drag(files(photo), 500)
    assert window.got == [(str(photo),)]


def test_a_folder_is_added(window: Window, tmp_path: Path) -> None:
    assert window.drag(files(tmp_path), 100)
    assert window.drag(files(tmp_path), 500)
    assert window.got == [(str(tmp_path),)] * 2


def test_a_picture_over_the_sidebar_is_refused_and_the_target_says_why(window: Window, make_photo: Callable[..., Path]) -> None:
    assert not window.drag(files(make_photo("a.jpg")), 100)
    assert window.drops.overlay.text == "Only a folder can be added here"
    assert window.got == []


def test_the_target_says_what_a_drop_will_do(window: Window, make_photo: Callable[..., Path]) -> None:
    photo = make_photo("a.jpg")
    window.drag(files(photo), 500, let_go=False)
    assert window.drops.overlay.isVisible()
    assert window.drops.overlay.text == "Find photos like this picture"
    window.drag(files(photo.parent), 100, let_go=False)
    assert window.drops.overlay.text == "Add this folder"
    window.drag(files(photo), 500)
    assert not window.drops.overlay.isVisible()


def test_while_something_is_asked_a_picture_can_be_unwanted(qtbot: QtBot, make_photo: Callable[..., Path]) -> None:
    window = Window(asking=True)
    qtbot.addWidget(window)
    photo = make_photo("a.jpg")
    window.drag(files(photo), 500, 100, let_go=False)
    assert window.drops.overlay.text == "Find photos like this picture"
    window.drag(files(photo), 500, 450, let_go=False)
    assert window.drops.overlay.text == "Not like this picture"
    assert window.drag(files(photo), 500, 100)
    assert window.drag(files(photo), 500, 450)
    assert window.drag(files(photo), 500, 100, shift=True)
    assert window.got == [(str(photo),), ("unlike", str(photo)), ("unlike", str(photo))]
    QGuiApplication.clipboard().setMimeData(files(photo))
    assert window.drops.paste(unlike=True)
    assert window.got[-1] == ("unlike", str(photo))


def test_before_there_is_a_folder_a_picture_cannot_be_asked(qtbot: QtBot, make_photo: Callable[..., Path]) -> None:
    window = Window(only_folders=True)
    qtbot.addWidget(window)
    photo = make_photo("a.jpg")
    assert not window.drag(files(photo), 500)
    assert window.drag(files(photo.parent), 500)
    assert window.got == [(str(photo.parent),)]


def test_an_address_is_explained(window: Window) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/a.png")])
    window.drag(mime, 500)
    assert window.got == []
    assert "save the picture" in window.told[0]


def test_pasting_a_file_and_a_picture(window: Window, qtbot: QtBot, make_photo: Callable[..., Path]) -> None:
    photo = make_photo("a.jpg")
    QGuiApplication.clipboard().setMimeData(files(photo))
    assert window.drops.paste()
    assert window.got == [(str(photo),)]
    QGuiApplication.clipboard().setImage(QImage(str(photo)))
    assert window.drops.paste()
    qtbot.waitUntil(lambda: len(window.got) == 2)
    assert QImage.fromData(window.got[1][0]).size() == QImage(str(photo)).size()
    QGuiApplication.clipboard().setText("words")
    assert not window.drops.paste()
