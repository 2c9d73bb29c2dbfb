"""Searching for words among those that a million photos carry: how long it takes, and how often misspelled ones are found.

python -m tests.bench.bench_words [--photos 1000000] [--queries 400] [--keep FOLDER]

Queries are three words in a row out of a text, with one wrong letter (R@1: the first hit has those words in a row as they were),
the same without a mistake, two words, and one. Each time is given as a ratio to a bare FTS5 query for the same words as they are
(the first 400 photos with all of them), in the same call.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import numpy as np

from app.engine.library.catalog import Catalog
from app.engine.paths import library_paths
from app.engine.search.words import WordSearch
from tests.bench.made_texts import make_library

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def main() -> None:
    """Print R@1, times and ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--keep", type=Path, help="where the made library is, or is made to stay")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") if options.keep is None else nullcontext(options.keep) as folder:
        catalog_file = library_paths(Path(folder)).catalog
        if not catalog_file.exists():
            started = time.perf_counter()
            make_library(Path(folder), options.photos)
            print(f"{options.photos} photos with texts made in {time.perf_counter() - started:.0f} s")
        catalog = Catalog(catalog_file)
        _measure(catalog, options.queries)
        catalog.close()


def _measure(catalog: Catalog, count: int) -> None:
    rng = np.random.default_rng(7)
    photos = catalog._all("SELECT count(*) FROM texts")[0][0]
    search = WordSearch(catalog)
    rows = [_row(catalog, int(rng.integers(photos)) + 1, rng) for _ in range(count)]
    wrong = [_misspelled(words, rng) for words in rows]
    print(f"{photos} photos, {count} queries of each kind")
    firsts = [_has_row(catalog, search, asked, words) for asked, words in zip(wrong, rows, strict=True)]
    for asked, words, found in zip(wrong, rows, firsts, strict=True):
        if not found:
            print(f"  not first: {' '.join(asked)} (for {' '.join(words)})")
    print(f"three words, one wrong letter: R@1 {100 * sum(firsts) / count:.1f} % (aim >= 95)")
    kinds = {
        "one wrong letter": wrong,
        "three words": rows,
        "two words": [r[:2] for r in rows],
        "one word": [r[:1] for r in rows],
    }
    for name, queries in kinds.items():
        times = np.array([_ms(lambda q=q: search.find(" ".join(q), 200, None)) for q in queries])
        bare = np.array([_ms(lambda q=q: _bare(catalog, q)) for q in queries])
        (p50, c50), (p95, c95) = np.percentile(times, [50, 95], axis=0)
        (b50, _), (b95, _) = np.percentile(bare, [50, 95], axis=0)
        print(
            f"{name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms (aim <= 80), by the thread's own clock {c50:.1f} and {c95:.1f} ms; ",
            end="",
        )
        print(f"bare FTS5 {b50:.2f} and {b95:.2f} ms: ratio {p50 / b50:.1f} and {p95 / b95:.1f}")


def _ms(work: Callable[[], object]) -> tuple[float, float]:
    """How long it takes, and how long the thread worked on it: that is less where others want the processor, too."""
    started, worked = time.perf_counter(), time.thread_time()
    work()
    return 1000 * (time.perf_counter() - started), 1000 * (time.thread_time() - worked)


def _bare(catalog: Catalog, words: list[str]) -> list[int]:
    return list(catalog.photos_with_text(" AND ".join(f'"{word}"' for word in words), 400))


def _row(catalog: Catalog, photo_id: int, rng: np.random.Generator) -> list[str]:
    words = catalog._all("SELECT ocr FROM texts WHERE photo_id = ?", (photo_id,))[0][0].split()
    at = int(rng.integers(len(words) - 2))
    return words[at : at + 3]


def _misspelled(words: list[str], rng: np.random.Generator) -> list[str]:
    """One letter of the three words is another."""
    text = list(" ".join(words))
    at = rng.choice([place for place, letter in enumerate(text) if letter in _LETTERS])
    text[at] = rng.choice([letter for letter in _LETTERS if letter != text[at]])
    return "".join(text).split()


def _has_row(catalog: Catalog, search: WordSearch, asked: list[str], words: list[str]) -> bool:
    found = search.find(" ".join(asked), 1, None)
    if not found:
        return False
    text = catalog.texts_of_ids([found[0].photo_id])[found[0].photo_id]
    return any(f" {' '.join(words)} " in f" {part} " for part in text.values())


if __name__ == "__main__":
    main()
