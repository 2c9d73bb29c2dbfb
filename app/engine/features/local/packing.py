"""Points as bytes: 22 a point, of which 16 are its descriptor, each eight numbers of it as the nearest of 256 typical ones.

Jegou, Douze, Schmid: Product quantization for nearest neighbor search (PAMI 2011).
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.features.local.points import DIMENSIONS, LocalFeatures
from app.engine.models.packaged import PackagedFile

CODEBOOK = PackagedFile("", "points.npz", "d239d3b3c6c822ed7217d35445e1792e6ff018b778805a07ea3bb1700a2e56b9")
"""The typical parts of descriptors; packaging/make_codebook.py writes it."""
PARTS = 16
_HEAD = struct.Struct("<II")  # width and height of the whole picture
_FINEST = 2.0**-12
"""The smallest size of a point that is told apart, as a share of the longer side."""
_STEPS = 16.0
"""So many sizes are told apart between one and twice it."""
_POINT = np.dtype([("x", "<u2"), ("y", "<u2"), ("size", "u1"), ("angle", "u1"), ("code", "u1", (PARTS,))])


def pack(features: LocalFeatures) -> bytes:
    """Points as a row; empty where there are none."""
    if not len(features):
        return b""
    width, height = features.size
    rows = np.empty(len(features), _POINT)
    rows["x"] = _share(features.points[:, 0] / width)
    rows["y"] = _share(features.points[:, 1] / height)
    growth = np.log2(np.maximum(features.sizes / max(width, height), _FINEST) / _FINEST)
    rows["size"] = np.clip(np.rint(_STEPS * growth), 0, 255)
    rows["angle"] = np.rint(features.angles / 360 * 256).astype(np.int64) % 256
    rows["code"] = _codes(features.descriptors)
    return _HEAD.pack(width, height) + rows.tobytes()


def unpack(row: bytes) -> LocalFeatures:
    """The points of a row, their descriptors nearly as they were; none of a row that is damaged."""
    if len(row) < _HEAD.size or (len(row) - _HEAD.size) % _POINT.itemsize:
        return LocalFeatures.none((1, 1))
    width, height = _HEAD.unpack_from(row)
    rows = np.frombuffer(row, _POINT, offset=_HEAD.size)
    points = np.stack([rows["x"] / 65535 * width, rows["y"] / 65535 * height], axis=1).astype(np.float32)
    sizes = (_FINEST * 2 ** (rows["size"] / _STEPS) * max(width, height)).astype(np.float32)
    return LocalFeatures(points, sizes, (rows["angle"] * (360 / 256)).astype(np.float32), _decoded(rows["code"]), (width, height))


def descriptors_of(row: bytes) -> NDArray[np.float32]:
    """Only the descriptors float32 (n, 128) of a row. Raises ValueError for a damaged one."""
    return _decoded(np.frombuffer(row, _POINT, offset=_HEAD.size)["code"]) if row else np.empty((0, DIMENSIONS), np.float32)


def _share(values: NDArray[np.floating[Any]]) -> NDArray[np.uint16]:
    return np.asarray(np.rint(np.clip(values, 0, 1) * 65535), np.uint16)


@lru_cache(maxsize=1)
def _typical() -> NDArray[np.float32]:
    """Parts of descriptors, float32 (16, 256, 8). Raises ModelMissing where the file is not there."""
    with np.load(CODEBOOK.checked()) as file:
        typical: NDArray[np.float32] = file["typical"].astype(np.float32)
    return typical


def _codes(descriptors: NDArray[np.float32]) -> NDArray[np.uint8]:
    typical = _typical()
    parts = descriptors.reshape(len(descriptors), PARTS, -1)
    codes = np.empty((len(descriptors), PARTS), np.uint8)
    for part in range(PARTS):
        # the nearest has the smallest |typical|^2 - 2 typical x
        gaps = np.square(typical[part]).sum(axis=1) - 2 * parts[:, part] @ typical[part].T
        codes[:, part] = gaps.argmin(axis=1)
    return codes


def _decoded(codes: NDArray[np.uint8]) -> NDArray[np.float32]:
    whole = _typical()[np.arange(PARTS), codes].reshape(len(codes), DIMENSIONS)
    lengths = np.linalg.norm(whole, axis=1, keepdims=True)
    made: NDArray[np.float32] = (whole / np.maximum(lengths, 1e-6)).astype(np.float32)
    return made
