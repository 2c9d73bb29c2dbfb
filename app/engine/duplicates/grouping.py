"""Groups of files that show the same picture, each with a suggested keeper. Nothing here deletes anything."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from app.engine.camera_raw import is_camera_raw
from app.engine.copies import DuplicateGroup, DuplicateKind, GroupPhoto, Relation, Stays
from app.engine.duplicates.alterations import altered
from app.engine.duplicates.known import level
from app.engine.duplicates.likeness import unlike_most
from app.engine.duplicates.looks import Look, Looks
from app.engine.duplicates.pairs import Pairs
from app.engine.duplicates.ranking import Ranking
from app.engine.duplicates.rules import numbered_apart, other_shot, stays, why_not
from app.engine.duplicates.stars import Link, find_stars
from app.engine.features.copy import NEAR, TURNS
from app.engine.library.file_rows import FileRow
from app.engine.library.parts import PartPair
from app.engine.types import Box, Turn

EDITED_FROM = 44
"""Bits of 576 from which a copy is called edited; 99 % of copies by JPEG quality 10 and up, or resized, are nearer."""
RECOLORED_FROM = 0.8
"""L1 distance of color histograms (0..2) from which a copy is called edited."""

CROPPED_BELOW = 0.8
"""A copy that shows less than this share of the keeper, and little else, was cut out of it."""
ENLARGED = 4.0
"""A photo that was cut out of another has at most so many times its pixels, or the other is taken for a screen that shows it."""
PART = 4 * NEAR
"""Stands for the distance of photos whose hashes say nothing of it."""
_FAR: Link = (PART, Turn.NONE)


@dataclass(frozen=True, slots=True)
class Part:
    """How a photo lies in the keeper: its box there where that is known, the share of it that the keeper shows, and
    of the keeper that it fills, 0..1; `alike` as in `PartPair`.
    """

    box: Box | None
    share: float
    filled: float
    alike: float

    @property
    def cut_out(self) -> bool:
        """Whether it is a part of the keeper and little else."""
        return self.filled < CROPPED_BELOW and self.share >= CROPPED_BELOW


Shown = Mapping[tuple[int, int], Part]
"""By keeper and other photo."""
Difference = Callable[[int, int], float | None]
"""The L1 distance between the color histograms of two photos, None where it is not known."""

_BACK = {Turn.ROTATE90: Turn.ROTATE270, Turn.ROTATE270: Turn.ROTATE90}
_STRENGTH = tuple(DuplicateKind)


def find_groups(
    files: Sequence[FileRow],
    pairs: Pairs | None = None,
    not_duplicates: frozenset[tuple[bytes, bytes]] = frozenset(),
    difference: Difference = lambda _one, _other: None,
    parts: Sequence[PartPair] = (),
    ranking: Ranking | None = None,
    pixels: Mapping[int, bytes] | None = None,
    looks: Looks | None = None,
) -> tuple[DuplicateGroup, ...]:
    """Groups of two files or more, those that free most bytes first; a file is in one group at most.

    `pairs` are near photos; `not_duplicates` pairs of digests (smaller first) that are no copies of each other, the
    same digest twice for the files of one photo. `pixels`: digests of the pixels of photos, where these are known. `looks`
    compares how photos look. Every member is itself near the keeper: like is not chained to like.
    """
    ranking, pixels = ranking or Ranking(), pixels or {}
    files = level(files, _together(pairs, parts, pixels))
    photos: dict[int, list[FileRow]] = defaultdict(list)
    for file in sorted(files, key=ranking.key):
        if file.photo_id not in photos or (file.digest, file.digest) not in not_duplicates:
            photos[file.photo_id].append(file)

    places = {photo: ranking.key(copies[0]) for photo, copies in photos.items()}
    apart = _told_apart(photos, not_duplicates, pixels)
    links = _links(photos, pairs, apart)
    _add_twins(links, photos, pixels, apart, places.__getitem__)
    shown = _add_parts(links, photos, parts, apart, places.__getitem__)
    beside = Counter(one for one, _ in shown)
    cut_out = {
        other for (one, other), part in shown.items()
        if part.cut_out and photos[other][0].pixels <= ENLARGED * photos[one][0].pixels
    }  # fmt: skip

    def worth(photo: int, places: Mapping[int, Any] = places, unlike: Container[int] = ()) -> tuple[Any, ...]:
        """What is a copy of most by the whole picture comes before what only shows a part, or a frame around it; the whole
        before what was cut out of it, also where that was enlarged; and what looks like most before what does not.
        """
        return beside[photo], photo in cut_out, photo in unlike, *places[photo]

    def worth_in(star: Sequence[int]) -> Callable[[int], Any]:
        """The worth of the photos of one star, by a ranking that knows how they stand beside each other."""
        best = [photos[photo][0] for photo in star]
        own = rankings[min(star)] = ranking.among(best, pixels, lambda one, other: links[one].get(other, _FAR))
        ranked = partial(worth, places={photo: own.key(photos[photo][0]) for photo in star})
        return partial(ranked, unlike=unlike_most(sorted(star, key=ranked), photos, links, looks)) if looks else ranked

    rankings: dict[int, Ranking] = {}
    stars = find_stars(links, apart, worth, worth_in)
    gathered = {photo for star in stars for photo in star}
    stars += [[photo] for photo, copies in photos.items() if len(copies) > 1 and photo not in gathered]
    groups = (_group(star, photos, links, shown, difference, rankings.get(min(star), ranking), pixels, looks) for star in stars)
    return tuple(sorted(groups, key=most_freed))


def _told_apart(
    photos: Mapping[int, Sequence[FileRow]], not_duplicates: frozenset[tuple[bytes, bytes]], pixels: Mapping[int, bytes]
) -> Callable[[int, int], bool]:
    """Whether two photos must not come together: people say so, one is camera raw, or they are two shots."""

    @cache
    def apart(one: int, other: int) -> bool:
        first, second = photos[one][0], photos[other][0]
        pair = (min(first.digest, second.digest), max(first.digest, second.digest))
        if pair in not_duplicates or is_camera_raw(first.path) != is_camera_raw(second.path):
            return True
        alike = pixels.get(one, one) == pixels.get(other, other)  # a date that was corrected makes no other shot
        return not alike and (other_shot(first.taken, second.taken) or numbered_apart(first, second))

    return apart


def _together(pairs: Pairs | None, parts: Sequence[PartPair], pixels: Mapping[int, bytes]) -> Iterator[tuple[int, int]]:
    """Photos that may come into one group."""
    if pairs is not None:
        yield from zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
    yield from ((pair.first, pair.second) for pair in parts)
    first: dict[bytes, int] = {}
    yield from ((first.setdefault(row, photo), photo) for photo, row in pixels.items())


def most_freed(group: DuplicateGroup) -> tuple[int, str]:
    """Sorts groups, the one that frees most bytes first."""
    return -group.frees, group.photos[0].path


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


def _add_twins(
    links: dict[int, dict[int, Link]],
    photos: Mapping[int, Sequence[FileRow]],
    pixels: Mapping[int, bytes],
    apart: Callable[[int, int], bool],
    rank: Callable[[int], Any],
) -> None:
    """Link photos of the same pixels to the best of them, also where a hash says nothing, as of a plain color."""
    alike: dict[bytes, list[int]] = defaultdict(list)
    for photo in sorted(pixels.keys() & photos.keys(), key=rank):
        alike[pixels[photo]].append(photo)
    for best, *others in alike.values():
        for other in others:
            if other not in links[best] and not apart(best, other):
                links[best][other] = links[other][best] = (0, Turn.NONE)


def _add_parts(
    links: dict[int, dict[int, Link]],
    photos: Mapping[int, Sequence[FileRow]],
    parts: Sequence[PartPair],
    apart: Callable[[int, int], bool],
    rank: Callable[[int], Any],
) -> Shown:
    """Link photos of which one shows a part of the other, where their hashes do not; they come behind those that are near.

    What lies in a copy lies in the photo that the copy is of, too: a pair also links the middles of the stars of its photos.
    """
    if not parts:
        return {}
    middles = {photo: star[0] for star in find_stars(links, apart, rank) for photo in star}
    shown: dict[tuple[int, int], Part] = {}
    for pair in sorted(parts, key=lambda pair: -pair.alike):
        if pair.first not in photos or pair.second not in photos:
            continue
        filled = min(1.0, pair.box[2] * pair.box[3] / max(1, photos[pair.second][0].pixels))
        ways = dict.fromkeys([(pair.first, pair.second), (pair.first, middles.get(pair.second, pair.second)),
                              (middles.get(pair.first, pair.first), pair.second)])  # fmt: skip
        for first, second in ways:
            if first != second and second not in links[first] and not apart(first, second):
                links[first][second] = links[second][first] = (PART, Turn.NONE)
                itself = (first, second) == (pair.first, pair.second)
                shown[second, first] = Part(pair.box if itself else None, pair.share, filled, pair.alike)
                shown[first, second] = Part(None, filled, pair.share, pair.alike)
    return shown


def _group(
    star: Sequence[int],
    photos: Mapping[int, Sequence[FileRow]],
    links: Mapping[int, Mapping[int, Link]],
    shown: Shown,
    difference: Difference,
    ranking: Ranking,
    pixels: Mapping[int, bytes],
    looks: Looks | None,
) -> DuplicateGroup:
    """The group of the files of a star of photos, whose first is the center."""
    center = star[0]
    kept = photos[center][0]
    relations: dict[int, tuple[Relation, Look]] = {center: (Relation(DuplicateKind.IDENTICAL, distance=0), Look.SAME)}
    for photo in star[1:]:
        part = shown.get((center, photo))
        if pixels.get(center, center) == pixels.get(photo, photo):
            relations[photo] = Relation(DuplicateKind.SAME_PIXELS, distance=0), Look.SAME
        elif part:
            relations[photo] = _of_part(part), Look.UNKNOWN
        else:
            relations[photo] = _relation(kept, photos[photo][0], links[center][photo], difference, looks)
    others = [(file, *relations[photo]) for photo in star for file in photos[photo] if file is not kept]
    linked = _linked([kept, *(file for file, *_ in others)])
    named = {linked.get(kept.path)}
    members = [group_photo(kept, ranking.why_kept(kept, [file for file, *_ in others]), None, linked=linked.get(kept.path, 0))]
    staying: dict[int, FileRow] = {}  # by photo, a file that stays
    for file, relation, seen in others:
        protected, again = ranking.rules.protects(file.path), staying.get(file.photo_id)
        reason = None if again else stays(file, kept, relation, seen, outvoted=ranking.outvoted(file))
        reason = Stays.BESIDE if reason is None and ranking.breaks_up(file, again or kept) else reason
        why = why_not(file, kept, relation, reason, again=again is not None) + (", in a protected folder" if protected else "")
        link = linked.get(file.path, 0)
        why += ", a link, which takes no space" if link and link in named else ""
        named.add(link)
        members.append(group_photo(file, why, relation, Stays.PROTECTED if protected else reason, linked=link))
        if reason and reason is not Stays.BESIDE:
            staying.setdefault(file.photo_id, file)
    weakest = max((relation.kind for _, relation, _ in others), key=_STRENGTH.index)
    farthest = max(relation.distance or 0 for _, relation, _ in others)
    surest = min((part.alike for photo in star[1:] if (part := shown.get((center, photo)))), default=1.0)
    return DuplicateGroup(weakest, round(_confidence(farthest) * (0.9 + 0.1 * surest), 3), tuple(members))


def _linked(files: Sequence[FileRow]) -> dict[str, int]:
    """By path, a number for each of these files that has several names: hard links, or symbolic ones."""
    names: dict[tuple[int, int | str], list[str]] = defaultdict(list)
    for file in files:
        if file.inode:
            names[file.photo_id, file.inode].append(file.path)
    found: dict[str, int] = {}
    for number, paths in enumerate(names.values(), 1):
        for path in paths[1:]:
            if _is_one_file(paths[0], path):
                found[paths[0]] = found[path] = number
    return found


def _is_one_file(one: str, other: str) -> bool:
    """Also where both are away: files of the same number and content are seldom two."""
    try:
        return Path(one).samefile(other)
    except OSError:
        return True


def _of_part(part: Part) -> Relation:
    """A photo that shows a part of the keeper, or nearly all of it with something around or upon it."""
    if part.cut_out:
        return Relation(DuplicateKind.CROPPED, box=part.box)
    return Relation(DuplicateKind.EDITED, box=part.box)


def _relation(kept: FileRow, file: FileRow, link: Link, difference: Difference, looks: Looks | None) -> tuple[Relation, Look]:
    """How a photo is related to the keeper, and what both look like where that was asked."""
    distance, turn = link
    seen = looks.compare(kept, file, turn) if looks else Look.SAME
    if distance >= EDITED_FROM or altered(file, kept):
        seen = seen if seen is Look.IN_ONE_PLACE else Look.OTHER
    elif looks is None or seen is Look.UNKNOWN:
        colors = difference(kept.photo_id, file.photo_id)
        seen = Look.OTHER if colors is not None and colors >= RECOLORED_FROM else seen
    if seen in (Look.IN_ONE_PLACE, Look.OTHER):
        return Relation(DuplicateKind.EDITED, None if turn is Turn.NONE else turn, distance), seen
    if turn is not Turn.NONE:
        return Relation(DuplicateKind.TURNED, turn, distance), seen
    return Relation(DuplicateKind.RESIZED, None, distance), seen


def group_photo(file: FileRow, why: str, relation: Relation | None, reason: Stays | None = None, linked: int = 0) -> GroupPhoto:
    """A file as a member of a group, which stays for that reason; without a relation it is the keeper."""
    return GroupPhoto(
        path=file.path,
        photo_id=file.photo_id,
        digest=file.digest,
        bytes=file.bytes,
        width=file.width,
        height=file.height,
        keep=relation is None or reason is not None,
        why=why,
        relation=relation,
        taken=file.taken,
        stays=reason,
        linked=linked,
    )


def _confidence(distance: int) -> float:
    """1 for the same bytes, 0.9 at the farthest that still counts: no wrong pair was measured below that."""
    return round(1 - 0.1 * (distance / NEAR) ** 2, 3)
