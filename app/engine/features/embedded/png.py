"""PNG: size, EXIF, XMP, texts and profile, wherever in the file their chunks stand."""

from __future__ import annotations

import zlib
from typing import BinaryIO

from app.engine.features.embedded.blocks import LARGEST, Blocks, without_exif_mark

XMP_KEYWORD = "xml:com.adobe.xmp"
RAW_PROFILE = "raw profile type "  # ImageMagick's way: a hexadecimal dump of a JPEG segment
LARGEST_TEXT = 4 << 20  # bytes, unpacked


def read_png(stream: BinaryIO) -> Blocks:
    """The blocks of a PNG; chunks after the picture data count too, as many programs append them there."""
    blocks = Blocks(format="PNG")
    stream.seek(8)
    while len(head := stream.read(8)) == 8:
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if kind in (b"IHDR", b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"sRGB") and length <= LARGEST:
            body = stream.read(length)
            stream.seek(4, 1)
            _keep(blocks, kind, body)
        elif kind == b"IEND":
            break
        else:
            stream.seek(length + 4, 1)
    return blocks


def _keep(blocks: Blocks, kind: bytes, body: bytes) -> None:
    if kind == b"IHDR":
        blocks.set_size(int.from_bytes(body[:4], "big"), int.from_bytes(body[4:8], "big"))
    elif kind == b"eXIf":
        blocks.exif = without_exif_mark(body)
    elif kind == b"sRGB":
        blocks.srgb = True
    elif kind == b"iCCP":
        blocks.icc = _unpacked(body.partition(b"\0")[2][1:])
    else:
        _keep_text(blocks, *_text(kind, body))


def _text(kind: bytes, body: bytes) -> tuple[str, bytes, str]:
    """(lower-case keyword, raw text, its encoding) of a text chunk."""
    keyword, _, rest = body.partition(b"\0")
    name = keyword.decode("latin-1").strip().lower()
    if kind == b"tEXt":
        return name, rest, "latin-1"
    if kind == b"zTXt":
        return name, _unpacked(rest[1:]), "latin-1"
    packed = rest[:1] == b"\1"
    _language, _, rest = rest[2:].partition(b"\0")
    _translated, _, text = rest.partition(b"\0")
    return name, _unpacked(text) if packed else text, "utf-8"


def _keep_text(blocks: Blocks, name: str, raw: bytes, encoding: str) -> None:
    if name == XMP_KEYWORD:
        blocks.xmp = blocks.xmp or raw
    elif name.startswith(RAW_PROFILE):
        _keep_profile(blocks, name.removeprefix(RAW_PROFILE), _hexadecimal(raw))
    elif name not in blocks.texts:
        blocks.texts[name] = _decoded(raw, encoding)


def _decoded(raw: bytes, encoding: str) -> str:
    """Text as the format says, but UTF-8 where it reads as that: many programs write it into Latin-1 chunks."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1" if encoding == "latin-1" else "utf-8", "replace")


def _keep_profile(blocks: Blocks, kind: str, raw: bytes) -> None:
    if kind in ("exif", "app1") and raw.startswith(b"Exif"):
        blocks.exif = blocks.exif or without_exif_mark(raw)
    elif kind in ("xmp", "app1"):
        blocks.xmp = blocks.xmp or raw[max(0, raw.find(b"<")) :]
    elif kind in ("iptc", "8bim"):
        blocks.iptc = blocks.iptc or raw


def _hexadecimal(raw: bytes) -> bytes:
    """The bytes of a dump: a blank line, the kind, the length, then hexadecimal digits."""
    parts = raw.split(None, 2)
    try:
        return bytes.fromhex(parts[2].decode("ascii")) if len(parts) == 3 else b""
    except ValueError:
        return b""


def _unpacked(raw: bytes) -> bytes:
    """What zlib packed, at most 4 MB of it; empty where it is damaged."""
    try:
        return zlib.decompressobj().decompress(raw, LARGEST_TEXT)
    except zlib.error:
        return b""
