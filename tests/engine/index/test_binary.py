"""Hashes within a distance, asked in several turns at once; exempt rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.engine.index.binary import BinaryIndex


def some_rows(count: int, seed: int = 0) -> NDArray[np.uint8]:
    rows = np.random.default_rng(seed).integers(0, 256, (count, 73), dtype=np.uint8)
    rows[:, 72] = 90
    return rows


def flipped(row: NDArray[np.uint8], bits: int) -> NDArray[np.uint8]:
    """The row with its first `bits` bits changed."""
    changed = np.unpackbits(row)
    changed[:bits] ^= 1
    return np.packbits(changed)


def test_within_gives_everything_up_to_the_radius_and_nothing_beyond() -> None:
    row = some_rows(1)[0]
    index = BinaryIndex()
    index.add(np.arange(5), np.stack([flipped(row, bits) for bits in (0, 63, 64, 65, 200)]))
    ids, distances, which = index.within(row[None, :72], 64)
    assert ids.tolist() == [0, 1, 2] and distances.tolist() == [0, 63, 64] and which.tolist() == [0, 0, 0]


def test_within_names_the_nearest_of_several_queries_once() -> None:
    rows = some_rows(6)
    index = BinaryIndex()
    index.add(np.arange(6), rows)
    queries = np.stack([flipped(rows[4], 30), flipped(rows[2], 9), flipped(rows[2], 3), rows[5]])[:, :72]
    ids, distances, which = index.within(queries, 64)
    assert ids.tolist() == [5, 2, 4] and distances.tolist() == [0, 3, 30] and which.tolist() == [3, 2, 0]
    assert index.within(queries, 64, np.array([4, 0]))[0].tolist() == [4]


def test_within_an_empty_index_finds_nothing() -> None:
    assert all(len(part) == 0 for part in BinaryIndex().within(some_rows(8), 576))


def test_exempt_rows_never_enter_and_push_out_what_they_replace() -> None:
    index, rows = BinaryIndex(), some_rows(4)
    rows[1, 72] = 0
    index.add(np.array([10, 11, 12, 13]), rows)
    assert sorted(index.ids().tolist()) == [10, 12, 13]
    assert index.within(rows[1:2], 576)[0].tolist() != [] and 11 not in index.within(rows[1:2], 576)[0]
    rows[2, 72] = 0
    index.add(np.array([12]), rows[2:3])
    assert sorted(index.ids().tolist()) == [10, 13]
