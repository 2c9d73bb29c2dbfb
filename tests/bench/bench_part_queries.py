"""Finding a piece in a library of 10,000 photos: real ones, and crops and edits of them beside them.

    python -m tests.bench.bench_part_queries PHOTOS FOLDER [--photos 10000] [--queries 250] [--beside 25]

PHOTOS is the developers' photo pack. FOLDER gets the photos and a library, read for points as `facet index --facets crop` does,
unless both are there already. Then pictures from outside, made of photos of the library in ways of bench_crop, are asked as
`facet similar --by crop` asks: milliseconds, and how often the right photo is first. Some are also proved against every photo
of the library: how many of those that this proves the search finds, of the photo that the picture was made of and what else was
made of that, and of others, which only have the same frame or text and should not be proved at all.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from app.engine.reading import Reader, open_reader
from app.engine.search.parts import _Candidate
from app.engine.types import Closeness, Facet, Query
from app.engine.writing import open_writer
from tests.bench.bench_crop import CHANGES, different_photos

SEED = 17
REAL = 0.6
"""The share of the library that is real photos; the others are made of these."""
SMALL = ("coco", "web", "more")
"""Folders of training photos, for where the larger ones are too few."""


def main() -> None:
    """Make what is not there, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=250)
    parser.add_argument("--beside", type=int, default=25, help="so many are also proved against every photo")
    options = parser.parse_args()
    large = larger(options.pack)[: int(REAL * options.photos)]
    photos, library = options.folder / "photos", options.folder / "library"
    if not (photos / "made.json").is_file():
        enlarged(large, options.pack / "training", photos, options.photos)
    read(library, photos)
    with open_reader(library) as reader:
        asked = queries(large, options.folder / "asked", options.queries)
        ask(reader, asked)
        beside(reader, asked, options.beside)


def larger(pack: Path) -> list[Path]:
    """Photos of usual size, of which pictures are asked."""
    more = [file for name in ("classes", "scenes") for file in sorted((pack / name).rglob("*.jpg"))]
    return [*different_photos(pack), *more]


def enlarged(large: Sequence[Path], training: Path, out: Path, count: int) -> None:
    """Fill a folder with real photos, and with crops and edits of them; `made.json` says which were made of which, and how."""
    chance = random.Random(SEED)
    real = {f"{number:05}{file.suffix}": file for number, file in enumerate(large)}
    small = [file for name in SMALL for file in sorted((training / name).iterdir())]
    chance.shuffle(small)
    for file in small[: max(0, int(REAL * count) - len(real))]:
        real[f"{len(real):05}{file.suffix}"] = file
    out.mkdir(parents=True, exist_ok=True)
    for name, file in real.items():
        shutil.copy(file, out / name)
    made, names, ways = {}, sorted(real), sorted(CHANGES)
    for number in range(len(real), count):
        base, way = chance.choice(names), chance.choice(ways)
        name = f"{number:05}.jpg"
        changed(real[base], way, chance).save(out / name, quality=chance.randint(50, 95))
        made[name] = {"of": base, "how": way}
    (out / "made.json").write_text(json.dumps(made, indent=1), "utf-8")
    print(f"{len(real)} real photos, {len(made)} made of them", flush=True)


def changed(file: Path, way: str, chance: random.Random) -> Image.Image:
    """A photo changed in one of the ways of `CHANGES`."""
    with Image.open(file) as image:
        return CHANGES[way](image.convert("RGB"), chance).convert("RGB")


def read(library: Path, photos: Path) -> None:
    """Read the photos for their points, as the command line does."""
    started = time.perf_counter()
    with open_writer(library, lambda _event: None, facets=(Facet.CROP,), spared=0) as writer:
        report = writer.index([str(photos)])
    spent = time.perf_counter() - started
    if report.added:
        print(f"{report.added} photos read in {spent:.0f} s, {report.added / spent:.1f} a second, index included", flush=True)


def queries(large: Sequence[Path], folder: Path, count: int) -> list[tuple[Path, str, str]]:
    """Pictures that are made of the large photos: file, the name of the photo in the library, and how."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(SEED + 1)
    asked = []
    for number, at in enumerate(chance.sample(range(len(large)), count)):
        way = list(CHANGES)[number % len(CHANGES)]
        file = folder / f"{number:04}.png"
        changed(large[at], way, chance).save(file)
        asked.append((file, f"{at:05}{large[at].suffix}", way))
    return asked


def ask(reader: Reader, asked: Sequence[tuple[Path, str, str]]) -> None:
    """Print times, and how often the right photo, or one made of it, is first."""
    reader.search(_query(asked[0][0]))
    origin = origins(asked[0][0].parent.parent / "photos")
    spent: dict[str, list[float]] = {}
    right: dict[str, list[bool]] = {}
    for file, base, way in asked:
        started = time.perf_counter()
        answer = reader.search(_query(file))
        spent.setdefault(way, []).append(time.perf_counter() - started)
        first = Path(answer.hits[0].row.path).name if answer.hits else ""
        right.setdefault(way, []).append(base == origin.get(first, first))
    for way, seconds in spent.items():
        print(f"{way:28} first {np.mean(right[way]):6.1%}  {spread(seconds)}")
    every = [one for seconds in spent.values() for one in seconds]
    print(
        f"{len(asked)} queries: first {np.mean([one for ones in right.values() for one in ones]):.1%}, {spread(every)}",
        flush=True,
    )


def beside(reader: Reader, asked: Sequence[tuple[Path, str, str]], count: int) -> None:
    """Print how many of the photos that a proof against every photo finds are found by the search."""
    parts, reading = reader._searcher._parts, reader._searcher._pictures  # the very ones that answer
    catalog, origin = reader._catalog, origins(asked[0][0].parent.parent / "photos")
    everyone = np.array(sorted(catalog.extracted_ids(parts._extractors.crop.version)), np.int64)
    there, found, spent = {"kin": 0, "others": 0}, {"kin": 0, "others": 0}, []
    for file, base, _ in asked[:: max(1, len(asked) // max(1, count))][:count]:
        picture = reading.read(str(file), (Facet.CROP,))
        started = time.perf_counter()
        proved = set()
        for at in range(0, len(everyone), 1_000):
            for number, row in zip(*reader._indexes.pieces.rows(everyone[at : at + 1_000]), strict=True):
                match = parts._proved(picture, _Candidate(int(number), 0.0, row)).match
                if match is not None and match.sure:
                    proved.add(int(number))
        spent.append(time.perf_counter() - started)
        sure = {hit.row.photo_id for hit in reader.search(_query(file)).hits if hit.closeness is not Closeness.FAR}
        for photo_id, row in catalog.rows_of(sorted(proved)).items():
            name = Path(row.path).name
            kind = "kin" if base == origin.get(name, name) else "others"
            there[kind] += 1
            found[kind] += photo_id in sure
    print(f"{len(spent)} queries proved against all {len(everyone)} photos, {statistics.median(spent):.1f} s each:")
    for kind in there:
        print(f"{there[kind]} {kind} are proved, of which the search finds {found[kind]} among its first 20")


def origins(photos: Path) -> dict[str, str]:
    """Of which photo each made one was made."""
    made = json.loads((photos / "made.json").read_text("utf-8"))
    return {name: how["of"] for name, how in made.items()}


def spread(seconds: Sequence[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    return f"p50 {1000 * statistics.median(seconds):.0f} ms, p95 {1000 * float(np.quantile(seconds, 0.95)):.0f} ms"


def _query(file: Path) -> Query:
    return Query(images=(str(file),), facets=(Facet.CROP,))


if __name__ == "__main__":
    main()
