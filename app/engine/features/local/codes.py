"""Descriptors as a few bytes each, and nearly back."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.engine.features.local.points import DIMENSIONS
from app.engine.models.packaged import PackagedFile

CODEBOOK = PackagedFile("", "points.npz", "d239d3b3c6c822ed7217d35445e1792e6ff018b778805a07ea3bb1700a2e56b9")
"""The typical parts of RootSIFT descriptors; packaging/make_codebook.py writes it."""
PARTS = 16


class Code(Protocol):
    """A way to write descriptors; `bytes` is what one takes."""

    bytes: int

    def codes(self, descriptors: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Descriptors (n, 128) of length 1 -> their codes (n, bytes)."""
        ...

    def decoded(self, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Codes (n, bytes) -> descriptors (n, 128) of length 1, nearly as they were."""
        ...


class TypicalParts:
    """RootSIFT descriptors in 16 bytes: each eight numbers as the nearest of 256 typical ones.

    Jegou, Douze, Schmid: Product quantization for nearest neighbor search (PAMI 2011).
    """

    bytes = PARTS

    def codes(self, descriptors: NDArray[np.float32]) -> NDArray[np.uint8]:
        """See `Code`. Raises ModelMissing where the file of typical parts is not there."""
        typical = _typical()
        parts = descriptors.reshape(len(descriptors), PARTS, -1)
        codes = np.empty((len(descriptors), PARTS), np.uint8)
        for part in range(PARTS):
            # the nearest has the smallest |typical|^2 - 2 typical x
            gaps = np.square(typical[part]).sum(axis=1) - 2 * parts[:, part] @ typical[part].T
            codes[:, part] = gaps.argmin(axis=1)
        return codes

    def decoded(self, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
        """See `Code`. Raises ModelMissing."""
        return _of_length_1(_typical()[np.arange(PARTS), codes].reshape(len(codes), DIMENSIONS))


class FourLevels:
    """Descriptors of any kind in 32 bytes: turned, so that all numbers are alike, and each number as one of four levels.

    Levels are those of least error for numbers with a normal spread: Max: Quantizing for minimum distortion (1960).
    """

    bytes = DIMENSIONS // 4
    _LIMIT, _INNER, _OUTER = 0.9816, 0.4528, 1.5104  # of one standard deviation

    def codes(self, descriptors: NDArray[np.float32]) -> NDArray[np.uint8]:
        """See `Code`."""
        spread = descriptors @ _turning() * np.float32(np.sqrt(DIMENSIONS))
        levels = np.digitize(spread, (-self._LIMIT, 0.0, self._LIMIT)).astype(np.uint8).reshape(len(descriptors), self.bytes, 4)
        codes: NDArray[np.uint8] = levels[:, :, 0] | levels[:, :, 1] << 2 | levels[:, :, 2] << 4 | levels[:, :, 3] << 6
        return codes

    def decoded(self, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
        """See `Code`."""
        levels = codes[:, :, None] >> np.array([0, 2, 4, 6], np.uint8) & 3
        values = np.array([-self._OUTER, -self._INNER, self._INNER, self._OUTER], np.float32)[levels]
        return _of_length_1(values.reshape(len(codes), DIMENSIONS) @ _turning().T)


@lru_cache(maxsize=1)
def _typical() -> NDArray[np.float32]:
    """Parts of descriptors, float32 (16, 256, 8). Raises ModelMissing where the file is not there."""
    with np.load(CODEBOOK.checked()) as file:
        typical: NDArray[np.float32] = file["typical"].astype(np.float32)
    return typical


@lru_cache(maxsize=1)
def _turning() -> NDArray[np.float32]:
    """A turning of the space float32 (128, 128), always the same: signs and a Hadamard matrix."""
    turning = np.ones((1, 1))
    while len(turning) < DIMENSIONS:
        turning = np.block([[turning, turning], [turning, -turning]])
    signs = np.where(np.random.default_rng(1).random(DIMENSIONS) < 0.5, -1, 1)
    made: NDArray[np.float32] = (signs[:, None] * turning / np.sqrt(DIMENSIONS)).astype(np.float32)
    return made


def _of_length_1(descriptors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(descriptors, axis=1, keepdims=True)
    made: NDArray[np.float32] = (descriptors / np.maximum(lengths, 1e-6)).astype(np.float32)
    return made
