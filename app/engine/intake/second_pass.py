"""The second pass: facets that take longer are read once photos can be found, from a decode of their own.

The engine thread calls `step` and alone writes, as in the first pass; pictures are decoded and read in the pool. What is on the
screen goes first. A photo that cannot be read now is left for the next time that `complete` is called. What reads with a
model that is not there is left out from then on, and that is told.
"""

from __future__ import annotations

import logging
import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from app.engine.errors import FacetError, ModelMissing
from app.engine.features.base import LaterExtractor, Picture, side_for
from app.engine.intake.decode import open_picture
from app.engine.intake.pixels import fit
from app.engine.library.catalog import FileStat
from app.engine.library.store import Library

log = logging.getLogger(__name__)

BATCH = 16
"""So many photos are stored at once, or all that are read when nothing more is under way."""

Rows = Mapping[str, Mapping[bytes, Any]]
"""{feature version: {digest: row}}"""

Stats = tuple[FileStat, ...]
"""The files of a photo, which have the same bytes."""


class LaterListener(Protocol):
    """Told in the engine thread."""

    def later_stored(self, rows: Rows) -> None:
        """These rows are in the stores."""
        ...

    def later_missing(self, message: str) -> None:
        """A model is not there, so nothing more is read with it for now; `message` says what to do."""
        ...


@dataclass(frozen=True, slots=True)
class _Read:
    digest: bytes
    stats: Stats  # the files it was to be read from
    rows: Mapping[str, Any]  # by version; empty where the photo could not be read
    without: Mapping[str, str]  # what a model that is not there says, by the version that needs it


class SecondPass:
    """Reads later facets of photos that the library knows. `busy` says whether any are left.

    `missing` names the photos that shall have a feature version and have it not; by default all that lack it.
    """

    batch = BATCH

    def __init__(
        self,
        library: Library,
        extractors: Sequence[LaterExtractor],
        listener: LaterListener,
        *,
        pool: Executor,
        workers: int,
        missing: Callable[[str], Iterable[bytes]] | None = None,
    ) -> None:
        self._library = library
        self._extractors = tuple(extractors)
        self._listener = listener
        self._missing = missing or library.catalog.missing
        self._pool = pool
        self._window = 2 * workers
        self._waiting: OrderedDict[bytes, None] = OrderedDict()
        self._lacking: dict[bytes, list[LaterExtractor]] = {}  # what waits or is being read
        self._failed: dict[bytes, Stats] = {}  # could not be read from these files
        self._reading: dict[Future[_Read], bytes] = {}
        self._read: list[_Read] = []
        self._without: set[str] = set()  # versions whose model is not there
        self.done = self.total = 0
        self.stuck = False
        """A store could not be written (a full disk): nothing is done, and nothing dropped, until `resume`."""

    @property
    def busy(self) -> bool:
        """Whether photos wait, are being read, or are read and not stored yet."""
        return bool(self._lacking)

    @property
    def in_flight(self) -> bool:
        """Whether any are being read, or are read and not stored yet."""
        return bool(self._reading or self._read)

    def complete(self, *, again: bool = False) -> None:
        """Take up every photo that lacks a facet and does not wait already.

        One that could not be read is tried again where its files are not those of then, or all of them are with `again`; with
        that also a model that was not there.
        """
        if again:
            self._without.clear()
        if not self.busy:
            self.done = self.total = 0
        lacking: dict[bytes, list[LaterExtractor]] = {}
        for extractor in self._extractors:
            for digest in self._missing(extractor.version) if extractor.version not in self._without else ():
                lacking.setdefault(digest, []).append(extractor)
        failed = {} if again else {digest: stats for digest, stats in self._failed.items() if digest in lacking}
        now = self._library.catalog.stats_of(list(failed))
        self._failed = {digest: stats for digest, stats in failed.items() if now.get(digest, ()) == stats}
        fresh = self._ready([digest for digest in lacking if digest not in self._lacking and digest not in self._failed])
        self._lacking |= {digest: lacking[digest] for digest in fresh}
        self._waiting = OrderedDict.fromkeys(self._in_turn([*self._waiting, *fresh]))
        self.total += len(fresh)

    def use(self, extractors: Sequence[LaterExtractor]) -> None:
        """Read with these from now on; `complete` says what they lack."""
        self.cancel()
        self._without.clear()
        self._extractors = tuple(extractors)

    def want(self, digest: bytes) -> None:
        """This photo is on the screen: it goes before those that were wanted earlier."""
        if digest in self._waiting:
            self._waiting.move_to_end(digest, last=False)

    def cancel(self) -> None:
        """Drop everything that waits; what is in flight is finished and stored."""
        for digest in self._waiting:
            del self._lacking[digest]
        self.total -= len(self._waiting)
        self._waiting.clear()

    def resume(self) -> None:
        """Try again what could not be stored."""
        self.stuck = False

    def step(self, seconds: float, *, begin: bool = True) -> None:
        """Do the next thing that is ready; wait for it at most so long. With `begin` false no further photo is begun.

        Raises a LibraryError (DiskFull), and is stuck then.
        """
        if self.stuck:
            return
        while begin and self._waiting and len(self._reading) < self._window and len(self._read) < self.batch:
            self._begin(self._waiting.popitem(last=False)[0])
        if self._reading:
            finished, _ = wait(self._reading, timeout=seconds, return_when=FIRST_COMPLETED)
            for future in finished:
                del self._reading[future]
                self._read.append(future.result())
                self._do_without(self._read[-1].without)
        if len(self._read) >= self.batch or (self._read and not self._reading):
            self._store()

    def _ready(self, digests: Sequence[bytes]) -> Sequence[bytes]:
        """Those of the photos that can be read now."""
        return digests

    def _in_turn(self, digests: Sequence[bytes]) -> Sequence[bytes]:
        """The photos that wait, in the order in which they shall be read."""
        return digests

    def _keep(self, rows: Rows) -> None:
        """Store what was read; the catalogue is told afterwards that it is there. Raises LibraryError, DiskFull."""
        self._library.vectors.put(rows)

    def _do_without(self, messages: Mapping[str, str]) -> None:
        """Begin no further photo with models that are not there. Each is told of once."""
        fresh = {version: message for version, message in messages.items() if version not in self._without}
        self._without.update(fresh)
        for digest in tuple(self._waiting) if fresh else ():
            self._lacking[digest] = [one for one in self._lacking[digest] if one.version not in self._without]
            if not self._lacking[digest]:
                del self._lacking[digest], self._waiting[digest]
                self.total -= 1
        for message in dict.fromkeys(fresh.values()):
            self._listener.later_missing(message)

    def _mark(self, rows: Rows) -> None:
        """Tell the catalogue. Raises LibraryError, DiskFull."""
        for version, of_version in rows.items():
            self._library.catalog.mark_extracted(version, of_version)

    def _begin(self, digest: bytes) -> None:
        stats = self._library.catalog.stats_of([digest]).get(digest, ())  # none where it was forgotten meanwhile
        self._reading[self._pool.submit(_read, digest, stats, self._lacking[digest])] = digest

    def _store(self) -> None:
        """Write what is read. Kept for another try when the disk is full."""
        rows: dict[str, dict[bytes, Any]] = {}
        for read in self._read:
            for version, row in read.rows.items():
                rows.setdefault(version, {})[read.digest] = row
        try:
            self._keep(rows)
            self._mark(rows)
        except Exception:
            self.stuck = True
            raise
        for read in self._read:
            self._lacking.pop(read.digest, None)
            if not read.rows and read.stats and not read.without:
                self._failed[read.digest] = read.stats
        self.done += len(self._read)
        self._read.clear()
        self._listener.later_stored(rows)


def _read(digest: bytes, stats: Stats, extractors: Sequence[LaterExtractor]) -> _Read:
    """Decode a photo once and read what it lacks, from the first of its files that is there and still the same."""
    without: dict[str, str] = {}
    return _Read(digest, stats, next((rows for stat in stats if (rows := _rows(stat, extractors, without))), {}), without)


def _rows(stat: FileStat, extractors: Sequence[LaterExtractor], without: dict[str, str]) -> Mapping[str, Any]:
    """What a file gives; nothing where it is not there, is not the same any more or cannot be read.

    Models that are not there are put into `without`, by the version that needs them.
    """
    try:
        if not _is_same(stat):
            return {}

        def longest(size: tuple[int, int]) -> int:
            return max(side_for(extractor.side, size) for extractor in extractors)

        picture = open_picture(Path(stat.path), longest=longest, name=stat.path).picture
        rows = {}
        for extractor in extractors:
            try:
                rows[extractor.version] = extractor.read(_smaller(picture, side_for(extractor.side, picture.size)))
            except ModelMissing as error:
                log.info("%s cannot be read: %s", extractor.version, error)
                without[extractor.version] = str(error)
        return rows if _is_same(stat) else {}
    except (FacetError, OSError, MemoryError) as error:
        log.info("%s could not be looked at more closely: %s", stat.path, error)
    except Exception:  # one photo that a reader stumbles over must not end the reading of all the others
        log.info("%s could not be looked at more closely", stat.path, exc_info=True)
    return {}


def _is_same(stat: FileStat) -> bool:
    now = os.stat(stat.path)  # noqa: PTH116  paths may be any bytes
    return (now.st_size, now.st_mtime_ns) == (stat.size, stat.mtime_ns)


def _smaller(picture: Picture, side: int) -> Picture:
    """The picture with a longer side of at most `side` pixels."""
    height, width = picture.rgb.shape[:2]
    if max(height, width) <= side:
        return picture
    import cv2

    return Picture(
        cv2.resize(picture.rgb, fit((width, height), side), interpolation=cv2.INTER_AREA).astype("uint8"), picture.size
    )
