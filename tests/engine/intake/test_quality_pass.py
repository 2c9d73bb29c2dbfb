"""Photos that were read before their quality was known are read for it in the background, and until then it decides nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import ImageFilter

from app.engine.copies import DuplicateGroup
from app.engine.reading import open_reader
from app.engine.requests import DuplicatesChanged, Event, Progress
from app.engine.types import Facet
from app.engine.writing import Writer, open_writer
from tests.conftest import draw_photo

Qualities = dict[str, tuple[float | None, int | None, int | None]]
COUNT = 40


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of photos, one of them twice, sharp and blurred, as it was before the qualities of photos were read."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(COUNT - 2):
        draw_photo(number, (160, 120)).save(folder / f"{number:02}.jpg", quality=50 + number)
    photo = draw_photo(99, (640, 480))
    photo.filter(ImageFilter.GaussianBlur(4)).save(folder / "blurred.jpg", quality=95)
    photo.save(folder / "sharp.jpg", quality=95)
    made = tmp_path / "library"
    with open_writer(made, lambda _event: None, facets=(Facet.COPY,)) as writer:
        writer.index([str(folder)])
    return made


def qualities(library: Path) -> Qualities:
    with sqlite3.connect(library / "catalog.sqlite") as file:
        found = file.execute("SELECT name, sharpness, jpeg_quality, several FROM files JOIN photos ON photos.id = photo_id")
        return {name: tuple(rest) for name, *rest in found}  # type: ignore[misc]


def make_old(library: Path) -> None:
    with sqlite3.connect(library / "catalog.sqlite") as file:
        file.execute("UPDATE photos SET sharpness = NULL, jpeg_quality = NULL, several = NULL")


def opened(library: Path, emit: Callable[[Event], None] = lambda _event: None) -> Writer:
    return open_writer(library, emit, facets=(Facet.COPY,))


def group(library: Path) -> DuplicateGroup:
    with open_reader(library) as reader:
        return next(found for found in reader.duplicates() if any("sharp" in photo.path for photo in found.photos))


def test_what_an_older_library_lacks_is_read_and_the_keeper_is_told_by_it_only_then(library: Path) -> None:
    first, why = qualities(library), group(library).photos[0].why
    assert "sharpest" in why
    make_old(library)
    before = group(library).photos[0]
    assert "sharp" not in before.why and "compressed" not in before.why
    told: list[Event] = []
    with opened(library, told.append) as writer:
        writer.look_everywhere()
        writer.run_until_idle()
    assert qualities(library) == first
    assert (group(library).photos[0].why, Path(group(library).photos[0].path).name) == (why, "sharp.jpg")
    assert any(isinstance(event, DuplicatesChanged) for event in told)
    progress = [event for event in told if isinstance(event, Progress)]
    assert all(event.done == event.total and event.later[1] < COUNT for event in progress), "nobody waits for it"


def test_one_that_is_not_known_leaves_a_whole_group_unjudged(library: Path) -> None:
    with sqlite3.connect(library / "catalog.sqlite") as file:
        sharp = "(SELECT photo_id FROM files WHERE name = 'sharp.jpg')"
        file.execute(f"UPDATE photos SET sharpness = NULL, jpeg_quality = NULL WHERE id = {sharp}")
    kept = group(library).photos[0]
    assert "sharp" not in kept.why.removeprefix(kept.path) and "compressed" not in kept.why


def test_a_pause_and_an_end_in_the_middle_lose_nothing_and_nothing_is_read_twice(library: Path) -> None:
    first = qualities(library)
    make_old(library)
    with opened(library) as writer:
        writer.pause()
        writer.look_everywhere()
        writer.run_until_idle()
        assert all(known == (None, None, None) for known in qualities(library).values()), "paused"
        writer.resume()
        while not any(known != (None, None, None) for known in qualities(library).values()):
            writer.step(0.2)
    done = {name for name, known in qualities(library).items() if known != (None, None, None)}
    assert 0 < len(done) < COUNT
    with opened(library) as writer:
        assert len(writer.library.catalog.without_quality()) == COUNT - len(done)
        writer.look_everywhere()
        writer.run_until_idle()
    assert qualities(library) == first
