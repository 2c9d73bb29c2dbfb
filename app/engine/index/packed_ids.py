"""Ids of an inverted list on the disk: differences in as many bytes as they need, two or three instead of eight."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.engine.index.ids import Ids


def pack(ids: Ids) -> NDArray[np.uint8]:
    """The differences of ids, each zigzag coded, seven bits a byte, the lowest first; a set eighth bit says: more follows."""
    steps = np.diff(ids, prepend=0)
    values = ((steps << 1) ^ (steps >> 63)).astype(np.uint64)
    sizes = np.ones(len(values), np.int64)
    for bits in range(7, 64, 7):
        more = values >> np.uint64(bits) > 0
        if not more.any():
            break
        sizes += more
    starts = np.cumsum(sizes) - sizes
    packed = np.empty(int(sizes.sum()), np.uint8)
    for number in range(int(sizes.max(initial=0))):
        there = np.flatnonzero(sizes > number)
        low = (values[there] >> np.uint64(7 * number)) & np.uint64(127)
        packed[starts[there] + number] = low + np.where(sizes[there] > number + 1, 128, 0).astype(np.uint64)
    return packed


def unpack(packed: NDArray[np.uint8]) -> Ids:
    """What was packed. Raises ValueError where it cannot be that."""
    ends = np.flatnonzero(packed < 128)
    if (ends[-1] + 1 if len(ends) else 0) != len(packed):
        raise ValueError("the last id is cut off")
    starts = np.concatenate([[0], ends[:-1] + 1]).astype(np.int64)[: len(ends)]
    sizes = ends - starts + 1
    if sizes.max(initial=0) > 10:
        raise ValueError("an id is too long")
    values = np.zeros(len(ends), np.uint64)
    for number in range(int(sizes.max(initial=0))):
        there = np.flatnonzero(sizes > number)
        values[there] |= (packed[starts[there] + number] & np.uint8(127)).astype(np.uint64) << np.uint64(7 * number)
    steps = (values >> np.uint64(1)).astype(np.int64) ^ -(values & np.uint64(1)).astype(np.int64)
    return np.cumsum(steps)
