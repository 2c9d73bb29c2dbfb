"""Photos that belong together and are no copies: bursts, and the files that a camera writes of one shot. All of them stay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from app.engine.camera_raw import is_camera_raw
from app.engine.copies import DuplicateGroup, DuplicateKind, Relation, Stays
from app.engine.duplicates.grouping import Difference, group_photo
from app.engine.duplicates.rules import numbered_apart, other_shot
from app.engine.duplicates.stars import Link, find_stars
from app.engine.library.file_rows import FileRow, Moment
from app.engine.types import Turn

GAP_S = 3
"""A burst goes on as long as the next shot comes within so many seconds."""
SPAN_S = 10
"""Every photo of a burst was taken at most so long before or after the one that stands for it."""
ALIKE = 224
FARTHEST, SAME_COLORS = 272, 0.5
"""Bits of 576, not turned, up to which two shots of one moment are alike, or up to which they are with colors that differ by at
most so much (L1, 0..2). Hand-held frames that move by 3 % of the picture lie at 160 (95 % of them below 240); one of 10,000 pairs
of different photos lies below 246, one of 1,000 has colors within 0.3."""

BATCH = 5000
"""Photos of so many runs are looked up at once."""

WITH_RAW = {".jpg", ".jpeg", ".jpe", ".heic", ".heif", ".hif"}
"""What cameras and telephones write beside a raw file of the same name."""

Apart = Callable[[FileRow, FileRow], bool]
"""Whether the user said that two files do not belong together."""


def runs(moments: Sequence[Moment]) -> list[list[Moment]]:
    """Photos of one camera of which each comes at most `GAP_S` after the one before; `moments` by camera and time."""
    found: list[list[Moment]] = []
    for moment in moments:
        before = found[-1][-1] if found else None
        if before is None or before.camera != moment.camera or moment.seconds - before.seconds > GAP_S:
            found.append([])
        found[-1].append(moment)
    return [run for run in found if len(run) > 1]


def batches(found: Sequence[Sequence[Moment]]) -> Iterator[list[Sequence[Moment]]]:
    """The runs, several at a time: a question for each would take longer than the comparing."""
    batch: list[Sequence[Moment]] = []
    for run in found:
        batch.append(run)
        if sum(map(len, batch)) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def find_bursts(
    run: Sequence[Moment],
    files: Mapping[int, FileRow],
    hashes: Mapping[int, NDArray[np.uint8]],
    difference: Difference,
    place: Mapping[int, int],
    apart: Apart,
) -> list[DuplicateGroup]:
    """The bursts of one run: photos, each alike to the one that stands for them, taken seconds apart.

    `files`, `hashes` uint8 (72,) and the `place` among all by what is worth keeping are by photo; those that are missing there
    have no part in it.
    """
    shots = [moment for moment in run if moment.photo_id in files and moment.photo_id in hashes]
    links: dict[int, dict[int, Link]] = defaultdict(dict)
    for number, one in enumerate(shots):
        for other in shots[number + 1 :]:
            if other.seconds - one.seconds > SPAN_S:
                break
            first, second = files[one.photo_id], files[other.photo_id]
            told = other_shot(first.taken, second.taken) or numbered_apart(first, second)
            if (one.seconds == other.seconds and not told) or apart(first, second):
                continue
            distance = int(np.bitwise_count(hashes[one.photo_id] ^ hashes[other.photo_id]).sum())
            if _alike(distance, lambda one=one, other=other: difference(one.photo_id, other.photo_id)):  # type: ignore[misc]
                links[one.photo_id][other.photo_id] = links[other.photo_id][one.photo_id] = (distance, Turn.NONE)
    seconds = {moment.photo_id: moment.seconds for moment in shots}
    stars = find_stars(links, lambda _one, _other: False, place.__getitem__)
    return [_burst(star, files, seconds, links) for star in stars]


def find_camera_pairs(beside: Iterable[Sequence[FileRow]], apart: Apart) -> list[DuplicateGroup]:
    """Groups of a raw file and what the camera wrote with it; each of `beside` are files of one folder and name."""
    groups = []
    for files in beside:
        raw = next((file for file in files if is_camera_raw(file.path)), None)
        if raw is None:
            continue
        others = [file for file in files if is_of_shot(file, raw) and not apart(raw, file)]
        if others:
            known = all(raw.taken and file.taken for file in others)
            relation = Relation(DuplicateKind.RAW_JPEG)
            photos = (
                group_photo(raw, "camera raw", None),
                *(group_photo(file, "of the same shot, not suggested", relation, Stays.SHOT) for file in others),
            )
            groups.append(DuplicateGroup(DuplicateKind.RAW_JPEG, 1.0 if known else 0.9, photos))
    return groups


def is_of_shot(file: FileRow, raw: FileRow) -> bool:
    """Whether a file that has a raw file's name is what the camera wrote with it: by its kind, and the time where it is known."""
    return PurePath(file.path).suffix.lower() in WITH_RAW and not other_shot(file.taken, raw.taken)


def _alike(distance: int, recolored: Callable[[], float | None]) -> bool:
    if distance <= ALIKE:
        return True
    colors = recolored() if distance <= FARTHEST else None
    return colors is not None and colors <= SAME_COLORS


def _burst(
    star: Sequence[int], files: Mapping[int, FileRow], seconds: Mapping[int, int], links: Mapping[int, Mapping[int, Link]]
) -> DuplicateGroup:
    """The group of a star whose first stands for the others; these by time."""
    first, *others = star
    photos = [group_photo(files[first], "stands for the burst", None)]
    for photo in sorted(others, key=lambda photo: (seconds[photo], files[photo].path)):
        relation = Relation(DuplicateKind.BURST, distance=links[first][photo][0])
        photos.append(group_photo(files[photo], _when(seconds[photo] - seconds[first]), relation, Stays.SHOT))
    farthest = max(links[first][photo][0] for photo in others)
    return DuplicateGroup(DuplicateKind.BURST, round(1 - 0.2 * (farthest / FARTHEST) ** 2, 3), tuple(photos))


def _when(seconds: int) -> str:
    if not seconds:
        return "taken in the same second, not suggested"
    return f"taken {abs(seconds)} s {'later' if seconds > 0 else 'before'}, not suggested"
