"""Pairs of photos whose hashes are near each other, as they are or with one of them turned or mirrored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.features.copy import HASH_BYTES, NEAR, TURNS, turned_bits
from app.engine.index.table import load_faiss

MOST = 256
"""So many near photos are kept for each photo, the nearest ones; thousands of frames of one scene would fill the memory."""

# FAISS compares 64 bytes twice as fast as 72. Leaving bits out can only shorten a distance, so nothing is lost.
COARSE_BYTES = 64
BLOCK = 1024
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
    tick: Callable[[float], None] | None = None,
) -> Pairs:
    """All pairs of photos that are at most `radius` bits apart in the best of the 8 turns.

    `hashes` uint8 (n, 72); photos of quality 0 (n,) are left out. With `fresh` (n,) only pairs with at least one fresh photo
    are looked for. `tick` hears the share that is done, 0..1, several times a second; what it raises stops the work.
    """
    newest = np.ones(len(ids), np.bool_) if fresh is None else fresh
    order = np.lexsort((~newest, qualities == 0))[: np.count_nonzero(qualities)]  # fresh photos first
    ids, hashes = ids[order], np.ascontiguousarray(hashes[order])
    asked = int(newest[order].sum())
    found: list[Found] = [_none()]
    for start in range(0, asked, BLOCK):
        if tick is not None:
            tick(start * (2 * len(ids) - start) / max(1, asked * (2 * len(ids) - asked)))
        found.append(_block(hashes, start, min(start + BLOCK, asked), radius))
    first, second, distance, turn = (np.concatenate([part[column] for part in found]) for column in range(4))
    return Pairs(ids[first], ids[second], distance.astype(np.int32), turn.astype(np.int8))


def _none() -> Found:
    return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.int8)


def _block(hashes: NDArray[np.uint8], start: int, stop: int, radius: int) -> Found:
    """The near pairs of photos start..stop-1 with photos that come later, by position, each in its best turn."""
    faiss = load_faiss()
    turned = turned_bits(hashes[start:stop])
    others = faiss.IndexBinaryFlat(8 * COARSE_BYTES)
    others.add(np.ascontiguousarray(hashes[start:, :COARSE_BYTES]))
    queries = np.ascontiguousarray(turned[..., :COARSE_BYTES].reshape(-1, COARSE_BYTES))
    limits, _, second = others.range_search(queries, radius + 1)  # FAISS means "less than"
    asked = np.repeat(np.arange(len(queries)), np.diff(limits).astype(np.int64))
    later = second > asked // len(TURNS)
    asked, second = asked[later], second[later]
    distance = np.bitwise_count(turned.reshape(-1, HASH_BYTES)[asked] ^ hashes[start + second]).sum(axis=1, dtype=np.int32)
    near = distance <= radius
    first, turn = np.divmod(asked[near], len(TURNS))
    first, second, distance, turn = _best_turn(first, second[near], distance[near], turn)
    kept = _nearest(first, distance)
    return start + first[kept], start + second[kept], distance[kept], turn[kept].astype(np.int8)


def _best_turn(
    first: NDArray[np.int64], second: NDArray[np.int64], distance: NDArray[np.int32], turn: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
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
