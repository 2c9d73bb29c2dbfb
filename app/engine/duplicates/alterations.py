"""What sizes, bytes and sharpness tell of two files of one picture: that one was sharpened, blurred, made noisy or enlarged."""

from __future__ import annotations

from math import log2

import numpy as np

from app.engine.library.file_rows import FileRow

_QUALITIES = (10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 88, 90, 92, 94, 95, 96, 97, 98, 100)
_BYTES = (
    0.166, 0.243, 0.308, 0.361, 0.412, 0.467, 0.55, 0.603, 0.685, 0.801,
    0.908, 1.0, 1.099, 1.295, 1.42, 1.581, 1.764, 1.981, 2.724,
)  # fmt: skip
"""The bytes of a JPEG of each quality beside one of quality 90: the means of 50 photos, which deviate by 2 to 15 per cent."""
_DOUBLINGS: tuple[float, ...] = tuple(np.log2(np.interp(range(101), _QUALITIES, _BYTES)).tolist())

AS_GOOD = 5
"""Per cent of JPEG's scale up to which two files were saved alike."""
SHARPER, SHARPER_SAVED, SHARPER_SPOILED = 0.3, 0.6, 0.9
"""How many times as sharp, in doublings, one file may be that was saved as well as the other, or better, or better than one of a
quality below `SPOILED`. Saving 80 photos in 21 ways gave 0.1, 0.45 and 0.5 at most; sharpening a little gives 0.4 to 0.7."""
HEAVIER, HEAVIER_SAVED = 0.42, 0.65
"""The same for bits a pixel at one quality. Finer colors take up to 0.3 more, saving in another order 0.1 less."""
A_LITTLE = 0.05, 0.2
"""A file that was saved as well, is sharper by so much and takes so many more bits was not only saved: noise does both."""
SPOILED = 70
ENLARGED = ((480, 0.2), (1024, 0.26), (1 << 31, 0.36))
"""How many doublings of bits a pixel a larger file lacks for each doubling of pixels, by the longer side of the smaller file up
to which that counts. Photos that were enlarged lack 0.28 to 0.5, mostly 0.38; those of which the other was shrunk mostly 0.17,
one of twenty 0.33."""
AS_SHARP = 1.11
"""A photo that was enlarged is at most so many times as sharp as the other; one that a small other was shrunk from is sharper."""
SAME_SIDE = 1.02
"""Sides that differ by less than this are the same: some programs cut off or add a few pixels."""
LARGER = 1.3
"""So many times the pixels make a file larger than another."""


def altered(one: FileRow, other: FileRow) -> bool:
    """Whether one of two files of the same sides is sharper than saving explains, or takes more bytes.

    Then noise, sharpening or writing came into it, or the other was blurred; which of both is the original is not known.
    """
    if not one.sharpness or not other.sharpness or not _as_large(one, other):
        return False
    better, worse = (one, other) if _quality(one) >= _quality(other) else (other, one)
    sharper = log2(one.sharpness / other.sharpness)
    if _quality(better) - _quality(worse) <= AS_GOOD:
        heavier = _heavier(one, other)
        both = (sharper >= A_LITTLE[0] and heavier >= A_LITTLE[1]) or (-sharper >= A_LITTLE[0] and -heavier >= A_LITTLE[1])
        return both or abs(sharper) >= SHARPER or abs(heavier) >= HEAVIER
    if _quality(worse) < SPOILED:
        return abs(sharper) >= SHARPER_SPOILED
    return abs(sharper) >= SHARPER_SAVED or abs(_heavier(one, other)) >= HEAVIER_SAVED


def _as_large(one: FileRow, other: FileRow) -> bool:
    """Whether two photos have the same sides, turned or not, but for a few pixels."""
    sides = zip(sorted((one.width, one.height)), sorted((other.width, other.height)), strict=True)
    return all(max(pair) <= SAME_SIDE * min(pair) for pair in sides)


def enlarged(larger: FileRow, smaller: FileRow) -> bool:
    """Whether a JPEG seems to have been enlarged from the other: it is hardly sharper and has far fewer bits a pixel."""
    growth = larger.pixels / max(1, smaller.pixels)
    if growth < LARGER or not larger.sharpness or not smaller.sharpness or larger.sharpness > AS_SHARP * smaller.sharpness:
        return False
    first, second = _bits(larger), _bits(smaller)
    if first is None or second is None:
        return False
    side = max(smaller.width, smaller.height)
    return second - first >= log2(growth) * next(lacking for longest, lacking in ENLARGED if side <= longest)


def spoiled(one: FileRow, other: FileRow) -> bool:
    """Whether a file was saved so badly, and the other so much better, that it may not stand for the other."""
    return _quality(one) < SPOILED and _quality(other) - _quality(one) > AS_GOOD


def _quality(file: FileRow) -> int:
    return file.jpeg_quality or 100


def _heavier(one: FileRow, other: FileRow) -> float:
    """By how many doublings one of two JPEGs takes more bits a pixel, at one quality."""
    first, second = _bits(one), _bits(other)
    return 0.0 if first is None or second is None else first - second


def _bits(file: FileRow) -> float | None:
    """The bits a pixel of a JPEG as if it had quality 90, in doublings."""
    if not file.jpeg_quality or not file.bytes or not file.pixels:
        return None
    return log2(file.bytes / file.pixels) - _DOUBLINGS[file.jpeg_quality]
