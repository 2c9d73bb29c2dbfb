"""Moves of many photos that are held, stopped or hindered: what did not go is in its place, is named, and is told what to do."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.engine.removals import TrashReport
from app.engine.requests import AddFolders
from app.ui.duplicates.page import DuplicatesPage
from tests.conftest import draw_photo
from tests.ui.duplicates.real import WAIT_MS, write_photos
from tests.ui.duplicates.test_bulk import GOING, names, plan
from tests.ui.real import ask

MANY = 120
"""The engine moves several files between two looks at what it is asked."""


@dataclass(frozen=True)
class Hindrance:
    """What keeps photos in `folder` from going once it has begun, and what the person is told."""

    folder: Path
    begin: Callable[[], object]
    end: Callable[[], object]
    says: str


def run(*command: str) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0


@contextlib.contextmanager
def small_drive(place: Path) -> Iterator[None]:
    """A drive of its own for a test."""
    place.mkdir()
    if not run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)):
        pytest.skip("no drive can be mounted here: that needs an administrator")
    try:
        yield
    finally:
        run("umount", "--lazy", str(place))


def fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))


@contextlib.contextmanager
def full(place: Path) -> Iterator[Hindrance]:
    with small_drive(place):
        ballast = place / "ballast"
        says = "no space is left on its drive; free some space or empty the trash, then try again"
        yield Hindrance(place / "photos", lambda: fill(ballast), ballast.unlink, says)


@contextlib.contextmanager
def read_only(place: Path) -> Iterator[Hindrance]:
    def remount(how: str) -> None:
        assert run("mount", "-o", f"remount,{how}", str(place))

    with small_drive(place):
        says = "its drive can only be read; make it writable, then try again"
        yield Hindrance(place / "photos", lambda: remount("ro"), lambda: remount("rw"), says)


@contextlib.contextmanager
def forbidden(place: Path) -> Iterator[Hindrance]:
    """An administrator is forbidden nothing but to change what is marked as fixed."""
    place.mkdir()
    if os.getuid():
        begin, end = (lambda: place.chmod(0o555)), (lambda: place.chmod(0o755))
    elif run("chattr", "+i", str(place)):
        begin, end = (lambda: run("chattr", "+i", str(place))), (lambda: run("chattr", "-i", str(place)))
    else:
        pytest.skip("no folder can be forbidden to an administrator on this drive")
    end()
    place.rmdir()  # who writes the photos makes it
    try:
        yield Hindrance(place, begin, end, "you may not change the folder it is in; ask its owner, then try again")
    finally:
        end()


@pytest.fixture(params=[full, read_only, forbidden], ids=lambda made: made.__name__)
def hindrance(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hindrance]:
    """Something that hinders moves."""
    with request.param(tmp_path / "drive") as made:
        yield made


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The photos of a test, where its moves are hindered if they are."""
    hindered = "hindrance" in request.fixturenames
    made: Path = request.getfixturevalue("hindrance").folder if hindered else tmp_path / "photos"
    write_photos(made)
    return made


def carry_out(qtbot: QtBot, page: DuplicatesPage) -> TrashReport:
    with qtbot.waitSignal(page.reviewing.removing.ended, timeout=WAIT_MS) as ended:
        QTest.keyClick(page.bulk.main, Qt.Key.Key_Return)
    assert ended.args is not None
    report: TrashReport = ended.args[0]
    return report


def told(page: DuplicatesPage) -> dict[str, str]:
    """The photos that stayed, and why."""
    return {row[0]: row[2] for row in page.bulk.table.words.rows}


def test_what_is_hindered_stays_is_told_what_to_do_and_goes_when_that_is_done(
    hindrance: Hindrance, qtbot: QtBot, real_page: DuplicatesPage
) -> None:
    folder = hindrance.folder
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    plan(qtbot, real_page)
    hindrance.begin()
    report = carry_out(qtbot, real_page)
    assert not report.moved and {Path(file.path).name for file in report.refused} == GOING
    assert set(told(real_page)) == GOING
    assert set(told(real_page).values()) == {f"it cannot be moved to the trash: {hindrance.says}"}
    assert "6 photos could not go" in real_page.bulk.says.text()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before, "nothing is half moved"
    hindrance.end()
    QTest.keyClick(real_page.bulk, Qt.Key.Key_Escape)
    plan(qtbot, real_page)
    assert {Path(path).name for path in carry_out(qtbot, real_page).moved} == GOING
    assert names(folder) == set(before) - GOING


def test_a_copy_stays_when_what_was_to_stay_of_it_is_gone(qtbot: QtBot, real_page: DuplicatesPage, folder: Path) -> None:
    plan(qtbot, real_page)
    (folder / "again1.jpg").unlink()
    (folder / "small2.jpg").unlink()
    report = carry_out(qtbot, real_page)
    assert {Path(path).name for path in report.moved} == GOING - {"photo1.jpg", "small2.jpg"}
    assert (folder / "photo1.jpg").exists()
    assert told(real_page)["small2.jpg"] == "it is no longer there"
    assert told(real_page)["photo1.jpg"].startswith("the copy that was to be kept cannot be read or has changed")


def test_a_move_of_many_is_held_goes_on_and_is_stopped(qtbot: QtBot, real_page: DuplicatesPage, folder: Path) -> None:
    many, bulk = folder.parent / "many", real_page.bulk
    many.mkdir()
    draw_photo(77, (80, 60)).save(many / "first.png")
    for number in range(MANY):
        shutil.copy(many / "first.png", many / f"{number:03}.png")
    ask(real_page._bridge, AddFolders((str(many),)))
    qtbot.waitUntil(lambda: max(len(group.photos) for group in real_page.pile.groups) == MANY + 1, timeout=WAIT_MS)
    plan(qtbot, real_page)
    with qtbot.waitSignal(real_page.reviewing.removing.ended, timeout=WAIT_MS) as ended:
        bulk.main.click()
        bulk.pause.click()
        qtbot.waitUntil(lambda: bulk.pause.text() == "Go on", timeout=WAIT_MS)
        held = names(many)
        assert len(held) > 1 and bulk.says.text().startswith("Held: ")
        QTest.qWait(100)
        assert names(many) == held, "nothing goes meanwhile"
        bulk.pause.click()
        qtbot.waitUntil(lambda: bulk.pause.text() == "Pause" and names(many) != held, timeout=WAIT_MS)
        bulk.stop.click()
    assert ended.args is not None
    report: TrashReport = ended.args[0]
    assert report.left and len(report.left) + len(report.moved) == MANY + len(GOING)
    assert all(Path(path).exists() for path in report.left) and "It was stopped" in bulk.says.text()
    QTest.keyClick(bulk, Qt.Key.Key_Escape)
    plan(qtbot, real_page)
    assert {*carry_out(qtbot, real_page).moved} == {*report.left}, "the rest can go later"
    assert len(names(many)) == 1
