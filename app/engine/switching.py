"""From one model to another, for any facet: the new one reads the photos while the old one answers, then they change places."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from app.engine.errors import FacetError
from app.engine.features.active import Coming, ComingLater, Extractors
from app.engine.features.base import LaterExtractor
from app.engine.features.pixels import PixelsExtractor
from app.engine.library.store import Library
from app.engine.requests import Event, ModelsChanged, Problem
from app.engine.search.indexes import Indexes
from app.engine.types import READ, Facet

log = logging.getLogger(__name__)

UNREACHED = 0.1
"""Share of the photos that may be away (a drive that is not plugged in) when the models change places. Until they are back and
read, they are not found by meaning; while more are away, the old model, which knows them, goes on answering."""


class Switching:
    """Knows the model to come, and when its time has come. Used by the thread that writes."""

    def __init__(self, library: Library, extractors: Extractors, indexes: Indexes, emit: Callable[[Event], None]) -> None:
        self._library = library
        self._extractors = extractors
        self._indexes = indexes
        self._emit = emit
        self.coming: list[Coming | ComingLater] = []

    def look(self, facets: Sequence[Facet]) -> None:
        """See which models are wanted."""
        self.coming = []
        for facet in facets:
            try:
                coming = self._extractors.coming(facet)
            except FacetError as error:
                self._emit(Problem(error.code, str(error)))
            else:
                self.coming += [coming] if coming else []

    @property
    def first(self) -> list[Coming]:
        """What has to read photos in the first pass besides the extractors in use."""
        return [coming for coming in self.coming if isinstance(coming, Coming)]

    @property
    def later(self) -> list[LaterExtractor]:
        """The same in the second pass."""
        return [coming.extractor for coming in self.coming if isinstance(coming, ComingLater)]

    def versions(self) -> tuple[list[str], list[str]]:
        """Of the rows that are needed: of the first pass, and of those that come later."""
        first, later = [*self._extractors.all(), *self.first], [*self._extractors.later(READ), *self.later]
        return [one.version for one in first], [*(one.version for one in later), PixelsExtractor.version]

    def switch_when_read(self, facets: Sequence[Facet], *, tried: bool) -> bool:
        """Change places with each coming model of these facets that the photos are read with; whether there was one.

        `tried`: every photo that lacked it was tried in this run, so what is missing now could not be read.
        """
        asked = [coming for coming in self.coming if coming.facet in facets and not coming.failed]
        ready = [coming for coming in asked if self._enough(coming.version, tried=tried)]
        for coming in ready:
            before = self._extractors.version(coming.facet)
            with self._extractors.steady:
                self._extractors.switch(coming)
                self._indexes.forget(coming.facet, before)
            self.coming.remove(coming)
            self._emit(ModelsChanged())
            log.info("photos are searched with %s now", coming.name)
        return bool(ready)

    def _enough(self, version: str, *, tried: bool) -> bool:
        catalog = self._library.catalog
        missing = catalog.missing(version)
        if len(missing) > UNREACHED * catalog.count_photos():
            return False
        if tried:
            return True
        paths = (catalog.path_of_digest(digest) for digest in missing)
        return not any(path and Path(path).exists() for path in paths)
