"""What shall not be there: photos that show it come later, and those that clearly do are held back, whichever facet found them.

Measured on 30 questions such as "animal -dog" over 290 photos (bench_minus.py), by the share of the first 20 that show what was
unwanted, and the share of the wanted photos among the first 20 that stayed there: 31 % show it when nothing is done; taking it
off along its own direction leaves 18 % and keeps 88 %; this leaves 11 % and keeps 85 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.engine.index.base import VectorIndex
from app.engine.search.fusion import Found, own_score
from app.engine.search.wishes import Wish
from app.engine.types import Closeness

LESS = 0.4
"""How much being more like unwanted words than other photos counts against a photo, beside what it is asked for."""
HELD_BACK = 0.25
"""What is left of the score of a photo that is as close to something unwanted as a close hit to what was asked: no good hit."""
WIDER = 4
"""So many times more hits are looked at, since many of them may be held back."""

_PEOPLE = ("people", "person", "a man", "a woman", "a child", "a player", "a group of people")
WORDINGS = dict.fromkeys(("people", "person", "persons", "human", "humans", "anybody", "anyone"), _PEOPLE)
"""Words that stand for so much that one of them alone says little: the mean of these tells photos with people from others with an
area under the curve of 0.83, "people" alone with 0.70."""

Left = Mapping[int, float]


class Unwanted:
    """What shall not be there, as words or pictures in the space of meaning. Cosines that were asked for are remembered."""

    def __init__(self, words: Sequence[Wish], pictures: Sequence[Wish], index: VectorIndex) -> None:
        self.words = tuple(words)
        self._wishes = (*words, *pictures)
        self._index = index
        self._ids = np.empty(0, np.int64)
        self._cosines = np.empty((len(self._wishes), 0), np.float32)

    def cosines(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosines of photos with each of the words, then the pictures, (m, n); -1 for a photo without a row."""
        new = np.setdiff1d(ids, self._ids)
        if len(new):
            fresh = np.full((len(self._wishes), len(new)), -1, np.float32)
            for which, wish in enumerate(self._wishes):
                found, cosines = self._index.search(wish.row, len(new), new)
                fresh[which, np.searchsorted(new, found)] = cosines
            order = np.argsort(joined := np.concatenate([self._ids, new]))
            self._ids, self._cosines = joined[order], np.concatenate([self._cosines, fresh], axis=1)[:, order]
        return self._cosines[:, np.searchsorted(self._ids, ids)]

    def lessened(self, wish: Wish, ids: NDArray[np.int64], cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosines with a wish, less for photos that are more like the unwanted words than the median of these photos is."""
        less = cosines.copy()
        for away, others in zip(self.words, self.cosines(ids), strict=False):
            less -= LESS * wish.relevance.width / away.relevance.width * (others - np.median(others))
        return less

    def left_of(self, ids: Iterable[int]) -> Left:
        """What is left of the score of each photo, 0..1: the square of the chance that it does not show the unwanted."""
        asked = np.array(sorted(set(ids)), np.int64)
        left = np.ones(len(asked), np.float32)
        for wish, cosines in zip(self._wishes, self.cosines(asked), strict=True):
            left *= (1 - wish.relevance.score(cosines)) ** 2
        return dict(zip(asked.tolist(), left.tolist(), strict=True))


def hold_back(found: Sequence[Found], left: Left) -> list[Found]:
    """A list in its new order, with new ranks and scores; what had one rank and still has one score stays level."""
    order = sorted(range(len(found)), key=lambda n: -own_score(found[n]) * left[found[n].photo_id])
    held: list[Found] = []
    before: Found | None = None
    for at, n in enumerate(order, 1):
        item, share = found[n], left[found[n].photo_id]
        score = round(own_score(item) * share, 4)
        level = before is not None and before.reason.rank == item.reason.rank and held[-1].reason.score == score
        rank = held[-1].reason.rank if level else at
        closeness = Closeness.FAR if share <= HELD_BACK else item.closeness
        held.append(replace(item, reason=replace(item.reason, rank=rank, score=score), closeness=closeness))
        before = item
    return held
