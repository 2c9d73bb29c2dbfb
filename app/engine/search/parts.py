"""Finding a piece: photos that a picture, or a part of it, lies in. Votes of points give candidates, geometry proves them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.engine.errors import FacetError, InputError
from app.engine.features.active import Extractors
from app.engine.features.base import Picture
from app.engine.features.local.points import LocalFeatures
from app.engine.features.local.proof import proved
from app.engine.features.local.relation import LocalMatch, relate
from app.engine.index.local_votes import NEIGHBORS
from app.engine.library.catalog import Catalog
from app.engine.library.store import Library
from app.engine.search.asking import Allowed
from app.engine.search.fusion import Found
from app.engine.search.indexes import Indexes
from app.engine.search.picture_query import QueryPicture, cut
from app.engine.search.stored_pictures import thumbnail_of
from app.engine.types import Closeness, Facet, PartMatch, Reason, Turn

ASKING = 250
"""So many points of the query vote, the strongest; all of them prove."""
CLEAR = 1.0
"""Votes from which a photo is very likely to be the right one: of unrelated ones the best has a tenth of that."""
VOTED, VOTED_BESIDE = 40, 12
"""So many of the photos with most votes are thought of, fewer beside other facets; the true one is among half as many for 93 % of
crops of a twentieth."""
WIDER = 4
"""Where the last of these were proved, too, there are more: so many times as many are asked for, and again."""
MISSED = 3
"""Once one was proved, and so many after it in a row were not, the others stay as their votes have them."""
ALIKE = 12
"""And so many that look alike, for where nothing stands out,"""
UNREAD = 4
"""of which so many are read at once that were not read for their points yet."""
CLOSER = 3
"""Where nothing was proved, so many photos are opened once more for many more points."""
MANY = 15
"""Points that agree from which a part is very close."""
SHOWN_PAIRS = 60
_RIGHT_ANGLES = 10.0
_TURNS = {
    (0, False): Turn.NONE, (90, False): Turn.ROTATE90, (180, False): Turn.ROTATE180, (270, False): Turn.ROTATE270,
    (0, True): Turn.MIRROR, (180, True): Turn.FLIP, (270, True): Turn.TRANSPOSE, (90, True): Turn.TRANSVERSE,
}  # fmt: skip
"""What is done to a photo that is first mirrored or not, then turned by so many degrees clockwise."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    photo_id: int
    votes: float
    row: bytes | None = None
    match: LocalMatch | None = None


class Parts:
    """One for each lane, for it uses that lane's catalogue connection."""

    def __init__(self, library: Library, catalog: Catalog, extractors: Extractors, indexes: Indexes) -> None:
        self._library = library
        self._catalog = catalog
        self._extractors = extractors
        self._indexes = indexes

    def find(self, picture: QueryPicture, depth: int | None, allowed: Allowed, *, alone: bool) -> list[Found]:
        """Photos that the picture lies in, the surest first; `alone` also those that only may be, as far ones."""
        if picture.points is None:
            raise picture.errors[Facet.CROP]
        closely = alone or picture.box is not None  # somebody asks for a part: a second look is worth its time
        itself, proved = self._found_closely(picture, depth, allowed) if closely else self._found_beside(picture, allowed)
        if closely and not any(candidate.match and candidate.match.sure for candidate in proved):
            proved = [*self._closer(picture, proved[:CLOSER]), *proved[CLOSER:]]
        proved += [self._proved(picture, candidate) for candidate in itself]
        if not alone:
            proved = [candidate for candidate in proved if candidate.match and _closeness(candidate.match) is not Closeness.FAR]
        ranked = sorted(proved, key=_order)[:depth]
        most = max((candidate.votes for candidate in ranked), default=1.0) or 1.0
        return [_found(candidate, rank, most) for rank, candidate in enumerate(ranked, 1)]

    def match(self, query: QueryPicture, photo: str) -> PartMatch | None:
        """How a query lies in a photo, by many points from its file, else by those it was found by. Raises InputError."""
        if query.points is None:
            raise query.errors[Facet.CROP]
        for points, shown in self._points_of(photo):
            match = self._checked(query, relate(query.points, points, query.box), shown)
            if match is not None and match.sure:
                pairs = tuple((float(a), float(b), float(c), float(d)) for a, b, c, d in match.pairs[:SHOWN_PAIRS].tolist())
                return PartMatch(
                    pairs, _outline(match), match.inliers, match.angle, match.mirrored, query.points.size, points.size
                )
        return None

    # ---- inside

    def _points_of(self, photo: str) -> Iterator[tuple[LocalFeatures, Callable[[], Picture | None]]]:
        """Many points of a photo, from its file or another with the same bytes, then those that are stored."""
        from app.engine.intake.decode import open_picture

        known = self._catalog.file(photo)
        digest = known.digest if known else None
        photo_id = self._catalog.photo_id(digest) if digest is not None else None
        row = self._library.vectors.get(self._extractors.crop.version, digest) if digest is not None else None
        opened: Picture | None
        try:
            opened = open_picture(Path(photo), longest=self._extractors.crop.side).picture
        except InputError:
            opened = self._opened(photo_id) if photo_id is not None else None
            if opened is None and (row is None or photo_id is None):
                raise
        if opened is not None:
            yield self._extractors.crop.closer(opened), lambda: opened
        if row is not None and photo_id is not None:
            yield self._extractors.crop.unpack(row), lambda: self._thumbnail(photo_id)

    def _found_beside(self, picture: QueryPicture, allowed: Allowed) -> tuple[list[_Candidate], list[_Candidate]]:
        itself, candidates = self._candidates(picture, allowed, VOTED_BESIDE, 1)
        return itself, self._proved_in_turn(picture, candidates, {})[0]

    def _found_closely(
        self, picture: QueryPicture, depth: int | None, allowed: Allowed
    ) -> tuple[list[_Candidate], list[_Candidate]]:
        """More are asked for as long as the last ones were proved, as in a series of one scene, up to `depth` (None: all)."""
        reach = len(self._indexes.pieces.index(self._catalog)) if depth is None else depth
        times, known = 1, dict[int, _Candidate]()
        while True:
            itself, candidates = self._candidates(picture, allowed, times * VOTED, times)
            proved, more = self._proved_in_turn(picture, candidates, known)
            if not more or len(candidates) + len(itself) < times * VOTED or times * VOTED >= reach:
                return itself, proved
            known, times = {candidate.photo_id: candidate for candidate in proved}, WIDER * times

    def _candidates(
        self, picture: QueryPicture, allowed: Allowed, most: int, times: int
    ) -> tuple[list[_Candidate], list[_Candidate]]:
        """The photo itself, where the library holds it and the conditions leave it, and the others, those with most votes first.

        Apart, for that it lies in itself must not end the search for others.
        """
        votes = self._votes(picture, allowed, times)
        itself = [photo_id for photo_id in votes if photo_id == picture.photo_id]
        best = sorted(votes.keys() - set(itself), key=lambda photo_id: (-votes[photo_id], photo_id))
        clear = sum(votes[photo_id] >= CLEAR for photo_id in best)
        best = best[: max(most, 2 * clear)]
        if Facet.LOOK in picture.rows and not clear:
            row = picture.rows[Facet.LOOK].astype(np.float32)
            alike, _ = self._indexes.of(Facet.LOOK, self._catalog).search(row, min(most, ALIKE), allowed)
            best += [photo_id for photo_id in alike.tolist() if photo_id not in best and photo_id != picture.photo_id]
        known, stored = self._indexes.pieces.rows(np.array([*itself, *best], np.int64))
        rows = dict(zip(known.tolist(), stored, strict=True))
        for photo_id in [photo_id for photo_id in best if photo_id not in rows][:UNREAD]:
            opened = self._opened(photo_id)
            if opened is not None:
                rows[photo_id] = self._extractors.crop.read(opened)
        made = {photo_id: _Candidate(photo_id, votes.get(photo_id, 0.0), rows.get(photo_id)) for photo_id in [*itself, *best]}
        return [made[photo_id] for photo_id in itself], [made[photo_id] for photo_id in best]

    def _votes(self, picture: QueryPicture, allowed: Allowed, times: int) -> dict[int, float]:
        """Votes for so many times the usual number of photos, the mirrored picture's only where no other is clear as it is."""
        assert picture.points is not None
        index, votes = self._indexes.pieces.index(self._catalog), dict[int, float]()
        for asked in (picture.points, picture.points.mirrored()) if len(picture.points) else ():
            found = index.vote(asked.descriptors[:ASKING], times * VOTED, allowed, neighbors=times * NEIGHBORS)
            for photo_id, score in zip(*found, strict=True):
                votes[int(photo_id)] = max(float(score), votes.get(int(photo_id), 0.0))
            if any(score >= CLEAR and photo_id != picture.photo_id for photo_id, score in votes.items()):
                break
        return votes

    def _proved_in_turn(
        self, picture: QueryPicture, candidates: Sequence[_Candidate], known: Mapping[int, _Candidate]
    ) -> tuple[list[_Candidate], bool]:
        """The candidates, those with most votes proved or `known` to be, and whether the last of them were, too."""
        proved: list[_Candidate] = []
        any_sure, missed = False, 0
        for candidate in candidates:
            if any_sure and missed >= MISSED:
                break
            proved.append(known.get(candidate.photo_id) or self._proved(picture, candidate))
            sure = bool(proved[-1].match and proved[-1].match.sure)
            any_sure, missed = any_sure or sure, 0 if sure else missed + 1
        return [*proved, *candidates[len(proved) :]], any_sure and missed < MISSED

    def _proved(self, picture: QueryPicture, candidate: _Candidate) -> _Candidate:
        assert picture.points is not None
        if candidate.row is None:
            return candidate
        match = relate(picture.points, self._extractors.crop.unpack(candidate.row), picture.box)
        return replace(candidate, match=self._checked(picture, match, lambda: self._thumbnail(candidate.photo_id)))

    def _closer(self, picture: QueryPicture, candidates: Sequence[_Candidate]) -> list[_Candidate]:
        looked = []
        for candidate in candidates:
            opened = self._opened(candidate.photo_id)
            if opened is not None and picture.points is not None:
                match = relate(picture.points, self._extractors.crop.closer(opened), picture.box)
                match = self._checked(picture, match, lambda opened=opened: opened)  # type: ignore[misc]
                candidate = replace(candidate, match=match or candidate.match)
            looked.append(candidate)
        return looked

    def _checked(self, picture: QueryPicture, match: LocalMatch | None, photo: Callable[[], Picture | None]) -> LocalMatch | None:
        """The match, sure or not as the pictures have it: of the query only the part that is asked for counts."""
        if match is None or picture.shown is None:
            return match
        if picture.box is None:
            return proved(match, picture.shown, photo())
        moved = np.array([(1, 0, picture.box[0]), (0, 1, picture.box[1]), (0, 0, 1)], np.float64)
        of_part = proved(replace(match, homography=match.homography @ moved), cut(picture.shown, picture.box), photo())
        return replace(match, sure=of_part.sure)

    def _thumbnail(self, photo_id: int) -> Picture | None:
        row = self._catalog.rows_of([photo_id]).get(photo_id)
        return thumbnail_of(self._library, row) if row else None

    def _opened(self, photo_id: int) -> Picture | None:
        """The picture of a photo from any of its files; None while all of their drives are away."""
        from app.engine.intake.decode import open_picture

        for path in self._catalog.paths_of([photo_id]).get(photo_id, ()):
            with suppress(FacetError):
                return open_picture(Path(path), longest=self._extractors.crop.side).picture
        return None


def _order(candidate: _Candidate) -> tuple[int, float, float, int]:
    match = candidate.match
    if match is None or not match.sure:
        return 1, 0.0, -candidate.votes, candidate.photo_id
    return 0, -match.inliers * match.covered, -candidate.votes, candidate.photo_id


def _closeness(match: LocalMatch | None) -> Closeness:
    if match is None or not match.sure:
        return Closeness.FAR
    return Closeness.VERY_CLOSE if match.inliers >= MANY else Closeness.CLOSE


def _found(candidate: _Candidate, rank: int, most: float) -> Found:
    match = candidate.match
    if match is None:
        return Found(candidate.photo_id, Reason(Facet.CROP, rank, score=round(0.1 * candidate.votes / most, 4)), Closeness.FAR)
    score = match.score if match.sure else min(0.3, match.score)
    return Found(
        candidate.photo_id,
        Reason(
            Facet.CROP, rank, score=round(score, 4), turn=_turn(match), inliers=match.inliers, box=match.box,
            query_box=match.query_box, outline=_outline(match),
        ),
        _closeness(match),
    )  # fmt: skip


def _turn(match: LocalMatch) -> Turn | None:
    """The turn where it is one by right angles; None for others."""
    nearest = round(match.angle / 90) * 90
    return _TURNS[nearest % 360, match.mirrored] if abs(match.angle - nearest) <= _RIGHT_ANGLES else None


def _outline(match: LocalMatch) -> tuple[tuple[float, float], ...]:
    return tuple((round(float(x), 1), round(float(y), 1)) for x, y in match.outline)
