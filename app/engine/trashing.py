"""Moves to the trash on behalf of the writer: the journal is open only while it is needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from app.engine.arrivals import Arrivals
from app.engine.copies import TrashReport
from app.engine.errors import InputError
from app.engine.intake.looks import Looks
from app.engine.library.catalog import Catalog
from app.engine.library.journal import PlannedMove, Trash
from app.engine.library.store import Library
from app.engine.news import News
from app.engine.requests import Event, Problem
from app.engine.types import Unreadable


class Trashing:
    """Moves files to the trash and back, and says so. Used by the thread that writes."""

    def __init__(self, library: Library, emit: Callable[[Event], None], news: News, arrivals: Arrivals, looks: Looks) -> None:
        self._library = library
        self._emit = emit
        self._news = news
        self._arrivals = arrivals
        self._looks = looks

    def move(self, paths: Sequence[str], keepers: Sequence[str], trash: Trash) -> TrashReport:
        """Move files to the trash, journalled; see Journal.trash."""
        report = move_to_trash(self._library, paths, keepers, trash)
        self._arrivals.removed(self._library.catalog.remove_files(report.moved))
        self._news.folders(now=True)
        return report

    def undo(self, act: int) -> tuple[str, ...]:
        """Put back what an act moved."""
        back = put_back(self._library, act)
        self._looks.add(sorted({str(Path(path).parent) for path in back}), recursive=False)
        return back

    def settle(self, trash: Trash) -> None:
        """Settle moves to the trash that a kill interrupted; what is lost sight of is said."""
        for file in settle(self._library, trash):
            self._emit(Problem("trash", f"{file.path}: {file.reason}"))


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
