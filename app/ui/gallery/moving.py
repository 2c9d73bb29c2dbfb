"""Moving through the grid: where a key leads, what a drawn frame holds, how far to scroll. Arithmetic on the layout alone."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QAbstractItemView

from app.ui.gallery.layout import GridLayout

_Move = QAbstractItemView.CursorAction
_Hint = QAbstractItemView.ScrollHint
_ROOM = 4  # pixels left free above and below a photo that is scrolled to


def target(grid: GridLayout, action: _Move, row: int | None, seen: range, page: int) -> int | None:
    """The row that a key leads to from `row` (None: nothing is current yet). `page` in pixels."""
    if not grid.rows:
        return None
    if row is None or row >= grid.rows:
        return seen.start if seen else 0
    if action in (_Move.MoveLeft, _Move.MoveRight, _Move.MoveNext, _Move.MovePrevious):
        onward = action is _Move.MoveNext or ((action is _Move.MoveRight) != grid.mirrored and action is not _Move.MovePrevious)
        return min(max(row + (1 if onward else -1), 0), grid.rows - 1)
    if action is _Move.MoveUp:
        return grid.above(row)
    if action is _Move.MoveDown:
        return grid.below(row)
    if action is _Move.MoveHome:
        return 0
    if action is _Move.MoveEnd:
        return grid.rows - 1
    center = grid.rect(row).center()
    onward = action is _Move.MovePageDown
    y = center.y() + (page - grid.step if onward else grid.step - page)
    if not 0 <= y < grid.height:
        return grid.rows - 1 if onward else 0
    return grid.nearest(center.x(), y)


def spans_in(grid: GridLayout, frame: QRect) -> list[tuple[int, int]]:
    """The rows whose cells a frame touches, as first and last of unbroken runs. `frame` in content pixels."""
    spans: list[tuple[int, int]] = []
    for row in grid.rows_between(frame.top(), frame.bottom()):
        if not grid.rect(row).intersects(frame):
            continue
        if spans and spans[-1][1] == row - 1:
            spans[-1] = (spans[-1][0], row)
        else:
            spans.append((row, row))
    return spans


def value_that_shows(grid: GridLayout, row: int, value: int, page: int, hint: _Hint) -> int:
    """The scroll value at which a row is seen, its day's heading with it where that lies just above."""
    rect, section = grid.rect(row), grid.section_of(row)
    first_line = row - section.first < grid.columns
    top = section.top if first_line else rect.top() - _ROOM
    bottom = rect.bottom() + _ROOM
    if hint is _Hint.PositionAtCenter:
        return rect.center().y() - page // 2
    if hint is _Hint.PositionAtTop or top < value:
        return top
    if hint is _Hint.PositionAtBottom or bottom >= value + page:
        return bottom - page + 1
    return value
