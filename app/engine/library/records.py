"""What goes into the catalogue and comes out of it, and how metadata is laid in columns."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from app.engine.library.sqlite import stored
from app.engine.types import Metadata


@dataclass(frozen=True, slots=True)
class FileStat:
    """What the file system says of a file without reading it. Two equal stats mean an unchanged file."""

    path: str
    size: int
    mtime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file as the catalogue knows it. `digest` is None for a file that could not be read, `reason` then says why."""

    stat: FileStat
    digest: bytes | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a picture was kept: how fine its detail is (0 and more), the quality 1..100 of a JPEG (0: it is none), and whether
    the file holds several pictures (pages, an animation, layers), of which only the first was read.
    """

    sharpness: float
    jpeg_quality: int = 0
    several: bool = False


@dataclass(frozen=True, slots=True)
class ReadPhoto:
    """What the first pass learned of a file: its photo's digest, facts, average color 0xRRGGBB, and quality.

    The quality is None where the picture itself was not read again, but its thumbnail.
    """

    stat: FileStat
    digest: bytes
    metadata: Metadata
    color: int
    quality: Quality | None = None


METADATA_COLUMNS = tuple(field.name for field in fields(Metadata))
"""The columns of `photos` that hold a Metadata, in its order."""


QUALITY_COLUMNS = tuple(field.name for field in fields(Quality))
"""The columns of `photos` that hold a Quality, in its order."""


def quality_values(quality: Quality | None) -> list[Any]:
    """The columns' values."""
    return [None if quality is None else getattr(quality, name) for name in QUALITY_COLUMNS]


def metadata_values(metadata: Metadata) -> list[Any]:
    """The columns' values; what SQLite cannot keep (numbers beyond 64 bits or not finite) becomes unknown."""
    return [_value(getattr(metadata, name)) for name in METADATA_COLUMNS]


def metadata_of(values: Sequence[Any]) -> Metadata:
    """The Metadata in the columns `METADATA_COLUMNS`."""
    named = dict(zip(METADATA_COLUMNS, values, strict=True))
    named["keywords"] = tuple(json.loads(named["keywords"]))
    return Metadata(**named)


def stat_values(stat: FileStat) -> tuple[str | bytes, str | bytes, str | bytes, int, int | str, int | str]:
    """path, folder, name, size, mtime_ns, inode for the table `files`."""
    folder, name = os.path.split(stat.path)
    return stored(stat.path), stored(folder), stored(name), stat.size, _wide(stat.mtime_ns), _wide(stat.inode)


def known_file(row: Sequence[Any]) -> KnownFile:
    """The file in the columns path, size, mtime_ns, inode, digest, reason."""
    path, size, mtime_ns, inode, digest, reason = row
    return KnownFile(FileStat(path, size, int(mtime_ns), int(inode)), digest, reason)


def _value(value: Any) -> Any:
    match value:
        case tuple():
            return json.dumps([clean(word) for word in value], ensure_ascii=False)
        case str():
            return clean(value)
        case float() if not math.isfinite(value):
            return None
        case int() if not -(2**63) <= value < 2**63:
            return None
    return value


def clean(text: str) -> str:
    """Text that is valid Unicode."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _wide(number: int) -> int | str:
    """Inode numbers of some file systems have up to 128 bits, and times can be set beyond 64: those are kept as text."""
    return number if -(2**63) <= number < 2**63 else str(number)
