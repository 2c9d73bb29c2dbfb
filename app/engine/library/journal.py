"""The journal of what was done to files at the user's wish, written before it is done, so that it can be undone."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, TypeVar

from app.engine.errors import FacetError, InputError, UsageError
from app.engine.library.acts import Acts, Item, PlannedMove
from app.engine.library.digest import digest_of
from app.engine.library.freedesktop import forget_note
from app.engine.library.keepers import LastLook, Protects, Readable
from app.engine.library.links import Freed
from app.engine.library.moving import move_to_free_name, names_for, same_file
from app.engine.library.refusals import broken_off, not_back, not_moved
from app.engine.library.rewriting import Compose, Rewriting
from app.engine.library.trash import Trash, holds
from app.engine.removals import Act, ActFile, ActState, Gift, TrashReport
from app.engine.types import Unreadable

__all__ = ["Journal", "PlannedMove", "Step", "Steps", "finish"]

NOTHING = "there is nothing to undo"
NO_TRASH = "there is no trash here; use the window to move photos to the trash"
STOPPED = "Facet was stopped before that was done"
FAILED = "something went wrong before that was done; try again"
ORIGINALS = "originals"
"""The folder beside the journal with files as they were before something was written into them."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """One file of an act is done with; `gone` and `back` name one that was moved or put back, and `gift` is what that changed.

    `rewritten`: (path, digest before, digest now) of one into which something was written, or that is as it was before that.
    `problem` is why a file could not be put back; why one was not moved is in the report.
    """

    done: int
    total: int
    gone: str | None = None
    back: str | None = None
    gift: Gift | None = None
    rewritten: tuple[str, bytes, bytes] | None = None
    problem: str | None = None


Steps = Generator[Step, None, T]
"""An act, one file at a time: closing it between two files leaves the rest planned, as a kill does."""


class Gifts(Protocol):
    """Where gifts to keepers are kept; both may be called twice for one gift."""

    def give(self, gift: Gift) -> None: ...
    def take_back(self, gift: Gift) -> None: ...


def finish(steps: Steps[T]) -> T:
    """Carry an act out to its end at once."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            answer: T = end.value
            return answer


def _never() -> bool:
    return False


class Journal:
    """Acts on files. Every planned move is on disk before the first file moves; a kill in between can be undone.

    A file of an act is planned, then moved or refused (never touched); moved becomes undone when it is put back, and what was
    undone or refused is planned again when the act is done again. The same goes for a file into which facts are written: what it
    was before is what was moved.
    """

    def __init__(
        self,
        path: Path,
        gifts: Gifts | None = None,
        readable: Readable = lambda _path: True,
        protects: Protects = lambda _path: False,
        compose: Compose = lambda content, _facts: content,
    ) -> None:
        """`path`: an SQLite file of its own beside the catalogue. Raises LibraryDamaged, LibraryTooNew or DiskFull."""
        self._acts = Acts(path)
        self._rewriting = Rewriting(self._acts, path.parent / ORIGINALS, compose)
        self._gifts = gifts
        self._readable = readable
        self._protects = protects

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._acts.close()

    # ---- acts

    def trash(self, moves: Sequence[PlannedMove], trash: Trash, stopped: Callable[[], bool] = _never) -> Steps[TrashReport]:
        """Move files to the trash, once all are written down. A file that changed since, or whose keepers do not stand, stays.

        A file with keepers must not be protected at the moment of its move, and at least one of them must still hold its digest
        and decode. What is left when `stopped` says so stays. Raises DiskFull when the journal cannot be written; once a file
        was moved, the report tells of what went wrong instead, and the rest stays.
        """
        act = self._acts.plan(moves)
        return (yield from self._carry_out(act, self._acts.items(ActState.PLANNED, act), trash, stopped))

    def write(self, files: Sequence[PlannedMove], stopped: Callable[[], bool] = _never) -> Steps[TrashReport]:
        """Write into files the facts that they are planned with; one that changed since stays. Raises as `trash`."""
        act = self._acts.plan(files)
        return (yield from self._carry_out(act, self._acts.items(ActState.PLANNED, act), None, stopped))

    def redo(
        self, act: int, trash: Trash | None, paths: Sequence[str] = (), stopped: Callable[[], bool] = _never
    ) -> Steps[TrashReport]:
        """Move again what an act has not moved, or some of it. Raises UsageError for an act that is not there, and as `trash`."""
        self._need(act)
        return (yield from self._carry_out(act, self._acts.plan_again(act, paths), trash, stopped))

    def undo(self, act: int, paths: Sequence[str] = (), stopped: Callable[[], bool] = _never) -> Steps[tuple[str, ...]]:
        """Put back what an act moved, or some of it; returns the paths that are back. One that is taken gets a name beside it.

        A file that was written becomes what it was, unless it was changed since.

        Raises UsageError for an act that is not there, InputError when nothing of it could be put back.
        """
        self._need(act)
        items = self._acts.plan_return(act, paths)
        back: list[str] = []
        failed: list[str] = []
        for done, item in enumerate(items, 1):
            if stopped():
                break
            try:
                back.append(str(self._put_back(item)))
            except (InputError, OSError) as error:
                self._acts.settle(item, ActState.MOVED)
                failed.append(str(error) if isinstance(error, InputError) else not_back(item.path, item.moved_to, error))
                yield Step(done, len(items), problem=failed[-1])
            else:
                yield Step(done, len(items), back=back[-1], gift=item.gift, rewritten=_rewritten(item, back=True))
        for item in items[len(back) + len(failed) :]:
            self._acts.settle(item, ActState.MOVED)
        if failed and not back:
            more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
            raise InputError(f"{failed[0]}{more}")
        return tuple(back)

    def recover(self, trash: Trash | None = None) -> tuple[Unreadable, ...]:
        """Settle what a kill interrupted, by what is on the disk. Returns the files whose fate stays unknown, with what to do.

        A file still at its path was not moved. One that is found in the trash can be undone. One whose folder cannot be reached
        now is left for a later call. A file that was being put back is back, or still moved.
        """
        for item in self._acts.returning():
            self._settle_return(item)
        return tuple(unknown for item in self._acts.items(ActState.PLANNED) if (unknown := self._settle_planned(item, trash)))

    # ---- what was done

    def acts(self, limit: int) -> tuple[Act, ...]:
        """The newest acts, the newest first."""
        return self._acts.acts(limit)

    def files(self, act: int) -> tuple[ActFile, ...]:
        """The files of an act. Raises UsageError for one that is not there."""
        self._need(act)
        return self._acts.files(act)

    def last_act(self) -> int | None:
        """The newest act that can still be undone: at least one of its files is still where it was moved, or what was written."""
        return next((item.act for item in reversed(self._acts.items(ActState.MOVED)) if _can_come_back(item)), None)

    # ---- one file

    def _carry_out(self, act: int, items: Sequence[Item], trash: Trash | None, stopped: Callable[[], bool]) -> Steps[TrashReport]:
        look, done = LastLook(items, self._readable, self._protects, self._acts.same), _Done(act)
        for number, item in enumerate(items, 1):
            if stopped():
                return done.report(self._leave(items[number - 1 :], STOPPED))
            before = _lstat(item.path)
            try:
                reason = self._move_or_refuse(item, look, trash)
            except Exception as error:  # what was moved must be told of, or nobody could bring it back
                self._settle_failed(item, trash)
                left = self._leave(items[number:], FAILED)
                if not done.moved:
                    raise
                done.refused.append(Unreadable(item.path, broken_off(error)))
                return done.report(left)
            if reason:
                done.refused.append(Unreadable(item.path, reason))
                yield Step(number, len(items))
            elif item.facts:
                done.moved.append(item.path)
                yield Step(number, len(items), rewritten=_rewritten(self._acts.item(item.id)))
            else:
                done.add(item.path, before)
                yield Step(number, len(items), gone=item.path, gift=item.gift)
        return done.report()

    def _leave(self, items: Sequence[Item], reason: str) -> tuple[str, ...]:
        """Write down that files were not reached, where anything can be written; returns their paths."""
        with contextlib.suppress(FacetError):
            for item in items:
                self._acts.settle(item, ActState.REFUSED, reason=reason)
        return tuple(item.path for item in items)

    def _move_or_refuse(self, item: Item, look: LastLook, trash: Trash | None) -> str | None:
        """Why one file stayed, None when it went or was written; either is written down."""
        reason = self._rewriting.write(item) if item.facts else look.objection(item) or self._move(item, trash)
        if reason:
            self._acts.settle(item, ActState.REFUSED, reason=reason)
        return reason

    def _settle_failed(self, item: Item, trash: Trash | None) -> None:
        with contextlib.suppress(FacetError, OSError):
            self._settle_planned(self._acts.item(item.id), trash, FAILED)

    def _move(self, item: Item, trash: Trash | None) -> str | None:
        """Move one file and write down where it is; returns why it stayed, None when it went."""
        if trash is None:
            return NO_TRASH
        try:
            where = trash.move(Path(item.path))
        except InputError as error:
            return str(error)
        except OSError as error:
            return not_moved(error)
        try:
            self._give(item)
            self._acts.settle(item, ActState.MOVED, moved_to=where)
        except FacetError:
            with contextlib.suppress(OSError, FacetError):  # unwritten means it could not be undone: better not moved at all
                move_to_free_name(where, Path(item.path))
                forget_note(where)
                self._take_back(item)
            raise
        return None

    def _put_back(self, item: Item) -> Path:
        """Raises OSError, InputError."""
        if item.facts:
            return self._rewriting.take_back(item)
        where, path = Path(item.moved_to or ""), Path(item.path)
        if (back := _returned(item)) is None:
            _check_in_trash(item)  # raises here, before folders are made for a file that is not there
            back = move_to_free_name(where, path)
        self._is_back(item, back)
        return back

    # ---- after a kill

    def _settle_planned(self, item: Item, trash: Trash | None, stayed: str = STOPPED) -> Unreadable | None:
        return self._rewriting.settle(item, stayed) if item.facts else self._settle_move(item, trash, stayed)

    def _settle_move(self, item: Item, trash: Trash | None, stayed: str) -> Unreadable | None:
        path = Path(item.path)
        if os.path.lexists(path):
            if trash:
                trash.tidy(path)
            self._take_back(item)
            self._acts.settle(item, ActState.REFUSED, reason=stayed)
        elif (found := trash.find(path, item.digest) if trash else None) is not None:
            self._give(item)
            self._acts.settle(item, ActState.MOVED, moved_to=found)
        elif path.parent.is_dir():
            reason = "Facet was stopped while this photo was moved to the trash; look for it there"
            self._acts.settle(item, ActState.REFUSED, reason=reason)
            return Unreadable(item.path, reason)
        return None

    def _settle_return(self, item: Item) -> None:
        if item.facts:
            self._rewriting.settle_return(item)
        elif (back := _returned(item)) is None:
            self._acts.settle(item, ActState.MOVED)
        else:
            self._is_back(item, back)

    def _is_back(self, item: Item, where: Path) -> None:
        """Written down last: a kill before that is settled by doing this again."""
        forget_note(Path(item.moved_to or ""))
        self._take_back(item)
        self._acts.settle(item, ActState.UNDONE, moved_to=where)

    def _give(self, item: Item) -> None:
        if item.gift and self._gifts:
            for to in self._acts.same(item.gift.to):
                self._gifts.give(replace(item.gift, to=to))

    def _take_back(self, item: Item) -> None:
        if item.gift and self._gifts:
            for to in self._acts.same(item.gift.to):
                self._gifts.take_back(replace(item.gift, to=to))

    def _need(self, act: int) -> None:
        if not self._acts.exists(act):
            raise UsageError(NOTHING)


@dataclass(slots=True)
class _Done:
    """What an act has done so far."""

    act: int
    moved: list[str] = field(default_factory=list)
    refused: list[Unreadable] = field(default_factory=list)
    freed: int = 0
    freed_by: Freed = field(default_factory=Freed)

    def add(self, path: str, before: os.stat_result | None) -> None:
        self.moved.append(path)
        self.freed += self.freed_by.by(before) if before else 0

    def report(self, left: tuple[str, ...] = ()) -> TrashReport:
        return TrashReport(self.act, tuple(self.moved), self.freed, tuple(self.refused), left)


def _returned(item: Item) -> Path | None:
    """Where a moved file lies that an undo put back and could not write down any more; None for one that is still moved."""
    where = Path(item.moved_to or "")
    moved = os.path.lexists(where)
    for candidate in names_for(Path(item.path)):
        if not os.path.lexists(candidate):
            return None
        if moved and same_file(where, candidate):  # stopped between its new name and the end of the old one
            with contextlib.suppress(OSError):
                where.unlink()
            return candidate
        if not moved and holds(candidate, item.digest):
            return candidate
    return None


def _check_in_trash(item: Item) -> None:
    """Raises OSError where a moved file is not in the trash: once that is emptied, another photo may get its name there.

    A link is known by its name alone, as it need not lead anywhere from the trash.
    """
    where = Path(item.moved_to or "")
    if not stat.S_ISLNK(where.lstat().st_mode) and digest_of(where) != item.digest:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(where))


def _rewritten(item: Item, *, back: bool = False) -> tuple[str, bytes, bytes] | None:
    if item.written is None:
        return None
    return (item.path, item.written, item.digest) if back else (item.path, item.digest, item.written)


def _can_come_back(item: Item) -> bool:
    try:
        _check_in_trash(item)
    except OSError:
        return False
    return item.written is None or holds(Path(item.path), item.written)


def _lstat(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except OSError:
        return None
