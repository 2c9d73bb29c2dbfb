"""The index of look learns its whitening from a library that has grown, in the background, and keeps it for the next start."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.engine.features.active import Extractors
from app.engine.index.look import LookIndex
from app.engine.library.catalog import FileStat, ReadPhoto
from app.engine.library.store import Library
from app.engine.paths import library_paths
from app.engine.search.indexes import Indexes
from app.engine.types import Facet, Metadata

LOOK = Facet.LOOK


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    monkeypatch.setattr("app.engine.index.look.FEW", 60)
    with Library(library_paths(tmp_path), write=True) as library:
        yield library


def grow(library: Library, indexes: Indexes, start: int, count: int) -> None:
    """Add photos with made rows of look, as an intake does."""
    extractor = Extractors().of(LOOK)
    rows = np.random.default_rng(start).gamma(0.3, 1, (count, extractor.length)).astype(np.float16)
    digests = [number.to_bytes(16, "big") for number in range(start, start + count)]
    library.vectors.put({extractor.version: {d: row.tobytes() for d, row in zip(digests, rows, strict=True)}})
    library.catalog.put_photos(
        [ReadPhoto(FileStat(f"/made/{start + n}.jpg", 1, 1, start + n), d, Metadata(), 0) for n, d in enumerate(digests)]
    )
    library.catalog.mark_extracted(extractor.version, digests)
    ids = [library.catalog.photo_id(digest) for digest in digests]
    indexes.add(LOOK, [number for number in ids if number], [row.tobytes() for row in rows])


def look_index(library: Library, indexes: Indexes) -> LookIndex:
    index = indexes.of(LOOK, library.catalog)
    assert isinstance(index, LookIndex)
    return index


def test_it_learns_when_there_are_enough_photos_and_answers_meanwhile(library: Library) -> None:
    indexes = Indexes(library.paths.indexes, library.vectors, Extractors())
    grow(library, indexes, 0, 59)
    first = look_index(library, indexes)
    assert first.whitening.learned_on == 0
    grow(library, indexes, 59, 20)
    ends = time.monotonic() + 120
    while look_index(library, indexes).whitening.learned_on == 0:
        assert time.monotonic() < ends, "nothing was learned"
        indexes.tend(library.catalog)
        assert len(look_index(library, indexes)) == 79
        time.sleep(0.01)
    learned = look_index(library, indexes)
    assert learned.whitening.learned_on == 79 and learned is not first
    row = np.frombuffer(library.vectors.get(Extractors().of(LOOK).version, (7).to_bytes(16, "big")) or b"", np.float16)
    found, cosines = learned.search(row, 3)
    assert found[0] == library.catalog.photo_id((7).to_bytes(16, "big")) and cosines[0] == pytest.approx(1, abs=2e-3)
    indexes.close()
    indexes.save(library.catalog)
    again = look_index(library, Indexes(library.paths.indexes, library.vectors, Extractors()))
    assert again.whitening.learned_on == 79
    for one, other in zip(again.search(row, 5), learned.search(row, 5), strict=True):
        assert np.array_equal(one, other)
