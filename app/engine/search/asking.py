"""How each facet is asked: from words, a picture or colors to a ranked list of photos."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.engine.features.active import Extractors
from app.engine.features.copy import HASH_BYTES, NEAR, TURNS
from app.engine.index.base import ColorSearch
from app.engine.index.binary import BinaryIndex
from app.engine.library.catalog import Catalog
from app.engine.models.base import Relevance
from app.engine.search import expand
from app.engine.search.expand import Expansion
from app.engine.search.fusion import NEARNESS, Found
from app.engine.search.indexes import Indexes
from app.engine.search.picture_query import QueryPicture
from app.engine.search.unwanted import WORDINGS, Unwanted
from app.engine.search.wishes import Wish, steered
from app.engine.types import Closeness, Facet, Reason

COLOR_LIMITS = (0.35, 0.65, 1.0)
"""L1 distances of two histograms (0..2) up to which the colors are very close, close, loosely alike. Of any two of 390 photos 9 %
lie below 1.0 and under 1 % below 0.65; the nearest of them all lies at 0.72 in the median."""
SHARE_LIMITS = (0.05, 0.15, 0.4)
"""Shares of a color from which a photo loosely has it, has it, is full of it."""
COPY_VERY_CLOSE = 44
"""Bits of 576 up to which a copy is very close; from there on it was edited."""

LOOK = Relevance(middle=0.4, width=0.12, cut_off=0.22)
"""Of whitened rows. Of any two of 500 photos 5 % lie above 0.22; of pairs of one kind of scene 70 % (37 kinds), of views of one
place 98 % (8 places), half of these above 0.64."""

Allowed = NDArray[np.int64] | None


class Asking:
    """Asks one facet at a time; `depth` None means every photo."""

    def __init__(self, catalog: Catalog, extractors: Extractors, indexes: Indexes) -> None:
        self._catalog = catalog
        self._extractors = extractors
        self._indexes = indexes

    def knows_any(self, facet: Facet) -> bool:
        """Whether any photo has been read for a facet."""
        index = self._indexes.pieces.index(self._catalog) if facet is Facet.CROP else self._indexes.of(facet, self._catalog)
        return len(index) > 0

    def words(self, text: str) -> Wish:
        """Photos that mean what the words say. Raises UsageError for words the model cannot read, ModelMissing."""
        model = self._extractors.meaning_model
        return Wish(model.text_encoder().encode_texts([text])[0], model.text_relevance(text))

    def picture(self, facet: Facet, picture: QueryPicture) -> Wish:
        """Photos that are like a picture in a facet of rows with cosines. Raises what reading the picture raised."""
        if facet in picture.errors:
            raise picture.errors[facet]
        relevance = LOOK if facet is Facet.LOOK else self._extractors.meaning_model.picture_relevance()
        return Wish(picture.rows[facet].astype(np.float32), relevance)

    def same_look(self, picture: QueryPicture, depth: int | None, allowed: Allowed, *, further: bool = False) -> list[Found]:
        """Photos that look like a picture, and like those that look most like it. Raises what reading the picture raised."""
        wish = self.picture(Facet.LOOK, picture)
        wider = self._expanded(Facet.LOOK, wish, expand.LOOK_FURTHER if further else expand.LOOK, allowed)
        return self.near(Facet.LOOK, wider, depth, allowed)

    def further(self, wish: Wish, allowed: Allowed) -> Wish:
        """A wish in meaning together with the photos that come nearest to it."""
        return self._expanded(Facet.MEANING, wish, expand.MEANING_FURTHER, allowed)

    def _expanded(self, facet: Facet, wish: Wish, expansion: Expansion, allowed: Allowed) -> Wish:
        ids, cosines = self._indexes.of(facet, self._catalog).search(wish.row, expansion.reach, allowed)
        return replace(wish, row=expansion.row(wish.row, ids, cosines, partial(self._indexes.fetch, facet)))

    def unwanted(self, words: Sequence[str], pictures: Sequence[QueryPicture]) -> Unwanted | None:
        """What shall not be there; None for nothing. Raises as `words` and `picture`."""
        if not (words or pictures):
            return None
        away = [self._in_several_words(text) for text in words]
        like = [self.picture(Facet.MEANING, picture) for picture in pictures]
        return Unwanted(away, like, self._indexes.of(Facet.MEANING, self._catalog))

    def _in_several_words(self, text: str) -> Wish:
        """Words that stand for very much are read in several wordings, whose mean counts."""
        model = self._extractors.meaning_model
        row = model.text_encoder().encode_texts(WORDINGS.get(text.lower(), (text,))).mean(axis=0)
        return Wish(row / np.float32(max(1e-6, float(np.linalg.norm(row)))), model.text_relevance(text))

    def near(
        self, facet: Facet, wish: Wish, depth: int | None, allowed: Allowed, unwanted: Unwanted | None = None
    ) -> list[Found]:
        """Photos by the cosines of their rows with a wish; with something unwanted (in meaning) those that have less of it."""
        index = self._indexes.of(facet, self._catalog)
        most = self._depth(index, depth)
        if unwanted and unwanted.words and depth is not None:
            allowed, _ = index.search(steered(wish, unwanted.words), most, allowed)
            allowed = np.sort(allowed)
        ids, cosines = index.search(wish.row, most, allowed)
        if unwanted and len(ids):
            cosines = unwanted.lessened(wish, ids, cosines)
            order = np.argsort(-cosines, kind="stable")
            ids, cosines = ids[order], cosines[order]
        near = zip(ids, wish.relevance.score(cosines), wish.relevance.closeness(cosines), strict=True)
        return [Found(int(i), Reason(facet, n, score=_round(s)), c) for n, (i, s, c) in enumerate(near, 1)]

    def same_picture(self, picture: QueryPicture, depth: int | None, allowed: Allowed) -> list[Found]:
        """Copies of a picture, turned and mirrored ones too. Raises what reading the picture raised."""
        if Facet.COPY in picture.errors:
            raise picture.errors[Facet.COPY]
        index = self._indexes.of(Facet.COPY, self._catalog)
        assert isinstance(index, BinaryIndex)
        if picture.turned is None or picture.rows[Facet.COPY][HASH_BYTES] == 0:
            return []  # flat or synthetic: its bits are rounding noise
        ids, distances, turns = index.within(picture.turned, NEAR, allowed)
        ranked = zip(ids[:depth], distances[:depth], turns[:depth], strict=True)
        return [
            Found(int(i), Reason(Facet.COPY, n, score=_round(1 - d / 288), distance=float(d), turn=TURNS[t]), _of_copy(d))
            for n, (i, d, t) in enumerate(ranked, 1)
        ]

    def same_colors(self, picture: QueryPicture, depth: int | None, allowed: Allowed) -> list[Found]:
        """Photos with the colors of a picture. Raises what reading the picture raised."""
        if Facet.COLOR in picture.errors:
            raise picture.errors[Facet.COLOR]
        index = self._indexes.of(Facet.COLOR, self._catalog)
        ids, distances = index.search(picture.rows[Facet.COLOR], self._depth(index, depth), allowed)
        return [
            Found(int(i), Reason(Facet.COLOR, n, score=_round(1 - d / 2), distance=_round(d)), _of_colors(d))
            for n, (i, d) in enumerate(zip(ids, distances, strict=True), 1)
        ]

    def colors(self, colors: Sequence[str], depth: int | None, allowed: Allowed) -> list[Found]:
        """Photos with the largest share of every color asked for. Raises UsageError for what is no color."""
        index = self._indexes.of(Facet.COLOR, self._catalog)
        assert isinstance(index, ColorSearch)
        ids, shares = index.search_colors(colors, self._depth(index, depth), allowed)
        scored = zip(ids, shares, strict=True)
        return [
            Found(int(i), Reason(Facet.COLOR, n, score=_round(s)), NEARNESS[bisect_right(SHARE_LIMITS, s)])
            for n, (i, s) in enumerate(scored, 1)
        ]

    @staticmethod
    def _depth(index: object, depth: int | None) -> int:
        return len(index) if depth is None else depth  # type: ignore[arg-type]


def _of_copy(distance: float) -> Closeness:
    return Closeness.VERY_CLOSE if distance <= COPY_VERY_CLOSE else Closeness.CLOSE


def _of_colors(distance: float) -> Closeness:
    return NEARNESS[len(COLOR_LIMITS) - bisect_left(COLOR_LIMITS, distance)]


def _round(value: float) -> float:
    return round(float(value), 4)
