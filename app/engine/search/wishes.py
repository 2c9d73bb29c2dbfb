"""Several rows to look for at once, as one row: words and pictures weighed against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.models.base import Relevance

Row = NDArray[np.float32]
WORDS = 3.0
"""How much more words count than pictures at an equal share: a picture is like another in everything at once. Measured on 540
questions "like this photo, but with ..." (bench_composed.py): mean average precision 0.25 for the sum with this weight, 0.20 with
equal ones, 0.22 for the words alone, 0.12 for the picture alone, 0.20 for two lists joined by rank."""
STEER = 0.5
"""How far a question is turned away from what is unwanted, to find enough that is not."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A row of length 1, and what the cosines of photos with it are worth."""

    row: Row
    relevance: Relevance


def compose(words: Sequence[Wish], pictures: Sequence[Wish], text_share: float = 0.5) -> Wish:
    """One wish out of at least one: the mean of the pictures' and the words' scores before they are bent to 0..1.

    A score is a straight line over the cosine, so the mean of several is a line over the cosine with one row.
    """
    parts = [(weight, wish) for weight, wish in _weighed(words, pictures, text_share) if weight > 0]
    if len(parts) == 1:
        return parts[0][1]
    steep = [weight / wish.relevance.width for weight, wish in parts]
    row: Row = np.array(steep, np.float32) @ np.stack([wish.row for _, wish in parts])
    length = max(1e-6, float(np.linalg.norm(row)))
    middle = sum(s * wish.relevance.middle for s, (_, wish) in zip(steep, parts, strict=True)) / length
    cut_off = sum(s * wish.relevance.cut_off for s, (_, wish) in zip(steep, parts, strict=True)) / length
    return Wish(row / np.float32(length), Relevance(middle, 1 / length, cut_off))


def steered(wish: Wish, unwanted: Sequence[Wish]) -> Row:
    """The row of a wish turned away from unwanted ones, of length 1."""
    row = wish.row / np.float32(wish.relevance.width)
    for away in unwanted:
        row = row - np.float32(STEER / away.relevance.width) * away.row
    turned: Row = row / np.float32(max(1e-6, float(np.linalg.norm(row))))
    return turned


def _weighed(words: Sequence[Wish], pictures: Sequence[Wish], text_share: float) -> list[tuple[float, Wish]]:
    """Every wish with its weight."""
    if not words or not pictures:
        return [(1 / len(words or pictures), wish) for wish in words or pictures]
    for_words, for_pictures = WORDS * text_share / len(words), (1 - text_share) / len(pictures)
    whole = WORDS * text_share + 1 - text_share
    return [*((for_words / whole, wish) for wish in words), *((for_pictures / whole, wish) for wish in pictures)]
