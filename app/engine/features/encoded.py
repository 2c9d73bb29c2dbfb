"""Reading pictures with a model's own picture side, whatever the facet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.features.base import Picture
from app.engine.models.base import ImageEncoder
from app.engine.types import Facet


class EncodedExtractor:
    """Rows as a model gives them, at half precision."""

    dtype: np.dtype[Any] = np.dtype(np.float16)

    def __init__(self, facet: Facet, images: ImageEncoder, version: str) -> None:
        self.facet = facet
        self.version = version
        self.length = images.length
        self._images = images

    def prepare(self, picture: Picture) -> NDArray[np.uint8]:
        """The part of the picture that the model looks at, at the model's size."""
        return self._images.prepare(picture.rgb)

    def extract(self, prepared: Sequence[NDArray[Any]]) -> NDArray[np.float16]:
        """Rows (n, length). Raises ModelMissing when the weights are not there."""
        if not prepared:
            return np.empty((0, self.length), np.float16)
        return self._images.encode(prepared).astype(np.float16)
