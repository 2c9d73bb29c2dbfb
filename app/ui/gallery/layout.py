"""Where every photo and heading of the gallery lies, by arithmetic alone: nothing is asked of a hundred thousand items."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from PySide6.QtCore import QRect

HEADING = 42
"""The height of a day's heading in pixels."""


@dataclass(frozen=True, slots=True)
class Section:
    """A run of rows under one heading; `top` is where its heading (or first photo) begins."""

    index: int
    first: int
    count: int
    top: int


@dataclass(slots=True)
class GridLayout:
    """Square cells in rows that fill the width, in runs with a heading each (`heading` 0: none); all in content pixels.

    `cell` is the wanted side; the true one is near it, so that the columns fill the width to a few pixels.
    """

    width: int
    cell: int
    counts: Sequence[int]
    heading: int = HEADING
    gap: int = 4
    margin: int = 12
    top: int = 0
    mirrored: bool = False
    columns: int = field(init=False)
    side: int = field(init=False)
    height: int = field(init=False)
    rows: int = field(init=False)
    _firsts: list[int] = field(init=False)
    _tops: list[int] = field(init=False)

    def __post_init__(self) -> None:
        inner = max(self.width - 2 * self.margin, self.cell // 2)
        self.columns = max(1, round((inner + self.gap) / (self.cell + self.gap)))
        self.side = max(1, (inner - (self.columns - 1) * self.gap) // self.columns)
        step, columns, heading = self.side + self.gap, self.columns, self.heading
        self._firsts = list(accumulate(self.counts, initial=0))
        self._tops = list(accumulate((heading - (-count // columns) * step for count in self.counts), initial=self.top))
        self.rows = self._firsts.pop()
        self.height = self._tops[-1] + self.margin if self.rows else 0
        self._tops.pop()

    @property
    def step(self) -> int:
        """From one line of cells to the next, in pixels."""
        return self.side + self.gap

    def section(self, index: int) -> Section:
        """A run by its number."""
        return Section(index, self._firsts[index], self.counts[index], self._tops[index])

    def section_of(self, row: int) -> Section:
        """The run in which a row stands."""
        return self.section(bisect_right(self._firsts, row) - 1)

    def _left(self, column: int) -> int:
        left = self.margin + column * self.step
        return self.width - left - self.side if self.mirrored else left

    def rect(self, row: int) -> QRect:
        """The square of a photo."""
        section = self.section_of(row)
        line, column = divmod(row - section.first, self.columns)
        return QRect(self._left(column), section.top + self.heading + line * self.step, self.side, self.side)

    def heading_rect(self, section: Section) -> QRect:
        """The strip of a run's heading, over the whole width."""
        return QRect(self.margin, section.top, max(self.width - 2 * self.margin, 0), self.heading)

    def section_at(self, y: int) -> Section | None:
        """The run that covers a height; the first or last where `y` is outside."""
        if not self.rows:
            return None
        return self.section(max(bisect_right(self._tops, y) - 1, 0))

    def row_at(self, x: int, y: int) -> int | None:
        """The photo at a point; None in gaps, margins and headings."""
        section = self.section_at(y)
        if section is None:
            return None
        row = section.first + self._line_of(section, y) * self.columns + self._column_at(x)
        inside = section.first <= row < section.first + section.count and self.rect(row).contains(x, y)
        return row if inside else None

    def _column_at(self, x: int) -> int:
        along = (self.width - 1 - x if self.mirrored else x) - self.margin
        return min(max(along // self.step, 0), self.columns - 1)

    def _line_of(self, section: Section, y: int) -> int:
        last = (section.count - 1) // self.columns
        return min(max((y - section.top - self.heading) // self.step, 0), last)

    def nearest(self, x: int, y: int) -> int | None:
        """The photo of the line at `y` that is nearest to `x`, for moving by keys."""
        section = self.section_at(y)
        if section is None:
            return None
        row = section.first + self._line_of(section, y) * self.columns + self._column_at(x)
        return min(row, section.first + section.count - 1)

    def rows_between(self, top: int, bottom: int) -> range:
        """The rows of the lines that are touched by the band from `top` to `bottom`."""
        first, last = self.section_at(top), self.section_at(bottom)
        if first is None or last is None or bottom < top:
            return range(0)
        start = first.first + self._line_of(first, top) * self.columns
        end = last.first + (self._line_of(last, bottom) + 1) * self.columns
        return range(start, min(end, last.first + last.count))

    def sections_between(self, top: int, bottom: int) -> list[Section]:
        """The runs that are touched by the band."""
        first, last = self.section_at(top), self.section_at(bottom)
        if first is None or last is None:
            return []
        return [self.section(index) for index in range(first.index, last.index + 1)]

    def above(self, row: int) -> int:
        """The photo over another one, past headings; itself in the topmost line."""
        rect = self.rect(row)
        section = self.section_of(row)
        if row - section.first >= self.columns:
            return row - self.columns
        if not section.index:
            return row
        before = self.section(section.index - 1)
        line = (before.count - 1) // self.columns
        wanted = before.first + line * self.columns + self._column_at(rect.center().x())
        return min(wanted, before.first + before.count - 1)

    def below(self, row: int) -> int:
        """The photo under another one, past headings; itself in the last line."""
        section = self.section_of(row)
        column = self._column_at(self.rect(row).center().x())
        line = (row - section.first) // self.columns
        if line < (section.count - 1) // self.columns:
            return min(row + self.columns, section.first + section.count - 1)
        if section.first + section.count >= self.rows:
            return row
        after = self.section(section.index + 1)
        return min(after.first + column, after.first + after.count - 1)
