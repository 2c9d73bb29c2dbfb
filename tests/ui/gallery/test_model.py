"""The gallery's model: whole lists, arrivals, departures, and what was found."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine.types import Facet, Hit, Reason, SortBy
from app.ui.gallery.model import HIT_ROLE, PHOTO_ROLE, PhotoModel
from tests.ui.gallery.photos import listed, row, rows


def hits(count: int) -> list[Hit]:
    """Found photos, the later half weak."""
    return [
        Hit(photo, (), 1 - n / count, n >= count // 2, (Reason(Facet.MEANING, n + 1),)) for n, photo in enumerate(rows(count))
    ]


def settled(qtbot: QtBot, model: PhotoModel, count: int) -> None:
    """Wait until the whole list is in."""
    qtbot.waitUntil(lambda: model.rowCount() == count and sum(model.days.counts) == count)


def test_it_keeps_qts_rules_while_photos_come_and_go(qtbot: QtBot, qtmodeltester: object) -> None:
    model = PhotoModel()
    model.set_rows(rows(30), SortBy.DATE)
    qtmodeltester.check(model)  # type: ignore[attr-defined]
    model.arrive([row(100, hours=1.5), row(101, hours=500)])
    qtbot.waitUntil(lambda: model.rowCount() == 32)
    model.remove([1, 5, 102])
    qtbot.waitUntil(lambda: model.rowCount() == 29)
    qtmodeltester.check(model)  # type: ignore[attr-defined]


def test_a_long_list_comes_in_slices_and_loses_nothing(qtbot: QtBot) -> None:
    model, photos = PhotoModel(), rows(60_000, a_day=30)
    model.set_rows(photos, SortBy.DATE)
    assert 0 < model.rowCount() <= 60_000
    settled(qtbot, model, 60_000)
    assert model.photos() == photos
    assert model.days.counts[:3] == [23, 30, 30]


def test_a_second_list_replaces_one_that_is_still_coming_in(qtbot: QtBot) -> None:
    model = PhotoModel()
    model.set_rows(rows(60_000), SortBy.DATE)
    model.set_rows(rows(7), SortBy.DATE)
    settled(qtbot, model, 7)
    qtbot.waitUntil(lambda: not model._slices.isActive())
    assert model.photos() == rows(7)


@pytest.mark.parametrize("sort", list(SortBy))
@pytest.mark.parametrize("descending", [True, False])
def test_arrivals_stand_where_a_new_list_would_have_them(qtbot: QtBot, sort: SortBy, descending: bool) -> None:
    photos = [row(n, hours=random.Random(n).uniform(0, 200), size=random.Random(n).randrange(1, 99)) for n in range(80)]
    before, coming = photos[:50], photos[50:]
    model = PhotoModel()
    model.set_rows(listed(before, sort, descending), sort, descending)
    model.arrive(coming)
    settled(qtbot, model, 80)
    assert model.photos() == listed(photos, sort, descending)
    assert all(model.row_of(photo.photo_id) == at for at, photo in enumerate(model.photos()))


def test_a_changed_photo_moves_to_its_new_place(qtbot: QtBot) -> None:
    model = PhotoModel()
    model.set_rows(rows(40), SortBy.DATE)
    old = model.photo(30)
    with qtbot.waitSignal(model.dataChanged):
        model.arrive([replace(old, size=7)])
    assert model.photo(30).size == 7
    model.arrive([replace(old, taken="2030-01-01T00:00:00")])
    qtbot.waitUntil(lambda: model.photo(0).photo_id == old.photo_id)
    assert model.rowCount() == 40
    assert model.days.names[0] == "2030-01-01"


def test_a_photo_that_is_told_of_twice_stands_there_once(qtbot: QtBot) -> None:
    model = PhotoModel()
    model.set_rows(rows(5), SortBy.DATE)
    model.arrive([row(9), row(9), row(2)])
    qtbot.waitUntil(lambda: model.rowCount() == 6)
    model.arrive([row(9)])
    qtbot.waitUntil(lambda: not model._arrivals)
    assert model.rowCount() == 6


def test_what_leaves_while_the_list_comes_in_does_not_come_back(qtbot: QtBot) -> None:
    model, photos = PhotoModel(), rows(60_000)
    model.set_rows(photos, SortBy.DATE)
    gone = {photos[3].photo_id, photos[-1].photo_id}
    model.remove(gone)
    settled(qtbot, model, 59_998)
    assert not gone & {photo.photo_id for photo in model.photos()}


def test_a_search_takes_no_new_photos_in_and_renews_what_it_shows(qtbot: QtBot) -> None:
    model = PhotoModel()
    model.set_hits(hits(6))
    changed = replace(model.photo(2), path="/elsewhere/x.jpg")
    model.arrive([row(50), changed])
    qtbot.waitUntil(lambda: model.photo(2).path == "/elsewhere/x.jpg")
    assert model.rowCount() == 6
    assert model.days.counts == [6]


def test_roles_say_what_a_photo_is(qtbot: QtBot) -> None:
    model = PhotoModel()
    model.set_rows([row(0, taken="2026-11-14T15:02:00"), row(1, taken=None)], SortBy.DATE)
    dated, undated = model.index(0), model.index(1)
    assert dated.data(Qt.ItemDataRole.DisplayRole) == "IMG_00000.jpg"
    assert dated.data(Qt.ItemDataRole.ToolTipRole).startswith("IMG_00000.jpg\n14 Nov 2026")
    assert "file's date" not in dated.data(Qt.ItemDataRole.ToolTipRole)
    assert "file's date" in undated.data(Qt.ItemDataRole.ToolTipRole)
    assert "IMG_00001.jpg" in undated.data(Qt.ItemDataRole.AccessibleTextRole)
    assert dated.data(PHOTO_ROLE) is model.photo(0)
    assert dated.data(HIT_ROLE) is None
    model.set_hits(hits(4))
    assert model.index(1).data(HIT_ROLE).reasons[0].rank == 2
