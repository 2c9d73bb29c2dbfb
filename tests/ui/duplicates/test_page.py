"""The duplicates page under a person's hands: keys and clicks go in as Qt events."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.engine.copies import DuplicateKind
from app.engine.requests import Progress
from app.engine.types import Turn
from app.ui.duplicates.compare import Way
from app.ui.duplicates.group_list import PITCH
from app.ui.duplicates.page import DuplicatesPage
from tests.ui.duplicates.conftest import group, photo

RESIZED, TURNED, BURST = DuplicateKind.RESIZED, DuplicateKind.TURNED, DuplicateKind.BURST


def press(page: DuplicatesPage, key: Qt.Key, times: int = 1) -> None:
    """Press a key where the keyboard is."""
    for _ in range(times):
        QTest.keyClick(QApplication.focusWidget() or page, key)


def titles(page: DuplicatesPage) -> list[str]:
    """The names of the chips."""
    return [chip.text() for chip in page.header.chips.findChildren(QPushButton) if not chip.isHidden()]


def test_the_models_keep_qts_rules(page: DuplicatesPage, qtmodeltester: ModelTester) -> None:
    page.pile.take((group(1), group(2, TURNED, 3, turn=Turn.MIRROR)))
    qtmodeltester.check(page.reviewing.model)
    qtmodeltester.check(page.reviewing.view.model)


def test_before_there_are_groups_the_page_says_that_it_looks(page: DuplicatesPage) -> None:
    assert page.stack.currentWidget() is page.state
    assert "Looking" in page.state.title.text()


def test_no_groups_is_said_and_escape_leads_back(page: DuplicatesPage, qtbot: QtBot) -> None:
    page._found(())
    assert page.state.title.text() == "No duplicates"
    page._bridge.progress.emit(Progress(3, 10))
    assert "more may be found" in page.state.sentence.text()


def test_the_top_line_counts_and_offers_only_kinds_that_exist(page: DuplicatesPage) -> None:
    page.pile.take((group(1), group(2), group(3, TURNED, turn=Turn.MIRROR)))
    assert page.header.summary.whole == "3 groups · 3.0 MB can be freed"
    QApplication.processEvents()
    assert titles(page) == ["All kinds", "Resized 2", "Turned 1"]


def test_a_chip_shows_one_kind_and_all_kinds_come_back_when_it_is_empty(page: DuplicatesPage, qtbot: QtBot) -> None:
    page.pile.take((group(1), group(2), group(3, TURNED, turn=Turn.MIRROR)))
    chip = next(c for c in page.header.chips.findChildren(QPushButton) if c.text() == "Turned 1")
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert [g.kind for g in page.reviewing.model.groups] == [TURNED]
    page.pile.remove(page.pile.groups[2])
    assert page.reviewing.model.rowCount() == 2
    assert page.header.kind is None


def test_arrows_choose_groups_and_photos(page: DuplicatesPage) -> None:
    page.pile.take((group(1), group(2, count=4), group(3)))
    press(page, Qt.Key.Key_Down)
    view = page.reviewing.view
    assert page.reviewing.list.row == 1
    assert view.place.text() == "2 of 3"
    assert view.grid.row == 1, "the first photo that would go is chosen"
    press(page, Qt.Key.Key_Right, 2)
    assert view.grid.row == 3
    press(page, Qt.Key.Key_Right)
    assert view.grid.row == 3
    press(page, Qt.Key.Key_Left)
    assert view.grid.row == 2
    press(page, Qt.Key.Key_End)
    assert page.reviewing.list.row == 2


def test_the_main_button_says_exactly_what_it_will_do(page: DuplicatesPage) -> None:
    page.pile.take((group(1, count=4), group(2, BURST)))
    view = page.reviewing.view
    assert view.act.text() == "Move 3 to the trash"
    press(page, Qt.Key.Key_K)
    assert view.act.text() == "Move 2 to the trash"
    assert page.header.summary.whole == "2 groups · 2.0 MB can be freed"
    assert page.reviewing.model.details(page.reviewing.model.groups[0]) == "4 photos · frees 2.0 MB"
    press(page, Qt.Key.Key_T)
    assert view.act.text() == "Move 3 to the trash"
    press(page, Qt.Key.Key_Down)
    assert view.act.text() == "Nothing to move"
    assert not view.act.isEnabled()


def test_one_photo_always_stays(page: DuplicatesPage) -> None:
    page.pile.take((group(1),))
    view = page.reviewing.view
    press(page, Qt.Key.Key_Left)
    press(page, Qt.Key.Key_T)
    assert view.model.review is not None and view.model.review.keepers
    assert "always stays" in view.notice.text()
    press(page, Qt.Key.Key_Right)
    press(page, Qt.Key.Key_K)
    assert view.notice.isHidden()
    press(page, Qt.Key.Key_Left)
    press(page, Qt.Key.Key_T)
    assert [p.path for p in view.model.review.leaving] == ["/photos/00001/0.jpg"]


def test_a_click_on_the_mark_changes_it_and_one_beside_it_only_chooses(page: DuplicatesPage, qtbot: QtBot) -> None:
    page.pile.take((group(1, count=3),))
    grid, view = page.reviewing.view.grid, page.reviewing.view
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.parts_of(2).picture.center())
    assert grid.row == 2
    assert view.act.text() == "Move 2 to the trash"
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.parts_of(2).pill.center())
    assert view.act.text() == "Move 1 to the trash"


def test_two_cards_stand_beside_each_other_and_one_in_a_narrow_window(page: DuplicatesPage) -> None:
    page.pile.take((group(1, count=5),))
    grid = page.reviewing.view.grid
    first, second, third = (grid.parts_of(row).card for row in range(3))
    assert first.top() == second.top() and second.left() > first.right()
    assert third.top() > first.bottom() and third.left() == first.left()
    assert second.right() <= grid.viewport().width()
    page.resize(680, 600)
    QApplication.processEvents()
    assert grid.parts_of(1).card.top() > grid.parts_of(0).card.bottom()


def test_from_right_to_left_the_first_card_is_on_the_right(page: DuplicatesPage) -> None:
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    page.pile.take((group(1, count=2),))
    QApplication.processEvents()
    grid = page.reviewing.view.grid
    assert grid.parts_of(0).card.left() > grid.parts_of(1).card.right()
    assert grid.row == 1
    press(page, Qt.Key.Key_Right)
    assert grid.row == 0


def test_new_groups_move_neither_the_reviewed_one_nor_its_marks(page: DuplicatesPage) -> None:
    old = tuple(group(n) for n in range(100, 160))
    page.pile.take(old)
    listed = page.reviewing.list
    listed.choose(30)
    press(page, Qt.Key.Key_K)
    shown, offset = page.reviewing.model.groups[30], listed.offset(30)
    page.pile.take(tuple(group(n) for n in range(40)) + old)
    assert page.reviewing.model.groups[listed.row].photos[0].path == shown.photos[0].path
    assert listed.row == 70
    assert listed.offset(70) == offset
    assert page.reviewing.view.act.text() == "Nothing to move", "both photos were marked to stay"
    assert page.reviewing.view.place.text() == "71 of 100"


def test_a_photo_that_joins_the_reviewed_group_leaves_the_marks_as_they_are(page: DuplicatesPage) -> None:
    page.pile.take((group(1), group(2)))
    press(page, Qt.Key.Key_K)
    page.pile.take((group(2), group(1, count=3)))
    review = page.reviewing.view.model.review
    assert review is not None
    assert [review.keeps(p.path) for p in review.group.photos] == [True, True, False]


def test_a_larger_group_keeps_its_marks_also_where_another_one_is_shown(page: DuplicatesPage) -> None:
    page.pile.take((group(1), group(2)))
    press(page, Qt.Key.Key_K)
    press(page, Qt.Key.Key_Down)
    page.pile.take((group(1, count=3), group(2)))
    review = page.pile.review(page.pile.groups[0])
    assert [review.keeps(p.path) for p in review.group.photos] == [True, True, False]
    assert page.pile.frees == sum(page.pile.review(found).frees for found in page.pile.groups)


def test_what_is_scrolled_to_stays_when_groups_come_and_go_above(page: DuplicatesPage) -> None:
    old = tuple(group(n) for n in range(100, 200))
    page.pile.take(old)
    listed = page.reviewing.list
    listed.choose(2)
    listed.verticalScrollBar().setValue(50 * PITCH + 11)
    for now in ((group(1), *old), old[7:], old[7:50] + old[51:]):
        held = page.reviewing.model.groups[listed.held]
        first = page.reviewing.model.groups.index(next(g for g in page.reviewing.model.groups if g in (old[50], old[51])))
        assert held in (old[50], old[51]) and listed.offset(first) == -11
        page.pile.take(now)
    assert listed.offset(page.reviewing.model.groups.index(old[51])) == -11, "the next one has its place"


def test_the_chosen_photo_of_a_larger_group_stays_chosen_and_a_group_that_goes_gives_way_to_the_next(
    page: DuplicatesPage,
) -> None:
    page.pile.take((group(1), group(2, count=5), group(3)))
    press(page, Qt.Key.Key_Down)
    press(page, Qt.Key.Key_Right, times=2)
    chosen = page.reviewing.view.current
    assert chosen is not None and chosen.path == "/photos/00002/3.jpg"
    page.pile.take((group(9), group(1), group(2, count=6), group(3)))
    assert page.reviewing.view.current == chosen and len(page.reviewing.view.model.photos) == 6
    press(page, Qt.Key.Key_C)
    page.pile.take((group(9), group(1), group(3)))
    assert page.reviewing.currentWidget() is page.reviewing.beside, "nothing else is compared instead"
    assert page.reviewing.view.model.photos[0].path == "/photos/00003/0.jpg"


def test_files_with_the_same_bytes_cannot_be_called_different(page: DuplicatesPage) -> None:
    page.pile.take((group(1, DuplicateKind.IDENTICAL),))
    assert not page.reviewing.view.not_duplicates.isEnabled()
    press(page, Qt.Key.Key_N)
    assert "same to the last byte" in page.reviewing.view.notice.text()


def test_enter_on_a_button_presses_that_button(page: DuplicatesPage) -> None:
    page.pile.take((group(1), group(2)))
    page.reviewing.view.compare.setFocus()
    press(page, Qt.Key.Key_Return)
    assert page.reviewing.currentWidget() is page.reviewing.compare
    assert not page.reviewing._busy, "nothing was sent to the trash"


def test_escape_goes_one_step_back(page: DuplicatesPage, qtbot: QtBot) -> None:
    page.pile.take((group(1),))
    press(page, Qt.Key.Key_C)
    assert page.reviewing.currentWidget() is page.reviewing.compare
    with qtbot.assertNotEmitted(page.closed):
        press(page, Qt.Key.Key_Escape)
    assert page.reviewing.currentWidget() is not page.reviewing.compare
    with qtbot.waitSignal(page.closed):
        press(page, Qt.Key.Key_Escape)


def test_thumbnails_of_the_chosen_group_are_painted_when_they_come(page: DuplicatesPage, qtbot: QtBot) -> None:
    page.pile.take((group(1),))
    pictures, first = page.reviewing.pictures, group(1).photos[0]
    qtbot.waitUntil(lambda: first.digest in pictures._missing)
    red = QImage(320, 240, QImage.Format.Format_RGB32)
    red.fill(Qt.GlobalColor.red)
    page._bridge.thumbnail.emit(first.digest, red)
    grid = page.reviewing.view.grid
    seen = grid.viewport().grab().toImage()
    middle = grid.parts_of(0).picture.center() * seen.devicePixelRatio()
    assert seen.pixelColor(QPoint(int(middle.x()), int(middle.y()))).red() > 200
    assert pictures.thumbnail(group(2).photos[0].digest) is None


def test_ten_thousand_groups_are_listed_and_only_those_in_view_asked_for(page: DuplicatesPage, qtbot: QtBot) -> None:
    page.pile.take(tuple(group(n) for n in range(10_000)))
    qtbot.waitUntil(lambda: page.reviewing.model.rowCount() == 10_000)
    assert page.header.summary.whole == "10,000 groups · 10.0 GB can be freed"
    qtbot.waitUntil(lambda: 0 < len(page.reviewing.pictures._missing) < 80)
    press(page, Qt.Key.Key_End)
    assert page.reviewing.view.place.text() == "10,000 of 10,000"
    last = photo(9_999, 0, keep=True, relation=None).digest
    qtbot.waitUntil(lambda: last in page.reviewing.pictures._missing)


def test_every_control_has_a_name(page: DuplicatesPage) -> None:
    page.pile.take((group(1),))
    for made in page.findChildren(QPushButton):
        assert made.text() or made.accessibleName(), made


def test_keep_only_this_one(page: DuplicatesPage) -> None:
    page.pile.take((group(1, count=4),))
    press(page, Qt.Key.Key_Right)
    press(page, Qt.Key.Key_O)
    review = page.reviewing.view.model.review
    assert review is not None
    assert [p.path for p in review.keepers] == ["/photos/00001/2.jpg"]
    assert page.reviewing.view.act.text() == "Move 3 to the trash"


def test_comparing_by_keys(page: DuplicatesPage) -> None:
    page.pile.take((group(1, count=3), group(2)))
    compare = page.reviewing.compare
    press(page, Qt.Key.Key_D)
    assert page.reviewing.currentWidget() is compare and compare.way is Way.DIFFERENCE
    press(page, Qt.Key.Key_F)
    assert compare.way is Way.SWITCH
    press(page, Qt.Key.Key_S)
    press(page, Qt.Key.Key_G)
    assert len(compare.panes) == 3
    press(page, Qt.Key.Key_I)
    assert compare.known.isHidden()
    press(page, Qt.Key.Key_Right)
    press(page, Qt.Key.Key_K)
    review = page.reviewing.view.model.review
    assert review is not None and review.keeps("/photos/00001/2.jpg"), "the chosen photo is marked while it is compared"
    press(page, Qt.Key.Key_Down)
    assert [photo.path for photo in compare.photos] == ["/photos/00002/0.jpg", "/photos/00002/1.jpg"]


def test_a_mark_is_changed_while_photos_of_which_more_is_known_now_are_compared(page: DuplicatesPage, qtbot: QtBot) -> None:
    found = group(1, count=3)
    page.pile.take((found,))
    press(page, Qt.Key.Key_C)
    page.pile.take((replace(found, photos=tuple(replace(known, why="edited") for known in found.photos)),))
    compare, review = page.reviewing.compare, page.reviewing.view.model.review
    assert [shown.why for shown in compare.photos] == ["edited", "edited"]
    qtbot.mouseClick(compare.stage.sides[1].mark, Qt.MouseButton.LeftButton)
    assert review is not None and review.keeps("/photos/00001/1.jpg")


def test_two_thousand_groups_take_no_more_widgets_than_ten(page: DuplicatesPage, qtbot: QtBot) -> None:
    page.pile.take(tuple(group(n) for n in range(10)))
    widgets = len(page.findChildren(QWidget))
    page.pile.take(tuple(group(n, count=2 + n % 3) for n in range(2_000)))
    qtbot.waitUntil(lambda: page.reviewing.model.rowCount() == 2_000)
    asked: set[bytes] = set()
    bar = page.reviewing.list.verticalScrollBar()
    for place in range(0, bar.maximum(), bar.maximum() // 20):
        bar.setValue(place)
        page.reviewing.list.viewport().grab()
        page.reviewing._want_thumbnails()
        now = set(page.reviewing.pictures._missing)
        assert len(now) < 80, "what has gone by is given up"
        asked |= now
    assert len(asked) > 200, "other groups came into view"
    assert len(page.findChildren(QWidget)) == widgets


def test_other_marks_are_in_the_next_plan_of_two_thousand_groups(page: DuplicatesPage, qtbot: QtBot) -> None:
    page.pile.take(tuple(group(n) for n in range(2_000)))
    qtbot.waitUntil(lambda: page.reviewing.model.rowCount() == 2_000)
    press(page, Qt.Key.Key_K)
    press(page, Qt.Key.Key_B)
    assert page.stack.currentWidget() is page.bulk
    assert page.bulk.title.text() == "Plan for 2,000 groups"
    assert len(page.bulk._reviews) == 1_999
    assert not page.bulk.main.isVisible(), "nothing can be pressed before the plan is there"
    press(page, Qt.Key.Key_Escape)
    assert page.stack.currentWidget() is page.reviewing
