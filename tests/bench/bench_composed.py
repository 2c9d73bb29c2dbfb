"""Words and a picture together ("like this photo, but with ..."): how well photos are found that fit both.

python -m tests.bench.bench_composed [--pack FOLDER] [--split train|dev|all] [--library DIR]

From a folder `captioned` of photos with captions: a photo that shows one thing and not another, the name of the other thing in
words, and wanted are the photos that show both, by their captions. The yardsticks are the words alone and the picture alone.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.engine.reading import Reader, open_reader
from app.engine.types import BUILT, Facet, Query
from app.engine.writing import open_writer
from tests.bench.bench_minus import SHOWS, shown_things
from tests.conftest import PACK

FEWEST = 4
"""A pair of things counts when so many photos show both, and so many the first alone."""
PICTURES = 3
SHARES = (0.0, 0.3, 0.5, 0.7, 1.0)


@dataclass(frozen=True, slots=True)
class Case:
    """A picture, words, and the files that fit both."""

    picture: str
    words: str
    wanted: frozenset[str]


def cases(shows: Mapping[str, frozenset[str]]) -> Iterator[Case]:
    """Every pair of things that go together sometimes, neither being a kind of the other."""
    rng = np.random.default_rng(0)
    files = {thing: {f for f, things in shows.items() if thing in things} for thing in SHOWS}
    for subject, with_it in files.items():
        for other, with_other in files.items():
            both = with_it & with_other
            alone = sorted(with_it - with_other)
            nested = len(both) > 0.6 * len(with_it) or len(both) > 0.8 * len(with_other)
            if subject == other or min(len(both), len(alone)) < FEWEST or nested:
                continue
            for picture in rng.choice(alone, min(PICTURES, len(alone)), replace=False):
                yield Case(str(picture), other, frozenset(both))


def average_precision(found: Sequence[str], wanted: frozenset[str]) -> float:
    """The mean over the wanted files of the share of wanted ones among those found up to it."""
    places = [rank for rank, name in enumerate(found, 1) if name in wanted]
    return sum(n / rank for n, rank in enumerate(places, 1)) / len(wanted)


def measure(
    reader: Reader, folder: Path, asked: Sequence[Case], files: frozenset[str], share: float, facets: tuple[Facet, ...]
) -> tuple[float, float]:
    """Mean average precision, and the mean precision of the first ten, both in percent."""
    average, ten = [], []
    for case in asked:
        query = Query(
            text=case.words, images=(str(folder / case.picture),), facets=facets, k=None, text_share=share,
            leave_out_query=True,
        )  # fmt: skip
        found = [name for hit in reader.search(query).hits if (name := hit.row.name) in files]
        average.append(100 * average_precision(found, case.wanted))
        ten.append(10 * sum(name in case.wanted for name in found[:10]))
    return statistics.mean(average), statistics.mean(ten)


def main() -> None:
    """Print precision for several shares of the words."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, default=PACK)
    parser.add_argument("--split", default="all", choices=("train", "dev", "all"))
    parser.add_argument("--library", type=Path, help="a library that has read the photos; else one is made for the moment")
    options = parser.parse_args()
    folder = (options.pack / "captioned").resolve()
    entries = json.loads((folder / "captions.json").read_text("utf-8"))
    shows = {e["file"]: shown_things(e["captions"]) for e in entries if options.split in ("all", e["split"])}
    asked = list(cases(shows))
    with ExitStack() as stack:
        library = options.library or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        if not options.library:
            with open_writer(library, lambda _event: None) as writer:
                writer.index((str(folder),))
        reader = stack.enter_context(open_reader(library))
        print(f"{len(asked)} questions over {len(shows)} photos:")
        for facets, named in (((Facet.MEANING,), "by meaning"), (BUILT, "by all facets")):
            for share in SHARES:
                average, ten = measure(reader, folder, asked, frozenset(shows), share, facets)
                alone = {0.0: " (the picture alone)", 1.0: " (the words alone)"}.get(share, "")
                print(f"{named}, share of the words {share}: mAP {average:.1f} %, first ten {ten:.1f} %{alone}")


if __name__ == "__main__":
    main()
