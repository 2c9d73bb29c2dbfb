"""What the engine tells without being asked, not more often than anybody can read."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.engine.library.catalog import Catalog
from app.engine.requests import DuplicatesChanged, Event, FoldersChanged, Progress

_PROGRESS_EVERY_S = 0.25
_FOLDERS_EVERY_S = 1.0
_GROUPS_EVERY_S = 1.0


class News:
    """Progress a few times a second, folder counts and new groups of duplicates once a second, each at once when asked for."""

    def __init__(self, catalog: Catalog, emit: Callable[[Event], None]) -> None:
        self._catalog = catalog
        self._emit = emit
        self._told_progress = self._told_folders = self._told_groups = 0.0
        self._folders_stale = self._groups_stale = False

    def progress(self, current: Callable[[], Progress], *, now: bool = False) -> None:
        """How far the reading is."""
        clock = time.monotonic()
        if now or clock - self._told_progress > _PROGRESS_EVERY_S:
            self._told_progress = clock
            self._emit(current())

    def photos_changed(self) -> None:
        """The counts are not what was told any more."""
        self._folders_stale = True

    def files_changed(self) -> None:
        """Files came, went or have other names: the groups of duplicates may not be what was told any more."""
        self._groups_stale = True

    def groups(self, *, now: bool = False) -> None:
        """That groups of duplicates may differ, when they may."""
        clock = time.monotonic()
        if now or (self._groups_stale and clock - self._told_groups > _GROUPS_EVERY_S):
            self._told_groups, self._groups_stale = clock, False
            self._emit(DuplicatesChanged())

    def folders(self, *, now: bool = False) -> None:
        """The folders with their counts, when they have changed."""
        clock = time.monotonic()
        if now or (self._folders_stale and clock - self._told_folders > _FOLDERS_EVERY_S):
            self._told_folders, self._folders_stale = clock, False
            catalog = self._catalog
            self._emit(FoldersChanged(catalog.folders(), catalog.count_photos(), len(catalog.unreadable())))
