"""The intake: from changed files to rows in the stores, through bounded queues, one step at a time.

The engine thread calls `step`; it alone writes. Decoding runs in a pool, models in a lane of one thread. What `step` has stored
is complete: vectors first, then the catalogue that says they are there, so a kill at any point loses only work, never an answer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from typing import Protocol

from app.engine.features.base import Extractor
from app.engine.intake.batches import BATCH, Extracted, ModelLane
from app.engine.intake.file_reader import FileRead, FileReader, FileRefused
from app.engine.intake.scan import Changes
from app.engine.intake.tally import Tally
from app.engine.library.catalog import FileStat, KnownFile
from app.engine.library.store import Library
from app.engine.types import Facet, Unreadable


class Listener(Protocol):
    """Told by the intake, in the engine thread, what is in the stores now."""

    def stored(self, extracted: Extracted) -> None:
        """These photos are in the stores."""
        ...

    def removed(self, photo_ids: Sequence[int]) -> None:
        """No file holds these photos any more."""
        ...

    def facet_failed(self, facet: Facet, code: str, message: str) -> None:
        """A facet cannot be read; the others go on. Called from the model lane."""
        ...


@dataclass(frozen=True, slots=True)
class _Work:
    stat: FileStat
    changed: bool = False
    known: bool = False  # the file is in the catalogue as it is; only a feature or its thumbnail is missing
    refused: str | None = None  # why it could not be read the last time; its bytes seem to be the same


class Intake:
    """Reads what it is told to read. `busy` says whether anything is left."""

    def __init__(
        self,
        library: Library,
        extractors: Sequence[Extractor],
        listener: Listener,
        *,
        pool: Executor,
        lane: Executor,
        workers: int,
    ) -> None:
        self._library = library
        self._extractors = extractors
        self._listener = listener
        self._reader = FileReader(library.vectors, library.thumbnails, extractors)
        self._lane = ModelLane(lane, extractors, listener.facet_failed)
        self._pool = pool
        self._window = 2 * workers + 2
        self._waiting: deque[_Work] = deque()
        self._queued: set[str] = set()
        self._reading: dict[Future[FileRead | FileRefused], _Work] = {}
        self._read: list[FileRead] = []
        self._extracting: Future[Extracted] | None = None
        self._extracted: deque[Extracted] = deque()
        self.tally = Tally()
        self.paused = False
        self.stuck = False
        """A store could not be written (a full disk): nothing is done, and nothing dropped, until `resume`."""

    @property
    def busy(self) -> bool:
        """Whether files wait, are being read, or are read and not stored yet."""
        return bool(self._waiting or self._in_flight)

    @property
    def _in_flight(self) -> bool:
        return bool(self._reading or self._read or self._extracting or self._extracted)

    @property
    def idle_until_resumed(self) -> bool:
        """Paused with nothing in flight, or stuck."""
        return self.stuck or (self.paused and not self._in_flight)

    def resume(self) -> None:
        """Go on after a pause, and try again what could not be stored."""
        self.paused = self.stuck = False
        self.tally.rest()

    def begin(self) -> None:
        """Start counting anew."""
        self.tally = Tally(total=len(self._waiting) + len(self._reading))

    def apply(self, changes: Changes, *, retry: bool = False) -> None:
        """Take over what a look through folders found: renames and removals at once, reading later.

        With `retry` files that could not be read are tried again: a permission or a drive may have come back.
        """
        catalog, tally = self._library.catalog, self.tally
        tally.found += len(changes.added) + len(changes.changed) + len(changes.moved) + len(changes.unchanged)
        self._listener.removed(catalog.move_files((old, new.path) for old, new in changes.moved))
        catalog.put_known_files((s, digest) for s in changes.restamped if (digest := changes.known[s.path].digest))
        self._remove(changes.vanished)
        tally.unchanged += len(changes.moved)
        refused = [
            _Work(s, refused=_reason(changes.known[s.path])) for s in changes.unchanged if not changes.known[s.path].digest
        ]
        tally.unchanged += len(changes.unchanged) - len(refused)
        if not retry:
            tally.unreadable += [Unreadable(work.stat.path, work.refused or "") for work in refused]
        changed = [_Work(s, changed=True) for s in changes.changed]
        self._enqueue([*(_Work(s) for s in changes.added), *changed, *(refused if retry else [])])

    def complete(self, digests: Iterable[bytes], *, first: bool = False) -> None:
        """Read photos of the library again that lack something that is made from them."""
        files = (self._library.catalog.file(path) for d in digests if (path := self._library.catalog.path_of_digest(d)))
        self._enqueue([_Work(file.stat, known=True) for file in files if file], first=first)

    def forget_waiting(self, belongs: Callable[[str], bool]) -> None:
        """Drop files that wait and whose path `belongs` to what was taken out."""
        kept = [work for work in self._waiting if not belongs(work.stat.path)]
        self.tally.total -= len(self._waiting) - len(kept)
        self._waiting = deque(kept)
        self._queued = {work.stat.path for work in kept} | {work.stat.path for work in self._reading.values()}

    def cancel(self) -> None:
        """Drop everything that waits; what is in flight is finished and stored."""
        self.forget_waiting(lambda _path: True)

    def step(self, seconds: float) -> None:
        """Do the next thing that is ready; wait for it at most so long. Raises a LibraryError (DiskFull), and is stuck then."""
        if self.stuck:
            return
        try:
            self._step(seconds)
        except Exception:
            self.paused = self.stuck = True
            raise

    def _step(self, seconds: float) -> None:
        self._fill()
        if self._extracting and self._extracting.done():
            self._extracted.append(self._extracting.result())
            self._extracting = None
        self._send(flush=not self._waiting or self.paused)
        # The model is at work on its next batch while this one is written.
        while self._extracted:
            self._store(self._extracted[0])
            self._extracted.popleft()
        pending: set[Future[object]] = {*self._reading, *([self._extracting] if self._extracting else [])}  # type: ignore[arg-type]
        if not pending:
            return
        wait(pending, timeout=seconds, return_when=FIRST_COMPLETED)
        for future in [f for f in self._reading if f.done()]:
            self._take(self._reading.pop(future), future.result())

    # ---- one stage after the other

    def _enqueue(self, works: list[_Work], *, first: bool = False) -> None:
        fresh = [w for w in works if w.stat.path not in self._queued]
        self._queued.update(w.stat.path for w in fresh)
        self._waiting.extendleft(reversed(fresh)) if first else self._waiting.extend(fresh)
        self.tally.total += len(fresh)

    def _fill(self) -> None:
        """Keep the pool busy, but no further ahead of the model than one batch."""
        if self.paused:
            return
        while self._waiting and len(self._reading) < self._window and len(self._read) < 2 * BATCH:
            work = self._waiting.popleft()
            self._reading[self._pool.submit(self._reader.read, work.stat)] = work

    def _take(self, work: _Work, outcome: FileRead | FileRefused) -> None:
        self._queued.discard(work.stat.path)
        if isinstance(outcome, FileRead):
            self._count(work)
            self._read.append(outcome)
            return
        self.tally.one_done()
        if outcome.gone:
            self.tally.found -= not work.known
            if self._library.catalog.file(work.stat.path) and not work.known:
                self._remove([work.stat.path])
        elif not work.known:
            if (work.stat, work.refused) != (outcome.stat, outcome.reason):
                self._listener.removed(self._library.catalog.put_unreadable([(outcome.stat, outcome.reason)]))
            self.tally.unreadable.append(Unreadable(outcome.stat.path, outcome.reason))

    def _count(self, work: _Work) -> None:
        if work.changed or work.refused:
            self.tally.changed += 1
        elif not work.known:
            self.tally.added += 1

    def _send(self, *, flush: bool) -> None:
        """Hand the model its next batch: a full one, or what there is when no more will come soon."""
        ready = len(self._read) >= BATCH or (flush and self._read and not self._reading)
        if ready and self._extracting is None:
            batch, self._read = self._read[:BATCH], self._read[BATCH:]
            self._extracting = self._lane.submit(batch)

    def _store(self, done: Extracted) -> None:
        """Write a batch: vectors and thumbnails, then the catalogue. Kept for another try when the disk is full."""
        library = self._library
        library.vectors.put({v: {d: row.tobytes() for d, row in rows.items()} for v, rows in done.rows.items()})
        shown = {r.photo.digest: r.thumbnail for r in done.reads if r.thumbnail is not None}
        library.thumbnails.put(shown, {r.photo.digest: r.fields for r in done.reads if r.fields is not None})
        orphaned = library.catalog.put_photos([r.photo for r in done.reads])
        for extractor in self._extractors:
            have = [r.photo.digest for r in done.reads if self._has(extractor.version, r, done)]
            library.catalog.mark_extracted(extractor.version, have)
        self.tally.one_done(len(done.reads))
        if orphaned:
            self._listener.removed(orphaned)
        self._listener.stored(done)

    def _has(self, version: str, read: FileRead, done: Extracted) -> bool:
        return version not in read.prepared or read.photo.digest in done.rows.get(version, {})

    def _remove(self, paths: Sequence[str]) -> None:
        if paths:
            orphaned = self._library.catalog.remove_files(paths)
            self.tally.removed += len(paths)
            self._listener.removed(orphaned)


def _reason(known: KnownFile) -> str:
    return known.reason or "the file cannot be read"
