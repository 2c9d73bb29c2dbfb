"""Waiting that can be given up at once, for a server that says nothing: the thread that waits is left to end by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError, wait
from typing import TypeVar

from app.engine.errors import Cancelled

Stop = Callable[[], bool]
"""Asked often; True ends what goes on."""
ASKED_EVERY_S = 0.05
Made = TypeVar("Made")


class GivenUp(Cancelled):
    """Raised while the work still goes on in its thread."""


def never() -> bool:
    """A `Stop` for those who let everything come to its end."""
    return False


def wait_for(work: Callable[[], Made], stop: Stop, late: Callable[[Made | None], None] = lambda _made: None) -> Made:
    """What `work` returns or raises, or GivenUp soon after `stop` says so.

    `late` is then called in the thread of the work once that has ended, with what it returned or None; it may close that.
    """
    box: Future[Made] = Future()

    def run() -> None:
        made: Made | None = None
        try:
            try:
                box.set_result(made := work())
            except InvalidStateError:
                raise
            except BaseException as error:  # the one who waits gets it
                box.set_exception(error)
        except InvalidStateError:  # nobody waits any more
            late(made)

    threading.Thread(target=run, name="waiting", daemon=True).start()
    try:
        while not wait([box], ASKED_EVERY_S).done:
            if stop() and box.cancel():
                raise GivenUp("stopped")
        return box.result()
    except BaseException:  # Ctrl-C too
        box.cancel()
        raise
