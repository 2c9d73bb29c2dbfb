"""Lanes: threads that answer requests one after the other, with tickets, cancelling, and failures as events."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from app.engine import requests as r
from app.engine.errors import Cancelled, FacetError

log = logging.getLogger(__name__)

FETCHING = "models"
KEPT_AT_THE_END = (
    r.ChangeSettings,
    r.ChangeKeeperRules,
    r.NoteSearch,
    r.SaveSearch,
    r.RenameSearch,
    r.ForgetSearch,
    r.TagPhotos,
    r.WriteCaptions,
    r.NotDuplicates,
    r.KeepAll,
    r.DescribePhotos,
    r.StopDescribing,
)
"""What people said in the last moment is still kept: each is one small write."""
LANES: dict[type, str] = {
    r.ListPhotos: "gallery",
    r.ListUnreadable: "gallery",
    r.ListSubfolders: "gallery",
    r.ListSearches: "gallery",
    r.ListTags: "gallery",
    r.TagsOf: "gallery",
    r.ExportTags: "slow",
    r.UndoExport: "slow",
    r.ListHistory: "gallery",
    r.Info: "gallery",
    r.ListDecisions: "gallery",
    r.Search: "search",
    r.FindDuplicates: "slow",
    r.PlanRemoval: "slow",
    r.PlanFacts: "gallery",
    r.Status: "slow",
    r.Suggestions: "slow",
    r.Picture: "pictures",
    r.MatchParts: "pictures",
    r.ListModels: "gallery",
    r.FetchModel: FETCHING,
    r.ImportModel: FETCHING,
}
"""Who reads what: a search never waits behind a gallery, a scan or a large picture, and nothing behind a download."""


class Desk:
    """Gives tickets out and answers each exactly once, with Done or Failed."""

    def __init__(self, emit: Callable[[r.Event], None]) -> None:
        self._emit = emit
        self._numbers = itertools.count(1)
        self._cancelled: set[int] = set()
        self._open: set[int] = set()
        self._lock = threading.Lock()

    def ticket(self) -> int:
        """The next ticket."""
        with self._lock:
            number = next(self._numbers)
            self._open.add(number)
            return number

    def cancel(self, ticket: int) -> None:
        """What is not answered yet will fail as cancelled."""
        with self._lock:
            if ticket in self._open:
                self._cancelled.add(ticket)

    def cancelled(self, ticket: int) -> bool:
        """Whether a request that is being answered was given up; long work asks now and then."""
        return ticket in self._cancelled

    def answer(self, ticket: int, work: Callable[[], object]) -> None:
        """Do the work and emit its answer; a cancelled ticket's work is not begun."""
        try:
            self._check(ticket)
            answer = work()
            self._check(ticket)
        except FacetError as error:
            self._finish(ticket, r.Failed(ticket, error.code, str(error)))
        except Exception as error:  # the lane must go on; the window says it and the log keeps the details
            log.exception("a request failed")
            self._finish(ticket, r.Failed(ticket, "error", f"this did not work: {type(error).__name__}: {error}"))
        else:
            self._finish(ticket, r.Done(ticket, answer))

    def fail(self, ticket: int, code: str, message: str) -> None:
        """Answer without any work."""
        self._finish(ticket, r.Failed(ticket, code, message))

    def _check(self, ticket: int) -> None:
        if ticket in self._cancelled:
            raise Cancelled("this was given up")

    def _finish(self, ticket: int, event: r.Done | r.Failed) -> None:
        with self._lock:
            self._open.discard(ticket)
            self._cancelled.discard(ticket)
        self._emit(event)


class Lane:
    """One thread that does one thing after the other."""

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(1, name)
        self._closing = False

    def put(self, work: Callable[[], None]) -> None:
        """Do this after what was put before."""
        self._executor.submit(lambda: None if self._closing else work())

    def close(self, last: Callable[[], None]) -> None:
        """Skip what waits, do one last thing in the thread, and end it."""
        self._closing = True
        done = self._executor.submit(last)
        self._executor.shutdown(wait=True)
        done.result()
