"""The order of the gallery, and a large one."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine.library.catalog import Catalog
from app.engine.types import SortBy
from tests.engine.library.samples import digest, photo


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "catalog.sqlite", write=True)
    yield opened
    opened.close()


@pytest.fixture
def in_calcutta() -> Iterator[None]:
    """Local time 5:30 before UTC, whatever the machine says."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "XXX-05:30"
    time.tzset()
    yield
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


def names(catalog: Catalog, sort: SortBy, *, descending: bool) -> list[str]:
    return [row.name for row in catalog.rows(sort=sort, descending=descending)]


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the local time cannot be set")
def test_by_date_taken_else_the_file_s_own_in_local_time(catalog: Catalog, in_calcutta: None) -> None:
    catalog.put_photos(
        [
            photo("/p/file", 1, mtime_s=1_609_459_200),  # 2021-01-01 00:00 UTC, 05:30 local time
            photo("/p/later", 2, date_taken="2021-01-01T05:31:00"),
            photo("/p/earlier", 3, date_taken="2021-01-01T05:29:00+14:00"),
            photo("/p/burst 2", 4, date_taken="2020-05-05T10:00:00.50+01:00"),
            photo("/p/burst 1", 5, date_taken="2020-05-05T10:00:00.25-03:00"),
            photo("/p/twin b", 6, date_taken="2019-01-01T00:00:00"),
            photo("/p/twin a", 7, date_taken="2019-01-01T00:00:00"),
            photo("/p/no such time", 8, mtime_s=10**17),
        ]
    )
    assert names(catalog, SortBy.DATE, descending=False) == [
        "no such time", "twin a", "twin b", "burst 1", "burst 2", "earlier", "file", "later",
    ]  # fmt: skip
    assert names(catalog, SortBy.DATE, descending=True) == [
        "later", "file", "earlier", "burst 2", "burst 1", "twin a", "twin b", "no such time",
    ]  # fmt: skip


def test_by_name_without_case_and_with_numbers_by_value(catalog: Catalog) -> None:
    catalog.put_photos(
        [photo("/z/IMG_10.jpg", 1), photo("/y/img_9.jpg", 2), photo("/x/Ähre.jpg", 3), photo("/x/b.jpg", 4), photo("/a/B.JPG", 5)]
    )
    assert names(catalog, SortBy.NAME, descending=False) == ["B.JPG", "b.jpg", "img_9.jpg", "IMG_10.jpg", "Ähre.jpg"]


def test_by_size_with_ties_by_path(catalog: Catalog) -> None:
    catalog.put_photos([photo("/p/b", 1, size=5), photo("/p/a", 2, size=5), photo("/p/c", 3, size=1), photo("/p/d", 4, size=9)])
    assert names(catalog, SortBy.SIZE, descending=True) == ["d", "a", "b", "c"]
    assert names(catalog, SortBy.SIZE, descending=False) == ["c", "a", "b", "d"]


def test_a_hundred_thousand_photos_are_listed_whole_and_in_order(catalog: Catalog) -> None:
    count, batch = 100_000, 5_000
    for first in range(0, count, batch):
        numbers = range(first, first + batch)
        catalog.put_photos([photo(f"/p/{n % 97}/IMG_{n * 7919 % count:06d}.jpg", n, mtime_s=10**9 + n) for n in numbers])
        catalog.mark_extracted("copy-1", [digest(n) for n in numbers if n % 10])
    newest_first = catalog.rows()
    assert len(newest_first) == count
    assert [row.digest for row in newest_first[:3]] == [digest(count - 1), digest(count - 2), digest(count - 3)]
    by_name = [row.name for row in catalog.rows(sort=SortBy.NAME, descending=False)]
    assert by_name == sorted(by_name) and by_name[0] == "IMG_000000.jpg"
    assert len(catalog.missing("copy-1")) == count // 10
    assert catalog.count_extracted("copy-1") == count - count // 10
    assert sum(folder.photos for folder in catalog.subfolders("/p")) == count
    assert len(catalog.files_under("/p/5")) == len(catalog.rows(folder="/p/5")) == len(range(5, count, 97))
