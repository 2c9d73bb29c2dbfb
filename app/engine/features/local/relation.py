"""Whether one picture, or a part of it, lies in another, and how: proved by points whose places agree.

Points that look alike are paired; pairs that agree in turn and growth are fitted by one transform (turned, scaled and moved, then
in perspective); and the number of pairs that it explains must be far beyond chance, measured as in Moisan, Stival: A
probabilistic criterion to detect rigid point matches (IJCV 2004). What two different photos share by habit (a frame around them,
a text on them, a sign in the corner) is told from a piece by what lies between: there most of the picture has no pairs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.features.local.match import Pairs, agreeing, matched
from app.engine.features.local.outline import Points, Transform, clipped_box, corners, inside, is_sane, overlap, project
from app.engine.features.local.points import LocalFeatures
from app.engine.types import Box

FEWEST = 5
"""So many pairs must agree at least."""
LOOSE = 0.015
"""Points may lie so far from where the transform puts them, as a share of the photo's longer side."""
BEYOND_CHANCE = 5.0
"""Powers of ten by which the pairs must be more than chance explains."""
CELLS = 6
"""The part that both pictures show is divided into so many cells across and down."""
COVERED = 0.4
"""So many of the cells where both have points must have pairs. Crops of a twentieth of a photo have 0.44 or more in 95 % of
cases, larger ones 0.6; unrelated photos with pairs that agree have less than 0.15."""
MANY, SPARSELY_COVERED = 12, 0.2
"""With so many pairs a smaller share will do, as in views of one place from several sides,"""
UPRIGHT_COVERED = 0.55
"""but a larger one is needed, as long as nobody compares the pixels, where one picture only grows and moves to lie on the other:
so do frames, bars and texts on different photos, whatever their sizes."""
PERSPECTIVE = 8
"""From so many pairs on a perspective is looked for,"""
GAIN = 1.1
"""and taken where it explains so many times as many."""
TRIES, SURE = 2_000, 0.999
UPRIGHT = 2 / 3
"""The share of the pairs that growth and shift alone must explain."""
ROUNDS = 4
"""So often the growth and the shift are fitted anew, to the pairs that they explain."""


@dataclass(frozen=True, slots=True)
class LocalMatch:
    """How a query lies in a photo: `homography` (3, 3) leads from the query's pixels to the photo's.

    `outline` float64 (4, 2) are the corners of the query (or of its box) in the photo, `box` the rectangle around it, cut to the
    photo, `query_box` the part of the query that the photo shows. `angle`: degrees clockwise by which the photo's content,
    mirrored left to right first where it is `mirrored`, is turned to get the query's. `scale`: photo pixels per query pixel.
    `pairs` float32 (n, 4) are points in the query and in the photo, `covered` the share of cells with points of both that have
    pairs, `score` 0..1. `upright`: growth and shift alone explain most pairs. Where it is not `likely` too few of the points
    agree; where it is not `sure` it may be something that different photos share, unless the pixels prove it (see `proof`).
    """

    inliers: int
    homography: Transform
    outline: NDArray[np.float64]
    box: Box
    query_box: Box
    angle: float
    mirrored: bool
    scale: float
    pairs: NDArray[np.float32]
    covered: float
    score: float
    upright: bool
    likely: bool
    sure: bool


def relate(query: LocalFeatures, photo: LocalFeatures, box: Box | None = None, *, fewest: int = FEWEST) -> LocalMatch | None:
    """How the query, as it is or mirrored, lies in the photo; None where no more points agree than chance gives.

    `box` is the part of the query that is asked for, in its pixels. Whoever has no use for fewer pairs than `fewest` saves time.
    """
    part = box or (0, 0, *query.size)
    ways = [_Way.of(query, photo, fewest), _Way.of(query.mirrored(), photo, fewest)]
    flips = [np.eye(3), np.array([[-1, 0, query.size[0]], [0, 1, 0], [0, 0, 1]], np.float64)]
    first = int(len(ways[1].pairs) > len(ways[0].pairs))
    for number in (first, 1 - first):
        found = ways[number].proved(clipped_box(project(flips[number], corners(part)), query.size), photo)
        if found is not None:
            transform, pairs = found
            return _described(query, photo, pairs, transform @ flips[number], part, flipped=number == 1)
    return None


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to hold the query, as it is or mirrored: where the points of agreeing pairs lie in both pictures."""

    pairs: Pairs
    sources: Points
    targets: Points
    fewest: int

    @classmethod
    def of(cls, query: LocalFeatures, photo: LocalFeatures, fewest: int) -> _Way:
        pairs = matched(query, photo)
        if len(pairs) >= fewest:  # fewer prove nothing, whether they agree or not
            pairs = agreeing(query, photo, pairs)
        return cls(pairs, query.points[pairs.first].astype(np.float64), photo.points[pairs.second].astype(np.float64), fewest)

    def proved(self, part: Box, photo: LocalFeatures) -> tuple[Transform, Pairs] | None:
        """The transform and the pairs that it explains, where these are far more than chance would give."""
        if len(self.pairs) < self.fewest:
            return None
        reach = LOOSE * max(photo.size)
        fitted = _fit(self.sources, self.targets, reach, part)
        if fitted is None:
            return None
        transform, explained = fitted
        inliers = int(explained.sum())
        place = math.pi * reach**2 / (photo.size[0] * photo.size[1])
        if inliers < FEWEST or chance(len(self.pairs), inliers, place) > -BEYOND_CHANCE:
            return None
        return transform, self.pairs.only(explained)


def _described(
    query: LocalFeatures, photo: LocalFeatures, pairs: Pairs, transform: Transform, part: Box, *, flipped: bool
) -> LocalMatch:
    transform = np.asarray(transform / transform[2, 2], np.float64)
    shared = overlap(transform, part, photo.size)
    query_box = part if shared is None else clipped_box(project(_inverse(transform), shared), query.size)
    outline = project(transform, corners(part))
    x, y = corners(query_box).mean(axis=0).tolist()
    here, right = project(transform, np.array([(x, y), (x + 1, y)]))
    across, down = (here - right if flipped else right - here).tolist()
    turned = math.degrees(math.atan2(down, across))
    ends = np.concatenate([query.points[pairs.first], photo.points[pairs.second]], axis=1)
    covered = 0.0 if shared is None else _covered(query, photo, pairs, transform, query_box)
    upright = _upright(ends, LOOSE * max(photo.size), flipped=flipped)
    likely = covered >= (SPARSELY_COVERED if len(pairs) >= MANY else COVERED)
    return LocalMatch(
        inliers=len(pairs),
        homography=transform,
        outline=outline,
        box=clipped_box(outline, photo.size),
        query_box=query_box,
        angle=round(turned if flipped else -turned, 1) % 360,
        mirrored=flipped,
        scale=math.hypot(across, down),
        pairs=ends.astype(np.float32),
        covered=covered,
        score=round((1 - 0.5 ** (len(pairs) / 10)) * min(1.0, covered / COVERED), 4),
        upright=upright,
        likely=likely,
        sure=likely and not (upright and covered < UPRIGHT_COVERED),
    )


def _fit(sources: Points, targets: Points, reach: float, part: Box) -> tuple[Transform, NDArray[np.bool_]] | None:
    """The transform that explains most pairs, and which; None where there is no sane one."""
    import cv2

    best: tuple[Transform, NDArray[np.bool_]] | None = None
    rough, _ = cv2.estimateAffinePartial2D(
        sources, targets, method=cv2.RANSAC, ransacReprojThreshold=reach, maxIters=TRIES, confidence=SURE
    )
    if rough is not None:
        transform = np.vstack([rough, (0, 0, 1)]).astype(np.float64)
        best = (transform, _explained(transform, sources, targets, reach)) if is_sane(transform, part) else None
    if len(sources) >= PERSPECTIVE:
        found, _ = cv2.findHomography(sources, targets, cv2.USAC_MAGSAC, reach / 2, maxIters=TRIES, confidence=SURE)
        if found is not None and is_sane(bent := found.astype(np.float64), part):
            explained = _explained(bent, sources, targets, reach)
            if best is None or explained.sum() > GAIN * best[1].sum():
                best = (bent, explained)
    return best


def _explained(transform: Transform, sources: Points, targets: Points, reach: float) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = np.linalg.norm(project(transform, sources) - targets, axis=1) < reach
    return near


def chance(pairs: int, inliers: int, share: float) -> float:
    """Powers of ten of the number of fits as good as this that unrelated pairs would give.

    `share` is the share of the photo's area in which a point counts as being in its place.
    """
    if pairs <= 2:
        return math.inf
    choices = _log_choose(pairs, inliers) + _log_choose(inliers, 2) + math.log10(pairs - 2)
    return choices + (inliers - 2) * math.log10(share)


def _log_choose(n: int, k: int) -> float:
    return (math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)) / math.log(10)


def _covered(query: LocalFeatures, photo: LocalFeatures, pairs: Pairs, transform: Transform, query_box: Box) -> float:
    """Of the cells of the shared part where both pictures have points, the share with pairs."""
    seen = query.points[inside(project(transform, query.points), photo.size)]
    there = project(_inverse(transform), photo.points)
    both = _cells(seen, query_box) & _cells(there, query_box)
    paired = _cells(query.points[pairs.first], query_box)
    return len(paired & both) / max(1, len(both | paired))


def _inverse(transform: Transform) -> Transform:
    return np.asarray(np.linalg.inv(transform), np.float64)


def _cells(points: Points, box: Box) -> set[int]:
    """The cells of a box in which points (n, 2) lie."""
    cells = np.floor((points - np.array(box[:2])) / np.maximum(1, np.array(box[2:])) * CELLS)
    within = cells[((cells >= 0) & (cells < CELLS)).all(axis=1)]
    return set((within[:, 0] + CELLS * within[:, 1]).astype(int).tolist())


def _upright(ends: NDArray[np.float32], reach: float, *, flipped: bool) -> bool:
    """Whether growth and shift alone explain most of the pairs (n, 4) of a query, mirrored first or not, and a photo."""
    sources, targets = ends[:, :2] * np.array((-1 if flipped else 1, 1), np.float32), ends[:, 2:]
    explained = np.ones(len(ends), np.bool_)
    for _ in range(ROUNDS):
        middle, its_middle = sources[explained].mean(axis=0), targets[explained].mean(axis=0)
        here, there = sources - middle, targets - its_middle
        growth = float((here * there)[explained].sum()) / max(1e-9, float((here * here)[explained].sum()))
        again = np.linalg.norm(here * growth - there, axis=1) < reach
        if again.sum() < 2:
            return False
        explained = again
    return bool(explained.mean() >= UPRIGHT)
