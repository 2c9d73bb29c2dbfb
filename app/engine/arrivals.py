"""What the intake has done, brought into the indexes and the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.engine.features.base import Extractor
from app.engine.intake.batches import Extracted
from app.engine.library.store import Library
from app.engine.news import News
from app.engine.requests import Event, PhotosArrived, PhotosGone, Problem
from app.engine.search.indexes import Indexes
from app.engine.types import Facet


class Arrivals:
    """Listens to the intake. For the engine thread; `used` are the extractors whose rows are searched now."""

    def __init__(self, library: Library, indexes: Indexes, emit: Callable[[Event], None], news: News) -> None:
        self._library = library
        self._indexes = indexes
        self._emit = emit
        self._news = news
        self.used: Sequence[Extractor] = ()

    def stored(self, extracted: Extracted) -> None:
        """Bring new photos into the indexes and the window."""
        catalog, digests = self._library.catalog, [read.photo.digest for read in extracted.reads]
        ids = {d: i for d in digests if (i := catalog.photo_id(d)) is not None}
        for extractor in self.used:
            rows = {
                d: row for d, row in zip(ids, self._library.vectors.get_many(extractor.version, list(ids)), strict=True) if row
            }
            self._indexes.add(extractor.facet, [ids[d] for d in rows], list(rows.values()))
        self._emit(PhotosArrived(tuple(catalog.rows_of(list(ids.values())).values())))
        self._news.photos_changed()
        self._news.files_changed()

    def removed(self, photo_ids: Sequence[int]) -> None:
        """Files went or were renamed: take photos that none holds any more out of the indexes and the window."""
        self._news.files_changed()
        if photo_ids:
            self._indexes.remove(photo_ids)
            self._emit(PhotosGone(tuple(photo_ids)))
            self._news.photos_changed()

    def facet_failed(self, facet: Facet, code: str, message: str) -> None:
        """Say that a facet cannot be read; the others go on."""
        self._emit(Problem(code, message))
