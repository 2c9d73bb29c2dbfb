"""Photos that share pieces with a picture: recall, time, memory and disk of the index of points.

python -m tests.bench.bench_local_index PACK COPIES [--cache FILE] [--photos 10000] [--made 100000x200 1000000x20]

PACK holds folders of photos, of which `FOLDERS` are read; COPIES is what `make_copies.py PACK/copies COPIES` wrote: edited and
cut photos, and copies.json, [{file, base, edit}]. First real photos: whether the true one is among the first 40 for each edit,
with all points of the query and with few, beside the votes of exhaustive search. Then, for each of `--made`, so many made photos
with so many points each, that lie as the real ones do: planted queries, in which some points are those of a photo, changed as
edits change them. Times are of one thread, beside the bare FAISS call in the same run. RootSIFT, 200 points a photo, 400 a query.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import faiss
import numpy as np

from app.engine.index.base import Found
from app.engine.index.ids import Ids
from app.engine.index.local import LocalIndex
from app.engine.index.local_coded import PROBES, CodedPoints
from app.engine.index.local_points import POINT_BITS, Batch, photos_of
from app.engine.index.local_votes import NEIGHBORS, above_chance, tally
from app.engine.index.store import Stamp, load_index, save_index
from tests.bench.made_points import Descriptors, Likeness, blocks, differences, read_photos, root_sift, unit

FOLDERS = ("copies", "captioned", "scenes", "classes", "training")
FIRST, QUERY = 40, 400
FEW = (25, 8)
PLANTED = (60, 25, 12)
SHARES = (0.01, 0.1, 0.9)
Vote = Callable[[Descriptors, int], Found]


def as_row(descriptors: Descriptors) -> bytes:
    return descriptors.astype(np.float16).tobytes()


def from_row(row: bytes) -> Descriptors:
    return np.frombuffer(row, np.float16).reshape(-1, 128).astype(np.float32)


def place(found: Ids, photo: int) -> int:
    """The place of a photo among those that are found, from 0."""
    where = np.flatnonzero(found == photo)
    return int(where[0]) if len(where) else 1 << 30


def share(places: Sequence[int], first: int) -> str:
    return f"{np.mean(np.array(places) < first):6.1%}"


def real(photos: Sequence[Descriptors], queries: Sequence[tuple[Descriptors, int, str]]) -> None:
    """Print for each edit how often the true photo is among the first 40 and is the first; coded and by exhaustive search."""
    rows = {number: as_row(points) for number, points in enumerate(photos)}
    ids = np.arange(len(photos))
    coded = LocalIndex.made(from_row, ids, lambda some: (some, [rows[i] for i in some.tolist()]))
    exact = LocalIndex(from_row)
    exact.add(ids, list(rows.values()))
    print(f"{len(photos)} real photos, {coded.points} points; {len(queries)} queries; true photo among the first {FIRST} (first)")
    rng = np.random.default_rng(0)
    for edit in sorted({edit for _, _, edit in queries}):
        line = f"{edit:>12}"
        for count in (QUERY, *FEW):
            places: dict[str, list[int]] = {"coded": [], "exhaustive": []}
            some = [query for query in queries if query[2] == edit]
            for points, photo, _ in some:
                asked = points[np.sort(rng.choice(len(points), min(count, len(points)), replace=False))]
                for name, index in (("coded", coded), ("exhaustive", exact)):
                    places[name].append(place(index.vote(asked, FIRST)[0], photo))
            sums = "  ".join(f"{name} {share(p, FIRST)} ({share(p, 1)})" for name, p in places.items())
            line += f" | {count} points: {sums}"
        print(line, flush=True)


class Planted:
    """Made photos numbered from 1, and queries that hold some points of one of them."""

    def __init__(self, likeness: Likeness, changes: Descriptors, photos: int, points: int) -> None:
        self.ids = np.arange(1, photos + 1)
        self._likeness, self._changes, self._points = likeness, changes, points

    def decode(self, row: bytes) -> Descriptors:
        """A row is the number of its photo."""
        return self._likeness.photo(int.from_bytes(row, "little"), self._points)

    def rows(self, ids: Ids) -> tuple[Ids, list[bytes]]:
        return ids, [int(i).to_bytes(8, "little") for i in ids]

    def query(self, photo: int, planted: int, size: int = QUERY) -> Descriptors:
        """Some points of the photo, changed, and points that no photo has."""
        rng = np.random.default_rng([photo, planted])
        true = self._likeness.photo(photo, self._points)
        true = true[rng.choice(len(true), min(planted, len(true)), replace=False)]
        changed = unit(np.maximum(true + self._changes[rng.integers(0, len(self._changes), len(true))], 0))
        return np.concatenate([changed, self._likeness.photo((1 << 40) + photo, size - len(changed))])

    def exhaustive(self, queries: Sequence[Descriptors]) -> list[Found]:
        """The photos by votes of the true neighbors, from all points of all photos."""
        asked = np.concatenate(queries)
        best = np.full((len(asked), NEIGHBORS), np.inf, np.float32), np.full((len(asked), NEIGHBORS), -1, np.int64)
        for some in blocks(self.ids, 50_000 // self._points):
            batch = Batch.of(some, self.rows(some)[1], self.decode)
            distances, slots = faiss.knn(asked, batch.descriptors, NEIGHBORS)
            both = np.concatenate([best[0], distances], axis=1), np.concatenate([best[1], batch.points[slots]], axis=1)
            order = np.argsort(both[0], axis=1, kind="stable")[:, :NEIGHBORS]
            best = np.take_along_axis(both[0], order, axis=1), np.take_along_axis(both[1], order, axis=1)
        found, at = [], 0
        for query in queries:
            ids, votes = tally((best[0][at : at + len(query)], best[1][at : at + len(query)]))
            counts = np.full(len(ids), self._points, np.int32)
            scores = above_chance(votes, counts, len(self.ids) * self._points)
            order = np.lexsort((ids, -scores))
            found.append((ids[order], scores[order]))
            at += len(query)
        return found


def spread(seconds: Sequence[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    return f"p50 {1000 * statistics.median(seconds):.0f} ms, p95 {1000 * float(np.quantile(seconds, 0.95)):.0f} ms"


def timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def bare(index: LocalIndex, queries: Descriptors) -> object:
    """FAISS alone."""
    assert isinstance(index._points, CodedPoints)
    parameters = faiss.SearchParametersIVF(nprobe=min(PROBES, index._points._index.nlist))
    return index._points._whole.search(queries, NEIGHBORS, params=parameters)


def memory() -> int:
    """Bytes of this process that are in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def build(made: Planted) -> LocalIndex:
    """Print what it takes."""
    marks: list[float] = []
    decoding = timed(lambda: [made.decode(row) for row in made.rows(made.ids[:2_000])[1]]) / min(2_000, len(made.ids))

    def no_stop() -> bool:
        marks.append(time.perf_counter())
        return False

    before, started = memory(), time.perf_counter()
    index = LocalIndex.made(made.decode, made.ids, made.rows, no_stop)
    whole = time.perf_counter() - started
    rest = whole - (marks[1] - started) - decoding * len(made.ids)
    assert isinstance(index._points, CodedPoints)
    print(
        f"\n{len(index)} made photos, {index.points} points: learned in {marks[1] - marks[0]:.0f} s "
        f"({index._points._index.nlist} lists), added in {rest:.0f} s ({1e6 * rest / index.points:.1f} us a point); "
        f"memory {(memory() - before) / 2**20:.0f} MB, {(memory() - before) / index.points:.1f} bytes a point; "
        f"most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10:.0f} MB",
        flush=True,
    )
    return index


def on_disk(index: LocalIndex, made: Planted) -> None:
    """Print sizes and times of the files."""
    stamp = Stamp("points", 1, len(index))
    with tempfile.TemporaryDirectory(prefix="bench-points-") as folder:
        saving = timed(lambda: save_index(Path(folder), index, stamp))
        sizes = {file.name: file.stat().st_size for file in Path(folder).iterdir()}
        loaded = LocalIndex(made.decode)
        loading = timed(lambda: load_index(Path(folder), loaded, stamp))
        assert len(loaded) == len(index)
    total = sum(sizes.values())
    print(f"files {total / 2**20:.0f} MB, {total / len(index):.0f} bytes a photo: {sizes}")
    print(f"saved in {saving:.1f} s, read in {loading:.1f} s")


def planted_recall(index: LocalIndex, made: Planted, queries: int, beside: int) -> None:
    """Print how often the true photo is among the first 40; for some queries beside exhaustive search."""
    photos = np.random.default_rng(0).choice(made.ids, queries, replace=False).tolist()
    some = photos[:beside]
    short = {planted: [made.query(photo, planted, 200) for photo in some] for planted in PLANTED}
    all_true = made.exhaustive([query for queries in short.values() for query in queries]) if beside else []
    for level, planted in enumerate(PLANTED):
        places = [place(index.vote(made.query(photo, planted), FIRST)[0], photo) for photo in photos]
        line = f"{planted} planted points of {QUERY}: among the first {FIRST} {share(places, FIRST)}, first {share(places, 1)}"
        if beside:
            true = all_true[level * beside : (level + 1) * beside]
            here = [place(index.vote(query, FIRST)[0], photo) for query, photo in zip(short[planted], some, strict=True)]
            there = [place(found[0], photo) for found, photo in zip(true, some, strict=True)]
            line += f"; of 200, {beside} queries: {share(here, FIRST)} and exhaustive {share(there, FIRST)}"
        print(line, flush=True)


def speed(index: LocalIndex, made: Planted, rounds: int) -> None:
    """Print times of votes, beside the bare call; of changes; and of looking up the photos of points."""
    rng = np.random.default_rng(1)
    photos = rng.choice(made.ids, rounds).tolist()
    index.vote(made.query(photos[0], 60), FIRST)
    for size in (200, 400, 800):
        queries = [made.query(photo, 40, size) for photo in photos]
        votes, calls = [], []
        for query in queries:  # in turns, so that other work on the machine is in both
            votes.append(timed(lambda query=query: index.vote(query, FIRST)))
            calls.append(timed(lambda query=query: bare(index, query)))
        ratio = statistics.median(v / c for v, c in zip(votes, calls, strict=True))
        print(f"vote of {size} points: {spread(votes)}; bare FAISS {spread(calls)}; ratio {ratio:.2f}", flush=True)
    for part in SHARES:
        allowed = np.sort(rng.choice(made.ids, int(part * len(made.ids)), replace=False))
        votes = [timed(lambda p=p, a=allowed: index.vote(made.query(p, 40), FIRST, a)) for p in photos[: rounds // 2]]
        hits = rng.choice(allowed, min(len(allowed), rounds)).tolist()
        places = [place(index.vote(made.query(p, 25), FIRST, allowed)[0], p) for p in hits]
        print(f"among {part:.0%}: {spread(votes)}; 25 planted points, among the first {FIRST} {share(places, FIRST)}", flush=True)
    ids = np.sort(rng.choice(made.ids, 1_000, replace=False))
    gone = timed(lambda: index.remove(ids))
    after = [timed(lambda p=p: index.vote(made.query(p, 40), FIRST)) for p in photos[: rounds // 2]]
    back = timed(lambda: index.add(*made.rows(ids)))
    print(f"1,000 photos taken out in {1000 * gone:.0f} ms, then a vote {spread(after)}; added again in {back:.1f} s")
    points = rng.choice(made.ids, 800_000).astype(np.int64) << POINT_BITS
    looking = min(timed(lambda: photos_of(points)) for _ in range(5))
    print(f"photos of 800,000 points: {800_000 / looking / 1e6:.0f} million a second, no table")


def main() -> None:
    """Print all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=Path)
    parser.add_argument("copies", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--photos", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--made", nargs="*", default=["100000x200", "1000000x20"])
    parser.add_argument("--beside", type=int, default=4, help="so many queries are also searched exhaustively")
    parser.add_argument("--no-real", action="store_true")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    faiss.omp_set_num_threads(1)
    pack: Path = options.pack
    photos = read_photos([pack / folder for folder in FOLDERS], options.photos, 200, options.cache)
    print(f"{len(photos)} photos are read", flush=True)
    numbers = {Path(file).name: number for number, file in enumerate(photos) if Path(file).parent == pack / "copies"}
    edits: dict[str, list[dict[str, str]]] = {}
    for copy in json.loads((options.copies / "copies.json").read_text("utf-8")):
        edits.setdefault(copy["edit"], []).append(copy)
    copies = [copy for of in edits.values() for copy in of[:: max(1, len(of) // options.rounds)][: options.rounds]]
    queries = [(root_sift(options.copies / c["file"], QUERY), numbers[c["base"]], c["edit"]) for c in copies]
    points = list(photos.values())
    if not options.no_real:
        real(points, queries)
    changes = differences([query for query, _, _ in queries], [points[number] for _, number, _ in queries])
    distances = np.quantile((changes**2).sum(axis=1), (0.1, 0.5, 0.9))
    likeness = Likeness(np.concatenate(points)[:: max(1, sum(map(len, points)) // 300_000)])
    print(f"\nsquared distance of the same point in an edited photo, 10, 50 and 90 %: {np.round(distances, 3).tolist()}")
    for sizes in options.made:
        made = Planted(likeness, changes, *(int(size) for size in sizes.split("x")))
        index = build(made)
        on_disk(index, made)
        planted_recall(index, made, 2 * options.rounds, options.beside)
        speed(index, made, options.rounds)


if __name__ == "__main__":
    main()
