"""Set for every test: Qt without a screen, and photos drawn on the spot."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

PACK = Path(os.environ.get("FACET_PHOTOS", Path(__file__).resolve().parents[2] / "shared" / "photos"))


@pytest.fixture(scope="session")
def pack() -> Path:
    """A pack of real photos with known answers, where there is one."""
    if not PACK.is_dir():
        pytest.skip("needs a folder of real photos with known answers; set FACET_PHOTOS")
    return PACK


def draw_photo(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A picture with as much structure as a photo: blurred noise, a gradient, shapes; another one for every seed."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 255, (12, 16, 3), dtype=np.uint8)
    picture = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    for _ in range(12):
        x, y = int(rng.integers(0, size[0])), int(rng.integers(0, size[1]))
        w, h = int(rng.integers(10, size[0] // 3)), int(rng.integers(10, size[1] // 3))
        fill = tuple(int(c) for c in rng.integers(0, 255, 3))
        (draw.ellipse if rng.random() < 0.5 else draw.rectangle)((x, y, x + w, y + h), fill=fill)
    return picture


@pytest.fixture
def make_photo(tmp_path: Path) -> Callable[..., Path]:
    """Writes a drawn photo: make_photo("a.jpg", seed=1, size=(640, 480), folder=...)."""

    def make(name: str, seed: int = 0, size: tuple[int, int] = (640, 480), folder: Path | None = None, **save: object) -> Path:
        path = (folder or tmp_path / "photos") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draw_photo(seed, size).save(path, **save)
        return path

    return make
