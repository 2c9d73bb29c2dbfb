"""Text in pictures: how well and how fast it is read, beside rapidocr as it comes, and whether photos are found by what they say.

    python -m tests.bench.bench_ocr PHOTOS [--written 200] [--beside 40] [--plain 60]

PHOTOS is the developers' photo pack. Written pictures are drawn with the fonts of this machine (on Debian: fonts-noto-cjk,
fonts-liberation2, fonts-lato, fonts-open-sans, fonts-wqy-zenhei and others); what stands in real photos is in text_truths.json,
and in text_truths_behind.json for photos of other things with writing behind them: small, slanting, partly hidden.
Character error rates of written pictures are of the whole text in its order, those of photos of words in any order, with what was
read and is not there named beside. Times are of one thread, as ratios to rapidocr with its own settings on the same pictures.
"""

from __future__ import annotations

import argparse
import json
import random
import string
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from rapidfuzz.distance import Levenshtein
from scipy.optimize import linear_sum_assignment

from app.engine.features.base import Picture
from app.engine.features.ocr.extractor import TextExtractor
from app.engine.features.ocr.likely import LEAST, likelihood
from app.engine.intake.decode import open_picture
from app.engine.types import Facet, Query
from app.engine.writing import open_writer
from tests.bench.written import Written, fonts, written

TRUTHS = Path(__file__).with_name("text_truths.json"), Path(__file__).with_name("text_truths_behind.json")
Read = Callable[[np.ndarray[Any, Any]], list[str]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--written", type=int, default=200)
    parser.add_argument("--beside", type=int, default=40, help="so many are read with rapidocr, too")
    parser.add_argument("--plain", type=int, default=60, help="so many further photos are asked whether text is likely")
    options = parser.parse_args()
    import cv2

    cv2.setNumThreads(1)
    latin, chinese = fonts("en"), fonts("zh-cn")
    print(f"{len(latin)} Latin fonts, {len(chinese)} Chinese ones")
    pages = [written(number, latin, chinese) for number in range(options.written)]
    truths, behind = (json.loads(file.read_text(encoding="utf-8")) for file in TRUTHS)
    extractor = TextExtractor()
    ours = reads(extractor)
    of_pages(pages, ours, options.beside)
    of_photos(options.photos, truths, ours)
    of_photos(options.photos, behind, ours)
    likely(options.photos, truths, extractor, pages, options.plain)
    finding(options.photos, truths, behind, pages)


def reads(extractor: TextExtractor) -> Read:
    """Facet's reading of a picture as lines."""
    return lambda rgb: extractor.read(Picture(rgb, (rgb.shape[1], rgb.shape[0]))).text.splitlines()


def rapidocr() -> Read:
    """rapidocr with its own settings, on one thread."""
    from rapidocr import RapidOCR

    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    engine = RapidOCR(params={**threads, "Global.log_level": "error"})
    return lambda rgb: list(engine(np.ascontiguousarray(rgb[..., ::-1])).txts or ())


def of_pages(pages: Sequence[Written], ours: Read, beside: int) -> None:
    """Written pictures: error rates by kind, and the time beside rapidocr."""
    errors: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    spent = 0.0
    for number, page in enumerate(pages):
        began = time.process_time()
        found = ours(np.asarray(page.picture))
        spent += (time.process_time() - began) if number < beside else 0
        for kind in (page.kind, "all"):
            _count(errors[kind], page.lines, found)
    for kind, (wrong, letters) in sorted(errors.items()):
        print(f"written, {kind}: {100 * wrong / letters:.2f} % of {letters} characters wrong")
    if not beside:
        return
    theirs, total, began = rapidocr(), [0, 0], time.process_time()
    for page in pages[:beside]:
        _count(total, page.lines, theirs(np.asarray(page.picture)))
    other = time.process_time() - began
    print(f"rapidocr as it comes, the first {beside}: {100 * total[0] / total[1]:.2f} % wrong")
    minute = [round(60 * beside / seconds) for seconds in (spent, other)]
    print(f"pages a minute: {other / spent:.2f} times rapidocr's ({minute[0]} to {minute[1]} of processor time)")


def _count(total: list[int], truth: Sequence[str], found: Sequence[str]) -> None:
    wanted, text = (" ".join(" ".join(lines).split()) for lines in (truth, found))
    total[0] += min(len(wanted), Levenshtein.distance(wanted, text))
    total[1] += len(wanted)


def of_photos(folder: Path, truths: dict[str, list[str]], ours: Read) -> None:
    """Real photos: errors in the words that are there, and letters of words that are not."""
    for name, read in (("Facet", ours), ("rapidocr as it comes", rapidocr())):
        wrong = letters = extra = 0
        for file, lines in truths.items():
            rgb = open_picture(folder / file, longest=4_000).picture.rgb
            missed, more = words_apart(" ".join(lines).split(), " ".join(read(rgb)).split())
            wrong, extra, letters = wrong + missed, extra + more, letters + sum(map(len, " ".join(lines).split()))
        shares = (
            f"{100 * wrong / letters:.1f} % of {letters} characters wrong, {100 * extra / letters:.1f} % more that are not there"
        )
        print(f"{len(truths)} photos, {name}: {shares}")


def words_apart(truth: Sequence[str], found: Sequence[str]) -> tuple[int, int]:
    """Characters to change in the true words, each beside the read one most like it; and those of read words left over."""
    alone = [[len(word)] * len(truth) for word in truth]
    cost = np.array(
        [[Levenshtein.distance(word, other) for other in found] + more for word, more in zip(truth, alone, strict=True)]
    )
    rows, columns = linear_sum_assignment(cost)
    used = {int(column) for column in columns if column < len(found)}
    wrong = int(cost[rows, columns].sum())
    return wrong, sum(len(word) for n, word in enumerate(found) if n not in used)


def likely(folder: Path, truths: dict[str, list[str]], extractor: TextExtractor, pages: Sequence[Written], plain: int) -> None:
    """What the look before leaves out: of pictures with text, and of those in which nothing is read."""

    def left_out(pictures: Sequence[Picture]) -> str:
        low = sum(likelihood(extractor.likelihood.read(picture)) < LEAST for picture in pictures)
        return f"{low} of {len(pictures)}"

    with_text = [_small(folder / file) for file in truths]
    others = [file for file in sorted((folder / "captioned").glob("*.jpg")) if f"captioned/{file.name}" not in truths]
    others = random.Random(5).sample(others, min(plain, len(others)))
    without = [_small(file) for file in others if not extractor.read(open_picture(file).picture).text]
    drawn = [Picture(np.asarray(_shrunk(page.picture)), page.picture.size) for page in pages[:100]]
    print(f"left out by the look before: written {left_out(drawn)}, photos with text {left_out(with_text)}, ", end="")
    print(f"photos in which nothing is read {left_out(without)}")


def _small(file: Path) -> Picture:
    return open_picture(file, longest=512).picture


def _shrunk(picture: Image.Image) -> Image.Image:
    small = picture.copy()
    small.thumbnail((512, 512))
    return small


def finding(folder: Path, truths: dict[str, list[str]], behind: dict[str, list[str]], pages: Sequence[Written]) -> None:
    """The share of photos that stand first when three words in a row that stand in them are asked for, one letter wrong."""
    rng = random.Random(7)
    with tempfile.TemporaryDirectory() as place:
        photos, wanted = Path(place) / "photos", {}
        photos.mkdir()
        for number, page in enumerate(pages):
            page.picture.save(photos / f"{number:04}.png")
            wanted[f"{number:04}.png"] = "written pictures", page.lines if page.kind.startswith("Latin") else ()
        for number, (file, lines) in enumerate([*truths.items(), *behind.items()]):
            name = f"real{number:03}{Path(file).suffix}"
            (photos / name).write_bytes((folder / file).read_bytes())
            wanted[name] = "photos" if file in truths else "photos with writing behind", tuple(lines)
        with open_writer(Path(place) / "library", lambda _event: None, facets=(Facet.COPY, Facet.WORDS)) as writer:
            writer.index([str(photos)])
            reader = writer.reader()
            first: dict[str, list[bool]] = defaultdict(list)
            for name, (kind, there) in wanted.items():
                if (asked := three_words(there, rng)) is None:
                    continue
                hits = reader.search(Query(text=asked, facets=(Facet.WORDS,), k=1)).hits
                first[kind].append(bool(hits) and hits[0].row.name == name)
    for kind, right in first.items():
        print(f"R@1 by three words, one letter wrong: {100 * np.mean(right):.1f} % of {len(right)} {kind}")


def three_words(lines: Sequence[str], rng: random.Random) -> str | None:
    """Three words in a row of a line, with one letter changed; None where no line has so many."""
    long = [line.split() for line in lines if len(line.split()) >= 3]
    if not long:
        return None
    words = rng.choice(long)
    begin = rng.randrange(len(words) - 2)
    chosen = list(" ".join(words[begin : begin + 3]))
    letters = [n for n, letter in enumerate(chosen) if letter.isalpha()]
    if letters:
        chosen[rng.choice(letters)] = rng.choice(string.ascii_lowercase)
    return "".join(chosen)


if __name__ == "__main__":
    main()
