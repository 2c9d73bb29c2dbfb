"""What whitening and expansion make of look, and what look costs beside meaning.

python -m tests.bench.bench_look PACK [--rounds 3]

PACK has `scenes` with groups.json, {scene: [files]}, and may have `classes` with labels.json, {file: label}. Each photo is asked
for the others of its group; printed is the R-precision of its rows as they are stored, whitened, and whitened with the best hits
helping (as Facet answers), by look and by all. Then how many photos of `scenes` are read in a second of processor time, with
meaning and look and with meaning alone.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.engine.features.active import Extractors
from app.engine.index.look import first_whitening
from app.engine.index.whitening import unit
from app.engine.reading import Reader, open_reader
from app.engine.types import BUILT, Facet, Query
from app.engine.writing import open_writer

Groups = Mapping[str, Sequence[str]]


def index(library: Path, folder: Path, facets: Sequence[Facet]) -> float:
    """Read a folder into a new library; photos for a second of all processors together, models loaded beforehand."""
    with open_writer(library, lambda _event: None, facets=facets) as writer:
        for extractor in writer._used:
            extractor.extract([np.zeros((260, 260, 3), np.uint8)] if extractor.facet in {Facet.MEANING, Facet.LOOK} else [])
        started = time.process_time()  # what else runs on the machine does not count
        return writer.index([str(folder)]).added / (time.process_time() - started)


def r_precision(groups: Groups, found: Callable[[str, int], Sequence[str]]) -> float:
    """Percent: for each file, which share of the first n that are found, n being the others of its group, are of these."""
    shares = []
    for files in groups.values():
        for file in files:
            others = set(files) - {file}
            if others:
                shares.append(len(others.intersection(found(file, len(others)))) / len(others))
    return 100 * statistics.mean(shares)


def by_rows(rows: NDArray[np.float32], files: Sequence[str]) -> Callable[[str, int], Sequence[str]]:
    """Finds by the cosines of rows."""
    place = {file: number for number, file in enumerate(files)}

    def found(file: str, count: int) -> Sequence[str]:
        cosines = rows @ rows[place[file]]
        cosines[place[file]] = -2
        return [files[number] for number in np.argsort(-cosines)[:count]]

    return found


def by_engine(reader: Reader, folder: Path, facets: Sequence[Facet]) -> Callable[[str, int], Sequence[str]]:
    """Finds as Facet answers."""

    def found(file: str, count: int) -> Sequence[str]:
        query = Query(images=(str(folder / file),), facets=tuple(facets), k=count, leave_out_query=True)
        return [str(Path(hit.row.path).relative_to(folder)) for hit in reader.search(query).hits]

    return found


def precisions(folder: Path, groups: Groups) -> list[str]:
    """A line for each way of asking."""
    files = [file for of in groups.values() for file in of]
    with tempfile.TemporaryDirectory(prefix="bench-look-") as made:
        index(Path(made), folder, BUILT)
        with open_reader(Path(made)) as reader:
            look, catalog = Extractors().of(Facet.LOOK), reader._catalog
            digests = [catalog.file(str(folder / file)).digest for file in files]  # type: ignore[union-attr]
            stored = [reader._library.vectors.get(look.version, digest) for digest in digests]
            rows = np.frombuffer(b"".join(row for row in stored if row), look.dtype).reshape(len(files), look.length)
            whitened = first_whitening(look.length, built_in=True).apply(rows)
            ways = {
                "by look, plain": by_rows(unit(rows), files),
                "by look, whitened": by_rows(whitened, files),
                "by look, whitened and expanded": by_engine(reader, folder, [Facet.LOOK]),
                "by meaning": by_engine(reader, folder, [Facet.MEANING]),
                "by all": by_engine(reader, folder, []),
            }
            return [f"{name}: {r_precision(groups, found):.1f} %" for name, found in ways.items()]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    pack: Path = options.pack.resolve()
    scenes: Groups = json.loads((pack / "scenes" / "groups.json").read_text(encoding="utf-8"))
    print("\n".join(f"scenes {line}" for line in precisions(pack / "scenes", scenes)), flush=True)
    if (labels := pack / "classes" / "labels.json").is_file():
        classes: dict[str, list[str]] = {}
        for file, label in json.loads(labels.read_text(encoding="utf-8")).items():
            classes.setdefault(label, []).append(file)
        print("\n".join(f"classes {line}" for line in precisions(pack / "classes", classes)), flush=True)
    ratios = []
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory(prefix="bench-look-") as made:
            alone = index(Path(made) / "one", pack / "scenes", [Facet.MEANING])
            both = index(Path(made) / "two", pack / "scenes", [Facet.MEANING, Facet.LOOK])
        ratios.append(both / alone)
        print(f"meaning alone {alone:.1f} photos a processor second, with look {both:.1f}, ratio {both / alone:.2f}", flush=True)
    print(f"median ratio {statistics.median(ratios):.2f} (aim >= 0.95)")


if __name__ == "__main__":
    main()
