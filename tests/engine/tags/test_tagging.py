"""Suggestions in a real library: made without reading a picture, resumed, never against what people said, and taught by that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import ImageEnhance

from app.engine.library.store import Library
from app.engine.paths import library_paths
from app.engine.requests import Event, TagsChanged
from app.engine.search.filters import parse
from app.engine.tags import tagging
from app.engine.tags.names import Making
from app.engine.tags.vocabulary import names
from app.engine.types import Facet, Query
from app.engine.writing import Writer, open_writer
from tests.conftest import draw_photo

PHOTOS = 8


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Eight drawn photos, and three further pictures of the first in other light."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(PHOTOS):
        draw_photo(seed, (320, 240)).save(folder / f"{seed}.jpg")
    for number, light in enumerate((0.9, 1.08, 1.15)):
        ImageEnhance.Brightness(draw_photo(0, (320, 240))).enhance(light).save(folder / f"like{number}.jpg")
    return folder


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def writer(tmp_path: Path, photos: Path, events: list[Event]) -> Iterator[Writer]:
    with open_writer(tmp_path / "library", events.append, facets=(Facet.MEANING, Facet.TAGS)) as opened:
        opened.index([str(photos)])
        yield opened


def tags(writer: Writer, path: Path) -> dict[str, bool]:
    with writer.reader() as reader:
        return {tag.name: tag.given for tag in reader.info(str(path)).tags}


def digest(writer: Writer, path: Path) -> bytes:
    with writer.reader() as reader:
        return bytes.fromhex(reader.info(str(path)).digest)


def show_as(writer: Writer, path: Path, name: str) -> None:
    """Give a photo the row of meaning that the name itself has, as if it showed that and nothing else."""
    made = Making(writer._extractors.meaning_model, names(), writer.library.paths.indexes).made
    assert made
    row = made.rows[made.names.index(name)].astype(np.float16)
    version = writer._extractors.version(Facet.MEANING)
    writer.library.vectors.put({version: {digest(writer, path): row.tobytes()}})
    writer.library.catalog.unmark_extracted(tagging.tags_version(version), [digest(writer, path)])
    writer._later.complete()
    writer.run_until_idle()


def test_every_photo_is_looked_at_and_those_that_show_nothing_sure_have_no_tag(writer: Writer, photos: Path) -> None:
    with writer.reader() as reader:
        assert dict(reader.status().facets)[Facet.TAGS].pending == 0
    show_as(writer, photos / "1.jpg", "lighthouse")
    assert tags(writer, photos / "1.jpg")["lighthouse"] is False
    with writer.reader() as reader:
        (found,) = reader.search(Query(where=("tag=Lighthouse",))).hits
        assert found.row.path == str(photos / "1.jpg")
        assert any(tag.name == "lighthouse" and tag.photos == 1 for tag in reader.tags())


def test_what_people_said_wins_and_a_refused_tag_never_comes_back(writer: Writer, photos: Path) -> None:
    path = photos / "1.jpg"
    show_as(writer, path, "lighthouse")
    assert writer.tag([digest(writer, path)], "Lighthouse", False)[0].wanted is None
    writer.run_until_idle()
    assert "lighthouse" not in tags(writer, path)
    writer.library.catalog.unmark_extracted(tagging.tags_version(writer._extractors.version(Facet.MEANING)))
    show_as(writer, path, "lighthouse")
    assert "lighthouse" not in tags(writer, path), "also when all photos are looked at again"
    (before,) = writer.tag([digest(writer, path)], "lighthouse", True)
    assert before.wanted is False and tags(writer, path)["lighthouse"] is True


def test_a_tag_of_ones_own_spreads_to_pictures_that_are_nearly_the_same(writer: Writer, photos: Path) -> None:
    writer.tag([digest(writer, photos / "0.jpg"), digest(writer, photos / "like0.jpg")], "Annas Bild", True)
    writer.run_until_idle()
    assert tags(writer, photos / "0.jpg")["Annas Bild"] is True
    assert tags(writer, photos / "like1.jpg")["Annas Bild"] is False, "suggested"
    writer.tag([digest(writer, photos / f"{seed}.jpg") for seed in range(1, PHOTOS)], "Annas Bild", None)
    writer.tag([digest(writer, photos / "like1.jpg")], "Annas Bild", False)
    writer.run_until_idle()
    assert "Annas Bild" not in tags(writer, photos / "like1.jpg")
    writer.tag([digest(writer, photos / name) for name in ("0.jpg", "like0.jpg", "like1.jpg")], "Annas Bild", None)
    writer.run_until_idle()
    with writer.reader() as reader:
        assert reader.tags() == () or all(tag.name != "Annas Bild" for tag in reader.tags()), "nothing is taught any more"


def test_what_was_said_just_before_the_end_is_learned_at_the_next_start(tmp_path: Path, photos: Path) -> None:
    with open_writer(tmp_path / "library", lambda _event: None) as writer:
        writer.index([str(photos)])
        both = [digest(writer, photos / name) for name in ("0.jpg", "like0.jpg")]
        writer.tag(both, "Annas Bild", True)
    library = Library(library_paths(tmp_path / "library"), write=True)
    assert library.catalog.unlearned() == ("Annas Bild",)
    library.close()
    with open_writer(tmp_path / "library", lambda _event: None) as again:
        again.look_everywhere()
        again.run_until_idle()
        assert tags(again, photos / "like2.jpg")["Annas Bild"] is False
        assert again.library.catalog.unlearned() == ()


def test_tags_are_made_in_steps_told_and_not_for_facets_that_were_not_asked(
    tmp_path: Path, photos: Path, events: list[Event], writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert TagsChanged() in events
    monkeypatch.setattr(tagging, "AT_ONCE", 3)
    version = tagging.tags_version(writer._extractors.version(Facet.MEANING))
    writer.library.catalog.unmark_extracted(version)
    writer._later.complete()
    writer.step(0.01)
    assert 0 < writer.library.catalog.count_extracted(version) < PHOTOS
    writer.pause()
    assert not writer.busy
    writer.resume()
    writer.run_until_idle()
    assert writer.library.catalog.count_extracted(version) == PHOTOS + 3
    with open_writer(tmp_path / "other", lambda _event: None, facets=(Facet.MEANING,)) as other:
        other.index([str(photos)])
        assert other.library.catalog.count_extracted(version) == 0


def test_a_photo_whose_row_is_gone_waits_without_holding_others_up(writer: Writer, photos: Path) -> None:
    version = writer._extractors.version(Facet.MEANING)
    writer.library.catalog.unmark_extracted(tagging.tags_version(version))
    writer.library.vectors.delete([digest(writer, photos / "3.jpg")])
    writer._later.complete()
    writer.run_until_idle()
    assert writer.library.catalog.count_extracted(tagging.tags_version(version)) == PHOTOS + 2


def test_conditions_join_suggested_and_given_tags(writer: Writer, photos: Path) -> None:
    show_as(writer, photos / "1.jpg", "lighthouse")
    writer.tag([digest(writer, photos / "2.jpg")], "lighthouse", True)
    condition = parse(["tag=lighthouse and not (tag~house and size>1GB)"])
    assert condition
    found = writer.library.catalog.matching(condition.sql, condition.parameters, files=condition.files)
    assert len(found) == 2
