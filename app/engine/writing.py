"""Everything that changes a library: folders in and out, intake, the trash. Used by one thread in one process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import TracebackType

from app.engine import foldering
from app.engine.arrivals import Arrivals
from app.engine.caption_writing import CaptionWriting
from app.engine.errors import STOPPED, Cancelled
from app.engine.features.active import Extractors
from app.engine.intake.gather import Notice
from app.engine.intake.looks import Looks
from app.engine.intake.pipeline import Intake
from app.engine.intake.places import is_inside, outermost
from app.engine.intake.scan import Found
from app.engine.later import Later
from app.engine.library.store import Library
from app.engine.library.upkeep import drop_orphans, drop_outdated, unmark_lost, without_thumbnail
from app.engine.models.choice import Choice
from app.engine.news import News
from app.engine.paths import library_paths
from app.engine.reading import Reader
from app.engine.requests import (
    Event,
    Forgotten,
    IndexingEnded,
    ModelsChanged,
    Problem,
    Progress,
    TagPhotos,
    TagsChanged,
)
from app.engine.search.indexes import Indexes
from app.engine.settings import load_settings
from app.engine.switching import Switching
from app.engine.trashing import Trashing
from app.engine.types import FIRST, LATER, READ, Facet, Folder, IndexReport


class Writer:
    """The one who writes. `step` does a bit of the reading of photos; everything else is done at once."""

    def __init__(
        self,
        library: Library,
        extractors: Extractors,
        indexes: Indexes,
        emit: Callable[[Event], None],
        *,
        facets: Sequence[Facet] = READ,
        owns: bool = False,
        spared: int = 1,
    ) -> None:
        self.library = library
        self._extractors = extractors
        self._indexes = indexes
        self._emit = emit
        self._owns = owns
        workers = max(1, (os.cpu_count() or 2) - spared)
        self._pool = ThreadPoolExecutor(workers, "decode")
        self._lane = ThreadPoolExecutor(1, "model")
        self._workers = workers
        self._facets = facets
        self._news = News(library.catalog, emit)
        self._arrivals = Arrivals(library, indexes, emit, self._news)
        self._switching = Switching(library, extractors, indexes, emit)
        self._later = Later(library, extractors, indexes, facets, emit, pool=self._pool, workers=workers)
        self._intake = self._new_intake()
        self._looks = Looks(library.paths.own_folders(), library.catalog.roots)
        self.trash = Trashing(library, emit, self._news, self._arrivals, self._looks)
        self._was_busy = False
        # what the second pass had done when it came to rest; None while it goes on
        self._settled: Progress | None = self._later.told(Progress(0, 0))
        self._report = IndexReport()

    def reader(self) -> Reader:
        """A reader of the same library, with its own connection; for another thread."""
        return Reader(self.library, self._extractors, self._indexes, threads=self._workers)

    @property
    def captions(self) -> CaptionWriting:
        """Who lets a model describe photos; only of a writer that was opened for captions too."""
        assert self._later.captions
        return self._later.captions

    @property
    def choice(self) -> Choice:
        """The models of the library."""
        assert self._extractors.choice
        return self._extractors.choice

    def summary(self) -> tuple[tuple[Folder, ...], int]:
        """The added folders, and how many photos there are."""
        return self.library.catalog.folders(), self.library.catalog.count_photos()

    # ---- folders

    def add_folders(self, paths: Sequence[str]) -> tuple[Folder, ...]:
        """Add folders and look through them. Raises InputError for one that is not there."""
        self.look(foldering.add(self.library, paths))
        self._news.folders(now=True)
        return self.library.catalog.folders()

    def look(self, folders: Iterable[str], *, recursive: bool = True) -> None:
        """Look through folders for what is new, changed or gone."""
        self._looks.add(folders, recursive=recursive)

    def changed(self, notice: Notice) -> None:
        """What the watcher noticed: renames are taken over at once, the rest is looked at again."""
        self._arrivals.removed(foldering.rename(self.library.catalog, notice.moves))
        self.look(notice.trees)
        self.look(notice.folders, recursive=False)

    def came_back(self, root: str) -> None:
        """Look through a folder that was away, and try again to look closely at photos that could not be read."""
        self.look([root])
        self._later.complete(again=True)

    def look_everywhere(self) -> None:
        """Look through all folders, and read what photos still lack."""
        self.look(outermost(self.library.catalog.roots(), self.library.paths.own_folders()))
        self.complete()

    def complete(self) -> None:
        """Read again the photos that lack a facet, or that the model to come has not read yet."""
        reading = [*self._used, *self._switching.first]
        unmark_lost(self.library, [*(extractor.version for extractor in reading), *self._later.versions])
        for extractor in reading:
            self._intake.complete(self.library.catalog.missing(extractor.version))
        self._completing = True
        if not self._intake.busy and self._switching.switch_when_read(FIRST, tried=False):
            self._intake = self._new_intake()
        self._later.complete(again=True)
        self._switch_later()

    def use_model(self, name: str) -> None:
        """Answer with another model as soon as the photos are read with it; until then as before. Raises ModelMissing.

        One that names scenes does so from now on, besides.
        """
        self.choice.want(name)
        self._emit(ModelsChanged())
        if self.choice.facet_of(name) is Facet.TAGS:
            self._later.complete(again=True)
            return
        self._intake.cancel()
        while self._intake.busy and not self._intake.stuck:
            self._intake.step(1.0)
        self._intake = self._new_intake(paused=self._intake.paused)
        self.look_everywhere()

    def unread_by(self, name: str) -> int:
        """How many photos a model has not read."""
        scenes = self._later.scenes
        named = scenes is not None and self.choice.facet_of(name) is Facet.TAGS
        version = scenes.version if scenes and named else self._extractors.version_of(name)
        return len(self.library.catalog.missing(version))

    def switch_off(self, name: str) -> None:
        """Name no scenes with a model any more. Raises UsageError."""
        self.choice.switch_off(name)
        self._scenes_changed()

    def remove_model(self, name: str) -> None:
        """Delete the files of a model, and what it named. Raises UsageError."""
        self.choice.remove(name)
        self._scenes_changed()

    def _scenes_changed(self) -> None:
        if self._later.scenes:
            self._later.scenes.follow()
        self._emit(ModelsChanged())

    def forget(self, paths: Sequence[str]) -> Forgotten:
        """Take folders or photos out of the library. Raises InputError for what is not in it."""
        catalog, before = self.library.catalog, self.library.catalog.count_photos()
        paths = foldering.spelled(catalog, paths)
        for path in paths:
            orphaned = foldering.forget(catalog, path)
            self._intake.forget_waiting(partial(is_inside, folder=path))
            self._arrivals.removed(orphaned)
        self._news.folders(now=True)
        self._news.groups(now=True)
        return Forgotten(tuple(paths), before - catalog.count_photos())

    def remember(self, forgotten: Forgotten) -> tuple[Folder, ...]:
        """Undo `forget`: what was extracted is still there until the library is closed."""
        self.look(foldering.remember(self.library, forgotten.paths))
        return self.library.catalog.folders()

    def tag(self, digests: Sequence[bytes], name: str, wanted: bool | None, *, shown: bool = False) -> tuple[TagPhotos, ...]:
        """Say what photos show, see `TagPhotos`; what is suggested for photos near them follows. Raises UsageError."""
        if shown:
            digests = sorted(self.library.catalog.showing(name.casefold(), digests, suggested=bool(wanted)))
        before = self.library.catalog.put_tag(digests, name, wanted)
        self._later.learn_tags()
        self._emit(TagsChanged())
        return tuple(TagPhotos(some, name, said) for said, some in before.items())

    # ---- reading photos

    @property
    def busy(self) -> bool:
        """Whether there is anything left to look through or to read."""
        return self.trash.busy or self._first_pass or self._later.busy

    @property
    def _first_pass(self) -> bool:
        return self._looks.busy or self._reads

    @property
    def _reads(self) -> bool:
        return self._intake.busy and not self._intake.idle_until_resumed

    def step(self, seconds: float) -> None:
        """Do the next bit, waiting for it at most so long. Raises DiskFull or another LibraryError; nothing is lost then."""
        if self.trash.busy:
            self.trash.step(seconds)
            seconds = 0
        found = self._looks.take()
        if found is not None:
            self._compare(found)
        self._intake.step(seconds if self._reads else 0)
        if not self._reads and self._looks.busy:
            self._looks.wait(seconds)
        elif not self._reads:
            self._later.step(seconds)
        self._indexes.tend(self.library.catalog)
        self._tell()

    def index(self, folders: Sequence[str], cancelled: Callable[[], bool] = lambda: False) -> IndexReport:
        """Add folders and read until all is done; for the command line. Raises Cancelled when `cancelled` says so."""
        self._intake.begin()
        self.add_folders(folders)
        self.complete()
        self._intake.complete(without_thumbnail(self.library))
        self.run_until_idle(cancelled)
        drop_orphans(self.library)
        for extractor in self._used:  # so that the next command finds it ready
            self._indexes.of(extractor.facet, self.library.catalog)
        self._indexes.pieces.index(self.library.catalog)
        return self._report

    def run_until_idle(self, cancelled: Callable[[], bool] = lambda: False) -> None:
        """Read everything that is to be read. Raises Cancelled when `cancelled` says so, between two steps."""
        while self.busy and not cancelled():
            self.step(0.2)
        if cancelled():
            raise Cancelled(STOPPED)
        drop_outdated(self.library, *self._switching.versions())

    def pause(self) -> None:
        """Read no further file; what is in flight is finished and stored."""
        self._intake.paused = True
        self._later.pause()
        self._tell(now=True)

    def resume(self) -> None:
        """Go on."""
        self._intake.resume()
        self._later.resume()
        self._tell(now=True)

    def want_thumbnail(self, digest: bytes) -> None:
        """Make a thumbnail that is not there (any more); the photo is on the screen."""
        if self.library.thumbnails.get(digest) is None:
            self._intake.complete([digest], first=True)

    @property
    def looks_closer(self) -> bool:
        """Whether photos wait for the second pass. Any thread."""
        return self._later.busy

    def read_text(self, *, on: bool) -> None:
        """Whether text in photos is to be read; what was read stays."""
        self._later.read_text(on=on)

    def on_screen(self, digest: bytes) -> None:
        """A photo is looked at now: it goes first in the second pass."""
        self._later.want(digest)

    def tell_folders(self) -> None:
        """Say how the folders are now."""
        self._news.folders(now=True)

    def close(self) -> None:
        """Finish what is in flight, keep the indexes, close."""
        self.trash.close()
        self._looks.close()
        self._intake.cancel()
        try:
            while self._intake.busy and not self._intake.stuck:
                self._intake.step(1.0)
            self._later.finish()
            drop_orphans(self.library)
            self._indexes.close()
            self._indexes.save(self.library.catalog)
        finally:
            self._indexes.close()
            for pool in (self._pool, self._lane):
                pool.shutdown(cancel_futures=True)
            if self._owns:
                self.library.close()

    # ---- inside

    def _compare(self, found: Found) -> None:
        for problem in found.problems:
            self._emit(Problem("folder", problem))
        if found.offline:
            self._news.folders(now=True)
            return
        self._intake.apply(foldering.changes(self.library, found), retry=found.recursive)

    def _new_intake(self, *, paused: bool = False) -> Intake:
        """An intake for the extractors in use and the one to come."""
        self._used = self._arrivals.used = self._extractors.all(self._facets)
        self._switching.look(self._facets)
        self._later.use(self._switching.later)
        self._completing = False
        reading = [*self._used, *self._switching.first]
        intake = Intake(self.library, reading, self._arrivals, pool=self._pool, lane=self._lane, workers=self._workers)
        intake.paused = paused
        return intake

    def _tell(self, *, now: bool = False) -> None:
        """Say how far it is; at the end say what was done, and tidy up."""
        busy = self._first_pass or self._intake.busy
        ended = self._was_busy and not busy
        self._was_busy = busy
        settled = None if self._later.busy else self._later.told(Progress(0, 0))
        now = now or ended or settled not in (None, self._settled)
        self._settled = settled
        if busy or now or settled is None:
            self._news.progress(self._progress, now=now)
        self._news.folders(now=ended)
        self._news.groups()
        if ended:
            self._report = self._intake.tally.report()
            self._intake.begin()
            if not self._intake.paused and self._switching.switch_when_read(FIRST, tried=self._completing):
                self._intake = self._new_intake()
            self._emit(IndexingEnded(self._report))
            self._news.groups(now=True)
            self._later.complete()
            drop_outdated(self.library, *self._switching.versions())
            self._indexes.save(self.library.catalog)
            self._settled = None if self._later.busy else self._settled
        if now:
            self._switch_later()

    def _switch_later(self) -> None:
        """Use a coming model of the second pass, once that has nothing more to do."""
        at_rest = not self._later.busy and not self._later.paused
        if at_rest and self._switching.switch_when_read(LATER, tried=True):
            self._intake = self._new_intake(paused=self._intake.paused)
            self._later.complete()

    def _progress(self) -> Progress:
        intake = self._intake
        return self._later.told(intake.tally.progress(paused=intake.paused, looking=self._looks.busy))

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def open_writer(folder: Path | None, emit: Callable[[Event], None], *, facets: Sequence[Facet] = READ, spared: int = 1) -> Writer:
    """Open a library for writing; what the settings switch off is not read. `spared`: processors that are left to a window.

    Raises LibraryBusy, LibraryTooNew, LibraryDamaged, DiskFull.
    """
    paths = library_paths(folder)
    if not load_settings(paths.settings).read_text:
        facets = [facet for facet in facets if facet is not Facet.WORDS]
    library = Library(paths, write=True)
    try:
        extractors = Extractors(Choice(paths))
        indexes = Indexes(paths.indexes, library.vectors, extractors)
        return Writer(library, extractors, indexes, emit, facets=facets, owns=True, spared=spared)
    except BaseException:
        library.close()
        raise
