"""The journal of what was done to files at the user's wish, written before it is done, so that it can be undone."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from app.engine.copies import TrashReport
from app.engine.errors import FacetError, InputError, UsageError
from app.engine.library.acts import Acts, Item, PlannedMove
from app.engine.library.digest import digest_of
from app.engine.library.keepers import Keepers
from app.engine.library.moving import move_to_free_name
from app.engine.types import Unreadable

__all__ = ["FolderTrash", "Journal", "PlannedMove", "Trash"]


class Trash(Protocol):
    """Moves one file to the platform's trash and says where it is now; raises InputError where that is impossible."""

    def move(self, path: Path) -> Path: ...


class FolderTrash:
    """A plain folder as a trash: Facet's own, for places where the platform has none, best on the photos' drive."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def move(self, path: Path) -> Path:
        """Move a file into the folder under a free name. Raises InputError."""
        try:
            return move_to_free_name(path, self.folder / path.name)
        except OSError as error:
            raise InputError(f"{path} cannot be moved to the trash ({error.strerror or error})") from error

    def find(self, path: Path, digest: bytes) -> Path | None:
        """Where a file that was at `path` lies in the trash, told by its name and content."""
        alike = (p for p in self.folder.glob("*") if p.name.startswith(path.stem) and p.suffix == path.suffix)
        return next((candidate for candidate in sorted(alike) if _holds(candidate, digest)), None)


class Journal:
    """Acts on files. Every planned move is on disk before the first file moves; a kill in between can be undone.

    A file of an act is planned, then moved or refused (never touched); moved becomes undone when it is put back.
    """

    def __init__(self, path: Path) -> None:
        """`path`: an SQLite file of its own beside the catalogue. Raises LibraryDamaged, LibraryTooNew or DiskFull."""
        self._acts = Acts(path)

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._acts.close()

    def trash(self, moves: Sequence[PlannedMove], keepers: Sequence[PlannedMove], trash: Trash) -> TrashReport:
        """Move files to the trash. A file that changed since, or a keeper that is no longer readable, is refused, never moved.

        With keepers, at the moment of each move at least one of them must still hold its digest. Raises DiskFull when the
        journal cannot be written; what was moved before that can be undone.
        """
        act, items = self._acts.plan(moves)
        last_look = Keepers(keepers, moves)
        moved: list[str] = []
        refused: list[Unreadable] = []
        freed = 0
        for item in items:
            size = _size(item.path)
            reason = last_look.objection(item) or self._move(item, trash)
            if reason:
                self._acts.settle(item, "refused", reason=reason)
                refused.append(Unreadable(item.path, reason))
            else:
                moved.append(item.path)
                freed += size
        return TrashReport(act, tuple(moved), freed, tuple(refused))

    def undo(self, act: int) -> tuple[str, ...]:
        """Put back what an act moved; returns the paths that are back. A path taken meanwhile gets a free name beside it.

        Raises UsageError for an act that is not there, InputError when nothing of it could be put back.
        """
        if not self._acts.exists(act):
            raise UsageError("there is nothing to undo")
        back: list[str] = []
        failed: list[str] = []
        for item in self._acts.items("moved", act):
            try:
                back.append(str(self._put_back(item)))
            except OSError as error:
                failed.append(f"{item.path} cannot be put back ({error.strerror or error})")
        if failed and not back:
            more = f", and {len(failed) - 1} more" if len(failed) > 1 else ""
            raise InputError(f"{failed[0]}{more}; look in the trash")
        return tuple(back)

    def last_act(self) -> int | None:
        """The newest act that can still be undone: at least one of its files is still where it was moved."""
        return next((item.act for item in reversed(self._acts.items("moved")) if os.path.lexists(item.moved_to or "")), None)

    def recover(self, trash: Trash | None = None) -> tuple[Unreadable, ...]:
        """Settle moves that a kill interrupted. Returns the files whose fate stays unknown, with what to do.

        A file still at its path was not moved. One that the trash can find (an optional method `find(path, digest)`) can be
        undone. One whose folder cannot be reached now is left for a later call.
        """
        unknown: list[Unreadable] = []
        for item in self._acts.items("planned"):
            path = Path(item.path)
            if os.path.lexists(path):
                self._acts.settle(item, "refused", reason="Facet was stopped before it was moved")
            elif (found := _find(trash, item)) is not None:
                self._acts.settle(item, "moved", moved_to=found)
            elif path.parent.is_dir():
                reason = "Facet was stopped while this photo was moved to the trash; look for it there"
                self._acts.settle(item, "refused", reason=reason)
                unknown.append(Unreadable(item.path, reason))
        return tuple(unknown)

    def _move(self, item: Item, trash: Trash) -> str | None:
        """Move one file and write down where it is; returns why it stayed, None when it went."""
        try:
            where = trash.move(Path(item.path))
        except InputError as error:
            return str(error)
        except OSError as error:
            return f"it cannot be moved to the trash ({error.strerror or error})"
        try:
            self._acts.settle(item, "moved", moved_to=where)
        except FacetError:
            with contextlib.suppress(OSError):  # unwritten means it could not be undone: better not moved at all
                move_to_free_name(where, Path(item.path))
            raise
        return None

    def _put_back(self, item: Item) -> Path:
        """Raises OSError."""
        where, path = Path(item.moved_to or ""), Path(item.path)
        if not os.path.lexists(where) and _holds(path, item.digest):
            self._acts.settle(item, "undone", moved_to=path)  # an undo was killed after it put the file back
            return path
        target = move_to_free_name(where, path)
        self._acts.settle(item, "undone", moved_to=target)
        if where.parent.name == "files":  # a freedesktop trash has a note of where it came from
            with contextlib.suppress(OSError):
                (where.parent.parent / "info" / f"{where.name}.trashinfo").unlink()
        return target


def _find(trash: Trash | None, item: Item) -> Path | None:
    find = getattr(trash, "find", None)
    found: Path | None = find(Path(item.path), item.digest) if find else None
    return found


def _holds(path: Path, digest: bytes) -> bool:
    try:
        return digest_of(path) == digest
    except OSError:
        return False


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0
