"""From near points to photos: each point of a query gives its neighbors' photos a vote that says how much nearer they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.engine.index.base import Found, nothing
from app.engine.index.local_points import Near, photos_of

NEIGHBORS = 32
"""So many neighbors of each point vote; the last one says how near a point is by chance."""
CHANCE = 0.2
"""Squared distance of a chance neighbor where there are too few points to tell."""
CERTAIN = 0.1
"""Squared distance up to which a neighbor is no chance, even if very many are as near: the same photo kept many times.

Half of the true neighbors in real photos that were cut or edited lie within 0.01, nine tenths within 0.07; of a million points
the 24th neighbor lies at 0.19 in the median.
"""
USUAL_POINTS = 100
"""A photo with fewer points is weighed like one with so many, lest a handful of points win by chance."""


def tally(near: Near) -> Found:
    """Photos and what the votes for them add up to, in rising order of ids.

    A vote is what the distance leaves of that of a chance neighbor (Jegou, Douze, Schmid, "Exploiting descriptor distances for
    precise image search", 2011). A point of the query votes once for a photo and a point of a photo is voted for once, and a
    query point that is like many photos counts less (the same authors, "On the burstiness of visual elements", CVPR 2009).
    """
    distances, points = near
    if not points.size:
        return nothing()
    there = points >= 0
    chance = np.where(there[:, -1], distances[:, -1], CHANCE)[:, None]
    weights: NDArray[np.float32] = (1 - np.where(there, distances, np.inf) / np.maximum(chance, CERTAIN)).astype(np.float32)
    asker, place = np.nonzero(weights > 0)  # by query point, the nearest first
    weight, point = weights[asker, place], points[asker, place]
    ids, photo = np.unique(photos_of(point), return_inverse=True)
    _, first = np.unique(asker * len(ids) + photo, return_index=True)
    weight, point, photo, asker = weight[first], point[first], photo[first], asker[first]
    votes = weight**2 / np.sqrt(np.bincount(asker, weight**2, len(points))[asker])
    strongest = np.argsort(-votes, kind="stable")
    _, first = np.unique(point[strongest], return_index=True)
    kept = strongest[first]
    return ids, np.bincount(photo[kept], votes[kept], len(ids)).astype(np.float32)


def above_chance(votes: NDArray[np.float32], counts: NDArray[np.int32], points: int) -> NDArray[np.float32]:
    """How far the votes (m,) of photos with so many points each are above those of chance, in its deviations but for a factor.

    `points` are those of all photos that were searched. Nearly all votes fall by chance, on photos with many points the more.
    """
    expected = votes.sum() / max(1, points) * counts
    scores: NDArray[np.float32] = ((votes - expected) / np.sqrt(np.maximum(counts, USUAL_POINTS))).astype(np.float32)
    return scores
