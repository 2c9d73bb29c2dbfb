"""Ctrl-C for work that ends between two steps: the first one is noted and asked for, the second one ends the program at once."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType


class Interruption:
    """While it is entered, `asked` says whether Ctrl-C was pressed.

    Python raises KeyboardInterrupt wherever it is, and where that is a finalizer or a callback it is lost; a note is not.
    """

    def __init__(self) -> None:
        self.asked = False
        self._before: object = None

    def __enter__(self) -> Interruption:
        self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        signal.signal(signal.SIGINT, self._before)  # type: ignore[arg-type]

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
