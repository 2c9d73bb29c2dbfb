"""How well texts find their photos: what the training prints."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]
ReadTexts = Callable[[list[str]], Rows]
ReadFiles = Callable[[Path, list[str]], Rows]


@dataclass(frozen=True, slots=True)
class Recall:
    """Percent of the texts that find their photo first, and among the first ten."""

    at_1: float
    at_10: float
    photos: int

    def __str__(self) -> str:
        return f"R@1 {self.at_1:5.1f} %  R@10 {self.at_10:5.1f} %  among {self.photos}"


def recall(photos: Rows, texts: Rows, owners: NDArray[np.int64]) -> Recall:
    """`owners[i]` is the place of text i's photo."""
    cosines = texts @ photos.T
    ranks = (cosines > cosines[np.arange(len(owners)), owners][:, None]).sum(axis=1)
    return Recall(100 * float((ranks < 1).mean()), 100 * float((ranks < 10).mean()), len(photos))


def recall_of(photos: Rows, texts: list[list[str]], read: ReadTexts) -> Recall:
    """Of photos with their texts."""
    owners = np.repeat(np.arange(len(texts)), [len(each) for each in texts])
    return recall(photos, read([text for each in texts for text in each]), owners)


def first_right(photos: Rows, classes: NDArray[np.int64], names: Rows) -> float:
    """Percent of the names whose first photo is of their class."""
    return 100 * float((classes[(names @ photos.T).argmax(axis=1)] == np.arange(len(names))).mean())


def precision(photos: Rows, labels: NDArray[np.str_], read: ReadTexts) -> float:
    """R-precision of "a photo of a ..." for each label, in percent."""
    found = []
    for label in np.unique(labels):
        best = np.argsort(-(photos @ read([f"a photo of a {label}"])[0]))[: int((labels == label).sum())]
        found.append(float((labels[best] == label).mean()))
    return 100 * float(np.mean(found))


def group_precision(rows: Rows, groups: NDArray[np.int64]) -> float:
    """R-precision of photos asked for others of their group, in percent."""
    cosines = rows @ rows.T
    np.fill_diagonal(cosines, -2)
    order, found = np.argsort(-cosines, axis=1), []
    for number, group in enumerate(groups):
        others = int((groups == group).sum()) - 1
        found.append(float((groups[order[number, :others]] == group).mean()))
    return 100 * float(np.mean(found))


def check_pack(pack: Path, read_files: ReadFiles, read: ReadTexts) -> list[str]:
    """A line for each part of a pack of photos with known answers: captioned, classes, scenes."""
    rows = json.loads((pack / "captioned" / "captions.json").read_text(encoding="utf-8"))
    photos = read_files(pack / "captioned", [row["file"] for row in rows])
    reporting = [number for number, row in enumerate(rows) if row["split"] == "dev"]
    owners = np.repeat(reporting, [len(rows[number]["captions"]) for number in reporting])
    asked = read([caption for number in reporting for caption in rows[number]["captions"]])
    labels: dict[str, str] = json.loads((pack / "classes" / "labels.json").read_text(encoding="utf-8"))
    names = sorted(set(labels.values()))
    things = read_files(pack / "classes", list(labels))
    classes = np.array([names.index(name) for name in labels.values()])
    scenes: dict[str, list[str]] = json.loads((pack / "scenes" / "groups.json").read_text(encoding="utf-8"))
    views = read_files(pack / "scenes", [file for files in scenes.values() for file in files])
    groups = np.repeat(np.arange(len(scenes)), [len(files) for files in scenes.values()])
    return [
        f"captioned, all: {recall_of(photos, [row['captions'] for row in rows], read)}",
        f"captioned, dev: {recall(photos, asked, owners)}",
        f"classes: R@1 {first_right(things, classes, read([f'a photo of a {name}' for name in names])):.1f} %",
        f"scenes by meaning: R-precision {group_precision(views, groups):.1f} %",
    ]
