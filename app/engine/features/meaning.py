"""The meaning facet: what is in a picture, in the same space as words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.engine.features.encoded import EncodedExtractor
from app.engine.models.base import MeaningModel, NetworkEncoder
from app.engine.types import Facet


class MeaningExtractor(EncodedExtractor):
    """Reads pictures with a model of meaning; rows of length 1 at half precision, compared by cosine."""

    def __init__(self, model: MeaningModel) -> None:
        super().__init__(Facet.MEANING, model.image_encoder(), model.version)
        self.model = model


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
