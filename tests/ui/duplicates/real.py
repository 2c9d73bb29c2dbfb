"""A folder of photos and copies, and what a person does on the page over a real library that has read it."""

from __future__ import annotations

import shutil
from pathlib import Path

from PIL import Image, ImageOps
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.engine.copies import DuplicateGroup
from app.ui.duplicates.page import DuplicatesPage
from app.ui.undo import Happening
from tests.conftest import draw_photo

WAIT_MS = 60_000
PHOTOS = 5


def write_photos(folder: Path) -> None:
    """Five photos; of the first a smaller copy, the same file and a mirrored one, of the others one kind of copy each."""
    folder.mkdir()
    for seed in range(PHOTOS):
        draw_photo(seed, (800, 600)).save(folder / f"photo{seed}.jpg", quality=95)
    with Image.open(folder / "photo0.jpg") as first:
        first.resize((400, 300)).save(folder / "small0.jpg", quality=80)
        ImageOps.mirror(first).save(folder / "mirror0.jpg", quality=85)
    shutil.copy(folder / "photo0.jpg", folder / "again0.jpg")
    shutil.copy(folder / "photo1.jpg", folder / "again1.jpg")
    for seed in (2, 3):
        with Image.open(folder / f"photo{seed}.jpg") as photo:
            photo.resize((480, 360)).save(folder / f"small{seed}.jpg", quality=70)


def choose(page: DuplicatesPage, name: str) -> DuplicateGroup:
    """Go through the groups with the arrow key to the one of this photo."""
    page.reviewing.take_focus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Home)
    for _ in range(len(page.pile.groups)):
        group = page.reviewing.model.groups[page.reviewing.list.row]
        if any(photo.path.endswith(name) for photo in group.photos):
            return group
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    raise AssertionError(f"no group has {name}")


def press(page: DuplicatesPage, key: Qt.Key) -> None:
    QTest.keyClick(QApplication.focusWidget() or page, key)


def do(qtbot: QtBot, page: DuplicatesPage, key: Qt.Key) -> Happening:
    """Press a key and wait for what happened."""
    with qtbot.waitSignal(page.happened, timeout=WAIT_MS) as happened:
        press(page, key)
    assert happened.args is not None and isinstance(happened.args[0], Happening)
    return happened.args[0]


def undo(qtbot: QtBot, page: DuplicatesPage, happening: Happening) -> None:
    """Take a step back and wait until it is done."""
    assert happening.undo is not None
    with qtbot.waitSignal(page.happened, timeout=WAIT_MS):
        happening.undo()
