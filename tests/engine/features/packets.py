"""Builders of EXIF, XMP and IPTC blocks, byte by byte, independent of the code that reads them."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

Fraction = tuple[int, int]
Value = str | bytes | int | Fraction | Sequence[Fraction]

EXIF_POINTER, GPS_POINTER = 0x8769, 0x8825


def exif_block(
    main: Mapping[int, Value] | None = None,
    camera: Mapping[int, Value] | None = None,
    gps: Mapping[int, Value] | None = None,
    order: str = "<",
) -> bytes:
    """An EXIF block with JPEG's mark before it: str as ASCII type (UTF-8), bytes as BYTE, int as SHORT, pairs as RATIONAL."""
    first = dict(main or {})
    start, rest = 8, b""
    pointers = {EXIF_POINTER: camera, GPS_POINTER: gps}
    size = _size(len(first) + sum(part is not None for part in pointers.values()), first)
    for tag, part in pointers.items():
        if part is not None:
            first[tag] = _Pointer(start + size + len(rest))
            rest += _directory(part, start + size + len(rest), order)
    head = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, start)
    return b"Exif\0\0" + head + _directory(first, start, order) + rest


class _Pointer(int):
    """An offset, written as LONG."""


def _encoded(value: Value, order: str) -> tuple[int, int, bytes]:
    if isinstance(value, str):
        raw = value.encode() + b"\0"
        return 2, len(raw), raw
    if isinstance(value, bytes):
        return 1, len(value), value
    if isinstance(value, _Pointer):
        return 4, 1, struct.pack(f"{order}I", value)
    if isinstance(value, int):
        return 3, 1, struct.pack(f"{order}H", value)
    pairs = [value] if isinstance(value[0], int) else list(value)
    return 5, len(pairs), b"".join(struct.pack(f"{order}II", *pair) for pair in pairs)


def _size(entries: int, values: Mapping[int, Value]) -> int:
    return 2 + 12 * entries + 4 + sum(len(raw) for value in values.values() if len(raw := _encoded(value, "<")[2]) > 4)


def _directory(values: Mapping[int, Value], start: int, order: str) -> bytes:
    table, data = b"", b""
    for tag in sorted(values):
        kind, count, raw = _encoded(values[tag], order)
        if len(raw) > 4:
            field = struct.pack(f"{order}I", start + 2 + 12 * len(values) + 4 + len(data))
            data += raw
        else:
            field = raw.ljust(4, b"\0")
        table += struct.pack(f"{order}HHI", tag, kind, count) + field
    return struct.pack(f"{order}H", len(values)) + table + b"\0\0\0\0" + data


def xmp_packet(elements: str, attributes: str = "") -> bytes:
    """An XMP packet with one description."""
    spaces = {
        "dc": "http://purl.org/dc/elements/1.1/", "xmp": "http://ns.adobe.com/xap/1.0/",
        "tiff": "http://ns.adobe.com/tiff/1.0/", "exif": "http://ns.adobe.com/exif/1.0/",
        "aux": "http://ns.adobe.com/exif/1.0/aux/", "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    }  # fmt: skip
    declared = " ".join(f"xmlns:{prefix}='{uri}'" for prefix, uri in spaces.items())
    return (
        "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>"
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        f"<rdf:Description rdf:about='' {declared} {attributes}>{elements}</rdf:Description>"
        "</rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
    ).encode()


def iptc_block(records: Mapping[int, Sequence[str]]) -> bytes:
    """Records of the application record, in UTF-8."""
    block = b""
    for number, values in records.items():
        for value in values:
            raw = value.encode()
            block += struct.pack(">BBBH", 0x1C, 2, number, len(raw)) + raw
    return block


def photoshop_block(iptc: bytes) -> bytes:
    """IPTC records as Photoshop's resource 0x0404, behind another resource."""
    return _resource(0x03ED, b"\0" * 15) + _resource(0x0404, iptc)


def _resource(number: int, data: bytes) -> bytes:
    return b"8BIM" + struct.pack(">H", number) + b"\0\0" + struct.pack(">I", len(data)) + data + b"\0" * (len(data) % 2)


def with_segments(jpeg: bytes, *segments: tuple[int, bytes]) -> bytes:
    """A JPEG with further segments (marker, body) before its picture data's tables."""
    added = b"".join(b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body for marker, body in segments)
    at = 2
    while jpeg[at + 1] in range(0xE0, 0xF0):
        at += 2 + struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
    return jpeg[:at] + added + jpeg[at:]
