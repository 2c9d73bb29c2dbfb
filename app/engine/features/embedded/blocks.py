"""What a file's header holds, as raw blocks, before anybody reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO

LARGEST = 16 << 20  # bytes of one block; a header that says more is broken or hostile
FARTHEST = 1 << 40  # bytes; file systems refuse to seek much beyond


@dataclass(slots=True)
class Blocks:
    """Raw blocks of one file. `width` and `height` are as stored, before any turn, unless `upright` says otherwise.

    `exif` starts with the TIFF header. `tiff` says that the file itself is a TIFF, so that the facts lie in the file and `exif`
    is empty. `more_xmp` are further packets, each trusted less than the one before it.
    `texts` are PNG's own texts by lower-case keyword. `srgb` says that the container declares sRGB.
    """

    format: str | None = None
    width: int | None = None
    height: int | None = None
    upright: bool = False
    tiff: bool = False
    exif: bytes = b""
    xmp: bytes = b""
    iptc: bytes = b""
    icc: bytes = b""
    srgb: bool = False
    more_xmp: list[bytes] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def set_size(self, width: int, height: int) -> None:
        """Keep a stored size in pixels; one with an empty side is none."""
        if width > 0 and height > 0:
            self.width, self.height = width, height


def read_at(stream: BinaryIO, offset: int, size: int) -> bytes:
    """Up to `size` bytes from `offset`; fewer where the file ends, none for nonsense."""
    if not 0 <= offset < FARTHEST or not 0 < size <= LARGEST:
        return b""
    stream.seek(offset)
    return stream.read(size)


def without_exif_mark(block: bytes) -> bytes:
    """An EXIF block from its TIFF header on; some writers repeat JPEG's mark where it does not belong."""
    while block.startswith(b"Exif\0"):
        block = block[6:]
    return block
