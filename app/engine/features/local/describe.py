"""What a picture looks like around a point: gradients by place and direction, made comparable.

Arandjelovic, Zisserman: Three things everyone should know to improve object retrieval (CVPR 2012): the square roots of a SIFT
descriptor that adds up to one have length one, and compare better than the descriptor itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.features.local.detect import Spread, detect, detector, gray_at
from app.engine.features.local.points import DIMENSIONS, LocalFeatures
from app.engine.types import Box

_CELLS, _DIRECTIONS = 4, 8
_MIRRORED = (
    np.arange(DIMENSIONS).reshape(_CELLS, _CELLS, _DIRECTIONS)[::-1][:, :, -np.arange(_DIRECTIONS) % _DIRECTIONS].reshape(-1)
)
"""Where each number of a mirrored picture's descriptor stands in that of the picture: rows of cells from below, directions
backwards. The cells lie along the point's own direction, so this holds whichever way the picture is mirrored."""


def read_points(rgb: NDArray[np.uint8], size: tuple[int, int], spread: Spread, box: Box | None = None) -> LocalFeatures:
    """The points of an upright picture uint8 (height, width, 3) that shows a whole one of `size` (width, height).

    Only those inside of `box`, which is given in the whole picture's pixels.
    """
    if box is not None:
        return _inside(rgb, size, spread, box)
    gray, scale = gray_at(rgb, spread)
    ratio = rgb.shape[1] * scale / size[0]
    return _described(gray, detect(gray, spread), ratio, (0.0, 0.0), size)


def _inside(rgb: NDArray[np.uint8], size: tuple[int, int], spread: Spread, box: Box) -> LocalFeatures:
    """The part is looked at as if it were a picture of its own: as large, and with as many points."""
    ratio = rgb.shape[1] / size[0]
    left, top = (max(0, int(box[axis] * ratio)) for axis in (0, 1))
    right, bottom = (max(0, int(np.ceil((box[axis] + box[axis + 2]) * ratio))) for axis in (0, 1))
    part = np.ascontiguousarray(rgb[top:bottom, left:right])
    if not part.size:
        return LocalFeatures.none(size)
    gray, scale = gray_at(part, spread)
    return _described(gray, detect(gray, spread), ratio * scale, (left / ratio, top / ratio), size)


def _described(
    gray: NDArray[np.uint8], keypoints: Sequence[Any], ratio: float, corner: tuple[float, float], size: tuple[int, int]
) -> LocalFeatures:
    """Keypoints of a gray picture that is `ratio` times as large as the whole one and begins at its `corner`."""
    if not keypoints:
        return LocalFeatures.none(size)
    kept, raw = detector().compute(gray, list(keypoints))
    if raw is None or not len(kept):
        return LocalFeatures.none(size)
    points = np.array([point.pt for point in kept], np.float32) / np.float32(ratio) + np.array(corner, np.float32)
    sizes = np.array([point.size for point in kept], np.float32) / np.float32(ratio)
    angles = np.array([point.angle % 360 for point in kept], np.float32)
    return LocalFeatures(points, sizes, angles, roots(raw.astype(np.float32)), size)


def roots(raw: NDArray[np.float32]) -> NDArray[np.float32]:
    """Descriptors (n, 128) that are not negative -> their RootSIFT, each of length 1."""
    sums = np.maximum(raw.sum(axis=1, keepdims=True), 1e-6)
    made: NDArray[np.float32] = np.sqrt(raw / sums).astype(np.float32)
    return made


def mirrored(features: LocalFeatures) -> LocalFeatures:
    """The points of the picture mirrored left to right."""
    points = features.points.copy()
    points[:, 0] = features.size[0] - points[:, 0]
    angles = (180 - features.angles) % 360
    return LocalFeatures(points, features.sizes, angles.astype(np.float32), features.descriptors[:, _MIRRORED], features.size)
