"""The order in which people read: columns from left to right, lines from top to bottom, parts of one line together.

Cut recursively along white gaps (XY cut: Nagy, Seth, Viswanathan, Computer 25(7), 1992).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.engine.features.ocr.upright import Line

COLUMN_GAP = 1.5
"""Columns are so many line heights apart."""
SAME_LINE = 0.5
"""Parts of one line share so much of the lower one's height."""
SPACE = 2.0
"""Parts further apart than so many heights are not of one line."""


def in_order(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines as they are read; each is made of the parts, from left to right, that stand side by side."""
    if not lines:
        return []
    spans = _upright_spans(lines)
    return [[lines[n] for n in row] for row in _cut(list(range(len(lines))), spans)]


def _upright_spans(lines: Sequence[Line]) -> NDArray[np.float32]:
    """Left, top, right, bottom (n, 4) of each line once the page is turned so that most letters stand upright."""
    along = np.stack([_direction(line) for line in lines])
    weights = np.array([len(line.letters.text) + 1.0 for line in lines])
    angles = np.arctan2(along[:, 1], along[:, 0])
    quarter = int(np.argmax(np.bincount(np.round(angles / (np.pi / 2)).astype(int) % 4, weights, minlength=4)))
    mine = np.round(angles / (np.pi / 2)).astype(int) % 4 == quarter
    mean = (weights[mine, None] * along[mine]).sum(axis=0)
    angle = np.arctan2(mean[1], mean[0])
    turn = np.array([(np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))])
    points = np.stack([line.quad for line in lines]) @ turn
    return np.concatenate([points.min(axis=1), points.max(axis=1)], axis=1)


def _direction(line: Line) -> NDArray[np.float64]:
    """Where to the right of the letters is, of length 1."""
    across = line.quad[1] - line.quad[0] + line.quad[2] - line.quad[3]
    return np.asarray(across / (np.linalg.norm(across) or 1.0), np.float64)


def _cut(of: list[int], spans: NDArray[np.float32]) -> list[list[int]]:
    """Rows of numbers: columns apart where they are, else what is above apart from what is below, else side by side."""
    gap = COLUMN_GAP * float(np.median(spans[of, 3] - spans[of, 1]))
    if columns := _columns(of, spans, gap):
        return [row for column in columns for row in _cut(column, spans)]
    bands = _apart(of, spans, 1, 0.0)
    if len(bands) == 1:
        return _rows(of, spans)
    return [row for part in _together(bands, spans, gap) for row in _cut(part, spans)]


def _columns(of: list[int], spans: NDArray[np.float32], gap: float) -> list[list[int]]:
    """The columns, from left to right, if there are several with more than one line each (else it is a line with wide gaps)."""
    parts = _apart(of, spans, 0, gap)
    several = all(np.ptp(spans[part, 1]) > np.median(spans[part, 3] - spans[part, 1]) for part in parts)
    return parts if len(parts) > 1 and several else []


def _together(bands: Sequence[list[int]], spans: NDArray[np.float32], gap: float) -> list[list[int]]:
    """Bands of a page, from top to bottom; neighbors are one where the same columns go through them."""
    parts: list[list[int]] = []
    first = 0
    while first < len(bands):
        taken, last = _extents([], bands[first], spans, gap), first + 1
        while last < len(bands) and len(more := _extents(taken, bands[last], spans, gap)) > 1:
            taken, last = more, last + 1
        run = [n for band in bands[first:last] for n in band]
        parts += [run] if _columns(run, spans, gap) else bands[first:last]
        first = last
    return parts


def _extents(
    taken: Sequence[tuple[float, float]], band: Sequence[int], spans: NDArray[np.float32], gap: float
) -> list[tuple[float, float]]:
    """What a band and those before it take up from left to right; what is no more than `gap` apart is one."""
    extents: list[tuple[float, float]] = []
    for left, right in sorted([*taken, *((float(spans[n, 0]), float(spans[n, 2])) for n in band)]):
        if extents and left <= extents[-1][1] + gap:
            extents[-1] = extents[-1][0], max(right, extents[-1][1])
        else:
            extents.append((left, right))
    return extents


def _apart(of: list[int], spans: NDArray[np.float32], axis: int, gap: float) -> list[list[int]]:
    """Groups with more than `gap` between them along an axis, the first first."""
    ordered = sorted(of, key=lambda n: float(spans[n, axis]))
    parts, end = [[ordered[0]]], float(spans[ordered[0], axis + 2])
    for n in ordered[1:]:
        if spans[n, axis] > end + gap:
            parts.append([])
        parts[-1].append(n)
        end = max(end, float(spans[n, axis + 2]))
    return parts


def _rows(of: list[int], spans: NDArray[np.float32]) -> list[list[int]]:
    """Lines that cannot be cut apart: those that stand side by side together, from top to bottom."""
    rows: list[list[int]] = []
    for n in sorted(of, key=lambda n: float(spans[n, 1] + spans[n, 3])):
        row = next((row for row in rows if _on_one_line(row[-1], n, spans)), None)
        if row is None:
            rows.append([n])
        else:
            row.append(n)
            row.sort(key=lambda n: float(spans[n, 0]))
    return rows


def _on_one_line(a: int, b: int, spans: NDArray[np.float32]) -> bool:
    shared = min(spans[a, 3], spans[b, 3]) - max(spans[a, 1], spans[b, 1])
    lower = min(spans[a, 3] - spans[a, 1], spans[b, 3] - spans[b, 1])
    gap = max(spans[a, 0], spans[b, 0]) - min(spans[a, 2], spans[b, 2])
    return bool(shared > SAME_LINE * lower and gap < SPACE * lower)
