"""Tags in the whole window, with the real engine: given by keys to one and to many, taken off, accepted, undone, browsed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.engine.labels import Caption, Tag, TagCount, TagShare
from app.engine.requests import Info, ListTags, TagPhotos
from app.engine.types import PhotoInfo
from app.ui import theme
from app.ui.main_window import MainWindow
from app.ui.sidebar import ALL_PHOTOS, FEW_TAGS, Place, Where
from app.ui.tags.chip import TagChip
from app.ui.tags.editor import TagEditor
from app.ui.tags.popup import TagPopup
from tests.ui.conftest import WAIT_MS
from tests.ui.real import ask, draw_album, opened_window, wait_for

KEYS = Qt.Key
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the screen that is none says so of popups


@pytest.fixture
def window(qapp: QApplication, tmp_path: Path) -> Iterator[MainWindow]:
    """A window in which an album is read."""
    draw_album(tmp_path / "album")
    with opened_window(tmp_path / "library", tmp_path / "album", photos=7) as made:
        yield made


def tags(window: MainWindow, place: int) -> dict[str, bool]:
    """The tags of the photo at a place of the gallery, and whether each was given."""
    info = ask(window._bridge, Info(window.rooms.gallery.rows()[place].path))
    assert isinstance(info, PhotoInfo)
    return {tag.name: tag.given for tag in info.tags}


def popup(window: MainWindow) -> TagPopup:
    """The card that T opens."""
    window.rooms.gallery.setFocus()
    QTest.keyClick(window.rooms.gallery.view, KEYS.Key_T)
    (found,) = [one for one in window.findChildren(TagPopup) if one.isVisible()]
    return found


def write(editor: TagEditor, text: str) -> None:
    QTest.keyClicks(editor.line, text)
    QTest.keyClick(editor.line, KEYS.Key_Return)


def test_many_photos_are_tagged_by_keys_found_untagged_and_all_of_it_is_undone(window: MainWindow, qtbot: QtBot) -> None:
    gallery, rooms = window.rooms.gallery, window.rooms
    gallery.select(gallery.rows()[1].photo_id)
    write(popup(window).editor, "Lake")
    wait_for(lambda: tags(window, 1).get("Lake") is True)
    QTest.keyClick(QApplication.focusWidget(), KEYS.Key_Escape)
    gallery.view.selectAll()
    card = popup(window)
    assert card.editor.line.hasFocus()
    write(card.editor, "Anna,  Summer 2026 ,anna")
    wait_for(lambda: len(card.editor.chips) >= 3 and card.editor.chips[0].share == TagShare("anna", 7, 0))
    assert card.editor.line.text() == ""
    said = rooms.status.news.text
    assert "anna, Summer 2026" in said and "7 photos" in said
    lake = next(chip for chip in card.editor.chips if chip.share.name == "Lake")
    assert lake.share.given == 1 and "1 photo" in lake.accessibleName()
    lake.setFocus()
    QTest.keyClick(lake, KEYS.Key_Delete)
    wait_for(lambda: all(chip.share.name != "Lake" for chip in card.editor.chips))
    wait_for(lambda: "taken off 1 photo" in rooms.status.news.text)
    catalog = window._bridge._engine._writer.library.catalog  # type: ignore[union-attr]
    assert len(catalog.said("lake")[1]) == 1, "the others never showed it, and teach nothing"
    card.close()
    window.undo_list.undo()
    wait_for(lambda: tags(window, 1).get("Lake") is True)
    assert "Lake" not in tags(window, 2)
    window.undo_list.undo()
    wait_for(lambda: "anna" not in tags(window, 1))
    window.undo_list.redo()
    wait_for(lambda: tags(window, 3).get("anna") is True)


def test_the_info_panel_shows_adds_and_accepts_tags(window: MainWindow) -> None:
    rooms, gallery = window.rooms, window.rooms.gallery
    gallery.select(gallery.rows()[0].photo_id)
    window.ways.toggle_info()
    write(rooms.info.tags, "Lake")
    wait_for(lambda: [chip.share for chip in rooms.info.tags.chips if chip.share.given] == [TagShare("Lake", 1, 0)])
    (chip,) = [chip for chip in rooms.info.tags.chips if chip.share.given]
    assert not chip.accept.isVisible()
    QTest.mouseClick(chip.refuse, Qt.MouseButton.LeftButton)
    wait_for(lambda: not [chip for chip in rooms.info.tags.chips if chip.share.given])
    assert "Lake" not in tags(window, 0)
    gallery.select(gallery.rows()[1].photo_id)
    write(rooms.info.tags, f"Sea, {'x' * 101}")
    wait_for(lambda: "100 letters" in rooms.status.news.text)
    assert tags(window, 1)["Sea"] is True
    window.undo_list.undo()
    wait_for(lambda: "Sea" not in tags(window, 1))


def test_a_suggestion_is_accepted_by_key_and_pointer(qtbot: QtBot) -> None:
    theme.apply("light")
    chip = TagChip(TagShare("boat", 0, 1), 1)
    qtbot.addWidget(chip)
    chip.show()
    assert chip.accessibleName() == "boat, suggested" and chip.accept.isVisible()
    for step in (lambda: QTest.keyClick(chip, KEYS.Key_Return), lambda: QTest.mouseClick(chip.accept, Qt.MouseButton.LeftButton)):
        with qtbot.waitSignal(chip.accepted) as got:
            step()
        assert got.args == ["boat"]
    scene = TagChip(TagShare("beach", 0, 1, scenes=1), 1)
    qtbot.addWidget(scene)
    assert scene.accessibleName() == "beach, suggested by Places365" and "Places365" in scene.findChild(QLabel).text()
    given = TagChip(TagShare("boat", 2, 0), 3)
    qtbot.addWidget(given)
    with qtbot.waitSignal(given.asked):
        QTest.keyClick(given, KEYS.Key_Return)


def test_accepting_gives_the_tag_to_those_it_is_suggested_for_alone(window: MainWindow) -> None:
    rows = window.rooms.gallery.rows()
    writer = window._bridge._engine._writer  # type: ignore[union-attr]
    assert writer
    both = (rows[0].digest, rows[1].digest)
    before: list[object] = []

    def accept() -> None:
        """In one turn of the engine: its own suggestions may come at any other moment, in place of this one."""
        writer.library.catalog.put_photo_tags("tags-0", {rows[0].digest: [Tag("boat", 0.8)]})
        before.append(writer.tag(both, "boat", True, shown=True))

    window._bridge._engine._put(accept)  # type: ignore[union-attr]
    wait_for(lambda: bool(before))
    assert before == [(TagPhotos((rows[0].digest,), "boat", None),)]
    assert tags(window, 0)["boat"] is True and "boat" not in tags(window, 1)


def test_tags_stand_in_the_sidebar_with_counts_and_lead_to_their_photos(window: MainWindow, qtbot: QtBot) -> None:
    rooms, rows = window.rooms, window.rooms.gallery.rows()
    for number in range(FEW_TAGS + 1):
        ask(window._bridge, TagPhotos(tuple(row.digest for row in rows[: 7 - number % 7]), f"my tag {number}"))
    model = rooms.sidebar.model
    wait_for(lambda: model.find("tags").isValid() and model.find("tag", "my tag 0").isValid())
    assert model.find("tag", "my tag 0").data(Qt.ItemDataRole.AccessibleTextRole) == "my tag 0, 7"
    ask(window._bridge, TagPhotos(tuple(row.digest for row in rows[4:]), "my tag 3", False))
    at = rooms.sidebar.tree.visualRect(model.find("tag", "my tag 3")).center()
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS) as answered:
        QTest.mouseClick(rooms.sidebar.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    found = [row.digest for hit in answered.args[0].hits for row in (hit.row, *hit.folded)]
    assert sorted(found) == sorted(row.digest for row in rows[:4])
    assert window.ways.place == Place(Where.TAG, tag="my tag 3")
    assert window.search.query and window.search.query.k is None, "all that have it, as its number in the sidebar says"
    assert [chip.part.label for chip in rooms.search_bar.chips] == ["tag: my tag 3"]
    window.ways.step_back()
    wait_for(lambda: len(rooms.gallery.rows()) == 7)
    assert window.ways.place == ALL_PHOTOS


def test_all_tags_are_on_a_page_that_can_be_typed_into(window: MainWindow, qtbot: QtBot) -> None:
    rooms, rows = window.rooms, window.rooms.gallery.rows()
    page = rooms.tags_page
    for name in ("Lake", 'Ant\'s "nest"', "Mountain"):
        ask(window._bridge, TagPhotos((rows[0].digest,), name))
    wait_for(lambda: {tag.name for tag in page.model.shown} >= {"Lake", "Mountain"})
    window.ways.go(Place(Where.TAGS))
    assert rooms.browse.pages.currentWidget() is page and page.list.hasFocus()
    QTest.keyClicks(page, "nesx")
    assert page.none.isVisible() and page.none.title.text() == "No tag has “nesx” in its name"
    QTest.keyClick(page.filter, KEYS.Key_Backspace)
    assert page.list.isVisible() and page.filter.hasFocus()
    assert page.filter.text() == "nes" and page.kept.rowCount() == 1
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS) as answered:
        QTest.keyClick(page.filter, KEYS.Key_Return)
    assert rows[0].digest in [row.digest for hit in answered.args[0].hits for row in (hit.row, *hit.folded)]
    assert TagCount("Lake", 1) in ask(window._bridge, ListTags())  # type: ignore[operator]


def test_t_tags_the_photo_that_is_open(window: MainWindow) -> None:
    window.ways.open_photo(window.rooms.gallery.rows()[2])
    QTest.keyClick(window.rooms.viewing.viewer, KEYS.Key_T)
    (card,) = [one for one in window.findChildren(TagPopup) if one.isVisible()]
    write(card.editor, "Lake")
    wait_for(lambda: tags(window, 2).get("Lake") is True)
    card.close()


def test_a_caption_is_written_in_the_info_panel_undone_and_used_as_title(window: MainWindow) -> None:
    rooms = window.rooms
    row = next(row for row in rooms.gallery.rows() if row.taken)
    line = rooms.info.caption

    def info() -> PhotoInfo:
        found = ask(window._bridge, Info(row.path))
        assert isinstance(found, PhotoInfo)
        return found

    rooms.gallery.select(row.photo_id)
    window.ways.toggle_info()
    wait_for(lambda: line.source.text() == "From tags, date and place" and "2026" in line.line.text())
    line.line.setFocus()
    line.line.selectAll()
    QTest.keyClicks(line.line, "Anna at the lake")
    QTest.keyClick(line.line, KEYS.Key_Return)
    wait_for(lambda: info().caption == Caption("Anna at the lake"))
    wait_for(lambda: line.source.text() == "" and line.as_title.isVisible())
    QTest.mouseClick(line.as_title, Qt.MouseButton.LeftButton)
    wait_for(lambda: info().metadata.title == "Anna at the lake" and not line.as_title.isVisible())
    window.undo_list.undo()
    wait_for(lambda: info().metadata.title is None)
    window.undo_list.undo()
    wait_for(lambda: line.source.text() == "From tags, date and place")
    assert not line.as_title.isVisible(), "what nobody wrote is no title"
    window.acts.take_titles([row.digest])
    wait_for(lambda: "no captions" in rooms.status.news.text)
    assert info().metadata.title is None
