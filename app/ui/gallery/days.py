"""The days of the gallery: how many photos stand under each, kept up to date photo by photo."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate


class Days:
    """Runs of photos of the same day, in the gallery's order; `names` and `counts` go together.

    Without dates (sorted by name or size, or found) everything is one run without a name.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.counts: list[int] = []
        self._firsts: list[int] | None = None

    def clear(self) -> None:
        """Forget all runs."""
        self.names, self.counts, self._firsts = [], [], None

    @property
    def firsts(self) -> list[int]:
        """The row that each run begins with."""
        if self._firsts is None:
            self._firsts = list(accumulate(self.counts, initial=0))[:-1]
        return self._firsts

    def run_of(self, row: int) -> int:
        """The run in which a row stands."""
        return bisect_right(self.firsts, row) - 1

    def append(self, name: str) -> None:
        """One more photo at the end."""
        if self.names and self.names[-1] == name:
            self.counts[-1] += 1
        else:
            self.names.append(name)
            self.counts.append(1)
        self._firsts = None

    def insert(self, row: int, name: str) -> None:
        """One more photo before `row`: it joins the run of its day, or starts one between two others."""
        if not self.names or row >= self.firsts[-1] + self.counts[-1]:
            self.append(name)
            return
        run = self.run_of(row)
        at_edge = row == self.firsts[run]
        if self.names[run] == name or not at_edge:
            self.counts[run] += 1
        elif run and self.names[run - 1] == name:
            self.counts[run - 1] += 1
        else:
            self.names.insert(run, name)
            self.counts.insert(run, 1)
        self._firsts = None

    def remove(self, row: int) -> None:
        """One photo less; a day without photos goes."""
        run = self.run_of(row)
        self.counts[run] -= 1
        if not self.counts[run]:
            del self.names[run], self.counts[run]
        self._firsts = None
