"""The index of points of a library: loaded or made when first asked, kept up to date by the engine thread."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.engine.errors import Cancelled, FacetError
from app.engine.features.active import Extractors
from app.engine.features.local.points import LocalFeatures
from app.engine.library.catalog import Catalog
from app.engine.library.vectors import VectorStore
from app.engine.search.index_files import kept
from app.engine.search.stored_rows import DigestBook, Ids

if TYPE_CHECKING:
    from app.engine.index.local import LocalIndex
    from app.engine.index.store import Stamp

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Made:
    """What was made in the background of rows of a version, in place of an index (None: there was none); None if it failed."""

    version: str
    before: LocalIndex | None
    index: LocalIndex | None


class Pieces:
    """Finds photos that may share a piece with a picture. Safe to ask from several threads.

    With `follows` another process may write the library: the index catches up with the catalogue before it is asked.
    """

    def __init__(
        self, folder: Path, vectors: VectorStore, extractors: Extractors, book: DigestBook, *, follows: bool = False
    ) -> None:
        self._folder = folder
        self._vectors = vectors
        self._extractors = extractors
        self._book = book
        self._follows = follows
        self._lock = threading.Lock()
        self._index: LocalIndex | None = None
        self._saved: Stamp | None = None
        self._generation = 0
        self._stop = threading.Event()
        self._learning: threading.Thread | None = None
        self._learned: _Made | None = None

    @property
    def version(self) -> str:
        """Of the rows that it is made of."""
        return self._extractors.crop.version

    def index(self, catalog: Catalog) -> LocalIndex:
        """The index; the first call loads the saved one if it still fits, or makes it from the stored rows."""
        with self._lock:
            generation = catalog.generation if self._follows else 0
            self._book.catch_up(catalog)
            if self._index is None:
                self._index = self._load(catalog) or self._make(catalog.extracted_ids(self.version))
            elif generation != self._generation:
                self._index = self._agreeing(self._index, catalog.extracted_ids(self.version))
            self._generation = generation
            return self._index

    def ready(self, catalog: Catalog, seconds: float) -> bool:
        """Whether `index` would not take long; what does is begun in the background, and waited for so long. Engine thread."""
        if self._index is None and self._learning is None and not self._failed_at_first:
            if not self._lock.acquire(timeout=seconds):  # somebody who asked is making it
                return False
            try:
                self._book.catch_up(catalog)
                self._index = self._load(catalog) if self._index is None else self._index
            finally:
                self._lock.release()
            if self._index is None:
                ids = catalog.extracted_ids(self.version)
                self._learn(None, lambda: self._make(ids))
        if self._learning is not None and self._index is None:
            self._learning.join(seconds)
            self.tend(catalog)
        return self._index is not None or self._failed_at_first

    @property
    def _failed_at_first(self) -> bool:
        """Whether the first index could not be made in the background: whoever asks for it learns why."""
        made = self._learned
        return made is not None and made.version == self.version and made.before is None and made.index is None

    def rows(self, ids: Ids) -> tuple[Ids, list[bytes]]:
        """Those of the photos that have a stored row, in any order, and the rows."""
        known, digests = self._book.look_up(ids)
        rows = self._vectors.get_many(self.version, digests)
        there = np.fromiter((row is not None for row in rows), np.bool_, len(rows))
        return known[there], [row for row in rows if row is not None]

    def points(self, ids: Ids) -> dict[int, LocalFeatures]:
        """The stored points of those of the photos that have a row."""
        known, rows = self.rows(ids)
        return {int(photo_id): self._extractors.crop.unpack(row) for photo_id, row in zip(known, rows, strict=True)}

    def forget(self, version: str) -> None:
        """Let the index of an earlier version go; the next question loads or makes the present one."""
        from app.engine.index.store import forget_index

        with self._lock:
            self._index = self._saved = self._learned = None
            if not self._follows:
                forget_index(self._folder, version)

    def add(self, rows: Mapping[int, bytes]) -> None:
        """Add stored rows by photo_id; an index that nobody has asked for yet will find them in the store."""
        with self._lock:
            if self._index is not None and rows:
                self._index.add(list(rows), list(rows.values()))

    def remove(self, ids: Sequence[int]) -> None:
        """Take photos out."""
        with self._lock:
            if self._index is not None:
                self._index.remove(ids)

    def tend(self, catalog: Catalog) -> None:
        """Have an index that has grown made anew in the background, and use what was made; for the engine thread."""
        if self._learning is not None:
            if not self._learning.is_alive():
                self._take(catalog)
            return
        index = self._index
        if index is not None and index.needs_training and (self._learned is None or self._learned.before is not index):
            self._book.catch_up(catalog)
            self._learn(index, lambda: index.retrained(self.rows, self._stop.is_set))

    def save(self, catalog: Catalog) -> None:
        """Keep it for the next start; for the thread that adds and removes. Raises DiskFull."""
        index, stamp = self._index, self._stamp(catalog)
        if index is not None and self._saved != stamp and kept(self._folder, index, stamp):
            self._saved = stamp

    def close(self) -> None:
        """Give up what is made in the background."""
        self._stop.set()
        if self._learning is not None:
            self._learning.join()
            self._learning = None

    # ---- inside

    def _load(self, catalog: Catalog) -> LocalIndex | None:
        from app.engine.index.local import LocalIndex
        from app.engine.index.store import load_index

        index, stamp = LocalIndex(self._extractors.crop.descriptors), self._stamp(catalog)
        if not load_index(self._folder, index, stamp):
            return None
        self._saved = stamp
        return index

    def _make(self, ids: Ids) -> LocalIndex:
        from app.engine.index.local import LocalIndex

        return LocalIndex.made(self._extractors.crop.descriptors, ids, self.rows, self._stop.is_set)

    def _stamp(self, catalog: Catalog) -> Stamp:
        from app.engine.index.store import Stamp

        return Stamp(self.version, catalog.generation, catalog.count_marked(self.version))

    def _agreeing(self, index: LocalIndex, wanted: Ids) -> LocalIndex:
        """An index of these photos: the same one, unless so many came that it is better made anew."""
        if index.outgrown_by(len(np.setdiff1d(wanted, index.ids()))):
            return self._make(wanted)
        self._agree(index, wanted)
        return index

    def _agree(self, index: LocalIndex, wanted: Ids) -> None:
        """Make an index hold these photos and no others."""
        held = index.ids()
        index.remove(np.setdiff1d(held, wanted))
        fresh = np.setdiff1d(wanted, held)
        for at in range(0, len(fresh), 1_024):
            index.add(*self.rows(fresh[at : at + 1_024]))

    def _learn(self, before: LocalIndex | None, make: Callable[[], LocalIndex]) -> None:
        """Make an index in the background."""
        version = self.version

        def run() -> None:
            made: LocalIndex | None = None
            with contextlib.suppress(Cancelled):
                try:
                    made = make()
                except (FacetError, OSError, RuntimeError, ValueError, MemoryError) as error:
                    log.warning("the index of points could not be made: %s: %s", type(error).__name__, error)
            self._learned = _Made(version, before, made)

        self._learning = threading.Thread(target=run, name="points", daemon=True)
        self._learning.start()

    def _take(self, catalog: Catalog) -> None:
        """Use what was made; the photos that came or went meanwhile are not in it yet."""
        assert self._learning
        self._learning.join()
        self._learning = None
        made = self._learned
        if made is None or made.index is None or self._index is not made.before or made.version != self.version:
            return
        self._book.catch_up(catalog)
        self._agree(made.index, made.before.ids() if made.before is not None else catalog.extracted_ids(self.version))
        with self._lock:
            if self._index is made.before:  # nobody who asked meanwhile has made the first one
                self._index, self._saved = made.index, None
            self._learned = None
