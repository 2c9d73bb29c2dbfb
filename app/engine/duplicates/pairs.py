"""Pairs of photos whose hashes are near each other, as they are or with one of them turned or mirrored.

Mirroring a picture changes the sign of its odd frequencies and leaves the even ones, so one comparison of the bits that are even
across and down stands for four turns, and one with the axes exchanged for the other four. 128 of these 144 bits, which FAISS
compares four times as fast as 512, propose the pairs; all 576 bits in each turn decide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.features.copy import BITS, FREQUENCIES, NEAR, TURNS, turned_bits
from app.engine.index.table import load_faiss
from app.engine.types import Turn

MOST = 256
"""So many near photos are kept for each photo, the nearest ones; thousands of frames of one scene would fill the memory."""

PROPOSING = 128
SLACK = 12
"""So many more of the proposing bits may differ than their share of the radius. Of copies whose flipped bits lie at random 99.8 %
are proposed at the greatest distance, and more at smaller ones; of 17,398 pairs of edited photos all are. Of pairs of different
photos one in 200,000 is proposed."""
BLOCK = 512
"""So many photos are compared with all later ones at a time."""
CHECKED = 1 << 16
"""So many proposed pairs are checked at a time."""
_UPRIGHT = np.array([turn in (Turn.NONE, Turn.MIRROR, Turn.FLIP, Turn.ROTATE180) for turn in TURNS])
_FOUR = np.stack([np.flatnonzero(_UPRIGHT), np.flatnonzero(~_UPRIGHT)])
"""The numbers of the turns that keep the axes, and of those that exchange them."""
Found = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32], NDArray[np.int8]]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of photos: `first` and `second` are ids, `distance` in bits, `turn` numbers in `TURNS`; arrays of one length.

    Turning the photo `first` by its turn gives the photo `second`.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    distance: NDArray[np.int32]
    turn: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.first)

    @classmethod
    def none(cls) -> Pairs:
        """No pairs."""
        return cls(*_none())

    def only(self, which: NDArray[np.bool_]) -> Pairs:
        """The pairs where `which` (n,) is true."""
        return Pairs(self.first[which], self.second[which], self.distance[which], self.turn[which])

    def joined(self, other: Pairs) -> Pairs:
        """These pairs and then the others."""
        return Pairs(
            np.concatenate([self.first, other.first]),
            np.concatenate([self.second, other.second]),
            np.concatenate([self.distance, other.distance]),
            np.concatenate([self.turn, other.turn]),
        )


def near_pairs(
    ids: NDArray[np.int64],
    hashes: NDArray[np.uint8],
    qualities: NDArray[np.uint8],
    radius: int = NEAR,
    *,
    fresh: NDArray[np.bool_] | None = None,
    proposing: NDArray[np.uint8] | None = None,
    threads: int = 1,
    tick: Callable[[float], None] | None = None,
) -> Pairs:
    """All pairs of photos that are at most `radius` bits apart in the best of the 8 turns.

    `hashes` uint8 (n, 72); photos of quality 0 (n,) are left out. With `fresh` (n,) only pairs with at least one fresh photo
    are looked for, in a time that grows with the number of these and of all, not with that of all pairs. `proposing` are the
    `proposing_bits` of the hashes, where they are known. So many `threads` compare. `tick` hears the share that is done, 0..1,
    several times a second; what it raises stops the work.
    """
    newest = np.ones(len(ids), np.bool_) if fresh is None else fresh
    order = np.lexsort((~newest, qualities == 0))[: np.count_nonzero(qualities)]  # fresh photos first
    asked = int(newest[order].sum())
    if not asked:
        return Pairs.none()
    ids, hashes = ids[order], np.ascontiguousarray(hashes[order])
    proposing = proposing_bits(hashes) if proposing is None else np.ascontiguousarray(proposing[order])

    def near(start: int) -> Found:
        return _block(hashes, proposing, start, min(start + BLOCK, asked), radius)

    if tick is not None:
        tick(0.0)
    found: list[Found] = [_none()]
    pool = ThreadPoolExecutor(threads)
    try:
        for start, of_block in zip(range(0, asked, BLOCK), pool.map(near, range(0, asked, BLOCK)), strict=True):
            found.append(of_block)
            done = min(start + BLOCK, asked)
            if tick is not None:
                tick(done * (2 * len(ids) - done) / (asked * (2 * len(ids) - asked)))
    finally:
        pool.shutdown(cancel_futures=True)
    first, second, distance, turn = _joined(found)
    return Pairs(ids[first], ids[second], distance, turn)


def proposing_bits(hashes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The bits uint8 (n, 16) of hashes (n, 72) that propose pairs."""
    return np.concatenate([_even(hashes[at : at + CHECKED]) for at in range(0, max(1, len(hashes)), CHECKED)])


def _joined(parts: Sequence[Found]) -> Found:
    """The pairs of all parts, one part after the other."""
    first, second, distance, turn = (np.concatenate([part[column] for part in parts]) for column in range(4))
    return first, second, distance, turn


def _none() -> Found:
    return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.int8)


def _block(hashes: NDArray[np.uint8], proposing: NDArray[np.uint8], start: int, stop: int, radius: int) -> Found:
    """The near pairs of photos start..stop-1 with photos that come later, by position, each in its best turn."""
    faiss = load_faiss()
    turned = turned_bits(hashes[start:stop])
    others = faiss.IndexBinaryFlat(PROPOSING)
    others.add(proposing[start:])
    queries = np.concatenate([_even(turned[:, four[0]]) for four in _FOUR])
    most = min(radius, radius * PROPOSING // BITS + SLACK)
    limits, _, second = others.range_search(queries, most + 1)  # FAISS means "less than"
    asked = np.repeat(np.arange(len(queries)), np.diff(limits).astype(np.int64))
    exchanged, first = np.divmod(asked, stop - start)
    later = np.flatnonzero(second > first)
    parts = [_none()]
    for at in range(0, len(later), CHECKED):
        some = later[at : at + CHECKED]
        parts.append(_checked(turned, hashes[start:], first[some], second[some], exchanged[some], radius))
    found, other, distance, turn = _best_turn(*_joined(parts))
    kept = _nearest(found, distance)
    return start + found[kept], start + other[kept], distance[kept], turn[kept]


def _checked(
    turned: NDArray[np.uint8],
    hashes: NDArray[np.uint8],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    exchanged: NDArray[np.int64],
    radius: int,
) -> Found:
    """Those of the proposed pairs that are near, each in the best of four turns."""
    turns = _FOUR[exchanged]
    distances = np.bitwise_count(turned[first[:, None], turns] ^ hashes[second][:, None]).sum(axis=2, dtype=np.int32)
    best = distances.argmin(axis=1)
    rows = np.arange(len(best))
    distance = distances[rows, best]
    near = distance <= radius
    return first[near], second[near], distance[near], turns[rows, best][near].astype(np.int8)


def _even(hashes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The proposing bits uint8 (n, 16) of hashes (n, 72): frequencies that are even across and down, from the lowest down on."""
    bits = np.unpackbits(hashes, axis=1).reshape(-1, FREQUENCIES, FREQUENCIES)[:, ::2, ::2]
    return np.packbits(bits.reshape(-1, BITS // 4)[:, :PROPOSING], axis=1)


def _best_turn(first: NDArray[np.int64], second: NDArray[np.int64], distance: NDArray[np.int32], turn: NDArray[np.int8]) -> Found:
    """Of several turns in which two photos are near, the nearest; sorted by the first photo."""
    order = np.lexsort((turn, distance, second, first))
    first, second = first[order], second[order]
    new = np.ones(len(order), np.bool_)
    new[1:] = (np.diff(first) != 0) | (np.diff(second) != 0)
    return first[new], second[new], distance[order][new], turn[order][new]


def _nearest(first: NDArray[np.int64], distance: NDArray[np.int32]) -> NDArray[np.int64]:
    """The positions of at most `MOST` nearest pairs of every first photo; `first` is sorted."""
    order = np.lexsort((distance, first))
    place = np.arange(len(first)) - np.searchsorted(first, first)  # of each pair among those of its photo
    return order[place < MOST]
