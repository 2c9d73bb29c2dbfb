"""The directories of a TIFF structure, which is also what an EXIF block is.

A reader of our own: Pillow's gives a whole directory up over one bad entry in some files, and says so with warnings, which
cannot be silenced for one thread alone. Adobe TIFF 6.0, BigTIFF, EXIF 2.32.
"""

from __future__ import annotations

import struct
from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO

from app.engine.features.embedded.blocks import read_at

Value = bytes | tuple[float | None, ...]
"""Text and raw bytes as bytes, numbers as a tuple; a fraction over zero is None."""
Directory = dict[int, Value]

MOST_ENTRIES = 4096
MOST_NUMBERS = 64  # nothing that is asked for has more
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
LETTERS = {3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I", 16: "Q", 17: "q", 18: "Q"}


@dataclass(frozen=True, slots=True)
class Tiff:
    """An open TIFF structure: its byte order ("<" or ">"), whether it is a BigTIFF, and where the first directory is."""

    stream: BinaryIO
    order: str
    big: bool
    first: int

    def directory(self, offset: int, wanted: Collection[int]) -> Directory:
        """The wanted entries of the directory at `offset`; an entry that cannot be read is left out."""
        count_size, entry_size, inline = (8, 20, 8) if self.big else (2, 12, 4)
        count = self._number(read_at(self.stream, offset, count_size))
        table = read_at(self.stream, offset + count_size, min(count, MOST_ENTRIES) * entry_size)
        found: Directory = {}
        for start in range(0, len(table) - entry_size + 1, entry_size):
            entry = table[start : start + entry_size]
            tag, kind = struct.unpack(f"{self.order}HH", entry[:4])
            if tag in wanted and tag not in found:
                value = self._value(kind, self._number(entry[4:-inline]), entry[-inline:])
                if value is not None:
                    found[tag] = value
        return found

    def _value(self, kind: int, count: int, field: bytes) -> Value | None:
        unit = SIZES.get(kind)
        if unit is None or count < 1:
            return None
        if kind not in (1, 2, 7):
            count = min(count, MOST_NUMBERS)
        size = count * unit
        raw = field[:size] if size <= len(field) else read_at(self.stream, self._number(field), size)
        if kind in (1, 2, 7):
            return raw or None
        if len(raw) != size:
            return None
        return self._fractions(kind, raw) if kind in (5, 10) else struct.unpack(f"{self.order}{count}{LETTERS[kind]}", raw)

    def _fractions(self, kind: int, raw: bytes) -> tuple[float | None, ...]:
        numbers = struct.unpack(f"{self.order}{len(raw) // 4}{'I' if kind == 5 else 'i'}", raw)
        return tuple(top / bottom if bottom else None for top, bottom in zip(numbers[::2], numbers[1::2], strict=True))

    def _number(self, raw: bytes) -> int:
        return int.from_bytes(raw, "little" if self.order == "<" else "big")


def open_tiff(stream: BinaryIO) -> Tiff | None:
    """The TIFF structure at the start of a stream; None where there is none."""
    head = read_at(stream, 0, 16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None or len(head) < 8:
        return None
    magic = struct.unpack(f"{order}H", head[2:4])[0]
    if magic == 43 and len(head) == 16:
        return Tiff(stream, order, True, struct.unpack(f"{order}Q", head[8:])[0])
    return Tiff(stream, order, False, struct.unpack(f"{order}I", head[4:8])[0]) if magic == 42 else None
