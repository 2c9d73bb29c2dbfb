"""From a query row to ids in each index, against the bare FAISS call on the same rows and threads; and near pairs of all photos.

python -m tests.bench.bench_search_index [--photos 100000] [--threads 1] [--pairs]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

from app.engine.duplicates.pairs import near_pairs
from app.engine.histograms import BINS, pack_shares
from app.engine.index.binary import BinaryIndex
from app.engine.index.color import ColorIndex
from app.engine.index.exact import ExactIndex

ROUNDS = 60
K = 200
LENGTH = 384


def compare(name: str, bare: Callable[[int], object], whole: Callable[[int], object]) -> None:
    """Print medians of both, asked in turns so that both see the same machine."""
    spent: dict[str, list[float]] = {"bare": [], "whole": []}
    for n in range(ROUNDS):
        for which, work in (("bare", bare), ("whole", whole)):
            started = time.perf_counter()
            work(n)
            spent[which].append(1000 * (time.perf_counter() - started))
    alone, asked = (statistics.median(spent[which]) for which in ("bare", "whole"))
    print(f"{name}: bare FAISS {alone:.2f} ms, index {asked:.2f} ms, ratio {asked / alone:.2f}")


def bench_exact(count: int, rng: np.random.Generator) -> None:
    """Cosines of rows of 384 numbers."""
    rows = rng.normal(size=(count, LENGTH)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index, every_tenth = ExactIndex(LENGTH), np.arange(0, count, 10)
    index.add(np.arange(count), rows)
    compare("meaning", lambda n: index._index.search(rows[n : n + 1], K), lambda n: index.search(rows[n], K))
    some = lambda n: index.search(rows[n], K, every_tenth)  # noqa: E731
    compare("meaning, a tenth allowed", lambda n: index._index.search(rows[n : n + 1], K), some)


def bench_binary(count: int, rng: np.random.Generator, pairs: bool) -> None:
    """Hashes in eight turns, and all near pairs."""
    rows = rng.integers(0, 256, (count, 73), dtype=np.uint8)
    rows[:, 72] = 90
    index = BinaryIndex()
    index.add(np.arange(count), rows)
    hashes = np.ascontiguousarray(rows[:, :72])
    compare(
        "copy, eight turns",
        lambda n: index._index.range_search(hashes[8 * n : 8 * n + 8], 113),
        lambda n: index.within(hashes[8 * n : 8 * n + 8], 112),
    )
    if pairs:
        started = time.perf_counter()
        found = near_pairs(np.arange(count), hashes, rows[:, 72])
        print(f"near pairs of {count} photos in eight turns: {time.perf_counter() - started:.1f} s, {len(found)} found")


def bench_color(count: int, rng: np.random.Generator) -> None:
    """Histograms with exact ranking of the first 500, and shares of one color."""
    blocks = [rng.dirichlet(np.full(BINS, 0.03), 5_000).astype(np.float32) for _ in range(max(1, count // 5_000))]
    packed = np.concatenate([pack_shares(block) for block in blocks])
    index = ColorIndex()
    index.add(np.arange(len(packed)), packed)
    roots = np.sqrt(np.concatenate(blocks)[:ROUNDS]) * 255
    compare("color", lambda n: index._index.search(roots[n : n + 1], 500), lambda n: index.search(packed[n], K))
    compare("one color", lambda n: index._index.search(roots[n : n + 1], 500), lambda n: index.search_colors(["#3060c0"], K))


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--pairs", action="store_true", help="also look for all near pairs (tens of seconds)")
    options = parser.parse_args()
    import faiss

    faiss.omp_set_num_threads(options.threads)
    rng = np.random.default_rng(0)
    bench_exact(options.photos, rng)
    bench_binary(options.photos, rng, options.pairs)
    bench_color(options.photos, rng)


if __name__ == "__main__":
    main()
