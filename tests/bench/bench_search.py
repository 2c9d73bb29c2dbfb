"""From query vector to 20 hits with paths and reasons, against the bare FAISS call on the same index and threads.

python -m tests.bench.bench_search [--photos 100000]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.engine.features.active import Extractors
from app.engine.reading import open_reader
from app.engine.types import Facet, Query
from tests.bench.made_library import clustered, make_library

_ROUNDS = 100


def median_ms(work: Callable[[int], object]) -> float:
    """Median of `_ROUNDS` calls, in milliseconds."""
    spent = []
    for n in range(_ROUNDS):
        started = time.perf_counter()
        work(n)
        spent.append(1000 * (time.perf_counter() - started))
    return statistics.median(spent)


def main() -> None:
    """Print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=100_000)
    photos = parser.parse_args().photos
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        paths = make_library(Path(folder), photos)
        with open_reader(Path(folder)) as reader:
            asked = [Query(images=(paths[n * 37 % photos],), facets=(Facet.MEANING,), k=20) for n in range(_ROUNDS)]
            started = time.perf_counter()
            answer = reader.search(asked[0])
            print(f"first search, index built: {1000 * (time.perf_counter() - started):.0f} ms")
            assert len(answer.hits) == 20 and all(h.row.path and h.reasons for h in answer.hits)
            import faiss

            index = reader._indexes.of(Facet.MEANING, reader._catalog)._index  # the very structure that answered
            vectors = clustered(_ROUNDS, Extractors().of(Facet.MEANING).length, seed=1)
            ratios = []
            for _ in range(3):
                bare = median_ms(lambda n: index.search(np.ascontiguousarray(vectors[n : n + 1]), 20))
                whole = median_ms(lambda n: reader.search(asked[n]))
                ratios.append(whole / bare)
                print(f"bare FAISS {bare:.2f} ms, whole answer {whole:.2f} ms, ratio {whole / bare:.2f}")
            print(f"{photos} photos, {faiss.omp_get_max_threads()} threads: ratio {statistics.median(ratios):.2f} (aim <= 1.5)")


if __name__ == "__main__":
    main()
