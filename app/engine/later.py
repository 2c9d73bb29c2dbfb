"""What is read of photos after they can be found, and where it goes: the second pass, and the indexes that follow it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from app.engine.features.active import Extractors
from app.engine.intake.second_pass import Rows, SecondPass
from app.engine.library.store import Library
from app.engine.requests import DuplicatesChanged, Event
from app.engine.search.indexes import Indexes
from app.engine.search.part_relations import PartRelations
from app.engine.search.pieces import VERSION
from app.engine.types import Facet

RELATED = f"parts-1-{VERSION}"
"""Marks photos for which it is known which others show a part of them."""
EVERY_S = 5.0
"""Whoever shows duplicates is told of new ones not more often."""
AT_ONCE = 4
"""So many photos are related to the others in one step, some tenths of a second."""


class Later:
    """Looks at photos more closely while the first pass has nothing to do. For the engine thread."""

    def __init__(
        self,
        library: Library,
        extractors: Extractors,
        indexes: Indexes,
        facets: Sequence[Facet],
        emit: Callable[[Event], None],
        *,
        pool: Executor,
        workers: int,
    ) -> None:
        self._emit = emit
        self._catalog = library.catalog
        self._indexes = indexes
        self._extractors = extractors.later(facets)
        self._pass = SecondPass(library, self._extractors, self, pool=pool, workers=workers)
        self.paused = False
        self._library = library
        self._relations = PartRelations(library, library.catalog, indexes.pieces)
        self._unrelated: deque[bytes] = deque()
        self._new_pairs, self._told = False, 0.0

    @property
    def versions(self) -> list[str]:
        """Of the rows that it reads."""
        return [extractor.version for extractor in self._extractors]

    @property
    def busy(self) -> bool:
        """Whether anything can be done now."""
        reading = self._pass.busy and not self._pass.stuck and not (self.paused and not self._pass.in_flight)
        return reading or (bool(self._unrelated) and not self.paused)

    @property
    def progress(self) -> tuple[int, int]:
        """Photos that were looked at, and in all."""
        return self._pass.done, self._pass.total

    def complete(self, *, again: bool = False) -> None:
        """Take up the photos that lack something; `again` also those that could not be read before."""
        self._pass.complete(again=again)
        if self._reads_points:
            known = {digest for _, digest in self._catalog.extracted(VERSION)}
            self._unrelated = deque(digest for digest in self._catalog.missing(RELATED) if digest in known)

    @property
    def _reads_points(self) -> bool:
        return VERSION in self.versions

    def want(self, digest: bytes) -> None:
        """This photo is on the screen and goes first."""
        self._pass.want(digest)

    def step(self, seconds: float) -> None:
        """Do the next bit. Raises DiskFull or another LibraryError; nothing is lost then."""
        if self._pass.busy and not self._pass.stuck:
            self._pass.step(seconds, begin=not self.paused)
        elif self._unrelated and not self.paused:
            self._relate([self._unrelated.popleft() for _ in range(min(AT_ONCE, len(self._unrelated)))])

    def _relate(self, digests: list[bytes]) -> None:
        """See which photos these show a part of; what was found is kept before they are marked."""
        ids = {digest: number for digest in digests if (number := self._catalog.photo_id(digest)) is not None}
        pairs = [pair for number in ids.values() for pair in self._relations.of(number)]
        self._catalog.put_part_pairs(pairs)
        self._catalog.mark_extracted(RELATED, ids)
        self._new_pairs |= bool(pairs)
        now = time.monotonic()
        if self._new_pairs and (not self._unrelated or now - self._told > EVERY_S):
            self._new_pairs, self._told = False, now
            self._emit(DuplicatesChanged())

    def pause(self) -> None:
        """Begin with no further photo."""
        self.paused = True

    def resume(self) -> None:
        """Go on."""
        self.paused = False
        self._pass.resume()

    def finish(self) -> None:
        """Drop what waits, and store what is being read."""
        self._pass.cancel()
        self._unrelated.clear()
        while self._pass.in_flight and not self._pass.stuck:
            self._pass.step(1.0, begin=False)

    def later_stored(self, rows: Rows) -> None:
        """Bring new rows into the indexes that are made of them."""
        for extractor in self._extractors:
            of_version = rows.get(extractor.version, {})
            ids = {digest: number for digest in of_version if (number := self._catalog.photo_id(digest)) is not None}
            if extractor.facet is Facet.CROP:
                self._indexes.pieces.add({ids[digest]: of_version[digest] for digest in ids})
                self._unrelated.extend(ids)
