"""The journal of what was done to files at the user's wish, written before it is done, so that it can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.engine.types import TrashReport


class Trash(Protocol):
    """Moves one file to the platform's trash and says where it is now; raises InputError where that is impossible."""

    def move(self, path: Path) -> Path: ...


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """One file that shall go to the trash, with the digest it must still have at that moment."""

    path: str
    digest: bytes


class Journal:
    """Acts on files. Every planned move is on disk before the first file moves; a kill in between can be undone."""

    def __init__(self, path: Path) -> None:
        """`path`: an SQLite file of its own beside the catalogue."""
        raise NotImplementedError
    def close(self) -> None: raise NotImplementedError
    def trash(self, moves: Sequence[PlannedMove], keepers: Sequence[PlannedMove], trash: Trash) -> TrashReport:
        """Move files to the trash. A file that changed since, or a keeper that is no longer readable, is refused, never moved."""
        raise NotImplementedError
    def undo(self, act: int) -> tuple[str, ...]:
        """Put back what an act moved; returns the paths that are back. A path taken meanwhile gets a free name beside it."""
        raise NotImplementedError
    def last_act(self) -> int | None:
        """The newest act that can still be undone."""
        raise NotImplementedError
