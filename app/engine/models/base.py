"""What a model of meaning is: pictures and words read into one space, and what a cosine between them is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from app.engine.types import Closeness

Cosines = NDArray[np.float32]
_WORDS = (Closeness.FAR, Closeness.LOOSE, Closeness.CLOSE, Closeness.VERY_CLOSE)


class ImageEncoder(Protocol):
    """The picture side of a model. Making one loads nothing; the first `encode` does."""

    length: int

    def prepare(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """What `encode` needs of one upright picture (height, width, 3); the same shape for every picture. Any thread."""
        ...

    def encode(self, prepared: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Rows (n, length), each of length 1. One thread at a time. Raises ModelMissing when the weights are not there."""
        ...


class Network(Protocol):
    """Reads pictures for several facets: those that share one have a picture prepared once and read once."""

    name: str

    def prepare(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """What `read` needs of one upright picture (height, width, 3); the same shape for every picture. Any thread."""
        ...

    def read(self, prepared: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """All that it says of n > 0 pictures (n, width). Raises ModelMissing when the weights are not there."""
        ...


@runtime_checkable
class NetworkEncoder(ImageEncoder, Protocol):
    """A picture side whose network other facets may read with too."""

    network: Network

    def rows(self, read: NDArray[np.float32]) -> NDArray[np.float32]:
        """Rows (n, length), each of length 1, of what the network has read of n pictures. Raises ModelMissing."""
        ...


class TextEncoder(Protocol):
    """The word side of a model."""

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Rows (n, length), each of length 1. Raises UsageError for a text that it cannot understand, ModelMissing."""
        ...


@dataclass(frozen=True, slots=True)
class Relevance:
    """Turns a cosine into a score 0..1 that rises with it: 0.5 at `middle`, 0.73 one `width` above it.

    `cut_off` is the cosine below which two things hardly have to do with each other. Above it they are loosely related, from
    `middle` on close, and one `width` above it very close.
    """

    middle: float
    width: float
    cut_off: float

    def closeness(self, cosines: Cosines) -> list[Closeness]:
        """A word for each cosine."""
        limits = [self.cut_off, max(self.middle, self.cut_off), max(self.middle + self.width, self.cut_off)]
        return [_WORDS[place] for place in np.searchsorted(limits, cosines, side="right")]

    def score(self, cosines: Cosines) -> Cosines:
        """Scores of the same shape as the cosines."""
        scores: Cosines = (1.0 / (1.0 + np.exp((self.middle - cosines) / self.width))).astype(np.float32)
        return scores


class PictureModel(Protocol):
    """A model that reads pictures. `version` covers its weights and parameters; rows of different versions do not compare."""

    name: str
    version: str

    def image_encoder(self) -> ImageEncoder:
        """The picture side; the same object every time."""
        ...


class MeaningModel(PictureModel, Protocol):
    """One model of meaning: it reads words too."""

    def text_encoder(self) -> TextEncoder:
        """The word side; the same object every time."""
        ...

    def text_relevance(self, text: str) -> Relevance:
        """What the cosines of photos against this text are worth. Raises as `encode_texts`."""
        ...

    def picture_relevance(self) -> Relevance:
        """What the cosines of photos against a picture are worth."""
        ...


class LookModel(Protocol):
    """A model of look. `version` covers its weights and parameters; rows of different versions do not compare."""

    name: str
    version: str

    def image_encoder(self) -> ImageEncoder:
        """The picture side; the same object every time."""
        ...
