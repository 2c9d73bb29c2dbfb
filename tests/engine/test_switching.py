"""From one model to another: the old one answers until the photos are read with the new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.engine.errors import ModelMissing
from app.engine.models.choice import Choice
from app.engine.paths import library_paths
from app.engine.reading import open_reader
from app.engine.requests import Event, Problem
from app.engine.types import Facet, Query
from app.engine.writing import Writer, open_writer
from tests.engine.models.small_models import write_plain

PHOTOS = 90
"""More than are in flight at any moment (a batch in the model, two read ahead, some decoding): closing leaves some unread."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model in a folder."""
    return write_plain(tmp_path_factory.mktemp("model") / "small").parent


@pytest.fixture
def library(tmp_path: Path, make_photo: Callable[..., Path], small: Path) -> Iterator[Path]:
    """A library whose photos are read with the built-in model; the small one is there and not wanted yet."""
    for seed in range(PHOTOS):
        make_photo(f"{seed}.jpg", seed=seed, size=(160, 120))
    folder = tmp_path / "library"
    with open_writer(folder, lambda _event: None) as writer:
        assert writer.index([str(tmp_path / "photos")]).added == PHOTOS
    Choice(library_paths(folder)).shelf.take(small)
    yield folder


def versions(writer: Writer) -> list[str]:
    return [name for name in writer.library.vectors.features() if name.startswith("meaning")]


def test_the_old_model_answers_until_the_new_one_has_read_all(library: Path) -> None:
    with open_writer(library, lambda _event: None) as writer:
        reader = writer.reader()
        old = versions(writer)
        first = reader.search(Query(text="a red ball", facets=(Facet.MEANING,)))
        writer.use_model("small")
        while writer.unread_by("small") > PHOTOS / 2:
            writer.step(0.1)
        assert writer.busy and reader.status().model == "built-in"
        assert reader.search(Query(text="a red ball", facets=(Facet.MEANING,))).hits == first.hits
        assert set(versions(writer)) > set(old)
        writer.run_until_idle()
        assert reader.status().model == "small" and writer.unread_by("small") == 0
        assert set(versions(writer)).isdisjoint(old)
        now = reader.search(Query(text="dog", k=None, facets=(Facet.MEANING,)))
        assert len(now.hits) == PHOTOS and not now.failed
        reader.close()
    with open_reader(library) as reader:
        assert reader.status().model == "small"
        assert [hit.row.path for hit in reader.search(Query(text="dog", k=None, facets=(Facet.MEANING,))).hits] == [
            hit.row.path for hit in now.hits
        ]
        assert dict(reader.status().facets)[Facet.MEANING].pending == 0


def test_another_process_that_searches_goes_over_too(library: Path) -> None:
    with open_reader(library) as reader:
        assert len(reader.search(Query(text="dog", k=None, facets=(Facet.MEANING,))).hits) == PHOTOS
        with open_writer(library, lambda _event: None) as writer:
            writer.use_model("small")
            writer.run_until_idle()
        found = reader.search(Query(text="dog", k=None, facets=(Facet.MEANING,)))
        assert len(found.hits) == PHOTOS and reader.status().model == "small"


def test_a_change_that_was_interrupted_goes_on_at_the_next_start(library: Path) -> None:
    with open_writer(library, lambda _event: None) as writer:
        writer.use_model("small")
        while writer.unread_by("small") == PHOTOS:
            writer.step(0.1)
    with open_writer(library, lambda _event: None) as writer:
        left = writer.unread_by("small")
        assert 0 < left < PHOTOS and writer.reader().status().model == "built-in"
        writer.complete()
        writer.run_until_idle()
        assert writer.reader().status().model == "small"


def test_going_back_before_the_end_drops_what_was_begun(library: Path) -> None:
    with open_writer(library, lambda _event: None) as writer:
        old = versions(writer)
        writer.use_model("small")
        while writer.unread_by("small") == PHOTOS:
            writer.step(0.1)
        writer.use_model("built-in")
        writer.run_until_idle()
        assert versions(writer) == old and writer.reader().status().model == "built-in"


def test_photos_that_are_new_meanwhile_are_read_by_both(library: Path, make_photo: Callable[..., Path]) -> None:
    with open_writer(library, lambda _event: None) as writer:
        writer.use_model("small")
        writer.step(0.1)
        folder = str(make_photo("late.jpg", seed=99, size=(160, 120)).parent)
        writer.look([folder])
        writer.run_until_idle()
        assert writer.reader().status().model == "small" and writer.unread_by("small") == 0
        assert writer.library.catalog.count_photos() == PHOTOS + 1


def test_a_model_that_fails_leaves_the_old_one(library: Path) -> None:
    weights = next((library / "models" / "small").glob("*.safetensors"))
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    told: list[Event] = []
    with open_writer(library, told.append) as writer:
        writer.use_model("small")
        writer.run_until_idle()
        assert [event.code for event in told if isinstance(event, Problem)] == ["model-missing"]
        assert writer.reader().status().model == "built-in"
        assert len(writer.reader().search(Query(text="dog", k=None, facets=(Facet.MEANING,))).hits) == PHOTOS
        with pytest.raises(ModelMissing, match="models get"):
            writer.use_model("nobody's")


def test_while_most_photos_are_away_the_old_model_answers(library: Path, tmp_path: Path) -> None:
    (tmp_path / "photos").rename(tmp_path / "unplugged")
    with open_writer(library, lambda _event: None) as writer:
        writer.use_model("small")
        writer.run_until_idle()
        assert writer.reader().status().model == "built-in"
        (tmp_path / "unplugged").rename(tmp_path / "photos")
        writer.look_everywhere()
        writer.run_until_idle()
        assert writer.reader().status().model == "small"
