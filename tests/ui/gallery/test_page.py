"""The gallery page: folders, searches, and every state in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.engine.requests import FoldersChanged, Opened, PhotosArrived, PhotosGone, Progress
from app.engine.types import Answer, Facet, Folder, FolderState, Hit, Query, Reason, SortBy, Turn
from app.ui.bridge import Bridge
from app.ui.gallery import states
from app.ui.gallery.page import SEARCHING_MS, GalleryPage
from tests.ui.gallery.photos import row, rows
from tests.ui.real import draw_album, opened_library

FOLDER = Folder("/photos", FolderState.WATCHED, 3)


def hit(number: int, *, weak: bool = False, copies: tuple[str, ...] = ()) -> Hit:
    """A found photo."""
    return Hit(row(number), copies, 1 - number / 100, weak, (Reason(Facet.MEANING, number + 1),))


@pytest.fixture
def bridge(qapp: QApplication, tmp_path: Path) -> Iterator[Bridge]:
    """A bridge that is not started; what it would say is said by the test."""
    made = Bridge(tmp_path)
    yield made
    made.close()


@pytest.fixture
def page(qtbot: QtBot, bridge: Bridge) -> GalleryPage:
    """The page of a library with folders."""
    made = GalleryPage(bridge)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    qtbot.waitExposed(made)
    bridge.opened.emit(Opened((FOLDER,), 3))
    return made


def listed(page: GalleryPage, count: int, folder: str | None = None) -> None:
    """The engine answers what `show_folder` asked."""
    page.show_folder(folder)
    page._take_list(rows(count))


def buttons(page: GalleryPage) -> list[QPushButton]:
    """The buttons of the state that is shown."""
    assert page.state_page is not None
    return page.state_page.findChildren(QPushButton)


def button(page: GalleryPage) -> QPushButton:
    """The one button of the state that is shown."""
    (found,) = buttons(page)
    return found


def title(page: GalleryPage) -> str:
    """What the state says first."""
    assert page.state_page is not None
    return page.state_page.title.text()


def test_a_folder_is_shown_by_day_and_counted(qtbot: QtBot, page: GalleryPage) -> None:
    with qtbot.waitSignal(page.counted) as counted:
        listed(page, 50)
    assert counted.args == [50]
    assert page.rows() == rows(50)
    assert page.header.isHidden()
    assert page.view.isVisible()


def test_nothing_added_leads_to_adding_a_folder(qtbot: QtBot, bridge: Bridge, page: GalleryPage) -> None:
    bridge.folders_changed.emit(FoldersChanged((), 0, 0))
    listed(page, 0)
    assert title(page) == "No photos yet"
    with qtbot.waitSignal(page.folder_wanted):
        button(page).click()


def test_an_empty_folder_leads_to_all_photos(qtbot: QtBot, page: GalleryPage) -> None:
    listed(page, 0, "/photos/empty")
    assert title(page) == "No photos here"
    with qtbot.waitSignal(page.filters_dropped):
        button(page).click()


def test_while_folders_are_looked_through_it_says_so_and_then_shows_what_arrives(
    qtbot: QtBot, bridge: Bridge, page: GalleryPage
) -> None:
    bridge.progress.emit(Progress(0, 10, looking=True))
    listed(page, 0)
    assert title(page) == "Looking for photos"
    bridge.photos_arrived.emit(PhotosArrived(rows(3)))
    qtbot.waitUntil(page.view.isVisible)
    assert page.rows() == rows(3)
    assert page.state_page is None
    bridge.photos_gone.emit(PhotosGone((1, 2, 3)))
    qtbot.waitUntil(lambda: page.state_page is not None)
    bridge.progress.emit(Progress(10, 10))
    assert title(page) == "No photos yet"


def test_arrivals_elsewhere_do_not_come_into_a_folder(qtbot: QtBot, bridge: Bridge, page: GalleryPage) -> None:
    listed(page, 4, "/photos")
    other = replace(row(50), path="/photos2/x.jpg")
    bridge.photos_arrived.emit(PhotosArrived((other, row(60))))
    qtbot.waitUntil(lambda: len(page.rows()) == 5)
    assert other not in page.rows()


def test_found_photos_stand_best_first_and_weak_ones_wait(qtbot: QtBot, page: GalleryPage) -> None:
    listed(page, 9)
    query = Query(text="boat")
    answer = Answer((hit(3), hit(1), hit(7, weak=True)), 12.0)
    page.show_searching(query)
    with qtbot.waitSignal(page.counted) as counted:
        page.show_answer(answer, query)
    assert counted.args == [2]
    assert [photo.photo_id for photo in page.rows()] == [4, 2]
    assert page.header.count.said() == "2 photos found, best first"
    QTest.mouseClick(page.header.weaker, Qt.MouseButton.LeftButton)
    assert [photo.photo_id for photo in page.rows()] == [4, 2, 8]
    assert page.header.count.said() == "3 photos found, best first, 1 less close"
    assert page.header.weaker.text() == "hide weaker matches"
    page.show_answer(answer, query)
    assert len(page.rows()) == 3, "what was asked for stays while the same question is answered anew"
    page.show_answer(answer, Query(text="other", k=2))
    assert len(page.rows()) == 2 and page.header.count.said() == "The first 2 photos, best first"


def test_what_was_found_by_its_words_says_which(page: GalleryPage) -> None:
    named = replace(hit(1), reasons=(Reason(Facet.MEANING, 1), Reason(Facet.WORDS, 2, text="Platform nine")))
    page.show_answer(Answer((named, hit(2)), 1.0), Query(text="platform"))
    drawn, view = page.view.grab().toImage(), page.view
    marked = []
    for place in range(2):
        cell = view.visualRect(page.model.index(place))
        at = view.viewport().mapTo(view, QPoint(cell.left() + 10, cell.bottom() - 8))
        marked.append(drawn.pixelColor(at).lightness() < 40)
    assert marked == [True, False] and view.delegate.mark(named.reasons) == "words “Platform nine”"


def test_a_search_is_said_to_go_on_only_after_a_while_and_keeps_what_is_shown(qtbot: QtBot, page: GalleryPage) -> None:
    listed(page, 9)
    page.show_searching(Query(text="boat"))
    assert page.header.isHidden()
    assert len(page.rows()) == 9
    qtbot.wait(2 * SEARCHING_MS)
    assert page.header.isHidden(), "the line would move the photos"
    qtbot.waitUntil(lambda: page.header.count.said() == "Searching…")
    assert len(page.rows()) == 9
    page.show_folder(None)
    page._take_list(rows(9))
    assert page.header.isHidden()


def test_nothing_found_shows_a_way_on(qtbot: QtBot, page: GalleryPage) -> None:
    query = Query(text="boat", where=("date>=2024",))
    page.show_answer(Answer((hit(1, weak=True),), 1.0), query)
    assert title(page) == "Nothing found"
    assert [button.text() for button in buttons(page)] == ["Show weaker matches", "Drop the conditions"]
    buttons(page)[0].click()
    assert len(page.rows()) == 1
    assert page.header.count.said() == "Nothing close found; 1 photo matches less well"
    page.show_answer(Answer((), 1.0), query)
    with qtbot.waitSignal(page.filters_dropped):
        button(page).click()
    page.show_answer(Answer((), 1.0), Query(text="boat"))
    assert title(page) == "Nothing found"
    assert page.state_page is not None and not buttons(page)
    assert "“red sports car” rather than “car”" in page.state_page.hint.text()


def test_the_advice_fits_what_was_asked(qapp: QApplication) -> None:
    one, several, picture = Query(text="boat"), Query(text="red boat at sea"), Query(images=("/x.jpg",))
    said = [states.advice(query) for query in (one, several, picture, Query(colors=("#ff0000",)))]
    assert len(set(said)) == 4
    assert not any(word in text for text in said for word in ("index", "embedding", "vector", "threshold", "--"))


def test_the_same_answer_again_does_not_blink(page: GalleryPage) -> None:
    page.show_answer(Answer((), 1.0), Query(text="boa"))
    shown = page.state_page
    page.show_answer(Answer((), 1.0), Query(text="boat"))
    assert page.state_page is shown


def test_photos_that_are_still_read_are_spoken_of(bridge: Bridge, page: GalleryPage) -> None:
    bridge.progress.emit(Progress(100, 1340))
    page.show_answer(Answer((hit(1),), 1.0), Query(text="boat"))
    assert page.header.remarked == "1,240 photos are still being read; more may be found."
    bridge.progress.emit(Progress(1340, 1340))
    assert page.header.remarked == ""


def test_a_facet_that_failed_is_named_while_the_others_answer(page: GalleryPage) -> None:
    page.show_answer(Answer((hit(1),), 1.0, failed=((Facet.MEANING, "Words cannot be searched now."),)), Query(text="boat"))
    assert page.header.remarked == "Words cannot be searched now."
    assert len(page.rows()) == 1


def test_a_failed_search_can_be_tried_again(qtbot: QtBot, page: GalleryPage) -> None:
    query = Query(text="boat")
    page.show_searching(query)
    page.show_failure("The disk is full. Make room and try again.")
    assert page.state_page is not None
    assert page.state_page.sentence.text() == "The disk is full. Make room and try again."
    with qtbot.waitSignal(page.again_asked) as again:
        button(page).click()
    assert again.args == [query]


def test_the_same_folder_shown_anew_keeps_place_and_choice(page: GalleryPage) -> None:
    listed(page, 200)
    page.select(rows(200)[120].photo_id)
    value = page.view.verticalOffset()
    assert value > 0
    listed(page, 200)
    assert page.view.verticalOffset() == value
    assert page.selection() == (rows(200)[120],)
    listed(page, 200, "/photos")
    assert page.view.verticalOffset() == 0
    assert page.selection() == ()


def test_choosing_and_opening_are_told(qtbot: QtBot, page: GalleryPage) -> None:
    listed(page, 9)
    with qtbot.waitSignal(page.selected) as selected:
        page.select(3)
    assert selected.args == [(row(2),)]
    with qtbot.waitSignal(page.opened) as opened:
        QTest.keyClick(page.view, Qt.Key.Key_Return)
    assert opened.args == [row(2)]
    with qtbot.waitSignal(page.selected) as selected:
        listed(page, 4, "/photos")
    assert selected.args == [()]


def test_badges_and_reasons_are_painted_on_found_photos(page: GalleryPage) -> None:
    plain = Hit(row(0), (), 1.0, False, (Reason(Facet.COPY, 1, turn=Turn.MIRROR),))
    page.show_answer(Answer((plain,), 1.0), Query(text="boat"))
    without = page.view.grab().toImage()
    page.show_answer(Answer((replace(plain, copies=("/a", "/b", "/c")),), 1.0), Query(text="a"))
    with_badge = page.view.grab().toImage()
    page.show_answer(Answer((plain,), 1.0), Query(images=("/x.jpg",)))
    with_reason = page.view.grab().toImage()
    rect = page.view.visualRect(page.model.index(0))
    right, left = rect.bottomRight(), rect.bottomLeft()

    def dark(image: object, x: int, y: int) -> bool:
        return image.pixelColor(x, y).lightness() < 70  # type: ignore[attr-defined]

    assert not dark(without, right.x() - 11, right.y() - 12)
    assert dark(with_badge, right.x() - 11, right.y() - 12)
    assert not dark(with_badge, left.x() + 12, left.y() - 12)
    assert dark(with_reason, left.x() + 12, left.y() - 12)


def test_a_real_library_is_listed_sorted_and_drawn(qtbot: QtBot, tmp_path: Path) -> None:
    draw_album(tmp_path / "album")
    with opened_library(tmp_path / "library", tmp_path / "album") as (bridge, photos):
        page = GalleryPage(bridge)
        qtbot.addWidget(page)
        page.resize(900, 600)
        page.show()
        page.show_folder(str(tmp_path / "album"))
        qtbot.waitUntil(lambda: page.rows() == photos, timeout=20_000)
        assert len(photos) == 7, "the identical file is no photo of its own"
        assert "2026-11-14" in page.model.days.names
        digest = photos[0].digest
        qtbot.waitUntil(lambda: page.thumbnails.image(digest) is not None, timeout=20_000)
        page.set_sort(SortBy.NAME, descending=False)
        qtbot.waitUntil(lambda: page.model.sorted_by is SortBy.NAME, timeout=20_000)
        names = [photo.name.casefold() for photo in page.rows()]
        assert names == sorted(names)
        assert page.view.grid.heading == 0
