"""A million photos in the real stores: recall, time, memory and opening of the indexes of every facet.

python -m tests.bench.bench_million [--photos 1000000] [--folder DIR] [--rounds 100] [--hard]

The library is made, its indexes are built, saved and opened again, each in a process of its own. Ratios are against the bare
FAISS call of the same structure with the same candidates, asked in turns, with one thread. `--hard` takes rows whose neighbors
hardly differ (noise around 200 centers in all directions), where the usual ones lie as embeddings do: topics, scenes, photos of
a scene. With `--folder` the library stays there for another run.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.features.active import Extractors
from app.engine.features.base import Extractor
from app.engine.histograms import BINS, pack_shares, unpack_shares
from app.engine.index.binary import BinaryIndex
from app.engine.index.color import ColorIndex
from app.engine.index.compact import LEAST, TIMES, CompactIndex
from app.engine.index.measure import Cosine
from app.engine.library.catalog import FileStat, ReadPhoto
from app.engine.library.store import Library
from app.engine.paths import library_paths
from app.engine.search.indexes import Indexes
from app.engine.types import BUILT, Facet, Metadata

K = 10
BLOCK = 20_000
SHARES = (0.01, 0.1, 0.9)


def rows_of(facet: Facet, extractor: Extractor, numbers: NDArray[np.int64], *, hard: bool) -> NDArray[Any]:
    """The rows of some photos, the same for the same numbers if they are a whole block."""
    rng = np.random.default_rng([int(numbers[0]), len(facet)])
    n, length = len(numbers), extractor.length
    if facet is Facet.COPY:
        rows = rng.integers(0, 256, (n, length), dtype=np.uint8)
        rows[:, -1] = 90
        return rows
    if facet is Facet.COLOR:
        shares = pack_shares(rng.dirichlet(np.full(BINS, 0.03), 2_000).astype(np.float32))
        return shares[rng.integers(0, len(shares), n)]
    return (noisy if hard else lifelike)(n, length, rng).astype(extractor.dtype)


def noisy(n: int, length: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Unit rows around 200 centers, apart in all directions alike."""
    centers = np.random.default_rng(0).standard_normal((200, length), np.float32)
    return unit(centers[rng.integers(0, 200, n)] + 0.7 * rng.standard_normal((n, length), np.float32))


def lifelike(n: int, length: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Unit rows of 4,000 scenes of 100 topics, some far more often than others, apart mostly in few directions."""
    fixed = np.random.default_rng(0)
    spread = (np.arange(1, 129) ** -0.6).astype(np.float32)
    axes = np.linalg.qr(fixed.standard_normal((length, 128)))[0].astype(np.float32)
    shared = 0.6 * unit(fixed.standard_normal((1, length), np.float32))
    topics = fixed.standard_normal((100, 128), np.float32) * spread
    scenes = topics[fixed.integers(0, 100, 4_000)] + 0.8 * fixed.standard_normal((4_000, 128), np.float32) * spread
    often = fixed.pareto(1.5, 4_000) + 0.2
    photos = scenes[rng.choice(4_000, n, p=often / often.sum())] + 0.6 * rng.standard_normal((n, 128), np.float32) * spread
    return unit(unit(photos) @ axes.T + 0.3 * rng.standard_normal((n, length), np.float32) / length**0.5 + shared)


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of length 1."""
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def make(folder: Path, photos: int, hard: bool) -> None:
    """Fill the stores. Digests rise while photos are numbered at random, so that rows of neighbors lie far apart."""
    order = np.random.default_rng(5).permutation(photos)
    with Library(library_paths(folder), write=True) as library:
        library.catalog.add_root("/made")
        for at in range(library.catalog.count_photos(), photos, BLOCK):
            digests = [digest_of(int(n)) for n in order[at : at + BLOCK]]
            library.catalog.put_photos([_photo(d, at + n) for n, d in enumerate(digests)])
        for extractor in Extractors().all():
            for at in range(library.vectors.count(extractor.version), photos, BLOCK):
                numbers = np.arange(at, min(at + BLOCK, photos))
                digests = [digest_of(int(n)) for n in numbers]
                rows = rows_of(extractor.facet, extractor, numbers, hard=hard)
                library.vectors.put({extractor.version: dict(zip(digests, map(bytes, rows), strict=True))})
                library.catalog.mark_extracted(extractor.version, digests)


def digest_of(number: int) -> bytes:
    """A digest that rises with the number."""
    return (number << 96 | 7).to_bytes(16, "big")


def _photo(digest: bytes, n: int) -> ReadPhoto:
    stat = FileStat(f"/made/{n // 500:05}/IMG_{n:07}.jpg", 2_000_000 + n, 1_600_000_000_000_000_000 + n * 10**9, n + 1)
    return ReadPhoto(stat, digest, Metadata(format="JPEG", width=4000, height=3000), 0x808080)


def build(library: Library, indexes: Indexes) -> None:
    """Build and save the index of every facet."""
    for facet in BUILT:
        started = time.perf_counter()
        index = indexes.of(facet, library.catalog)
        print(f"{facet}: {index.kind} index of {len(index)} photos built in {time.perf_counter() - started:.0f} s", flush=True)
    indexes.save(library.catalog)


def ask(library: Library, indexes: Indexes, folder: Path, rounds: int) -> None:
    """Open everything and measure."""
    print(f"process before: {memory()}")
    files = sorted(library_paths(folder).indexes.iterdir())
    started = time.perf_counter()
    size = sum(len(file.read_bytes()) for file in files)
    read = time.perf_counter() - started
    started = time.perf_counter()
    for facet in BUILT:
        indexes.of(facet, library.catalog)
    opened = time.perf_counter() - started
    print(f"opened in {opened:.2f} s; reading the same {size / 2**20:.0f} MiB of files takes {read:.2f} s")
    print(f"process with {', '.join(BUILT)} open: {memory()}")
    for facet in BUILT:
        index = indexes.of(facet, library.catalog)
        queries = queries_of(library, indexes, facet, rounds)
        if isinstance(index, CompactIndex):
            true_neighbors(library, indexes, facet, queries[:: max(1, rounds // 30)])
        timed(facet, index, queries)
    print(f"process after {rounds} questions a facet: {memory()}")


def queries_of(library: Library, indexes: Indexes, facet: Facet, rounds: int) -> NDArray[Any]:
    """Rows of photos, changed a little where rows are floats, as a text or another photo would ask."""
    ids = np.linspace(1, library.catalog.count_photos(), rounds).astype(np.int64)
    _, rows = indexes._maker.rows(facet).fetch(ids)
    if rows.dtype != np.float16:
        return rows
    floats = rows.astype(np.float32)
    noise = np.random.default_rng(1).standard_normal(floats.shape).astype(np.float32)
    return unit(floats + 0.3 * noise * np.linalg.norm(floats, axis=1, keepdims=True) / floats.shape[1] ** 0.5)


def true_neighbors(library: Library, indexes: Indexes, facet: Facet, queries: NDArray[Any]) -> None:
    """Print recall against the scores of all stored rows, also among some of the photos."""
    index = indexes.of(facet, library.catalog)
    assert isinstance(index, CompactIndex)
    ids = index.ids()
    scores = np.empty((len(queries), len(ids)), np.float32)
    for at, (there, rows) in enumerate(blocks_of(indexes, facet, ids)):
        scores[:, np.searchsorted(ids, there)] = scores_of(index, queries, rows)
        if at % 20 == 0:
            print(f"  brute force: {at * BLOCK} photos", file=sys.stderr, flush=True)
    print(f"{facet}: recall@{K} {recall(index, queries, scores, ids, None, K):.4f} (aim >= 0.99), ", end="")
    print(f"recall@200 {recall(index, queries, scores, ids, None, 200):.4f}")
    for share in SHARES:
        allowed = np.flatnonzero(np.random.default_rng(2).random(len(ids)) < share)
        few = queries[: max(5, len(queries) // 5)]
        spent: list[float] = []
        found = recall(index, few, scores, ids, allowed, K, spent)
        print(f"{facet}: among {share:.0%} of the photos recall@{K} {found:.4f}, median {statistics.median(spent):.1f} ms")


def scores_of(index: CompactIndex, queries: NDArray[Any], rows: NDArray[Any]) -> NDArray[np.float32]:
    """The true scores (queries, rows)."""
    measure = index._measure
    if isinstance(measure, Cosine):
        cosines: NDArray[np.float32] = measure.encode(queries) @ measure.encode(rows).T
        return cosines
    return np.stack([measure.score(query, rows) for query in queries])


def blocks_of(indexes: Indexes, facet: Facet, ids: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], NDArray[Any]]]:
    """All stored rows."""
    for at in range(0, len(ids), BLOCK):
        yield indexes._maker.rows(facet).fetch(ids[at : at + BLOCK])


def recall(
    index: CompactIndex,
    queries: NDArray[Any],
    scores: NDArray[np.float32],
    ids: NDArray[np.int64],
    allowed: NDArray[np.int64] | None,
    k: int,
    spent: list[float] | None = None,
) -> float:
    """The share of found photos that are as near as the true k-th; `allowed` are places in `ids`."""
    right = []
    for query, of_query in zip(queries, scores, strict=False):
        among = of_query if allowed is None else of_query[allowed]
        limit = np.partition(among, -k)[-k]
        started = time.perf_counter()
        found, _ = index.search(query, k, None if allowed is None else ids[allowed])
        if spent is not None:
            spent.append(1000 * (time.perf_counter() - started))
        right.append(np.count_nonzero(of_query[np.searchsorted(ids, found)] >= limit - 1e-5) / k)
    return statistics.mean(right)


def timed(facet: Facet, index: Any, queries: NDArray[Any]) -> None:
    """Print how long the first 10 and the first 200 take, against the bare FAISS call."""
    for k in (K, 200):
        bare, whole = bare_call(index, queries, k), partial(ask_one, index, queries, k)
        compare(f"{facet}, first {k}", bare, whole, len(queries))
    if hasattr(index, "search_colors"):
        spent = []
        for color in ("#d02020", "#2050c0", "#808080", "#30a040", "#f0d030"):
            started = time.perf_counter()
            index.search_colors([color], 200)
            spent.append(1000 * (time.perf_counter() - started))
        print(f"{facet}, by a color: median {statistics.median(spent):.1f} ms")


def ask_one(index: Any, queries: NDArray[Any], k: int, n: int) -> object:
    """One search."""
    return index.search(queries[n], k)


def bare_call(index: Any, queries: NDArray[Any], k: int) -> Callable[[int], object]:
    """What FAISS does of a search in this index."""
    import faiss

    if isinstance(index, CompactIndex):
        encoded = index._measure.encode(queries)
        every = faiss.SearchParametersIVF(nprobe=index.lists)
        return lambda n: index._index.search(encoded[n : n + 1], max(LEAST, TIMES * k), params=every)
    if isinstance(index, BinaryIndex):
        hashes = np.ascontiguousarray(queries[:, :72])
        return lambda n: index._index.search(hashes[n : n + 1], k)
    if isinstance(index, ColorIndex):
        roots = np.rint(255 * np.sqrt(unpack_shares(queries)))
        return lambda n: index._index.search(roots[n : n + 1], 500)
    rows = index._encode(queries)
    return lambda n: index._index.search(rows[n : n + 1], k)


def compare(name: str, bare: Callable[[int], object], whole: Callable[[int], object], rounds: int) -> None:
    """Print medians of both, asked in turns so that both see the same machine."""
    spent: dict[str, list[float]] = {"bare": [], "whole": []}
    for n in range(rounds):
        for which, work in (("bare", bare), ("whole", whole)):
            started = time.perf_counter()
            work(n)
            spent[which].append(1000 * (time.perf_counter() - started))
    alone, asked = (statistics.median(spent[which]) for which in ("bare", "whole"))
    print(f"{name}: bare FAISS {alone:.2f} ms, index {asked:.2f} ms, ratio {asked / alone:.2f} (aim <= 1.3)", flush=True)


def memory() -> str:
    """What this process takes, in MiB: of its own, and pages of files that are mapped (the stores)."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    words = [line.split() for line in lines if line.startswith(("VmRSS", "RssAnon", "RssFile"))]
    sizes = {word[0][:-1]: int(word[1]) / 1024 for word in words}
    return f"{sizes['VmRSS']:.0f} MiB ({sizes['RssAnon']:.0f} of its own, {sizes['RssFile']:.0f} of mapped files)"


def step(name: str, folder: Path, options: argparse.Namespace) -> None:
    """One step, in this process."""
    if name == "make":
        make(folder, options.photos, options.hard)
        return
    paths = library_paths(folder)
    with Library(paths, write=name == "build") as library:
        indexes = Indexes(paths.indexes, library.vectors, Extractors())
        build(library, indexes) if name == "build" else ask(library, indexes, folder, options.rounds)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where the library is made, or lies from an earlier run")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--hard", action="store_true")
    parser.add_argument("--step", choices=("make", "build", "ask"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        step(options.step, options.folder, options)
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        folder = options.folder or Path(made)
        for name in ("make", "build", "ask"):
            said = [sys.executable, "-m", "tests.bench.bench_million", "--step", name, "--folder", str(folder)]
            said += ["--photos", str(options.photos), "--rounds", str(options.rounds), *(["--hard"] if options.hard else [])]
            started = time.perf_counter()
            subprocess.run(said, check=True)
            print(f"{name}: {time.perf_counter() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
