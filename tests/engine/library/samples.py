"""Made-up entries for the library's tests, and a way to run a piece of them in another process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from app.engine.library.catalog import FileStat, ReadPhoto
from app.engine.types import Metadata

SECOND = 1_000_000_000


def digest(number: int) -> bytes:
    """A digest that is the number itself."""
    return number.to_bytes(16, "big")


def stat(path: str, size: int = 1000, mtime_s: int = 1_700_000_000, inode: int = 1) -> FileStat:
    """What the file system could say of a file."""
    return FileStat(path, size, mtime_s * SECOND, inode)


def photo(path: str, number: int, *, size: int = 1000, mtime_s: int = 1_700_000_000, **facts: object) -> ReadPhoto:
    """A photo as the first pass would have read it."""
    metadata = Metadata(**{"format": "jpeg", "width": 40, "height": 30, **facts})  # type: ignore[arg-type]
    return ReadPhoto(stat(path, size, mtime_s), digest(number), metadata, 0x102030)


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Another Python that runs `code`; its stdout is a pipe."""
    command = [sys.executable, "-c", code, *(str(argument) for argument in arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)


def run(code: str, *arguments: object) -> str:
    """What another Python prints that runs `code` to its end."""
    with start(code, *arguments) as process:
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return out


def snapshot(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Everything in a folder: size, time of change and content of each file."""
    return {
        str(path.relative_to(folder)): (
            path.stat().st_size,
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in sorted(folder.rglob("*"))
    }
