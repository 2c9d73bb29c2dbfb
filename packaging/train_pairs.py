"""Training one pair of networks, a picture's and a sentence's, so that a photo lies near what is said of it.

The loss is the symmetric one of CLIP (Radford et al. 2021) over large batches. Names of classes are trained on as well: with
photos that the tower is sure of, and with photos moved, the shortest way in the tower's own space, to where it is sure of one.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from train_data import Photos
from train_nets import Fields, ImageHead, TextHead
from train_words import Words

from app.engine.models.class_table import ClassTable
from app.engine.models.heads import CLIP

SOME_FIELDS = 1000
"""Photos that the spread of their fields is taken from."""
Numbers = NDArray[np.int64]
Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Settings:
    """How a pair is trained. `labelled`: share of the labelled photos used in each round; `moved`, `sure`: photos a round."""

    length: int = 512
    hidden: int = 1024
    text_hidden: int = 768
    word: int = 128
    rounds: int = 26
    batch: int = 1024
    rate: float = 1e-3
    decay: float = 0.1
    dropped_in: float = 0.3
    dropped: float = 0.5
    text_dropped: float = 0.3
    word_dropped: float = 0.2
    labelled: float = 0.4
    moved: int = 4000
    sure: int = 3000
    fields_dropped: float = 0.15
    """Share of the photos that are shown without their fields; moved ones have none."""
    alike: float = 0.9
    """Texts nearer to each other than this are not told apart."""


@dataclass(frozen=True)
class Standard:
    """Makes inputs of what is seen: the row of class words beside it, each column less its mean and over its deviation."""

    table: ClassTable
    middle: Rows
    spread: Rows

    def __call__(self, seen: Rows, logits: Rows) -> Tensor:
        """Seen (n, 3008) and logits (n, 1000) -> (n, 3392)."""
        rows = np.concatenate([seen, self.table.mix(logits)], axis=1)
        return torch.from_numpy(((rows - self.middle) / self.spread).clip(-CLIP, CLIP).astype(np.float32))


@dataclass(frozen=True)
class Mover:
    """Moves photos to where the tower is sure of a class. `weight` (1000, 1280), `toward` (1280, 1000): the shortest ways."""

    seen: NDArray[np.float16]
    weight: Rows
    bias: Rows
    toward: Rows

    def __call__(self, rng: np.random.Generator, photos: Numbers, classes: Numbers) -> tuple[Rows, Rows]:
        """What would be seen (n, width) and its logits (n, 1000); the class leads by 0 to 5."""
        seen = self.seen[photos].astype(np.float32)
        pooled, way = seen[:, : self.weight.shape[1]], self.toward[:, classes].T
        logits = pooled @ self.weight.T + self.bias
        lead = logits.max(axis=1) + rng.uniform(0, 5, len(classes)) - logits[np.arange(len(classes)), classes]
        step = lead.clip(0) / (self.weight[classes] * way).sum(axis=1)
        seen[:, : self.weight.shape[1]] = (pooled + step[:, None] * way).clip(0, 6)
        return seen, seen[:, : self.weight.shape[1]] @ self.weight.T + self.bias


@dataclass(frozen=True)
class Material:
    """What is trained on: photos, the inputs of each view (n, width), the texts of each photo and each class by number."""

    photos: Photos
    views: list[Tensor]
    fields: list[NDArray[np.float16]]
    """Of each view (n, 81, 352)."""
    texts: list[Numbers]
    class_texts: list[Numbers]
    words: Words
    places: NDArray[np.int64]
    """For each piece of the vocabulary its place among those that are learned, from 1; 0 for the others."""
    logits: Rows
    """Of each photo (n, 1000)."""
    standard: Standard
    mover: Mover

    def pair(self, settings: Settings) -> Pair:
        """A new pair for this material."""
        some = self.fields[0][:: max(1, len(self.fields[0]) // SOME_FIELDS)].astype(np.float32)
        middle, spread = some.mean(axis=(0, 1)), some.std(axis=(0, 1)) + np.float32(1e-3)
        return Pair(self.views[0].shape[1], int(self.places.max()), Fields(middle, spread), settings)

    def fields_of(self, photos: Numbers, views: Numbers) -> Tensor:
        """The fields (n, 81, 352) of views of photos."""
        found = np.stack([self.fields[view][photo] for photo, view in zip(photos, views, strict=True)])
        return torch.from_numpy(found.astype(np.float32))

    def moved(self, rng: np.random.Generator, photos: Numbers, classes: Numbers) -> Tensor:
        """The inputs (n, width) of photos moved to classes."""
        return self.standard(*self.mover(rng, photos, classes))


@dataclass(frozen=True, slots=True)
class Round:
    """What is gone through once: inputs (n, width), texts by number, and which photos must not be told apart (same group).

    `photos` (n,) and `views` (n,) say whose fields belong to the inputs; -1 where none do.
    """

    inputs: Tensor
    photos: Numbers
    views: Numbers
    texts: Numbers
    groups: Numbers


class Pair(nn.Module):
    """The two networks and how sharply they are compared."""

    def __init__(self, width: int, known: int, fields: Fields, settings: Settings) -> None:
        super().__init__()
        self.image = ImageHead(width, settings.length, settings.hidden, settings.dropped_in, settings.dropped, fields)
        self.text = TextHead(known, settings.length, settings.text_hidden, settings.word, settings.text_dropped)
        self.sharpness = nn.Parameter(torch.tensor(math.log(20.0)))

    def loss(self, inputs: tuple[Tensor, Tensor, Tensor], texts: tuple[Tensor, Tensor, Tensor], same: Tensor) -> Tensor:
        """Of a batch; pairs in `same` (n, n) are not told apart."""
        with torch.autocast("cpu", torch.bfloat16):
            photos, said = self.image(*inputs), self.text(*texts)
        cosines = self.sharpness.exp().clamp(max=100) * photos.float() @ said.float().T
        cosines, own = cosines.masked_fill(same, -1e4), torch.arange(len(photos))
        return (functional.cross_entropy(cosines, own) + functional.cross_entropy(cosines.T, own)) / 2


def train_pair(material: Material, chosen: Numbers, settings: Settings, seed: int) -> Pair:
    """A pair trained on the chosen photos; its weights are averaged over the second half of the way."""
    torch.manual_seed(seed)
    rng, started = np.random.default_rng(seed), time.monotonic()
    pair = material.pair(settings)
    optimizer = torch.optim.AdamW(_groups(pair, settings.decay), lr=settings.rate, betas=(0.9, 0.98))
    average = torch.optim.swa_utils.AveragedModel(pair, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.98))
    for number in range(settings.rounds):
        one = _round(material, chosen, settings, rng)
        batches = len(one.texts) // settings.batch
        for step, inputs, texts, same in _batches(material, one, settings, rng):
            done = (number + step / batches) / settings.rounds
            for group in optimizer.param_groups:
                group["lr"] = settings.rate * min(1, done * settings.rounds / 4) * (0.5 + 0.5 * math.cos(math.pi * done)) + 1e-6
            optimizer.zero_grad()
            loss = pair.loss(inputs, texts, same)
            loss.backward()
            optimizer.step()
            if done > 0.5:
                average.update_parameters(pair)
        print(f"  round {number + 1}: loss {loss.item():.3f}, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    found = average.module.eval()
    assert isinstance(found, Pair)
    return found


def _groups(pair: Pair, decay: float) -> list[dict[str, object]]:
    """Matrices shrink; learned words and single numbers do not."""
    named = list(pair.named_parameters())
    shrinks = [value.ndim > 1 and not name.endswith("words.weight") for name, value in named]
    return [
        {"params": [v for (_, v), s in zip(named, shrinks, strict=True) if s], "weight_decay": decay},
        {"params": [v for (_, v), s in zip(named, shrinks, strict=True) if not s], "weight_decay": 0.0},
    ]


def _round(material: Material, chosen: Numbers, settings: Settings, rng: np.random.Generator) -> Round:
    """Every captioned photo once with one of its captions, some labelled ones, and class names."""
    captioned, labelled = chosen[chosen < material.photos.captioned], chosen[chosen >= material.photos.captioned]
    labelled = rng.choice(labelled, int(len(labelled) * settings.labelled), replace=False)
    surest = _shares(material.logits[chosen])
    sure = chosen[surest.max(axis=1) > 0.5]
    sure = rng.choice(sure, min(settings.sure, len(sure)), replace=False)
    own = np.concatenate([captioned, labelled, sure])
    classes = np.concatenate([material.logits[sure].argmax(axis=1), rng.integers(0, 1000, settings.moved)])
    views = rng.integers(0, len(material.views), len(own))
    inputs = torch.empty(len(own), material.views[0].shape[1])
    for number, view in enumerate(material.views):
        inputs[torch.from_numpy(views == number)] = view[torch.from_numpy(own[views == number])]
    moved = material.moved(rng, rng.choice(chosen, settings.moved), classes[len(sure) :])
    told = [material.texts[n] for n in np.concatenate([captioned, labelled])] + [material.class_texts[c] for c in classes]
    groups = np.concatenate([-1 - captioned, 10_000 + np.array([material.texts[n][0] for n in labelled], int), classes])
    own[rng.random(len(own)) < settings.fields_dropped] = -1
    own = np.concatenate([own, np.full(len(moved), -1)])
    views = np.concatenate([views, np.zeros(len(moved), np.int64)])
    return Round(torch.cat([inputs, moved]), own, views, np.array([rng.choice(texts) for texts in told]), groups)


def _batches(
    material: Material, one: Round, settings: Settings, rng: np.random.Generator
) -> Iterator[tuple[int, tuple[Tensor, Tensor, Tensor], tuple[Tensor, Tensor, Tensor], Tensor]]:
    order, means = rng.permutation(len(one.texts)), torch.from_numpy(material.words.means)
    for step, start in enumerate(range(0, len(order) - settings.batch + 1, settings.batch)):
        some = order[start : start + settings.batch]
        tokens, present, pieces = material.words.batch(one.texts[some])
        known = material.places[pieces] * (rng.random(pieces.shape) > settings.word_dropped)
        said, groups = means[one.texts[some]], torch.from_numpy(one.groups[some])
        same = (groups[:, None] == groups) | (said @ said.T > settings.alike)
        there = one.photos[some] >= 0
        fields = material.fields_of(one.photos[some][there], one.views[some][there])
        inputs = one.inputs[some], fields, torch.from_numpy(there)
        yield step, inputs, (tokens, present, torch.from_numpy(known)), same.fill_diagonal_(False)


def _shares(logits: Rows) -> Rows:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    found: Rows = powers / powers.sum(axis=1, keepdims=True)
    return found
