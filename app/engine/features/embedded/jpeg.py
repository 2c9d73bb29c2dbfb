"""JPEG: the segments before the picture."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import BinaryIO

from app.engine.features.embedded.blocks import Blocks, without_exif_mark

EXIF = b"Exif\0"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
XMP_MORE = b"http://ns.adobe.com/xmp/extension/\0"
PHOTOSHOP = b"Photoshop 3.0\0"
PROFILE = b"ICC_PROFILE\0"
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
ALONE = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})  # markers without a length
WANTED = FRAMES | {0xE1, 0xE2, 0xED}
LARGEST_EXTENSION = 1 << 20  # bytes; beyond that it carries pictures (depth maps), not facts


def read_jpeg(stream: BinaryIO) -> Blocks:
    """The blocks of a JPEG (also of the first picture of an MPO); the picture data is not touched."""
    blocks = Blocks(format="JPEG")
    extension: dict[int, bytes] = {}
    profile: dict[int, bytes] = {}
    for marker, body in segments(stream):
        if marker in FRAMES and blocks.width is None and len(body) >= 5:
            blocks.set_size(int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big"))
        elif marker == 0xE1:
            _keep_app1(blocks, extension, body)
        elif marker == 0xED and body.startswith(PHOTOSHOP):
            blocks.iptc += body[len(PHOTOSHOP) :]
        elif marker == 0xE2 and body.startswith(PROFILE) and len(body) > 14:
            profile[body[12]] = body[14:]
    blocks.icc = b"".join(profile[part] for part in sorted(profile))
    if extension:
        blocks.more_xmp.append(_joined(extension))
    return blocks


def _keep_app1(blocks: Blocks, extension: dict[int, bytes], body: bytes) -> None:
    if body.startswith(EXIF):
        part = without_exif_mark(body)
        # A block longer than 64 KB goes on in further segments; one that starts anew is a second, less trusted block.
        if not blocks.exif or not part.startswith((b"II*\0", b"MM\0*")):
            blocks.exif += part
    elif body.startswith(XMP):
        if blocks.xmp:  # a second packet was written by a program that did not see the first: it is the newer one
            blocks.more_xmp.insert(0, blocks.xmp)
        blocks.xmp = body[len(XMP) :]
    elif body.startswith(XMP_MORE):
        start = len(XMP_MORE) + 32  # past the digest that names the extension
        size, offset = int.from_bytes(body[start : start + 4], "big"), int.from_bytes(body[start + 4 : start + 8], "big")
        if size <= LARGEST_EXTENSION:
            extension[offset] = body[start + 8 :]


def _joined(parts: dict[int, bytes]) -> bytes:
    """Parts by offset as one block; empty where one is missing."""
    whole = b""
    for offset in sorted(parts):
        if offset != len(whole):
            return b""
        whole += parts[offset]
    return whole


def segments(stream: BinaryIO, wanted: Set[int] = WANTED) -> Iterator[tuple[int, bytes]]:
    """(marker, body) of the wanted segments up to the picture data; when one is given out, the stream is at its end.

    A few stray bytes between segments are stepped over.
    """
    stream.seek(2)
    while marker := _next_marker(stream):
        if marker in ALONE:
            continue
        if marker in (0xD9, 0xDA):
            return
        length = int.from_bytes(stream.read(2), "big") - 2
        if length < 0:
            continue
        if marker in wanted:
            yield marker, stream.read(length)
        else:
            stream.seek(length, 1)


def _next_marker(stream: BinaryIO) -> int:
    """The next marker's second byte; 0 at the end of the file or after 64 KB without one."""
    for _ in range(1 << 16):
        byte = stream.read(1)
        if not byte:
            return 0
        if byte == b"\xff":
            while byte == b"\xff":
                byte = stream.read(1)
            if byte not in (b"", b"\0"):
                return byte[0]
    return 0
