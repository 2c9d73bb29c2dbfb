"""Photos by the share of a color, and histograms by distance."""

from __future__ import annotations

import colorsys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.engine.errors import UsageError
from app.engine.features.color import histogram
from app.engine.histograms import BINS, pack_shares, unpack_shares
from app.engine.index.color import ColorIndex
from app.engine.index.palette import measured_share, parse_color, to_lab

TWELVE = (
    *("#d02020", "#f08020", "#f0d030", "#30a040", "#2050c0", "#80b8e8"),
    *("#704828", "#d8c8a0", "#ffffff", "#808080", "#000000", "#e0ac90"),
)


def row_of(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return pack_shares(histogram(rgb)[None])[0]


def painted(color: str, share: float, ground: str = "#606870") -> NDArray[np.uint8]:
    picture = np.empty((100, 100, 3), np.uint8)
    picture[:] = parse_color(ground)
    picture[: round(100 * share)] = parse_color(color)
    return picture


@pytest.mark.parametrize("color", TWELVE)
def test_photos_with_more_of_a_color_come_first(color: str) -> None:
    index, shares = ColorIndex(), (0.1, 0.6, 0.3, 0.9)
    ground = "#00c0c0" if color == "#808080" else "#606870"
    index.add(np.arange(4), np.stack([row_of(painted(color, share, ground)) for share in shares]))
    ids, found = index.search_colors([color], 4)
    assert ids.tolist() == [3, 1, 2, 0]
    assert (np.diff(found) < 0).all() and found[-1] > 0 and found[0] <= 1.01


def test_of_two_colors_a_photo_with_both_comes_first() -> None:
    both = painted("#2050c0", 0.4)
    both[50:80] = parse_color("#f0d030")
    index = ColorIndex()
    index.add(np.arange(3), np.stack([row_of(painted("#2050c0", 0.9)), row_of(both), row_of(painted("#f0d030", 0.9))]))
    assert index.search_colors(["#2050c0", "#f0d030"], 3)[0][0] == 1
    assert index.search_colors(["#2050c0", "#f0d030"], 3, np.array([0, 2]))[0].tolist() in ([0, 2], [2, 0])


def test_without_a_photo_of_the_color_the_nearest_color_comes_first() -> None:
    index = ColorIndex()
    index.add(np.arange(3), np.stack([row_of(painted(color, 0.5)) for color in ("#2050c0", "#b01818", "#30a040")]))
    assert index.search_colors(["#e01010"], 3)[0][0] == 1


def test_an_empty_index_has_no_colors() -> None:
    assert ColorIndex().search_colors(["#ff0000"], 5)[0].tolist() == []


@pytest.mark.parametrize("word", ["red", "#12345", "#gg0000", "", "#1234567", "12 34 56"])
def test_what_is_no_color_is_said_so(word: str) -> None:
    with pytest.raises(UsageError, match="#rrggbb"):
        parse_color(word)


def test_colors_are_read_in_long_and_short_form() -> None:
    assert parse_color("#Ff8000") == (255, 128, 0) and parse_color("f80") == (255, 136, 0)


def test_lab_has_the_published_values() -> None:
    """From Lindbloom's calculator, sRGB under D65."""
    rgb = np.array([[255, 255, 255], [0, 0, 0], [255, 0, 0], [0, 0, 255], [119, 119, 119]])
    known = [[100, 0, 0], [0, 0, 0], [53.24, 80.09, 67.20], [32.30, 79.19, -107.86], [50.03, 0, 0]]
    assert np.allclose(to_lab(rgb), known, atol=0.15)


def test_l1_finds_the_true_neighbors_of_real_histograms(pack: Path) -> None:
    shares = real_histograms(pack, ("captioned", "classes"), 2)
    index = ColorIndex()
    index.add(np.arange(len(shares)), pack_shares(shares))
    right = []
    for at in range(0, len(shares), 11):
        distance = np.abs(shares - shares[at]).sum(axis=1)
        found, _ = index.search(pack_shares(shares[at : at + 1])[0], 20)
        right.append(np.mean(distance[found] <= np.sort(distance)[19] + 1e-6))
    assert np.mean(right) >= 0.99


def test_colors_asked_find_the_photos_that_have_most_of_them(pack: Path) -> None:
    files = sorted((pack / "captioned").glob("*.jpg"))
    pixels = [np.asarray(Image.open(file).convert("RGB").reduce(2)) for file in files]
    index = ColorIndex()
    index.add(np.arange(len(pixels)), np.stack([row_of(rgb) for rgb in pixels]))
    right = []
    for color in TWELVE:
        share = np.array([measured_share(rgb[::2, ::2], color) for rgb in pixels])
        first, _ = index.search_colors([color], 10)
        right.append(int((share[first] >= np.sort(share)[-20]).sum()))
    assert np.mean(right) >= 8 and min(right) >= 6, dict(zip(TWELVE, right, strict=True))


def real_histograms(pack: Path, folders: tuple[str, ...], step: int) -> NDArray[np.float32]:
    files = [file for folder in folders for file in sorted((pack / folder).glob("*.jpg"))[::step]]
    assert len(files) > 200
    return np.stack([histogram(np.asarray(Image.open(file).convert("RGB"))) for file in files])


def test_hues_all_around_are_told_apart() -> None:
    hues = [tuple(round(255 * part) for part in colorsys.hsv_to_rgb(n / 12, 0.8, 0.8)) for n in range(12)]
    names = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in hues]
    index = ColorIndex()
    index.add(np.arange(12), np.stack([row_of(painted(name, 0.5)) for name in names]))
    assert [int(index.search_colors([name], 1)[0][0]) for name in names] == list(range(12))


def test_more_candidates_than_the_first_are_all_ranked() -> None:
    shares = np.random.default_rng(3).dirichlet(np.full(BINS, 0.05), 900).astype(np.float32)
    rows = pack_shares(shares)
    index = ColorIndex()
    index.add(np.arange(900), rows)
    ids, distances = index.search(rows[0], 900)
    exact = np.abs(unpack_shares(rows) - unpack_shares(rows[:1])).sum(axis=1)
    assert np.allclose(exact[ids], distances, atol=1e-5) and (np.diff(distances) >= 0).all() and len(ids) == 900
