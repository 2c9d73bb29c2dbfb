"""Pictures brought to the size that a model was trained with, the way open_clip and timm do, without torch."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_FILTERS = {
    "bicubic": Image.Resampling.BICUBIC,
    "bilinear": Image.Resampling.BILINEAR,
    "random": Image.Resampling.BICUBIC,
}
_MODES = ("shortest", "squash", "longest")


@dataclass(frozen=True, slots=True)
class Preparation:
    """`mode`: shortest cuts the middle out, squash changes the shape, longest puts bars of gray `fill` around.

    `share` of what was brought to size, from its middle, is what the model looks at.
    """

    width: int
    height: int
    mode: str = "shortest"
    interpolation: str = "bicubic"
    fill: int = 0
    share: float = 1.0

    def __post_init__(self) -> None:
        if (
            self.mode not in _MODES
            or self.interpolation not in _FILTERS
            or not (0 < self.width <= 4096 and 0 < self.height <= 4096 and 0.25 <= self.share <= 1)
        ):
            raise ValueError(f"pictures cannot be prepared with {self}")

    def apply(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """An upright picture (h, w, 3) as (height, width, 3)."""
        picture, way = Image.fromarray(rgb), _FILTERS[self.interpolation]
        if self.mode == "squash":
            squashed = picture.resize((math.floor(self.width / self.share), math.floor(self.height / self.share)), way)
            return self._middle(squashed) if self.share < 1 else np.asarray(squashed)
        return self._middle(picture.resize(self._scaled(picture.width, picture.height), way))

    def _scaled(self, width: int, height: int) -> tuple[int, int]:
        """The size before the middle is taken; rounded as open_clip rounds, so that rows are the same to the last bit."""
        across, down = math.floor(self.width / self.share), math.floor(self.height / self.share)
        if self.mode == "shortest" and self.width == self.height:
            short, long = min(width, height), int(across * max(width, height) / min(width, height))
            return (across, long) if width == short else (long, across)
        ratios = width / across, height / down
        ratio = max(ratios) if self.mode == "longest" else min(ratios)
        return max(1, round(width / ratio)), max(1, round(height / ratio))

    def _middle(self, picture: Image.Image) -> NDArray[np.uint8]:
        """The middle of a picture, with bars where it is smaller than the target."""
        left, top = round((picture.width - self.width) / 2), round((picture.height - self.height) / 2)
        if left >= 0 and top >= 0:
            return np.asarray(picture.crop((left, top, left + self.width, top + self.height)))
        canvas = Image.new("RGB", (self.width, self.height), (self.fill,) * 3)
        canvas.paste(picture, ((self.width - picture.width) // 2, (self.height - picture.height) // 2))
        return np.asarray(canvas)
