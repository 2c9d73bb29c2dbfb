"""What shall not be there: photos that show it are held back in every list, whichever facet found them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from app.engine.index.base import VectorIndex
from app.engine.search.fusion import Found, own_score
from app.engine.search.wishes import Wish
from app.engine.types import Closeness

HELD_BACK = 0.25
"""What is left of the score of a photo that is as close to something unwanted as a close hit to what was asked: no good hit."""
WIDER = 4
"""So many times more hits are looked at, since many of them may be held back."""

Left = Mapping[int, float]


def left_of(ids: Iterable[int], unwanted: Sequence[Wish], index: VectorIndex) -> Left:
    """For each photo that the index holds what is left of its score, 0..1.

    The square of the chance that it does not show the unwanted, for each of them. Of 30 questions such as "animal -dog" over 290
    photos 32 % of the first 20 showed what was unwanted, and 18 % with this; 92 % of the wanted ones are still among them. Taking
    the unwanted off along its direction left as many unwanted ones and 85 % of the wanted.
    """
    asked = np.array(sorted(set(ids)), np.int64)
    left: dict[int, float] = {}
    for wish in unwanted:
        found, cosines = index.search(wish.row, len(asked), asked)
        shares = (1 - wish.relevance.score(cosines)) ** 2
        for photo_id, share in zip(found.tolist(), shares.tolist(), strict=True):
            left[photo_id] = left.get(photo_id, 1.0) * share
    return left


def hold_back(found: Sequence[Found], left: Left) -> list[Found]:
    """A list in its new order, with new ranks and scores."""
    shares = [left.get(item.photo_id, 1.0) for item in found]
    order = sorted(range(len(found)), key=lambda n: -own_score(found[n]) * shares[n])
    held = []
    for rank, n in enumerate(order, 1):
        item, share = found[n], shares[n]
        reason = replace(item.reason, rank=rank, score=round(own_score(item) * share, 4))
        held.append(Found(item.photo_id, reason, Closeness.FAR if share <= HELD_BACK else item.closeness))
    return held
