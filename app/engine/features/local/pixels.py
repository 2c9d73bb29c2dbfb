"""Whether two pictures that were laid on each other by their points are alike between the points, too."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.engine.features.local.outline import Transform

SIDE = 96
"""The longer side at which pictures are compared: details have no say, and a shift by a few pixels has none."""
BLOCK = 12
PLAIN = 4.0
"""A block whose gray values deviate by less than this from their mean shows nothing to compare."""
ALIKE = 0.5
"""The correlation of gray values from which a block is alike."""


def agreement(query: NDArray[np.uint8], photo: NDArray[np.uint8], transform: Transform) -> float:
    """The share of the blocks of the part both show that are alike, 0..1; 1 where there is nothing to compare.

    Pictures are uint8 (height, width, 3) of any size; `transform` leads from the query's pixels, as given here, to the photo's.
    """
    import cv2

    height, width = query.shape[:2]
    scale = SIDE / max(height, width)
    shape = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(cv2.cvtColor(query, cv2.COLOR_RGB2GRAY), shape, interpolation=cv2.INTER_AREA).astype(np.float32)
    back = np.diag((scale, scale, 1.0)) @ np.linalg.inv(transform)
    growth = np.sqrt(abs(np.linalg.det(back[:2, :2])))
    gray = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
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
