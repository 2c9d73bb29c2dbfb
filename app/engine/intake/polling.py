"""For folders that the system cannot watch: their times tell what was added, removed or renamed in them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

FULL_EVERY_S = 300.0
"""How often everything is looked through: a file changed in place does not change its folder's time."""


class FolderPoll:
    """The modification times of all folders below a root; far cheaper than asking every file."""

    def __init__(self, root: str, is_relevant: Callable[[str], bool]) -> None:
        self._root = root
        self._is_relevant = is_relevant
        self._times: dict[str, int] = {}
        self._full_at = time.monotonic() + FULL_EVERY_S
        self._enter(root)

    def changed_folders(self, stop: Callable[[], bool]) -> Iterator[tuple[str, bool]]:
        """Folders to look at again, and whether with everything below: new ones, gone ones, from time to time the root."""
        for folder in list(self._times):
            if stop():
                return
            known, now = self._times.get(folder), _time_of(folder)
            if known is None or now == known:
                continue
            if now is None:
                self._forget(folder)
                yield folder, True
                continue
            self._times[folder] = now
            yield folder, False
            for child in _children(folder):
                if child not in self._times and self._is_relevant(child):
                    self._enter(child)
                    yield child, True
        if time.monotonic() >= self._full_at:
            self._full_at = time.monotonic() + FULL_EVERY_S
            yield self._root, True

    def _enter(self, folder: str) -> None:
        """Note a folder and all below that are looked into."""
        waiting = [folder]
        while waiting:
            path = waiting.pop()
            seen = _time_of(path)
            if seen is None:
                continue
            self._times[path] = seen
            waiting.extend(child for child in _children(path) if self._is_relevant(child))

    def _forget(self, folder: str) -> None:
        below = folder.rstrip(os.sep) + os.sep
        for path in [path for path in self._times if path == folder or path.startswith(below)]:
            del self._times[path]


def _time_of(folder: str) -> int | None:
    try:
        return os.stat(folder).st_mtime_ns  # noqa: PTH116  asked of thousands of folders every few seconds
    except OSError:
        return None


def _children(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []
