"""Color search against brute force: the share of the true nearest 20, and photos by their share of twelve colors.

python -m tests.bench.bench_color FOLDER [--photos 20000] [--queries 300]
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from app.engine.features.color import histogram
from app.engine.histograms import pack_shares
from app.engine.index.color import ColorIndex
from app.engine.index.palette import measured_share

FIRST = 20
COLORS = {
    "red": "#d02020", "orange": "#f08020", "yellow": "#f0d030", "green": "#30a040", "blue": "#2050c0", "sky": "#80b8e8",
    "brown": "#704828", "beige": "#d8c8a0", "skin": "#e0ac90", "white": "#ffffff", "gray": "#808080", "black": "#000000",
}  # fmt: skip


def open_small(file: Path) -> NDArray[np.uint8] | None:
    """The picture's pixels, upright, longer side at most 1,024; None for what is no picture."""
    try:
        with Image.open(file) as opened:
            opened.draft("RGB", (1024, 1024))
            picture = ImageOps.exif_transpose(opened).convert("RGB")
            picture.thumbnail((1024, 1024))
            return np.asarray(picture)
    except OSError:
        return None


def neighbors(shares: NDArray[np.float32], index: ColorIndex, packed: NDArray[np.uint8], queries: int) -> None:
    """Print how many of the true nearest are found; the photo asked for is left out on both sides."""
    right, spent = [], []
    for at in np.random.default_rng(0).choice(len(shares), min(queries, len(shares)), replace=False):
        distances = np.abs(shares - shares[at]).sum(axis=1)
        distances[at] = np.inf
        limit = np.partition(distances, FIRST - 1)[FIRST - 1]
        started = time.perf_counter()
        found, _ = index.search(packed[at], FIRST + 1)
        spent.append(1000 * (time.perf_counter() - started))
        others = found[found != at][:FIRST]
        right.append(float(np.mean(distances[others] <= limit)))
    print(
        f"{len(shares)} photos, {len(right)} queries: share of the true first {FIRST}: {statistics.mean(right):.2%} (aim >= 99 %)"
    )
    print(f"worst query {min(right):.0%}, median {statistics.median(spent):.1f} ms")


def by_color(index: ColorIndex, measured: dict[str, NDArray[np.float64]]) -> None:
    """Print for each color how many of the first ten are among the twenty photos with most of it, by pixels."""
    hits = {}
    for name, share in measured.items():
        first, _ = index.search_colors([COLORS[name]], 10)
        hits[name] = int((share[first] >= np.sort(share)[-20]).sum())
    print("of the first 10 by color, among the 20 with most of it:", ", ".join(f"{n} {h}" for n, h in hits.items()))
    print(f"mean {statistics.mean(hits.values()):.1f} (aim >= 8), least {min(hits.values())}")


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=300)
    options = parser.parse_args()
    shares: list[NDArray[np.float32]] = []
    measured: dict[str, list[float]] = {name: [] for name in COLORS}
    files = (file for file in sorted(options.folder.rglob("*")) if file.suffix.lower() in {".jpg", ".jpeg", ".png", ".webp"})
    for pixels in map(open_small, itertools.islice(files, options.photos)):
        if pixels is not None:
            shares.append(histogram(pixels))
            for name, color in COLORS.items():
                measured[name].append(measured_share(pixels[::4, ::4], color))
    index, packed = ColorIndex(), pack_shares(np.stack(shares))
    index.add(np.arange(len(packed)), packed)
    neighbors(np.stack(shares), index, packed, options.queries)
    by_color(index, {name: np.array(values) for name, values in measured.items()})


if __name__ == "__main__":
    main()
