"""The crop facet: pieces of pictures. A part of a photo, or a photo in another picture, is found by its distinct points."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.engine.features.base import Picture
from app.engine.features.local.describe import ROOT_SIFT, Descriptor, read_points
from app.engine.features.local.detect import Spread
from app.engine.features.local.packing import Packing
from app.engine.features.local.points import LocalFeatures
from app.engine.types import Box, Facet

STORED = Spread(points=184, side=512)
"""Of a stored photo. Points are looked for at twice this side: larger ones were not found more often, smaller ones less."""
ASKED = Spread(points=500, side=512, enlarged=3.0, neighbors=8)
"""Of a query, which may be a small part or a thumbnail: more points, more densely, of an enlarged picture."""
CLOSER = Spread(points=1_500, side=1_024, enlarged=2.0, neighbors=12)
"""Of a photo that is looked at once more, because its stored points do not decide."""


class CropExtractor:
    """Reads rows of some 200 points a photo, with RootSIFT 22 bytes each; an empty row where nothing stands out.

    Whatever describes the points, they are found in the same way. Methods raise ModelMissing where that needs a model that is not
    there; any thread may call them.
    """

    facet = Facet.CROP
    side = 1_024

    def __init__(self, descriptor: Descriptor = ROOT_SIFT) -> None:
        self._descriptor = descriptor
        self._packing = Packing(descriptor)
        self.version = descriptor.version

    def read(self, picture: Picture) -> bytes:
        """The row of one picture."""
        return self._packing.pack(self._points(picture, STORED))

    def query(self, picture: Picture, box: Box | None = None) -> LocalFeatures:
        """The points to look a picture up by, or the part of it in `box`."""
        return self._points(picture, ASKED, box, reflect=True)

    def closer(self, picture: Picture) -> LocalFeatures:
        """Many points of a photo, to look at it once more."""
        return self._points(picture, CLOSER)

    def unpack(self, row: bytes) -> LocalFeatures:
        """The points of a row, nearly as they were; none of a damaged one."""
        return self._packing.unpack(row)

    def descriptors(self, row: bytes) -> NDArray[np.float32]:
        """Only the descriptors float32 (n, 128) of a row. Raises ValueError for a damaged one."""
        return self._packing.descriptors(row)

    def _points(self, picture: Picture, spread: Spread, box: Box | None = None, *, reflect: bool = False) -> LocalFeatures:
        return read_points(picture.rgb, picture.size, spread, box, descriptor=self._descriptor, reflect=reflect)
