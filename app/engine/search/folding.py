"""Further copies of a hit stand behind it: the same picture smaller, saved again, turned or mirrored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.engine.duplicates.pairs import near_pairs
from app.engine.duplicates.plain import Plain
from app.engine.duplicates.rules import other_shot
from app.engine.features.copy import HASH_BYTES, CopyExtractor
from app.engine.library.catalog import Catalog
from app.engine.library.store import Library
from app.engine.types import Hit, PhotoRow

MOST = 5_000
"""So many hits from the first on are compared with each other: measured 0.2 s; 500 take some 5 ms."""


def fold_copies(hits: Sequence[Hit], library: Library, catalog: Catalog) -> tuple[Hit, ...]:
    """The hits in their order, each with those further down that are copies of it in `folded`.

    What counts as a copy is what counts on the duplicates page, but every folded photo is a copy of the shown one itself: like
    is not chained to like. Photos that the user said are no copies of each other stay apart.
    """
    copies = _copies_among(hits[:MOST], library, catalog)
    if not copies:
        return tuple(hits)
    behind: set[int] = set()
    shown = []
    for place, hit in enumerate(hits):
        if place not in behind:
            further = sorted(copies[place] - behind) if place in copies else []
            behind.update(further)
            shown.append(replace(hit, folded=tuple(hits[n].row for n in further)) if further else hit)
    return tuple(shown)


def _copies_among(hits: Sequence[Hit], library: Library, catalog: Catalog) -> dict[int, set[int]]:
    """For the place of a hit the later places of its copies."""
    stored = library.vectors.get_many(CopyExtractor.version, [hit.row.digest for hit in hits])
    held = [(place, row) for place, row in enumerate(stored) if row is not None]
    if len(held) < 2:
        return {}
    rows = np.frombuffer(b"".join(row for _, row in held), np.uint8).reshape(len(held), CopyExtractor.length)
    places = np.array([place for place, _ in held], np.int64)
    pairs = near_pairs(places, rows[:, :HASH_BYTES], rows[:, HASH_BYTES])
    if not len(pairs):
        return {}
    digests = [hits[place].row.digest for place in places]
    pairs = Plain(library.vectors, library.thumbnails.get, places, digests, rows[:, HASH_BYTES]).confirm(pairs)
    apart = catalog.not_duplicates()
    copies: dict[int, set[int]] = defaultdict(set)
    for one, other in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True):
        if not _told_apart(hits[one].row, hits[other].row, apart):
            copies[min(one, other)].add(max(one, other))
    return copies


def _told_apart(one: PhotoRow, other: PhotoRow, apart: frozenset[tuple[bytes, bytes]]) -> bool:
    """Whether the user or the dates of taking say that these are different photos."""
    pair = (min(one.digest, other.digest), max(one.digest, other.digest))
    return pair in apart or other_shot(one.taken, other.taken)
