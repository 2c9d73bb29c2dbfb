"""Groups of files that show the same picture, each with a suggested keeper. Nothing here deletes anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from app.engine.duplicates.pairs import Pairs
from app.engine.duplicates.rules import FileRow, other_shot, rank, why_kept, why_not
from app.engine.duplicates.stars import Link, find_stars
from app.engine.features.copy import NEAR, TURNS
from app.engine.types import DuplicateGroup, DuplicateKind, GroupPhoto, Relation, Turn

EDITED_FROM = 44
"""Bits of 576 from which a copy is called edited; 99 % of copies by JPEG quality 10 and up, or resized, are nearer."""
RECOLORED_FROM = 0.8
"""L1 distance of color histograms (0..2) from which a copy is called edited."""

Difference = Callable[[int, int], float | None]
"""The L1 distance between the color histograms of two photos, None where it is not known."""

_BACK = {Turn.ROTATE90: Turn.ROTATE270, Turn.ROTATE270: Turn.ROTATE90}
_STRENGTH = tuple(DuplicateKind)


def find_groups(
    files: Sequence[FileRow],
    pairs: Pairs | None = None,
    not_duplicates: frozenset[tuple[bytes, bytes]] = frozenset(),
    difference: Difference = lambda _one, _other: None,
) -> tuple[DuplicateGroup, ...]:
    """Groups of two files or more, those that free most bytes first; a file is in one group at most.

    `pairs` are near photos; `not_duplicates` pairs of digests (smaller first) that are no copies of each other, the
    same digest twice for the files of one photo. Every member is itself near the keeper: like is not chained to like.
    """
    photos: dict[int, list[FileRow]] = defaultdict(list)
    for file in sorted(files, key=rank):
        if file.photo_id not in photos or (file.digest, file.digest) not in not_duplicates:
            photos[file.photo_id].append(file)

    def apart(one: int, other: int) -> bool:
        first, second = photos[one][0], photos[other][0]
        pair = (min(first.digest, second.digest), max(first.digest, second.digest))
        return pair in not_duplicates or other_shot(first.taken, second.taken)

    links = _links(photos, pairs, apart)
    stars = find_stars(links, apart, lambda photo: rank(photos[photo][0]))
    gathered = {photo for star in stars for photo in star}
    stars += [[photo] for photo, copies in photos.items() if len(copies) > 1 and photo not in gathered]
    groups = (_group(star, photos, links, difference) for star in stars)
    return tuple(sorted(groups, key=lambda group: (-group.frees, group.photos[0].path)))


def _links(
    photos: Mapping[int, Sequence[FileRow]], pairs: Pairs | None, apart: Callable[[int, int], bool]
) -> dict[int, dict[int, Link]]:
    """The pairs that count, in both directions."""
    links: dict[int, dict[int, Link]] = defaultdict(dict)
    if pairs is None:
        return links
    arrays = (pairs.first, pairs.second, pairs.distance, pairs.turn)
    for first, second, distance, number in zip(*(array.tolist() for array in arrays), strict=True):
        if first in photos and second in photos and not apart(first, second):
            turn = TURNS[number]
            links[first][second] = (distance, turn)
            links[second][first] = (distance, _BACK.get(turn, turn))
    return links


def _group(
    star: Sequence[int], photos: Mapping[int, Sequence[FileRow]], links: Mapping[int, Mapping[int, Link]], difference: Difference
) -> DuplicateGroup:
    """The group of the files of a star of photos, whose first is the center."""
    center = star[0]
    kept = photos[center][0]
    relations: dict[int, Relation] = {center: Relation(DuplicateKind.IDENTICAL, distance=0)}
    for photo in star[1:]:
        relations[photo] = _relation(*links[center][photo], difference(center, photo))
    others = [(file, relations[photo]) for photo in star for file in photos[photo] if file is not kept]
    members = [_member(kept, why_kept(kept, [file for file, _ in others]), None)]
    members += [_member(file, why_not(file, kept, relation), relation) for file, relation in others]
    weakest = max((relation.kind for _, relation in others), key=_STRENGTH.index)
    farthest = max(relation.distance or 0 for _, relation in others)
    return DuplicateGroup(weakest, _confidence(farthest), tuple(members))


def _relation(distance: int, turn: Turn, recolored: float | None) -> Relation:
    """How a photo is related to the keeper; `turn` is what is done to the keeper to get it."""
    if turn is not Turn.NONE:
        return Relation(DuplicateKind.TURNED, turn, distance)
    edited = distance >= EDITED_FROM or (recolored is not None and recolored >= RECOLORED_FROM)
    return Relation(DuplicateKind.EDITED if edited else DuplicateKind.RESIZED, None, distance)


def _member(file: FileRow, why: str, relation: Relation | None) -> GroupPhoto:
    return GroupPhoto(
        path=file.path,
        photo_id=file.photo_id,
        digest=file.digest,
        bytes=file.bytes,
        width=file.width,
        height=file.height,
        keep=relation is None,
        why=why,
        relation=relation,
        taken=file.taken,
    )


def _confidence(distance: int) -> float:
    """1 for the same bytes, 0.9 at the farthest that still counts: no wrong pair was measured below that."""
    return round(1 - 0.1 * (distance / NEAR) ** 2, 3)
