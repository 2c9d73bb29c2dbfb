"""Lines cut out of a picture and laid flat, 48 pixels high, as the networks read them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from app.engine.features.ocr.find import Quad

HEIGHT = 48
TALL = 1.5


def size_of(quad: Quad) -> tuple[float, float]:
    """Width and height of a line, in pixels."""
    across = np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[2] - quad[3])
    down = np.linalg.norm(quad[3] - quad[0]), np.linalg.norm(quad[2] - quad[1])
    return max(1.0, float(max(across))), max(1.0, float(max(down)))


def is_tall(quad: Quad) -> bool:
    """Whether the line runs upward or downward, or letter under letter."""
    width, height = size_of(quad)
    return height >= TALL * width


def turned(quad: Quad, quarters: int) -> Quad:
    """The same rectangle read in another direction, turned by quarters clockwise: 1 reads downward, 2 is upside down."""
    return np.roll(quad, -quarters, axis=0)


def lower(quad: Quad, share: float) -> Quad:
    """The same line cut closer: its height is less by a share, from above and below."""
    down = (quad[3] - quad[0] + quad[2] - quad[1]) * (share / 4)
    return np.stack([quad[0] + down, quad[1] + down, quad[2] - down, quad[3] - down])


def flat(rgb: NDArray[np.uint8], quad: Quad) -> NDArray[np.uint8]:
    """The line within a rectangle (48, width, 3)."""
    width, height = size_of(quad)
    scale = HEIGHT / height
    by = max(1, int(height / (2 * HEIGHT) + 0.5))  # large letters are cut out larger and then shrunk by areas
    out = max(1, round(width * scale)) * by, HEIGHT * by
    corners = np.array([(0, 0), (out[0], 0), (out[0], out[1]), (0, out[1])], np.float32)
    matrix = cv2.getPerspectiveTransform(np.asarray(quad, np.float32), corners)
    way = cv2.INTER_CUBIC if by == 1 else cv2.INTER_LINEAR
    cut = cv2.warpPerspective(rgb, matrix, out, flags=way, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cut if by == 1 else cv2.resize(cut, (out[0] // by, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)


def cells(quad: Quad) -> list[Quad]:
    """A column of letters that stand one under another, cut into squares from top to bottom."""
    width, height = size_of(quad)
    count = max(1, round(height / width))
    steps = np.linspace(0, 1, count + 1)[:, None]
    left, right = quad[0] + steps * (quad[3] - quad[0]), quad[1] + steps * (quad[2] - quad[1])
    return [np.stack([left[n], right[n], right[n + 1], left[n + 1]]).astype(np.float32) for n in range(count)]
