"""Photos read per second by `facet index`, against decoding and the model alone with the same threads.

python -m tests.bench.bench_indexing FOLDER [--photos 400]
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from app.engine.features.active import Extractors
from app.engine.intake.batches import BATCH
from app.engine.intake.decode import open_picture
from app.engine.types import Facet
from app.engine.writing import open_writer


def pictures(folder: Path, count: int) -> list[Path]:
    """The first `count` JPEG files below a folder."""
    found = (p for p in sorted(folder.rglob("*")) if p.suffix.lower() in {".jpg", ".jpeg"})
    return list(itertools.islice(found, count))


def decode_and_model_alone(files: list[Path], extractors: Extractors) -> float:
    """Photos per second of decoding in as many threads as the intake uses, with the model in one more, and nothing else."""
    meaning = extractors.of(Facet.MEANING)
    workers = max(1, (os.cpu_count() or 2) - 1)
    started = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool, ThreadPoolExecutor(1) as lane:
        running: list[Future[Any]] = []
        ready = pool_map(pool, lambda p: meaning.prepare(open_picture(p).picture), files, 2 * workers + 2 + BATCH)
        while batch := list(itertools.islice(ready, BATCH)):
            for earlier in running:
                earlier.result()
            running = [lane.submit(meaning.extract, batch)]
        for last in running:
            last.result()
    return len(files) / (time.perf_counter() - started)


def pool_map(pool: ThreadPoolExecutor, work: Any, items: list[Path], ahead: int) -> Iterator[Any]:
    """Results in order, with a bounded look-ahead."""
    waiting: list[Future[Any]] = []
    for item in items:
        waiting.append(pool.submit(work, item))
        if len(waiting) >= ahead:
            yield waiting.pop(0).result()
    for future in waiting:
        yield future.result()


def whole(folder: Path) -> float:
    """Photos per second of a whole intake into a new library, models loaded beforehand."""
    with tempfile.TemporaryDirectory(prefix="bench-") as library, open_writer(Path(library), lambda _e: None) as writer:
        for extractor in writer._used:
            extractor.extract([extractor.prepare(open_picture(next(folder.iterdir())).picture)])
        started = time.perf_counter()
        report = writer.index([str(folder)])
        return report.added / (time.perf_counter() - started)


def main() -> None:
    """Print the ratio, measured in turn three times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=400)
    options = parser.parse_args()
    extractors = Extractors()
    with tempfile.TemporaryDirectory(prefix="bench-photos-") as made:
        for number, file in enumerate(pictures(options.folder, options.photos)):
            shutil.copy(file, Path(made) / f"{number:05}.jpg")
        files = sorted(Path(made).iterdir())
        decode_and_model_alone(files[:BATCH], extractors)
        ratios = []
        for _ in range(3):
            alone, all_of_it = decode_and_model_alone(files, extractors), whole(Path(made))
            ratios.append(all_of_it / alone)
            print(f"decode and model alone {alone:.1f}/s, whole intake {all_of_it:.1f}/s, ratio {all_of_it / alone:.2f}")
        print(f"{len(files)} photos: median ratio {statistics.median(ratios):.2f} (aim >= 0.7)")


if __name__ == "__main__":
    main()
