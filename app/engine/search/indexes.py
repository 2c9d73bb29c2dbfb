"""The indexes of a library: one a facet, loaded or built when first asked, kept up to date by the engine thread."""

from __future__ import annotations

import errno
import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import DiskFull
from app.engine.features.active import Extractors
from app.engine.library.catalog import Catalog
from app.engine.library.vectors import VectorStore
from app.engine.types import BUILT, Facet

if TYPE_CHECKING:
    from app.engine.index.store import Stamp
    from app.engine.index.table import FlatTable

log = logging.getLogger(__name__)


class Indexes:
    """Nearest-neighbor indexes over the stored rows. Safe to ask from several threads.

    With `follows` another process may write the library: each index catches up with the catalogue before it is asked.
    """

    def __init__(self, folder: Path, vectors: VectorStore, extractors: Extractors, *, follows: bool = False) -> None:
        self._folder = folder
        self._vectors = vectors
        self._extractors = extractors
        self._ready: dict[Facet, FlatTable] = {}
        self._saved: dict[Facet, Stamp] = {}
        self._follows = follows
        self._generations: dict[Facet, int] = {}
        self._locks = {facet: threading.Lock() for facet in BUILT}

    def of(self, facet: Facet, catalog: Catalog) -> FlatTable:
        """The index of a facet; the first call loads the saved one if it still fits, or builds it from the stored rows."""
        with self._locks[facet]:
            generation = catalog.generation if self._follows else 0
            if facet not in self._ready:
                self._ready[facet] = self._load(facet, catalog) or self._build(facet, catalog)
            elif self._generations[facet] != generation:
                self._catch_up(facet, catalog)
            self._generations[facet] = generation
            return self._ready[facet]

    def add(self, facet: Facet, ids: Sequence[int], rows: Sequence[bytes]) -> None:
        """Add stored rows; an index that nobody has asked for yet will find them in the store."""
        with self._locks[facet]:
            index = self._ready.get(facet)
            if index is not None and ids:
                index.add(np.asarray(ids, np.int64), self._matrix(facet, rows))

    def remove(self, ids: Sequence[int]) -> None:
        """Take photos out of every index."""
        for facet in BUILT:
            with self._locks[facet]:
                if facet in self._ready:
                    self._ready[facet].remove(ids)

    def forget(self, facet: Facet, version: str) -> None:
        """Let the index of an earlier version of a facet go; the next question loads or builds the present one."""
        from app.engine.index.store import forget_index

        with self._locks[facet]:
            self._ready.pop(facet, None)
            self._saved.pop(facet, None)
            if not self._follows:
                forget_index(self._folder, version)

    def save(self, catalog: Catalog) -> None:
        """Keep what is loaded for the next start. Raises DiskFull."""
        from app.engine.index.store import save_index

        for facet, index in self._ready.items():
            stamp = self._stamp(facet, catalog)
            if self._saved.get(facet) == stamp:
                continue
            try:
                with self._locks[facet]:
                    save_index(self._folder, index, stamp)
            except OSError as error:
                if error.errno == errno.ENOSPC:
                    raise DiskFull("the disk is full; make room, nothing that was read is lost") from error
                log.warning("an index could not be kept: %s", error)
            else:
                self._saved[facet] = stamp

    def _load(self, facet: Facet, catalog: Catalog) -> FlatTable | None:
        from app.engine.index.store import load_index

        index, stamp = self._empty(facet), self._stamp(facet, catalog)
        if not load_index(self._folder, index, stamp):
            return None
        self._saved[facet] = stamp
        return index

    def _stamp(self, facet: Facet, catalog: Catalog) -> Stamp:
        from app.engine.index.store import Stamp

        version = self._extractors.of(facet).version
        return Stamp(version, catalog.generation, catalog.count_extracted(version))

    def _build(self, facet: Facet, catalog: Catalog) -> FlatTable:
        index = self._empty(facet)
        self._fill(index, facet, catalog.extracted(self._extractors.of(facet).version))
        return index

    def _catch_up(self, facet: Facet, catalog: Catalog) -> None:
        index, pairs = self._ready[facet], catalog.extracted(self._extractors.of(facet).version)
        held = set(index.ids().tolist())
        index.remove(list(held - {photo_id for photo_id, _ in pairs}))
        self._fill(index, facet, [pair for pair in pairs if pair[0] not in held])

    def _fill(self, index: FlatTable, facet: Facet, pairs: Sequence[tuple[int, bytes]]) -> None:
        stored = self._vectors.get_many(self._extractors.of(facet).version, [digest for _, digest in pairs])
        held = [(photo_id, row) for (photo_id, _), row in zip(pairs, stored, strict=True) if row is not None]
        if held:
            index.add(np.asarray([i for i, _ in held], np.int64), self._matrix(facet, [row for _, row in held]))

    def _matrix(self, facet: Facet, rows: Sequence[bytes]) -> NDArray[Any]:
        extractor = self._extractors.of(facet)
        return np.frombuffer(b"".join(rows), extractor.dtype).reshape(len(rows), extractor.length)

    def _empty(self, facet: Facet) -> FlatTable:
        if facet is Facet.COPY:
            from app.engine.index.binary import BinaryIndex

            return BinaryIndex()
        if facet is Facet.COLOR:
            from app.engine.index.color import ColorIndex

            return ColorIndex()
        from app.engine.index.exact import ExactIndex

        return ExactIndex(self._extractors.of(facet).length)
