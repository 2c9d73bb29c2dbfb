"""The meaning facet: what is in a picture, in the same space as words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.features.base import Picture
from app.engine.models.base import MeaningModel, NetworkEncoder
from app.engine.types import Facet


class MeaningExtractor:
    """Reads pictures with a model of meaning; rows of length 1 at half precision, compared by cosine."""

    facet = Facet.MEANING
    dtype: np.dtype[Any] = np.dtype(np.float16)

    def __init__(self, model: MeaningModel) -> None:
        self.model = model
        self._images = model.image_encoder()
        self.version = model.version
        self.length = self._images.length

    def prepare(self, picture: Picture) -> NDArray[np.uint8]:
        """The part of the picture that the model looks at, at the model's size."""
        return self._images.prepare(picture.rgb)

    def extract(self, prepared: Sequence[NDArray[Any]]) -> NDArray[np.float16]:
        """Rows (n, length). Raises ModelMissing when the weights are not there."""
        if not prepared:
            return np.empty((0, self.length), np.float16)
        return self._images.encode(prepared).astype(np.float16)


class SharedMeaningExtractor(MeaningExtractor):
    """Reads pictures with a model whose network other facets read with too."""

    def __init__(self, model: MeaningModel, images: NetworkEncoder) -> None:
        super().__init__(model)
        self.network = images.network
        self._rows = images.rows

    def rows(self, read: NDArray[np.float32]) -> NDArray[np.float16]:
        """Rows (n, length) of what the network has read of n pictures. Raises ModelMissing."""
        return self._rows(read).astype(np.float16)


def meaning_extractor(model: MeaningModel) -> MeaningExtractor:
    """The extractor for a model: one that shares its network where the model has one to share."""
    images = model.image_encoder()
    return SharedMeaningExtractor(model, images) if isinstance(images, NetworkEncoder) else MeaningExtractor(model)
