"""Near pairs among all photos, against brute force and against really turned pictures."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from app.engine.duplicates import pairs as pairs_module
from app.engine.duplicates.memory import PairMemory, Rows
from app.engine.duplicates.pairs import Pairs, near_pairs, turned_bits
from app.engine.errors import Cancelled
from app.engine.features.copy import TURNS, hash_grays, small_gray
from app.engine.types import Turn
from tests.conftest import draw_photo
from tests.engine.features.test_copy import TURNED_BY_PILLOW


def near_rows(families: int, members: int, bits: int, seed: int = 0) -> NDArray[np.uint8]:
    """Hashes (n, 72): random ones, each followed by copies in which up to `bits` random bits differ, turned at random."""
    rng = np.random.default_rng(seed)
    rows = []
    for base in rng.integers(0, 2, (families, 576), dtype=np.uint8):
        for _ in range(members):
            changed = base.copy()
            changed[rng.choice(576, rng.integers(0, bits + 1), replace=False)] ^= 1
            rows.append(turned_bits(np.packbits(changed)[None])[0, rng.integers(8)])
    return np.stack(rows)


def by_brute_force(ids: NDArray[np.int64], hashes: NDArray[np.uint8], radius: int) -> dict[tuple[int, int], int]:
    turned = turned_bits(hashes)
    found = {}
    for one in range(len(ids)):
        nearest = np.bitwise_count(turned[one][:, None] ^ hashes[None, :]).sum(axis=2).min(axis=0)
        for other in range(one + 1, len(ids)):
            if nearest[other] <= radius:
                found[min(ids[one], ids[other]), max(ids[one], ids[other])] = int(nearest[other])
    return found


def as_dict(found: Pairs) -> dict[tuple[int, int], int]:
    rows = zip(found.first.tolist(), found.second.tolist(), found.distance.tolist(), strict=True)
    return {(min(one, other), max(one, other)): distance for one, other, distance in rows}


def good(count: int) -> NDArray[np.uint8]:
    return np.full(count, 90, np.uint8)


@pytest.mark.parametrize("radius", [0, 30, 64, 112])
def test_finds_exactly_what_brute_force_finds(radius: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs_module, "BLOCK", 37)
    hashes = near_rows(30, 6, 45)
    ids = np.random.default_rng(1).permutation(5000)[:180].astype(np.int64)
    found = near_pairs(ids, hashes, good(180), radius, threads=3)
    expected = by_brute_force(ids, hashes, radius)
    assert len(found) == len(expected) and as_dict(found) == expected
    assert radius < 30 or len(expected) > 100


def test_the_named_turn_of_the_first_gives_the_second() -> None:
    hashes = near_rows(20, 4, 20)
    found = near_pairs(np.arange(80), hashes, good(80), 60)
    assert len(found) == 20 * 6
    turned = turned_bits(hashes)[found.first, found.turn]
    assert np.array_equal(np.bitwise_count(turned ^ hashes[found.second]).sum(axis=1), found.distance)


@pytest.mark.parametrize("turn", TURNS)
def test_really_turned_pictures_are_found_with_their_turn(turn: Turn) -> None:
    for seed in range(3):
        photo = draw_photo(seed, (640, 448))
        grays = [small_gray(np.asarray(picture)) for picture in (photo, TURNED_BY_PILLOW[turn](photo), draw_photo(seed + 50))]
        hashes, quality = hash_grays(np.stack(grays))
        found = near_pairs(np.array([3, 8, 9]), hashes, quality)
        assert (found.first.tolist(), found.second.tolist()) == ([3], [8])
        assert TURNS[found.turn[0]] is turn and found.distance[0] <= 64


def test_turning_bits_twice_leads_back() -> None:
    hashes = near_rows(5, 1, 0)
    back = {Turn.ROTATE90: Turn.ROTATE270, Turn.ROTATE270: Turn.ROTATE90}
    for place, turn in enumerate(TURNS):
        again = turned_bits(turned_bits(hashes)[:, place])[:, TURNS.index(back.get(turn, turn))]
        assert np.array_equal(again, hashes)


def test_photos_of_no_quality_have_no_pairs() -> None:
    hashes, quality = near_rows(4, 3, 5), good(12)
    quality[0] = quality[4] = 0
    found = near_pairs(np.arange(12), hashes, quality, 40)
    assert {0, 4}.isdisjoint(found.first.tolist() + found.second.tolist())
    assert len(found) == 1 + 1 + 3 + 3


def test_with_fresh_photos_only_their_pairs_are_looked_for() -> None:
    hashes = near_rows(12, 5, 20)
    fresh = np.zeros(60, np.bool_)
    fresh[[3, 17, 18, 59]] = True
    everything = as_dict(near_pairs(np.arange(60), hashes, good(60), 64))
    found = as_dict(near_pairs(np.arange(60), hashes, good(60), 64, fresh=fresh))
    assert found == {pair: distance for pair, distance in everything.items() if fresh[list(pair)].any()}
    assert len(near_pairs(np.arange(60), hashes, good(60), 64, fresh=np.zeros(60, np.bool_))) == 0


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_photos_have_no_pairs(count: int) -> None:
    assert len(near_pairs(np.arange(count), near_rows(1, 1, 0)[:count].reshape(count, 72), good(count))) == 0


def test_of_a_crowd_the_nearest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs_module, "MOST", 10)
    hashes = near_rows(1, 100, 30)
    found = near_pairs(np.arange(100), hashes, good(100), 80)
    every = by_brute_force(np.arange(100), hashes, 80)
    for photo in (0, 40, 88):
        near = sorted(distance for (one, _), distance in every.items() if one == photo)
        assert sorted(found.distance[found.first == photo].tolist()) == near[:10]


def test_progress_grows_and_its_refusal_stops_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs_module, "BLOCK", 8)
    hashes, heard = near_rows(20, 3, 10), []
    near_pairs(np.arange(60), hashes, good(60), threads=2, tick=heard.append)
    assert heard[0] == 0 and heard == sorted(heard) and heard[-1] == 1

    def refuse(share: float) -> None:
        if share > 0.3:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        near_pairs(np.arange(60), hashes, good(60), tick=refuse)


def test_memory_reads_and_compares_new_photos_only_and_forgets_the_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.hstack([near_rows(10, 5, 20), good(50)[:, None]])
    order = np.random.default_rng(2).permutation(50)
    memory, read, before = PairMemory(), [], set()

    def rows_of(ids: NDArray[np.int64]) -> Rows:
        read.append(set(ids.tolist()))
        return ids, rows[ids]

    for known in (order[:20], order[:35], order, order[10:], order[10:30], order):
        found = memory.update(known.astype(np.int64), rows_of)
        assert as_dict(found) == as_dict(near_pairs(known.astype(np.int64), rows[known, :72], good(len(known))))
        assert read[-1] == set(known.tolist()) - before
        before = set(known.tolist())
    asked: list[int] = []
    monkeypatch.setattr(pairs_module, "_block", lambda *_: asked.append(1))
    assert len(memory.update(order.astype(np.int64), rows_of)) == len(found) and not asked


def test_a_photo_whose_row_was_lost_has_no_pairs_until_it_is_there() -> None:
    rows = np.hstack([near_rows(4, 2, 20), good(8)[:, None]])
    memory = PairMemory()
    assert len(memory.update(np.arange(8), lambda ids: (ids[ids != 3], rows[ids[ids != 3]]))) == 3
    assert len(memory.update(np.arange(8), lambda ids: (ids, rows[ids]))) == 4


def test_a_stopped_memory_catches_up_later() -> None:
    rows = np.hstack([near_rows(6, 4, 20), good(24)[:, None]])
    memory = PairMemory()

    def refuse(_share: float) -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        memory.update(np.arange(24), lambda ids: (ids, rows[ids]), refuse)
    assert len(memory.update(np.arange(24), lambda ids: (ids, rows[ids]))) == 36
