"""Names for photos out of their rows of meaning, and how sure each is.

A name is ranked by how far its cosine lies above the cosine from which the model calls it related at all. Over 390 photos with
captions, the first name stands in a caption for 62 % by that, for 48 % by the cosine alone, for 42 % by its place among photos.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.labels import Tag
from app.engine.tags.lessons import Lesson
from app.engine.tags.names import Names

Array = NDArray[np.float32]
SLOPE, OFFSET = 0.82, -1.7
"""Of the logistic curve from the excess in widths of the built-in model to the share of names that a caption mentions, drawn
through the shares of seven ranges of excess: 13 % at 0.25 widths, 44 % at 1.25, 55 % at 2.75, 86 % at 4.5."""
SURE = 0.5
"""From this score on a name is shown. Of 218 names shown so on 390 photos with captions, a caption has 68 % word for word; on 600
photos of 100 kinds of things, 95 % of the kinds shown are right, for 13 % of the photos (tests/bench/bench_tags.py)."""
MOST = 8
"""So many names a photo, at most."""
SYNONYM = 0.8
"""Of two names whose rows have this cosine only the surer one is shown."""


@dataclass(frozen=True, slots=True)
class Tagger:
    """Names in the space of a model, and what was learned of some of them, by name without case."""

    names: Names
    lessons: Sequence[Lesson] = ()

    def scores(self, photos: Array) -> tuple[tuple[str, ...], Array]:
        """Rows of photos (m, length) of length 1 -> names, those of lessons among them, and how sure each is, (m, n), 0..1."""
        names = self.names
        odds = SLOPE * (photos @ names.rows.T - names.cut_offs) / names.widths + OFFSET
        places = {name.casefold(): place for place, name in enumerate(names.names)}
        own = [lesson for lesson in self.lessons if lesson.name.casefold() not in places]
        for lesson in self.lessons:
            if lesson.name.casefold() in places:
                odds[:, places[lesson.name.casefold()]] += lesson.shift(photos)
        odds = np.concatenate([odds, *((OFFSET + lesson.shift(photos))[:, None] for lesson in own)], axis=1)
        return (*names.names, *(lesson.name for lesson in own)), _logistic(odds)

    def score(self, name: str, photos: Array) -> Array:
        """How sure one name is of each photo (m)."""
        folded = name.casefold()
        here = [place for place, known in enumerate(self.names.names) if known.casefold() == folded]
        lessons = [lesson for lesson in self.lessons if lesson.name.casefold() == folded]
        only = Tagger(self.names.some(here), lessons)
        _, scores = only.scores(photos)
        return scores[:, 0] if scores.shape[1] else np.zeros(len(photos), np.float32)

    def tags(self, photos: Array) -> list[tuple[Tag, ...]]:
        """The names to show for each photo, the surest first; none where nothing is sure enough."""
        names, scores = self.scores(photos)
        return [self._shown(names, of_photo) for of_photo in scores]

    def _shown(self, names: Sequence[str], scores: Array) -> tuple[Tag, ...]:
        sure = np.flatnonzero(scores >= SURE)
        kept: list[int] = []
        for which in sure[np.argsort(-scores[sure], kind="stable")].tolist():
            if not self._is_synonym(which, kept):
                kept.append(which)
            if len(kept) == MOST:
                break
        return tuple(Tag(names[which], round(float(scores[which]), 4)) for which in kept)

    def _is_synonym(self, which: int, kept: Sequence[int]) -> bool:
        """Names of people's own are like no other."""
        rows = self.names.rows
        others = [other for other in kept if other < len(rows)]
        return which < len(rows) and bool(others) and float(np.max(rows[others] @ rows[which])) >= SYNONYM


def _logistic(odds: Array) -> Array:
    scores: Array = (1 / (1 + np.exp(-odds))).astype(np.float32)
    return scores
