"""Pairs of photos whose hashes are near each other, as they are or with one of them turned or mirrored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.types import Turn

SIDE = 24
BITS = SIDE * SIDE
HASH_BYTES = BITS // 8
TURNS = tuple(Turn)

RADIUS = 104
"""Bits of 576. Measured: see `docs` of the tests; copies by JPEG 10 to 75, any size, gray, squashed, turned lie within 80,
different photos hardly ever within 124."""

COARSE_BYTES = 64
# FAISS compares 64 bytes twice as fast as 72. Leaving bits out can only shorten a distance, so nothing is lost.
BLOCK = 1024


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


def near_pairs(
    ids: NDArray[np.int64],
    hashes: NDArray[np.uint8],
    qualities: NDArray[np.uint8],
    radius: int = RADIUS,
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
    found: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32], NDArray[np.int8]]] = []
    for start in range(0, asked, BLOCK):
        if tick is not None:
            tick(start * (2 * len(ids) - start) / max(1, asked * (2 * len(ids) - asked)))
        found.append(_block(hashes, start, min(start + BLOCK, asked), radius))
    if not found:
        return Pairs(*(np.empty(0, kind) for kind in (np.int64, np.int64, np.int32, np.int8)))
    first, second, distance, turn = (np.concatenate(part) for part in zip(*found, strict=True))
    return Pairs(ids[first], ids[second], distance, turn)


def turned_bits(hashes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Hashes uint8 (n, 8, 72) of photos turned by each of `TURNS`, from the hashes (n, 72) of the photos as they are.

    Mirroring changes the sign of every odd frequency across, and exchanging the axes transposes the frequencies. The
    median, which every bit is compared with, moves a little: for 99 % of photos at most 31 of 576 bits come out differently.
    """
    bits = np.unpackbits(hashes, axis=1).reshape(-1, SIDE, SIDE)
    odd = np.arange(SIDE, dtype=np.uint8) % 2
    across, down = odd[None, :], odd[:, None]
    turned = {
        Turn.NONE: bits,
        Turn.MIRROR: bits ^ across,
        Turn.FLIP: bits ^ down,
        Turn.ROTATE180: bits ^ across ^ down,
    }
    swapped = bits.transpose(0, 2, 1)
    turned |= {
        Turn.TRANSPOSE: swapped,
        Turn.ROTATE90: swapped ^ across,  # transposed, then left becomes right
        Turn.ROTATE270: swapped ^ down,
        Turn.TRANSVERSE: swapped ^ across ^ down,
    }
    return np.packbits(np.stack([turned[turn].reshape(-1, BITS) for turn in TURNS], axis=1), axis=2)


def _block(
    hashes: NDArray[np.uint8], start: int, stop: int, radius: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32], NDArray[np.int8]]:
    """The near pairs of photos start..stop-1 with photos that come later, by position, each in its best turn."""
    import faiss

    turned = turned_bits(hashes[start:stop])
    others = faiss.IndexBinaryFlat(8 * COARSE_BYTES)
    others.add(np.ascontiguousarray(hashes[start:, :COARSE_BYTES]))
    queries = np.ascontiguousarray(turned[..., :COARSE_BYTES].reshape(-1, COARSE_BYTES))
    limits, _, slots = others.range_search(queries, radius + 1)  # FAISS means "less than"
    asked = np.repeat(np.arange(len(queries)), np.diff(limits).astype(np.int64))
    asked, slots = asked[slots > asked // len(TURNS)], slots[slots > asked // len(TURNS)]
    distance = np.bitwise_count(turned.reshape(-1, HASH_BYTES)[asked] ^ hashes[start + slots]).sum(axis=1, dtype=np.int32)
    near = distance <= radius
    first, turn, second, distance = asked[near] // len(TURNS), asked[near] % len(TURNS), slots[near], distance[near]
    best = np.lexsort((turn, distance, second, first))
    first, turn, second, distance = first[best], turn[best], second[best], distance[best]
    new = np.ones(len(first), np.bool_)
    new[1:] = (np.diff(first) != 0) | (np.diff(second) != 0)
    return start + first[new], start + second[new], distance[new], turn[new].astype(np.int8)
