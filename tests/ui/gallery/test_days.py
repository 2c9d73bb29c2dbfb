"""Days and order: kept up to date photo by photo, they agree with counting anew."""

from __future__ import annotations

import random
from itertools import groupby

import pytest

from app.engine.types import PhotoRow, SortBy
from app.ui.gallery import order
from app.ui.gallery.days import Days
from tests.ui.gallery.photos import listed, row


def counted(photos: list[PhotoRow]) -> tuple[list[str], list[int]]:
    """Days and counts, counted from the beginning."""
    runs = [(day, len(list(run))) for day, run in groupby(order.day(photo) for photo in photos)]
    return [day for day, _ in runs], [count for _, count in runs]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("descending", [True, False])
def test_days_follow_every_arrival_and_departure(seed: int, descending: bool) -> None:
    chance = random.Random(seed)
    days, photos = Days(), list[PhotoRow]()
    for number in range(300):
        if photos and chance.random() < 0.4:
            at = chance.randrange(len(photos))
            del photos[at]
            days.remove(at)
        else:
            photo = row(number, hours=chance.uniform(0, 24 * 20), taken="" if chance.random() < 0.7 else None)
            at = order.position(photos, photo, SortBy.DATE, descending)
            photos.insert(at, photo)
            days.insert(at, order.day(photo))
        assert (days.names, days.counts) == counted(photos)
    keys = [order.moment(photo) for photo in photos]
    assert keys == sorted(keys, reverse=descending)


@pytest.mark.parametrize("sort", list(SortBy))
@pytest.mark.parametrize("descending", [True, False])
def test_a_photo_is_found_again_at_its_place(sort: SortBy, descending: bool) -> None:
    chance = random.Random(3)
    unordered = [
        row(n, hours=chance.randrange(20), name=f"{chance.choice('aBcD')}{n}.jpg", size=chance.randrange(50)) for n in range(60)
    ]
    photos = listed(unordered, sort, descending)
    assert [order.position(photos, photo, sort, descending) for photo in photos] == list(range(60))


def test_a_photo_without_date_stands_under_its_files_day() -> None:
    photo = row(0, taken=None)
    assert order.day(photo) == "2026-11-14"
    assert order.day(row(0, taken="2019-05-01T10:00:00+02:00")) == "2019-05-01"


def test_only_what_lies_below_a_folder_belongs_to_it() -> None:
    assert order.is_under("/a/b/c.jpg", "/a/b")
    assert order.is_under("/a/b/c.jpg", "/a/b/")
    assert order.is_under("/a/b/c.jpg", None)
    assert not order.is_under("/a/bc/d.jpg", "/a/b")
