"""The bar on the left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from pytestqt.qtbot import QtBot

from app.engine.requests import FoldersChanged, Opened
from app.engine.types import Folder, FolderState
from app.ui.bridge import Bridge
from app.ui.saved_searches import SavedSearches
from app.ui.sidebar import ALL_PHOTOS, Place, Sidebar, Where
from app.ui.sidebar_rows import COUNT, ICON, OFFLINE, SidebarModel
from app.ui.tags.all_tags import AllTags

PICTURES, DISK = "/home/me/Pictures", "/media/Archive disk"


def folder(path: str, photos: int = 1, state: FolderState = FolderState.WATCHED) -> Folder:
    """A folder as the engine tells it."""
    return Folder(path, state, photos)


@pytest.fixture
def sidebar(qtbot: QtBot, tmp_path: Path) -> Iterator[Sidebar]:
    """A sidebar on the screen, with two folders."""
    bridge = Bridge(tmp_path)
    made = Sidebar(bridge, SavedSearches(bridge), AllTags(bridge))
    qtbot.addWidget(made)
    made.resize(232, 800)
    made.show()
    bridge.opened.emit(Opened((folder(PICTURES, 41870), folder(DISK, 5, FolderState.OFFLINE)), 48216))
    yield made
    bridge.close()


def names(model: SidebarModel, parent: QModelIndex | None = None) -> list[str]:
    """The names below an index, in order."""
    parent = parent or QModelIndex()
    return [model.index(row, 0, parent).data() for row in range(model.rowCount(parent))]


def test_the_model_keeps_qts_rules(qtmodeltester: object, qapp: object) -> None:
    model = SidebarModel()
    model.set_roots([folder(PICTURES)])
    model.set_subfolders(PICTURES, [folder(f"{PICTURES}/a"), folder(f"{PICTURES}/a/b")])
    qtmodeltester.check(model)  # type: ignore[attr-defined]


def test_places_and_folders_stand_in_order(sidebar: Sidebar) -> None:
    assert names(sidebar.model) == ["All photos", "Duplicates", "Could not be read", "FOLDERS", "Pictures", "Archive disk"]
    assert sidebar.model.find("photos").data(COUNT) == 48216
    assert sidebar.model.find("folder", DISK).data(OFFLINE)
    assert sidebar.model.find("folder", DISK).data(ICON) == "hard-drive"


def test_subfolders_hang_under_the_nearest_folder(sidebar: Sidebar) -> None:
    below = [f"{PICTURES}/Family", f"{PICTURES}/2026 Iceland", f"{PICTURES}/Family/old/scans", "/elsewhere/x"]
    sidebar.model.set_subfolders(PICTURES, [folder(path) for path in below[:3]])
    root = sidebar.model.find("folder", PICTURES)
    assert names(sidebar.model, root) == ["2026 Iceland", "Family"]
    assert names(sidebar.model, sidebar.model.find("folder", below[0])) == ["old / scans"]


def test_news_leave_what_is_open_and_chosen_as_it_is(sidebar: Sidebar) -> None:
    below = [folder(f"{PICTURES}/{name}") for name in "bd"]
    sidebar.model.set_subfolders(PICTURES, below)
    sidebar.tree.expand(sidebar.model.find("folder", PICTURES))
    sidebar.show_place(Place(Where.FOLDER, f"{PICTURES}/d"))
    sidebar.model.set_subfolders(PICTURES, [folder(f"{PICTURES}/{name}", 7) for name in "abcd"])
    sidebar.model.set_roots([folder(PICTURES, 50000)])
    assert sidebar.tree.isExpanded(sidebar.model.find("folder", PICTURES))
    assert sidebar.tree.currentIndex() == sidebar.model.find("folder", f"{PICTURES}/d")
    assert names(sidebar.model, sidebar.model.find("folder", PICTURES)) == ["a", "b", "c", "d"]
    assert sidebar.model.roots() == (PICTURES,)


def test_a_folder_inside_another_added_one_keeps_its_own_place(sidebar: Sidebar) -> None:
    inner = f"{PICTURES}/Family"
    sidebar.model.set_roots([folder(PICTURES), folder(inner)])
    sidebar.model.set_subfolders(PICTURES, [])
    assert sidebar.model.find("folder", inner).isValid()


def test_a_folder_that_is_removed_takes_its_subfolders_along(sidebar: Sidebar) -> None:
    sidebar.model.set_subfolders(PICTURES, [folder(f"{PICTURES}/a"), folder(f"{PICTURES}/a/b")])
    sidebar.model.set_roots([])
    assert not sidebar.model.find("folder", f"{PICTURES}/a/b").isValid()
    assert names(sidebar.model) == ["All photos", "Duplicates", "Could not be read"]
    sidebar.model.set_roots([folder(PICTURES)])
    sidebar.model.set_subfolders(PICTURES, [folder(f"{PICTURES}/a")])
    assert names(sidebar.model)[3:] == ["FOLDERS", "Pictures"]


def test_could_not_be_read_is_there_when_there_is_something(sidebar: Sidebar) -> None:
    row = sidebar.model.find("unreadable").row()
    news = sidebar._bridge.folders_changed
    news.emit(FoldersChanged((folder(PICTURES),), 10, 0))
    assert sidebar.tree.isRowHidden(row, QModelIndex())
    news.emit(FoldersChanged((folder(PICTURES),), 10, 3))
    assert not sidebar.tree.isRowHidden(row, QModelIndex())
    assert sidebar.model.find("unreadable").data(COUNT) == 3


def test_a_click_leads_to_a_place(sidebar: Sidebar, qtbot: QtBot) -> None:
    def click(index: QModelIndex) -> object:
        at = sidebar.tree.visualRect(index).center()
        with qtbot.waitSignal(sidebar.chosen) as chosen:
            qtbot.mouseClick(sidebar.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
        return chosen.args[0]

    assert click(sidebar.model.find("duplicates")) == Place(Where.DUPLICATES)
    assert click(sidebar.model.find("folder", PICTURES)) == Place(Where.FOLDER, PICTURES)
    assert click(sidebar.model.find("photos")) == ALL_PHOTOS


def test_a_press_on_the_sign_opens_and_closes_without_going_there(sidebar: Sidebar, qtbot: QtBot) -> None:
    sidebar.model.set_subfolders(PICTURES, [folder(f"{PICTURES}/a")])
    index = sidebar.model.find("folder", PICTURES)
    sidebar.tree.collapse(index)
    row = sidebar.tree.visualRect(index)
    sign = QPoint(row.left() + 16, row.center().y())
    for is_open in (True, False):
        qtbot.mouseClick(sidebar.tree.viewport(), Qt.MouseButton.LeftButton, pos=sign)
        assert sidebar.tree.isExpanded(index) is is_open


def test_the_menu_of_a_folder_says_what_can_be_done(sidebar: Sidebar, qtbot: QtBot) -> None:
    menu = sidebar.menu_for(sidebar.model.find("folder", PICTURES))
    assert menu is not None
    actions = {action.text(): action for action in menu.actions() if action.text()}
    assert list(actions) == ["Show in folder", "Look again", "Remove from library"]
    with qtbot.waitSignal(sidebar.forget_asked) as asked:
        actions["Remove from library"].trigger()
    assert asked.args == [PICTURES]
    assert sidebar.menu_for(sidebar.model.find("photos")) is None


def test_right_to_left_paints_without_a_complaint(sidebar: Sidebar) -> None:
    sidebar.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    picture = sidebar.grab().toImage()
    assert picture.width() == 232
