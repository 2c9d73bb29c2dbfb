"""Moves to the trash on behalf of the writer: the journal is open only while it is needed."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.errors import InputError
from app.engine.library.catalog import Catalog
from app.engine.library.journal import PlannedMove, Trash
from app.engine.library.store import Library
from app.engine.types import TrashReport, Unreadable


def move_to_trash(library: Library, paths: Sequence[str], keepers: Sequence[str], trash: Trash) -> TrashReport:
    """Move files to the trash, journalled; see Journal.trash. Raises InputError for one that the library does not have."""
    moves, kept = _planned(library.catalog, paths), _planned(library.catalog, keepers)
    journal = library.journal()
    try:
        return journal.trash(moves, kept, trash)
    finally:
        journal.close()


def put_back(library: Library, act: int) -> tuple[str, ...]:
    """Undo an act; returns the paths that are back."""
    journal = library.journal()
    try:
        return journal.undo(act)
    finally:
        journal.close()


def settle(library: Library, trash: Trash) -> tuple[Unreadable, ...]:
    """Settle moves that a kill interrupted; returns what is lost sight of, and why."""
    journal = library.journal()
    try:
        return tuple(journal.recover(trash))
    finally:
        journal.close()


def _planned(catalog: Catalog, paths: Sequence[str]) -> list[PlannedMove]:
    planned = []
    for path in paths:
        known = catalog.file(path)
        if known is None or known.digest is None:
            raise InputError(f"{path} is not in the library any more; look at the group again")
        planned.append(PlannedMove(path, known.digest))
    return planned
