"""Groups as plain values, and a page that shows them without an engine behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.engine.copies import DuplicateGroup, DuplicateKind, GroupPhoto, Relation
from app.engine.requests import AddFolders
from app.engine.types import Turn
from app.ui import theme
from app.ui.bridge import Bridge
from app.ui.duplicates.page import DuplicatesPage
from tests.ui.duplicates.real import WAIT_MS, write_photos

MakeGroup = Callable[..., DuplicateGroup]


def photo(
    number: int, place: int, *, keep: bool, relation: Relation | None, same: bool = False, size: int = 1_000_000
) -> GroupPhoto:
    """A file of group `number`; with `same` it has the bytes of the group's other files."""
    digest = number.to_bytes(8, "big") + (0 if same else place).to_bytes(8, "big")
    return GroupPhoto(
        path=f"/photos/{number:05}/{place}.jpg",
        photo_id=number * 100 + place,
        digest=digest,
        bytes=size,
        width=4000 // (place + 1),
        height=3000 // (place + 1),
        keep=keep,
        why="most pixels" if place == 0 else "fewer pixels",
        relation=relation,
        taken="2026-11-14T15:02:11" if place == 0 else None,
    )


def group(
    number: int, kind: DuplicateKind = DuplicateKind.RESIZED, count: int = 2, *, turn: Turn | None = None
) -> DuplicateGroup:
    """A group of which the first photo is suggested to stay; a burst suggests nothing."""
    burst = kind is DuplicateKind.BURST
    same = kind is DuplicateKind.IDENTICAL
    first = photo(number, 0, keep=True, relation=None)
    rest = (photo(number, n, keep=burst, relation=Relation(kind, turn, 4), same=same) for n in range(1, count))
    return DuplicateGroup(kind, 0.99, (first, *rest))


@pytest.fixture
def dressed(qapp: QApplication) -> None:
    """The window's style, as it is outside of tests."""
    theme.apply("light")


@pytest.fixture
def page(qtbot: QtBot, dressed: None, tmp_path: Path) -> Iterator[DuplicatesPage]:
    """The page in a window, its bridge not started: groups are handed to its pile."""
    bridge = Bridge(tmp_path / "library")
    made = DuplicatesPage(bridge)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    qtbot.waitExposed(made)
    yield made
    bridge.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of photos and copies."""
    made = tmp_path / "photos"
    write_photos(made)
    return made


@pytest.fixture
def real_page(
    qtbot: QtBot, dressed: None, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DuplicatesPage]:
    """The page over a library that has read the folder; the trash is one of this test's own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    bridge = Bridge(tmp_path / "library")
    bridge.start()
    with qtbot.waitSignal(bridge.indexing_ended, timeout=WAIT_MS):
        bridge.ask(AddFolders((str(folder),)), lambda _folders: None)
    made = DuplicatesPage(bridge)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    qtbot.waitUntil(lambda: len(made.pile.groups) == 4, timeout=WAIT_MS)
    yield made
    bridge.close()
