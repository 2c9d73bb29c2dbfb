"""Points described by a network that people chose, in place of RootSIFT."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.features.local.codes import Code, FourLevels
from app.engine.features.local.describe import Described
from app.engine.features.local.points import DIMENSIONS
from app.engine.models.patches import SIDE, PatchModel

REACH = 3.0
"""A patch reaches so many times a point's diameter to each side: as far as the cells of SIFT."""
DETAIL = 1.5
"""Pixels of the picture that one pixel of a patch stands for, at most, before the picture is halved."""


class LearnedDescriptor:
    """Reads patches that are turned and scaled as their points are. Stored rows are not known mirrored, those of queries are."""

    code: Code = FourLevels()

    def __init__(self, model: PatchModel) -> None:
        self._encoder = model.image_encoder()
        self.version = model.version

    def described(self, gray: NDArray[np.uint8], keypoints: Sequence[Any], *, reflect: bool) -> Described:
        """See `Descriptor`. Raises ModelMissing."""
        patches = patches_of(gray, keypoints)
        if not patches:
            return Described((), np.empty((0, DIMENSIONS), np.float32), None)
        # a patch lies along its point's direction, so it is turned top to bottom whichever way the picture is mirrored
        mirrored = self._encoder.encode([patch[::-1].copy() for patch in patches]) if reflect else None
        return Described(keypoints, self._encoder.encode(patches), mirrored)

    def reflected(self, descriptors: NDArray[np.float32]) -> None:
        """A network's numbers for a patch say nothing of those for its mirror image."""


def patches_of(gray: NDArray[np.uint8], keypoints: Sequence[Any]) -> list[NDArray[np.uint8]]:
    """Patches uint8 (32, 32) around cv2.KeyPoints of a gray picture (height, width), each from a halving that fits its size."""
    import cv2

    halvings = [gray]
    patches = []
    for point in keypoints:
        step = REACH * point.size * 2 / SIDE  # pixels of the picture for one of the patch
        level = 0
        while step > DETAIL and min(gray.shape) >> (level + 1) >= 2:
            step, level = step / 2, level + 1
            if level == len(halvings):
                halvings.append(cv2.pyrDown(halvings[-1]).astype(np.uint8))
        across = np.deg2rad(point.angle) if point.angle >= 0 else 0.0
        right = np.array([np.cos(across), np.sin(across)]) * step
        down = np.array([-right[1], right[0]])
        corner = np.array(point.pt) / 2**level - (right + down) * (SIDE - 1) / 2
        lies = np.stack([right, down, corner], axis=1)
        patch = cv2.warpAffine(
            halvings[level], lies, (SIDE, SIDE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REFLECT_101
        )
        patches.append(patch.astype(np.uint8))
    return patches
