"""What a removal of copies will do, before anything is done: a look at the files, and at what the catalogue knows of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.engine.copies import DEFAULT_RULES, KeeperRules
from app.engine.errors import InputError, UsageError
from app.engine.library.acts import PlannedMove
from app.engine.library.catalog import Catalog
from app.engine.library.links import Freed, goes_with, real_name
from app.engine.library.refusals import GONE, PROTECTED, unread
from app.engine.library.trash import Trash
from app.engine.removals import Gift, PlannedFile, PlanRemoval, Removal, RemovalPlan, StayingFile
from app.engine.types import Unreadable

NO_KEEPER = "no other copy of it would stay; name one to keep, or move it to the trash by itself"
UNKNOWN = "it is not in the library any more; look at the group again"


def plan_removal(catalog: Catalog, request: PlanRemoval, trash: Trash | None, rules: KeeperRules = DEFAULT_RULES) -> RemovalPlan:
    """What would go, what would stay in its place and why. Reads no picture; each file is checked again when it is moved.

    What `rules` protect stays.
    """
    planner = _Planner(catalog, request, trash, rules)
    for group in request.groups:
        for path in group.paths:
            planner.add(path, group)
    return planner.plan()


def planned_moves(plan: RemovalPlan) -> list[PlannedMove]:
    """A plan as the journal keeps it. Raises UsageError where it does not say what stays: the journal would check nothing."""
    if any(not file.stays for file in plan.files):
        raise UsageError(NO_KEEPER)
    return [PlannedMove(file.path, file.digest, file.bytes, file.stays, file.gift) for file in plan.files]


def moves_of(catalog: Catalog, paths: Sequence[str], keepers: Sequence[str]) -> list[PlannedMove]:
    """Files that are to go at once, all with the same keepers. Raises InputError for one that the library does not have."""
    staying = tuple(_known(catalog, keeper) for keeper in keepers)
    sizes = {path: known.stat.size for path in paths if (known := catalog.file(path))}
    return [PlannedMove(file.path, file.digest, sizes[file.path], staying) for file in (_known(catalog, path) for path in paths)]


class _Planner:
    def __init__(self, catalog: Catalog, request: PlanRemoval, trash: Trash | None, rules: KeeperRules) -> None:
        self._catalog, self._trash, self._merge = catalog, trash, request.merge
        self._rules = rules
        self._going = {path for group in request.groups for path in group.paths if not rules.protects(path)}
        self._files: dict[str, PlannedFile] = {}
        self._refused: dict[str, Unreadable] = {}
        self._real: dict[str, str] = {}
        self._stats: dict[str, os.stat_result] = {}
        self._freed = Freed()
        self._own_folders: dict[str, str | None] = {}

    def add(self, path: str, group: Removal) -> None:
        """Plan one file, or refuse it; a file that was planned before stays as it is."""
        if path in self._files or path in self._refused:
            return
        try:
            self._files[path] = self._planned(path, group)
        except InputError as error:
            self._refused[path] = Unreadable(path, str(error))

    def plan(self) -> RemovalPlan:
        """What was planned so far. Whether a hard link frees anything is known only when all files are."""
        noted = (replace(file, note=self._freed.note(self._stats[path])) for path, file in self._files.items())
        return RemovalPlan(tuple(noted), tuple(self._refused.values()))

    def _planned(self, path: str, group: Removal) -> PlannedFile:
        """Raises InputError with the reason why the file stays."""
        if self._rules.protects(path):
            raise InputError(PROTECTED)
        known = self._catalog.file(path)
        if known is None or known.digest is None:
            raise InputError(UNKNOWN)
        try:
            file, whole = os.lstat(path), Path(path).stat()
        except FileNotFoundError:
            raise InputError(GONE) from None
        except OSError as error:
            raise InputError(unread(error)) from None
        if (whole.st_size, whole.st_mtime_ns) != (known.stat.size, known.stat.mtime_ns):
            raise InputError("it changed since it was read; wait until it is read again")
        if not os.access(Path(path).parent, os.W_OK):
            raise InputError("you may not change the folder it is in; ask its owner, then try again")
        if (other := self._real.setdefault(real_name(Path(path)), path)) != path:
            raise InputError(f"it is the same file as {other}, seen through another folder; it is counted once")
        stays = tuple(self._keepers(path, known.digest, group))
        if not stays:
            raise InputError(NO_KEEPER)
        frees = self._freed.by(file)
        gift = self._gift(known.digest, stays[0].digest) if self._merge else None
        self._stats[path] = file
        return PlannedFile(path, known.digest, whole.st_size, frees, stays, gift, self._own_folder(path))

    def _keepers(self, path: str, digest: bytes, group: Removal) -> list[StayingFile]:
        """The files that are there now and do not go; without named ones those of the same content."""
        named = group.keepers or [stat.path for stat in self._catalog.stats_of([digest]).get(digest, ())]
        staying = []
        for keeper in named:
            known = self._catalog.file(keeper)
            if keeper in self._going or known is None or known.digest is None:
                continue
            try:
                if not goes_with(Path(keeper), Path(path)):
                    staying.append(StayingFile(keeper, known.digest))
            except OSError:  # it is not there
                continue
        return staying

    def _gift(self, source: bytes, to: bytes) -> Gift | None:
        """What the photo that goes has and the keeper lacks; None where that is nothing."""
        giver, keeper = self._catalog.said_of(source), self._catalog.said_of(to)
        if source == to or giver is None or keeper is None:
            return None
        written = {word.casefold() for word in keeper.keywords}
        gift = Gift(
            to,
            source,
            giver.title if keeper.title is None else None,
            giver.rating if keeper.rating is None else None,
            tuple(word for word in giver.keywords if word.casefold() not in written),
            tuple(tag for tag in giver.tags if tag.casefold() not in keeper.known_tags),
            giver.caption or None if keeper.caption is None else None,
        )
        return gift if gift != Gift(to, source) else None

    def _own_folder(self, path: str) -> str | None:
        folder = str(Path(path).parent)
        if folder not in self._own_folders:
            own = self._trash.own_folder(Path(path)) if self._trash else None
            self._own_folders[folder] = None if own is None else str(own)
        return self._own_folders[folder]


def _known(catalog: Catalog, path: str) -> StayingFile:
    known = catalog.file(path)
    if known is None or known.digest is None:
        raise InputError(f"{path}: {UNKNOWN}")
    return StayingFile(path, known.digest)
