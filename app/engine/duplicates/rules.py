"""What one photo is beside another: whether it may go, whether it is another shot, and how to say so."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from app.engine.camera_raw import is_camera_raw
from app.engine.copies import DuplicateKind, Relation
from app.engine.duplicates.depth import holds_more
from app.engine.library.file_rows import FileRow
from app.engine.types import Turn

SHARPER = 1.75
"""Saving a JPEG once more makes its sharpness up to 1.5 times what it was."""
SAVED_ALIKE = 5
"""Per cent of JPEG's scale."""
HEAVIER = 1.5
"""At one quality a JPEG with finer colors, or saved in another order, takes up to 1.4 times the bytes."""

_TURNED = {
    Turn.ROTATE90: "turned right",
    Turn.ROTATE180: "turned upside down",
    Turn.ROTATE270: "turned left",
    Turn.MIRROR: "mirrored",
    Turn.FLIP: "mirrored top to bottom",
    Turn.TRANSPOSE: "turned left and mirrored",
    Turn.TRANSVERSE: "turned right and mirrored",
}


def may_go(file: FileRow, kept: FileRow, relation: Relation) -> bool:
    """Whether a photo may be suggested for removal: hashes say that the whole pictures are alike, and they are of one shot.

    One that shows a part of another may be what a collage, a panorama or a screenshot was made of: nobody can tell which of the
    two is wanted. Of camera raw only a preview was compared, of pages and animations only the first picture, and of finer colors
    and transparency nothing.
    """
    if relation.kind is DuplicateKind.IDENTICAL:
        return True
    if is_camera_raw(file.path) or _several(file):
        return False
    if relation.distance is None or relation.kind in (DuplicateKind.BURST, DuplicateKind.RAW_JPEG):
        return False
    return not holds_more(file, kept)


def altered(file: FileRow, kept: FileRow) -> bool:
    """Whether the kept one is sharper, or takes more bytes, than saving explains, in a JPEG of the same size saved no better.

    Then noise, sharpening or writing came into it, or the other was blurred; which of both is the original is not known. This
    told 59 of 60 copies with noise, 46 sharpened and 58 blurred ones, and none of 480 that were saved at quality 10 to 95.
    """
    if (file.width, file.height) != (kept.width, kept.height) or not file.sharpness or not kept.sharpness:
        return False
    saved_worse = not kept.jpeg_quality or file.jpeg_quality < kept.jpeg_quality - SAVED_ALIKE
    heavier = file.jpeg_quality >= kept.jpeg_quality and kept.bytes >= HEAVIER * file.bytes
    return not saved_worse and (heavier or kept.sharpness >= SHARPER * file.sharpness)


def why_not(file: FileRow, kept: FileRow, relation: Relation) -> str:
    """What the file is beside the kept one, in words."""
    if relation.kind is DuplicateKind.IDENTICAL:
        return "the same file again"
    parts = ["the same pixels in another file"] if relation.kind is DuplicateKind.SAME_PIXELS else []
    parts += [_TURNED[relation.turn]] if relation.turn in _TURNED else []
    if relation.kind is DuplicateKind.EDITED:
        parts.append("edited")
    if relation.kind is DuplicateKind.CROPPED:
        parts.append("a part of it")
    if relation.distance is None:
        parts.append("not suggested, it shows more or less than the other")
    elif not may_go(file, kept, relation):
        parts.append(f"not suggested, it {_what_it_is(file)}")
    if file.pixels < kept.pixels:
        parts.append("fewer pixels")
    elif not parts:
        parts.append("saved smaller" if file.bytes < kept.bytes else "saved again")
    return ", ".join(parts)


def _several(file: FileRow) -> bool:
    """Whether a file holds several pictures, or may: that was not read yet."""
    return file.format in _MAY_HOLD_SEVERAL if file.several is None else bool(file.several)


def _what_it_is(file: FileRow) -> str:
    if is_camera_raw(file.path):
        return "is camera raw"
    if not _several(file):
        return "may hold finer colors or transparency"
    return "may hold more pictures" if file.several is None else "holds more pictures"


_MAY_HOLD_SEVERAL = {"GIF", "TIFF", "WEBP", "PSD"}


def numbered_apart(one: FileRow, other: FileRow) -> bool:
    """Whether a camera gave two photos of one size different numbers: shots of one second, as far as its clock tells.

    In one folder the names differ in their last number alone, which has as many digits in both: IMG_0041.JPG, IMG_0042.JPG; one
    digit counts behind a time: IMG_20260501_120000_1.jpg.
    """
    first, second = _NUMBERED.fullmatch(one.path), _NUMBERED.fullmatch(other.path)
    if first is None or second is None or not one.taken or not other.taken:
        return False
    alike = first[1] == second[1] and first[3].lower() == second[3].lower() and len(first[2]) == len(second[2])
    return alike and first[2] != second[2] and (one.width, one.height) == (other.width, other.height)


_NUMBERED = re.compile(r"(.*?)(\d{2,}|(?<=\d\d_)\d)(\.\w+)", re.DOTALL)


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
