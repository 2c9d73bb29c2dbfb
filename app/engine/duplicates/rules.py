"""Which file of a group is worth keeping, and how to say why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.engine.copies import DuplicateKind, Relation
from app.engine.types import Turn


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file as the duplicates room sees it. Sides in upright pixels; `taken` ISO 8601; `camera`: it has a camera's data."""

    path: str
    photo_id: int
    digest: bytes
    bytes: int
    width: int
    height: int
    taken: str | None = None
    camera: bool = False

    @property
    def pixels(self) -> int:
        """How many pixels the picture has."""
        return self.width * self.height


_RULES: tuple[tuple[Callable[[FileRow], int | str], str], ...] = (
    (lambda file: -file.pixels, "most pixels"),
    (lambda file: not file.camera, "has the camera's data"),
    (lambda file: -file.bytes, "largest file"),
    (lambda file: file.taken or "9999", "earliest date"),
    (lambda file: len(file.path), "shortest folder and file name"),
    (lambda file: file.path, "first by name"),
)
"""What makes a file better, the strongest reason first; the smaller value wins."""


def rank(file: FileRow) -> tuple[int | str, ...]:
    """A key that sorts files from the one most worth keeping to the least."""
    return tuple(value(file) for value, _ in _RULES)


def why_kept(kept: FileRow, others: Sequence[FileRow]) -> str:
    """Every reason that sets the kept file apart from one of the others, in words."""
    reasons, rivals = [], list(others)
    for value, words in _RULES:
        if any(value(rival) < value(kept) for rival in rivals):  # type: ignore[operator]  # one rule's values are of one type
            return "most like all the others"
        if any(value(rival) != value(kept) for rival in rivals):
            reasons.append(words)
        rivals = [rival for rival in rivals if value(rival) == value(kept)]
    return ", ".join(reasons)


_TURNED = {
    Turn.ROTATE90: "turned right",
    Turn.ROTATE180: "turned upside down",
    Turn.ROTATE270: "turned left",
    Turn.MIRROR: "mirrored",
    Turn.FLIP: "mirrored top to bottom",
    Turn.TRANSPOSE: "turned left and mirrored",
    Turn.TRANSVERSE: "turned right and mirrored",
}


def may_go(relation: Relation) -> bool:
    """Whether a photo may be suggested for removal: hashes say that the whole pictures are alike.

    One that shows a part of another may be what a collage, a panorama or a screenshot was made of: nobody can tell which of the
    two is wanted.
    """
    return relation.distance is not None


def why_not(file: FileRow, kept: FileRow, relation: Relation) -> str:
    """What the file is beside the kept one, in words."""
    if relation.kind is DuplicateKind.IDENTICAL:
        return "the same file again"
    parts = [_TURNED[relation.turn]] if relation.turn in _TURNED else []
    if relation.kind is DuplicateKind.EDITED:
        parts.append("edited")
    if relation.kind is DuplicateKind.CROPPED:
        parts.append("a part of it")
    if not may_go(relation):
        parts.append("not suggested, it shows more or less than the other")
    if file.pixels < kept.pixels:
        parts.append("fewer pixels")
    elif not parts:
        parts.append("saved smaller" if file.bytes < kept.bytes else "saved again")
    return ", ".join(parts)


def other_shot(one: str | None, other: str | None) -> bool:
    """Whether two dates of taking (ISO 8601 or None) say that these are different shots of a camera.

    A date without a time is compared as a date. Whole quarters of an hour up to a day may be another time zone.
    """
    if not one or not other:
        return False
    try:
        first, second = datetime.fromisoformat(one[:19]), datetime.fromisoformat(other[:19])
    except ValueError:
        return False
    if min(len(one), len(other)) <= 10:
        return first.date() != second.date()
    apart = abs(first - second)
    return apart > timedelta(days=1, hours=2) or apart % timedelta(minutes=15) != timedelta(0)
