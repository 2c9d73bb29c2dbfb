"""Whether a picture is likely to have text in it: a cheap look that decides what is read for words, and in what order."""

from __future__ import annotations

import numpy as np

from app.engine.features.base import Picture
from app.engine.models.ocr_networks import OcrNetworks
from app.engine.types import Facet

LEAST = 0.27
"""Photos below are not read. Of 260 photos of COCO, whose text is mostly small, this left out 54 % of those without text and 14 %
of those with some, a word or two each: 4 % of all characters."""


class TextLikelihood:
    """How many lines the network sees in a small picture, and how sure it is of the surest point: n + 0..1.

    Pages and screens come first, then signs, then what might be a word. Rows are one number in half precision.
    """

    facet = Facet.WORDS
    version = "likely-text-1"
    side = 512

    def __init__(self, networks: OcrNetworks) -> None:
        self._networks = networks

    def read(self, picture: Picture) -> bytes:
        """The row of one picture. Any thread. Raises ModelMissing."""
        from app.engine.features.ocr.find import rectangles, text_map  # OpenCV comes when the first picture does

        seen = text_map(picture.rgb, self._networks)
        lines = sum(1 for _ in rectangles(seen))
        return np.float16(lines + float(seen.max()) / 255).tobytes()


def likelihood(row: bytes | None) -> float:
    """What a row says; 0 without one."""
    return float(np.frombuffer(row, np.float16)[0]) if row else 0.0
