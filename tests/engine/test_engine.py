"""The engine through its door: requests in, events out, on real stores and drawn photos."""

from __future__ import annotations

import queue
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from app.engine import requests as r
from app.engine.copies import DuplicateKind
from app.engine.removals import Removal, Steer
from app.engine.service import Engine
from app.engine.trashing import FolderTrash
from app.engine.types import Answer, Facet, FolderState, Query
from tests.conftest import draw_photo

News = TypeVar("News")


class Window:
    """Stands where the window stands: it keeps what the engine says and waits for answers."""

    def __init__(self) -> None:
        self.events: list[r.Event] = []
        self._arrived: queue.Queue[r.Event] = queue.Queue()

    def emit(self, event: r.Event) -> None:
        self.events.append(event)
        self._arrived.put(event)

    def wait(self, found: Callable[[r.Event], bool], seconds: float = 60) -> Any:
        ends = time.monotonic() + seconds
        while True:
            event = self._arrived.get(timeout=max(0.01, ends - time.monotonic()))
            if found(event):
                return event

    def last(self, kind: type[News]) -> News:
        return next(e for e in reversed(self.events) if isinstance(e, kind))


class Running:
    """An engine in its thread, as the window runs it."""

    def __init__(self, library: Path, trash: Path) -> None:
        self.window = Window()
        self.engine = Engine(library, self.window.emit, trash=FolderTrash(trash))
        self.thread = threading.Thread(target=self.engine.run)
        self.thread.start()

    def ask(self, request: r.Request) -> Any:
        ticket = self.engine.submit(request)
        event = self.window.wait(lambda e: isinstance(e, r.Done | r.Failed) and e.ticket == ticket)
        assert isinstance(event, r.Done), event
        return event.answer

    def close(self) -> None:
        self.engine.stop()
        self.thread.join(60)
        assert not self.thread.is_alive()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    run = Running(tmp_path / "library", tmp_path / "trash")
    yield run
    run.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "photos"
    made.mkdir()
    for n in range(4):
        draw_photo(n).save(made / f"{n}.jpg", quality=92)
    return made


def read_all(running: Running, folder: Path) -> None:
    running.ask(r.AddFolders((str(folder),)))
    running.window.wait(lambda e: isinstance(e, r.IndexingEnded) and e.report.found > 0)


def test_photos_are_read_found_and_told(running: Running, folder: Path) -> None:
    read_all(running, folder)
    rows = running.ask(r.ListPhotos())
    assert {row.name for row in rows} == {"0.jpg", "1.jpg", "2.jpg", "3.jpg"}
    arrived = {row.photo_id for e in running.window.events if isinstance(e, r.PhotosArrived) for row in e.rows}
    assert arrived == {row.photo_id for row in rows}
    assert all(running.engine.thumbnail(row.digest) for row in rows)
    answer = running.ask(r.Search(Query(text="a colorful drawing", k=3)))
    assert isinstance(answer, Answer) and len(answer.hits) == 3 and not answer.failed
    assert running.window.last(r.FoldersChanged).photos == 4


def test_a_photo_copied_into_a_watched_folder_appears_by_itself_and_is_found(running: Running, folder: Path) -> None:
    read_all(running, folder)
    draw_photo(77).save(folder / "later.png")
    running.window.wait(lambda e: isinstance(e, r.PhotosArrived) and any(row.name == "later.png" for row in e.rows), 30)
    hits = running.ask(r.Search(Query(images=(str(folder / "later.png"),), facets=(Facet.MEANING,), k=1))).hits
    assert hits[0].row.name == "later.png"


def test_rename_move_and_delete_are_seen_and_nothing_is_read_again(running: Running, folder: Path, tmp_path: Path) -> None:
    read_all(running, folder)
    ids = {row.name: row.photo_id for row in running.ask(r.ListPhotos())}
    (folder / "sub").mkdir()
    (folder / "0.jpg").rename(folder / "sub" / "new name.jpg")
    (folder / "1.jpg").unlink()

    def settled() -> bool:
        return {row.name for row in running.ask(r.ListPhotos())} == {"new name.jpg", "2.jpg", "3.jpg"}

    ends = time.monotonic() + 30
    while not settled() and time.monotonic() < ends:
        time.sleep(0.2)
    now = {row.name: row.photo_id for row in running.ask(r.ListPhotos())}
    assert now == {"new name.jpg": ids["0.jpg"], "2.jpg": ids["2.jpg"], "3.jpg": ids["3.jpg"]}
    assert ids["1.jpg"] in {i for e in running.window.events if isinstance(e, r.PhotosGone) for i in e.photo_ids}
    folder.joinpath("sub").rename(folder / "moved as a whole")
    ends = time.monotonic() + 30
    while time.monotonic() < ends and "moved as a whole" not in str([row.path for row in running.ask(r.ListPhotos())]):
        time.sleep(0.2)
    paths = {row.photo_id: row.path for row in running.ask(r.ListPhotos())}
    assert paths[ids["0.jpg"]] == str(folder / "moved as a whole" / "new name.jpg")


def test_a_root_that_goes_away_is_offline_and_its_photos_stay(running: Running, folder: Path, tmp_path: Path) -> None:
    read_all(running, folder)
    folder.rename(tmp_path / "away")
    running.window.wait(lambda e: isinstance(e, r.FoldersChanged) and e.folders[0].state is FolderState.OFFLINE, 30)
    assert len(running.ask(r.ListPhotos())) == 4
    (tmp_path / "away").rename(folder)
    running.window.wait(lambda e: isinstance(e, r.FoldersChanged) and e.folders[0].state is FolderState.WATCHED, 30)
    assert len(running.ask(r.ListPhotos())) == 4


def test_trash_and_undo_move_the_file_there_and_back(running: Running, folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "0.jpg", folder / "0 again.jpg")
    read_all(running, folder)
    groups = running.ask(r.FindDuplicates())
    assert [g.kind for g in groups] == [DuplicateKind.IDENTICAL]
    keeper = next(p.path for p in groups[0].photos if p.keep)
    spare = next(p.path for p in groups[0].photos if not p.keep)
    content = Path(spare).read_bytes()
    report = running.ask(r.MoveToTrash((spare,), (keeper,)))
    assert report.moved == (spare,) and report.freed == len(content) and not Path(spare).exists()
    assert running.ask(r.FindDuplicates()) == ()
    assert running.ask(r.UndoTrash(report.act)) == (spare,)
    assert Path(spare).read_bytes() == content
    running.window.wait(lambda e: isinstance(e, r.IndexingEnded), 30)
    assert len(running.ask(r.FindDuplicates())) == 1


def test_while_files_go_to_the_trash_others_are_answered_and_it_can_be_paused(running: Running, folder: Path) -> None:
    copies = tuple(str(folder / f"again {n}.jpg") for n in range(300))
    for copy in copies:
        shutil.copy(folder / "0.jpg", copy)
    read_all(running, folder)
    plan = running.ask(r.PlanRemoval((Removal(copies, (str(folder / "0.jpg"),)),)))
    ticket = running.engine.submit(r.ApplyRemoval(plan))
    running.ask(r.SteerAct(Steer.PAUSE))
    running.ask(r.GetSettings())
    (act,) = running.ask(r.ListActs())
    assert act.planned > 0, "it was under way, and others were answered"
    assert running.window.last(r.ActProgress).paused
    running.ask(r.SteerAct(Steer.RESUME))
    done = running.window.wait(lambda e: isinstance(e, r.Done | r.Failed) and e.ticket == ticket)
    assert isinstance(done, r.Done) and done.answer.moved == copies
    assert [e.done for e in running.window.events if isinstance(e, r.ActProgress)][-1] == 300


def test_not_duplicates_is_remembered_and_can_be_taken_back(running: Running, folder: Path) -> None:
    draw_photo(0).resize((320, 240)).save(folder / "small.jpg")
    shutil.copy(folder / "1.jpg", folder / "1 again.jpg")
    read_all(running, folder)
    groups = running.ask(r.FindDuplicates())
    assert len(groups) == 2
    for group in groups:
        running.ask(r.NotDuplicates(tuple(p.digest for p in group.photos)))
    assert running.ask(r.FindDuplicates()) == ()
    running.ask(r.NotDuplicates(tuple(p.digest for p in groups[0].photos), undo=True))
    assert len(running.ask(r.FindDuplicates())) == 1


def test_forget_and_remember(running: Running, folder: Path) -> None:
    read_all(running, folder)
    forgotten = running.ask(r.Forget((str(folder / "0.jpg"),)))
    assert forgotten.photos == 1 and len(running.ask(r.ListPhotos())) == 3
    running.ask(r.Rescan())
    running.window.wait(lambda e: isinstance(e, r.IndexingEnded), 30)
    assert len(running.ask(r.ListPhotos())) == 3
    running.ask(r.Remember(forgotten))
    running.window.wait(lambda e: isinstance(e, r.PhotosArrived), 30)
    assert len(running.ask(r.ListPhotos())) == 4
    assert (folder / "0.jpg").exists()


def test_pause_holds_the_reading_and_searches_go_on(running: Running, folder: Path) -> None:
    read_all(running, folder)
    running.engine.pause()
    running.window.wait(lambda e: isinstance(e, r.Progress) and e.paused)
    draw_photo(50).save(folder / "while paused.jpg")
    assert running.ask(r.Search(Query(text="drawing", k=2))).hits
    assert len(running.ask(r.ListPhotos())) == 4
    running.engine.resume()
    running.window.wait(lambda e: isinstance(e, r.PhotosArrived), 30)
    assert len(running.ask(r.ListPhotos())) == 5


def test_a_failed_request_says_why_and_the_engine_goes_on(running: Running, folder: Path) -> None:
    ticket = running.engine.submit(r.AddFolders((str(folder / "nowhere"),)))
    failed = running.window.wait(lambda e: isinstance(e, r.Done | r.Failed) and e.ticket == ticket)
    assert isinstance(failed, r.Failed) and failed.code == "input" and "nowhere" in failed.message
    assert running.ask(r.ListPhotos()) == ()


def test_a_facet_that_fails_is_named_while_the_others_answer(running: Running, folder: Path) -> None:
    read_all(running, folder)
    answer = running.ask(r.Search(Query(text="狗在沙滩上", images=(str(folder / "0.jpg"),), k=4)))
    assert answer.hits and [facet for facet, _ in answer.failed] == [Facet.MEANING]


def test_a_library_in_use_is_not_opened_twice(running: Running, folder: Path, tmp_path: Path) -> None:
    running.window.wait(lambda e: isinstance(e, r.Opened))
    second = Window()
    Engine(tmp_path / "library", second.emit).run()
    refused = second.last(r.NotOpened)
    assert refused.code == "library-busy"


def test_inline_answers_before_submit_returns(tmp_path: Path, folder: Path) -> None:
    window = Window()
    engine = Engine(tmp_path / "inline", window.emit, inline=True)
    engine.submit(r.AddFolders((str(folder),)))
    engine.run_until_idle()
    ticket = engine.submit(r.ListPhotos())
    done = window.last(r.Done)
    assert done.ticket == ticket and isinstance(done.answer, tuple) and len(done.answer) == 4
    engine.stop()
