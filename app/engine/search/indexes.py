"""The indexes of a library: one a facet, loaded or built when first asked, kept up to date by the engine thread."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.engine.features.active import Extractors
from app.engine.library.catalog import Catalog
from app.engine.library.vectors import VectorStore
from app.engine.search.growing import Growing
from app.engine.search.index_files import kept
from app.engine.search.making import Maker
from app.engine.search.pieces import Pieces
from app.engine.search.stored_rows import DigestBook
from app.engine.types import BUILT, FIRST, Facet

if TYPE_CHECKING:
    from app.engine.index.base import VectorIndex
    from app.engine.index.store import Stamp

log = logging.getLogger(__name__)


class Indexes:
    """Nearest-neighbor indexes over the stored rows. Safe to ask from several threads.

    With `follows` another process may write the library: each index catches up with the catalogue before it is asked. An exact
    index that takes more than `exact_bytes` (None: as this machine can bear) gives way to a compact one.
    """

    def __init__(
        self,
        folder: Path,
        vectors: VectorStore,
        extractors: Extractors,
        *,
        follows: bool = False,
        exact_bytes: int | None = None,
    ) -> None:
        self._folder = folder
        self._extractors = extractors
        self._book = DigestBook()
        self._maker = Maker(folder, vectors, extractors, self._book, exact_bytes)
        self._ready: dict[Facet, VectorIndex] = {}
        self._saved: dict[Facet, Stamp] = {}
        self._follows = follows
        self._generations: dict[Facet, int] = {}
        self._locks = {facet: threading.Lock() for facet in FIRST}
        self._growing = Growing(self._maker)
        self.pieces = Pieces(folder, vectors, extractors, self._book, follows=follows)

    def of(self, facet: Facet, catalog: Catalog) -> VectorIndex:
        """The index of a facet; the first call loads the saved one if it still fits, or builds it from the stored rows."""
        with self._locks[facet]:
            generation = catalog.generation if self._follows else 0
            self._book.catch_up(catalog)
            if facet not in self._ready:
                self._ready[facet] = self._load(facet, catalog) or self._build(facet, catalog)
            elif self._generations[facet] != generation:
                self._catch_up(facet, catalog)
            self._generations[facet] = generation
            return self._ready[facet]

    def fetch(self, facet: Facet, ids: np.typing.NDArray[np.int64]) -> tuple[np.typing.NDArray[np.int64], np.typing.NDArray[Any]]:
        """Those of the photos that have a stored row of a facet, in any order, and the rows."""
        return self._maker.rows(facet).fetch(ids)

    def add(self, facet: Facet, ids: Sequence[int], rows: Sequence[bytes]) -> None:
        """Add stored rows; an index that nobody has asked for yet will find them in the store."""
        with self._locks[facet]:
            index = self._ready.get(facet)
            if index is not None and ids:
                index.add(np.asarray(ids, np.int64), self._maker.rows(facet).matrix(list(rows)))

    def remove(self, ids: Sequence[int]) -> None:
        """Take photos out of every index."""
        for facet in FIRST:
            with self._locks[facet]:
                if facet in self._ready:
                    self._ready[facet].remove(ids)
        self.pieces.remove(ids)

    def tend(self, catalog: Catalog) -> None:
        """Have an index that has grown too large built anew in the background, and use what was built; for the engine thread."""
        self.pieces.tend(catalog)
        built = self._growing.take()
        if built is not None:
            facet, old, new = built
            self._book.catch_up(catalog)
            if self._ready.get(facet) is old:  # no other model answers meanwhile
                self._agree(facet, new, old.ids())  # without the lock: this thread alone changes `old`, and questions go on
                with self._locks[facet]:
                    self._ready[facet] = new
                    self._saved.pop(facet, None)
                log.info("photos are searched by %s in an index of another kind now: %s", facet, new.kind)
        if self._growing.busy:
            return
        for facet, index in list(self._ready.items()):
            if self._maker.outgrown(facet, index):
                self._book.catch_up(catalog)
                self._growing.start(facet, index)
                return

    def close(self) -> None:
        """Give up what is built in the background."""
        self._growing.close()
        self.pieces.close()

    def forget(self, facet: Facet, version: str) -> None:
        """Let the index of an earlier version of a facet go; the next question loads or builds the present one."""
        from app.engine.index.store import forget_index

        if facet is Facet.CROP:
            self.pieces.forget(version)
            return
        with self._locks[facet]:
            self._ready.pop(facet, None)
            self._saved.pop(facet, None)
            if not self._follows:
                forget_index(self._folder, version)

    def save(self, catalog: Catalog) -> None:
        """Keep what is loaded for the next start; for the thread that adds and removes. Raises DiskFull."""
        for facet, index in list(self._ready.items()):  # a search may load another one meanwhile
            stamp = self._stamp(facet, catalog)
            # without the lock: no question waits for the disk
            if self._saved.get(facet) != stamp and kept(self._folder, index, stamp):
                self._saved[facet] = stamp
        self.pieces.save(catalog)
        self._drop_outdated()

    def _drop_outdated(self) -> None:
        """Delete what is saved of versions that nobody asks for any more: of an older Facet, or of a model that was removed."""
        from app.engine.index.store import forget_index, saved_features

        current = {self._extractors.version(facet) for facet in BUILT}
        for feature in saved_features(self._folder):
            if feature not in current:
                with contextlib.suppress(OSError):  # another program may read it in this moment: the next time, then
                    forget_index(self._folder, feature)

    def _load(self, facet: Facet, catalog: Catalog) -> VectorIndex | None:
        stamp = self._stamp(facet, catalog)
        index = self._maker.load(facet, stamp)
        if index is not None:
            self._saved[facet] = stamp
        return index

    def _stamp(self, facet: Facet, catalog: Catalog) -> Stamp:
        from app.engine.index.store import Stamp

        version = self._extractors.of(facet).version
        return Stamp(version, catalog.generation, catalog.count_marked(version))

    def _build(self, facet: Facet, catalog: Catalog) -> VectorIndex:
        return self._maker.build(facet, catalog.extracted_ids(self._extractors.of(facet).version))

    def _catch_up(self, facet: Facet, catalog: Catalog) -> None:
        """Follow the catalogue: mostly only photos with higher numbers have come, else every number is compared."""
        index, version = self._ready[facet], self._extractors.of(facet).version
        held = index.ids()
        newest = catalog.extracted_ids(version, after=int(held.max()) if len(held) else 0)
        self._maker.fill(index, facet, newest)
        if len(index) != catalog.count_extracted(version):
            self._agree(facet, index, catalog.extracted_ids(version))

    def _agree(self, facet: Facet, index: VectorIndex, wanted: np.typing.NDArray[np.int64]) -> None:
        """Make an index hold these photos and no others."""
        held = index.ids()
        index.remove(np.setdiff1d(held, wanted))
        self._maker.fill(index, facet, np.setdiff1d(wanted, held))
