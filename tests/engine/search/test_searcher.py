"""What several facets together make of a picture, on vectors put where they are wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.engine.features.active import Extractors
from app.engine.features.base import Picture
from app.engine.features.color import ColorExtractor
from app.engine.library.catalog import FileStat, ReadPhoto
from app.engine.library.store import Library
from app.engine.paths import library_paths
from app.engine.reading import Reader
from app.engine.search.indexes import Indexes
from app.engine.types import Facet, Metadata, Query

MEANT, COLORED = "/p/means the same.jpg", "/p/has the same colors.jpg"
QUERY = "/p/query.jpg"


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """Three photos: one means nearly what the query means, in other colors; one has its colors and means something else."""
    library = Library(library_paths(tmp_path), write=True)
    extractors = Extractors()
    meaning = extractors.of(Facet.MEANING)
    directions = {QUERY: (1.0, 0.0), MEANT: (0.95, 0.3), COLORED: (0.0, 1.0)}
    paints = {QUERY: "#c02020", MEANT: "#2020c0", COLORED: "#c02020"}
    rows: dict[str, dict[bytes, bytes]] = {meaning.version: {}, ColorExtractor.version: {}}
    for n, path in enumerate(directions):
        digest = bytes([n]) * 16
        library.catalog.put_photos([ReadPhoto(FileStat(path, 1, 1, n), digest, Metadata(width=8, height=8), 0)])
        rows[meaning.version][digest] = _direction(directions[path], meaning.length)
        rows[ColorExtractor.version][digest] = _colors(paints[path])
    library.vectors.put(rows)
    for version, held in rows.items():
        library.catalog.mark_extracted(version, held)
    yield Reader(library, extractors, Indexes(tmp_path / "indexes", library.vectors, extractors))
    library.close()


def _direction(start: Sequence[float], length: int) -> bytes:
    row = np.zeros(length, np.float16)
    row[:2] = np.array(start) / np.linalg.norm(start)
    return row.tobytes()


def _colors(paint: str) -> bytes:
    rgb = np.asarray(Image.new("RGB", (64, 64), paint))
    extractor = ColorExtractor()
    return extractor.extract([extractor.prepare(Picture(rgb, (64, 64)))])[0].tobytes()


def names(reader: Reader, **asked: object) -> list[str]:
    facets = (Facet.MEANING, Facet.COLOR)
    query = Query(images=(QUERY,), facets=facets, leave_out_query=True, **asked)  # type: ignore[arg-type]
    return [hit.row.path for hit in reader.search(query).hits]


def test_what_a_picture_means_counts_more_than_its_colors(reader: Reader) -> None:
    assert names(reader) == [MEANT, COLORED]


def test_what_the_user_says_of_a_facet_counts_on_top(reader: Reader) -> None:
    assert names(reader, weights=((Facet.MEANING, 0.1),)) == [COLORED, MEANT]
    assert names(reader, weights=((Facet.MEANING, 0.0),)) == [COLORED, MEANT]


def test_colors_that_are_asked_for_count_in_full(reader: Reader) -> None:
    assert names(reader, colors=("#c02020",)) == [COLORED, MEANT]
