"""Derived index files on disk: written so that a crash leaves the old one or none, and read only when they fit exactly.

An index is a few files: the FAISS rows, the ids, and a stamp that says what they are made of. The stamp is written last and
names the sizes and checksums of the others. Of a file beyond `WHOLE` bytes the checksum covers its ends and blocks spread over
it, for reading a gigabyte twice would double the time to open: a file that was cut, or partly written, or is another's does not
pass, while a single bit that turned within the rows can only misplace one photo.
"""

from __future__ import annotations

import contextlib
import json
import os
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path

from app.engine.index.base import Kept
from app.engine.index.table import beside

SCHEMA = 2
"""Grows when the files of an index change their form."""
WHOLE = 16 << 20
BLOCK = 1 << 16
BLOCKS = 128


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an index was made of: the feature's version, the catalogue's generation, and the number of rows read."""

    feature: str
    generation: int
    count: int


def save_index(folder: Path, index: Kept, stamp: Stamp) -> None:
    """Write `index` to `folder` in place of an older one of the same feature. Raises OSError (a full disk)."""
    folder.mkdir(parents=True, exist_ok=True)
    path = _rows_file(folder, stamp.feature)
    fresh = path.with_name(path.name + ".new")
    try:
        index.save(fresh)
        stamped = beside(fresh, ".stamp")
        stamped.write_text(json.dumps(_document(fresh, index, stamp)), "utf-8")
        for part in index.parts:
            _put(beside(fresh, part), beside(path, part))
        _put(stamped, _stamp_file(folder, stamp.feature))
    except RuntimeError as failure:  # FAISS reports a failed write so
        raise OSError(f"The search index could not be written: {failure}") from failure
    finally:
        for left in folder.glob(fresh.name + "*"):
            with contextlib.suppress(OSError):
                left.unlink()
    _flush(folder)


def load_index(folder: Path, index: Kept, stamp: Stamp) -> bool:
    """Fill the empty `index` from `folder`; False where no file fits `stamp` exactly or a file is damaged."""
    path = _rows_file(folder, stamp.feature)
    try:
        written = _written(folder, stamp.feature)
        expected = {"schema": SCHEMA, "kind": index.kind, **asdict(stamp)}
        if {name: written.get(name) for name in expected} != expected:
            return False
        before = _identities(path, index)
        if written != _document(path, index, stamp):
            return False
        index.restore(path)
        if _identities(path, index) != before:  # another process kept a newer one meanwhile: its parts may be mixed with ours
            return False
    except (OSError, ValueError, RuntimeError):
        return False
    return True


def saved_kind(folder: Path, feature: str) -> str | None:
    """The kind of the index that is saved for a feature; None where there is none, or its stamp is damaged."""
    try:
        kind = _written(folder, feature).get("kind")
    except (OSError, ValueError):
        return None
    return kind if isinstance(kind, str) else None


def saved_features(folder: Path) -> tuple[str, ...]:
    """The features that an index is saved for."""
    return tuple(sorted(file.stem for file in folder.glob("*.json")))


def forget_index(folder: Path, feature: str) -> None:
    """Delete the files of a feature's index; missing ones are no error."""
    _stamp_file(folder, feature).unlink(missing_ok=True)
    for file in folder.glob(_rows_file(folder, feature).name + "*"):
        file.unlink(missing_ok=True)


def _rows_file(folder: Path, feature: str) -> Path:
    return folder / f"{feature}.faiss"


def _stamp_file(folder: Path, feature: str) -> Path:
    return folder / f"{feature}.json"


def _document(path: Path, index: Kept, stamp: Stamp) -> dict[str, object]:
    """What the stamp's file says; sizes and checksums read from the files at `path`."""
    files = {part: _describe(beside(path, part)) for part in index.parts}
    return {"schema": SCHEMA, "kind": index.kind, **asdict(stamp), "files": files}


def _identities(path: Path, index: Kept) -> list[tuple[int, int]]:
    """What tells each file from one that is put in its place. Raises OSError."""
    stats = [beside(path, part).stat() for part in index.parts]
    return [(stat.st_ino, stat.st_mtime_ns) for stat in stats]


def _written(folder: Path, feature: str) -> dict[str, object]:
    """The stamp's file. Raises OSError, ValueError."""
    document = json.loads(_stamp_file(folder, feature).read_text("utf-8"))
    if not isinstance(document, dict):
        raise ValueError("a stamp is an object")
    return document


def _put(new: Path, old: Path) -> None:
    _flush(new)
    new.replace(old)


def _describe(path: Path) -> list[int]:
    """Size and checksum of a file."""
    size = path.stat().st_size
    checksum = 0
    with path.open("rb") as file:
        if size <= WHOLE:
            while block := file.read(1 << 20):
                checksum = zlib.crc32(block, checksum)
            return [size, checksum]
        for number in range(BLOCKS):
            file.seek(number * (size - BLOCK) // (BLOCKS - 1))
            checksum = zlib.crc32(file.read(BLOCK), checksum)
    return [size, checksum]


def _flush(path: Path) -> None:
    """Make the system write a file, or a folder's names, to the disk."""
    if os.name == "nt" and path.is_dir():  # Windows opens no folders
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
