"""Pictures with much to recognize, drawn from a seed: no two seeds share a shape at a place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from app.engine.features.base import Picture


def drawn(seed: int, size: tuple[int, int] = (640, 480), shapes: int = 260) -> Image.Image:
    """An RGB picture of `size` (width, height) full of shapes."""
    chance = np.random.default_rng(seed)
    picture = Image.new("RGB", size, tuple(int(part) for part in chance.integers(60, 200, 3)))
    draw = ImageDraw.Draw(picture)
    for _ in range(shapes):
        x, y = (int(chance.integers(-20, side)) for side in size)
        width, height = (int(part) for part in chance.integers(6, max(8, min(size) // 5), 2))
        color = tuple(int(part) for part in chance.integers(0, 256, 3))
        kind = chance.integers(0, 4)
        if kind == 0:
            draw.ellipse((x, y, x + width, y + height), fill=color)
        elif kind == 1:
            draw.rectangle((x, y, x + width, y + height), fill=color)
        elif kind == 2:
            draw.polygon([(x, y), (x + width, y + height // 3), (x + width // 4, y + height)], fill=color)
        else:
            draw.line((x, y, x + width, y + height), fill=color, width=int(chance.integers(1, 6)))
    return picture.filter(ImageFilter.GaussianBlur(0.6))


def as_picture(image: Image.Image, size: tuple[int, int] | None = None) -> Picture:
    """A picture for an extractor; `size` is that of the whole one where it was shrunk."""
    rgb: NDArray[np.uint8] = np.ascontiguousarray(np.asarray(image.convert("RGB")))
    return Picture(rgb, size or image.size)
