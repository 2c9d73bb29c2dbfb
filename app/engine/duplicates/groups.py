"""The duplicates of a library: from what is stored to groups."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import numpy as np

from app.engine.copies import DuplicateGroup, DuplicateKind, KeeperRules
from app.engine.duplicates.grouping import find_groups
from app.engine.duplicates.memory import PairMemory
from app.engine.duplicates.pairs import Pairs
from app.engine.duplicates.ranking import Ranking
from app.engine.features.color import ColorExtractor, color_distance
from app.engine.features.copy import CopyExtractor
from app.engine.library.catalog import Catalog
from app.engine.library.vectors import VectorStore


def duplicate_groups(
    catalog: Catalog,
    vectors: VectorStore,
    kinds: Sequence[DuplicateKind] = (),
    under: str | None = None,
    *,
    rules: KeeperRules | None = None,
    memory: PairMemory | None = None,
    tick: Callable[[float], None] | None = None,
) -> tuple[DuplicateGroup, ...]:
    """Groups of copies, those that free most first; only some kinds, only groups with a file in the folder `under`.

    The keepers are those of `rules`. With a `memory` that is kept between calls only photos that are new since then are
    compared. `tick` is as in `near_pairs`.
    """
    pairs, parts = _pairs(catalog, vectors, memory or PairMemory(), tick), catalog.part_pairs()
    related = {number for pair in parts for number in (pair.first, pair.second)}
    related.update(pairs.first.tolist(), pairs.second.tolist(), catalog.copied_ids())
    files = catalog.file_rows(related)
    digests = {file.photo_id: file.digest for file in files}

    def recolored(one: int, other: int) -> float | None:
        rows = vectors.get_many(ColorExtractor.version, [digests[one], digests[other]])
        first, second = (None if row is None else np.frombuffer(row, np.uint8) for row in rows)
        return None if first is None or second is None else color_distance(first, second)

    groups = find_groups(files, pairs, catalog.not_duplicates(), recolored, parts, Ranking(rules))
    inside = None if under is None else under.rstrip(os.sep) + os.sep
    return tuple(
        group
        for group in groups
        if (not kinds or group.kind in kinds) and (inside is None or any(photo.path.startswith(inside) for photo in group.photos))
    )


def _pairs(catalog: Catalog, vectors: VectorStore, memory: PairMemory, tick: Callable[[float], None] | None) -> Pairs:
    known = catalog.extracted(CopyExtractor.version)
    stored = vectors.get_many(CopyExtractor.version, [digest for _, digest in known])
    held = [(photo_id, row) for (photo_id, _), row in zip(known, stored, strict=True) if row is not None]
    ids = np.array([photo_id for photo_id, _ in held], np.int64)
    rows = np.frombuffer(b"".join(row for _, row in held), np.uint8).reshape(len(held), CopyExtractor.length)
    return memory.update(ids, rows, tick)
