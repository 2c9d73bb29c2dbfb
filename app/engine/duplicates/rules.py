"""What one photo is beside another: whether it may go, whether it is another shot, and how to say so."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from app.engine.camera_raw import is_camera_raw
from app.engine.copies import DuplicateKind, Relation, Stays
from app.engine.duplicates.alterations import SPOILED, enlarged, spoiled
from app.engine.duplicates.depth import holds_more
from app.engine.duplicates.looks import Look
from app.engine.library.file_rows import FileRow
from app.engine.types import Turn

LOST = 0.95
"""Less than this share of the pixels are fewer pixels: turning by JPEG's blocks may cut off some at an edge."""

_TURNED = {
    Turn.ROTATE90: "turned right",
    Turn.ROTATE180: "turned upside down",
    Turn.ROTATE270: "turned left",
    Turn.MIRROR: "mirrored",
    Turn.FLIP: "mirrored top to bottom",
    Turn.TRANSPOSE: "turned left and mirrored",
    Turn.TRANSVERSE: "turned right and mirrored",
}


def stays(file: FileRow, kept: FileRow, relation: Relation, seen: Look = Look.SAME, *, outvoted: bool = False) -> Stays | None:
    """Why a photo may not be suggested for removal; None where it may: it is the kept one once more, no better, and no edit.

    Of a photo and its edit nobody can tell which is wanted, nor of one that shows a part of another: it may be what a collage, a
    panorama or a screenshot was made of. Of camera raw only a preview was compared, of pages and animations only the first
    picture, and of finer colors and transparency nothing. `seen` is what the two look like beside each other, `outvoted`
    whether other copies say that it was made from the kept one.
    """
    if relation.kind is DuplicateKind.IDENTICAL:
        return None
    if relation.kind in (DuplicateKind.BURST, DuplicateKind.RAW_JPEG):
        return Stays.SHOT
    if is_camera_raw(file.path):
        return Stays.RAW
    if _several(file):
        return Stays.SEVERAL
    if relation.distance is None:
        return Stays.PART
    if relation.kind is DuplicateKind.EDITED:
        return Stays.PLACE if seen is Look.IN_ONE_PLACE else Stays.EDITED
    if seen is Look.UNKNOWN:
        return Stays.UNSEEN
    if enlarged(file, kept) or enlarged(kept, file):
        return Stays.ENLARGED
    if relation.kind is DuplicateKind.TURNED and not (outvoted or _made_from(kept, file)):
        return Stays.TURNED
    if spoiled(kept, file) and file.pixels >= LOST * kept.pixels:
        return Stays.BETTER
    return Stays.FINER if holds_more(file, kept) else None


def _made_from(kept: FileRow, file: FileRow) -> bool:
    """Whether a copy shows that it was made from the kept one: it has lost pixels or facts, or was saved badly."""
    badly = 0 < file.jpeg_quality < min(SPOILED, kept.jpeg_quality or 100)
    return file.pixels < LOST * kept.pixels or file.facts < kept.facts or badly


def why_not(file: FileRow, kept: FileRow, relation: Relation, reason: Stays | None, *, again: bool = False) -> str:
    """What the file is beside the kept one, or beside one that stays `again`, in words; `reason`: why it stays."""
    if again or relation.kind is DuplicateKind.IDENTICAL:
        parts = ["the same file again"]
    else:
        parts = ["the same pixels in another file"] if relation.kind is DuplicateKind.SAME_PIXELS else []
        parts += [_TURNED[relation.turn]] if relation.turn in _TURNED else []
        parts += ["edited"] if relation.kind is DuplicateKind.EDITED else []
        parts += ["a part of it"] if relation.kind is DuplicateKind.CROPPED else []
        if file.pixels < kept.pixels:
            parts.append("fewer pixels")
        elif file.pixels > kept.pixels:
            parts.append("more pixels")
        elif not parts:
            parts.append("saved smaller" if file.bytes < kept.bytes else "saved again")
    return ", ".join([*parts, *([_STAYS[reason]] if reason else [])])


_STAYS = {
    Stays.SHOT: "not suggested, it is of the same shot or another one",
    Stays.PART: "not suggested, it shows more or less than the other",
    Stays.EDITED: "not suggested, either of both may be the original",
    Stays.TURNED: "not suggested, either of both may be the original",
    Stays.PLACE: "not suggested, it shows something else in one place",
    Stays.ENLARGED: "not suggested, the larger of both seems to be enlarged",
    Stays.RAW: "not suggested, it is camera raw",
    Stays.SEVERAL: "not suggested, it holds more pictures or may hold some",
    Stays.BETTER: "not suggested, the first has lost more by saving",
    Stays.FINER: "not suggested, it may hold finer colors or transparency",
    Stays.UNSEEN: "not suggested, it cannot be compared now",
    Stays.BESIDE: "beside what the camera wrote with it",
    Stays.PROTECTED: "in a protected folder",
}


def _several(file: FileRow) -> bool:
    """Whether a file holds several pictures, or may: that was not read yet."""
    return file.format in _MAY_HOLD_SEVERAL if file.several is None else bool(file.several)


_MAY_HOLD_SEVERAL = {"GIF", "TIFF", "WEBP", "PSD"}


def numbered_apart(one: FileRow, other: FileRow) -> bool:
    """Whether a camera gave two photos of one size different numbers: shots of one second, as far as its clock tells.

    In one folder the names differ in their last number alone, which has as many digits in both: IMG_0041.JPG, IMG_0042.JPG; one
    digit counts behind a time: IMG_20260501_120000_1.jpg.
    """
    if not one.taken or not other.taken:
        return False
    first, second = _NUMBERED.fullmatch(one.path), _NUMBERED.fullmatch(other.path)
    if first is None or second is None:
        return False
    alike = first[1] == second[1] and first[3].lower() == second[3].lower() and len(first[2]) == len(second[2])
    return alike and first[2] != second[2] and (one.width, one.height) == (other.width, other.height)


_NUMBERED = re.compile(r"(.*?)(\d{2,}|(?<=\d\d_)\d)(\.\w+)", re.DOTALL)


def other_shot(one: str | None, other: str | None) -> bool:
    """Whether two dates of taking (ISO 8601 or None) say that these are different shots of a camera.

    A date without a time is compared as a date. Whole quarters of an hour up to a day may be another time zone. Fractions of a
    second count where both have one.
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
    if apart > timedelta(days=1, hours=2) or apart % timedelta(minutes=15) != timedelta(0):
        return True
    parts = _FRACTION.match(one), _FRACTION.match(other)
    return parts[0] is not None and parts[1] is not None and float(parts[0][1]) != float(parts[1][1])


_FRACTION = re.compile(r".{19}(\.\d+)")
