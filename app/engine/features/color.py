"""The color facet: how often each of 8 x 8 x 8 colors occurs in a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.features.base import Picture
from app.engine.histograms import BINS, ROW_BYTES, pack_shares, unpack_shares
from app.engine.types import Facet

SAMPLES = 200_000
"""About as many pixels are counted: more change a picture's histogram less than saving it again as JPEG does."""


class ColorExtractor:
    """Reads rows of 512 bytes: the histogram, packed by `pack_shares`.

    Color (r, g, b), 8 bits each, is number (r >> 5) * 64 + (g >> 5) * 8 + (b >> 5).
    """

    facet = Facet.COLOR
    version = "color-1"
    dtype: np.dtype[Any] = np.dtype(np.uint8)
    length = ROW_BYTES

    def prepare(self, picture: Picture) -> NDArray[np.float32]:
        """The share of every color, float32 (512,), summing to 1."""
        return histogram(picture.rgb)

    def extract(self, prepared: Sequence[NDArray[Any]]) -> NDArray[np.uint8]:
        """Rows uint8 (n, 512) for n histograms."""
        return pack_shares(np.stack(prepared) if len(prepared) else np.empty((0, BINS), np.float32))


def histogram(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Shares float32 (512,) of the colors in a picture uint8 (height, width, 3)."""
    import cv2

    height, width = rgb.shape[:2]
    step = max(1, round((height * width / SAMPLES) ** 0.5))
    some = np.ascontiguousarray(rgb[::step, ::step])
    counts = cv2.calcHist([some], [0, 1, 2], None, [8, 8, 8], [0, 256] * 3)
    return (counts.ravel() / (some.size // 3)).astype(np.float32)


def color_distance(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """The L1 distance between the histograms that two rows (512,) stand for: 0 the same, 2 no color in common."""
    first, second = unpack_shares(np.stack([one, other]))
    return float(np.abs(first - second).sum())
