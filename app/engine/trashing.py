"""Moves to the trash and back, and facts written into files, for the writer: a few files at a time between other work."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from app.engine.arrivals import Arrivals
from app.engine.errors import Cancelled, FacetError, LibraryError, UsageError
from app.engine.fact_writing import compose, follow, planned_facts
from app.engine.intake.looks import Looks
from app.engine.library.freedesktop import FreedesktopTrash
from app.engine.library.journal import NO_TRASH, NOTHING, Journal, Step, Steps, finish
from app.engine.library.store import Library
from app.engine.library.trash import FolderTrash, Mover, Trash, WithOwnFolder
from app.engine.news import News
from app.engine.planning import moves_of, planned_moves
from app.engine.removals import (
    Act,
    ActFile,
    Acting,
    ApplyRemoval,
    MoveToTrash,
    RedoTrash,
    Steer,
    TrashReport,
    UndoTrash,
    WriteFacts,
)
from app.engine.requests import ActProgress, ActsChanged, Event, PhotosArrived, Problem, TagsChanged
from app.engine.settings import load_settings

__all__ = ["FolderTrash", "Mover", "Trash", "Trashing", "platform_trash"]

_TELL_EVERY_S = 0.2
_LOOKED_AT = 100  # of the newest acts
_INTERRUPTED = "Facet was stopped while photos went to the trash: {} of {} are there and can be put back, the others stayed"
_WRITING_INTERRUPTED = (
    "Facet was stopped while it wrote into photos: {} of {} are written and can be made what they were, the others stayed so"
)
_READABLE_SIDE = 64  # pixels; JPEGs of any size are then decoded at an eighth, but read to their end

T = TypeVar("T")
Answer = Callable[[Callable[[], object]], None]
"""Answers a request with what the given work returns or raises."""


def platform_trash(given: Mover | None) -> Trash | None:
    """The trash that is used: the given one, else the desktop's; None where neither is there. With Facet's folder behind it."""
    mover = given or (None if sys.platform in ("win32", "darwin") else FreedesktopTrash())
    return None if mover is None else WithOwnFolder(mover)


@dataclass(slots=True)
class _Running:
    """An act that is under way or waits for its turn."""

    ticket: int
    steps: Steps[object]
    answer: Answer
    given_up: Callable[[], bool]
    stopped: bool = False
    paused: bool = False
    step: Step = field(default=Step(0, 0))


class Trashing:
    """Moves files to the trash and back, one act after the other, and says so. Used by the thread that writes."""

    def __init__(self, library: Library, emit: Callable[[Event], None], news: News, arrivals: Arrivals, looks: Looks) -> None:
        self._library = library
        self._emit = emit
        self._news = news
        self._arrivals = arrivals
        self._looks = looks
        self._acts: deque[_Running] = deque()
        self._told = 0.0

    # ---- acts

    def begin(self, ticket: int, request: Acting, trash: Trash | None, answer: Answer, given_up: Callable[[], bool]) -> None:
        """Take an act up; `step` carries it out. It ends early, as if stopped, when `given_up` says so."""

        def stopped() -> bool:
            return running.stopped or given_up()

        running = _Running(ticket, self._steps(request, trash, stopped), answer, given_up)
        self._acts.append(running)

    @property
    def busy(self) -> bool:
        """Whether an act is under way and not paused."""
        return bool(self._acts) and (not self._acts[0].paused or self._acts[0].given_up())

    def step(self, seconds: float) -> None:
        """Go on with the act that is under way for about so long; failures are its answer."""
        if not self.busy:
            return
        running, ends = self._acts[0], time.monotonic() + seconds
        taken: list[Step] = []
        try:
            while True:
                running.step = next(running.steps)
                taken.append(running.step)
                if running.paused or time.monotonic() > ends:
                    break
        except StopIteration as end:
            answer = end.value
            self._end(running, taken, lambda: answer)
        except Exception as error:
            raised = error
            self._end(running, taken, lambda: _raise(raised))
        else:
            self._follow(taken)
            self._tell(running)

    def steer(self, steer: Steer) -> None:
        """Pause, resume or stop the act that is under way; nothing where there is none."""
        if not self._acts:
            return
        running = self._acts[0]
        running.paused = steer is Steer.PAUSE
        running.stopped |= steer is Steer.STOP
        self._tell(running, now=True)

    def close(self) -> None:
        """Stop what is under way, between two files, and answer it; what waits is given up."""
        for running in self._acts:
            running.stopped, running.paused = True, False
        while self._acts:
            self.step(1.0)

    def settle(self, trash: Trash | None) -> None:
        """Settle what a kill interrupted, and say what became of it."""
        with closing(self._journal()) as journal:
            interrupted = {act.act for act in journal.acts(_LOOKED_AT) if act.planned}
            unknown = journal.recover(trash)
            acts = [act for act in journal.acts(_LOOKED_AT) if act.act in interrupted]
        for act in acts:
            text, done = (_WRITING_INTERRUPTED, act.written) if act.writes else (_INTERRUPTED, act.moved)
            self._emit(Problem("trash", text.format(done, done + act.refused)))
        for file in unknown:
            self._emit(Problem("trash", f"{file.path}: {file.reason}"))

    def put_back(self, act: int | None, paths: Sequence[str] = ()) -> tuple[int, tuple[str, ...]]:
        """Put back at once what an act moved, or some of it; None: the newest that can be undone. Raises as Journal.undo."""
        with closing(self._journal()) as journal:
            number = journal.last_act() if act is None else act
            if number is None:
                raise UsageError(NOTHING)
            return number, finish(self._following(self._telling(journal.undo(number, paths))))

    # ---- what was done

    def acts(self, limit: int) -> tuple[Act, ...]:
        """The newest acts, the newest first."""
        with closing(self._journal()) as journal:
            return journal.acts(limit)

    def files(self, act: int) -> tuple[ActFile, ...]:
        """The files of one act. Raises UsageError."""
        with closing(self._journal()) as journal:
            return journal.files(act)

    # ---- inside

    def _telling(self, steps: Steps[T]) -> Steps[T]:
        """The same steps; where some files came back and some could not, those are told of at the end."""
        problems: list[str] = []
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                for problem in problems:
                    self._emit(Problem("trash", problem))
                answer: T = end.value
                return answer
            problems += [step.problem] if step.problem else []
            yield step

    def _following(self, steps: Steps[T]) -> Steps[T]:
        """The same steps; what is known of a picture holds for its file when that is as it was, and that is read next."""
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                answer: T = end.value
                return answer
            if step.rewritten:
                follow(self._library, [step.rewritten])
                self._looks.add([str(Path(step.rewritten[0]).parent)], recursive=False)
            yield step

    def _journal(self) -> Journal:
        return self._library.journal(_decodes, self._protects, compose)

    def _protects(self, path: str) -> bool:
        """By the rules of this moment: a plan may be older."""
        return load_settings(self._library.paths.settings).keeper.protects(path)

    def _steps(self, request: Acting, trash: Trash | None, stopped: Callable[[], bool]) -> Steps[object]:
        catalog = self._library.catalog
        if stopped():
            raise Cancelled("this was given up")
        with closing(self._journal()) as journal:
            match request:
                case ApplyRemoval():
                    return (yield from journal.trash(planned_moves(request.plan), _need(trash), stopped))
                case MoveToTrash():
                    moves = moves_of(catalog, request.paths, request.keepers)
                    return (yield from journal.trash(moves, _need(trash), stopped))
                case RedoTrash():
                    return (yield from journal.redo(request.act, trash, request.paths, stopped))
                case WriteFacts():
                    files, refused = planned_facts(catalog, request.paths)
                    if not files:
                        return TrashReport(0, (), 0, refused)
                    report: TrashReport = yield from journal.write(files, stopped)
                    return replace(report, refused=(*refused, *report.refused))
                case UndoTrash():
                    return (yield from self._telling(journal.undo(request.act, request.paths, stopped)))

    def _end(self, running: _Running, taken: Sequence[Step], work: Callable[[], object]) -> None:
        self._acts.popleft()
        try:
            self._follow(taken)
        except FacetError as error:  # the catalogue learns of it with the next look at the folders
            self._emit(Problem(error.code, str(error)))
        self._tell(running, now=True)
        running.answer(work)
        self._news.folders(now=True)
        self._emit(ActsChanged())

    def _follow(self, taken: Sequence[Step]) -> None:
        """Bring what was moved into the catalogue and the window."""
        catalog = self._library.catalog
        if gone := [step.gone for step in taken if step.gone]:
            self._arrivals.removed(catalog.remove_files(gone))
        rewritten = [step.rewritten for step in taken if step.rewritten]
        if rewritten:
            follow(self._library, rewritten)
            self._looks.add(sorted({str(Path(path).parent) for path, *_ in rewritten}), recursive=False)
        if back := {str(Path(step.back).parent) for step in taken if step.back}:
            self._looks.add(sorted(back), recursive=False)
        if gifts := [step.gift for step in taken if step.gift]:
            ids = {number for gift in gifts if (number := catalog.photo_id(gift.to)) is not None}
            self._emit(PhotosArrived(tuple(catalog.rows_of(sorted(ids)).values())))
            self._emit(TagsChanged())

    def _tell(self, running: _Running, *, now: bool = False) -> None:
        clock = time.monotonic()
        if now or clock - self._told > _TELL_EVERY_S:
            self._told = clock
            self._emit(ActProgress(running.ticket, running.step.done, running.step.total, running.paused))


def _need(trash: Trash | None) -> Trash:
    if trash is None:
        raise LibraryError(NO_TRASH)
    return trash


def _decodes(path: Path) -> bool:
    """Whether a file is a picture that can be looked at, to its end."""
    from app.engine.intake.decode import open_picture  # heavy: only when something goes

    try:
        return not open_picture(path, longest=_READABLE_SIDE).cut
    except FacetError:
        return False


def _raise(error: Exception) -> object:
    raise error
