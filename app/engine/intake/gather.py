"""Gathering what a watched folder says until it is quiet, so that one look answers many events."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from app.engine.intake.places import is_inside, is_skipped_name, own_within

QUIET_S = 0.5
"""A notice goes out when nothing new has been said for so long,"""

PATIENCE_S = 2.0
"""or at the latest so long after the first word: a copy that takes minutes is shown meanwhile."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Where to look again. `folders`: at the files directly in them; `trees`: with everything below (new, gone, or unknown).

    `moves` are renames of files and whole folders as the system told them, (old path, new path) in order; the folders around them
    are among `folders` or `trees` too, so a look sets right what the renames leave open.
    """

    folders: frozenset[str] = frozenset()
    trees: frozenset[str] = frozenset()
    moves: tuple[tuple[str, str], ...] = ()


class Gatherer:
    """Takes events from any thread and gives notices to one. Hidden things and Facet's own folders are none of its business."""

    def __init__(self, own_folders: Sequence[str]) -> None:
        self._own_folders = tuple(own_folders)
        self._roots: dict[str, frozenset[str]] = {}  # with Facet's own folders in each
        self._lock = threading.Lock()
        self._folders: set[str] = set()
        self._trees: set[str] = set()
        self._moves: list[tuple[str, str, bool]] = []
        self._new_folders = False
        self._first = self._last = 0.0
        self._waiting = False

    def set_roots(self, roots: Sequence[str]) -> None:
        """Only what is below these folders counts."""
        own = {root: own_within(root, self._own_folders) for root in roots}
        self._roots = {root: folders for root, folders in own.items() if folders is not None}

    def note(self, kind: str, path: str, new_path: str = "", *, is_folder: bool) -> None:
        """One event: created, modified, attrib, closed, deleted, moved (then with the new path)."""
        old_counts = bool(path) and self.is_relevant(path)
        if kind != "moved":
            if old_counts:
                self._add(path, is_folder=is_folder, is_new=is_folder and kind == "created")
            return
        new_counts = bool(new_path) and self.is_relevant(new_path)
        if old_counts and new_counts:
            with self._lock:
                if not any(folder and is_inside(path, old) for old, _, folder in self._moves):  # told with its folder already
                    self._moves.append((path, new_path, is_folder))
        if old_counts:
            self._add(path, is_folder=is_folder)
        if new_counts:
            self._add(new_path, is_folder=is_folder, is_new=is_folder)

    def look(self, folder: str, *, tree: bool) -> None:
        """Have a folder looked at; as a tree, with everything below."""
        with self._lock:
            (self._trees if tree else self._folders).add(folder)
            self._touch()

    def take(self, now: float) -> Notice | None:
        """What was gathered, once it is quiet or has waited long enough. `now` is time.monotonic()."""
        with self._lock:
            if not self._waiting or (now - self._last < QUIET_S and now - self._first < PATIENCE_S):
                return None
            trees = frozenset(t for t in self._trees if not any(t != other and is_inside(t, other) for other in self._trees))
            folders = frozenset(f for f in self._folders if not any(is_inside(f, tree) for tree in trees))
            notice = Notice(folders, trees, tuple((old, new) for old, new, _ in self._moves))
            self._folders.clear()
            self._trees.clear()
            self._moves.clear()
            self._waiting = False
            return notice

    def take_new_folders(self) -> bool:
        """Whether folders were made since the last time this was asked."""
        with self._lock:
            new, self._new_folders = self._new_folders, False
            return new

    def is_relevant(self, path: str) -> bool:
        """Below a root, with nothing hidden on the way from it, and not in a folder of ours."""
        for root, own in self._roots.items():
            if is_inside(path, root) and not any(is_skipped_name(step) for step in _steps(path, root)):
                return not any(is_inside(path, folder) for folder in own)
        return False

    def _add(self, path: str, *, is_folder: bool, is_new: bool = False) -> None:
        with self._lock:
            if is_folder:
                self._trees.add(path)
                self._new_folders |= is_new
            else:
                self._folders.add(os.path.dirname(path))  # noqa: PTH120  thousands of events a second
            self._touch()

    def _touch(self) -> None:
        self._last = time.monotonic()
        if not self._waiting:
            self._waiting, self._first = True, self._last


def _steps(path: str, root: str) -> list[str]:
    return [step for step in path[len(root) :].split(os.sep) if step]  # noqa: PTH206
