"""Duplicates in the whole window: each act by key, taken back with Ctrl+Z and done again with Ctrl+Shift+Z."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.ui import theme
from app.ui.duplicates.page import DuplicatesPage
from app.ui.main_window import MainWindow
from app.ui.shortcuts_sheet import ShortcutsSheet
from tests.ui.duplicates.real import WAIT_MS, choose, write_photos
from tests.ui.real import opened_window

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot: QtBot, dressed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """A window that shows the duplicates of a folder; the trash is one of this test's own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    write_photos(tmp_path / "photos")
    with opened_window(tmp_path / "library", tmp_path / "photos", photos=9, size=(1200, 800)) as made:
        made.commands["duplicates"].trigger()
        qtbot.waitUntil(lambda: len(made.rooms.duplicates.pile.groups) == 4, timeout=WAIT_MS)
        yield made


def names(tmp_path: Path) -> set[str]:
    return {path.name for path in (tmp_path / "photos").iterdir()}


def key(page: DuplicatesPage, which: Qt.Key) -> None:
    """Press a key of the review."""
    page.reviewing.take_focus()
    QTest.keyClick(page.reviewing.view.grid, which)


def groups(page: DuplicatesPage) -> int:
    return len(page.pile.groups)


ACTS: dict[str, tuple[Qt.Key, str, int]] = {
    "trash": (Qt.Key.Key_Return, "photo0.jpg", 3),
    "keep all": (Qt.Key.Key_A, "photo0.jpg", 0),
    "not duplicates": (Qt.Key.Key_N, "photo2.jpg", 0),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_a_group_is_taken_back_and_done_again(act: str, window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    page, (which, name, going) = window.rooms.duplicates, ACTS[act]
    whole = names(tmp_path)
    photos = choose(page, name).photos
    key(page, which)
    qtbot.waitUntil(lambda: groups(page) == 3, timeout=WAIT_MS)
    assert len(whole - names(tmp_path)) == going
    for _ in range(2):
        qtbot.waitUntil(lambda: window.commands["undo"].isEnabled(), timeout=WAIT_MS)
        QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
        qtbot.waitUntil(lambda: groups(page) == 4, timeout=WAIT_MS)
        assert names(tmp_path) == whole
        assert page.reviewing.view.model.photos == photos, "the group is chosen again"
        QTest.keyClick(window, Qt.Key.Key_Z, CONTROL | SHIFT)
        qtbot.waitUntil(lambda: groups(page) == 3, timeout=WAIT_MS)
        assert len(whole - names(tmp_path)) == going


def test_a_photo_that_is_no_copy_is_taken_back_and_done_again(window: MainWindow, qtbot: QtBot) -> None:
    page = window.rooms.duplicates
    row = next(n for n, group in enumerate(page.reviewing.model.groups) if len(group.photos) == 4)
    page.reviewing.list.choose(row)
    photos = page.reviewing.view.model.photos
    page.reviewing.view.grid.choose([photo.path.endswith("mirror0.jpg") for photo in photos].index(True))

    def most() -> int:
        return max(len(group.photos) for group in page.pile.groups)

    key(page, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: most() == 3, timeout=WAIT_MS)
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: most() == 4, timeout=WAIT_MS)
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: most() == 3, timeout=WAIT_MS)


def test_all_groups_go_and_come_back_from_the_window(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    page, whole = window.rooms.duplicates, names(tmp_path)
    key(page, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: page.bulk.main.isEnabled(), timeout=WAIT_MS)
    QTest.keyClick(page.bulk, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(whole - names(tmp_path)) == 6 and not page.bulk._moving, timeout=WAIT_MS)
    assert "6 photos moved to the trash" in window.rooms.status.news.text
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: names(tmp_path) == whole and groups(page) == 4, timeout=WAIT_MS)
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: len(whole - names(tmp_path)) == 6 and groups(page) == 0, timeout=WAIT_MS)


def test_the_open_page_follows_what_comes_and_goes_in_the_folder(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    page, photos = window.rooms.duplicates, tmp_path / "photos"
    choose(page, "photo0.jpg")
    key(page, Qt.Key.Key_K)
    kept = page.reviewing.view.model.review

    def of(name: str) -> set[str]:
        return next((found for group in page.pile.groups if name in (found := {Path(p.path).name for p in group.photos})), set())

    assert kept is not None and not of("photo4.jpg")
    shutil.copy(photos / "photo4.jpg", photos / "again4.jpg")
    qtbot.waitUntil(lambda: of("photo4.jpg") == {"photo4.jpg", "again4.jpg"}, timeout=WAIT_MS)
    with Image.open(photos / "photo4.jpg") as photo:
        photo.resize((400, 300)).save(photos / "small4.jpg", quality=80)
    qtbot.waitUntil(lambda: len(of("photo4.jpg")) == 3, timeout=WAIT_MS)
    for name in ("again4.jpg", "small4.jpg"):
        (photos / name).rename(tmp_path / name)
    qtbot.waitUntil(lambda: not of("photo4.jpg") and groups(page) == 4, timeout=WAIT_MS)
    shown = page.reviewing.view.model.review
    assert shown is not None and shown.kept == kept.kept and shown.group == kept.group, "what was being reviewed is as it was"


@pytest.mark.parametrize("size", [(900, 600), (1440, 900)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_room_of_the_page_fits(size: tuple[int, int], scheme: Literal["light", "dark"], window: MainWindow) -> None:
    page = window.rooms.duplicates
    theme.apply(scheme)
    window.resize(*size)
    QApplication.processEvents()
    for room in (Qt.Key.Key_C, Qt.Key.Key_B, Qt.Key.Key_H):
        key(page, room)
        QApplication.processEvents()
        shown = page.reviewing.compare if room == Qt.Key.Key_C else page.stack.currentWidget()
        assert shown.isVisible()
        assert window.size().width() == size[0] and window.size().height() == size[1], "it does not push the window open"
        for child in shown.findChildren(type(page.bulk.main)):
            if child.isVisible():
                corner = child.mapTo(window, child.rect().bottomRight())
                assert corner.x() <= size[0] and corner.y() <= size[1], child.text()
        QTest.keyClick(shown, Qt.Key.Key_Escape)


def test_the_sheet_of_keys_is_no_higher_than_a_low_window(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(900, 600)
    window.commands["help"].trigger()
    sheet = window.findChildren(ShortcutsSheet)[0]
    assert sheet.height() <= 600
    said = [label.text() for label in sheet.findChildren(QLabel)]
    assert {"Switch in place", "Plan for all that are listed", "What was moved before"} <= set(said)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(ShortcutsSheet))
