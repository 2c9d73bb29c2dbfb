"""The crop facet: pieces of pictures. A part of a photo, or a photo in another picture, is found by its distinct points."""

from __future__ import annotations

from app.engine.features.base import Picture
from app.engine.features.local.describe import read_points
from app.engine.features.local.detect import Spread
from app.engine.features.local.packing import pack
from app.engine.features.local.points import LocalFeatures
from app.engine.types import Box, Facet

STORED = Spread(points=184, side=512)
"""Of a stored photo. Points are looked for at twice this side: larger ones were not found more often, smaller ones less."""
ASKED = Spread(points=500, side=512, enlarged=3.0, neighbors=8)
"""Of a query, which may be a small part or a thumbnail: more points, more densely, of an enlarged picture."""
CLOSER = Spread(points=1_500, side=1_024, enlarged=2.0, neighbors=12)
"""Of a photo that is looked at once more, because its stored points do not decide."""


class CropExtractor:
    """Reads rows of 22 bytes a point, some 200 points a photo; an empty row where nothing stands out."""

    facet = Facet.CROP
    version = "crop-1"
    side = 1_024

    def read(self, picture: Picture) -> bytes:
        """The row of one picture. Any thread."""
        return pack(read_points(picture.rgb, picture.size, STORED))

    def query(self, picture: Picture, box: Box | None = None) -> LocalFeatures:
        """The points to look a picture up by, or the part of it in `box`. Any thread."""
        return read_points(picture.rgb, picture.size, ASKED, box)

    def closer(self, picture: Picture) -> LocalFeatures:
        """Many points of a photo, to look at it once more. Any thread."""
        return read_points(picture.rgb, picture.size, CLOSER)
