"""The first page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui.bridge import Bridge
from app.ui.first_run import FirstRunPage, usual_folders
from tests.ui.conftest import WAIT_MS


@pytest.fixture
def page(qtbot: QtBot, start_bridge: Callable[[], Bridge]) -> FirstRunPage:
    """The page on the screen, with a real engine to count."""
    made = FirstRunPage(start_bridge())
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    return made


def test_folders_are_offered_with_the_number_of_their_photos(
    page: FirstRunPage, qtbot: QtBot, make_photo: Callable[..., Path], tmp_path: Path
) -> None:
    many, few, third = (tmp_path / name for name in ("many", "few", "third"))
    for number in range(3):
        make_photo(f"{number}.jpg", seed=number, folder=many)
    make_photo("a.png", folder=few)
    third.mkdir()
    page.suggest([str(many), str(few), str(third)])
    qtbot.waitUntil(lambda: [row.count for row in page.rows] == [3, 1, 0], timeout=WAIT_MS)
    assert page.chosen() == (str(many), str(few))
    assert page.estimate.text() == "A few seconds for 4 photos, in the background"


def test_the_whole_row_can_be_pressed_and_start_hands_over_what_is_ticked(
    page: FirstRunPage, qtbot: QtBot, tmp_path: Path
) -> None:
    page.suggest([str(tmp_path)])
    row = page.rows[0]
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=row.rect().center())
    assert page.chosen() == ()
    assert not page.start.isEnabled()
    assert page.estimate.text() == "Choose a folder with photos"
    qtbot.keyClick(row.tick, Qt.Key.Key_Space)
    with qtbot.waitSignal(page.start_asked) as asked:
        qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    assert asked.args == [(str(tmp_path),)]


def test_a_folder_that_comes_twice_is_offered_once(page: FirstRunPage, tmp_path: Path) -> None:
    page.suggest([])
    page.add_folder(str(tmp_path), chosen=False)
    page.add_folder(str(tmp_path))
    assert len(page.rows) == 1
    assert page.chosen() == (str(tmp_path),)


def test_another_folder_is_asked_for(page: FirstRunPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.choose_asked):
        qtbot.mouseClick(page.more, Qt.MouseButton.LeftButton)


def test_only_folders_that_are_there_are_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: object) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert usual_folders() == ()
    (tmp_path / "Pictures").mkdir()
    (tmp_path / "Desktop").mkdir()
    assert usual_folders() == (str(tmp_path / "Pictures"), str(tmp_path / "Desktop"))
