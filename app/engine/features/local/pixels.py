"""Whether two pictures that were laid on each other by their points are alike between the points: roughly, or pixel by pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.features.base import Picture
from app.engine.features.local.outline import Transform

SIDE = 96
"""The longer side at which pictures are compared: details have no say, and a shift by a few pixels has none."""
BLOCK = 12
PLAIN = 4.0
"""A block whose gray values deviate by less than this from their mean shows nothing to compare."""
ALIKE = 0.5
"""The correlation of gray values from which a block is alike."""


def agreement(query: Picture, photo: Picture, homography: Transform) -> float:
    """The share of the blocks of the part both show that are alike, 0..1; 1 where there is nothing to compare.

    `homography` leads from the pixels of the whole query to those of the whole photo; thumbnails of both will do.
    """
    import cv2

    transform = _of_shown(query, photo, homography)
    height, width = query.rgb.shape[:2]
    scale = SIDE / max(height, width)
    shape = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(cv2.cvtColor(query.rgb, cv2.COLOR_RGB2GRAY), shape, interpolation=cv2.INTER_AREA).astype(np.float32)
    back = np.diag((scale, scale, 1.0)) @ np.linalg.inv(transform)
    growth = np.sqrt(abs(np.linalg.det(back[:2, :2])))
    gray = cv2.cvtColor(photo.rgb, cv2.COLOR_RGB2GRAY)
    if growth < 0.7:  # shrunk by warping alone, fine patterns would turn into noise
        gray = cv2.GaussianBlur(gray, (0, 0), 0.5 / growth)
    laid = cv2.warpPerspective(gray, back, shape, flags=cv2.INTER_LINEAR).astype(np.float32)
    seen = cv2.warpPerspective(np.full(gray.shape, 255, np.uint8), back, shape, flags=cv2.INTER_NEAREST) > 0
    compared = alike = 0
    for top in range(0, shape[1], BLOCK):
        for left in range(0, shape[0], BLOCK):
            block = np.s_[top : top + BLOCK, left : left + BLOCK]
            if seen[block].mean() < 0.9:
                continue
            one, other = small[block] - small[block].mean(), laid[block] - laid[block].mean()
            spread = float(one.std()), float(other.std())
            if max(spread) >= PLAIN:
                compared += 1
                alike += float((one * other).mean()) >= ALIKE * max(spread[0] * spread[1], 1e-6)
    return alike / compared if compared else 1.0


FINE = 16
"""The side of the squares that are compared pixel by pixel, in pixels of a thumbnail."""
SMOOTHED = 0.8
FINE_PLAIN = 9.0
"""A square whose gray values have a smaller variance than this in both pictures shows nothing to compare."""
FINE_ALIKE = 0.7
FEWEST = 200
"""So many squares, one for each pixel, must show something."""


@dataclass(frozen=True, slots=True)
class Sameness:
    """Of the squares that show something: the `share` that is the same, and the `middle` (median) of their correlations."""

    share: float
    middle: float


def sameness(first: Picture, second: Picture, homography: Transform) -> Sameness | None:
    """How far two pictures are the same where they lie on each other; None where too little is to be seen.

    `homography` is as in `agreement`. Both are compared at the size of the coarser one, and each square may lie a pixel beside.
    Copies that were cut, framed or recolored stay the same; another shot of the same thing moves its edges against each other.
    """
    import cv2

    transform = _of_shown(first, second, homography)
    one, other = (cv2.cvtColor(picture.rgb, cv2.COLOR_RGB2GRAY) for picture in (first, second))
    scale = min(1.0, float(np.sqrt(abs(np.linalg.det(transform[:2, :2])))))
    shape = (max(8, round(one.shape[1] * scale)), max(8, round(one.shape[0] * scale)))
    small = cv2.resize(one, shape, interpolation=cv2.INTER_AREA).astype(np.float32)
    back = np.diag((shape[0] / one.shape[1], shape[1] / one.shape[0], 1.0)) @ np.linalg.inv(transform)
    growth = float(np.sqrt(abs(np.linalg.det(back[:2, :2]))))
    source = other if growth > 0.8 else cv2.GaussianBlur(other, (0, 0), 0.45 / growth)
    laid = cv2.warpPerspective(source, back, shape, flags=cv2.INTER_LINEAR).astype(np.float32)
    seen = cv2.warpPerspective(np.full(other.shape, 255, np.uint8), back, shape, flags=cv2.INTER_NEAREST)
    inside = cv2.erode(seen, np.ones((FINE, FINE), np.uint8)) > 0
    correlations = _correlations(_smooth(small), _smooth(laid))[inside]
    compared = correlations[np.isfinite(correlations)]
    if len(compared) < FEWEST:
        return None
    return Sameness(float((compared > FINE_ALIKE).mean()), float(np.median(compared)))


def _of_shown(first: Picture, second: Picture, homography: Transform) -> Transform:
    """From the pixels of the first that are here to those of the second; a homography is of the whole pictures."""
    shrunk = [np.diag((p.rgb.shape[1] / p.size[0], p.rgb.shape[0] / p.size[1], 1.0)) for p in (first, second)]
    return np.asarray(shrunk[1] @ homography @ np.linalg.inv(shrunk[0]), np.float64)


def _smooth(values: NDArray[np.float32]) -> NDArray[np.float32]:
    import cv2

    return np.asarray(cv2.GaussianBlur(values, (0, 0), SMOOTHED), np.float32)


def _correlations(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of the square around each pixel, the best of nine places; not a number where both are plain."""
    import cv2

    def mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(cv2.boxFilter(values, -1, (FINE, FINE)), np.float32)

    middle = mean(one)
    spread = mean(one * one) - middle * middle
    best = np.full(one.shape, np.nan, np.float32)
    for across in (-1, 0, 1):
        for down in (-1, 0, 1):
            moved = np.roll(other, (down, across), (0, 1))
            its_middle = mean(moved)
            its_spread = mean(moved * moved) - its_middle * its_middle
            both = (mean(one * moved) - middle * its_middle) / np.sqrt(np.maximum(spread * its_spread, 1e-3))
            both[(spread < FINE_PLAIN) & (its_spread < FINE_PLAIN)] = np.nan
            best = np.fmax(best, both)
    return best
