"""The duplicates of a library: from what is stored to groups."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from app.engine.copies import DuplicateGroup, DuplicateKind, KeeperRules
from app.engine.duplicates.grouping import Difference, find_groups, most_freed
from app.engine.duplicates.known import level
from app.engine.duplicates.looks import Looks, stored_fields
from app.engine.duplicates.memory import PairMemory, Rows
from app.engine.duplicates.pairs import Pairs
from app.engine.duplicates.plain import Plain
from app.engine.duplicates.ranking import Ranking, Shots
from app.engine.duplicates.shots import GAP_S, Apart, batches, find_bursts, find_camera_pairs, runs
from app.engine.features.color import ColorExtractor, color_distance
from app.engine.features.copy import HASH_BYTES, CopyExtractor
from app.engine.features.pixels import PixelsExtractor
from app.engine.library.catalog import Catalog
from app.engine.library.decisions import KeptTogether
from app.engine.library.file_rows import FileRow
from app.engine.library.store import Library
from app.engine.library.vectors import VectorStore

AT_ONCE = 50_000
"""Hashes of so many photos are read at a time."""


def duplicate_groups(
    library: Library,
    catalog: Catalog,
    kinds: Sequence[DuplicateKind] = (),
    under: str | None = None,
    *,
    rules: KeeperRules | None = None,
    memory: PairMemory | None = None,
    looks: Looks | None = None,
    tick: Callable[[float], None] | None = None,
) -> tuple[DuplicateGroup, ...]:
    """Groups of copies, those that free most first; only some kinds, only groups with a file in the folder `under`.

    Those of which people keep all are left out. The keepers are those of `rules`. With a `memory` that is kept between calls
    only photos that are new since then are compared, and with `looks` only what was not looked at. `tick` is as in `near_pairs`.
    """
    vectors = library.vectors
    pairs, parts = _pairs(library, catalog, memory or PairMemory(), tick), catalog.part_pairs()
    related = {number for pair in parts for number in (pair.first, pair.second)}
    pixels = _pixels(catalog, vectors)
    related.update(pairs.first.tolist(), pairs.second.tolist(), catalog.copied_ids(), pixels)
    files, said = catalog.file_rows(related), catalog.not_duplicates()
    shots = find_camera_pairs(_beside_raw(catalog), _told_apart(said))
    ranking = Ranking(rules, _together(shots))
    looks = looks or Looks(stored_fields(library))
    copies = find_groups(files, pairs, said, _difference(vectors, files), parts, ranking, pixels, looks)
    groups = sorted([*copies, *shots, *_bursts(catalog, vectors, copies, shots, ranking, said)], key=most_freed)
    kept = KeptTogether(catalog.kept_groups())
    inside = None if under is None else under.rstrip(os.sep) + os.sep
    return tuple(
        group
        for group in groups
        if not kept.holds([photo.digest for photo in group.photos])
        and (not kinds or group.kind in kinds)
        and (inside is None or any(photo.path.startswith(inside) for photo in group.photos))
    )


def _told_apart(said: frozenset[tuple[bytes, bytes]]) -> Apart:
    return lambda one, other: (min(one.digest, other.digest), max(one.digest, other.digest)) in said


def _together(shots: Iterable[DuplicateGroup]) -> Shots:
    """What lies with each file of a shot, itself among it."""
    return {photo.path: frozenset(other.digest for other in shot.photos) for shot in shots for photo in shot.photos}


def _bursts(
    catalog: Catalog,
    vectors: VectorStore,
    copies: Sequence[DuplicateGroup],
    shots: Sequence[DuplicateGroup],
    ranking: Ranking,
    said: frozenset[tuple[bytes, bytes]],
) -> list[DuplicateGroup]:
    """Bursts. A photo that stands behind another as its copy is no shot of its own, nor is camera raw beside its JPEG."""
    behind = {photo.photo_id for group in copies for photo in group.photos[1:]}
    behind -= {group.photos[0].photo_id for group in copies}
    behind.update(group.photos[0].photo_id for group in shots)
    bursts: list[DuplicateGroup] = []
    for some in batches(runs([moment for moment in catalog.moments(GAP_S) if moment.photo_id not in behind])):
        files = catalog.file_rows(moment.photo_id for run in some for moment in run)
        beside = ((one.photo_id, other.photo_id) for run in some for one, other in pairwise(run))
        ranked = sorted(level(files, beside), key=ranking.key)
        best = {file.photo_id: file for file in reversed(ranked)}
        place = {photo_id: number for number, photo_id in enumerate(dict.fromkeys(file.photo_id for file in ranked))}
        difference = _difference(vectors, files)
        stored = vectors.get_many(CopyExtractor.version, [file.digest for file in best.values()])
        hashes = {
            photo_id: np.frombuffer(row, np.uint8)[:HASH_BYTES]
            for photo_id, row in zip(best, stored, strict=True)
            if row and row[HASH_BYTES]
        }
        for run in some:
            bursts += find_bursts(run, best, hashes, difference, place, _told_apart(said))
    return bursts


def _beside_raw(catalog: Catalog) -> Iterator[list[FileRow]]:
    """Each raw file with the files of the same folder and the same name but for the extension."""
    for path, photo_id in catalog.camera_raw():
        stem = path.removesuffix(PurePath(path).suffix) + "."
        named = [(other, number) for other, number in catalog.beginning_with(stem) if "." not in other[len(stem) :]]
        if len(named) > 1:
            rows = {row.path: row for row in catalog.file_rows(number for _, number in named)}
            yield [rows[path], *(rows[other] for other, number in named if number != photo_id)]


def _difference(vectors: VectorStore, files: Iterable[FileRow]) -> Difference:
    """How far the colors of two of these photos differ."""
    digests = {file.photo_id: file.digest for file in files}

    def difference(one: int, other: int) -> float | None:
        rows = vectors.get_many(ColorExtractor.version, [digests[one], digests[other]])
        first, second = (None if row is None else np.frombuffer(row, np.uint8) for row in rows)
        return None if first is None or second is None else color_distance(first, second)

    return difference


def _pixels(catalog: Catalog, vectors: VectorStore) -> dict[int, bytes]:
    """The digests of pixels that several photos have, by photo."""
    known = catalog.extracted(PixelsExtractor.version)
    rows = vectors.get_many(PixelsExtractor.version, [digest for _, digest in known])
    counts = Counter(rows)
    return {number: row for (number, _), row in zip(known, rows, strict=True) if row and counts[row] > 1}


def _pairs(library: Library, catalog: Catalog, memory: PairMemory, tick: Callable[[float], None] | None) -> Pairs:
    def rows_of(ids: NDArray[np.int64]) -> Rows:
        found: list[tuple[int, bytes]] = []
        for at in range(0, len(ids), AT_ONCE):
            some = catalog.shapes_of(ids[at : at + AT_ONCE])
            stored = library.vectors.get_many(CopyExtractor.version, [digest for _, digest, *_ in some])
            found += [(number, row) for (number, *_), row in zip(some, stored, strict=True) if row is not None]
        rows = np.frombuffer(b"".join(row for _, row in found), np.uint8).reshape(-1, CopyExtractor.length)
        return np.fromiter((number for number, _ in found), np.int64, len(found)), rows

    def confirm(pairs: Pairs, photos: NDArray[np.int64], qualities: NDArray[np.uint8]) -> Pairs:
        digests = {number: digest for number, digest, *_ in catalog.shapes_of(photos)}
        there = np.fromiter((number in digests for number in photos.tolist()), np.bool_, len(photos))  # some went meanwhile
        photos, qualities = photos[there], qualities[there]
        plain = Plain(library.vectors, library.thumbnails.get, photos, [digests[n] for n in photos.tolist()], qualities)
        return plain.confirm(pairs.only(np.isin(pairs.first, photos) & np.isin(pairs.second, photos)))

    return memory.update(catalog.extracted_ids(CopyExtractor.version), rows_of, tick, confirm)
