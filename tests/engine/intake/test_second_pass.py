"""The second pass on real files and stores: what goes first, what is left for later, and that nothing is lost."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from app.engine.errors import DiskFull, ModelMissing
from app.engine.features.base import Picture
from app.engine.intake.second_pass import BATCH, Rows, SecondPass
from app.engine.library.store import Library
from app.engine.paths import library_paths
from app.engine.requests import Event, IndexingEnded, PhotosArrived, Progress
from app.engine.types import Facet
from app.engine.writing import Writer, open_writer

COUNT = 40


class Sides:
    """Reads the sides of the picture that it is given; some photos it cannot read."""

    facet = Facet.CROP

    def __init__(self, version: str = "sides-1", side: int = 200, fails_on: int = -1) -> None:
        self.version, self.side = version, side
        self._fails_on = fails_on
        self.read_widths: list[int] = []

    def read(self, picture: Picture) -> bytes:
        """The sides of what was decoded and the width of the whole picture."""
        self.read_widths.append(picture.size[0])
        if picture.size[0] == self._fails_on:
            raise ValueError("no reader is perfect")
        height, width, _ = picture.rgb.shape
        return f"{width}x{height} of {picture.size[0]}".encode()


class Told:
    """Remembers what was stored."""

    def __init__(self) -> None:
        self.batches: list[Rows] = []
        self.missing: list[str] = []

    def later_stored(self, rows: Rows) -> None:
        """Note it."""
        self.batches.append(rows)

    def later_missing(self, message: str) -> None:
        """Note it."""
        self.missing.append(message)


@pytest.fixture
def library(tmp_path: Path, make_photo: Callable[..., Path]) -> Iterator[Library]:
    """A library that has read the first facets of photos of different widths, 300 pixels and up."""
    folder = tmp_path / "photos"
    for number in range(COUNT):
        make_photo(f"{number:02}.jpg", seed=number, size=(300 + number, 200), folder=folder)
    with open_writer(tmp_path / "library", lambda _event: None, facets=(Facet.COPY,)) as writer:
        writer.index([str(folder)])
    with Library(library_paths(tmp_path / "library"), write=True) as opened:
        yield opened


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """One thread, so that the order can be told."""
    with ThreadPoolExecutor(1) as made:
        yield made


def _run(second: SecondPass) -> None:
    for _ in range(1_000):
        if not second.busy:
            return
        second.step(1.0)
    raise AssertionError("it never ended")


def test_every_photo_is_read_once_at_the_size_it_needs_and_then_marked(library: Library, pool: ThreadPoolExecutor) -> None:
    small, large, told = Sides(), Sides("sides-2", side=290), Told()
    second = SecondPass(library, [small, large], told, pool=pool, workers=1)
    second.complete()
    assert (second.done, second.total) == (0, COUNT)
    _run(second)
    assert (second.done, second.total) == (COUNT, COUNT)
    assert sorted(small.read_widths) == sorted(large.read_widths) == list(range(300, 300 + COUNT))
    digests = [digest for _, digest in library.catalog.extracted("sides-1")]
    rows = library.vectors.get_many("sides-1", digests)
    assert len(digests) == COUNT and all(row and row.startswith(b"200x") for row in rows)
    assert all(row and row.startswith(b"290x") for row in library.vectors.get_many("sides-2", digests))
    assert sum(len(batch["sides-1"]) for batch in told.batches) == COUNT
    second.complete()
    assert not second.busy


def test_what_is_on_the_screen_goes_first(library: Library, pool: ThreadPoolExecutor) -> None:
    sides = Sides()
    second = SecondPass(library, [sides], Told(), pool=pool, workers=1)
    second.complete()
    rows = {row.width: row.digest for row in library.catalog.rows()}
    second.want(rows[335])
    second.want(rows[330])
    _run(second)
    assert sides.read_widths[:2] == [330, 335], "the newest wish first"


def test_what_cannot_be_read_now_is_left_for_the_next_time(library: Library, pool: ThreadPoolExecutor) -> None:
    paths = {row.width: Path(row.path) for row in library.catalog.rows()}
    paths[301].rename(paths[301].with_suffix(".away"))
    stat = paths[302].stat()
    paths[302].write_bytes(paths[303].read_bytes())  # another photo under the same name
    os.utime(paths[302], ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    sides = Sides(fails_on=304)
    second = SecondPass(library, [sides], Told(), pool=pool, workers=1)
    second.complete()
    _run(second)
    lacking = {row.digest: row.width for row in library.catalog.rows()}
    assert sorted(lacking[digest] for digest in library.catalog.missing("sides-1")) == [301, 302, 304]
    paths[301].with_suffix(".away").rename(paths[301])
    second.complete(again=True)
    assert second.total == 3
    _run(second)
    assert sorted(lacking[digest] for digest in library.catalog.missing("sides-1")) == [302, 304]


class Modeled(Sides):
    """Reads with a model that may not be there."""

    here = False

    def read(self, picture: Picture) -> bytes:
        """As the others, where it can."""
        if not self.here:
            raise ModelMissing("get the model again")
        return super().read(picture)


def test_a_model_that_is_not_there_is_told_of_once_while_the_others_go_on(library: Library, pool: ThreadPoolExecutor) -> None:
    sides, modeled, told = Sides(), Modeled("sides-2"), Told()
    second = SecondPass(library, [sides, modeled], told, pool=pool, workers=1)
    second.complete()
    _run(second)
    assert told.missing == ["get the model again"] and (second.done, second.total) == (COUNT, COUNT)
    assert not library.catalog.missing("sides-1") and len(library.catalog.missing("sides-2")) == COUNT
    second.complete()
    assert not second.busy, "it is not tried with every photo that comes"
    modeled.here = True
    second.complete(again=True)
    _run(second)
    assert not library.catalog.missing("sides-2") and len(sides.read_widths) == COUNT


def test_what_could_not_be_read_is_not_tried_again_until_its_files_change_or_somebody_asks(
    library: Library, pool: ThreadPoolExecutor, make_photo: Callable[..., Path]
) -> None:
    path = next(Path(row.path) for row in library.catalog.rows() if row.width == 301)
    file = library.catalog.file(str(path))
    assert file and file.digest
    path.rename(path.with_suffix(".away"))
    second = SecondPass(library, [Sides()], Told(), pool=pool, workers=1)
    second.complete()
    _run(second)
    second.complete()
    assert not second.busy
    second.complete(again=True)
    assert second.total == 1
    _run(second)
    second.complete()
    assert not second.busy
    copy = path.with_name("zz.jpg")
    path.with_suffix(".away").rename(copy)
    library.catalog.put_known_files([(replace(file.stat, path=str(copy)), file.digest)])
    second.complete()
    assert second.total == 1
    _run(second)
    assert not library.catalog.missing("sides-1"), "a copy that can be read serves while the first file is away"


def test_held_and_given_up_it_stores_what_was_begun(library: Library, pool: ThreadPoolExecutor) -> None:
    sides = Sides()
    second = SecondPass(library, [sides], Told(), pool=pool, workers=1)
    second.complete()
    second.step(1.0)
    for _ in range(20):
        second.step(1.0, begin=False)
    begun = len(sides.read_widths)
    assert not second.in_flight and second.busy and 0 < begun < BATCH
    assert len(library.catalog.extracted("sides-1")) == begun
    second.cancel()
    assert not second.busy and second.total == begun


def test_on_a_full_disk_nothing_is_dropped(library: Library, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    put = library.vectors.put

    def full(_rows: object) -> None:
        raise DiskFull("the disk is full; make room")

    second = SecondPass(library, [Sides()], Told(), pool=pool, workers=1)
    second.complete()
    monkeypatch.setattr(library.vectors, "put", full)
    with pytest.raises(DiskFull):
        _run(second)
    assert second.stuck and second.busy
    second.step(0.1)  # does nothing until somebody says that there is room
    monkeypatch.setattr(library.vectors, "put", put)
    second.resume()
    _run(second)
    assert not library.catalog.missing("sides-1")


def test_a_photo_that_was_forgotten_meanwhile_is_passed_over(library: Library, pool: ThreadPoolExecutor) -> None:
    second = SecondPass(library, [Sides()], Told(), pool=pool, workers=1)
    second.complete()
    library.catalog.remove_files([row.path for row in library.catalog.rows()[:10]])
    _run(second)
    assert len(library.catalog.extracted("sides-1")) == COUNT - 10


def _writer(folder: Path, events: list[Event]) -> Writer:
    return open_writer(folder, events.append, facets=(Facet.COPY, Facet.CROP))


def test_photos_are_there_before_they_are_looked_at_closely(tmp_path: Path, make_photo: Callable[..., Path]) -> None:
    folder = tmp_path / "photos"
    for number in range(6):
        make_photo(f"{number}.jpg", seed=number, folder=folder)
    events: list[Event] = []
    with _writer(tmp_path / "library", events) as writer:
        report = writer.index([str(folder)])
        assert report.added == 6
        arrived = next(place for place, event in enumerate(events) if isinstance(event, PhotosArrived))
        ended = next(place for place, event in enumerate(events) if isinstance(event, IndexingEnded))
        later = [place for place, event in enumerate(events) if isinstance(event, Progress) and event.later[1]]
        assert arrived < ended < later[-1]
        assert dict(writer.reader().status().facets)[Facet.CROP].done == 6
        make_photo("new.jpg", seed=99, folder=folder)  # and one that comes afterwards
        writer.look([str(folder)])
        writer.run_until_idle()
        assert dict(writer.reader().status().facets)[Facet.CROP].done == 7
        writer.forget([str(folder)])
    with open_writer(tmp_path / "library", lambda _event: None) as writer:
        assert not writer.library.vectors.digests("crop-1"), "what was read of forgotten photos goes with them"


def _looking_closer(tmp_path: Path, make_photo: Callable[..., Path], events: list[Event]) -> Writer:
    """A writer in the midst of its second pass."""
    for number in range(6):
        make_photo(f"{number}.jpg", seed=number, folder=tmp_path / "photos")
    writer = _writer(tmp_path / "library", events)
    writer.add_folders([str(tmp_path / "photos")])
    while not writer.looks_closer:
        writer.step(0.1)
    writer.step(0)
    return writer


def test_paused_in_the_second_pass_with_new_files_waiting_it_comes_to_rest(
    tmp_path: Path, make_photo: Callable[..., Path]
) -> None:
    with _looking_closer(tmp_path, make_photo, []) as writer:
        assert writer._later._pass.in_flight
        writer.pause()
        make_photo("new.jpg", seed=99, folder=tmp_path / "photos")
        writer.look([str(tmp_path / "photos")])
        ends = time.monotonic() + 60
        writer.run_until_idle(lambda: time.monotonic() > ends)  # raises Cancelled where it would never end
        assert 0 < dict(writer.reader().status().facets)[Facet.CROP].done < 6, "what was in flight is stored"
        writer.resume()
        writer.run_until_idle()
        assert dict(writer.reader().status().facets)[Facet.CROP].done == 7


def _found_but_one_is_away(tmp_path: Path) -> None:
    """A library whose photos were read for copies alone, and one of them is not in its place any more."""
    with open_writer(tmp_path / "library", lambda _event: None, facets=(Facet.COPY,)) as writer:
        writer.index([str(tmp_path / "photos")])
    (tmp_path / "photos" / "gone.jpg").rename(tmp_path / "away.jpg")


def test_the_last_that_is_told_is_that_all_is_done_also_where_a_photo_cannot_be_read(
    tmp_path: Path, make_photo: Callable[..., Path]
) -> None:
    events: list[Event] = []
    make_photo("gone.jpg", seed=50, folder=tmp_path / "photos")
    make_photo("there.jpg", seed=51, folder=tmp_path / "photos")
    _found_but_one_is_away(tmp_path)
    with _writer(tmp_path / "library", events) as writer:
        writer.complete()
        writer.run_until_idle()
        last = [event for event in events if isinstance(event, Progress)][-1]
        assert last.later == (2, 2) and not last.looking


def test_a_thumbnail_that_is_made_anew_tries_no_other_photo_again(tmp_path: Path, make_photo: Callable[..., Path]) -> None:
    events: list[Event] = []
    for name in ("gone.jpg", "there.jpg"):
        make_photo(name, seed=len(name), folder=tmp_path / "photos")
    _found_but_one_is_away(tmp_path)
    with _writer(tmp_path / "library", events) as writer:
        writer.complete()
        writer.run_until_idle()
        there = writer.library.catalog.file(str(tmp_path / "photos" / "there.jpg"))
        assert there and there.digest
        writer.library.thumbnails.delete([there.digest])
        writer.want_thumbnail(there.digest)
        events.clear()
        writer.run_until_idle()
        assert writer.library.thumbnails.get(there.digest)
        assert not [event for event in events if isinstance(event, Progress) and event.later[0] < event.later[1]]
        (tmp_path / "away.jpg").rename(tmp_path / "photos" / "gone.jpg")
        writer.came_back(str(tmp_path / "photos"))
        writer.run_until_idle()
        assert dict(writer.reader().status().facets)[Facet.CROP].done == 2
