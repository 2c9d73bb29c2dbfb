"""Captions made in the whole window by a small model with random weights, from a hub on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from app.engine.labels import Caption, CaptionSource, WriteCaptions
from app.engine.paths import library_paths
from app.engine.requests import FetchModel, Info
from app.engine.settings import Settings, save_settings
from app.engine.types import Facet, PhotoInfo
from app.ui.main_window import MainWindow
from app.ui.settings_dialog import SettingsDialog
from tests.engine.models.hub_server import HubServer
from tests.engine.models.small_models import write_coca
from tests.ui.real import ask, draw_album, opened_window, wait_for

SMALL = "hf-hub:facet/small-coca"
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the screen that is none says so of popups


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    write_coca(tmp_path / "repositories" / "facet" / "small-coca")
    with HubServer(tmp_path / "repositories") as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        yield server


@pytest.fixture
def window(qapp: QApplication, tmp_path: Path) -> Iterator[MainWindow]:
    draw_album(tmp_path / "album")
    save_settings(library_paths(tmp_path / "library").settings, Settings(read_text=False))  # there is none in them
    with opened_window(tmp_path / "library", tmp_path / "album", photos=7) as made:
        yield made


def info(window: MainWindow, place: int) -> PhotoInfo:
    found = ask(window._bridge, Info(window.rooms.gallery.rows()[place].path))
    assert isinstance(found, PhotoInfo)
    return found


def sources(window: MainWindow) -> list[CaptionSource | None]:
    """Who wrote the caption of each photo; None where nobody did."""
    captions = [info(window, place).caption for place in range(7)]
    return [None if caption is None or caption.source is CaptionSource.COMPOSED else caption.source for caption in captions]


def press(window: MainWindow, text: str) -> None:
    button = next(one for one in window.rooms.status.findChildren(QPushButton) if one.isVisible() and one.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_photos_are_described_in_the_window_paused_stopped_undone_and_never_where_people_wrote(
    window: MainWindow, hub: HubServer
) -> None:
    gallery, status = window.rooms.gallery, window.rooms.status
    gallery.setFocus()
    gallery.view.selectAll()
    QTest.keyClick(gallery.view, Qt.Key.Key_D)
    wait_for(lambda: "get a model that writes captions" in status.news.text)
    press(window, "Show models")
    (dialog,) = window.findChildren(SettingsDialog)
    wait_for(lambda: any(choice.facet is Facet.CAPTIONS for choice in window.search_desk.models.choices))
    dialog.close()
    ask(window._bridge, FetchModel(SMALL))
    ask(window._bridge, WriteCaptions(((gallery.rows()[0].digest, Caption("Anna")),)))

    window._hold(True)
    menu = window.desk.menu(gallery.rows())
    next(action for action in menu.actions() if action.text() == "Describe these photos").trigger()
    wait_for(lambda: "6 photos will be described" in status.news.text)
    wait_for(lambda: status.reading.said() == "Paused at 0 of 6")
    QTest.mouseClick(status.stop, Qt.MouseButton.LeftButton)
    wait_for(lambda: status.stop.isHidden())
    window._hold(False)
    assert sources(window) == [CaptionSource.PERSON, *[None] * 6]

    window.commands["describe-all"].trigger()
    wait_for(lambda: status.news.text == "Captions written of 6 photos")
    assert sources(window) == [CaptionSource.PERSON, *[CaptionSource.MODEL] * 6]
    first = info(window, 0).caption
    assert first is not None and first.text == "Anna"
    wait_for(lambda: status.reading.said() == "All photos are ready")
    window.commands["describe-all"].trigger()
    wait_for(lambda: "no photos without a caption" in status.news.text)

    window.acts.take_titles([row.digest for row in gallery.rows()[:3]])
    wait_for(lambda: status.news.text == "Captions of 3 photos are titles now")
    written = info(window, 1).caption
    assert written is not None and info(window, 1).metadata.title == written.text
    for _ in range(2):
        window.undo_list.undo()
    wait_for(lambda: sources(window) == [CaptionSource.PERSON, *[None] * 6])
    assert info(window, 1).metadata.title is None
