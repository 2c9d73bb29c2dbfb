"""The words for text that photos carry: where it stands, and where it was found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Corners = tuple[tuple[float, float], ...]
"""Four corners (x, y) in a photo's upright pixels, in reading order: top left, top right, bottom right, bottom left."""


class TextSource(StrEnum):
    """Where a text about a photo comes from."""

    OCR = "ocr"
    NAME = "name"
    FOLDER = "folder"
    TITLE = "title"
    DESCRIPTION = "description"
    KEYWORDS = "keywords"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class TextBox:
    """The characters text[start:end] lie within these corners: a word, or a whole line."""

    start: int
    end: int
    corners: Corners


@dataclass(frozen=True, slots=True)
class PhotoText:
    """One text of a photo; `boxes` say where in the picture its parts were read, in any order."""

    source: TextSource
    text: str
    boxes: tuple[TextBox, ...] = ()
