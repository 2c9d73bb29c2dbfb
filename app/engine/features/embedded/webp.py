"""WebP: a RIFF file whose chunks hold EXIF, XMP and a profile."""

from __future__ import annotations

from typing import BinaryIO

from app.engine.features.embedded.blocks import LARGEST, Blocks, without_exif_mark


def read_webp(stream: BinaryIO) -> Blocks:
    """The blocks of a WebP file."""
    blocks = Blocks(format="WEBP")
    stream.seek(12)
    while len(head := stream.read(8)) == 8:
        kind, length = head[:4], int.from_bytes(head[4:], "little")
        start = stream.tell()
        if kind in (b"EXIF", b"XMP ", b"XMP\0", b"ICCP") and length <= LARGEST:
            _keep(blocks, kind, stream.read(length))
        elif kind in (b"VP8X", b"VP8 ", b"VP8L"):
            _keep_size(blocks, kind, stream.read(min(length, 10)))
        stream.seek(start + length + length % 2)
    return blocks


def _keep(blocks: Blocks, kind: bytes, body: bytes) -> None:
    if kind == b"EXIF":
        blocks.exif = without_exif_mark(body)
    elif kind == b"ICCP":
        blocks.icc = body
    else:
        blocks.xmp = body


def _keep_size(blocks: Blocks, kind: bytes, body: bytes) -> None:
    """The first size counts: the canvas of an extended file stands before its frames."""
    if blocks.width is not None or len(body) < 5:
        return
    if kind == b"VP8X" and len(body) >= 10:
        blocks.set_size(1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little"))
    elif kind == b"VP8L" and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        blocks.set_size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    elif kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a" and len(body) >= 10:
        blocks.set_size(int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF)
