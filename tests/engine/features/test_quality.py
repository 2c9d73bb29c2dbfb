"""Sharpness and JPEG's losses, measured; and what they decide."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from app.engine.features.quality import jpeg_quality, sharpness
from app.engine.intake.decode import open_picture
from app.engine.types import Facet
from app.engine.writing import open_writer
from tests.conftest import draw_photo


def encoded(picture: Image.Image, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, **{"format": "JPEG"} | options)  # type: ignore[arg-type]
    return stream.getvalue()


@pytest.mark.parametrize("quality", [20, 49, 50, 51, 75, 90, 98])
@pytest.mark.parametrize("size", [(160, 120), (2600, 1800)])
def test_the_quality_of_a_jpeg_is_read_from_its_tables(quality: int, size: tuple[int, int]) -> None:
    picture = open_picture(encoded(draw_photo(1, size), quality=quality)).picture
    assert abs(picture.jpeg_quality - quality) <= 1


def test_other_files_and_odd_tables_have_none() -> None:
    assert open_picture(encoded(draw_photo(1), format="PNG")).picture.jpeg_quality == 0
    assert jpeg_quality({}) == jpeg_quality({1: [9] * 64}) == jpeg_quality({0: [0] * 64}) == 0
    assert jpeg_quality({0: [1] * 64}) == 99 and jpeg_quality({0: [65535] * 64}) == 1


def test_a_blurred_and_an_enlarged_copy_are_less_sharp_and_a_smaller_or_darker_one_about_the_same() -> None:
    photo = draw_photo(2, (1024, 768)).filter(ImageFilter.GaussianBlur(0.5))

    def of(picture: Image.Image) -> float:
        return sharpness(np.asarray(picture))

    sharp = of(photo)
    assert of(photo.filter(ImageFilter.GaussianBlur(4))) < 0.6 * sharp
    assert of(photo.resize((128, 96)).resize((1024, 768))) < 0.7 * sharp
    assert of(photo.resize((640, 480), Image.Resampling.LANCZOS)) == pytest.approx(sharp, rel=0.2)
    assert of(photo.point(lambda level: level * 0.6)) == pytest.approx(sharp, rel=0.1)


@pytest.mark.parametrize("format", ["GIF", "TIFF", "WEBP", "PNG"])
def test_pages_and_animations_are_told_from_single_pictures(format: str) -> None:
    pages = [draw_photo(seed, (160, 120)) for seed in range(3)]
    assert open_picture(encoded(pages[0], format=format, save_all=True, append_images=pages[1:])).picture.several
    assert not open_picture(encoded(pages[0], format=format)).picture.several
    assert not open_picture(encoded(pages[0])).picture.several


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (3000, 2)])
def test_odd_pictures_have_a_sharpness(size: tuple[int, int]) -> None:
    assert sharpness(np.zeros((size[1], size[0], 3), np.uint8)) == 0
    assert np.isfinite(sharpness(np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8)))


def test_the_sharper_and_the_less_compressed_copy_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    photo = draw_photo(3)
    photo.save(folder / "sharp.jpg", quality=80)
    photo.filter(ImageFilter.GaussianBlur(2)).save(folder / "a.png")
    other = draw_photo(4)
    other.save(folder / "good.jpg", quality=92)
    (folder / "b.jpg").write_bytes(encoded(other, quality=60) + b"\0" * 500_000)
    with open_writer(tmp_path / "library", lambda _event: None, facets=(Facet.COPY, Facet.COLOR)) as writer:
        writer.index((str(folder),))
        with writer.reader() as reader:
            kept = {Path(group.photos[0].path).name: group.photos[0].why for group in reader.duplicates()}
    assert set(kept) == {"sharp.jpg", "good.jpg"}
    assert "sharpest" in kept["sharp.jpg"] and "least compressed" in kept["good.jpg"]


def test_an_animation_is_not_suggested_because_of_its_first_picture(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    frames = [draw_photo(seed).quantize() for seed in range(3)]
    frames[0].save(folder / "moving.gif", save_all=True, append_images=frames[1:])
    frames[0].save(folder / "still.gif")
    frames[0].convert("RGB").save(folder / "still.png")
    with open_writer(tmp_path / "library", lambda _event: None, facets=(Facet.COPY, Facet.COLOR)) as writer:
        writer.index((str(folder),))
        with writer.reader() as reader:
            (group,) = reader.duplicates()
    kept = {Path(photo.path).name: photo.keep for photo in group.photos}
    assert kept == {"still.png": True, "still.gif": False, "moving.gif": True}
    assert "holds more pictures" in next(photo.why for photo in group.photos if photo.path.endswith("moving.gif"))
