"""Plane geometry of pictures: where a transform puts points, outlines and boxes, and whether it is one that photos undergo."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.engine.types import Box

Points = NDArray[np.float32] | NDArray[np.float64]
"""x and y of points (n, 2), in pixels."""
Transform = NDArray[np.float64]
"""float64 (3, 3), from one picture's pixels to another's."""
MOST_SHEAR = 3.0
"""Neither side of a picture may grow so many times as much as the other."""
MOST_BEND = 4.0
"""Nor one corner so many times as much as another."""
MOST_GROWTH = 40.0


def project(transform: Transform, points: Points) -> NDArray[np.float64]:
    """Points (n, 2) -> where the transform puts them, float64 (n, 2)."""
    x, y, w = transform @ np.column_stack([points, np.ones(len(points))]).astype(np.float64).T
    w = np.where(np.abs(w) < 1e-9, 1e-9, w)
    return np.column_stack([x / w, y / w])


def corners(box: Box) -> NDArray[np.float64]:
    """The corners (4, 2) of a box, clockwise from top left."""
    x, y, width, height = box
    return np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], np.float64)


def is_sane(transform: Transform, box: Box) -> bool:
    """Whether a box keeps its handedness and is neither folded nor squeezed out of shape."""
    outline = corners(box)
    w = transform[2] @ np.column_stack([outline, np.ones(4)]).T
    if not np.isfinite(transform).all() or (w <= 0).any() or w.max() > MOST_BEND * w.min():
        return False
    placed = project(transform, outline)
    edges = np.roll(placed, -1, axis=0) - placed
    after = np.roll(edges, -1, axis=0)
    turns = edges[:, 0] * after[:, 1] - edges[:, 1] * after[:, 0]
    if (turns <= 0).any():
        return False
    growth = np.linalg.norm(edges, axis=1) / np.maximum(1e-9, np.linalg.norm(np.roll(outline, -1, axis=0) - outline, axis=1))
    return bool(growth.max() < MOST_SHEAR * growth.min() and 1 / MOST_GROWTH < growth.mean() < MOST_GROWTH)


def clipped_box(outline: Points, size: tuple[int, int]) -> Box:
    """The rectangle around an outline (4, 2), cut to a picture of `size` (width, height), in whole pixels."""
    left, top = np.clip(np.floor(outline.min(axis=0)), 0, np.array(size) - 1).astype(int)
    right, bottom = np.clip(np.ceil(outline.max(axis=0)), (left + 1, top + 1), np.array(size)).astype(int)
    return int(left), int(top), int(right - left), int(bottom - top)


def overlap(transform: Transform, box: Box, size: tuple[int, int]) -> NDArray[np.float32] | None:
    """The part (n, 2) of a picture of `size` that a box of the other covers, in the picture's pixels; None for none."""
    import cv2

    placed = project(transform, corners(box)).astype(np.float32)
    area, polygon = cv2.intersectConvexConvex(placed, corners((0, 0, *size)).astype(np.float32))
    return polygon.reshape(-1, 2).astype(np.float32) if area > 0 and polygon is not None else None


def inside(points: Points, size: tuple[int, int]) -> NDArray[np.bool_]:
    """Which points (n, 2) lie in a picture of `size`."""
    return np.asarray(((points >= 0) & (points < np.array(size))).all(axis=1), np.bool_)
