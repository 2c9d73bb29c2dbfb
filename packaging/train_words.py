"""Every text that the training uses, read once by the sentence encoder and kept piece by piece."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from make_class_table import classes
from numpy.typing import NDArray

from app.engine.models.text_encoder import LENGTH, SentenceEncoder, readable

LONGEST = 32
"""Pieces of a sentence that are trained on."""
TOGETHER = 16
WORDINGS = ("{}", "a photo of a {}", "a photo of a {}.")


@dataclass(frozen=True)
class Words:
    """Texts by number: `pieces` (all pieces of all texts), `tokens` (all, 384) float16, text i at `starts[i] : starts[i + 1]`."""

    number: dict[str, int]
    pieces: NDArray[np.int32]
    tokens: NDArray[np.float16]
    starts: NDArray[np.int64]

    def of(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """The numbers of texts."""
        return np.array([self.number[readable(text)] for text in texts])

    @cached_property
    def means(self) -> NDArray[np.float32]:
        """The ordinary sentence embeddings (n, 384), of length 1."""
        sums = np.add.reduceat(self.tokens.astype(np.float32), self.starts[:-1], axis=0)
        found: NDArray[np.float32] = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return found

    def batch(self, numbers: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor, NDArray[np.int32]]:
        """For texts by number: tokens (n, t, 384), which of them are there (n, t), and their pieces (n, t), 0 where none is."""
        lengths = np.minimum(self.starts[numbers + 1] - self.starts[numbers], LONGEST)
        steps = np.arange(lengths.max())
        there = steps < lengths[:, None]
        places = np.minimum(self.starts[numbers][:, None] + steps, len(self.pieces) - 1)
        tokens = torch.from_numpy(self.tokens[places].astype(np.float32))
        return tokens, torch.from_numpy(there), self.pieces[places] * there


def can_be_read(text: str) -> bool:
    """Whether the sentence encoder takes it."""
    return any(sign.isalpha() and sign.isascii() for sign in text)


def read_words(texts: Sequence[str], cache: Path) -> Words:
    """All texts (each once), from the cache where they were read before."""
    plain = list(dict.fromkeys(readable(text) for text in texts))
    name = hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:16]
    file = cache / f"words-{name}.npz"
    if not file.is_file():
        _read_all(plain, file)
    with np.load(file) as kept:
        return Words({text: n for n, text in enumerate(plain)}, kept["pieces"], kept["tokens"], kept["starts"])


def _read_all(texts: Sequence[str], file: Path) -> None:
    """Texts of one length go together: nothing is padded, and it is faster than one by one."""
    encoder, started = SentenceEncoder(), time.monotonic()
    pieces = [encoder.pieces(text) for text in texts]
    found: list[NDArray[np.float16]] = [np.empty((0, LENGTH), np.float16)] * len(texts)
    order = sorted(range(len(texts)), key=lambda n: len(pieces[n]))
    groups = np.split(order, 1 + np.flatnonzero(np.diff([len(pieces[n]) for n in order])))
    for group in groups:
        for start in range(0, len(group), TOGETHER):
            some = group[start : start + TOGETHER]
            for number, tokens in zip(some, encoder.tokens(np.stack([pieces[n] for n in some])), strict=True):
                found[number] = tokens.astype(np.float16)
        print(f"  texts of {len(pieces[group[0]])} pieces read, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    starts = np.concatenate([[0], np.cumsum([len(each) for each in pieces])])
    np.savez(file, pieces=np.concatenate(pieces).astype(np.int32), tokens=np.concatenate(found), starts=starts)


def class_words() -> list[list[str]]:
    """For each of the 1,000 classes the texts that mean it: its names in several wordings, and its definition."""
    return [
        [wording.format(name) for name in names for wording in WORDINGS] + [f"a photo of a {names[0]}, {meant}."]
        for names, meant in classes()
    ]
