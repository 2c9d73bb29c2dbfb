"""Photos that may have the very same pixels as another: of one size, with hashes that are nearly the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.engine.features.copy import HASH_BYTES, CopyExtractor
from app.engine.library.catalog import Catalog
from app.engine.library.vectors import VectorStore

NEARLY = 4
"""Bits of 576. Decoders that scale a JPEG while they read it change a bit or two; saving it once more as JPEG often more."""
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
        fresh = self._catalog.sides_of(held[~np.isin(held, self._ids)])
        stored = self._vectors.get_many(CopyExtractor.version, [digest for _, digest, _, _ in fresh])
        rows = [
            (number, (width, height), row[:HASH_BYTES])
            for (number, _, width, height), row in zip(fresh, stored, strict=True)
            if row is not None and 0 < width * height <= LARGEST
        ]
        words = np.frombuffer(b"".join(row for _, _, row in rows), np.uint64).reshape(-1, WORDS)
        sides = np.array([size for _, size, _ in rows], np.uint64).reshape(-1, 2)
        self._ids = np.concatenate([self._ids[there], np.array([number for number, _, _ in rows], np.int64)])
        self._sides = np.concatenate([self._sides[there], sides])
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
                found += [one[near], other[near]]
        return np.unique(np.concatenate(found))
