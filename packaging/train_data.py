"""The photos that are trained on, with the texts that are true of each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from train_words import WORDINGS, can_be_read

FOLDS = 10


@dataclass(frozen=True, slots=True)
class Photos:
    """`texts[i]` are true of `files[i]`; the first `captioned` photos have captions, the others a label."""

    folder: Path
    files: list[str]
    texts: list[list[str]]
    captioned: int

    def sources(self) -> NDArray[np.str_]:
        """Where each photo comes from: the folder, and for mixed folders the start of the file's name."""
        return np.array([_source(file) for file in self.files])

    def fold(self, number: int) -> NDArray[np.bool_]:
        """Which photos are held out when fold `number` of ten is: a tenth of each source, the same ones every time."""
        sources, held_out = self.sources(), np.zeros(len(self.files), bool)
        for source in np.unique(sources):
            places = np.flatnonzero(sources == source)
            held_out[np.random.default_rng(5).permutation(places)[number::FOLDS]] = True
        return held_out


def read_photos(folder: Path) -> Photos:
    """The captioned and the labelled photos of a data folder: `captions.json` and `labels.json` lie in it."""
    rows = json.loads((folder / "captions.json").read_text(encoding="utf-8"))
    said = [(row["file"], [caption for caption in row["captions"] if can_be_read(caption)]) for row in rows]
    said = [(file, captions) for file, captions in said if captions]
    labels: dict[str, str] = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    named = [(file, [wording.format(label) for wording in WORDINGS]) for file, label in labels.items()]
    both = said + named
    return Photos(folder, [file for file, _ in both], [texts for _, texts in both], len(said))


def _source(file: str) -> str:
    folder, _, name = file.partition("/")
    return folder if folder != "more" else f"more/{name.split('_')[0]}"
