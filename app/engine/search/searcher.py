"""A composed question, answered: each facet gives a ranked list, fusion joins them, the catalogue names the photos."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import FacetError, FacetNotBuilt, InputError, UsageError
from app.engine.features.active import Extractors
from app.engine.library.catalog import Catalog
from app.engine.library.store import Library
from app.engine.search import filters
from app.engine.search.asking import Asking
from app.engine.search.folding import fold_copies
from app.engine.search.fusion import DEPTH, Found, Fused, fuse, without
from app.engine.search.indexes import Indexes
from app.engine.search.picture_query import PictureReader, QueryPicture
from app.engine.types import BUILT, Answer, Facet, Hit, Query

DEFAULT_WEIGHTS = {Facet.COPY: 2.0, Facet.COLOR: 0.2}
"""The same picture again is certain. That colors are alike says little of what a photo shows: with full weight for them 39 % of
600 labelled photos' neighbors had the label, with 0.2 59 % (meaning alone: 62 %); photos of the same place 88 % and 90 %."""

SPARE = 100
"""So many hits more are looked at where copies stand behind others, so that there are still k in front."""


class Searcher:
    """Answers queries; one for each lane, for it uses that lane's catalogue connection."""

    def __init__(self, library: Library, catalog: Catalog, extractors: Extractors, indexes: Indexes) -> None:
        self._catalog = catalog
        self._vectors = library.vectors
        self._pictures = PictureReader(library, catalog, extractors)
        self._asking = Asking(catalog, extractors, indexes)

    def search(self, query: Query) -> Answer:
        """Raises UsageError for a question that makes no sense, InputError for a picture that cannot be read.

        A facet that fails is named in the answer while the others answer; when nothing could answer, its error is raised.
        """
        started = time.perf_counter()
        facets = _facets_of(query)
        allowed = self._allowed(query)
        pictures = [self._pictures.read(image, facets) for image in query.images]
        lists, failed = self._lists(query, facets, pictures, allowed)
        if query.leave_out_query:
            lists = [(facet, without(found, {p.photo_id for p in pictures if p.in_library})) for facet, found in lists]
        fused = [f for f in self._fused(query, lists, allowed) if f.score >= query.min_score]
        hits = self._hits(fused, query)
        found = tuple((facet, sum(not f.weak for f in found)) for facet, found in lists)
        return Answer(hits, round(1000 * (time.perf_counter() - started), 2), found, tuple(failed))

    def _allowed(self, query: Query) -> NDArray[np.int64] | None:
        """The photos that the conditions leave; None when there are no conditions."""
        condition = filters.parse(query.where)
        ids: frozenset[int] | None = None
        if condition:
            ids = self._catalog.select_ids(condition.sql, condition.parameters)
        if query.folder is not None:
            inside = self._catalog.ids_under(query.folder)
            ids = inside if ids is None else ids & inside
        return None if ids is None else np.fromiter(sorted(ids), np.int64, len(ids))

    def _lists(
        self, query: Query, facets: Sequence[Facet], pictures: Sequence[QueryPicture], allowed: NDArray[np.int64] | None
    ) -> tuple[list[tuple[Facet, list[Found]]], list[tuple[Facet, str]]]:
        depth = None if query.k is None else max(DEPTH, query.k + len(pictures))
        lists: list[tuple[Facet, list[Found]]] = []
        failed: list[tuple[Facet, str]] = []
        errors: list[FacetError] = []
        for facet, ask in self._questions(query, facets, pictures, depth, allowed):
            try:
                lists.append((facet, ask()))
            except InputError:
                raise
            except FacetError as error:
                failed.append((facet, str(error)))
                errors.append(error)
        if errors and not lists:
            raise errors[0]
        return lists, failed

    def _questions(
        self,
        query: Query,
        facets: Sequence[Facet],
        pictures: Sequence[QueryPicture],
        depth: int | None,
        allowed: NDArray[np.int64] | None,
    ) -> list[tuple[Facet, Callable[[], list[Found]]]]:
        ask = self._asking
        asked: list[tuple[Facet, Callable[[], list[Found]]]] = []
        if Facet.MEANING in facets and query.text.strip():
            asked.append((Facet.MEANING, partial(ask.text, query.text.strip(), query.without, depth, allowed)))
        for picture in pictures:
            asked += [(facet, partial(ask.picture, facet, picture, query.without, depth, allowed)) for facet in facets]
        if Facet.COLOR in facets and query.colors:
            asked.append((Facet.COLOR, partial(ask.colors, query.colors, depth, allowed)))
        return asked

    def _fused(self, query: Query, lists: Sequence[tuple[Facet, list[Found]]], allowed: NDArray[np.int64] | None) -> list[Fused]:
        if query.text.strip() or query.images or query.colors:
            return fuse([found for _, found in lists], _weights(query))
        # Conditions alone: every photo that fits, newest first.
        fits = [] if allowed is None else [int(i) for i in allowed]
        rows = self._catalog.rows_of(fits)
        newest = sorted((rows[i] for i in fits if i in rows), key=lambda r: (r.taken or "", r.modified), reverse=True)
        return [Fused(row.photo_id, 1.0, None, ()) for row in newest]

    def _hits(self, fused: Sequence[Fused], query: Query) -> tuple[Hit, ...]:
        """The first k of them with their photos; with `fold` each in front of its further copies."""
        reach = None if query.k is None else query.k + (SPARE if query.fold else 0)
        ids = [f.photo_id for f in fused[:reach]]
        rows = self._catalog.rows_of(ids, folder=query.folder)
        several = [i for i in ids if i in rows and rows[i].files > 1]
        paths = self._catalog.paths_of(several) if several else {}
        hits = []
        for f in fused[:reach]:
            if row := rows.get(f.photo_id):
                copies = tuple(p for p in paths.get(f.photo_id, ()) if p != row.path)
                hits.append(Hit(row, copies, round(f.score, 4), f.weak, f.reasons, f.closeness))
        return fold_copies(hits, self._catalog, self._vectors)[: query.k] if query.fold else tuple(hits)


def _weights(query: Query) -> dict[Facet, float]:
    """How much each facet counts: what the query says, times what it is worth; colors that were asked for count in full."""
    worth = {**DEFAULT_WEIGHTS, **({Facet.COLOR: 1.0} if query.colors else {})}
    said = dict(query.weights)
    return {facet: worth.get(facet, 1.0) * said.get(facet, 1.0) for facet in BUILT}


def _facets_of(query: Query) -> tuple[Facet, ...]:
    """Who is asked. Raises FacetNotBuilt for one that was named and does not exist yet, UsageError for an empty question."""
    for facet in query.facets:
        if facet not in BUILT:
            raise FacetNotBuilt(f"this version cannot search by {facet} yet; use one of {', '.join(BUILT)}")
    if not (query.text.strip() or query.images or query.colors or query.where):
        raise UsageError("nothing to search for; give words, a picture, a color or a condition")
    if query.without and not (query.text.strip() or query.images):
        raise UsageError("leaving something out needs words or a picture to start from")
    return query.facets or BUILT
