"""What a picture looks like around a point, made comparable: the points of a picture with their descriptors.

RootSIFT is what installs with Facet, and no other points pay for what they cost. Measured beside networks that find points of
their own, by tests/bench/bench_points.py: 184 points of pictures of 512 px, proved in the same way; 7 photos changed in 12 ways
each (DISK: 3), times of one thread:

| points | bytes a photo | time to read one | proved by nearest neighbors | RootSIFT of these | by LightGlue |
|---|---|---|---|---|---|
| RootSIFT | 4,048 | 1 | 85 % | | |
| ALIKED (n16rot) | 6,624 | 12-15 x | 54 % | 85 % | 77 % |
| DISK | 6,624 | 27 x | 53 % | 83 % | 83 % |

LightGlue takes 150 ms for a pair of photos, neighbors 3 or 4. With it crops of a fifth were all proved (RootSIFT: 5 of 7), but
of what is turned by 90 degrees 1 of 10. So the networks are no part of Facet. HardNet8, which people may choose, describes the
points of RootSIFT, in 3 times its time and 7,000 bytes a photo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.engine.features.local.codes import Code, TypicalParts
from app.engine.features.local.detect import Spread, detect, detector, gray_at
from app.engine.features.local.points import DIMENSIONS, LocalFeatures
from app.engine.types import Box

_CELLS, _DIRECTIONS = 4, 8
_MIRRORED = (
    np.arange(DIMENSIONS).reshape(_CELLS, _CELLS, _DIRECTIONS)[::-1][:, :, -np.arange(_DIRECTIONS) % _DIRECTIONS].reshape(-1)
)
"""Where each number of a mirrored picture's descriptor stands in that of the picture: rows of cells from below, directions
backwards. The cells lie along the point's own direction, so this holds whichever way the picture is mirrored."""


@dataclass(frozen=True, slots=True)
class Described:
    """The cv2.KeyPoints that have a descriptor, and these float32 (n, 128) of length 1, also of the mirrored picture if known."""

    keypoints: Sequence[Any]
    descriptors: NDArray[np.float32]
    reflected: NDArray[np.float32] | None


class Descriptor(Protocol):
    """One way to describe points. `version` names it and its parameters; `code` is how its descriptors are kept."""

    version: str
    code: Code

    def described(self, gray: NDArray[np.uint8], keypoints: Sequence[Any], *, reflect: bool) -> Described:
        """Describe cv2.KeyPoints of a gray picture (height, width), with `reflect` also as the mirrored picture has them.

        Any thread. Raises ModelMissing where a model is needed and is not there.
        """
        ...

    def reflected(self, descriptors: NDArray[np.float32]) -> NDArray[np.float32] | None:
        """Those of the same points in the mirrored picture, where they follow from these (n, 128)."""
        ...


class RootSift:
    """Gradients by place and direction.

    Arandjelovic, Zisserman: Three things everyone should know to improve object retrieval (CVPR 2012): the square roots of a
    SIFT descriptor that adds up to one have length one, and compare better than the descriptor itself.
    """

    version = "crop-1"
    code: Code = TypicalParts()

    def described(self, gray: NDArray[np.uint8], keypoints: Sequence[Any], *, reflect: bool) -> Described:
        """See `Descriptor`."""
        kept, raw = detector().compute(gray, list(keypoints))
        if raw is None or not len(kept):
            return Described((), np.empty((0, DIMENSIONS), np.float32), None)
        descriptors = roots(raw.astype(np.float32))
        return Described(kept, descriptors, self.reflected(descriptors) if reflect else None)

    def reflected(self, descriptors: NDArray[np.float32]) -> NDArray[np.float32]:
        """See `Descriptor`."""
        return descriptors[:, _MIRRORED]


ROOT_SIFT = RootSift()


def read_points(
    rgb: NDArray[np.uint8],
    size: tuple[int, int],
    spread: Spread,
    box: Box | None = None,
    *,
    descriptor: Descriptor = ROOT_SIFT,
    reflect: bool = False,
) -> LocalFeatures:
    """The points of an upright picture uint8 (height, width, 3) that shows a whole one of `size` (width, height).

    Only those inside of `box`, which is given in the whole picture's pixels; it is looked at as if it were a picture of its own:
    as large, and with as many points. `reflect`: they may be asked for as `mirrored`. Raises ModelMissing, see `Descriptor`.
    """
    ratio = rgb.shape[1] / size[0]
    left, top = 0, 0
    if box is not None:
        left, top = (max(0, int(box[axis] * ratio)) for axis in (0, 1))
        right, bottom = (max(0, int(np.ceil((box[axis] + box[axis + 2]) * ratio))) for axis in (0, 1))
        rgb = np.ascontiguousarray(rgb[top:bottom, left:right])
        if not rgb.size:
            return LocalFeatures.none(size)
    gray, scale = gray_at(rgb, spread)
    found = detect(gray, spread)
    read = descriptor.described(gray, found, reflect=reflect) if found else None
    if read is None or not len(read.keypoints):
        return LocalFeatures.none(size)
    grown, corner = np.float32(ratio * scale), np.array((left / ratio, top / ratio), np.float32)
    points = np.array([point.pt for point in read.keypoints], np.float32) / grown + corner
    sizes = np.array([point.size for point in read.keypoints], np.float32) / grown
    angles = np.array([point.angle % 360 for point in read.keypoints], np.float32)
    return LocalFeatures(points, sizes, angles, read.descriptors, size, read.reflected)


def roots(raw: NDArray[np.float32]) -> NDArray[np.float32]:
    """Descriptors (n, 128) that are not negative -> their RootSIFT, each of length 1."""
    sums = np.maximum(raw.sum(axis=1, keepdims=True), 1e-6)
    made: NDArray[np.float32] = np.sqrt(raw / sums).astype(np.float32)
    return made
