"""JPEG 2000: boxes that hold EXIF, XMP and IPTC."""

from __future__ import annotations

from typing import BinaryIO

from app.engine.features.embedded.blocks import Blocks, read_at, without_exif_mark

SIGNATURE = b"\0\0\0\x0cjP  \r\n\x87\n"
XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
EXIF = b"JpgTiffExif->JP2"
IPTC = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")


def read_jpeg2000(stream: BinaryIO) -> Blocks:
    """The blocks of a JP2 file."""
    blocks = Blocks(format="JPEG2000")
    offset = 0
    while len(head := read_at(stream, offset, 16)) >= 8:
        length, kind, skip = int.from_bytes(head[:4], "big"), head[4:8], 8
        if length == 1:
            length, skip = int.from_bytes(head[8:16], "big"), 16
        if kind == b"jp2h":
            header = read_at(stream, offset + skip + 8, 8)
            blocks.set_size(int.from_bytes(header[4:8], "big"), int.from_bytes(header[:4], "big"))
        elif kind == b"uuid":
            _keep(blocks, read_at(stream, offset + skip, length - skip))
        if length < 8:
            break
        offset += length
    return blocks


def _keep(blocks: Blocks, body: bytes) -> None:
    name, content = body[:16], body[16:]
    if name == XMP:
        blocks.xmp = content
    elif name == EXIF:
        blocks.exif = without_exif_mark(content)
    elif name == IPTC:
        blocks.iptc = content
