"""Captions in a real catalogue: found by their words, never lost, taken as titles, and never made up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine.captioning import describe
from app.engine.errors import UsageError
from app.engine.labels import Caption, CaptionSource, TakeTitles, WriteCaptions
from app.engine.library.catalog import Catalog
from app.engine.requests import Event, TagsChanged
from app.engine.tags.composing import composed
from app.engine.texts import TextSource
from tests.engine.library.samples import digest, photo


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "catalog.sqlite", write=True)
    opened.put_photos([photo("/p/a.jpg", 1), photo("/p/b.jpg", 2)])
    yield opened
    opened.close()


def caption(catalog: Catalog, path: str) -> Caption | None:
    info = catalog.info(path)
    assert info
    return info.caption


def words(catalog: Catalog, number: int) -> list[str]:
    return [text.text for text in catalog.texts_of(digest(number)) if text.source is TextSource.CAPTION]


def write(catalog: Catalog, text: str, *numbers: int) -> WriteCaptions:
    before = describe(catalog, WriteCaptions(tuple((digest(n), Caption(text)) for n in numbers)), lambda _event: None)
    assert isinstance(before, WriteCaptions)
    return before


def test_a_caption_is_written_found_and_taken_back(catalog: Catalog) -> None:
    write(catalog, "A boat", 1)
    before = write(catalog, " Anna   at the lake ", 1, 2)
    assert caption(catalog, "/p/a.jpg") == Caption("Anna at the lake")
    assert words(catalog, 1) == words(catalog, 2) == ["Anna at the lake"]
    describe(catalog, before, lambda _event: None)
    assert (words(catalog, 1), words(catalog, 2), caption(catalog, "/p/b.jpg")) == (["A boat"], [], None)
    with pytest.raises(UsageError, match="letters"):
        write(catalog, "x" * 2001, 1)


def test_a_caption_outlives_its_photo_and_goes_over_to_the_edited_file(catalog: Catalog) -> None:
    write(catalog, "Anna", 1)
    catalog.put_photos([photo("/p/a.jpg", 3)])
    assert caption(catalog, "/p/a.jpg") == Caption("Anna") and words(catalog, 3) == ["Anna"]
    catalog.drop_photos([digest(1)])
    catalog.put_photos([photo("/p/again.jpg", 1)])
    assert words(catalog, 1) == ["Anna"], "known again, found again"


def test_a_caption_that_was_taken_away_can_be_made_again_for_that_photo_alone(catalog: Catalog) -> None:
    write(catalog, "", 1)
    assert catalog.ask_to_describe(None) == 1 and caption(catalog, "/p/a.jpg") == Caption(""), "among all it stays without"
    assert catalog.ask_to_describe((digest(1),)) == 1
    catalog.describe({digest(1): "A boat"})
    assert caption(catalog, "/p/a.jpg") == Caption("A boat", CaptionSource.MODEL) and words(catalog, 1) == ["A boat"]


def test_captions_become_titles_where_files_have_none(catalog: Catalog) -> None:
    events: list[Event] = []
    catalog.put_photos([photo("/p/b.jpg", 2, date_taken="2026-11-14T15:02:11"), photo("/p/c.jpg", 3, title="Own")])
    write(catalog, "Anna", 1, 3)
    titled = describe(catalog, TakeTitles((digest(1), digest(2), digest(3))), events.append)
    assert titled == (digest(1),) and events == [TagsChanged()]
    titles = [info.metadata.title for path in "abc" if (info := catalog.info(f"/p/{path}.jpg"))]
    assert titles == ["Anna", None, "Own"]
    catalog.put_photos([photo("/p/a.jpg", 1)])
    info = catalog.info("/p/a.jpg")
    assert info and info.metadata.title == "Anna", "also when it is read again"
    describe(catalog, TakeTitles((digest(1),), undo=True), events.append)
    info = catalog.info("/p/a.jpg")
    assert info and info.metadata.title is None


def test_a_line_is_composed_of_what_is_known_and_says_so(catalog: Catalog) -> None:
    catalog.put_photos([photo("/p/c.jpg", 3, date_taken="2026-11-14T15:02:11", gps_lat=64.15, gps_lon=-21.94)])
    catalog.put_tag([digest(3)], "lake", True)
    info, bare = catalog.info("/p/c.jpg"), catalog.info("/p/b.jpg")
    assert info and bare and info.caption is None
    assert composed(info) == Caption("Lake · 2026-11-14 · 64.15° N, 21.94° W", CaptionSource.COMPOSED)
    assert composed(bare) is None
