"""One digest of the pixels of a photo, whatever file they are kept in; for photos that may be the same as another."""

from __future__ import annotations

from hashlib import blake2b

from app.engine.features.base import Picture
from app.engine.types import Facet


class PixelsExtractor:
    """Reads rows of 16 bytes: a digest of sides and pixels, upright and in sRGB, at full size."""

    facet = Facet.COPY
    version = "pixels-1"
    side = 1 << 20

    def read(self, picture: Picture) -> bytes:
        """The row of one picture. Any thread."""
        height, width = picture.rgb.shape[:2]
        return blake2b(picture.rgb.tobytes(), digest_size=16, person=f"{width}x{height}".encode()[:16]).digest()
