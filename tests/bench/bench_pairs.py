"""All near pairs among very many hashes: seconds, memory, and the share of the pairs that brute force finds.

    python -m tests.bench.bench_pairs [--photos FOLDER] [--sizes 100000,1000000] [--threads 2]

The hashes are those of the photos in FOLDER (or of drawn ones), each many times with 180 to 220 of its 576 bits flipped, which
makes them as different and as much alike as different photos are. Every twentieth has a planted copy: 0 to 112 flipped bits,
turned or mirrored at random. The yardstick is FAISS's brute force over all bits in all eight turns for 5,000 photos, and its
time for all pairs is reckoned from that.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.engine.duplicates.pairs import near_pairs
from app.engine.features.copy import BITS, HASH_BYTES, NEAR, hash_grays, small_gray, turned_bits
from tests.conftest import draw_photo

ASKED = 5000
EVERY = 20


def main() -> None:
    """Measure each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--sizes", default="100000,1000000")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    faiss.omp_set_num_threads(options.threads)
    seeds = _seeds(options.photos)
    print(f"{len(seeds)} different pictures, {options.threads} threads")
    for size in map(int, options.sizes.split(",")):
        _measure(seeds, size, options.threads)


def _seeds(photos: Path | None) -> NDArray[np.uint8]:
    """Hashes (n, 72) of different pictures."""
    if photos is None:
        grays = [small_gray(np.asarray(draw_photo(seed, (192, 144)))) for seed in range(1000)]
    else:
        grays = []
        for path in sorted(photos.rglob("*.jpg"))[:5000]:
            with Image.open(path) as opened:
                opened.draft("RGB", (256, 256))
                grays.append(small_gray(np.asarray(opened.convert("RGB"))))
    hashes, quality = hash_grays(np.stack(grays))
    return hashes[quality > 0]


def _measure(seeds: NDArray[np.uint8], size: int, threads: int) -> None:
    rng = np.random.default_rng(size)
    hashes, planted = _made(seeds, size, rng)
    started = time.perf_counter()
    found = near_pairs(np.arange(size), hashes, np.full(size, 90, np.uint8), threads=threads)
    seconds = time.perf_counter() - started
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    known = _keys(found.first, found.second, size)
    share = np.isin(_keys(*planted, size), known).mean()
    asked = np.sort(rng.choice(size, min(ASKED, size), replace=False))
    started = time.perf_counter()
    expected = _by_brute_force(hashes, asked)
    brute = (time.perf_counter() - started) * size / (2 * len(asked))
    kept = np.isin(expected, known).mean() if len(expected) else 1.0
    print(f"{size:>9,} hashes: {seconds:.1f} s, {megabytes:.0f} MB at most, {len(found):,} pairs; found {100 * share:.2f} % of")
    print(f"          {len(planted[0]):,} planted pairs and {100 * kept:.2f} % of {len(expected):,} that brute force finds for")
    print(f"          {len(asked):,} photos; brute force would take {brute:.0f} s: {brute / seconds:.1f} times as long")


def _made(
    seeds: NDArray[np.uint8], size: int, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Hashes (size, 72), and the positions of planted pairs."""
    hashes = seeds[rng.integers(len(seeds), size=size)]
    for at in range(0, size, 1 << 14):
        some = hashes[at : at + (1 << 14)]
        some ^= _flips(rng.integers(180, 221, len(some)), rng)
    places = rng.permutation(size)[: 2 * (size // EVERY)]
    first, second = places[: size // EVERY], places[size // EVERY :]
    for at in range(0, len(first), 1 << 14):
        one, other = first[at : at + (1 << 14)], second[at : at + (1 << 14)]
        turned = turned_bits(hashes[one])[np.arange(len(one)), rng.integers(8, size=len(one))]
        hashes[other] = turned ^ _flips(rng.integers(0, NEAR + 1, len(one)), rng)
    return hashes, (first, second)


def _flips(counts: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Masks (n, 72) with so many bits set, at random places."""
    order = rng.random((len(counts), BITS), np.float32).argsort(axis=1).argsort(axis=1)
    return np.packbits(order < counts[:, None], axis=1)


def _by_brute_force(hashes: NDArray[np.uint8], asked: NDArray[np.int64]) -> NDArray[np.int64]:
    index = faiss.IndexBinaryFlat(8 * HASH_BYTES)
    index.add(hashes)
    keys = []
    for at in range(0, len(asked), 500):
        some = asked[at : at + 500]
        limits, _, second = index.range_search(turned_bits(hashes[some]).reshape(-1, HASH_BYTES), NEAR + 1)
        first = some[np.repeat(np.arange(8 * len(some)), np.diff(limits).astype(np.int64)) // 8]
        keys.append(_keys(first[first != second], second[first != second], len(hashes)))
    return np.unique(np.concatenate(keys))


def _keys(first: NDArray[np.int64], second: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    return np.minimum(first, second) * size + np.maximum(first, second)


if __name__ == "__main__":
    main()
