"""Engine: the one door to everything. Requests go in with `submit`, events come out through `emit`."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.engine import requests as r
from app.engine.deciding import decide
from app.engine.errors import FacetError, LibraryError
from app.engine.keeping import keep
from app.engine.lanes import FETCHING, KEPT_AT_THE_END, LANES, Desk, Lane
from app.engine.reading import Reader, decode, open_reader
from app.engine.trashing import Mover, platform_trash
from app.engine.types import READ, Facet
from app.engine.writing import Writer, open_writer

if TYPE_CHECKING:
    from app.engine.intake.watch import Watcher

log = logging.getLogger(__name__)

_WAIT_S = 0.5
_STEP_S = 0.05


class Engine:
    """The library and all that works on it.

    `run` is the engine thread's loop: it alone writes the stores and changes the indexes; it returns after `stop`.
    `submit`, `cancel`, `pause`, `resume`, `stop` and `thumbnail` may be called from any thread. `emit` is called from the
    engine's threads. With `inline` there are no threads of its own: `submit` answers before it returns, `run_until_idle` reads
    what is pending, and the library is opened at once (raising LibraryError) and closed by `stop`.
    """

    def __init__(
        self, library: Path | None, emit: Callable[[r.Event], None], *, inline: bool = False, trash: Mover | None = None
    ) -> None:
        """`trash`: the platform's, where the engine knows none itself (Windows and macOS), or another one."""
        self._folder = library
        self._emit = emit
        self._trash = platform_trash(trash)
        self._inline = inline
        self._desk = Desk(emit)
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._stopping = False
        self._writer: Writer | None = None
        self._lanes: dict[str, Lane] = {}
        self._readers: dict[str, Reader] = {}
        self._watcher: Watcher | None = None
        if inline:
            self._open()

    # ---- from any thread

    def submit(self, request: r.Request) -> int:
        """Ask; the ticket is returned at once."""
        ticket = self._desk.ticket()
        lane = LANES.get(type(request), "")
        if self._inline:
            self._dispatch(ticket, lane, request)
        elif lane in self._lanes:
            self._lanes[lane].put(lambda: self._desk.answer(ticket, lambda: self._in_lane(ticket, lane, request)))
        elif self._stopping:
            self._desk.fail(ticket, "cancelled", "Facet is closing")
        else:
            self._inbox.put(lambda: self._dispatch(ticket, lane, request))
        return ticket

    def cancel(self, ticket: int) -> None:
        """Give a request up: it fails with the code "cancelled", or its answer is dropped."""
        self._desk.cancel(ticket)

    def pause(self) -> None:
        """Read no further photos for now."""
        self._put(lambda: self._writer.pause() if self._writer else None)

    def resume(self) -> None:
        """Go on reading."""
        self._put(lambda: self._writer.resume() if self._writer else None)

    def stop(self) -> None:
        """Finish the batch at hand and leave `run`; the library is closed when `run` returns."""
        self._stopping = True
        self._put(lambda: None)
        if self._inline:
            self._close()

    def thumbnail(self, digest: bytes) -> bytes | None:
        """The stored JPEG (longer side 320 px) of a photo, read at once in the calling thread; None where there is none (yet)."""
        writer = self._writer
        if writer is None:
            return None
        stored = writer.library.thumbnails.get(digest)
        if stored is None:
            self._put(lambda: writer.want_thumbnail(digest))
        elif writer.looks_closer:
            self._put(lambda: writer.on_screen(digest))
        return stored

    def run_until_idle(self) -> None:
        """Read everything that is to be read; only for `inline`."""
        assert self._inline and self._writer
        self._writer.run_until_idle()

    # ---- the engine thread

    def run(self) -> None:
        """Open the library (emits Opened or NotOpened), then serve until `stop`."""
        try:
            self._open()
        except FacetError as error:
            self._emit(r.NotOpened(error.code, str(error)))
            return
        try:
            self._serve()
        finally:
            self._close()

    def _serve(self) -> None:
        assert self._writer
        while not self._stopping:
            try:
                self._take_one(0 if self._writer.busy else _WAIT_S)
                self._writer.step(_STEP_S)
            except LibraryError as error:
                self._writer.pause()
                self._emit(r.Problem(error.code, str(error)))
            except Exception as error:  # the window must stay usable; what is stored is whole
                log.exception("the reading of photos failed")
                self._writer.pause()
                self._emit(r.Problem("error", f"reading photos has stopped: {type(error).__name__}: {error}; resume to go on"))

    def _take_one(self, wait_s: float) -> None:
        try:
            task = self._inbox.get(timeout=wait_s) if wait_s else self._inbox.get_nowait()
        except queue.Empty:
            return
        task()

    def _put(self, task: Callable[[], None]) -> None:
        task() if self._inline else self._inbox.put(task)

    def _open(self) -> None:
        self._writer = open_writer(self._folder, self._emit, facets=(*READ, Facet.CAPTIONS))
        names = sorted(set(LANES.values()))
        self._readers = {name: self._writer.reader() for name in names if name != FETCHING}
        self._emit(r.Opened(*self._writer.summary()))
        self._writer.tell_folders()
        if not self._inline:
            self._lanes = {name: Lane(name) for name in names}
            self._lanes["search"].put(self._warm)
            self._watch()
        self._writer.trash.settle(self._trash)
        self._writer.look_everywhere()

    def _warm(self) -> None:
        try:
            self._readers["search"].warm()
        except FacetError as error:
            self._emit(r.Problem(error.code, str(error)))

    def _watch(self) -> None:
        """Watch the folders; what the watcher says is a hint to look again."""
        from app.engine.intake.watch import Watcher

        writer = self._writer
        assert writer
        self._watcher = Watcher(
            on_change=lambda notice: self._inbox.put(lambda: writer.changed(notice)),
            on_problem=lambda code, message: self._emit(r.Problem(code, message)),
            on_root_state=lambda root, there: self._inbox.put(lambda: self._root_changed(root, there=there)),
            own_folders=writer.library.paths.own_folders(),
        )
        self._watcher.watch(writer.library.catalog.roots())

    def _root_changed(self, root: str, *, there: bool) -> None:
        assert self._writer
        self._writer.came_back(root) if there else self._writer.look([root])
        self._writer.tell_folders()

    def _close(self) -> None:
        if self._watcher:
            self._watcher.close()
        for name, lane in self._lanes.items():
            lane.close(self._readers[name].close if name in self._readers else lambda: None)
        for reader in self._readers.values() if not self._lanes else ():
            reader.close()
        while not self._inbox.empty():
            self._take_one(0)
        if self._writer:
            writer, self._writer = self._writer, None
            writer.close()

    def _dispatch(self, ticket: int, lane: str, request: r.Request) -> None:
        if self._stopping and not isinstance(request, KEPT_AT_THE_END):
            self._desk.fail(ticket, "cancelled", "Facet is closing")
        elif isinstance(request, r.Acting):
            self._act(ticket, request)
        elif lane and self._inline:
            self._desk.answer(ticket, lambda: self._in_lane(ticket, lane, request))
        elif lane:
            self._lanes[lane].put(lambda: self._desk.answer(ticket, lambda: self._in_lane(ticket, lane, request)))
        else:
            self._desk.answer(ticket, lambda: self._write(request))

    def _act(self, ticket: int, request: r.Acting) -> None:
        """Carry out what moves files, between other work; the ticket is answered at its end."""
        assert self._writer
        acting, desk = self._writer.trash, self._desk
        acting.begin(ticket, request, self._trash, lambda work: desk.answer(ticket, work), lambda: desk.cancelled(ticket))
        while self._inline and acting.busy:
            acting.step(1.0)

    # ---- requests

    def _in_lane(self, ticket: int, lane: str, request: r.Request) -> object:
        if lane == FETCHING:
            return self._fetch(request, lambda: self._stopping or self._desk.cancelled(ticket))
        return self._read(lane, request)

    def _fetch(self, request: r.Request, stop: Callable[[], bool]) -> object:
        from app.engine.fetching import Fetching  # here, as all that few ask for: the window does not wait for it

        assert self._writer
        fetching = Fetching(self._writer.choice, self._emit)
        match request:
            case r.FetchModel():
                fetching.fetch(request.name, stop)
                return None
            case r.ImportModel():
                return fetching.take(request.path, request.name, stop)
        raise AssertionError(f"nobody fetches {request}")

    def _read(self, lane: str, request: r.Request) -> object:
        reader = self._readers[lane]
        match request:
            case r.ListPhotos():
                return reader.rows(request.folder, request.sort, descending=request.descending)
            case r.ListUnreadable():
                return reader.unreadable()
            case r.ListSubfolders():
                return reader.subfolders(request.root)
            case r.ListSearches():
                return reader.searches()
            case r.ListTags():
                return reader.tags()
            case r.TagsOf():
                return reader.shares(request.digests)
            case r.ExportTags():
                return reader.export_tags(request.paths, suggested=request.suggested)
            case r.UndoExport():
                return reader.undo_export(request.act)
            case r.ListHistory():
                return reader.history(request.begins)
            case r.Search():
                return reader.search(request.query)
            case r.MatchParts():
                return reader.match_parts(request.query, request.photo, request.box)
            case r.FindDuplicates():
                return reader.duplicates(request.kinds, request.under)
            case r.PlanRemoval():
                return reader.plan_removal(request, self._trash)
            case r.PlanFacts():
                return reader.plan_facts(request.paths)
            case r.ListDecisions():
                return reader.decisions()
            case r.Info():
                return reader.info(request.path)
            case r.Status():
                return reader.status()
            case r.ListModels():
                return reader.models()
            case r.Suggestions():
                return reader.count_pictures(request.paths)
            case r.Picture():
                return decode(request.source, request.side)
        raise AssertionError(f"no reader for {request}")

    def _write(self, request: r.Request) -> object:
        writer = self._writer
        assert writer
        match request:
            case r.AddFolders():
                folders = writer.add_folders(request.paths)
                self._watch_roots()
                return folders
            case r.Forget():
                forgotten = writer.forget(request.paths)
                self._watch_roots()
                return forgotten
            case r.Remember():
                folders = writer.remember(request.forgotten)
                self._watch_roots()
                return folders
            case r.NotDuplicates() | r.KeepAll():
                decide(writer.library.catalog, request, self._emit)
                return None
            case r.SteerAct():
                writer.trash.steer(request.steer)
                return None
            case r.ListActs():
                return writer.trash.acts(request.limit)
            case r.ListActFiles():
                return writer.trash.files(request.act)
            case r.Rescan():
                writer.look_everywhere()
                return None
            case r.WriteCaptions() | r.TakeTitles() | r.TakeBackDescriptions():
                from app.engine.captioning import describe

                return describe(writer.library.catalog, request, self._emit)
            case r.DescribePhotos():
                return writer.captions.ask(request.digests)
            case r.StopDescribing():
                writer.captions.give_up()
                return None
            case r.TagPhotos():
                return writer.tag(request.digests, request.tag, request.wanted, shown=request.shown)
            case (
                r.SaveSearch() | r.RenameSearch() | r.ForgetSearch() | r.NoteSearch() | r.ClearHistory() | r.GetSettings()
                | r.ChangeSettings() | r.GetKeeperRules() | r.ChangeKeeperRules()
            ):  # fmt: skip
                kept = keep(writer.library, request, self._emit)
                if isinstance(request, r.ChangeSettings):
                    writer.read_text(on=request.settings.read_text)
                return kept
            case r.UseModel() | r.SwitchOffModel() | r.RemoveModel():
                self._switch(writer, request)
                return None
        raise AssertionError(f"no writer for {request}")

    @staticmethod
    def _switch(writer: Writer, request: r.UseModel | r.SwitchOffModel | r.RemoveModel) -> None:
        match request:
            case r.UseModel():
                writer.use_model(request.name)
            case r.SwitchOffModel():
                writer.switch_off(request.name)
            case r.RemoveModel():
                writer.remove_model(request.name)

    def _watch_roots(self) -> None:
        if self._watcher and self._writer:
            self._watcher.watch(self._writer.library.catalog.roots())


__all__ = ["Engine", "open_reader", "open_writer", "platform_trash"]
