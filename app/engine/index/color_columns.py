"""Shares of 512 colors of very many photos, color by color, so that a question for a few colors touches only theirs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.engine.histograms import BINS
from app.engine.index.ids import Ids

BLOCK = 65_536
LEVELS = 15
GONE = -1
_DEAD = 0.1


class ColorColumns:
    """Square roots of the shares in four bits: two colors in a byte, blocks of (256, 65536) photos. Used under its owner's lock.

    A removed photo leaves its slot empty; when a tenth of them are, the blocks are written anew.
    """

    def __init__(self) -> None:
        self._blocks: list[NDArray[np.uint8]] = []
        self._slots: list[Ids] = []
        self._size = self._dead = 0

    @classmethod
    def of(cls, ids: Ids, levels: NDArray[np.uint8]) -> ColorColumns:
        """From what `packed` gave. Raises ValueError where it does not fit."""
        if levels.dtype != np.uint8 or levels.shape != (-(-len(ids) // BLOCK), BINS // 2, BLOCK):
            raise ValueError("colors and ids do not belong together")
        made = cls()
        made._blocks = list(levels)
        made._slots = [_slots(ids[at : at + BLOCK]) for at in range(0, len(ids), BLOCK)]
        made._size = len(ids)
        return made

    def append(self, ids: Ids, roots: NDArray[np.float32]) -> None:
        """Add square roots of shares (n, 512)."""
        levels = np.rint(LEVELS * roots).astype(np.uint8)
        bytes_ = np.ascontiguousarray((levels[:, ::2] | levels[:, 1::2] << 4).T)
        done = 0
        while done < len(ids):
            block, at = divmod(self._size, BLOCK)
            if block == len(self._blocks):
                self._blocks.append(np.zeros((BINS // 2, BLOCK), np.uint8))
                self._slots.append(_slots(np.empty(0, np.int64)))
            some = min(BLOCK - at, len(ids) - done)
            self._blocks[block][:, at : at + some] = bytes_[:, done : done + some]
            self._slots[block][at : at + some] = ids[done : done + some]
            self._size += some
            done += some

    def remove(self, ids: Ids) -> None:
        """Take ids out; unknown ones are no error."""
        if not len(ids):
            return
        for slots in self._slots:
            gone = np.isin(slots, ids) & (slots != GONE)
            self._dead += int(np.count_nonzero(gone))
            slots[gone] = GONE
        if self._dead > _DEAD * self._size + 1024:
            ids, levels = self.packed()
            self._blocks, self._slots = list(levels), [_slots(ids[at : at + BLOCK]) for at in range(0, len(ids), BLOCK)]
            self._size, self._dead = len(ids), 0

    def best(self, weights: NDArray[np.float32], count: int, allowed: Ids | None) -> tuple[Ids, NDArray[np.float32]]:
        """About the `count` photos with the largest estimated geometric mean of the shares; weights (512, m), m colors."""
        pairs = np.flatnonzero(weights.reshape(BINS // 2, -1).any(axis=1))
        squares = (np.arange(LEVELS + 1, dtype=np.float32) / LEVELS) ** 2
        byte = np.arange(256)
        found = [np.empty(0, np.int64)]
        shares = [np.empty(0, np.float32)]
        for block, slots in zip(self._blocks, self._slots, strict=True):
            sums = np.zeros((weights.shape[1], BLOCK), np.float32)
            for pair in pairs:
                for color, (low, high) in enumerate(weights[2 * pair : 2 * pair + 2].T):
                    if low or high:
                        table = low * squares[byte & 15] + high * squares[byte >> 4]
                        sums[color] += table[block[pair]]
            share = np.exp(np.log(np.maximum(sums, 1e-12)).mean(axis=0))
            there = np.flatnonzero(slots != GONE if allowed is None else np.isin(slots, allowed) & (slots != GONE))
            if len(there) > count:
                there = there[np.argpartition(-share[there], count - 1)[:count]]
            found.append(slots[there])
            shares.append(share[there])
        ids, all_shares = np.concatenate(found), np.concatenate(shares)
        order = np.lexsort((ids, -all_shares))[:count]
        return ids[order], all_shares[order]

    def packed(self) -> tuple[Ids, NDArray[np.uint8]]:
        """The ids and, without empty slots, their bytes (blocks, 256, 65536)."""
        ids = np.concatenate([np.empty(0, np.int64), *[slots[slots != GONE] for slots in self._slots]])
        levels = np.zeros((-(-len(ids) // BLOCK), BINS // 2, BLOCK), np.uint8)
        at = 0
        for block, slots in zip(self._blocks, self._slots, strict=True):
            kept = block[:, slots != GONE]
            done = 0
            while done < kept.shape[1]:
                to, within = divmod(at, BLOCK)
                some = min(BLOCK - within, kept.shape[1] - done)
                levels[to, :, within : within + some] = kept[:, done : done + some]
                at, done = at + some, done + some
        return ids, levels


def _slots(ids: Ids) -> Ids:
    """A block's slots with these ids first."""
    slots = np.full(BLOCK, GONE, np.int64)
    slots[: len(ids)] = ids
    return slots
