"""Names for photos out of their rows of meaning, and how sure each is.

A name is ranked by how far its cosine lies above the cosine from which the model calls it related at all. Over 390 photos with
captions, the first name stands in a caption for 62 % by that, for 48 % by the cosine alone, for 42 % by its place among photos.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.models.base import Relevance
from app.engine.types import Tag

Array = NDArray[np.float32]
SLOPE, OFFSET = 8.2, -1.7
"""Of the logistic curve from the excess of the built-in model to the share of names that a caption mentions, drawn through the
shares of seven ranges of excess: 13 % at 0.025, 44 % at 0.125, 55 % at 0.275, 86 % at 0.45."""
SURE = 0.4
"""From this score on a name is shown. Of 379 names shown so on captioned photos a caption mentions 58 %, from 0.6 on 73 %."""
MOST = 8
"""So many names a photo, at most."""
SYNONYM = 0.8
"""Of two names whose rows have this cosine only the surer one is shown."""


@dataclass(frozen=True, slots=True)
class Tagger:
    """`names` with their rows (n, length) of length 1 in the space of a model, and what a cosine with each is worth."""

    names: tuple[str, ...]
    rows: Array
    relevance: Sequence[Relevance]

    def scores(self, photos: Array) -> Array:
        """Rows of photos (m, length) of length 1 -> how sure each name is of each, (m, n), 0..1."""
        cut_offs = np.array([worth.cut_off for worth in self.relevance], np.float32)
        scores: Array = 1 / (1 + np.exp(-(SLOPE * (photos @ self.rows.T - cut_offs) + OFFSET)))
        return scores.astype(np.float32)

    def tags(self, photos: Array) -> list[tuple[Tag, ...]]:
        """The names to show for each photo, the surest first; none where nothing is sure enough."""
        return [self._shown(scores) for scores in self.scores(photos)]

    def _shown(self, scores: Array) -> tuple[Tag, ...]:
        kept: list[int] = []
        for which in np.argsort(-scores, kind="stable"):
            if scores[which] < SURE or len(kept) == MOST:
                break
            if not kept or float(np.max(self.rows[kept] @ self.rows[which])) < SYNONYM:
                kept.append(int(which))
        return tuple(Tag(self.names[which], round(float(scores[which]), 4)) for which in kept)
