"""What every index promises: the same tests over cosines, hashes and colors, each against brute force."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.engine.histograms import BINS, pack_shares, unpack_shares
from app.engine.index.binary import BinaryIndex
from app.engine.index.color import ColorIndex
from app.engine.index.compact import CompactIndex
from app.engine.index.compact_color import CompactColorIndex
from app.engine.index.compact_look import CompactLookIndex
from app.engine.index.exact import ExactIndex
from app.engine.index.ids import Ids
from app.engine.index.look import LookIndex
from app.engine.index.measure import Cosine, Measure
from app.engine.index.whitening import Spread, Whitening


@dataclass(frozen=True)
class Kind:
    """An index to test: how to make it and rows for it, and the true order of rows for a query (worse is larger)."""

    make: Callable[[], Any]
    rows: Callable[[int], NDArray[Any]]
    cost: Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]
    rising: bool = False


class Stored:
    """For a compact index: the rows that it was given by id, where a library would have them in its store."""

    length: int
    stored: dict[int, NDArray[Any]]

    def add(self, ids: Ids, rows: NDArray[Any]) -> None:
        super().add(ids, rows)  # type: ignore[misc]
        self.stored.update(zip(np.asarray(ids).tolist(), rows, strict=True))

    def fetch(self, ids: Ids) -> tuple[Ids, NDArray[Any]]:
        there = [i for i in reversed(ids.tolist()) if i in self.stored]
        rows = [self.stored[i] for i in there]
        return np.array(there, np.int64), np.stack(rows) if rows else np.empty((0, self.length))


class StoredIndex(Stored, CompactIndex):
    def __init__(self, measure: Measure, stored: dict[int, NDArray[Any]]) -> None:
        super().__init__(measure, self.fetch, few=20)
        self.stored = stored


class StoredColorIndex(Stored, CompactColorIndex):
    def __init__(self, stored: dict[int, NDArray[Any]]) -> None:
        super().__init__(self.fetch, few=20)
        self.stored = stored


class StoredLookIndex(Stored, CompactLookIndex):
    def __init__(self, whitening: Whitening, stored: dict[int, NDArray[Any]]) -> None:
        super().__init__(whitening, self.fetch, few=20)
        self.stored = stored


def unit_rows(count: int) -> NDArray[np.float32]:
    rows = np.random.default_rng(0).normal(size=(count, 64)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def hash_rows(count: int) -> NDArray[np.uint8]:
    rows = np.random.default_rng(0).integers(0, 256, (count, 73), dtype=np.uint8)
    rows[:, 72] = 90
    return rows


def color_rows(count: int) -> NDArray[np.uint8]:
    return pack_shares(np.random.default_rng(0).dirichlet(np.full(BINS, 0.02), count).astype(np.float32))


def plain_rows(count: int) -> NDArray[np.float16]:
    """Rows as the look extractor gives them: of any length, no number below zero, some larger than others."""
    rows = np.random.default_rng(0).gamma(0.5, np.linspace(0.1, 1, 64), (count, 64))
    return rows.astype(np.float16)


WHITENING = Whitening.learn(Spread.of(plain_rows(300)), 0, length=16)


def whitened_cost(rows: NDArray[Any], query: NDArray[Any]) -> NDArray[Any]:
    return -(WHITENING.apply(rows) @ WHITENING.apply(query[None])[0])


def cosine_cost(rows: NDArray[Any], query: NDArray[Any]) -> NDArray[Any]:
    return -(rows @ query)


def histogram_cost(rows: NDArray[Any], query: NDArray[Any]) -> NDArray[Any]:
    return np.abs(unpack_shares(rows) - unpack_shares(query[None])).sum(axis=1)


_MEANING: dict[int, NDArray[Any]] = {}
_LOOK: dict[int, NDArray[Any]] = {}
_COLOR: dict[int, NDArray[Any]] = {}
KINDS = {
    "exact": Kind(lambda: ExactIndex(64), unit_rows, cosine_cost, rising=True),
    "look": Kind(lambda: LookIndex(WHITENING), plain_rows, whitened_cost, rising=True),
    "compact": Kind(lambda: StoredIndex(Cosine(64), _MEANING), unit_rows, cosine_cost, rising=True),
    "compact look": Kind(lambda: StoredLookIndex(WHITENING, _LOOK), plain_rows, whitened_cost, rising=True),
    "compact color": Kind(lambda: StoredColorIndex(_COLOR), color_rows, histogram_cost),
    "binary": Kind(BinaryIndex, hash_rows, lambda rows, query: np.bitwise_count(rows[:, :72] ^ query[:72]).sum(axis=1)),
    "color": Kind(ColorIndex, color_rows, histogram_cost),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


def filled(kind: Kind, count: int = 300) -> tuple[Any, NDArray[np.int64], NDArray[Any]]:
    index, ids, rows = kind.make(), np.random.default_rng(1).permutation(10 * count)[:count].astype(np.int64), kind.rows(count)
    index.add(ids, rows)
    return index, ids, rows


def test_finds_what_brute_force_finds_in_its_order(kind: Kind) -> None:
    index, ids, rows = filled(kind)
    for at in (0, 7, 299):
        cost = kind.cost(rows, rows[at])
        found, scores = index.search(rows[at], 10)
        assert found[0] == ids[at]
        costs = dict(zip(ids.tolist(), cost.tolist(), strict=True))
        assert np.allclose([costs[i] for i in found.tolist()], np.sort(cost)[:10], atol=2e-3)
        assert len(scores) == 10 and (np.diff(scores) <= 0).all() == kind.rising


def test_keeps_to_what_is_allowed(kind: Kind) -> None:
    index, ids, rows = filled(kind)
    allowed = ids[1::3]
    found, _ = index.search(rows[0], 1000, allowed)
    assert sorted(found.tolist()) == sorted(allowed.tolist())
    best, _ = index.search(rows[0], 1, allowed)
    cost = kind.cost(rows[1::3], rows[0])
    assert cost[allowed.tolist().index(int(best[0]))] == pytest.approx(cost.min(), abs=2e-3)
    assert index.search(rows[0], 5, np.array([10**12]))[0].tolist() == []
    assert index.search(rows[0], 5, np.empty(0, np.int64))[0].tolist() == []


def test_asking_for_more_than_there_is_gives_all(kind: Kind) -> None:
    index, ids, rows = filled(kind, 12)
    found, scores = index.search(rows[3], 500)
    assert sorted(found.tolist()) == sorted(ids.tolist()) and len(scores) == 12


def test_an_empty_index_finds_nothing(kind: Kind) -> None:
    index, rows = kind.make(), kind.rows(1)
    assert len(index) == 0 and index.ids().tolist() == []
    assert index.search(rows[0], 5)[0].tolist() == [] and index.search(rows[0], 5, np.array([1]))[0].tolist() == []


def test_asking_for_none_gives_none(kind: Kind) -> None:
    index, _, rows = filled(kind, 5)
    assert index.search(rows[0], 0)[0].tolist() == []


def test_adding_an_id_again_replaces_its_row(kind: Kind) -> None:
    index, ids, rows = filled(kind, 50)
    fresh = kind.rows(60)[50:]
    index.add(ids[:10], fresh)
    assert len(index) == 50 and sorted(index.ids().tolist()) == sorted(ids.tolist())
    for photo, row in zip(ids[:10], fresh, strict=True):
        assert index.search(row, 1)[0].tolist() == [photo]
    found, _ = index.search(rows[0], 50)
    assert len(set(found.tolist())) == 50


def test_of_an_id_given_twice_the_last_row_counts(kind: Kind) -> None:
    index, rows = kind.make(), kind.rows(3)
    index.add(np.array([4, 9, 4]), rows)
    assert sorted(index.ids().tolist()) == [4, 9]
    assert index.search(rows[2], 1)[0].tolist() == [4]
    cost = kind.cost(rows[2][None], rows[0])[0]
    assert abs(index.search(rows[0], 1, np.array([4]))[1][0]) == pytest.approx(abs(cost), abs=2e-3)


def test_removed_ids_are_gone_and_the_others_stay_right(kind: Kind) -> None:
    index, ids, rows = filled(kind)
    index.remove([*ids[:100].tolist(), 10**9])
    assert len(index) == 200
    for at in (100, 150, 299):
        assert index.search(rows[at], 1)[0].tolist() == [ids[at]]
    assert not np.isin(index.search(rows[0], 300)[0], ids[:100]).any()
    index.remove(ids.tolist())
    assert len(index) == 0 and index.search(rows[0], 3)[0].tolist() == []
    index.add(ids[:5], rows[:5])
    assert index.search(rows[2], 1)[0].tolist() == [ids[2]]


def test_rows_of_another_length_are_refused(kind: Kind) -> None:
    index, rows = kind.make(), kind.rows(4)
    with pytest.raises(ValueError, match="expected rows"):
        index.add(np.arange(3), rows)
    with pytest.raises(ValueError, match="expected rows"):
        index.add(np.arange(4), rows[:, :-1])
    assert len(index) == 0


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.rising])
def test_what_is_no_number_is_refused_and_changes_nothing(name: str) -> None:
    index, rows = KINDS[name].make(), unit_rows(4)
    index.add(np.arange(4), rows)
    bad = rows.copy()
    bad[2, 5] = np.nan
    with pytest.raises(ValueError, match="not a number"):
        index.add(np.arange(4), bad)
    with pytest.raises(ValueError, match="not a number"):
        index.search(bad[2], 2)
    assert index.search(rows[2], 1)[0].tolist() == [2]


def test_searching_while_another_thread_adds_and_removes(kind: Kind) -> None:
    index, rows = kind.make(), kind.rows(400)
    index.add(np.arange(100), rows[:100])
    failures: list[BaseException] = []

    def change() -> None:
        try:
            for at in range(100, 400, 10):
                index.add(np.arange(at, at + 10), rows[at : at + 10])
                index.remove(range(at, at + 5))
        except BaseException as failure:
            failures.append(failure)

    writer = threading.Thread(target=change)
    writer.start()
    while writer.is_alive():
        for at in (0, 50, 99):
            assert index.search(rows[at], 3)[0][0] == at
    writer.join()
    assert not failures and len(index) == 250


@pytest.mark.parametrize("share", [0.01, 0.1, 0.9])
def test_a_filtered_search_equals_brute_force_over_what_is_allowed(kind: Kind, share: float) -> None:
    index, ids, rows = filled(kind, 3000)
    rng = np.random.default_rng(2)
    for at in range(0, 3000, 300):
        allowed = rng.permutation(ids)[: round(share * len(ids))]
        found, _ = index.search(rows[at], 10, np.append(allowed, 10**12))
        costs = dict(zip(ids.tolist(), kind.cost(rows, rows[at]).tolist(), strict=True))
        assert set(found.tolist()) <= set(allowed.tolist())
        assert np.allclose([costs[i] for i in found.tolist()], sorted(costs[i] for i in allowed.tolist())[:10], atol=2e-3)
