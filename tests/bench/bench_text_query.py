"""From words to hits as the window asks for them, through the engine's door: what follows the end of a pause in typing.

python -m tests.bench.bench_text_query [--photos 100000] [--library DIR]

Every question is of new words, for words that were asked before are remembered. The parts are timed by themselves, on words and
photos of the same kind; a bare FAISS call over the same rows (exact, half precision, one thread) is the yardstick.
"""

from __future__ import annotations

import argparse
import itertools
import queue
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import numpy as np

from app.engine import requests as r
from app.engine.reading import Reader, open_reader
from app.engine.search import filters
from app.engine.search.folding import fold_copies
from app.engine.search.fusion import fuse
from app.engine.search.searcher import SPARE
from app.engine.search.wishes import Wish
from app.engine.service import Engine
from app.engine.types import Facet, Query
from tests.bench.made_library import make_library

ROUNDS = 80
HITS = 500
REACH = HITS + SPARE
WHERE = ("date>=2018", "width>=4000")
_THINGS = (
    "dog", "cat", "car", "boat", "tree", "house", "street", "beach", "mountain", "river", "child", "woman", "bridge", "train",
    "flower", "horse", "garden", "market",
)  # fmt: skip
_WAYS = ("red", "old", "small", "wooden", "empty", "sunny", "broken", "yellow", "quiet")


def phrases() -> Iterator[str]:
    """Words that nobody asked for before."""
    return (f"{way} {thing} near a {other}" for thing, way, other in itertools.product(_THINGS, _WAYS, reversed(_THINGS)))


def spent_ms(work: Callable[[], object]) -> float:
    """Milliseconds that a call takes."""
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def show(name: str, spent: Sequence[float]) -> None:
    """Print the median and the time that 95 % stay within."""
    print(f"  {name:52} p50 {statistics.median(spent):7.2f} ms   p95 {np.percentile(spent, 95):7.2f} ms")


@contextmanager
def running(library: Path) -> Iterator[Callable[[Query], float]]:
    """An engine in its thread; what it gives asks a question and says how many milliseconds the answer took."""
    arrived: queue.Queue[r.Event] = queue.Queue()
    engine = Engine(library, arrived.put)
    thread = threading.Thread(target=engine.run)
    thread.start()

    def ask(query: Query) -> float:
        started = time.perf_counter()
        ticket = engine.submit(r.Search(query))
        while True:
            event = arrived.get(timeout=300)
            if isinstance(event, r.Done | r.Failed) and event.ticket == ticket:
                assert isinstance(event, r.Done) and len(event.answer.hits) == HITS, event  # type: ignore[attr-defined]
                return 1000 * (time.perf_counter() - started)

    try:
        yield ask
    finally:
        engine.stop()
        thread.join()


def whole(library: Path, texts: Iterator[str]) -> None:
    """Time whole questions."""
    with running(library) as ask:
        for text in itertools.islice(texts, 5):
            ask(Query(text=text, k=HITS, fold=True))
        asked = {
            "words": lambda text: Query(text=text, k=HITS, fold=True),
            "words and conditions": lambda text: Query(text=text, where=WHERE, k=HITS, fold=True),
            "words -words": lambda text: Query(text=f"{text} -people", k=HITS, fold=True),
            'words "name"': lambda text: Query(text=f'{text} "/001"', k=HITS, fold=True),
        }
        print("whole questions, submitted to the engine until its answer is there:")
        for name, query in asked.items():
            show(name, [ask(query(text)) for text in itertools.islice(texts, ROUNDS)])


def parts(reader: Reader, texts: Iterator[str]) -> None:
    """Time what a question is made of."""
    catalog, asking = reader._catalog, reader._searcher._asking
    index = reader._indexes.of(Facet.MEANING, catalog)
    spent: dict[str, list[float]] = {}

    def part(name: str, work: Callable[[], object]) -> object:
        found: list[object] = []
        spent.setdefault(name, []).append(spent_ms(lambda: found.append(work())))
        return found[0]

    condition = filters.parse(WHERE)
    assert condition
    fits = partial(catalog.matching, condition.sql, condition.parameters, files=condition.files)
    for text in itertools.islice(texts, ROUNDS):
        wish = part("words to a row", lambda text=text: asking.words(text))  # type: ignore[misc]
        assert isinstance(wish, Wish)
        part("index", lambda wish=wish: index.search(wish.row, HITS))  # type: ignore[misc]
        found = asking.near(Facet.MEANING, wish, REACH, None)
        part("fusion", lambda found=found: fuse([found], {}))  # type: ignore[misc]
        ids = [item.photo_id for item in found]
        part("names of photos", lambda ids=ids: catalog.rows_of(ids))  # type: ignore[misc]
        hits = reader.search(Query(text=text, k=REACH)).hits
        part("copies behind the first", lambda hits=hits: fold_copies(hits, reader._library, catalog))  # type: ignore[misc]
        part("conditions (where there are some)", fits)
    print("its parts:")
    for name, times in spent.items():
        show(name, times)


def yardstick(reader: Reader) -> None:
    """Time the bare FAISS call."""
    import faiss

    extractor = reader._extractors.of(Facet.MEANING)
    pairs = reader._catalog.extracted(extractor.version)
    stored = reader._library.vectors.get_many(extractor.version, [digest for _, digest in pairs])
    rows = np.frombuffer(b"".join(row for row in stored if row), extractor.dtype).reshape(-1, extractor.length)
    faiss.omp_set_num_threads(1)
    index = faiss.IndexScalarQuantizer(extractor.length, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    for start in range(0, len(rows), 10_000):
        index.add(rows[start : start + 10_000].astype(np.float32))
    asked = rows[:: max(1, len(rows) // ROUNDS)].astype(np.float32)
    print("yardstick:")
    show("bare FAISS call", [spent_ms(lambda n=n: index.search(asked[n : n + 1], HITS)) for n in range(ROUNDS)])  # type: ignore[misc]


def main() -> None:
    """Print times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--library", type=Path, help="where the made library is kept; made there when it is not there yet")
    options = parser.parse_args()
    with ExitStack() as stack:
        library = options.library or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        if not (library / "catalog.sqlite").exists():
            make_library(library, options.photos, copies=True)
        texts = phrases()
        whole(library, texts)
        with open_reader(library) as reader:
            parts(reader, texts)
            yardstick(reader)


if __name__ == "__main__":
    main()
