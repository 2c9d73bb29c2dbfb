"""All groups at once over a real library: the plan, the move, what can be brought back, and the rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.engine.copies import DuplicateKind, KeeperRule
from app.engine.removals import ActState
from app.engine.requests import TagPhotos
from app.ui.duplicates.page import DuplicatesPage
from app.ui.duplicates.plan_lists import Part
from app.ui.duplicates.rules_dialog import RulesDialog
from app.ui.undo import Happening
from tests.ui.duplicates.conftest import group
from tests.ui.duplicates.real import WAIT_MS, choose, press
from tests.ui.real import ask

GOING = {"small0.jpg", "mirror0.jpg", "photo0.jpg", "photo1.jpg", "small2.jpg", "small3.jpg"}
STAYING = {"again0.jpg", "again1.jpg", "photo2.jpg", "photo3.jpg"}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def plan(qtbot: QtBot, page: DuplicatesPage) -> None:
    """Ask for the plan by key and wait until it is there."""
    page.reviewing.take_focus()
    press(page, Qt.Key.Key_B)
    assert page.stack.currentWidget() is page.bulk
    qtbot.waitUntil(lambda: page.bulk._plan is not None, timeout=WAIT_MS)


def carry_out(qtbot: QtBot, page: DuplicatesPage) -> Happening:
    """Press Enter, and wait until all is moved."""
    told: list[Happening] = []
    page.happened.connect(told.append)
    with qtbot.waitSignal(page.reviewing.removing.ended, timeout=WAIT_MS):
        QTest.keyClick(page.bulk.main, Qt.Key.Key_Return)
    return told[0]


def step(qtbot: QtBot, page: DuplicatesPage, happening: Happening, *, redo: bool = False) -> None:
    """Take a happening back, or do it again."""
    way = happening.redo if redo else happening.undo
    assert way is not None
    with qtbot.waitSignal(page.happened, timeout=WAIT_MS):
        way()


def test_a_plan_says_what_goes_what_stays_and_where_and_moves_nothing(
    qtbot: QtBot, real_page: DuplicatesPage, folder: Path
) -> None:
    before = names(folder)
    plan(qtbot, real_page)
    bulk = real_page.bulk
    assert {row[0] for row in bulk.table.words.rows} == GOING
    assert bulk.main.text() == "Move 6 to the trash"
    assert bulk.says.text().startswith("6 photos to the trash, ")
    assert "4 photos kept where they are" in bulk.says.text()
    bulk.parts.made[Part.STAYS.value].click()
    assert {row[0] for row in bulk.table.words.rows} == STAYING
    bulk.parts.made[Part.FOLDERS.value].click()
    assert [row[1] for row in bulk.table.words.rows] == ["6"]
    QTest.keyClick(bulk, Qt.Key.Key_Escape)
    assert real_page.stack.currentWidget() is real_page.reviewing
    assert names(folder) == before


def test_kinds_can_be_left_out_of_a_plan_and_marks_count(qtbot: QtBot, real_page: DuplicatesPage) -> None:
    choose(real_page, "photo2.jpg")
    press(real_page, Qt.Key.Key_K)  # the copy stays, too
    plan(qtbot, real_page)
    bulk = real_page.bulk
    assert {row[0] for row in bulk.table.words.rows} == GOING - {"small2.jpg"}
    bulk.kinds.made["identical"].click()
    qtbot.waitUntil(lambda: bulk._plan is not None, timeout=WAIT_MS)
    assert {row[0] for row in bulk.table.words.rows} == GOING - {"small2.jpg", "photo1.jpg"}
    for chip in bulk.kinds.made.values():
        chip.setChecked(False)
    bulk._ask()
    assert not bulk.main.isEnabled()


def test_edited_photos_stay_until_they_are_chosen(page: DuplicatesPage) -> None:
    edited, turned = group(2, DuplicateKind.EDITED), group(3, DuplicateKind.TURNED, 3)
    mixed = replace(turned, photos=(*turned.photos[:2], replace(turned.photos[2], relation=edited.photos[1].relation)))
    bulk = page.bulk
    bulk.plan_for((group(1), edited, mixed))
    assert {value: chip.isChecked() for value, chip in bulk.kinds.made.items()} == {"resized": True, "edited": False}
    assert bulk.kinds.made["edited"].text() == "Edited 2", "what else goes of a group with an edited one waits, too"
    assert [chosen.photos[0].path for chosen, _ in bulk._chosen()] == ["/photos/00001/0.jpg"]
    bulk.plan_for((edited,))
    assert "Nothing is chosen" in bulk.says.text() and not bulk.main.isEnabled()
    bulk.kinds.made["edited"].click()
    assert [chosen for chosen, _ in bulk._chosen()] == [edited] and "Nothing is chosen" not in bulk.says.text()


def test_all_are_moved_brought_back_and_moved_again(qtbot: QtBot, real_page: DuplicatesPage, folder: Path) -> None:
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    plan(qtbot, real_page)
    happening = carry_out(qtbot, real_page)
    assert happening.text.startswith("6 photos moved to the trash, ")
    assert names(folder) == set(whole) - GOING
    assert not real_page.pile.groups
    assert real_page.bulk.says.text().startswith("6 photos moved to the trash")
    assert real_page.bulk.isVisible(), "what came of it is read before the page goes on"
    QTest.keyClick(real_page.bulk, Qt.Key.Key_Escape)
    assert real_page.state.title.text() == "All done"

    step(qtbot, real_page, happening)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == whole
    qtbot.waitUntil(lambda: len(real_page.pile.groups) == 4, timeout=WAIT_MS)
    step(qtbot, real_page, happening, redo=True)
    assert names(folder) == set(whole) - GOING


def test_what_changed_since_the_plan_stays_and_is_told(qtbot: QtBot, real_page: DuplicatesPage, folder: Path) -> None:
    plan(qtbot, real_page)
    before, small = names(folder), (folder / "small3.jpg").read_bytes()
    (folder / "small3.jpg").write_bytes(b"somebody wrote this meanwhile")
    (folder / "photo1.jpg").unlink()
    happening = carry_out(qtbot, real_page)
    assert (folder / "small3.jpg").read_bytes() == b"somebody wrote this meanwhile"
    told = {row[0]: row[2] for row in real_page.bulk.table.words.rows}
    assert set(told) == {"small3.jpg", "photo1.jpg"} and all(told.values())
    assert "2 photos could not go" in real_page.bulk.says.text()
    (folder / "small3.jpg").write_bytes(small)
    step(qtbot, real_page, happening)
    step(qtbot, real_page, happening, redo=True)
    assert names(folder) == before - GOING | {"small3.jpg"}, "done again is what went the first time"


def test_a_move_is_stopped_and_the_rest_stays(qtbot: QtBot, real_page: DuplicatesPage, folder: Path) -> None:
    before = names(folder)
    plan(qtbot, real_page)
    bulk = real_page.bulk
    bulk.main.click()
    assert bulk.pause.isVisible() and not bulk.main.isVisible()
    with qtbot.waitSignal(real_page.reviewing.removing.ended, timeout=WAIT_MS) as ended:
        QTest.keyClick(bulk, Qt.Key.Key_Escape)
    report = ended.args[0] if ended.args else None
    assert len(report.moved) + len(report.left) == len(GOING)
    assert names(folder) == before - {Path(path).name for path in report.moved}
    assert ("It was stopped" in bulk.says.text()) == bool(report.left)


def test_what_was_moved_is_brought_back_one_by_one(qtbot: QtBot, real_page: DuplicatesPage, folder: Path) -> None:
    moved = real_page.moved
    real_page.reviewing.take_focus()
    press(real_page, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: "Nothing was moved" in moved.nothing.title.text(), timeout=WAIT_MS)
    QTest.keyClick(moved, Qt.Key.Key_Escape)
    plan(qtbot, real_page)
    carry_out(qtbot, real_page)
    real_page.bulk.moved.click()
    qtbot.waitUntil(lambda: len(moved._files) == 6, timeout=WAIT_MS)
    assert moved.bring.text() == "Bring 6 back"
    row = next(n for n, file in enumerate(moved._files) if file.path.endswith("small2.jpg"))
    moved.files.selectRow(row)
    assert moved.bring.text() == "Bring 1 back"
    with qtbot.waitSignal(real_page.happened, timeout=WAIT_MS) as happened:
        QTest.keyClick(moved.files, Qt.Key.Key_Return)
    assert names(folder) & GOING == {"small2.jpg"}

    def states() -> Counter[ActState]:
        return Counter(file.state for file in moved._files)

    qtbot.waitUntil(lambda: states() == {ActState.MOVED: 5, ActState.UNDONE: 1}, timeout=WAIT_MS)
    assert happened.args is not None
    step(qtbot, real_page, happened.args[0])
    assert not names(folder) & GOING, "bringing it back is taken back"
    qtbot.waitUntil(lambda: states() == {ActState.MOVED: 6}, timeout=WAIT_MS)


def test_the_kept_photo_is_given_keywords_as_was_said_before(qtbot: QtBot, real_page: DuplicatesPage) -> None:
    group = choose(real_page, "photo2.jpg")
    copy = next(photo for photo in group.photos if not photo.keep)
    ask(real_page._bridge, TagPhotos((copy.digest,), "zoo"))
    real_page.reviewing.foresight.look(real_page.pile.review(group))
    view = real_page.reviewing.view
    qtbot.waitUntil(lambda: "zoo" in view.foreseen.text(), timeout=WAIT_MS)
    assert view.foreseen.text() == "Keywords “zoo” will be added to the kept photo"
    plan(qtbot, real_page)
    assert "of 1 photo go over to the kept ones" in real_page.bulk.says.text()
    real_page.bulk.merge.click()
    qtbot.waitUntil(lambda: real_page.bulk._plan is not None, timeout=WAIT_MS)
    assert "go over" not in real_page.bulk.says.text()


@pytest.fixture
def rules(qtbot: QtBot, real_page: DuplicatesPage) -> RulesDialog:
    """The rules, opened by key, as the engine knows them."""
    with qtbot.waitSignal(real_page.rules.changed, timeout=WAIT_MS):
        real_page.rules.refresh()
    real_page.reviewing.take_focus()
    press(real_page, Qt.Key.Key_R)
    return real_page.findChildren(RulesDialog)[0]


def test_a_protected_folder_keeps_its_photos(qtbot: QtBot, real_page: DuplicatesPage, rules: RulesDialog, folder: Path) -> None:
    with qtbot.waitSignal(real_page.happened, timeout=WAIT_MS) as happened:
        rules.protected.add(str(folder))
    qtbot.waitUntil(lambda: real_page.pile.frees == 0, timeout=WAIT_MS)
    view = real_page.reviewing.view
    QTest.keyClick(view.grid, Qt.Key.Key_T)
    assert "protected folder" in view.notice.text()
    assert view.act.text() == "Nothing to move"
    assert happened.args is not None
    happened.args[0].undo()
    qtbot.waitUntil(lambda: real_page.pile.frees > 0, timeout=WAIT_MS)
    assert rules.protected.chosen() == ()


def test_rules_are_put_in_another_order_by_keys(qtbot: QtBot, real_page: DuplicatesPage, rules: RulesDialog) -> None:
    first, second = rules.order.chosen()[:2]
    rules.order.setCurrentRow(1)
    with qtbot.waitSignal(real_page.happened, timeout=WAIT_MS):
        QTest.keyClick(rules.order, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: real_page.rules.rules.order[:2] == (second, first), timeout=WAIT_MS)
    with qtbot.waitSignal(real_page.happened, timeout=WAIT_MS):
        rules.order.item(0).setCheckState(Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: second not in real_page.rules.rules.order, timeout=WAIT_MS)
    assert set(rules.order.chosen()) == set(KeeperRule) - {second}
    rules.usual.click()
    qtbot.waitUntil(lambda: rules.order.chosen() == tuple(KeeperRule), timeout=WAIT_MS)
