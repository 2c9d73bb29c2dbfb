"""How right the tags are that the built-in model suggests, and whether their scores mean what they say.

    python -m tests.bench.bench_tags PACK [--out calibration.png]

PACK holds `classes` (photos and labels.json, {file: label}) and `captioned` (photos and captions.json). Every label goes to the
nearest name of the vocabulary, by the rows of both. Reported are, for the labels: of the names shown that are some label's, how
many are the photo's own (precision); how many photos have their label's name shown, and among the five surest (recall at 5).
Other names that are shown may be right, too, and are counted apart. For captions: how many of the names shown stand in one word
for word. The picture draws, for ranges of the score, the share of names that are right. Speed is told as a ratio to the reading
of a photo, in the same run.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from app.engine.models.registry import active_model
from app.engine.tags.lessons import lesson
from app.engine.tags.names import Making, Names
from app.engine.tags.tagger import SURE, Tagger
from app.engine.tags.vocabulary import names
from tests.bench.bench_cut_off import picture_rows

Rows = NDArray[np.float32]
EDGES = (0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)
TAUGHT = (1, 2, 3)
SIDE, EDGE = 480, 60


def nearest(vocabulary: Names, labels: list[str]) -> list[int]:
    """The place in the vocabulary of the name that each label is nearest to; the same word where it is there."""
    folded = [name.casefold() for name in vocabulary.names]
    rows = active_model().text_encoder().encode_texts(labels)
    best = np.argmax(rows @ vocabulary.rows.T, axis=1).tolist()
    known = {name: place for place, name in enumerate(folded)}
    return [known.get(label.casefold(), place) for label, place in zip(labels, best, strict=True)]


def curve(scores: NDArray[np.float32], right: NDArray[np.bool_]) -> list[tuple[float, float, int]]:
    """(mean score, share that is right, how many) for each range of scores that has any."""
    found = []
    for low, high in itertools.pairwise(EDGES):
        inside = (scores >= low) & (scores < high)
        if inside.any():
            found.append((float(scores[inside].mean()), float(right[inside].mean()), int(inside.sum())))
    return found


def draw(curves: dict[str, list[tuple[float, float, int]]], out: Path) -> None:
    """Score to the right, share that is right upward; the gray line is where both are the same."""
    picture = Image.new("RGB", (SIDE + 2 * EDGE, SIDE + 2 * EDGE), "white")
    pen = ImageDraw.Draw(picture)

    def at(score: float, share: float) -> tuple[float, float]:
        return EDGE + SIDE * score, EDGE + SIDE * (1 - share)

    pen.rectangle((*at(0, 1), *at(1, 0)), outline="#9a9aa3")
    pen.line((*at(0, 0), *at(1, 1)), fill="#9a9aa3")
    pen.line((*at(SURE, 0), *at(SURE, 1)), fill="#ececef", width=2)
    for tick in range(0, 11, 2):
        pen.text(at(tick / 10, -0.02), f"{tick / 10}", fill="black")
        pen.text((EDGE - 30, at(0, tick / 10)[1] - 5), f"{tick / 10}", fill="black")
    pen.text(at(0.35, -0.07), "score of a tag", fill="black")
    pen.text((8, 20), "share that is right", fill="black")
    for number, (name, points) in enumerate(curves.items()):
        color = ("#2f6fed", "#9a5000")[number % 2]
        places = [at(score, share) for score, share, _ in points]
        pen.line(places, fill=color, width=2)
        for x, y in places:
            pen.ellipse((x - 4, y - 4, x + 4, y + 4), fill=color)
        pen.text((EDGE + 10, EDGE + 10 + 16 * number), name, fill=color)
    picture.save(out)


def labelled(tagger: Tagger, folder: Path) -> list[tuple[float, float, int]]:
    """Tags against labels; prints, and returns the curve of the names that are some label's."""
    labels: dict[str, str] = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    files, kinds = sorted(labels), sorted(set(labels.values()))
    entries = dict(zip(kinds, nearest(tagger.names, kinds), strict=True))
    rows = picture_rows(active_model(), [folder / file for file in files])  # type: ignore[arg-type]
    _, scores = tagger.scores(rows)
    own = np.array([entries[labels[file]] for file in files])
    place = {name: number for number, name in enumerate(tagger.names.names)}
    shown = [[place[tag.name] for tag in tags] for tags in tagger.tags(rows)]
    known = set(entries.values())
    of_labels = [(number, tag) for number, tags in enumerate(shown) for tag in tags if tag in known]
    right = sum(tag == own[number] for number, tag in of_labels)
    five = np.argsort(-scores, axis=1)[:, :5]
    same = sum(kind.casefold() == tagger.names.names[entry].casefold() for kind, entry in entries.items())
    print(f"classes: {len(files)} photos of {len(kinds)} labels, {same} of which the vocabulary has; the others are its nearest")
    print(f"  names shown: {sum(map(len, shown))}, on {sum(map(bool, shown))} photos; of labels {len(of_labels)}")
    print(f"  precision of those of labels: {right / max(len(of_labels), 1):.3f}")
    print(f"  the label's name is shown for {sum(own[n] in tags for n, tags in enumerate(shown)) / len(files):.3f}")
    print(f"  recall at 5: {(five == own[:, None]).any(axis=1).mean():.3f}")
    teach(tagger, rows, np.array([kinds.index(labels[file]) for file in files]))
    columns = sorted(known)
    return curve(scores[:, columns].ravel(), (np.array(columns)[None] == own[:, None]).ravel())


def teach(tagger: Tagger, rows: Rows, kinds: NDArray[np.int64]) -> None:
    """A name that the model knows nothing of is given to a few photos of each label: to which others does it come?"""
    for few in TAUGHT:
        found = right = wanted = 0
        for kind in np.unique(kinds):
            (mine,) = np.nonzero(kinds == kind)
            taught = lesson("a name of people's own", rows[mine[:few]], rows[:0], active_model().picture_relevance())
            shown = Tagger(tagger.names.some([]), [taught]).score(taught.name, rows) >= SURE
            shown[mine[:few]] = False
            found, right, wanted = found + int(shown.sum()), right + int(shown[mine].sum()), wanted + len(mine) - few
        share = f"{right / max(found, 1):.3f} right, {right / max(wanted, 1):.3f} of those that are left"
        print(f"  taught with {few} photos of each label: {found} others get the name, {share}")


def captioned(tagger: Tagger, folder: Path) -> tuple[list[tuple[float, float, int]], Rows]:
    """Tags against captions; prints, and returns the curve and the rows."""
    entries = json.loads((folder / "captions.json").read_text(encoding="utf-8"))
    rows = picture_rows(active_model(), [folder / entry["file"] for entry in entries])  # type: ignore[arg-type]
    texts = [" ".join(entry["captions"]).casefold() for entry in entries]
    said = [re.compile(rf"\b{re.escape(name.casefold())}(s|es)?\b") for name in tagger.names.names]
    _, scores = tagger.scores(rows)
    for split in ("train", "dev"):
        some = [number for number, entry in enumerate(entries) if entry["split"] == split]
        tags = [(number, tag) for number in some for tag in tagger.tags(rows[number : number + 1])[0]]
        right = sum(bool(said[tagger.names.names.index(tag.name)].search(texts[number])) for number, tag in tags)
        print(f"captioned, {split}: {len(some)} photos, {len(tags)} names on {len({n for n, _ in tags})}, in a caption "
              f"{right / max(len(tags), 1):.3f}")  # fmt: skip
    likely = np.argwhere(scores >= EDGES[0])
    stands = np.array([bool(said[name].search(texts[photo])) for photo, name in likely])
    return curve(scores[likely[:, 0], likely[:, 1]], stands), rows


def speed(tagger: Tagger, rows: Rows, files: list[Path]) -> None:
    """Photos a second, as a ratio to the reading of photos by the model."""
    began = time.perf_counter()
    picture_rows(active_model(), files)  # type: ignore[arg-type]
    reading = len(files) / (time.perf_counter() - began)
    many = np.concatenate([rows] * max(1, 2000 // len(rows)))
    began = time.perf_counter()
    tagger.tags(many)
    ratio = len(many) / (time.perf_counter() - began) / reading
    print(f"tags are suggested for {ratio:.0f} times as many photos a second as are read")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=Path)
    parser.add_argument("--out", type=Path, default=Path("calibration.png"))
    options = parser.parse_args()
    made = Making(active_model(), names(), Path("/nonexistent")).made
    assert made, "run packaging/make_tag_names.py"
    tagger = Tagger(made)
    labels = labelled(tagger, options.pack / "classes")
    captions, rows = captioned(tagger, options.pack / "captioned")
    draw({"captions have the word": captions, "labels are nearest to the name": labels}, options.out)
    for name, points in (("captions", captions), ("labels", labels)):
        print(f"calibration, {name}: " + ", ".join(f"{score:.2f}: {share:.2f} of {count}" for score, share, count in points))
    print(f"the curves are drawn in {options.out}")
    speed(tagger, rows, sorted((options.pack / "captioned").glob("*.jpg"))[:64])


if __name__ == "__main__":
    main()
