"""Photos are compared with the others once their points are there: what counts as done, and that nothing is dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from app.engine.errors import DiskFull
from app.engine.features.crop import CropExtractor
from app.engine.relating import Relating, related
from app.engine.requests import Event, Progress
from app.engine.search.part_relations import PartRelations
from app.engine.types import Facet
from app.engine.writing import Writer, open_writer

COUNT = 6
RELATED = related(CropExtractor().version)


@pytest.fixture
def writer(tmp_path: Path, make_photo: Callable[..., Path]) -> Iterator[Writer]:
    """A library of photos that have points; one was cut out of another. None is known to be related."""
    folder = tmp_path / "photos"
    for number in range(COUNT - 1):
        make_photo(f"{number}.png", seed=number, folder=folder)
    Image.open(folder / "0.png").crop((150, 100, 550, 400)).save(folder / "cut.png")
    with open_writer(tmp_path / "library", lambda _event: None, facets=(Facet.COPY, Facet.CROP)) as made:
        made.index([str(folder)])
        made.library.catalog.drop_part_pairs()
        made.library.catalog.unmark_extracted(RELATED)
        yield made


def _relating(writer: Writer, events: list[Event]) -> Relating:
    catalog = writer.library.catalog
    relations = PartRelations(writer.library, catalog, writer._indexes.pieces)
    return Relating(catalog, relations, lambda: CropExtractor().version, events.append, pool=writer._pool)


def test_what_was_cut_out_is_found_and_told_and_no_photo_is_compared_twice(writer: Writer) -> None:
    events: list[Event] = []
    relating = _relating(writer, events)
    assert relating.complete() == COUNT == relating.left
    assert relating.complete() == 0, "they wait already"
    while relating.left:
        relating.step(1.0)
    assert len(writer.library.catalog.part_pairs()) >= 1 and events
    assert relating.complete() == 0


def test_on_a_full_disk_what_waits_goes_on_waiting(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_rows: object) -> None:
        raise DiskFull("the disk is full; make room")

    relating = _relating(writer, [])
    relating.complete()
    with monkeypatch.context() as patched:
        patched.setattr(writer.library.catalog, "mark_extracted", full)
        with pytest.raises(DiskFull):
            relating.step(1.0)
    assert relating.stuck and relating.left == COUNT
    relating.stuck = False
    while relating.left:
        relating.step(1.0)
    assert not writer.library.catalog.missing(RELATED) and writer.library.catalog.part_pairs()


def test_a_photo_that_cannot_be_compared_is_left_for_the_next_start(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    relating = _relating(writer, [])
    relating.complete()
    with monkeypatch.context() as patched:
        patched.setattr(PartRelations, "of", lambda *_: 1 / 0)
        while relating.left:
            relating.step(1.0)
    assert relating.complete() == COUNT


def test_all_is_done_only_when_photos_are_compared_too(tmp_path: Path, make_photo: Callable[..., Path]) -> None:
    events: list[Event] = []
    for number in range(COUNT):
        make_photo(f"{number}.jpg", seed=number, folder=tmp_path / "photos")
    with open_writer(tmp_path / "library", events.append, facets=(Facet.COPY, Facet.CROP)) as writer:
        writer.add_folders([str(tmp_path / "photos")])
        writer.run_until_idle()
        told = [event.later for event in events if isinstance(event, Progress) and event.later[1]]
        assert told[-1] == (COUNT, COUNT)
        assert not writer.library.catalog.missing(RELATED)
        writer.library.catalog.unmark_extracted(RELATED)
        writer.complete()
        assert writer._later.progress == (COUNT // 2, COUNT), "read, and still to be compared: half of it"
        writer.run_until_idle()
        assert writer._later.progress == (COUNT, COUNT)
