"""How photos of the library lie in each other, from what is stored: for finding duplicates, cheap enough for every new photo."""

from __future__ import annotations

import numpy as np

from app.engine.features.local.packing import unpack
from app.engine.features.local.points import LocalFeatures
from app.engine.features.local.relation import LocalMatch, relate
from app.engine.library.catalog import Catalog
from app.engine.search.pieces import Pieces

MOST = 12
"""So many of the photos with most votes are proved."""
ASKING = 120
"""So many points vote: those of a copy are many."""


class PartRelations:
    """Proved relations only. They are of points alone: who can, compares pixels too where a match is `laid`."""

    def __init__(self, catalog: Catalog, pieces: Pieces) -> None:
        self._catalog = catalog
        self._pieces = pieces

    def between(self, first: int, second: int) -> LocalMatch | None:
        """How the photo `first` lies in the photo `second`; None where nothing proves it, or one was not read for points."""
        points = self._points([first, second])
        return _sure(points[first], points[second]) if len(points) == 2 else None

    def of(self, photo_id: int) -> list[tuple[int, LocalMatch]]:
        """Other photos that this one lies in, or that lie in it, with how it lies in them; the surest first."""
        asked = self._points([photo_id]).get(photo_id)
        if asked is None or not len(asked):
            return []
        voted, _ = self._pieces.index(self._catalog).vote(asked.descriptors[:ASKING], MOST + 1, None)
        others = self._points([int(other) for other in voted if other != photo_id])
        found = [(other, match) for other, points in others.items() if (match := _sure(asked, points))]
        return sorted(found, key=lambda pair: (-pair[1].inliers, pair[0]))

    def _points(self, photo_ids: list[int]) -> dict[int, LocalFeatures]:
        ids, rows = self._pieces.rows(np.array(photo_ids, np.int64))
        return {int(photo_id): unpack(row) for photo_id, row in zip(ids, rows, strict=True)}


def _sure(first: LocalFeatures, second: LocalFeatures) -> LocalMatch | None:
    match = relate(first, second)
    return match if match is not None and match.sure else None
