"""Reciprocal rank fusion: several ranked lists become one; a photo that several lists hold rises.

Cormack, Clarke, Buettcher: Reciprocal Rank Fusion outperforms Condorcet and individual rank learning methods (SIGIR 2009).
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from app.engine.types import Closeness, Facet, Reason

RANK_OFFSET = 60
DEPTH = 200
"""How far down each list counts."""
WEAK_SHARE = 0.25
BESIDE = 0.3
"""A facet that counts less than this share of the heaviest one that answered orders photos, but makes none a good match."""
ONLY_COPIES = (Facet.COPY, Facet.CROP)
"""These say nothing of photos that are no copies; so what they weigh makes no other facet light."""
NEARNESS = (Closeness.FAR, Closeness.LOOSE, Closeness.CLOSE, Closeness.VERY_CLOSE)
"""From the farthest to the nearest."""


@dataclass(frozen=True, slots=True)
class Found:
    """One photo in one facet's list, and how near it is by that facet's own limits. `sure`: how much of a vote it is, 0..1."""

    photo_id: int
    reason: Reason
    closeness: Closeness
    sure: float = 1.0

    @property
    def weak(self) -> bool:
        """Whether it is below the facet's relevance cut-off."""
        return self.closeness is Closeness.FAR


@dataclass(frozen=True, slots=True)
class Fused:
    """One photo in the joined list, with a score of 0..1 within this answer; `closeness` None: nothing says how near it is."""

    photo_id: int
    score: float
    closeness: Closeness | None
    reasons: tuple[Reason, ...]

    @property
    def weak(self) -> bool:
        """Whether it is below every facet's relevance cut-off."""
        return self.closeness is Closeness.FAR


def fuse(lists: Sequence[Sequence[Found]], weights: Mapping[Facet, float]) -> list[Fused]:
    """Join ranked lists, best first. A single list keeps its own order and scores.

    A weak place counts a quarter: a list in which nothing fits must not outvote one that is sure. A facet of weight 0 has no say;
    one without a weight has 1. A photo is as near as the facet says that is surest of it, light ones left aside.
    """
    heard = [(weights.get(found[0].reason.facet, 1.0), found) for found in lists if found]
    heard = [(weight, found) for weight, found in heard if weight > 0]
    if len(heard) == 1:
        return [Fused(f.photo_id, own_score(f), f.closeness, (f.reason,)) for f in heard[0][1]]
    scores: dict[int, float] = {}
    reasons: dict[int, list[Reason]] = {}
    nearest: dict[int, int] = {}
    heaviest = max((weight for weight, found in heard if found[0].reason.facet not in ONLY_COPIES), default=0.0)
    for weight, found in heard:
        light = weight < BESIDE * heaviest and found[0].reason.facet not in ONLY_COPIES
        for item in found:
            share = weight * item.sure * (WEAK_SHARE if item.weak else 1.0) / (RANK_OFFSET + item.reason.rank)
            scores[item.photo_id] = scores.get(item.photo_id, 0.0) + share
            reasons.setdefault(item.photo_id, []).append(item.reason)
            near = 0 if light else NEARNESS.index(item.closeness)
            nearest[item.photo_id] = max(near, nearest.get(item.photo_id, 0))
    full = sum(weight for weight, _ in heard) / (RANK_OFFSET + 1)
    ordered = sorted(scores, key=lambda i: (-scores[i], i))
    return [Fused(i, min(1.0, scores[i] / full), NEARNESS[nearest[i]], tuple(reasons[i])) for i in ordered]


def without(found: Sequence[Found], photo_ids: Container[int | None]) -> list[Found]:
    """A list without some photos; those behind them move up, and those of one rank stay level."""
    gone = [item.reason.rank for item in found if item.photo_id in photo_ids]
    kept = [(item, item.reason.rank) for item in found if item.photo_id not in photo_ids]
    return [replace(item, reason=replace(item.reason, rank=rank - sum(up < rank for up in gone))) for item, rank in kept]


def own_score(found: Found) -> float:
    """The score that a facet gave a photo, or one that falls with its rank."""
    return found.reason.score if found.reason.score is not None else 1.0 / found.reason.rank
