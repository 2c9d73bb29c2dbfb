"""Which photos of the library show a part of each other, from what is stored: points propose it, thumbnails prove it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from app.engine.features.copy import HASH_BYTES, NEAR, CopyExtractor, turned_bits
from app.engine.features.local.pixels import Sameness, sameness
from app.engine.features.local.points import LocalFeatures
from app.engine.features.local.proof import proved
from app.engine.features.local.relation import LocalMatch, relate
from app.engine.library.catalog import Catalog
from app.engine.library.parts import PartPair
from app.engine.library.store import Library
from app.engine.search.pieces import Pieces
from app.engine.search.stored_pictures import thumbnail_of
from app.engine.types import PhotoRow

VOTED = 48
"""So many of the photos with most votes are thought of."""
PROVED = 6
"""So many of these are proved: of copies that find each other first the one that most of them are near to,"""
FIRST = 3
"""and so many of those with most votes: the photo that a part was cut out of may have no copies where others have many."""
ENOUGH = 2
"""With so many pairs a photo has found its kin: the others of these find it themselves, or stand beside them."""
ASKING = 120
"""So many points vote: those of a copy are many."""
SAME, SAME_FROM = 0.85, 12
SURELY_SAME, SURE_FROM, MIDDLE = 0.78, 40, 0.95
"""The share of squares that are the same from which two pictures are of one, with so many points that agree; or a smaller share
with many more points and a higher middle, as under a text. Of 12,074 pairs of edits of one photo 95 % pass, of 96 pairs of views
of one place, which have points that agree, none: the nearest has 0.84 with 10 points."""

Settled = Callable[[Sequence[PhotoRow]], bool]


class PartRelations:
    """Relations of photos that were read for points. Several threads may ask `of`, while nothing else uses the catalogue."""

    def __init__(self, library: Library, catalog: Catalog, pieces: Pieces) -> None:
        self._library = library
        self._catalog = catalog
        self._pieces = pieces
        self._one_reads = Lock()  # the catalogue has one connection

    def ready(self, seconds: float) -> bool:
        """Whether `of` would not take long; what has to be made first is made in the background, and waited for so long."""
        return self._pieces.ready(self._catalog, seconds)

    def between(self, first: int, second: int) -> LocalMatch | None:
        """How the photo `first` lies in the photo `second` by their points; None where nothing proves it, or one was not read."""
        points = self._points([first, second])
        match = relate(points[first], points[second]) if len(points) == 2 else None
        if match is None:
            return None
        with self._one_reads:
            rows = self._catalog.rows_of([first, second])
        shown = [thumbnail_of(self._library, rows[photo_id]) if photo_id in rows else None for photo_id in (first, second)]
        match = proved(match, *shown)
        return match if match.sure else None

    def of(self, photo_id: int, settled: Settled = lambda _copies: False) -> list[PartPair]:
        """Pairs of a photo with others that show a part of it, or that it shows a part of; not those that its hash finds.

        `settled` says whether one of some photos was related already. They are copies of this one, as hashes have it, and no
        smaller: what lies in them lies in this one, too, and need not be proved again. Called by one thread at a time.
        """
        asked = self._points([photo_id]).get(photo_id)
        if asked is None or not len(asked):
            return []
        for points in (asked, asked.mirrored()):
            own, others = self._rows(photo_id, self._voted(points))
            if own is None or not others:
                continue
            near = self._near([own, *others])
            copies = [row for row, is_near in zip(others, near[0, 1:], strict=True) if is_near and _pixels(row) >= _pixels(own)]
            with self._one_reads:
                if settled(copies):
                    return []
            if pairs := self._proved(own, others, near, points):
                return pairs
        return []

    # ---- inside

    def _rows(self, photo_id: int, voted: Sequence[int]) -> tuple[PhotoRow | None, list[PhotoRow]]:
        with self._one_reads:
            rows = self._catalog.rows_of([photo_id, *voted])
        return rows.get(photo_id), [rows[other] for other in voted if other in rows and other != photo_id]

    def _proved(self, own: PhotoRow, others: Sequence[PhotoRow], near: NDArray[np.bool_], asked: LocalFeatures) -> list[PartPair]:
        """`near` bool (n, n): of `own` and the others, which are copies of each other by their hashes."""
        asking = [number for number in range(len(others)) if not near[0, number + 1]]
        central = sorted(asking, key=lambda number: -int(near[number + 1].sum()))
        tried = list(dict.fromkeys([*central[:PROVED], *asking[:FIRST]]))
        points = self._points([others[number].photo_id for number in tried])
        pairs: list[PartPair] = []
        kin: list[int] = []
        for number in tried:
            other = points.get(others[number].photo_id)
            if other is None or len(pairs) == ENOUGH or any(near[number + 1, before + 1] for before in kin):
                continue
            pair = self._pair(own, others[number], asked, other)
            if pair is not None:
                pairs.append(pair)
                kin.append(number)
        return pairs

    def _points(self, photo_ids: list[int]) -> dict[int, LocalFeatures]:
        with self._one_reads:
            self._pieces.index(self._catalog)  # knows the photos that came lately
        return self._pieces.points(np.array(photo_ids, np.int64))

    def _voted(self, asked: LocalFeatures) -> list[int]:
        """Photos by votes, of which where one has very many copies each gets few: the place counts, not how many they are."""
        with self._one_reads:
            index = self._pieces.index(self._catalog)
        photos, _ = index.vote(asked.descriptors[:ASKING], VOTED, None)
        return [int(photo_id) for photo_id in photos]

    def _near(self, rows: Sequence[PhotoRow]) -> NDArray[np.bool_]:
        """Of which photos the hashes say already that they are copies of each other, bool (n, n)."""
        stored = self._library.vectors.get_many(CopyExtractor.version, [row.digest for row in rows])
        empty = bytes(CopyExtractor.length)
        hashes = np.stack([np.frombuffer(row or empty, np.uint8) for row in stored])
        words = np.ascontiguousarray(hashes[:, :HASH_BYTES]).view(np.uint64)
        turned = np.ascontiguousarray(turned_bits(hashes[:, :HASH_BYTES])).view(np.uint64)
        distances = np.stack([np.bitwise_count(turned ^ row).sum(axis=2, dtype=np.int64).min(axis=1) for row in words])
        clear = hashes[:, HASH_BYTES] > 0
        return np.asarray((distances <= NEAR) & clear & clear[:, None], np.bool_)

    def _pair(self, one: PhotoRow, other: PhotoRow, asked: LocalFeatures, points: LocalFeatures) -> PartPair | None:
        match = relate(asked, points, fewest=SAME_FROM)
        if match is None or not match.likely:
            return None
        first, second = (thumbnail_of(self._library, row) for row in (one, other))
        if first is None or second is None:
            return None
        same = sameness(first, second, match.homography)
        if same is None or not _is_one_picture(same, match.inliers):
            return None
        share = match.query_box[2] * match.query_box[3] / max(1, one.width * one.height)
        return PartPair(one.photo_id, other.photo_id, match.box, round(min(1.0, share), 4), round(same.share, 4))


def _pixels(row: PhotoRow) -> int:
    return row.width * row.height


def _is_one_picture(same: Sameness, inliers: int) -> bool:
    usual = same.share >= SAME and inliers >= SAME_FROM
    return usual or (same.share >= SURELY_SAME and inliers >= SURE_FROM and same.middle >= MIDDLE)
