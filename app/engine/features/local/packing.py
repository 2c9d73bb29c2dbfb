"""Points as bytes: six a point for its place, size and direction, and the code of its descriptor."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.features.local.describe import Descriptor
from app.engine.features.local.points import DIMENSIONS, LocalFeatures

_HEAD = struct.Struct("<II")  # width and height of the whole picture
_FINEST = 2.0**-12
"""The smallest size of a point that is told apart, as a share of the longer side."""
_STEPS = 16.0
"""So many sizes are told apart between one and twice it."""


class Packing:
    """Rows of points of one kind of descriptor."""

    def __init__(self, descriptor: Descriptor) -> None:
        self._descriptor, self._code = descriptor, descriptor.code
        self._point = np.dtype([("x", "<u2"), ("y", "<u2"), ("size", "u1"), ("angle", "u1"), ("code", "u1", (self._code.bytes,))])

    def pack(self, features: LocalFeatures) -> bytes:
        """Points as a row; empty where there are none."""
        if not len(features):
            return b""
        width, height = features.size
        rows = np.empty(len(features), self._point)
        rows["x"] = _share(features.points[:, 0] / width)
        rows["y"] = _share(features.points[:, 1] / height)
        growth = np.log2(np.maximum(features.sizes / max(width, height), _FINEST) / _FINEST)
        rows["size"] = np.clip(np.rint(_STEPS * growth), 0, 255)
        rows["angle"] = np.rint(features.angles / 360 * 256).astype(np.int64) % 256
        rows["code"] = self._code.codes(features.descriptors)
        return _HEAD.pack(width, height) + rows.tobytes()

    def unpack(self, row: bytes) -> LocalFeatures:
        """The points of a row, their descriptors nearly as they were; none of a row that is damaged."""
        if len(row) < _HEAD.size or (len(row) - _HEAD.size) % self._point.itemsize:
            return LocalFeatures.none((1, 1))
        width, height = _HEAD.unpack_from(row)
        rows = np.frombuffer(row, self._point, offset=_HEAD.size)
        points = np.stack([rows["x"] / 65535 * width, rows["y"] / 65535 * height], axis=1).astype(np.float32)
        sizes = (_FINEST * 2 ** (rows["size"] / _STEPS) * max(width, height)).astype(np.float32)
        angles = (rows["angle"] * (360 / 256)).astype(np.float32)
        descriptors = self._code.decoded(rows["code"])
        return LocalFeatures(points, sizes, angles, descriptors, (width, height), self._descriptor.reflected(descriptors))

    def descriptors(self, row: bytes) -> NDArray[np.float32]:
        """Only the descriptors float32 (n, 128) of a row. Raises ValueError for a damaged one."""
        if not row:
            return np.empty((0, DIMENSIONS), np.float32)
        return self._code.decoded(np.frombuffer(row, self._point, offset=_HEAD.size)["code"])


def _share(values: NDArray[np.floating[Any]]) -> NDArray[np.uint16]:
    return np.asarray(np.rint(np.clip(values, 0, 1) * 65535), np.uint16)
