"""The words facet: what is written in a picture, as one text with where each word stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.engine.errors import STOPPED, Cancelled
from app.engine.features.base import Picture
from app.engine.features.ocr.likely import TextLikelihood
from app.engine.models.ocr_networks import OcrNetworks
from app.engine.texts import TextBox
from app.engine.types import Facet

if TYPE_CHECKING:
    from app.engine.features.ocr.reader import ReadLine

DECODED = 16_000_000
"""Pixels of the picture that lines are read from: small print in a photo of a page needs nearly all of them."""
MOST_LETTERS = 200_000
"""A page of 10,000 words has some 60,000."""


def decoded_side(size: tuple[int, int]) -> int:
    """The longer side, in pixels, that a picture of (width, height) is decoded with for reading."""
    width, height = size
    return math.ceil(max(size) * min(1.0, math.sqrt(DECODED / (width * height))))


@dataclass(frozen=True, slots=True)
class PictureText:
    """The lines of a picture, one on each line of `text`, and the corners of its words in upright pixels of the photo."""

    text: str = ""
    boxes: tuple[TextBox, ...] = ()


class TextExtractor:
    """Reads the text of one picture at a time. The networks are shared with the look that decides what is worth it."""

    facet = Facet.WORDS
    version = "words-2"
    side = staticmethod(decoded_side)

    def __init__(self) -> None:
        self.networks = OcrNetworks()
        self.likelihood = TextLikelihood(self.networks)
        self.stopping = False
        """Set when the program ends: a page that is being read is given up."""

    def read(self, picture: Picture) -> PictureText:
        """The text of one picture. Any thread. Raises ModelMissing, and Cancelled once `stopping`."""
        from app.engine.features.ocr.reader import read_text  # OpenCV comes when the first picture does

        return in_one(read_text(picture, self.networks, self._check))

    def _check(self) -> None:
        if self.stopping:
            raise Cancelled(STOPPED)


def in_one(lines: Sequence[ReadLine]) -> PictureText:
    """Lines as one text."""
    text, boxes = "", []
    for line in lines:
        if len(text) + len(line.text) > MOST_LETTERS:
            break
        text += "\n" if text else ""
        for word in line.words:
            corners = tuple((float(x), float(y)) for x, y in word.corners)
            boxes.append(TextBox(len(text) + word.start, len(text) + word.end, corners))
        text += line.text
    return PictureText(text, tuple(boxes))
