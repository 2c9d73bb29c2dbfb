"""The text in a picture: its lines in reading order, with where each word stands."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.engine.features.base import Picture
from app.engine.features.ocr.cut import size_of
from app.engine.features.ocr.find import SURE as SURELY_SEEN
from app.engine.features.ocr.find import Place, Quad, find_lines
from app.engine.features.ocr.order import in_order
from app.engine.features.ocr.upright import Line, read_all
from app.engine.models.ocr_networks import OcrNetworks

FIRST_LONG, FIRST_SHORT, FIRST_PIXELS = 1_280, 900, 6_000_000
"""Lines are first looked for in a smaller picture: its longer or its shorter side has so many pixels, and it no more in all."""
SMALLEST, LARGEST = 736, 1.5
"""A picture with a shorter side is enlarged for that, at most so many times."""
TINY = 14.0
"""Where half of the lines found are lower than so many pixels, they are looked for again in a picture twice as large."""
CLOSER, CLOSER_PIXELS, MOST_CLOSER = 2.5, 640 * 640, 12
"""Where nothing could be read in a line that is there, lines are looked for again in a piece around it, so many times as large
and of no more pixels: mostly two lines were taken for one. At most so many pieces, the largest."""
SURE = 0.75
SURE_ALONE, FEW = 0.95, 3
"""What is read with less is no text: below, most of what was read in photos of COCO was not there. One or two letters alone
must be surer, for textures look like them."""
SURE_UNSEEN = 0.85
"""What is read with less where it is not sure that there is a line at all; one or two letters are not believed there."""


@dataclass(frozen=True, slots=True)
class Word:
    """The letters [start:end] of a line stand within these corners (4, 2), from the top left one of the first letter on."""

    start: int
    end: int
    corners: Quad


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of text: its words in pixels of the whole upright picture, and how sure it is, 0 to 1."""

    text: str
    words: tuple[Word, ...]
    confidence: float


def read_text(picture: Picture, networks: OcrNetworks, check: Callable[[], None] = lambda: None) -> tuple[ReadLine, ...]:
    """The lines of a picture in reading order; none where there is no text. `check` is called often and may raise.

    Raises ModelMissing.
    """
    rgb = picture.rgb
    found = _find(rgb, networks, check)
    read = read_all(rgb, found, networks, check)
    lines = [line for line in read if _is_text(line)]
    lines += [line for line in _closer(rgb, read, networks, check) if _is_text(line)]
    height, width = rgb.shape[:2]
    whole = np.array([picture.size[0] / width, picture.size[1] / height], np.float32)
    return tuple(_joined(parts, whole) for parts in in_order(lines))


def _find(rgb: NDArray[np.uint8], networks: OcrNetworks, check: Callable[[], None]) -> list[Place]:
    """Where lines may be in pixels of `rgb`."""
    height, width = rgb.shape[:2]
    scale = first_scale(width, height)
    found = find_lines(_scaled(rgb, scale), networks, check)
    heights = [min(size_of(quad)) for quad, sure in found if sure >= SURELY_SEEN]
    if heights and scale < 1.0 and np.median(heights) < TINY:
        scale = min(1.0, 2 * scale)
        found = find_lines(_scaled(rgb, scale), networks, check)
    return [(quad / scale, sure) for quad, sure in found]


def _closer(rgb: NDArray[np.uint8], lines: Sequence[Line], networks: OcrNetworks, check: Callable[[], None]) -> list[Line]:
    """The lines in pieces of the picture where a line is seen, but not read."""
    unread = [line for line in lines if line.seen >= SURELY_SEEN and line.confidence < SURE and min(size_of(line.quad)) >= TINY]
    unread.sort(key=lambda line: -min(size_of(line.quad)))
    found: list[Place] = []
    for line in unread[:MOST_CLOSER]:
        around = min(size_of(line.quad)) / 2
        left, top = np.maximum(line.quad.min(axis=0) - around, 0).astype(int)
        right, bottom = np.ceil(line.quad.max(axis=0) + around).astype(int)
        piece = rgb[top:bottom, left:right]
        scale = min(CLOSER, math.sqrt(CLOSER_PIXELS / (piece.shape[0] * piece.shape[1])))
        corner = np.array([left, top], np.float32)
        found += [(quad / scale + corner, sure) for quad, sure in find_lines(_scaled(piece, scale), networks, check)]
    read = [line.quad for line in lines if _is_text(line)]
    return read_all(
        rgb, [(quad, sure) for quad, sure in found if not any(_overlap(quad, other) for other in read)], networks, check
    )


def _overlap(one: Quad, other: Quad) -> bool:
    """Whether a good part of one rectangle lies in the other."""
    shared = cv2.intersectConvexConvex(np.asarray(one, np.float32), np.asarray(other, np.float32))[0]
    return bool(shared > 0.3 * math.prod(size_of(one)))


def first_scale(width: int, height: int) -> float:
    """How much a picture is enlarged or shrunk before lines are looked for."""
    shorter, longer = sorted((width, height))
    shrunk = min(1.0, max(FIRST_LONG / longer, FIRST_SHORT / shorter))
    return min(max(shrunk, min(LARGEST, SMALLEST / shorter)), math.sqrt(FIRST_PIXELS / (width * height)))


def _scaled(rgb: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    if scale == 1.0:
        return rgb
    height, width = rgb.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC), np.uint8)


def _is_text(line: Line) -> bool:
    letters = sum(letter.isalnum() for letter in line.letters.text)
    if line.seen < SURELY_SEEN:
        return letters >= FEW and line.confidence >= SURE_UNSEEN
    return letters > 0 and line.confidence >= (SURE if letters >= FEW else SURE_ALONE)


def _joined(parts: Sequence[Line], whole: NDArray[np.float32]) -> ReadLine:
    text, words = "", []
    for part in parts:
        text += " " if text else ""
        words += [Word(len(text) + start, len(text) + end, corners * whole) for start, end, corners in _words(part)]
        text += part.letters.text
    letters = [sure for part in parts for sure in part.letters.sure]
    return ReadLine(text, tuple(words), float(np.mean(letters)))


def _words(line: Line) -> list[tuple[int, int, Quad]]:
    """Where the words of a line begin and end, and their corners; letters of scripts without spaces stand for themselves."""
    text, words, start = line.letters.text, [], 0
    for n in range(len(text) + 1):
        if n < len(text) and not text[n].isspace() and not _stands_alone(text[n]):
            continue
        if n > start:
            words.append((start, n, _corners(line, start, n)))
        if n < len(text) and _stands_alone(text[n]):
            words.append((n, n + 1, _corners(line, n, n + 1)))
        start = n + 1
    return words


def _stands_alone(letter: str) -> bool:
    return unicodedata.category(letter) == "Lo" and unicodedata.east_asian_width(letter) == "W"


def _corners(line: Line, start: int, end: int) -> Quad:
    left, right = line.letters.places[start][0], line.letters.places[end - 1][1]
    a, b, c, d = line.quad
    if line.stacked:
        return np.stack([a + left * (d - a), b + left * (c - b), b + right * (c - b), a + right * (d - a)])
    return np.stack([a + left * (b - a), a + right * (b - a), d + right * (c - d), d + left * (c - d)])
