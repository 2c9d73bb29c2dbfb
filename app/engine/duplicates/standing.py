"""How the files of one group stand beside each other: what only shows where several are seen together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from app.engine.duplicates.alterations import altered, enlarged, spoiled
from app.engine.duplicates.stars import Link
from app.engine.library.file_rows import FileRow
from app.engine.types import Turn

GAP = 1.75
"""Saving a JPEG once more makes its sharpness up to 1.5 times what it was: files with no wider gap between them are as sharp."""
PLAIN_COPY = 16
"""Bits of 576 up to which a copy was only saved or resized; most edits lie beyond."""
OUTVOTED = 0.75
"""A photo of which less than this share of the plain, upright copies are there than of another of its size was made from that,
unless that one was saved much worse."""
SEEN = 64
"""So many photos of a group, the best ones, are compared with each other."""

Near = Callable[[int, int], Link]
"""How far two photos are from each other."""


@dataclass(frozen=True, slots=True)
class Standing:
    """By photo, where it says something: `level` of sharpness, the larger the sharper; `detail`, the pixels of the photo that it
    was enlarged from; whether it is `odd`, with fewer plain copies than another; whether it was `remade` from a file with losses.
    """

    level: Mapping[int, int] = field(default_factory=dict)
    detail: Mapping[int, int] = field(default_factory=dict)
    odd: frozenset[int] = frozenset()
    remade: frozenset[int] = frozenset()


def standing_of(files: Sequence[FileRow], pixels: Mapping[int, bytes], near: Near, lossy: frozenset[str]) -> Standing:
    """The standing of photos, each by one file. `pixels`: digests of the pixels of photos; `lossy`: formats with losses."""
    seen = sorted(files, key=lambda file: -file.pixels)[:SEEN]
    return Standing(_levels(files), _details(seen), _odd(seen, near), _remade(files, pixels, lossy))


def _levels(files: Sequence[FileRow]) -> dict[int, int]:
    known = sorted((file for file in files if file.sharpness is not None), key=lambda file: file.sharpness or 0.0)
    levels = {file.photo_id: 0 for file in known[:1]}
    for before, file in pairwise(known):
        wider = (file.sharpness or 0.0) >= GAP * (before.sharpness or 0.0) and file.sharpness != before.sharpness
        levels[file.photo_id] = levels[before.photo_id] + wider
    return levels


def _details(seen: Sequence[FileRow]) -> dict[int, int]:
    """What most photos of a smaller size say of each larger one: one alone may have more bits because something was added."""
    sizes, found = _by_size(seen), dict[int, int]()
    for larger in seen:
        for same in sizes.values():
            if same[0].pixels < larger.pixels and 2 * sum(enlarged(larger, smaller) for smaller in same) > len(same):
                found[larger.photo_id] = same[0].pixels  # the smallest counts: the others were enlarged, too
    return found


def _odd(seen: Sequence[FileRow], near: Near) -> frozenset[int]:
    if len(seen) < 3:
        return frozenset()
    votes = dict.fromkeys((file.photo_id for file in seen), 1)
    for one, other in combinations(seen, 2):
        distance, turn = near(one.photo_id, other.photo_id)
        if distance < PLAIN_COPY and turn is Turn.NONE and not altered(one, other):
            votes[one.photo_id] += 1
            votes[other.photo_id] += 1
    sizes = _by_size(seen)
    return frozenset(
        file.photo_id
        for file in seen
        if votes[file.photo_id] < OUTVOTED * max(votes[o.photo_id] for o in sizes[_sides(file)] if not spoiled(o, file))
    )


def _by_size(files: Sequence[FileRow]) -> dict[tuple[int, int], list[FileRow]]:
    sizes: dict[tuple[int, int], list[FileRow]] = defaultdict(list)
    for file in files:
        sizes[_sides(file)].append(file)
    return sizes


def _sides(file: FileRow) -> tuple[int, int]:
    return min(file.width, file.height), max(file.width, file.height)


def _remade(files: Sequence[FileRow], pixels: Mapping[int, bytes], lossy: frozenset[str]) -> frozenset[int]:
    """Files of other formats that have the pixels of a file with losses: what that had lost before it was saved so."""
    made_from = {pixels[file.photo_id] for file in files if file.photo_id in pixels and file.format in lossy}
    return frozenset(f.photo_id for f in files if f.format not in lossy and pixels.get(f.photo_id) in made_from)
