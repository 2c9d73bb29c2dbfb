"""The hash is imagehash's, bit for bit; turned pictures are told; pictures that say nothing are exempt."""

from __future__ import annotations

from pathlib import Path

import imagehash
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from app.engine.features.base import Picture
from app.engine.features.copy import HASH_BYTES, TURNS, CopyExtractor, small_gray, turned_back, turned_hashes
from app.engine.types import Turn
from tests.conftest import draw_photo

TURNED_BY_PILLOW = {
    Turn.NONE: lambda im: im,
    Turn.ROTATE90: lambda im: im.transpose(Image.Transpose.ROTATE_270),  # Pillow turns counter-clockwise
    Turn.ROTATE180: lambda im: im.transpose(Image.Transpose.ROTATE_180),
    Turn.ROTATE270: lambda im: im.transpose(Image.Transpose.ROTATE_90),
    Turn.MIRROR: ImageOps.mirror,
    Turn.FLIP: ImageOps.flip,
    Turn.TRANSPOSE: lambda im: im.transpose(Image.Transpose.TRANSPOSE),
    Turn.TRANSVERSE: lambda im: im.transpose(Image.Transpose.TRANSVERSE),
}


def rows_of(*pictures: Image.Image) -> NDArray[np.uint8]:
    extractor = CopyExtractor()
    return extractor.extract([extractor.prepare(Picture(np.asarray(im.convert("RGB")), im.size)) for im in pictures])


def reference(picture: Image.Image) -> NDArray[np.uint8]:
    return np.packbits(imagehash.phash(picture.convert("RGB"), hash_size=24).hash.ravel())


def odd_pictures() -> list[Image.Image]:
    """Pictures whose bits hang on the last digit: one color, ramps, stripes, single pixels, noise."""
    rng = np.random.default_rng(1)
    ramp = np.tile(np.arange(256, dtype=np.uint8), (200, 1))
    arrays = [ramp, ramp.T, ramp // 2 + ramp.T[:200, :1] // 2, (ramp // 16 % 2) * 255, rng.integers(0, 256, (90, 120), np.uint8)]
    made = [Image.new("RGB", size, color) for size in ((1, 1), (3, 700), (96, 96)) for color in ("black", "#123456", "white")]
    return made + [Image.fromarray(np.ascontiguousarray(array)).convert("RGB") for array in arrays]


def test_bits_are_those_of_imagehash_for_drawn_pictures() -> None:
    sizes = ((640, 480), (96, 96), (37, 211), (1024, 683), (500, 500))
    pictures = [draw_photo(seed, sizes[seed % len(sizes)]) for seed in range(40)]
    pictures += [picture.convert("L") for picture in pictures[:5]] + odd_pictures()
    rows = rows_of(*pictures)
    for row, picture in zip(rows, pictures, strict=True):
        assert np.array_equal(row[:HASH_BYTES], reference(picture))


def test_bits_are_those_of_imagehash_for_real_photos(pack: Path) -> None:
    files = [*sorted((pack / "copies").glob("*.jpg"))[::4], *sorted((pack / "captioned").glob("*.jpg"))[::12]]
    assert len(files) > 50
    for file in files:
        with Image.open(file) as opened:
            row = rows_of(opened)[0]
            assert np.array_equal(row[:HASH_BYTES], reference(opened)), file.name
            assert row[HASH_BYTES] > 0, f"{file.name} is a photo and must not be exempt"


def test_a_batch_gives_the_same_rows_as_one_by_one() -> None:
    pictures = [draw_photo(seed) for seed in range(9)] + odd_pictures()
    assert np.array_equal(rows_of(*pictures), np.concatenate([rows_of(picture) for picture in pictures]))


def test_an_empty_batch_gives_no_rows() -> None:
    assert CopyExtractor().extract([]).shape == (0, CopyExtractor.length)


@pytest.mark.parametrize("turn", TURNS)
def test_a_turned_query_finds_the_upright_photo_and_names_the_turn(turn: Turn) -> None:
    for seed, size in ((1, (640, 480)), (2, (300, 500)), (3, (777, 512))):
        photo = draw_photo(seed, size)
        query = TURNED_BY_PILLOW[turn](photo)
        distances = np.bitwise_count(turned_hashes(small_gray(np.asarray(query))) ^ rows_of(photo)[:, :HASH_BYTES]).sum(axis=1)
        assert TURNS[int(distances.argmin())] is turn
        assert distances.min() <= 12
        assert np.sort(distances)[1] > 150


@pytest.mark.parametrize("turn", TURNS)
def test_turned_back_undoes_the_turn_exactly(turn: Turn) -> None:
    photo = draw_photo(4, (50, 40))
    query = np.asarray(TURNED_BY_PILLOW[turn](photo))
    assert np.array_equal(turned_back(query, turn), np.asarray(photo))


def test_the_first_turned_hash_is_the_stored_one() -> None:
    photo = draw_photo(5)
    assert np.array_equal(turned_hashes(small_gray(np.asarray(photo)))[0], rows_of(photo)[0, :HASH_BYTES])


def test_pictures_that_say_nothing_are_exempt() -> None:
    ramp = np.linspace(0, 255, 600)
    across = Image.fromarray(np.tile(ramp, (400, 1)).astype(np.uint8)).convert("RGB")
    halves = Image.new("RGB", (600, 400))
    halves.paste("white", (300, 0, 600, 400))
    noisy = np.random.default_rng(0).normal(128, 1, (400, 600, 3)).astype(np.uint8)
    flat = [Image.new("RGB", (600, 400), "navy"), across, across.rotate(90, expand=True), halves, Image.fromarray(noisy)]
    assert not rows_of(*flat)[:, HASH_BYTES].any()


def test_pictures_with_structure_are_not_exempt() -> None:
    assert (rows_of(*(draw_photo(seed) for seed in range(20)))[:, HASH_BYTES] > 80).all()


def test_recompressed_and_resized_copies_stay_near(tmp_path: Path) -> None:
    photo = draw_photo(6, (800, 600))
    row = rows_of(photo)[0, :HASH_BYTES]
    for name, copy, quality in (("a", photo, 10), ("b", photo.resize((200, 150)), 75), ("c", photo.resize((500, 500)), 90)):
        copy.save(tmp_path / f"{name}.jpg", quality=quality)
        with Image.open(tmp_path / f"{name}.jpg") as opened:
            assert np.bitwise_count(rows_of(opened)[0, :HASH_BYTES] ^ row).sum() <= 40
