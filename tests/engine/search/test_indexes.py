"""Indexes over the real stores: they grow compact while the old one answers, follow the catalogue, and open again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.engine.features.active import Extractors
from app.engine.index import store
from app.engine.library.catalog import Catalog, FileStat, ReadPhoto
from app.engine.library.store import Library
from app.engine.paths import library_paths
from app.engine.search.indexes import Indexes
from app.engine.search.stored_rows import DigestBook
from app.engine.types import Facet, Metadata

MEANING = Facet.MEANING
EXTRACTORS = Extractors()
LENGTH = EXTRACTORS.of(MEANING).length
VERSION = EXTRACTORS.of(MEANING).version
SMALL, LARGE = 600, 1 << 30
"""Photos of a small library; bytes below which everything stays exact."""


def rows_of(count: int, seed: int = 0) -> NDArray[np.float16]:
    """Unit rows around a few centers."""
    rng = np.random.default_rng(seed)
    centers = rng.normal(size=(12, LENGTH))
    rows = centers[rng.integers(0, 12, count)] + 0.7 * rng.normal(size=(count, LENGTH))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


def digest_of(number: int) -> bytes:
    """Digests that do not rise with the numbers."""
    return bytes([number * 37 % 256]) + number.to_bytes(15, "big")


class Made:
    """A library with made rows of meaning; photo n has the id n + 1."""

    def __init__(self, folder: Path) -> None:
        self.paths = library_paths(folder)
        self.library = Library(self.paths, write=True)
        self.catalog: Catalog = self.library.catalog
        self.rows = np.empty((0, LENGTH), np.float16)
        self._open: list[Indexes] = []

    def grow(self, rows: NDArray[Any]) -> NDArray[np.int64]:
        """Add photos with these rows, as an intake does; their ids."""
        start = len(self.rows)
        digests = [digest_of(start + n) for n in range(len(rows))]
        self.library.vectors.put({VERSION: {d: row.tobytes() for d, row in zip(digests, rows, strict=True)}})
        photos = [ReadPhoto(FileStat(_path(start + n), 1, 1, start + n), d, Metadata(), 0) for n, d in enumerate(digests)]
        self.catalog.put_photos(photos)
        self.catalog.mark_extracted(VERSION, digests)
        self.rows = np.concatenate([self.rows, rows])
        return np.arange(start + 1, start + 1 + len(rows))

    def indexes(self, exact_bytes: int = LARGE, *, follows: bool = False) -> Indexes:
        made = Indexes(self.paths.indexes, self.library.vectors, EXTRACTORS, exact_bytes=exact_bytes, follows=follows)
        self._open.append(made)
        return made

    def nearest(self, row: NDArray[Any], k: int, among: NDArray[np.int64]) -> list[int]:
        """The true neighbors by brute force over the stored rows."""
        cosines = self.rows[among - 1].astype(np.float32) @ row.astype(np.float32)
        return list(among[np.argsort(-cosines, kind="stable")[:k]])

    def close(self) -> None:
        for made in self._open:
            made.close()
        self.library.close()


def _path(number: int) -> str:
    return f"/made/{number}.jpg"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    made = Made(tmp_path)
    made.grow(rows_of(SMALL))
    yield made
    made.close()


def wait_for_compact(indexes: Indexes, catalog: Catalog) -> None:
    """What the engine thread does, until the index has been changed."""
    ends = time.monotonic() + 120  # a machine that trains models beside leaves little
    while indexes.of(MEANING, catalog).kind != "compact":
        assert time.monotonic() < ends, "the compact index was never taken"
        indexes.tend(catalog)
        time.sleep(0.01)


def test_a_small_library_is_exact_and_stays_so(made: Made) -> None:
    indexes = made.indexes()
    assert indexes.of(MEANING, made.catalog).kind == "exact"
    indexes.tend(made.catalog)
    assert indexes.of(MEANING, made.catalog).kind == "exact" and not indexes._growing.busy


def test_an_index_grows_compact_while_the_old_one_answers(made: Made) -> None:
    indexes = made.indexes(SMALL * 2 * LENGTH)
    exact = indexes.of(MEANING, made.catalog)
    assert exact.kind == "exact"
    new = made.grow(rows_of(80, 1))
    indexes.add(MEANING, new.tolist(), [row.tobytes() for row in made.rows[new - 1]])
    indexes.tend(made.catalog)
    assert indexes._growing.busy
    later = made.grow(rows_of(7, 2))  # comes while the other is being built
    indexes.add(MEANING, later.tolist(), [row.tobytes() for row in made.rows[later - 1]])
    indexes.remove([3, 5])
    assert indexes.of(MEANING, made.catalog).search(made.rows[9], 1)[0].tolist() == [10]
    wait_for_compact(indexes, made.catalog)
    compact = indexes.of(MEANING, made.catalog)
    assert sorted(compact.ids().tolist()) == [i for i in range(1, SMALL + 88) if i not in {3, 5}]
    for number in (0, 300, *later - 1):
        assert compact.search(made.rows[number], 1)[0].tolist() == [number + 1]


@pytest.mark.parametrize("share", [0.01, 0.1, 0.9])
def test_a_filtered_search_of_a_compact_index_equals_brute_force(made: Made, share: float) -> None:
    made.grow(rows_of(4_000, 3))
    indexes = made.indexes(0)
    index: Any = indexes.of(MEANING, made.catalog)
    assert index.kind == "compact"
    rng = np.random.default_rng(4)
    for few in (0, 10**6):  # among candidates, and by reading every allowed row
        index._few = few
        for number in range(0, 4_600, 400):
            allowed = np.sort(rng.permutation(len(made.rows))[: round(share * len(made.rows))] + 1)
            found, cosines = index.search(made.rows[number], 10, allowed)
            assert found.tolist() == made.nearest(made.rows[number], 10, allowed)
            assert np.allclose(cosines, made.rows[found - 1].astype(np.float32) @ made.rows[number].astype(np.float32), atol=1e-5)


def test_a_filter_that_keeps_only_what_is_far_away_is_answered_fully(made: Made) -> None:
    index: Any = made.indexes(0).of(MEANING, made.catalog)
    index._few = 0
    order = made.nearest(made.rows[0], SMALL, np.arange(1, SMALL + 1))
    worst = np.sort(np.array(order[-300:]))
    assert index.search(made.rows[0], 20, worst)[0].tolist() == made.nearest(made.rows[0], 20, worst)


def test_a_compact_index_opens_again_and_is_built_anew_when_damaged(made: Made) -> None:
    first = made.indexes(0)
    before = first.of(MEANING, made.catalog).search(made.rows[8], 30)
    first.save(made.catalog)
    second = made.indexes(0)
    again = second.of(MEANING, made.catalog)
    assert again.kind == "compact" and MEANING in second._saved
    assert all(np.array_equal(a, b) for a, b in zip(again.search(made.rows[8], 30), before, strict=True))
    file = made.paths.indexes / f"{VERSION}.faiss"
    file.write_bytes(file.read_bytes()[:-100])
    third = made.indexes(0)
    assert third.of(MEANING, made.catalog).search(made.rows[8], 1)[0].tolist() == [9] and MEANING not in third._saved


def test_a_saved_exact_index_serves_until_the_compact_one_is_there(made: Made) -> None:
    exact = made.indexes()
    exact.of(MEANING, made.catalog)
    exact.save(made.catalog)
    indexes = made.indexes(1000)
    assert indexes.of(MEANING, made.catalog).kind == "exact"
    wait_for_compact(indexes, made.catalog)
    indexes.save(made.catalog)
    assert made.indexes(1000).of(MEANING, made.catalog).kind == "compact"


@pytest.mark.parametrize("exact_bytes", [0, LARGE])
def test_a_follower_sees_what_came_and_went(made: Made, exact_bytes: int) -> None:
    indexes = made.indexes(exact_bytes, follows=True)
    assert len(indexes.of(MEANING, made.catalog)) == SMALL
    new = made.grow(rows_of(5, 6))
    assert indexes.of(MEANING, made.catalog).search(made.rows[new[2] - 1], 1)[0].tolist() == [new[2]]
    made.catalog.remove_files([_path(0), _path(17)])
    index = indexes.of(MEANING, made.catalog)
    assert len(index) == SMALL + 3 and not np.isin([1, 18], index.ids()).any()
    made.catalog.put_known_files([(FileStat(_path(17), 1, 1, 17), digest_of(17))])  # a photo with a low number is back
    assert indexes.of(MEANING, made.catalog).search(made.rows[17], 1)[0].tolist() == [18]


@pytest.mark.parametrize("exact_bytes", [0, LARGE])
def test_a_stored_row_that_is_damaged_stays_out(made: Made, exact_bytes: int) -> None:
    row = made.rows[4].copy()
    row[7] = np.nan
    made.library.vectors.put({VERSION: {digest_of(4): row.tobytes(), digest_of(5): b"short"}})
    index = made.indexes(exact_bytes).of(MEANING, made.catalog)
    assert len(index) == SMALL - 2 and not np.isin([5, 6], index.ids()).any()
    assert index.search(made.rows[8], 1)[0].tolist() == [9]


def test_a_row_that_goes_while_the_index_still_knows_it_is_passed_over(made: Made) -> None:
    index = made.indexes(0).of(MEANING, made.catalog)
    made.library.vectors.delete([digest_of(8)])
    assert 9 not in index.search(made.rows[8], 5)[0]


def test_closing_gives_up_what_is_being_built(made: Made) -> None:
    indexes = made.indexes(1000)
    exact = made.indexes()
    exact.of(MEANING, made.catalog)
    exact.save(made.catalog)
    indexes.of(MEANING, made.catalog)
    indexes.tend(made.catalog)
    indexes.close()
    assert not indexes._growing.busy
    indexes.tend(made.catalog)
    assert not indexes._growing.busy and indexes.of(MEANING, made.catalog).search(made.rows[1], 1)[0].tolist() == [2]


def _saved_exact(made: Made) -> None:
    exact = made.indexes()
    exact.of(MEANING, made.catalog)
    exact.save(made.catalog)


def test_what_could_not_be_built_is_not_tried_again_until_there_is_another_index(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: Any) -> None:
        raise ValueError("rows of two models")

    _saved_exact(made)
    indexes = made.indexes(1000)
    indexes.of(MEANING, made.catalog)
    monkeypatch.setattr(indexes._maker, "build", refuse)
    while not indexes._growing._failed:
        indexes.tend(made.catalog)
    monkeypatch.undo()
    for _ in range(3):
        indexes.tend(made.catalog)
        assert not indexes._growing.busy
    indexes.forget(MEANING, VERSION)  # as when models change places
    _saved_exact(made)
    wait_for_compact(indexes, made.catalog)


def test_a_question_waits_neither_for_the_disk_nor_for_what_came_meanwhile(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    indexes = made.indexes()
    indexes.of(MEANING, made.catalog)
    asked, waited = threading.Event(), []

    def slow(*_given: Any) -> None:
        answered = threading.Event()
        other = threading.Thread(target=lambda: (indexes.of(MEANING, made.catalog), answered.set()))
        asked.set()
        other.start()
        waited.append(not answered.wait(10))
        other.join(60)

    monkeypatch.setattr(store, "_flush", slow)
    indexes.save(made.catalog)
    monkeypatch.undo()
    assert asked.is_set() and not any(waited)


def test_what_is_saved_of_an_earlier_version_goes(made: Made) -> None:
    indexes = made.indexes()
    store.save_index(made.paths.indexes, indexes.of(MEANING, made.catalog), store.Stamp("meaning-older", 1, SMALL))
    indexes.save(made.catalog)
    assert store.saved_features(made.paths.indexes) == (VERSION,)
    assert not list(made.paths.indexes.glob("meaning-older*"))


def test_the_book_of_digests_reads_only_what_is_new(made: Made) -> None:
    book = DigestBook()
    assert book.look_up(np.array([1, 2]))[0].tolist() == []
    book.catch_up(made.catalog)
    ids, digests = book.look_up(np.array([7, 2, SMALL + 1, 600, 10**9, -4]))
    assert dict(zip(ids.tolist(), digests, strict=True)) == {n: digest_of(n - 1) for n in (2, 7, 600)}
    assert digests == sorted(digests)
    made.grow(rows_of(2, 8))
    book.catch_up(made.catalog)
    assert book.look_up(np.array([SMALL + 2]))[1] == [digest_of(SMALL + 1)]
