"""What links mean for moving a file: other names of the same content, whose move frees nothing."""

from __future__ import annotations

import os
import stat
from collections import Counter
from pathlib import Path

SYMBOLIC = "this is a link to another file: moving it to the trash frees no space"
HARD = "the same file stays under another name (a hard link): moving it to the trash frees no space"


class Freed:
    """Counts what a row of moves frees: nothing for a symbolic link, and for hard links only when the last name goes."""

    def __init__(self) -> None:
        self._gone: Counter[tuple[int, int]] = Counter()

    def by(self, file: os.stat_result) -> int:
        """Bytes that are freed when this file (its lstat, taken before) goes after the others."""
        if stat.S_ISLNK(file.st_mode):
            return 0
        self._gone[file.st_dev, file.st_ino] += 1
        return file.st_size if self._all_gone(file) else 0

    def note(self, file: os.stat_result) -> str | None:
        """Why the move of a file frees nothing when all that was counted goes; None where it does."""
        if stat.S_ISLNK(file.st_mode):
            return SYMBOLIC
        return None if self._all_gone(file) else HARD

    def _all_gone(self, file: os.stat_result) -> bool:
        return self._gone[file.st_dev, file.st_ino] >= file.st_nlink


def goes_with(keeper: Path, moved: Path) -> bool:
    """Whether a keeper goes when `moved` goes: a link to it, or the same file seen through another folder. Raises OSError."""
    if os.path.realpath(keeper) == real_name(moved):
        return True
    return keeper.stat().st_nlink == 1 and os.path.samestat(keeper.stat(), moved.stat()) and not moved.is_symlink()


def real_name(path: Path) -> str:
    """The one name of a file (or of a link itself), through whatever folders it is reached."""
    return str(Path(os.path.realpath(path.parent), path.name))
