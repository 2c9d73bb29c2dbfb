"""Where words stand in a picture: the part of a box that was read as a line which belongs to some of its characters."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.engine.texts import Corners, TextBox

MOST = 200
"""So many words are outlined in one photo."""


def outlines(boxes: Sequence[TextBox], places: Sequence[tuple[int, int]]) -> tuple[Corners, ...]:
    """The corners around each place (start, end) of a text, as far as boxes tell; letters count as equally wide."""
    found = [
        _cut(box, max(start, box.start), min(end, box.end))
        for start, end in places
        for box in boxes
        if box.start < end and start < box.end
    ]
    return tuple(found[:MOST])


def _cut(box: TextBox, start: int, end: int) -> Corners:
    """The part of a box from one character to another: along the line, or down where the text is written so."""
    top_left, top_right, bottom_right, bottom_left = box.corners
    letters = box.end - box.start
    begin, stop = (start - box.start) / letters, (end - box.start) / letters
    sides = (top_left, top_right), (bottom_left, bottom_right)
    if letters > 1 and math.dist(top_left, bottom_left) > 1.5 * math.dist(top_left, top_right):
        sides = (top_left, bottom_left), (top_right, bottom_right)
        one, two = ((_along(*side, begin), _along(*side, stop)) for side in sides)
        return one[0], two[0], two[1], one[1]
    one, two = ((_along(*side, begin), _along(*side, stop)) for side in sides)
    return one[0], one[1], two[1], two[0]


def _along(one: tuple[float, float], other: tuple[float, float], share: float) -> tuple[float, float]:
    return round(one[0] + share * (other[0] - one[0]), 1), round(one[1] + share * (other[1] - one[1]), 1)
