"""Suggests tags for photos whose meaning was read, without reading a picture, and again for those near what people corrected.

For the engine thread. A photo is marked with the version of what suggested its tags, so that a stop at any point loses nothing;
a model or a vocabulary that changes is another version. Until a photo's turn has come, it keeps the suggestions it had.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import FacetError
from app.engine.features.active import Extractors
from app.engine.library.store import Library
from app.engine.library.tags import MARK
from app.engine.requests import Event, Problem, TagsChanged
from app.engine.tags.lessons import Lesson, lesson
from app.engine.tags.names import Making, fingerprint
from app.engine.tags.tagger import SURE, Tagger
from app.engine.tags.vocabulary import names
from app.engine.types import Facet

log = logging.getLogger(__name__)

PARAMETERS = 1
"""Raised with every change of how tags are scored and chosen."""
AT_ONCE = 500
"""So many photos get their tags in one step, about a tenth of a second."""
LOOKED_AT = 4000
"""So many photos are compared with one corrected tag in one step."""
EVERY_S = 5.0
"""Whoever shows tags is told of new ones not more often."""


def tags_version(meaning_version: str) -> str:
    """Marks photos that have the suggestions of a model of meaning."""
    return f"{MARK}{PARAMETERS}-{fingerprint(names())}-{meaning_version}"


class Tagging:
    """Knows which photos lack suggestions, and which tags were corrected. `busy` says whether there is anything to do."""

    def __init__(self, library: Library, extractors: Extractors, emit: Callable[[Event], None]) -> None:
        self._library, self._catalog = library, library.catalog
        self._extractors = extractors
        self._emit = emit
        self._making: Making | None = None
        self._meaning = self._version = ""
        self._waiting: deque[bytes] = deque()
        self._lessons: dict[str, Lesson] = {}  # by name without case
        self._learning: list[str] = []  # tags that were corrected
        self._compared = 0  # with them, all photos up to this photo_id
        self._news, self._told = False, 0.0

    @property
    def busy(self) -> bool:
        """Whether photos wait for suggestions, or corrections for being learned."""
        return bool(self._waiting or self._learning)

    def complete(self) -> None:
        """Take up the photos that lack suggestions, and what was corrected."""
        self.learn()
        self._waiting = deque(self._catalog.lacking(self._version, self._meaning))

    def learn(self) -> None:
        """People gave or refused tags: the photos near theirs are looked at again."""
        self._follow_the_model()
        self._learning = list(self._catalog.unlearned())
        if self._learning:
            self._compared = 0
            self._study(self._learning)

    def cancel(self) -> None:
        """Drop what waits; it is taken up at the next start."""
        self._waiting.clear()
        self._learning = []

    def step(self) -> None:
        """Do the next bit. Raises DiskFull or another LibraryError; nothing is lost then."""
        if self._extractors.version(Facet.MEANING) != self._meaning:
            self.complete()
        try:
            tagger = self._tagger()
        except FacetError as error:
            log.info("no tags are suggested: %s", error)
            self._emit(Problem(error.code, str(error)))
            self.cancel()
            return
        if tagger is None:
            return
        if self._waiting:
            self._suggest(tagger, list(islice(self._waiting, AT_ONCE)))
            _drop(self._waiting, AT_ONCE)
        elif self._learning:
            self._compare(tagger)
        self._say()

    def _follow_the_model(self) -> None:
        meaning = self._extractors.version(Facet.MEANING)
        if meaning != self._meaning:
            self._meaning, self._version, self._making = meaning, tags_version(meaning), None
            self._catalog.forget_tag_marks(self._version)
            self._lessons = {}
            self._study(self._catalog.said_names())

    def _tagger(self) -> Tagger | None:
        """None while the names are still being read. Raises ModelMissing."""
        if self._making is None:
            self._making = Making(self._extractors.meaning_model, names(), self._library.paths.indexes)
        if self._making.made is None:
            self._making.step()
        return Tagger(self._making.made, tuple(self._lessons.values())) if self._making.made else None

    def _suggest(self, tagger: Tagger, digests: Sequence[bytes]) -> None:
        there, rows = self._rows(digests)
        if there:
            self._catalog.put_photo_tags(self._version, dict(zip(there, tagger.tags(rows), strict=True)))
            self._news = True

    def _compare(self, tagger: Tagger) -> None:
        """Look again at photos that a corrected tag comes to or leaves."""
        photos = self._catalog.digests_after(self._compared, LOOKED_AT)
        there, rows = self._rows([digest for _, digest in photos])
        touched: set[bytes] = set()
        for name in self._learning if there else ():
            has = self._catalog.suggested(name.casefold(), there)
            sure = tagger.score(name, rows) >= SURE
            touched.update(digest for digest, now in zip(there, sure, strict=True) if now != (digest in has))
        self._suggest(tagger, sorted(touched))
        if photos:
            self._compared = photos[-1][0]
        else:
            self._catalog.mark_learned(self._learning)
            self._learning = []

    def _study(self, tags: Sequence[str]) -> None:
        """Learn anew what people said of some tags."""
        nearness = self._extractors.meaning_model.picture_relevance()
        for name in tags:
            given, refused = (self._rows(digests)[1] for digests in self._catalog.said(name.casefold()))
            self._lessons[name.casefold()] = lesson(name, given, refused, nearness)

    def _rows(self, digests: Sequence[bytes]) -> tuple[list[bytes], NDArray[np.float32]]:
        """Those of the photos that have a row of meaning, and the rows (n, length)."""
        extractor = self._extractors.of(Facet.MEANING)
        size = extractor.length * extractor.dtype.itemsize
        stored = self._library.vectors.get_many(self._meaning, digests)
        kept = [(digest, row) for digest, row in zip(digests, stored, strict=True) if row is not None and len(row) == size]
        rows = np.frombuffer(b"".join(row for _, row in kept), extractor.dtype).reshape(len(kept), extractor.length)
        return [digest for digest, _ in kept], rows.astype(np.float32)

    def _say(self) -> None:
        now = time.monotonic()
        if self._news and (not self.busy or now - self._told > EVERY_S):
            self._news, self._told = False, now
            self._emit(TagsChanged())


def _drop(waiting: deque[bytes], many: int) -> None:
    """Take the first ones away: they are stored."""
    for _ in range(min(many, len(waiting))):
        waiting.popleft()
