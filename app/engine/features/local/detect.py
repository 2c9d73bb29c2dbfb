"""Finding distinct points in a picture, spread over it: blobs of all sizes (differences of Gaussians).

Lowe: Distinctive image features from scale-invariant keypoints (IJCV 2004). The strongest points of a picture crowd where its
contrast is highest; a part of it would often hold none. So every quarter of the picture gives its own strongest ones, and where
three have been taken within 50 px (of a picture with a longer side of 1,024) further ones there are passed over.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import cv2

CONTRAST = 0.01
"""A quarter of the usual limit: even foggy pictures have enough points, and the strongest are taken anyway."""
EDGE = 12.0
APART = 50 / 1024
"""Within this share of the longer side so many points count as neighbors:"""
NEIGHBORS = 3
SMALLEST = 16
"""Pictures with a shorter side below this, in pixels, have no points."""
CANDIDATES = 4_000
"""So many of the strongest are looked at; the others are noise."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How many points are taken, from a picture of which size, and how densely.

    `side`: the longer side, in pixels, at which points are looked for; the detector itself doubles that once, so details of half
    a pixel count. Smaller pictures are enlarged up to `enlarged` times.
    """

    points: int = 200
    side: int = 512
    enlarged: float = 1.0
    neighbors: int = NEIGHBORS


_detectors = threading.local()


def detector() -> cv2.SIFT:
    """The detector of this thread."""
    made: cv2.SIFT | None = getattr(_detectors, "sift", None)
    if made is None:
        import cv2

        made = _detectors.sift = cv2.SIFT.create(contrastThreshold=CONTRAST, edgeThreshold=EDGE)
    return made


def gray_at(rgb: NDArray[np.uint8], spread: Spread) -> tuple[NDArray[np.uint8], float]:
    """An upright picture uint8 (height, width, 3) in gray at the size where points are looked for, and the scale to it."""
    import cv2

    gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    height, width = gray.shape
    scale = min(spread.side / max(height, width), spread.enlarged)
    if scale == 1:
        return gray.astype(np.uint8, copy=False), 1.0
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(gray, size, interpolation=how).astype(np.uint8, copy=False), scale


def detect(gray: NDArray[np.uint8], spread: Spread) -> list[Any]:
    """The chosen cv2.KeyPoints of a gray picture, the strongest first."""
    if min(gray.shape) < SMALLEST:
        return []
    found = sorted(detector().detect(gray, None), key=lambda point: -point.response)[:CANDIDATES]
    if not found:
        return []
    points = np.array([point.pt for point in found], np.float32)
    return [found[number] for number in chosen(points, (gray.shape[1], gray.shape[0]), spread)]


def chosen(points: NDArray[np.float32], size: tuple[int, int], spread: Spread) -> list[int]:
    """The numbers of the points (n, 2), given strongest first, that are taken of a picture of `size` (width, height).

    A quarter that has fewer than its share leaves the rest to the others.
    """
    width, height = size
    quarters = ((points[:, 0] >= width / 2).astype(np.int64) + 2 * (points[:, 1] >= height / 2)).tolist()
    near = np.float32((APART * max(width, height)) ** 2)
    across, down = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    crowd = np.zeros(len(points), np.int64)  # how many were taken near each
    taken: list[int] = []
    left = [spread.points // 4] * 4
    spare: list[int] = []
    for number, quarter in enumerate(quarters):
        if crowd[number] >= spread.neighbors:
            continue
        if left[quarter] == 0:
            spare.append(number)
            continue
        left[quarter] -= 1
        taken.append(number)
        if not any(left) and len(taken) + len(spare) >= spread.points:
            break
        beside, below = across[number:] - across[number], down[number:] - down[number]
        crowd[number:] += beside * beside + below * below < near
    room = spread.points - len(taken)
    return sorted(taken + spare[:room])
