"""The local features of one picture: distinct points and what the picture looks like around each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 128


@dataclass(frozen=True, slots=True)
class LocalFeatures:
    """n points of a picture; `size` is (width, height) of the whole upright picture, in whose pixels they are given.

    `points` float32 (n, 2) are x and y, `sizes` float32 (n,) diameters in pixels, `angles` float32 (n,) degrees clockwise 0..360,
    `descriptors` float32 (n, 128) of length 1, strongest points first; `reflected` those of the same points in the mirrored
    picture, as far as they are known.
    """

    points: NDArray[np.float32]
    sizes: NDArray[np.float32]
    angles: NDArray[np.float32]
    descriptors: NDArray[np.float32]
    size: tuple[int, int]
    reflected: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.points)

    def mirrored(self) -> LocalFeatures:
        """The points of the picture mirrored left to right; none where their descriptors are not known."""
        if self.reflected is None:
            return LocalFeatures.none(self.size)
        points = self.points.copy()
        points[:, 0] = self.size[0] - points[:, 0]
        angles = ((180 - self.angles) % 360).astype(np.float32)
        return LocalFeatures(points, self.sizes, angles, self.reflected, self.size, self.descriptors)

    @classmethod
    def none(cls, size: tuple[int, int]) -> LocalFeatures:
        """A picture without points."""
        one = np.empty(0, np.float32)
        return cls(np.empty((0, 2), np.float32), one, one, np.empty((0, DIMENSIONS), np.float32), size)
