"""Lines of text in a picture: rotated rectangles around where the network sees text.

Liao, Wan, Yao, Chen, Bai: Real-time Scene Text Detection with Differentiable Binarization, AAAI 2020.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from app.engine.models.ocr_networks import OcrNetworks

TILE, OVERLAP = 1_280, 128
"""Larger pictures are looked at in pieces, so that memory stays the same for any."""
SEEN, SURE, MAYBE = 0.3, 0.5, 0.3
"""A point of text, and how much of a rectangle must be, or may be where what is read in it tells."""
GROWN = 1.6
"""The network marks the middle of lines; rectangles grow by this times area / circumference."""
THINNEST = 3.0
MOST_LINES = 4_000

Quad = NDArray[np.float32]
"""Four corners (4, 2) of a line: top left, top right, bottom right, bottom left, as it is read."""
Place = tuple[Quad, float]
"""Where a line may be, and how sure that is, 0 to 1."""


def find_lines(rgb: NDArray[np.uint8], networks: OcrNetworks, check: Callable[[], None] = lambda: None) -> list[Place]:
    """Where lines may be, in pixels of the picture, in no order. `check` is called between pieces and may raise."""
    return list(rectangles(text_map(rgb, networks, check), MAYBE))


def text_map(rgb: NDArray[np.uint8], networks: OcrNetworks, check: Callable[[], None] = lambda: None) -> NDArray[np.uint8]:
    """Where text is, 0 to 255 for each pixel (height, width)."""
    height, width = rgb.shape[:2]
    found = np.zeros((height, width), np.uint8)
    for top, bottom in _spans(height):
        for left, right in _spans(width):
            check()
            tile = rgb[top:bottom, left:right]
            seen = networks.text_map(as_input(_padded(tile))[None])[0, : bottom - top, : right - left]
            part = found[top:bottom, left:right]
            np.maximum(part, (seen * 255).astype(np.uint8), out=part)
    return found


def as_input(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A picture (height, width, 3) as the networks take it: (3, height, width), blue first, -1 to 1."""
    planes: NDArray[np.float32] = np.ascontiguousarray(rgb[..., ::-1].transpose(2, 0, 1)).astype(np.float32)
    planes /= 127.5
    planes -= 1.0
    return planes


def rectangles(seen: NDArray[np.uint8], least: float = SURE) -> Iterator[Place]:
    """The rectangles of lines in a text map that are at least so sure."""
    mask = cv2.dilate((seen > SEEN * 255).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]
    for contour in sorted(contours, key=len, reverse=True)[:MOST_LINES]:
        center, (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < THINNEST:
            continue
        sure = _share(seen, np.asarray(cv2.boxPoints((center, (width, height), angle)), np.float32))
        if sure < least:
            continue
        more = 2 * GROWN * width * height / (2 * (width + height))
        grown = cv2.boxPoints((center, (width + more, height + more), angle))
        yield _ordered(np.asarray(grown, np.float32)), sure


def _share(seen: NDArray[np.uint8], corners: Quad) -> float:
    """The mean of the map within a rectangle, 0 to 1."""
    height, width = seen.shape
    left, top = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, (width - 1, height - 1))
    right, bottom = np.clip(np.ceil(corners.max(axis=0)).astype(int), 0, (width - 1, height - 1))
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(mask, [(corners - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(seen[top : bottom + 1, left : right + 1], mask)[0]) / 255


def _ordered(corners: Quad) -> Quad:
    """The corners from the top left one on, clockwise."""
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = by_x[:2], by_x[2:]
    left, right = left[np.argsort(left[:, 1], kind="stable")], right[np.argsort(right[:, 1], kind="stable")]
    return np.stack([left[0], right[0], right[1], left[1]])


def _spans(length: int) -> list[tuple[int, int]]:
    """Pieces of a length, as equal as can be, that overlap."""
    count = max(1, -(-(length - OVERLAP) // (TILE - OVERLAP)))
    starts = np.linspace(0, max(0, length - TILE), count).astype(int)
    return [(int(start), min(length, int(start) + TILE)) for start in starts]


def _padded(tile: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """With sides that are multiples of 32."""
    height, width = tile.shape[:2]
    return np.pad(tile, ((0, -height % 32), (0, -width % 32), (0, 0)), mode="edge")
