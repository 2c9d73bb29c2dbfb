"""Photos that may have the very same pixels as another: of one size, nearly the same hash, and as far as it tells as sharp."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.engine.features.base import LONGEST
from app.engine.features.copy import HASH_BYTES, CopyExtractor
from app.engine.library.catalog import Catalog
from app.engine.library.vectors import VectorStore

NEARLY = 4
"""Bits of 576. Decoders that scale a JPEG while they read it change a bit or two; saving it once more as JPEG often more."""
AS_SHARP = 1e-4
"""The sharpness of pictures that were read in the same way is a print of their pixels: it may differ by this share, as other
versions of a library count. Of 529 pairs of edits with nearly the same hash, none of one picture, it leaves three."""
LARGEST = 120_000_000
"""Pixels of a picture whose digest is worth its memory."""
WORDS = HASH_BYTES // 8
BESIDE = 3
"""So many neighbors in the order of the hashes are compared."""


class Twins:
    """Proposes photos, as they come; what was compared once is not compared again. For one thread."""

    def __init__(self, catalog: Catalog, vectors: VectorStore) -> None:
        self._catalog = catalog
        self._vectors = vectors
        self._ids = np.empty(0, np.int64)
        self._sides = np.empty((0, 2), np.uint64)
        self._words = np.empty((0, WORDS), np.uint64)
        self._sharpness = np.empty(0, np.float64)
        self._ways = np.empty(0, np.uint8)  # how they were read, see `_way`
        self._proposed: set[int] = set()

    def lacking(self, version: str) -> list[bytes]:
        """Digests of photos that may be the same as another and have no row of this version."""
        self._take_up()
        known = {number for number, _ in self._catalog.extracted(version)}
        wanted = sorted(self._proposed - known)
        return list(dict.fromkeys(row.digest for row in self._catalog.file_rows(wanted)))

    def _take_up(self) -> None:
        held = self._catalog.extracted_ids(CopyExtractor.version)
        there = np.isin(self._ids, held)
        before = int(there.sum())
        fresh = self._catalog.shapes_of(held[~np.isin(held, self._ids)])
        stored = self._vectors.get_many(CopyExtractor.version, [digest for _, digest, *_ in fresh])
        rows = [
            (number, (width, height), sharpness, _way(width, height, sharpness, jpeg), row[:HASH_BYTES])
            for (number, _, width, height, sharpness, jpeg), row in zip(fresh, stored, strict=True)
            if row is not None and 0 < width * height <= LARGEST
        ]
        ids, sizes, sharpness, ways, hashes = zip(*rows, strict=True) if rows else ((),) * 5
        words = np.frombuffer(b"".join(hashes), np.uint64).reshape(-1, WORDS)
        self._ids = np.concatenate([self._ids[there], np.array(ids, np.int64)])
        self._sides = np.concatenate([self._sides[there], np.array(sizes, np.uint64).reshape(-1, 2)])
        self._sharpness = np.concatenate([self._sharpness[there], np.array(sharpness, np.float64)])
        self._ways = np.concatenate([self._ways[there], np.array(ways, np.uint8)])
        self._words = np.concatenate([self._words[there], words])
        if rows:
            self._proposed.update(self._ids[self._near(before)].tolist())
        self._proposed.intersection_update(self._ids.tolist())

    def _near(self, before: int) -> NDArray[np.int64]:
        """The positions of photos that have a near one of the same size, where one of both stands at `before` or later.

        Of nine words two hashes that differ in at most four bits share at least five: each word in turn brings them together.
        """
        found = [np.empty(0, np.int64)]
        size = (self._sides[:, 0] << np.uint64(32)) | self._sides[:, 1]
        for word in range(WORDS):
            key, further = self._words[:, word], self._words[:, (word + 1) % WORDS]
            shared = np.flatnonzero(np.isin(key, key[before:])) if before else np.arange(len(key))
            order = shared[np.lexsort((further[shared], size[shared], key[shared]))]
            for beside in range(1, BESIDE + 1):
                one, other = order[:-beside], order[beside:]
                same = (key[one] == key[other]) & (size[one] == size[other]) & (np.maximum(one, other) >= before)
                one, other = one[same], other[same]
                near = np.bitwise_count(self._words[one] ^ self._words[other]).sum(axis=1) <= NEARLY
                near &= self._as_sharp(one, other)
                found += [one[near], other[near]]
        return np.unique(np.concatenate(found))

    def _as_sharp(self, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of two rows of positions (n,) may have the same pixels by their sharpness."""
        first, second = self._sharpness[one], self._sharpness[other]
        tells = (self._ways[one] == self._ways[other]) & (self._ways[one] != _UNKNOWN)
        return np.asarray(~tells | (np.abs(first - second) <= AS_SHARP * np.maximum(first, second)), np.bool_)


_UNKNOWN, _WHOLE, _SCALED_JPEG = range(3)


def _way(width: int, height: int, sharpness: float, jpeg_quality: int) -> int:
    """How the first pass has read a photo: as it is, or scaled in one and the same way; those of one way can be compared."""
    if not sharpness:
        return _UNKNOWN
    if max(width, height) <= LONGEST:
        return _WHOLE
    return _SCALED_JPEG if jpeg_quality else _UNKNOWN
