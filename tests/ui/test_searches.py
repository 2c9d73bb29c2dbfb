"""Searches that are saved, remembered, composed and recalled: the whole window with the real engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.engine.requests import GetSettings, ListHistory, ListSearches
from app.engine.types import Answer, Facet
from app.ui.bridge import Bridge
from app.ui.copies_popup import CopiesPopup
from app.ui.main_window import MainWindow
from app.ui.sidebar import ALL_PHOTOS, Place, Where
from tests.ui.conftest import WAIT_MS
from tests.ui.real import ask, draw_album, opened_window, wait_for

KEYS = Qt.Key


@pytest.fixture
def window(qapp: QApplication, tmp_path: Path) -> Iterator[MainWindow]:
    """A window in which an album with copies is read."""
    draw_album(tmp_path / "album")
    with opened_window(tmp_path / "library", tmp_path / "album", photos=7) as made:
        yield made


def count(window: MainWindow) -> int:
    """The number of photos in the gallery."""
    return len(window.rooms.gallery.rows())


def after_answer(window: MainWindow, qtbot: QtBot, step: Callable[[], object]) -> Answer:
    """The answer to what a step asks."""
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS) as answered:
        step()
    found: Answer = answered.args[0]
    return found


def enter(window: MainWindow, text: str) -> None:
    """Type words and mean them."""
    window.rooms.search_bar.focus()
    QTest.keyClicks(window.rooms.search_bar.edit, text)
    QTest.keyClick(window.rooms.search_bar.edit, KEYS.Key_Return)


def test_a_search_is_saved_under_a_name_asked_again_renamed_and_forgotten(window: MainWindow, qtbot: QtBot) -> None:
    rooms, bridge = window.rooms, window._bridge
    photo = rooms.gallery.rows()[0]
    after_answer(window, qtbot, lambda: window.ways.find_similar(photo))
    rooms.similar.what.sliders[Facet.COLOR].setValue(40)
    after_answer(window, qtbot, lambda: enter(window, "boat -people"))
    rooms.gallery.header.show_found("1 photo found", "", "")  # a drawn photo is no boat: the line stands there with any hit
    rooms.gallery.header.show()
    asked = window.search.query
    assert asked is not None and asked.without == ("people",) and asked.images == (photo.path,)

    QTest.keyClick(window, KEYS.Key_S, Qt.KeyboardModifier.ControlModifier)
    save = rooms.gallery.header.save
    assert save.name.hasFocus() and save.name.text().startswith("boat, like ")
    assert save.name.selectedText() == save.name.text(), "typing replaces the name that was suggested"
    QTest.keyClicks(save.name, "Boats")
    QTest.keyClick(save.name, KEYS.Key_Return)
    qtbot.waitUntil(lambda: window.ways.place == Place(Where.SEARCH, search="Boats"), timeout=WAIT_MS)
    assert rooms.status.news.text == "Saved as “Boats”" and save.button.text() == "Boats"
    assert rooms.sidebar.model.find("search", "Boats") == rooms.sidebar.tree.currentIndex()

    window.ways.go_to_all()
    qtbot.waitUntil(lambda: window.search.query is None and count(window) == 7, timeout=WAIT_MS)
    rooms.similar.what.sliders[Facet.COLOR].setValue(100)
    at = rooms.sidebar.tree.visualRect(rooms.sidebar.model.find("search", "Boats")).center()
    after_answer(window, qtbot, lambda: QTest.mouseClick(rooms.sidebar.tree.viewport(), Qt.MouseButton.LeftButton, pos=at))
    assert window.search.query == asked
    assert rooms.search_bar.edit.text() == "boat" and rooms.similar.what.sliders[Facet.COLOR].value() == 40
    assert [chip.part.label for chip in rooms.search_bar.chips] == ["like this", "not: people"]
    assert rooms.similar.isVisible() and rooms.similar.source == photo.path

    rooms.sidebar.tree.setFocus()
    QTest.keyClick(rooms.sidebar.tree, KEYS.Key_F2)
    editor = rooms.sidebar.tree.findChild(QLineEdit)
    assert editor is not None and editor.text() == "Boats"
    QTest.keyClicks(editor, "Ships")
    QTest.keyClick(editor, KEYS.Key_Return)
    qtbot.waitUntil(lambda: [search.name for search in rooms.saved.all] == ["Ships"], timeout=WAIT_MS)
    assert window.ways.place == Place(Where.SEARCH, search="Ships")

    rooms.sidebar.tree.setFocus()
    QTest.keyClick(rooms.sidebar.tree, KEYS.Key_Delete)
    qtbot.waitUntil(lambda: not rooms.saved.all and rooms.status.news.text == "“Ships” forgotten", timeout=WAIT_MS)
    assert not rooms.sidebar.model.find("search", "Ships").isValid() and window.ways.place == ALL_PHOTOS
    QTest.keyClick(window, KEYS.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: rooms.saved.name_of(asked) == "Ships", timeout=WAIT_MS)
    assert [search.name for search in ask(bridge, ListSearches())] == ["Ships"]  # type: ignore[attr-defined]


def test_recent_searches_open_under_the_field_and_are_asked_again(window: MainWindow, qtbot: QtBot) -> None:
    bar, history, bridge = window.rooms.search_bar, window.search_desk.history, window._bridge
    for text in ("boat at sea", "blue car", "boats"):
        after_answer(window, qtbot, lambda text=text: enter(window, text))  # type: ignore[misc]
    wait_for(lambda: ask(bridge, ListHistory()) == ("boats", "blue car", "boat at sea"))
    bar.clear()
    bar.focus()
    QTest.keyClick(bar.edit, KEYS.Key_Down)
    qtbot.waitUntil(lambda: history.is_open and history.list.hasFocus(), timeout=WAIT_MS)
    assert history.list.currentIndex().data() == "boats"
    assert history.list.accessibleName() and history.card.width() == bar.width()
    QTest.keyClick(history.list, KEYS.Key_Down)
    after_answer(window, qtbot, lambda: QTest.keyClick(history.list, KEYS.Key_Return))
    assert bar.edit.text() == "blue car" and not history.is_open and bar.edit.hasFocus()

    bar.clear()
    bar.focus()
    QTest.keyClicks(bar.edit, "boa")
    QTest.keyClick(bar.edit, KEYS.Key_Down)
    qtbot.waitUntil(lambda: history.is_open, timeout=WAIT_MS)
    rows = [history.list.words.item(row).text() for row in range(history.list.words.rowCount())]
    assert rows == ["boats", "boat at sea"], "only those that begin like it"
    QTest.keyClick(history.list, KEYS.Key_Escape)
    assert not history.is_open and bar.edit.hasFocus() and bar.edit.text() == "boa"
    QTest.keyClick(bar.edit, KEYS.Key_Down)
    qtbot.waitUntil(lambda: history.is_open, timeout=WAIT_MS)
    history.clear_button.click()
    wait_for(lambda: ask(bridge, ListHistory()) == ())
    assert not history.is_open


def test_words_typed_in_passing_are_not_remembered_but_an_opened_photo_means_them(window: MainWindow, qtbot: QtBot) -> None:
    bar, bridge = window.rooms.search_bar, window._bridge
    bar.focus()
    after_answer(window, qtbot, lambda: QTest.keyClicks(bar.edit, "striped"))
    assert ask(bridge, ListHistory()) == ()
    page = window.rooms.gallery
    qtbot.waitUntil(lambda: page.state_page is not None or page.shows_photos, timeout=WAIT_MS)
    if not page.shows_photos:
        page._toggle_weaker()
    page.select(page.rows()[0].photo_id)
    QTest.keyClick(page.view, KEYS.Key_Return)
    wait_for(lambda: ask(bridge, ListHistory()) == ("striped",))


def test_while_somebody_types_photos_stay_until_it_is_clear_that_nothing_is_found(window: MainWindow, qtbot: QtBot) -> None:
    page, bar, flow = window.rooms.gallery, window.rooms.search_bar, window.search
    shown = page.rows()
    bar.focus()
    QTest.keyClicks(bar.edit, "boat iso>99999 ")
    qtbot.waitUntil(lambda: flow._held is not None, timeout=WAIT_MS)
    assert page.shows_photos and page.rows() == shown, "the answer is there, but the next letter may find something"
    QTest.keyClicks(bar.edit, "s")
    qtbot.waitUntil(lambda: page.state_page is not None and page.state_page.title.text() == "Nothing found", timeout=WAIT_MS)
    bar.clear()
    qtbot.waitUntil(lambda: page.rows() == shown, timeout=WAIT_MS)
    answer = after_answer(window, qtbot, lambda: enter(window, "boat iso>99999"))
    assert answer.hits == () and page.state_page is not None, "Enter means it: no waiting"
    QTest.keyClick(window, KEYS.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: [search.name for search in window.rooms.saved.all] == ["boat, iso>99999"], timeout=WAIT_MS)


def test_more_and_less_like_this_by_key(window: MainWindow, qtbot: QtBot) -> None:
    rooms = window.rooms
    everything = rooms.gallery.rows()
    first = everything[0]
    rooms.gallery.select(first.photo_id)
    rooms.gallery.setFocus()
    QTest.keyClick(rooms.gallery.view, KEYS.Key_M)
    QTest.keyClick(rooms.gallery.view, KEYS.Key_L)
    assert window.search.query is None, "without a question there is nothing to add to"
    after_answer(window, qtbot, lambda: window.ways.find_similar(first))
    page = rooms.gallery
    if not page.shows_photos:
        page._toggle_weaker()
    other = page.rows()[0]
    second = next(row for row in everything if row not in (first, other))
    page.select(other.photo_id)
    page.setFocus()
    after_answer(window, qtbot, lambda: QTest.keyClick(page.view, KEYS.Key_M))
    assert window.search.query is not None and set(window.search.query.images) == {first.path, other.path}
    after_answer(window, qtbot, lambda: window.ways.less_like(second))
    assert window.search.query.unlike == (second.path,)
    kinds = {chip.part.value: chip.part.label for chip in rooms.search_bar.chips}
    assert kinds[second.path] == "not like this" and kinds[other.path] == "like this"
    after_answer(window, qtbot, lambda: window.ways.less_like(other))
    assert other.path not in window.search.query.images, "a photo cannot be both"


def test_what_is_not_wanted_alone_shows_the_rest_newest_first(window: MainWindow, qtbot: QtBot) -> None:
    after_answer(window, qtbot, lambda: enter(window, "-people"))
    page = window.rooms.gallery
    assert window.search.query is not None and window.search.query.without == ("people",)
    assert page.shows_photos and page.header.count.said().endswith("newest first")
    window.rooms.search_bar.clear()
    qtbot.waitUntil(lambda: count(window) == 7, timeout=WAIT_MS)


@pytest.mark.qt_log_ignore("This plugin does not support")  # the screen that is none says so of popups
def test_copies_behind_a_hit_are_listed_and_opened(window: MainWindow, qtbot: QtBot) -> None:
    rooms = window.rooms
    mirrored = next(row for row in rooms.gallery.rows() if row.name == "mirrored.jpg")
    after_answer(window, qtbot, lambda: window.rooms.search_bar.add_image(mirrored.path))
    page = rooms.gallery
    at = next(row for row in range(page.model.rowCount()) if (hit := page.model.hit(row)) and hit.copies)
    page.select(page.rows()[at].photo_id)
    page.setFocus()
    QTest.keyClick(page.view, KEYS.Key_C)
    popup = next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, CopiesPopup) and widget.isVisible())
    names = [row.name for row in popup.copies.rows]
    assert {"the same again.jpg", "photo 0.jpg"} & set(names)
    assert "identical file" in popup.copies.kind(0)
    QTest.keyClick(popup, KEYS.Key_Return)
    assert rooms.shown is rooms.viewing and rooms.viewing.viewer.row() == popup.copies.rows[0]


def test_what_counts_is_remembered(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    rooms = window.rooms
    after_answer(window, qtbot, lambda: window.ways.find_similar(rooms.gallery.rows()[0]))
    after_answer(window, qtbot, lambda: rooms.similar.what.further.click())
    assert window.search.query is not None and window.search.query.further
    wait_for(lambda: ask(window._bridge, GetSettings()).look_further is True)  # type: ignore[attr-defined]
    rooms.similar.what.sliders[Facet.MEANING].setValue(30)  # in the last moment, too
    window.close()
    window._bridge.close()
    bridge = Bridge(tmp_path / "library")
    second = MainWindow(bridge)
    try:
        bridge.start()
        qtbot.waitUntil(lambda: second.rooms.similar.what.further.isChecked(), timeout=WAIT_MS)
        assert second.rooms.similar.what.weights[Facet.MEANING] == 0.3
    finally:
        second.close()
        bridge.close()
        second.deleteLater()
