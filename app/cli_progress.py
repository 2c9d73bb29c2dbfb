"""A progress line on a terminal, for commands that take a while."""

from __future__ import annotations

import sys
from typing import TextIO

from app.cli_output import shown
from app.engine.requests import Event, Problem, Progress

_WIDTH = 24


class ProgressLine:
    """Draws one line that renews itself; on anything but a terminal only problems are printed."""

    def __init__(self, out: TextIO = sys.stderr) -> None:
        self._out = out
        self._live = out.isatty()
        self._drawn = False

    def on_event(self, event: Event) -> None:
        """Show what the engine says."""
        if isinstance(event, Problem):
            self._clear()
            print(f"facet: {shown(event.message)}", file=self._out)
        elif isinstance(event, Progress) and self._live and event.total:
            self._draw(event)

    def end(self) -> None:
        """Take the line away."""
        self._clear()

    def _draw(self, progress: Progress) -> None:
        filled = round(_WIDTH * progress.done / progress.total)
        left = "" if progress.seconds_left is None else f", {_duration(progress.seconds_left)} left"
        bar = "█" * filled + "░" * (_WIDTH - filled)
        self._out.write(f"\r\x1b[K{bar} {progress.done:,} of {progress.total:,} photos{left}")
        self._out.flush()
        self._drawn = True

    def _clear(self) -> None:
        if self._drawn:
            self._out.write("\r\x1b[K")
            self._out.flush()
            self._drawn = False


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{max(1, round(seconds))} s"
    return f"{minutes} min" if minutes < 90 else f"{minutes / 60:.1f} h"
