"""The last look before a file goes to the trash: is it still what was decided on, and is a copy of it still there?"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from app.engine.library.acts import Item, PlannedMove
from app.engine.library.digest import digest_of


class Keepers:
    """The files that are to stay. One that is itself to be moved counts for nothing, nor does another name of the moved file."""

    def __init__(self, keepers: Sequence[PlannedMove], moves: Sequence[PlannedMove]) -> None:
        going = {move.path for move in moves}
        self._asked = bool(keepers)
        self._keepers = [keeper for keeper in keepers if keeper.path not in going]
        self._read: dict[str, tuple[tuple[int, ...], bytes]] = {}

    def objection(self, item: Item) -> str | None:
        """Why a file must not be moved now, in words for people; None when it may."""
        path = Path(item.path)
        try:
            if path.is_dir():
                return "it is a folder"
            if digest_of(path) != item.digest:
                return "it changed since you looked at it; look again before you move it"
        except FileNotFoundError:
            return "it is no longer there"
        except OSError as error:
            return f"it cannot be read ({error.strerror or error})"
        if self._asked and not any(self._stands(keeper, path) for keeper in self._keepers):
            return "the copy that was to be kept cannot be read or has changed; look again before you move it"
        return None

    def _stands(self, keeper: PlannedMove, moved: Path) -> bool:
        try:
            return not _same_name(Path(keeper.path), moved) and self._digest(keeper.path) == keeper.digest
        except OSError:
            return False

    def _digest(self, path: str) -> bytes:
        """The content's digest, read again only when the file's stat differs from the last reading."""
        stat = Path(path).stat()
        seen = (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
        known = self._read.get(path)
        if known is None or known[0] != seen:
            known = self._read[path] = (seen, digest_of(path))
        return known[1]


def _same_name(keeper: Path, moved: Path) -> bool:
    """Whether the keeper goes when `moved` goes: a link to it, or the same file seen through another folder. Raises OSError."""
    if os.path.realpath(keeper) == os.path.realpath(moved.parent / moved.name):
        return True
    return keeper.stat().st_nlink == 1 and os.path.samestat(keeper.stat(), moved.stat()) and not moved.is_symlink()
