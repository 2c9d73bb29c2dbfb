"""Histograms of colors, and the 512 bytes in which they are kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from app.engine.features.base import Picture
from app.engine.features.color import ColorExtractor, color_distance, histogram
from app.engine.histograms import BINS, ROW_BYTES, pack_shares, unpack_shares
from tests.conftest import draw_photo


def row_of(picture: Image.Image) -> NDArray[np.uint8]:
    extractor = ColorExtractor()
    return extractor.extract([extractor.prepare(Picture(np.asarray(picture.convert("RGB")), picture.size))])[0]


def test_a_histogram_counts_what_is_there() -> None:
    pixels = np.zeros((10, 10, 3), np.uint8)
    pixels[:3] = (255, 40, 64)
    shares = histogram(pixels)
    assert shares[0] == pytest.approx(0.7)
    assert shares[7 * 64 + 1 * 8 + 2] == pytest.approx(0.3)
    assert shares.sum() == pytest.approx(1)


def test_a_large_picture_is_sampled_closely_enough() -> None:
    large = np.asarray(draw_photo(1, (1024, 768)))
    levels = large.astype(int) >> 5
    every = np.bincount((levels @ np.array([64, 8, 1])).ravel(), minlength=BINS) / (large.size / 3)
    assert np.abs(histogram(large) - every).sum() < 0.02


@pytest.mark.parametrize("colors", [1, 2, 90, 224])
def test_rows_of_few_colors_are_nearly_exact(colors: int) -> None:
    shares = np.zeros((3, BINS), np.float32)
    rng = np.random.default_rng(colors)
    for share in shares:
        share[rng.choice(BINS, colors, replace=False)] = rng.dirichlet(np.ones(colors))
    rows = pack_shares(shares)
    assert rows.shape == (3, ROW_BYTES) and rows.dtype == np.uint8
    assert np.abs(unpack_shares(rows) - shares).sum(axis=1).max() < 1e-3


@pytest.mark.parametrize("colors", [225, 300, 448])
def test_rows_of_many_colors_lose_little(colors: int) -> None:
    shares = np.zeros((2, BINS), np.float32)
    rng = np.random.default_rng(colors)
    for share in shares:
        share[rng.choice(BINS, colors, replace=False)] = rng.dirichlet(np.full(colors, 0.5))
    assert np.abs(unpack_shares(pack_shares(shares)) - shares).sum(axis=1).max() < 0.02


def test_every_color_alike_is_kept_as_far_as_there_is_room() -> None:
    shares = unpack_shares(pack_shares(np.full((1, BINS), 1 / BINS, np.float32)))
    assert shares.sum() == pytest.approx(1, abs=1e-4)
    assert np.count_nonzero(shares) == ROW_BYTES - BINS // 8


def test_rows_of_both_kinds_unpack_side_by_side() -> None:
    rng = np.random.default_rng(0)
    many, few = rng.dirichlet(np.ones(BINS)), np.eye(BINS)[7]
    shares = np.array([many, few, many, few], np.float32)
    unpacked = unpack_shares(pack_shares(shares))
    assert np.array_equal(unpacked[0], unpacked[2]) and np.array_equal(unpacked[1], shares[1])


def test_distance_is_zero_to_itself_and_two_to_other_colors() -> None:
    red, blue = row_of(Image.new("RGB", (50, 50), "red")), row_of(Image.new("RGB", (50, 50), "blue"))
    assert color_distance(red, red) == 0
    assert color_distance(red, blue) == pytest.approx(2)


def test_turning_a_picture_changes_nothing_and_another_picture_is_far(tmp_path: Path) -> None:
    photo, other = draw_photo(1), draw_photo(2)
    row = row_of(photo)
    for copy in (ImageOps.mirror(photo), photo.rotate(90, expand=True), photo.resize((320, 240))):
        assert color_distance(row, row_of(copy)) < 0.15
    assert color_distance(row, row_of(other)) > 0.5


def test_an_empty_batch_gives_no_rows() -> None:
    assert ColorExtractor().extract([]).shape == (0, ROW_BYTES)
