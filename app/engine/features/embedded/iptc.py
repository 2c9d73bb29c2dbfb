"""IPTC: the newspapers' records, bare or inside Photoshop's resource blocks (IIM 4.2)."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.features.embedded.values import text

TITLE, KEYWORDS, DATE, TIME, COPYRIGHT, CAPTION = 5, 25, 55, 60, 116, 120
UTF8_MARK = b"\x1b%G"

Records = dict[int, list[str]]


def read_iptc(block: bytes) -> Records:
    """Texts of the application record (2) by data set number, in file order."""
    raw = _resource(block, 0x0404) if b"8BIM" in block[:64] else block
    records: Records = {}
    for record, number, value in _data_sets(raw):
        if record == 2 and (found := text(value)):
            records.setdefault(number, []).append(found)
    return records


def _resource(block: bytes, wanted: int) -> bytes:
    """The data of one Photoshop resource; empty where there is none."""
    at = block.find(b"8BIM")
    while at >= 0 and block[at : at + 4] == b"8BIM":
        number = int.from_bytes(block[at + 4 : at + 6], "big")
        name = block[at + 6] + 1 if len(block) > at + 6 else 1
        at += 6 + name + name % 2
        size = int.from_bytes(block[at : at + 4], "big")
        if number == wanted:
            return block[at + 4 : at + 4 + size]
        at += 4 + size + size % 2
    return b""


def _data_sets(raw: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(record, data set, value) up to the first byte that starts none."""
    at = 0
    while at + 5 <= len(raw) and raw[at] == 0x1C:
        record, number, size = raw[at + 1], raw[at + 2], int.from_bytes(raw[at + 3 : at + 5], "big")
        at += 5
        if size & 0x8000:  # extended: the low bits say how many bytes the real size has
            length = size & 0x7FFF
            if length > 4:
                return
            size, at = int.from_bytes(raw[at : at + length], "big"), at + length
        yield record, number, raw[at : at + size]
        at += size
