"""Finer colors and transparency, which nothing that is compared knows of: pictures are compared in 8 bits, over white."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from PIL import Image

from app.engine.library.file_rows import FileRow

_READERS = {"PNG": "PNG", "TIFF": "TIFF", "WEBP": "WEBP", "GIF": "GIF", "TGA": "TGA", "QOI": "QOI", "PPM": "PPM", "PSD": "PSD"}
"""Pillow's reader for each format that may hold more, where its header tells; 25 to 180 us for a file on a drive of one's own."""


class Depth(NamedTuple):
    """What a file holds beside 8 bits of red, green and blue."""

    fine: bool = False  # more than 8 bits a channel
    clear: bool = False  # transparency


def holds_more(file: FileRow, kept: FileRow) -> bool:
    """Whether a file holds finer colors or transparency that the other lacks, or may: it cannot be looked into now."""
    try:
        own = _depth(file)
        other = _depth(kept) if any(own) else own
    except OSError:
        return True
    return own.fine > other.fine or own.clear > other.clear


def _depth(file: FileRow) -> Depth:
    return _read(file.path, _READERS[file.format], file.digest) if file.format in _READERS else Depth()


@lru_cache(1 << 16)
def _read(path: str, reader: str, _digest: bytes) -> Depth:
    """From the header alone. Raises OSError for a file that is away or cannot be read."""
    try:
        with Image.open(path, formats=[reader]) as picture:
            fine = picture.mode[0] in "IF" or any(";16" in str(tile[3]) for tile in picture.tile)  # "RGB;16B" as stored
            return Depth(fine, picture.has_transparency_data)
    except Exception as problem:  # strangers' bytes: whatever is wrong with them, they tell nothing
        raise OSError(str(problem)) from problem
