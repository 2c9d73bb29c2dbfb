"""A composed question, answered: each facet gives a ranked list, fusion joins them, the catalogue names the photos."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from app.engine.errors import FacetError, FacetNotBuilt, InputError, UsageError
from app.engine.features.active import Extractors
from app.engine.library.catalog import Catalog
from app.engine.library.store import Library
from app.engine.search import filters
from app.engine.search.asking import Allowed, Asking
from app.engine.search.folding import fold_copies
from app.engine.search.fusion import DEPTH, Found, Fused, fuse, without
from app.engine.search.indexes import Indexes
from app.engine.search.parts import Parts
from app.engine.search.picture_query import PictureReader, QueryPicture
from app.engine.search.similar_words import SimilarWords
from app.engine.search.unwanted import HELD_BACK, WIDER, Unwanted, hold_back
from app.engine.search.wishes import Wish, compose
from app.engine.search.wording import take_apart
from app.engine.search.words import WordSearch
from app.engine.types import ANSWERING, Answer, Box, Closeness, Facet, Hit, PartMatch, Query

DEFAULT_WEIGHTS = {Facet.COPY: 3.0, Facet.CROP: 3.0, Facet.LOOK: 1.5, Facet.COLOR: 0.2}
"""The same picture again is certain: a copy counts more than what leads all other lists. Look beside meaning gains from here to
twice as much: places 93.9 % R-precision (meaning alone 91.5), things 80.5 (78.2), kinds of things 70.9 (67.6). That colors are
alike says little of what a photo shows: with full weight for them 39 % of 600 labelled photos' neighbors had the label, with 0.2
59 % (meaning alone: 62 %); photos of the same place 88 % and 90 %."""
SPARE = 100
"""So many hits more are looked at where copies stand behind others, so that there are still k in front."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query made ready: its text taken apart, its pictures read, its conditions turned into the photos that fit."""

    query: Query
    facets: tuple[Facet, ...]
    pictures: tuple[QueryPicture, ...]
    unwanted: Unwanted | None
    allowed: Allowed

    @property
    def depth(self) -> int | None:
        """How many hits of each facet count; None for all."""
        return None if self.query.k is None else max(DEPTH, self.query.k + len(self.pictures))

    @property
    def reach(self) -> int | None:
        """How many hits each facet is asked for: more where some may be held back."""
        return self.depth and self.depth * (WIDER if self.unwanted else 1)


Failures = list[tuple[Facet, FacetError]]


class Searcher:
    """Answers queries; one for each lane, for it uses that lane's catalogue connection."""

    def __init__(self, library: Library, catalog: Catalog, extractors: Extractors, indexes: Indexes) -> None:
        self._library = library
        self._catalog = catalog
        self._extractors = extractors
        self._pictures = PictureReader(library, catalog, extractors)
        self._words, self._similar_words = WordSearch(catalog), SimilarWords(catalog)
        self._asking = Asking(catalog, extractors, indexes)
        self._parts = Parts(library, catalog, extractors, indexes)

    def search(self, query: Query) -> Answer:
        """Raises UsageError for a question that makes no sense, InputError for a picture that cannot be read.

        A facet that fails is named in the answer while the others answer; when nothing could answer, its error is raised.
        """
        started = time.perf_counter()
        failed: Failures = []
        question = self._question(query, failed)
        lists = self._lists(question, failed)
        if lists is None:
            fused = self._conditions_alone(question)
        else:
            words = any(facet is Facet.MEANING and found for facet, found in lists) and Facet.MEANING not in dict(failed)
            fused = fuse([found for _, found in lists], _weights(query, words=words and bool(query.text)))
        hits = self._hits([f for f in fused if f.score >= query.min_score], query)
        found = tuple((facet, sum(not f.weak for f in found)) for facet, found in lists or ())
        unread = self._unread(lists or ())
        took = round(1000 * (time.perf_counter() - started), 2)
        return Answer(hits, took, found, tuple({facet: str(error) for facet, error in failed}.items()), unread)

    def match_parts(self, query: str | bytes, photo: str, box: Box | None) -> PartMatch | None:
        """How a picture, or a part of it, lies in a photo; None where it does not. Raises InputError, UsageError."""
        return self._parts.match(self._pictures.read(query, (Facet.CROP,), box), photo)

    def _question(self, given: Query, failed: Failures) -> Question:
        said = take_apart(given.text)
        blank = [words.strip() for words in (*given.without, *said.without)]
        query = replace(given, text=said.words, without=tuple(words for words in blank if words))
        facets = _facets_of(query, conditions=bool(said.names))
        allowed = self._allowed(query, said.names)
        if query.box is not None and not query.images:
            raise UsageError("a box needs a picture that it is drawn on")
        boxes = [query.box, *(None for _ in query.images[1:])]
        read = self._read_of_pictures(facets) if query.images else ()
        pictures = tuple(self._pictures.read(image, read, box) for image, box in zip(query.images, boxes, strict=False))
        return Question(query, facets, pictures, self._unwanted(query, failed), allowed)

    def _read_of_pictures(self, facets: tuple[Facet, ...]) -> tuple[Facet, ...]:
        """What is read of a picture: for pieces also its look, while there are photos with a look but without points."""
        if Facet.CROP not in facets or Facet.LOOK in facets:
            return facets
        look, crop = (self._catalog.count_marked(self._extractors.of(facet).version) for facet in (Facet.LOOK, Facet.CROP))
        return (*facets, Facet.LOOK) if look > crop else facets

    def _allowed(self, query: Query, names: Sequence[str]) -> Allowed:
        """The photos that the conditions leave; None when there are no conditions."""
        conditions = [filters.parse(query.where), filters.named(names) if names else None]
        if query.folder is not None:
            conditions.append(filters.inside(query.folder))
        condition = filters.joined([condition for condition in conditions if condition])
        if condition is None:
            return None
        return np.array(self._catalog.matching(condition.sql, condition.parameters, files=condition.files), np.int64)

    def _unwanted(self, query: Query, failed: Failures) -> Unwanted | None:
        """What shall not be there. Raises UsageError for words that cannot be read, InputError for such a picture."""
        pictures = [self._pictures.read(image, (Facet.MEANING,)) for image in query.unlike]
        try:
            return self._asking.unwanted(query.without, pictures)
        except (UsageError, InputError):
            raise
        except FacetError as error:
            failed.append((Facet.MEANING, error))
            return None

    def _lists(self, question: Question, failed: Failures) -> list[tuple[Facet, list[Found]]] | None:
        """A ranked list from each facet that answers; None where there is nothing to rank by."""
        query, lists = question.query, []
        if not (query.text or query.images or query.colors):
            return None
        own = {picture.photo_id for picture in question.pictures if picture.in_library}
        for facet, ask in self._questions(question, failed):
            try:
                found = ask()
            except InputError:
                raise
            except FacetError as error:
                failed.append((facet, error))
                continue
            lists.append((facet, without(found, own) if query.leave_out_query else found))
        if failed and not any(found or facet is not Facet.WORDS for facet, found in lists):
            raise failed[0][1]
        if question.unwanted:
            left = question.unwanted.left_of(item.photo_id for _, found in lists for item in found)
            lists = [(facet, hold_back(found, left)[: question.depth]) for facet, found in lists]
        return lists

    def _unread(self, lists: Sequence[tuple[Facet, list[Found]]]) -> tuple[Facet, ...]:
        """Facets that found nothing because no photo has been read for them yet, as in a library from before there were such."""
        silent = dict.fromkeys(facet for facet, found in lists if not found and facet is not Facet.WORDS)
        unread = tuple(facet for facet in silent if not self._asking.knows_any(facet))
        return unread if unread and self._catalog.count_photos() else ()

    def _questions(self, question: Question, failed: Failures) -> list[tuple[Facet, Callable[[], list[Found]]]]:
        """Every list that is asked for."""
        ask, depth, allowed = self._asking, question.reach, question.allowed
        asked: list[tuple[Facet, Callable[[], list[Found]]]] = []
        if Facet.WORDS in question.facets and question.query.text:
            asked.append((Facet.WORDS, partial(self._words.find, question.query.text, depth, allowed)))
        if Facet.MEANING in question.facets and (question.query.text or question.pictures):
            asked.append((Facet.MEANING, partial(self._by_meaning, question, failed)))
        for picture in question.pictures:
            if Facet.WORDS in question.facets:
                by_words = question.facets == (Facet.WORDS,)
                asked.append((Facet.WORDS, partial(self._similar_words.find, picture, depth, allowed, alone=by_words)))
            if Facet.LOOK in question.facets:
                asked.append((Facet.LOOK, partial(ask.same_look, picture, depth, allowed, further=question.query.further)))
            if Facet.COPY in question.facets:
                asked.append((Facet.COPY, partial(ask.same_picture, picture, depth, allowed)))
            if Facet.CROP in question.facets:
                alone = question.facets == (Facet.CROP,)
                asked.append((Facet.CROP, partial(self._parts.find, picture, depth, allowed, alone=alone)))
            if Facet.COLOR in question.facets:
                asked.append((Facet.COLOR, partial(ask.same_colors, picture, depth, allowed)))
        if Facet.COLOR in question.facets and question.query.colors:
            asked.append((Facet.COLOR, partial(ask.colors, question.query.colors, depth, allowed)))
        return asked

    def _by_meaning(self, question: Question, failed: Failures) -> list[Found]:
        """Words and pictures as one wish; words that cannot be read are named, and the pictures count alone."""
        words: list[Wish] = []
        pictures = [self._asking.picture(Facet.MEANING, picture) for picture in question.pictures]
        if question.query.text:
            try:
                words.append(self._asking.words(question.query.text))
            except FacetError as error:
                if not pictures:
                    raise
                failed.append((Facet.MEANING, error))
        wish = compose(words, pictures, question.query.text_share)
        if question.query.further:
            wish = self._asking.further(wish, question.allowed)
        return self._asking.near(Facet.MEANING, wish, question.reach, question.allowed, question.unwanted)

    def _conditions_alone(self, question: Question) -> list[Fused]:
        """Every photo that fits, newest first; those that show what is unwanted come last."""
        allowed = question.allowed
        fits = self._catalog.all_ids() if allowed is None else [int(i) for i in allowed]
        rows = self._catalog.rows_of(fits)
        newest = sorted((rows[i] for i in fits if i in rows), key=lambda r: (r.taken or "", r.modified), reverse=True)
        if not question.unwanted:
            return [Fused(row.photo_id, 1.0, None, ()) for row in newest]
        left = question.unwanted.left_of(fits)
        held = {photo_id for photo_id, share in left.items() if share <= HELD_BACK}
        fused = [Fused(row.photo_id, 1.0, None, ()) for row in newest if row.photo_id not in held]
        return fused + [Fused(row.photo_id, 0.0, Closeness.FAR, ()) for row in newest if row.photo_id in held]

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
        return fold_copies(hits, self._library, self._catalog)[: query.k] if query.fold else tuple(hits)


def _weights(query: Query, *, words: bool) -> dict[Facet, float]:
    """How much each facet counts: what the query says, times what it is worth; colors that were asked for count in full.

    With `words` the text was understood. Then what only compares pictures counts less, the more the words count: in a search for
    photos like one "but with a dog", look would bring those without. Measured on 245 such questions (bench_composed.py): mean
    average precision 14.6 % with the full weight of look, 20.8 with a seventh, 22.2 with none.
    """
    worth = {**DEFAULT_WEIGHTS, **({Facet.COLOR: 1.0} if query.colors else {})}
    if words and query.images:
        pictures = 1 - query.text_share
        worth[Facet.COPY] *= min(1.0, 2 * pictures)
        worth[Facet.CROP] *= min(1.0, 2 * pictures)
        for facet in (Facet.LOOK,) if query.colors else (Facet.LOOK, Facet.COLOR):
            worth[facet] *= max(0.0, 2 * pictures - 1)
    said = dict(query.weights)
    return {facet: worth.get(facet, 1.0) * said.get(facet, 1.0) for facet in ANSWERING}


def _facets_of(query: Query, *, conditions: bool) -> tuple[Facet, ...]:
    """Who is asked. Raises FacetNotBuilt for one that was named and does not exist yet, UsageError for an empty question."""
    for facet in query.facets:
        if facet not in ANSWERING:
            raise FacetNotBuilt(f"this version cannot search by {facet} yet; use one of {', '.join(ANSWERING)}")
    if not (query.text or query.images or query.colors or query.where or query.without or query.unlike or conditions):
        raise UsageError("nothing to search for; give words, a picture, a color or a condition")
    return query.facets or ANSWERING
