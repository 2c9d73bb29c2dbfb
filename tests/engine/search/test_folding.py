"""Copies stand behind the hit that they are copies of."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.engine.features.active import Extractors
from app.engine.features.copy import NEAR, TURNS, CopyExtractor, turned_bits
from app.engine.library.catalog import FileStat, ReadPhoto
from app.engine.library.store import Library
from app.engine.paths import library_paths
from app.engine.reading import Reader
from app.engine.search.indexes import Indexes
from app.engine.types import Hit, Metadata, Query, Turn
from tests.conftest import draw_photo

SHOWN, QUALITY = "/p/shown.jpg", 90


def bits(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, 72, dtype=np.uint8)


def changed(row: np.ndarray, first: int, count: int) -> np.ndarray:
    """The hash with `count` bits turned over from `first` on."""
    mask = np.zeros(576, np.uint8)
    mask[first : first + count] = 1
    return row ^ np.packbits(mask)


class Photos:
    """A library into which photos are put with hashes as wanted, the newest first in a list by conditions."""

    def __init__(self, folder: Path) -> None:
        self.library = Library(library_paths(folder), write=True)
        extractors = Extractors()
        self.reader = Reader(self.library, extractors, Indexes(folder / "indexes", self.library.vectors, extractors))
        self.count = 0

    def put(self, name: str, row: np.ndarray, quality: int = QUALITY, taken: str | None = None) -> bytes:
        digest = bytes([self.count]) * 16
        stat = FileStat(f"/p/{name}.jpg", 1, 10**18 - self.count * 10**12, self.count)
        self.library.catalog.put_photos([ReadPhoto(stat, digest, Metadata(width=8, height=8, date_taken=taken), 0)])
        self.library.vectors.put({CopyExtractor.version: {digest: bytes(row) + bytes([quality])}})
        self.library.catalog.mark_extracted(CopyExtractor.version, [digest])
        self.count += 1
        return digest

    def folded(self, **asked: object) -> dict[str, list[str]]:
        hits = self.reader.search(Query(where=("width=8",), fold=True, **asked)).hits  # type: ignore[arg-type]
        return {_name(hit): [Path(row.path).stem for row in hit.folded] for hit in hits}


def _name(hit: Hit) -> str:
    return Path(hit.row.path).stem


@pytest.fixture
def photos(tmp_path: Path) -> Iterator[Photos]:
    made = Photos(tmp_path)
    yield made
    made.reader.close()
    made.library.close()


def test_copies_stand_behind_the_first_in_order(photos: Photos) -> None:
    photos.put("shown", bits(1))
    photos.put("other", bits(2))
    photos.put("saved again", changed(bits(1), 0, NEAR))
    photos.put("mirrored", turned_bits(bits(1)[None])[0, TURNS.index(Turn.MIRROR)])
    photos.put("turned", turned_bits(bits(1)[None])[0, TURNS.index(Turn.ROTATE90)])
    photos.put("not so near", changed(bits(1), 0, NEAR + 1))
    assert photos.folded() == {"shown": ["saved again", "mirrored", "turned"], "other": [], "not so near": []}
    plain = photos.reader.search(Query(where=("width=8",))).hits
    assert len(plain) == 6 and not any(hit.folded for hit in plain)


def test_like_is_not_chained_to_like(photos: Photos) -> None:
    photos.put("a", bits(1))
    photos.put("b", changed(bits(1), 0, 100))
    photos.put("c", changed(bits(1), 0, 200))
    assert photos.folded() == {"a": ["b"], "c": []}


def test_what_the_user_and_the_dates_say_keeps_photos_apart(photos: Photos) -> None:
    shown = photos.put("shown", bits(1), taken="2024-05-01T10:00:00")
    again = photos.put("again", bits(1))
    photos.put("a second later", bits(1), taken="2024-05-01T10:00:01")
    assert photos.folded() == {"a second later": ["again"], "shown": []}
    photos.library.catalog.put_not_duplicates([(shown, again)])
    assert photos.folded() == {"a second later": ["again"], "shown": []}
    photos.library.catalog.put_not_duplicates([(b"\2" * 16, again)])
    assert photos.folded() == {"a second later": [], "shown": [], "again": []}


def test_flat_pictures_are_no_copies_of_each_other(photos: Photos) -> None:
    photos.put("gray", bits(1), quality=0)
    photos.put("white", bits(1), quality=0)
    assert photos.folded() == {"gray": [], "white": []}


def test_pages_whose_hashes_say_little_are_copies_only_where_they_look_the_same(photos: Photos) -> None:
    shown = {}
    for name, seed in (("page", 1), ("again", 1), ("other page", 2)):
        digest = photos.put(name, bits(1), quality=60)
        stream = io.BytesIO()
        draw_photo(seed, (320, 240)).save(stream, "JPEG")
        shown[digest] = stream.getvalue()
    photos.library.thumbnails.put(shown)
    assert photos.folded() == {"page": ["again"], "other page": []}


def test_there_are_still_k_in_front(photos: Photos) -> None:
    for n in range(3):
        for copy in range(2):
            photos.put(f"{n}{copy}", bits(n))
    assert photos.folded(k=2) == {"00": ["01"], "10": ["11"]}
