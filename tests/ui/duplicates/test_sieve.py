"""Which groups are listed, in which order, and how it is chosen in the window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.engine.copies import DuplicateGroup, DuplicateKind
from app.ui.duplicates.page import DuplicatesPage
from app.ui.duplicates.sieve import Order, Sieve, folders_of
from tests.ui.duplicates.conftest import group

TURNED = DuplicateKind.TURNED


def moved(made: DuplicateGroup, folder: str, taken: str | None = None) -> DuplicateGroup:
    """The group with its first photo in another folder, taken at another time."""
    first = made.photos[0]
    first = replace(first, path=f"{folder}/{first.photo_id}.jpg", taken=taken)
    return replace(made, photos=(first, *made.photos[1:]))


def test_groups_pass_by_kind_folder_and_what_they_free() -> None:
    groups = (group(1, count=4), moved(group(2, TURNED), "/photos/2026/Iceland"), group(3))
    assert Sieve().pick(groups) == list(groups)
    assert Sieve(kind=TURNED).pick(groups) == [groups[1]]
    assert Sieve(folder="/photos/2026").pick(groups) == [groups[1]]
    assert Sieve(folder="/photos/202").pick(groups) == [], "a folder is more than the beginning of a name"
    assert Sieve(least=2_000_000).pick(groups) == [groups[0]]


def test_orders() -> None:
    old, new = moved(group(1), "/z", "2001-01-01"), moved(group(2, count=3), "/a", "2026-01-01T10:00:00")
    none = moved(group(3), "/m")
    groups = (old, none, new)
    assert Sieve(order=Order.NEWEST).pick(groups) == [new, old, none]
    assert Sieve(order=Order.PHOTOS).pick(groups)[0] == new
    assert Sieve(order=Order.FOLDER).pick(groups) == [new, none, old]


def test_folders_are_counted_by_groups_and_joined_above() -> None:
    groups = [moved(group(n), f"/photos/2026/{n % 2}") for n in range(4)]
    counts = dict(folders_of(groups))
    assert counts["/photos/2026/0"] == 2
    assert counts["/photos/2026"] == 4, "it joins two folders"
    assert folders_of([]) == []


def choose(button: QToolButton, text: str) -> None:
    """Open a menu and trigger its entry, as a click would."""
    menu = button.menu()
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text().startswith(text)).trigger()


def test_what_is_listed_is_chosen_in_the_window_and_said(page: DuplicatesPage, qtbot: QtBot) -> None:
    page.pile.take((group(1, count=12), moved(group(2), "/photos/2026/Iceland"), group(3)))
    choose(page.reviewing.listing.bar.which, "10.0 MB or more")
    assert page.reviewing.model.rowCount() == 1
    assert page.header.summary.whole.startswith("1 of 3 groups")
    choose(page.reviewing.listing.bar.which, "2026 / Iceland")
    assert page.reviewing.model.rowCount() == 0
    assert page.reviewing.beside.nothing.isVisible(), "it is said that no group is like that"
    qtbot.keyClick(page.reviewing.list, Qt.Key.Key_Return)
    qtbot.mouseClick(page.reviewing.beside.show_all, Qt.MouseButton.LeftButton)
    assert page.reviewing.model.rowCount() == 3
    assert page.header.summary.whole.startswith("3 groups")


def test_the_group_that_is_reviewed_stays_chosen_in_another_order(page: DuplicatesPage) -> None:
    page.pile.take((group(1), group(2), group(3, count=5)))
    page.reviewing.list.choose(1)
    choose(page.reviewing.listing.bar.order, "Most photos first")
    assert page.reviewing.model.groups[0].photos[0].path == "/photos/00003/0.jpg"
    assert page.reviewing.view.model.photos[0].path == "/photos/00002/0.jpg"


@pytest.mark.parametrize("kind", [DuplicateKind.RESIZED, TURNED])
def test_a_group_that_comes_back_is_seen_whatever_is_listed(page: DuplicatesPage, kind: DuplicateKind) -> None:
    page.pile.take((group(1), group(2, TURNED), group(3)))
    page.pile.set_aside(group(1))
    page.pile.remove(page.pile.groups[0])
    page.reviewing.sift(Sieve(kind=kind, least=50_000_000))
    page.pile.take_up(group(1))
    page.pile.put_back(0, group(1))
    assert page.reviewing.view.model.photos[0].path == "/photos/00001/0.jpg"
    assert page.header.kind is None
