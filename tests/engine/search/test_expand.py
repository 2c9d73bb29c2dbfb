"""Query expansion: the best hits pull the question towards what they have in common, copies of it and missing rows do not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.engine.errors import NotReadYet
from app.engine.features.active import Extractors
from app.engine.library.catalog import FileStat, ReadPhoto
from app.engine.library.store import Library
from app.engine.paths import library_paths
from app.engine.reading import Reader
from app.engine.search.expand import Expansion
from app.engine.search.indexes import Indexes
from app.engine.types import Facet, Metadata, Query


def unit(*numbers: float) -> NDArray[np.float32]:
    row = np.array(numbers, np.float32)
    return row / np.linalg.norm(row)


HITS = np.stack([unit(1, 0, 0), unit(1, 1, 0), unit(0.2, 0, 1)])


def fetch(ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Rows of any length in another order than asked; photo 9 has none."""
    there = np.array([i for i in reversed(ids.tolist()) if i != 9], np.int64)
    return there, HITS[there] * 3


def test_the_best_hits_count_by_their_cosine_to_the_power_alpha() -> None:
    asked, ids, cosines = unit(1, 0.2, 0), np.array([1, 2]), np.array([0.8, 0.5], np.float32)
    expected = asked + 0.8**2 * HITS[1] + 0.5**2 * HITS[2]
    assert Expansion(2, 2.0).row(asked, ids, cosines, fetch) == pytest.approx(expected / np.linalg.norm(expected), abs=1e-5)
    expected = asked + 0.8**2 * HITS[1]
    assert Expansion(1, 2.0).row(asked, ids, cosines, fetch) == pytest.approx(expected / np.linalg.norm(expected), abs=1e-5)


def test_the_question_itself_and_photos_without_a_row_or_far_off_add_nothing() -> None:
    asked = unit(1, 0.2, 0)
    for ids, cosines in (([0], [1.0]), ([9], [0.7]), ([2], [-0.3]), ([], [])):
        row = Expansion(3, 1.0).row(asked, np.array(ids, np.int64), np.array(cosines, np.float32), fetch)
        assert row == pytest.approx(asked, abs=1e-6)


def plain(seed: int, length: int, near: NDArray[Any] | None = None) -> NDArray[np.float16]:
    """A row as the look extractor gives them; with `near` one that is half of that."""
    row = np.random.default_rng(seed).gamma(0.3, 1, length)
    return (row if near is None else 0.5 * row + 0.5 * near.astype(np.float64)).astype(np.float16)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """A query photo, one near it, one near that one, and others; only rows of look, and for all but the last meaning too."""
    library, extractors = Library(library_paths(tmp_path), write=True), Extractors()
    look, meaning = extractors.of(Facet.LOOK), extractors.of(Facet.MEANING)
    rows = {"query": plain(0, look.length)}
    rows["near"] = plain(1, look.length, rows["query"])
    rows["behind"] = plain(2, look.length, rows["near"])
    rows |= {f"other {n}": plain(10 + n, look.length) for n in range(40)}
    digests = {name: bytes([n + 1]) * 16 for n, name in enumerate(rows)}
    for n, name in enumerate(rows):
        stat = FileStat(f"/p/{name}.jpg", 1, 1, n)
        library.catalog.put_photos([ReadPhoto(stat, digests[name], Metadata(width=8, height=8), 0)])
    meant = [d for name, d in digests.items() if name != "other 39"]
    upright = np.eye(1, meaning.length, dtype=np.float16).tobytes()
    library.vectors.put({look.version: {digests[name]: row.tobytes() for name, row in rows.items()}})
    library.vectors.put({meaning.version: dict.fromkeys(meant, upright)})
    library.catalog.mark_extracted(look.version, digests.values())
    library.catalog.mark_extracted(meaning.version, meant)
    yield Reader(library, extractors, Indexes(tmp_path / "indexes", library.vectors, extractors))
    library.close()


def by(reader: Reader, name: str, *facets: Facet, **more: Any) -> list[str]:
    query = Query(images=(f"/p/{name}.jpg",), facets=facets, leave_out_query=True, **more)
    return [hit.row.name.removesuffix(".jpg") for hit in reader.search(query).hits]


@pytest.mark.parametrize("further", [False, True])
def test_a_photo_that_is_like_the_best_hit_comes_before_those_that_are_like_none(reader: Reader, further: bool) -> None:
    assert by(reader, "query", Facet.LOOK, further=further)[:2] == ["near", "behind"]


def test_a_photo_that_look_has_read_and_meaning_has_not_answers_by_look_when_its_drive_is_away(reader: Reader) -> None:
    answer = reader.search(Query(images=("/p/other 39.jpg",), facets=(Facet.LOOK, Facet.MEANING), leave_out_query=True))
    assert answer.hits and [facet for facet, _ in answer.failed] == [Facet.MEANING]
    with pytest.raises(NotReadYet, match="meaning has not read this photo yet"):
        reader._searcher._asking.picture(
            Facet.MEANING, reader._searcher._pictures.read("/p/other 39.jpg", (Facet.LOOK, Facet.MEANING))
        )
