"""Real files, the real engine, the real trash: groups are found, reviewed, moved and brought back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine.copies import DuplicateKind
from app.engine.requests import IndexingEnded, Rescan
from app.engine.types import IndexReport
from app.ui.duplicates.page import DuplicatesPage
from tests.conftest import draw_photo
from tests.ui.duplicates.real import WAIT_MS, choose, do, press, undo


@pytest.fixture
def page(real_page: DuplicatesPage) -> DuplicatesPage:
    """The page over a library that has read the folder."""
    return real_page


def test_a_group_is_reviewed_moved_to_the_trash_and_brought_back(qtbot: QtBot, page: DuplicatesPage, folder: Path) -> None:
    group = choose(page, "photo0.jpg")
    assert page.reviewing.view.act.text() == "Move 3 to the trash"
    kept = [photo for photo in group.photos if photo.keep]
    leaving = {Path(photo.path).name: Path(photo.path).read_bytes() for photo in group.photos if not photo.keep}

    happening = do(qtbot, page, Qt.Key.Key_Return)

    assert happening.text.startswith("3 photos moved to the trash, ")
    assert [Path(kept[0].path).exists(), *[(folder / name).exists() for name in leaving]] == [True, False, False, False]
    trashed = {path.name for path in (folder.parent / "data" / "Trash" / "files").iterdir()}
    assert trashed == set(leaving)
    assert len(page.reviewing.model.groups) == 3
    assert page.reviewing.view.model.review is not None, "the next group is shown"

    undo(qtbot, page, happening)
    assert happening.redo is not None
    with qtbot.waitSignal(page.happened, timeout=WAIT_MS):
        happening.redo()
    assert not any((folder / name).exists() for name in leaving), "it is done again"
    assert len(page.reviewing.model.groups) == 3
    page._bridge.indexing_ended.emit(IndexingEnded(IndexReport()))  # an earlier look ends, which says nothing of what comes back
    undo(qtbot, page, happening)

    assert {name: (folder / name).read_bytes() for name in leaving} == leaving
    assert page.reviewing.view.model.photos == group.photos, "the group is back and chosen"
    with qtbot.waitSignal(page.pile.sifted, timeout=WAIT_MS):
        page.refresh()
    assert len(page.pile.groups) == 4, "it does not go away while the files are read again"

    other = DuplicatesPage(page._bridge)  # knows only what the engine says
    qtbot.addWidget(other)

    def found_again() -> bool:
        other.refresh()
        return len(other.pile.groups) == 4

    qtbot.waitUntil(found_again, timeout=WAIT_MS)


def test_what_the_engine_finds_afterwards_agrees(qtbot: QtBot, page: DuplicatesPage) -> None:
    choose(page, "photo2.jpg")
    do(qtbot, page, Qt.Key.Key_Return)
    with qtbot.waitSignal(page.pile.sifted, timeout=WAIT_MS):
        page.refresh()
    names = {Path(photo.path).name for group in page.pile.groups for photo in group.photos}
    assert not names & {"photo2.jpg", "small2.jpg"}
    assert len(page.pile.groups) == 3


def test_a_file_that_has_changed_meanwhile_stays_and_is_named(qtbot: QtBot, page: DuplicatesPage, folder: Path) -> None:
    group = choose(page, "photo3.jpg")
    leaving = next(Path(photo.path) for photo in group.photos if not photo.keep)
    draw_photo(99).save(leaving)
    press(page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(page.reviewing.view.notice.text()), timeout=WAIT_MS)
    assert leaving.exists()
    assert page.reviewing.view.notice.text().startswith(leaving.name)


def test_not_duplicates_is_remembered_and_can_be_taken_back(qtbot: QtBot, page: DuplicatesPage) -> None:
    choose(page, "photo2.jpg")
    happening = do(qtbot, page, Qt.Key.Key_N)
    assert len(page.pile.groups) == 3

    other = DuplicatesPage(page._bridge)  # has no memory of its own of what was decided
    qtbot.addWidget(other)
    with qtbot.waitSignal(other.pile.sifted, timeout=WAIT_MS):
        other.refresh()
    assert len(other.pile.groups) == 3

    undo_not_duplicates = happening.undo
    assert undo_not_duplicates is not None
    undo_not_duplicates()
    qtbot.waitUntil(lambda: len(page.pile.groups) == 4, timeout=WAIT_MS)
    with qtbot.waitSignal(other.pile.sifted, timeout=WAIT_MS):
        other.refresh()
    assert len(other.pile.groups) == 4


def test_keep_all_is_remembered_until_the_group_grows_and_can_be_taken_back(
    qtbot: QtBot, page: DuplicatesPage, folder: Path
) -> None:
    photos = choose(page, "photo1.jpg").photos
    happening = do(qtbot, page, Qt.Key.Key_A)
    assert happening.text == "Remembered: 2 photos that are all kept."
    other = DuplicatesPage(page._bridge)  # has no memory of its own of what was decided
    qtbot.addWidget(other)
    with qtbot.waitSignal(other.pile.sifted, timeout=WAIT_MS):
        other.refresh()
    assert len(page.pile.groups) == len(other.pile.groups) == 3

    press(page, Qt.Key.Key_E)
    decided = page.decided
    qtbot.waitUntil(lambda: len(decided.table.words.rows) == 1, timeout=WAIT_MS)
    assert decided.table.words.rows[0][:2] == ("All are kept", "again1.jpg, photo1.jpg")
    decided.table.selectRow(0)
    assert decided.take.text() == "Take 1 back"
    with qtbot.waitSignal(page.happened, timeout=WAIT_MS) as happened:
        press(page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(page.pile.groups) == 4, timeout=WAIT_MS)
    assert happened.args is not None
    undo(qtbot, page, happened.args[0])  # and kept once more
    qtbot.waitUntil(lambda: len(page.pile.groups) == 3, timeout=WAIT_MS)

    shutil.copy(folder / "photo1.jpg", folder / "third1.jpg")
    page._bridge.ask(Rescan(), lambda _none: None)
    grown = [*(Path(photo.path).name for photo in photos), "third1.jpg"]
    qtbot.waitUntil(
        lambda: any({Path(photo.path).name for photo in group.photos} == set(grown) for group in page.pile.groups),
        timeout=WAIT_MS,
    )


def test_previews_and_the_closer_look_show_the_files(qtbot: QtBot, page: DuplicatesPage) -> None:
    group = choose(page, "photo1.jpg")
    assert group.kind is DuplicateKind.IDENTICAL
    pictures, paths = page.reviewing.pictures, [photo.path for photo in group.photos]
    qtbot.waitUntil(lambda: all(path in pictures._sides for path in paths), timeout=WAIT_MS)
    preview = pictures.best(paths[0], b"")
    assert preview is not None and max(preview.width(), preview.height()) >= 512
    press(page, Qt.Key.Key_C)
    compare = page.reviewing.compare
    qtbot.waitUntil(lambda: all(pane._levels for pane in compare.panes), timeout=WAIT_MS)
    press(page, Qt.Key.Key_1)
    shots = [pane.grab().toImage() for pane in compare.panes]
    assert shots[0] == shots[1], "the same bytes, zoomed together, look the same"
    assert len({shots[0].pixel(x, 200) for x in range(0, shots[0].width(), 7)}) > 10, "and they show a picture"


def test_one_photo_is_remembered_as_not_a_copy(qtbot: QtBot, page: DuplicatesPage) -> None:
    group = choose(page, "photo0.jpg")
    page.reviewing.view.grid.choose(next(n for n, photo in enumerate(group.photos) if photo.path.endswith("mirror0.jpg")))
    happening = do(qtbot, page, Qt.Key.Key_X)
    assert happening.text == "Remembered: mirror0.jpg is not a copy."
    assert len(page.reviewing.view.model.photos) == 3

    other = DuplicatesPage(page._bridge)
    qtbot.addWidget(other)
    with qtbot.waitSignal(other.pile.sifted, timeout=WAIT_MS):
        other.refresh()
    names = [{Path(photo.path).name for photo in found.photos} for found in other.pile.groups]
    assert {"photo0.jpg", "again0.jpg", "small0.jpg"} in names
    assert not any("mirror0.jpg" in found for found in names)

    assert happening.undo is not None
    happening.undo()
    qtbot.waitUntil(lambda: any(len(found.photos) == 4 for found in page.pile.groups), timeout=WAIT_MS)
    assert len(page.pile.groups) == 4


def test_a_file_with_the_bytes_of_another_is_a_copy(qtbot: QtBot, page: DuplicatesPage) -> None:
    choose(page, "again1.jpg")
    press(page, Qt.Key.Key_X)
    assert "same to the last byte" in page.reviewing.view.notice.text()
