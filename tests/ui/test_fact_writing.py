"""What a copy that went gave to the photo that stays is written into its file from the window, and comes out again."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.engine.features.metadata import read_metadata
from app.engine.library.digest import digest_of
from app.engine.removals import Facts
from app.engine.tags.jpeg_facts import with_facts
from app.ui.fact_writing import FactsCard, said
from app.ui.main_window import MainWindow
from tests.conftest import draw_photo
from tests.ui.real import opened_window, wait_for

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the screen that is none says so of popups
FACTS = Facts("The sea at dawn", 4, ("lake", "sand"))
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def card(window: MainWindow) -> FactsCard:
    """The card that is open."""
    wait_for(lambda: any(one.isVisible() for one in window.findChildren(FactsCard)))
    (found,) = [one for one in window.findChildren(FactsCard) if one.isVisible()]
    return found


def test_what_a_copy_gave_is_written_undone_and_written_again(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    album, small = tmp_path / "album", io.BytesIO()
    album.mkdir()
    keeper = album / "photo.jpg"
    draw_photo(1, (800, 600)).save(keeper, quality=92)
    draw_photo(1, (800, 600)).resize((400, 300)).save(small, "JPEG")
    (album / "small.jpg").write_bytes(with_facts(small.getvalue(), FACTS))
    before = keeper.read_bytes()
    with opened_window(tmp_path / "library", album, photos=2) as window:
        page, news = window.rooms.duplicates, window.rooms.status.news
        window.commands["duplicates"].trigger()
        wait_for(lambda: len(page.pile.groups) == 1)
        page.reviewing.take_focus()
        QTest.keyClick(page.reviewing.view.grid, Qt.Key.Key_Return)
        wait_for(lambda: "moved to the trash" in news.text)
        (offer,) = [one for one in news.findChildren(QPushButton) if one.text() == "Write into the kept file…"]
        QTest.mouseClick(offer, Qt.MouseButton.LeftButton)
        shown = card(window)
        assert shown.accessibleName() == "Write into 1 file" and keeper.read_bytes() == before
        QTest.keyClick(shown.write, Qt.Key.Key_Space)
        wait_for(lambda: "Written into 1 file" in news.text)
        facts = read_metadata(keeper)
        assert (facts.title, facts.rating, facts.keywords) == (FACTS.title, FACTS.rating, FACTS.keywords)

        wait_for(lambda: window.rooms.status.reading.said() == "All photos are ready")
        QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
        wait_for(lambda: keeper.read_bytes() == before)
        QTest.keyClick(window, Qt.Key.Key_Z, CONTROL | SHIFT)
        wait_for(lambda: read_metadata(keeper).title == FACTS.title)

        # the list of what was done has it, too, and nothing is left to write
        page.stack.setCurrentWidget(page.moved)
        wait_for(lambda: len(page.moved._files) == 1 and page.moved.again.text() == "Write 0 again")
        QTest.mouseClick(page.moved.bring, Qt.MouseButton.LeftButton)
        wait_for(lambda: keeper.read_bytes() == before)
        window.ways.show_photos()
        digest = digest_of(keeper)
        wait_for(lambda: [row.digest for row in window.rooms.gallery.rows()] == [digest])
        menu = window.desk.menu(window.rooms.gallery.rows())
        (write,) = [action for action in menu.actions() if action.text().startswith("Write title, rating and keywords")]
        write.trigger()
        card(window).leave.click()
        menu.close()
        assert keeper.read_bytes() == before


def test_facts_in_a_line() -> None:
    assert said(FACTS) == "The sea at dawn · ★★★★ · lake, sand"
    assert (said(Facts(rating=0)), said(Facts(rating=-1))) == ("no stars", "rejected")
