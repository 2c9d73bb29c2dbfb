"""What the lines of a picture say, whichever way they run: sideways, upside down, or letter under letter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from app.engine.features.ocr.cut import HEIGHT, cells, flat, is_tall, lower, size_of, turned
from app.engine.features.ocr.find import Place, Quad, as_input
from app.engine.features.ocr.read import Letters, read_lines
from app.engine.models.ocr_networks import OcrNetworks

TURN_WIDTH = 192
UPSIDE_DOWN = 0.9
UNSURE = 0.85
"""A line that is read with less is read the other way round as well."""
HOPELESS, AGAIN = 0.4, 0.95
CLOSER, SOFTER = 0.15, 1.0
"""A line that is read with less than `AGAIN`, but is one, is also read with so much less height around it, and blurred by so many
pixels: in one of the two, small and grainy letters of photos are mostly read better."""
FEWEST, SPACE = 3, 0.1
"""Readings of fewer letters are not taken: textures look like them. A reading must be so much surer for each space it lacks."""
AT_ONCE = 128
"""So many lines are cut out and kept in memory."""
NOTHING = Letters("", (), ())


@dataclass(frozen=True, slots=True)
class Line:
    """A line and what it says. `quad` begins where the first letter has its top left corner, in pixels of the picture.

    `seen`: how sure it is that there is a line, 0 to 1. `stacked`: letters stand one under another, from the upper side of `quad`
    to its lower one.
    """

    quad: Quad
    seen: float = 1.0
    letters: Letters = NOTHING
    stacked: bool = False

    @property
    def confidence(self) -> float:
        """How sure the letters are, 0 to 1."""
        return self.letters.confidence


def read_all(
    rgb: NDArray[np.uint8], found: Sequence[Place], networks: OcrNetworks, check: Callable[[], None] = lambda: None
) -> list[Line]:
    """What stands within rectangles, in any order. `check` is called now and then and may raise."""
    lines: list[Line] = []
    ordered = sorted(found, key=lambda place: _ratio(place[0]))
    for first in range(0, len(ordered), AT_ONCE):
        lines += _read_some(rgb, ordered[first : first + AT_ONCE], networks, check)
    return lines


def _read_some(rgb: NDArray[np.uint8], found: Sequence[Place], networks: OcrNetworks, check: Callable[[], None]) -> list[Line]:
    ways = [Line(turned(quad, 1) if is_tall(quad) else quad, seen) for quad, seen in found]
    heads = _upside_down([flat(rgb, way.quad) for way in ways], networks)
    ways = [replace(way, quad=turned(way.quad, 2)) if head else way for way, head in zip(ways, heads, strict=True)]
    lines = _read(rgb, ways, networks, check)
    others = [(n, other) for n, line in enumerate(lines) if line.confidence < UNSURE for other in _others(found[n][0], line)]
    for (n, _), other in zip(others, _read(rgb, [way for _, way in others], networks, check), strict=True):
        lines[n] = max(lines[n], other, key=lambda line: line.confidence)
    _read_again(rgb, lines, networks, check)
    return lines


def _read_again(rgb: NDArray[np.uint8], lines: list[Line], networks: OcrNetworks, check: Callable[[], None]) -> None:
    """Put the surer reading in place of lines that are unsure."""
    unsure = [n for n, line in enumerate(lines) if HOPELESS <= line.confidence < AGAIN and not line.stacked]
    closer = [flat(rgb, lower(lines[n].quad, CLOSER)) for n in unsure]
    softer = [np.asarray(cv2.GaussianBlur(flat(rgb, lines[n].quad), (0, 0), SOFTER), np.uint8) for n in unsure]
    for n, letters in zip([*unsure, *unsure], read_lines([*closer, *softer], networks, check), strict=True):
        lost = lines[n].letters.text.count(" ") - letters.text.count(" ")
        if len(letters.text) >= FEWEST and letters.confidence > lines[n].confidence + SPACE * max(0, lost):
            lines[n] = replace(lines[n], letters=letters)


def _others(quad: Quad, line: Line) -> Iterable[Line]:
    """Further ways to read a line."""
    yield Line(turned(line.quad, 2), line.seen)
    if is_tall(quad):
        yield Line(quad, line.seen, stacked=True)


def _read(rgb: NDArray[np.uint8], ways: Sequence[Line], networks: OcrNetworks, check: Callable[[], None]) -> list[Line]:
    pictures = [
        np.hstack([_square(flat(rgb, cell)) for cell in cells(way.quad)]) if way.stacked else flat(rgb, way.quad) for way in ways
    ]
    return [replace(way, letters=letters) for way, letters in zip(ways, read_lines(pictures, networks, check), strict=True)]


def _upside_down(lines: Sequence[NDArray[np.uint8]], networks: OcrNetworks) -> NDArray[np.bool_]:
    """Which of the line pictures (48, width, 3) stand on their head."""
    batch = np.zeros((len(lines), 3, HEIGHT, TURN_WIDTH), np.float32)
    for row, line in enumerate(lines):
        width = min(TURN_WIDTH, line.shape[1])
        batch[row, :, :, :width] = as_input(np.asarray(cv2.resize(line, (width, HEIGHT)), np.uint8))
    return np.concatenate([networks.upside_down(batch[n : n + 32]) for n in range(0, len(lines), 32)]) > UPSIDE_DOWN


def _square(cell: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(cell, (HEIGHT, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)


def _ratio(quad: Quad) -> float:
    width, height = size_of(quad)
    return max(width / height, height / width)
