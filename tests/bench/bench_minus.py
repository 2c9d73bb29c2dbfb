"""How many unwanted photos are left when something is taken out of a question ("beach -people"), by what people wrote of them.

python -m tests.bench.bench_minus [--pack FOLDER] [--split train|dev|all] [--library DIR] [--each]

Needs a folder `captioned` of photos with captions. A photo shows a thing when one of the thing's words is in one of its captions:
captions name what matters most, so a photo may well show what nobody mentioned.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from app.engine.reading import Reader, open_reader
from app.engine.types import Facet, Query
from app.engine.writing import open_writer
from tests.conftest import PACK

FIRST = 20
SHOWS = {
    "people": "people person man men woman women boy boys girl girls child children kid kids lady ladies guy guys baby crowd "
    "family player players skier skiers surfer skateboarder rider riders pedestrian pedestrians couple batter adult adults",
    "man": "man men guy guys male boy boys",
    "woman": "woman women lady ladies girl girls female",
    "beach": "beach shore sand sandy ocean",
    "street": "street streets road sidewalk intersection",
    "cars": "car cars taxi suv traffic vehicles vehicle van",
    "kitchen": "kitchen stove oven refrigerator fridge",
    "snow": "snow snowy ski skis skiing slope",
    "skiing": "ski skis skiing skier skiers slope",
    "table": "table tables",
    "food": "food meal dish plate pizza sandwich vegetables broccoli salad cake fruit dinner lunch breakfast soup meat foods",
    "pizza": "pizza pizzas",
    "vegetables": "vegetables vegetable broccoli carrots carrot salad",
    "cake": "cake cakes cupcake dessert",
    "dog": "dog dogs puppy",
    "cat": "cat cats kitten",
    "animal": "animal animals dog dogs puppy cat cats kitten bear bears sheep horse horses elephant elephants cow cows giraffe "
    "giraffes zebra zebras bird birds",
    "vehicle": "car cars bus buses truck trucks train trains motorcycle motorcycles van taxi suv vehicle vehicles",
    "bus": "bus buses",
    "motorcycle": "motorcycle motorcycles motorbike motor scooter",
    "train": "train trains",
    "sign": "sign signs",
    "bathroom": "bathroom toilet sink shower bathtub",
    "toilet": "toilet toilets",
    "room": "room bedroom living couch bed",
    "bed": "bed beds bedroom",
    "sport": "baseball tennis skateboard skateboarding skiing surfing frisbee soccer game ball skis surfboard",
    "tennis": "tennis racket racquet",
    "baseball": "baseball bat batter",
    "water": "water ocean sea river lake wave waves",
    "surfing": "surf surfing surfer surfers surfboard surfboards",
    "boat": "boat boats ship",
    "grass": "grass grassy field lawn",
    "desk": "desk desks",
    "laptop": "laptop laptops",
    "computer": "computer computers laptop laptops monitor keyboard",
    "phone": "phone phones cellphone cellphones",
    "skateboard": "skateboard skateboards skateboarding skateboarder skate",
    "fruit": "fruit fruits banana bananas apple apples orange oranges",
    "bananas": "banana bananas",
    "city": "city street building buildings",
    "building": "building buildings tower house",
    "sky": "sky kite kites airplane plane flying air",
    "airplane": "airplane airplanes plane planes jet",
    "horse": "horse horses",
    "bear": "bear bears teddy",
}
"""Things, and the words that say a photo shows them."""
QUESTIONS = [
    question.split(" -")
    for question in (
        "beach -people", "street -cars", "street -people", "kitchen -people", "snow -people", "snow -skiing",
        "table -food", "table -computer", "food -pizza", "food -vegetables", "food -cake", "dog -people",
        "cat -bed", "animal -dog", "animal -cat", "animal -horse", "animal -bear", "vehicle -bus",
        "vehicle -motorcycle", "vehicle -train", "street -sign", "bathroom -toilet", "room -bed", "sport -tennis",
        "sport -baseball", "water -surfing", "grass -people", "desk -laptop", "people -phone", "man -skateboard",
    )
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """Of one question, shares in percent: unwanted photos among the first, without and with the minus; wanted photos among the
    first, without and with it; and of the wanted ones that were among the first how many still are."""

    unwanted: tuple[float, float]
    wanted: tuple[float, float]
    kept: float


def shown_things(captions: Sequence[str]) -> frozenset[str]:
    """The things that captions name."""
    words = set(re.findall(r"[a-z]+", " ".join(captions).lower()))
    return frozenset(thing for thing, names in SHOWS.items() if words & set(names.split()))


def judge(plain: Sequence[str], minus: Sequence[str], shows: dict[str, frozenset[str]], subject: str, unwanted: str) -> Result:
    """What two lists of files are worth."""

    def share(files: Sequence[str], *, wanted: bool) -> float:
        fits = [subject in shows[f] and unwanted not in shows[f] if wanted else unwanted in shows[f] for f in files]
        return 100 * sum(fits) / max(1, len(files))

    good = [f for f in plain if subject in shows[f] and unwanted not in shows[f]]
    kept = 100 * sum(f in minus for f in good) / max(1, len(good))
    return Result(
        (share(plain, wanted=False), share(minus, wanted=False)), (share(plain, wanted=True), share(minus, wanted=True)), kept
    )


def found(reader: Reader, query: Query, files: frozenset[str]) -> list[str]:
    """Names of the first photos that are among `files`."""
    names = [hit.row.name for hit in reader.search(query).hits]
    return [name for name in names if name in files][:FIRST]


def measure(reader: Reader, shows: dict[str, frozenset[str]]) -> list[Result]:
    """All questions."""
    files, results = frozenset(shows), []
    for subject, unwanted in QUESTIONS:
        asked = Query(text=subject, facets=(Facet.MEANING,), k=None)
        less = Query(text=f"{subject} -{unwanted}", facets=(Facet.MEANING,), k=None)
        results.append(judge(found(reader, asked, files), found(reader, less, files), shows, subject, unwanted))
    return results


def show(results: Sequence[Result]) -> None:
    """Print the means."""
    before, after = (statistics.mean(r.unwanted[n] for r in results) for n in (0, 1))
    wanted = [statistics.mean(r.wanted[n] for r in results) for n in (0, 1)]
    print(f"unwanted among the first {FIRST}: {before:.1f} % -> {after:.1f} % (ratio {after / before:.2f})")
    print(f"wanted among the first {FIRST}: {wanted[0]:.1f} % -> {wanted[1]:.1f} %")
    print(f"of the wanted ones that were there before, {statistics.mean(r.kept for r in results):.1f} % still are")


def main() -> None:
    """Print shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, default=PACK)
    parser.add_argument("--split", default="all", choices=("train", "dev", "all"))
    parser.add_argument("--library", type=Path, help="a library that has read the photos; else one is made for the moment")
    parser.add_argument("--each", action="store_true", help="print every question")
    options = parser.parse_args()
    captioned = options.pack / "captioned"
    entries = json.loads((captioned / "captions.json").read_text("utf-8"))
    shows = {e["file"]: shown_things(e["captions"]) for e in entries if options.split in ("all", e["split"])}
    with ExitStack() as stack:
        library = options.library or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        if not options.library:
            with open_writer(library, lambda _event: None, facets=(Facet.MEANING,)) as writer:
                writer.index((str(captioned),))
        results = measure(stack.enter_context(open_reader(library)), shows)
    if options.each:
        for (subject, unwanted), r in zip(QUESTIONS, results, strict=True):
            print(f"{subject} -{unwanted}: unwanted {r.unwanted[0]:.0f} -> {r.unwanted[1]:.0f} %, wanted {r.wanted[0]:.0f} -> "
                  f"{r.wanted[1]:.0f} %, kept {r.kept:.0f} %")  # fmt: skip
    print(f"{len(results)} questions over {len(shows)} photos:")
    show(results)


if __name__ == "__main__":
    main()
