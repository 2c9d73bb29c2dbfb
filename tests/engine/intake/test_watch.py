"""Watching real folders: what happens in them is told, once it is quiet, and what is none of our business is not."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.engine.intake import watch
from app.engine.intake.gather import Gatherer, Notice
from app.engine.intake.polling import FolderPoll
from app.engine.intake.watch import Watcher

PATIENCE_S = 20.0


class Told:
    """What a watcher told, in order; `until` waits for it."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self.problems: list[str] = []
        self.states: list[tuple[str, bool]] = []
        self._news = threading.Condition()

    def notice(self, notice: Notice) -> None:
        with self._news:
            self.notices.append(notice)
            self._news.notify_all()

    def problem(self, code: str, message: str) -> None:
        self.problems.append(f"{code}: {message}")

    def state(self, root: str, there: bool) -> None:
        with self._news:
            self.states.append((root, there))
            self._news.notify_all()

    def until(self, happened: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(happened, PATIENCE_S), (self.notices, self.states, self.problems)

    def covers(self, path: Path) -> bool:
        """Whether a look where the notices say would see a file of this path."""
        return any(
            str(path.parent) in notice.folders or any(str(path).startswith(tree + os.sep) for tree in notice.trees)
            for notice in self.notices
        )

    def moved(self) -> list[tuple[str, str]]:
        return [move for notice in self.notices for move in notice.moves]


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    (folder / "own").mkdir(parents=True)
    return folder


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "ROOTS_EVERY_S", 0.2)


@pytest.fixture
def watcher(told: Told, photos: Path) -> Iterator[Watcher]:
    watcher = Watcher(told.notice, [photos / "own"], on_problem=told.problem, on_root_state=told.state)
    watcher.watch([str(photos)])
    yield watcher
    watcher.close()


def test_a_new_file_is_told(watcher: Watcher, told: Told, photos: Path) -> None:
    (photos / "a.jpg").write_bytes(b"x")
    told.until(lambda: told.covers(photos / "a.jpg"))


def test_many_files_at_once_are_few_notices(watcher: Watcher, told: Told, photos: Path) -> None:
    for i in range(500):
        (photos / f"{i}.jpg").write_bytes(b"x")
    told.until(lambda: told.covers(photos / "499.jpg"))
    assert len(told.notices) <= 3


def test_a_change_in_place_and_a_deletion_are_told(watcher: Watcher, told: Told, photos: Path) -> None:
    (photos / "a.jpg").write_bytes(b"x")
    told.until(lambda: len(told.notices) == 1)
    (photos / "a.jpg").write_bytes(b"longer")
    told.until(lambda: len(told.notices) == 2)
    (photos / "a.jpg").unlink()
    told.until(lambda: len(told.notices) == 3)
    assert all(notice.folders == {str(photos)} for notice in told.notices)


def test_a_file_that_grows_slowly_is_told_again_when_it_is_complete(watcher: Watcher, told: Told, photos: Path) -> None:
    with (photos / "a.jpg").open("wb") as file:
        file.write(b"x" * 1000)
        file.flush()
        told.until(lambda: len(told.notices) >= 1)
        before = len(told.notices)
        file.write(b"y" * 1000)
    told.until(lambda: len(told.notices) > before)


def test_a_rename_is_told_as_one(watcher: Watcher, told: Told, photos: Path) -> None:
    (photos / "a.jpg").write_bytes(b"x")
    told.until(lambda: bool(told.notices))
    (photos / "a.jpg").rename(photos / "b.jpg")
    told.until(lambda: told.moved() == [(str(photos / "a.jpg"), str(photos / "b.jpg"))])


def test_a_folder_moved_as_a_whole_is_told_as_one_move(watcher: Watcher, told: Told, photos: Path) -> None:
    (photos / "old" / "deep").mkdir(parents=True)
    (photos / "old" / "deep" / "1.jpg").write_bytes(b"x")
    told.until(lambda: told.covers(photos / "old" / "deep" / "1.jpg"))
    (photos / "old").rename(photos / "new")
    told.until(lambda: bool(told.moved()))
    assert told.moved() == [(str(photos / "old"), str(photos / "new"))]
    (photos / "new" / "deep" / "2.jpg").write_bytes(b"x")
    told.until(lambda: told.covers(photos / "new" / "deep" / "2.jpg"))


def test_a_folder_that_comes_from_outside_is_told_with_all_below(
    watcher: Watcher, told: Told, photos: Path, tmp_path: Path
) -> None:
    (tmp_path / "trip" / "day1").mkdir(parents=True)
    (tmp_path / "trip" / "day1" / "1.jpg").write_bytes(b"x")
    (tmp_path / "trip").rename(photos / "trip")
    told.until(lambda: told.covers(photos / "trip" / "day1" / "1.jpg"))
    (photos / "trip").rename(tmp_path / "away")
    told.until(lambda: str(photos / "trip") in told.notices[-1].trees and len(told.notices) > 1)


def test_a_file_that_becomes_visible_is_told(watcher: Watcher, told: Told, photos: Path) -> None:
    (photos / ".a.jpg.part").write_bytes(b"x")
    (photos / ".a.jpg.part").rename(photos / "a.jpg")
    told.until(lambda: told.covers(photos / "a.jpg"))
    assert told.moved() == []


def test_hidden_things_and_our_own_folders_are_not_told(watcher: Watcher, told: Told, photos: Path) -> None:
    (photos / ".hidden").mkdir()
    (photos / ".hidden" / "a.jpg").write_bytes(b"x")
    (photos / "own" / "catalog.sqlite").write_bytes(b"x")
    (photos / ".b.jpg").write_bytes(b"x")
    (photos / "last.jpg").write_bytes(b"x")
    told.until(lambda: told.covers(photos / "last.jpg"))
    assert all(notice == Notice(folders=frozenset({str(photos)})) for notice in told.notices)


def test_reading_photos_tells_nothing(watcher: Watcher, told: Told, photos: Path) -> None:
    (photos / "a.jpg").write_bytes(b"x")
    told.until(lambda: bool(told.notices))
    for _ in range(50):
        (photos / "a.jpg").read_bytes()
    (photos / "sub").mkdir()
    told.until(lambda: len(told.notices) >= 2)
    assert told.notices[1:] == [Notice(trees=frozenset({str(photos / "sub")}))]


def test_a_folder_watched_no_longer_is_silent(watcher: Watcher, told: Told, photos: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    watcher.watch([str(other)])
    (photos / "a.jpg").write_bytes(b"x")
    (other / "b.jpg").write_bytes(b"x")
    told.until(lambda: told.covers(other / "b.jpg"))
    assert not told.covers(photos / "a.jpg")


def test_a_drive_that_goes_and_comes_back_is_told_and_watched_again(watcher: Watcher, told: Told, photos: Path) -> None:
    photos.rename(photos.with_name("unplugged"))
    told.until(lambda: told.states == [(str(photos), False)])
    photos.with_name("unplugged").rename(photos)
    told.until(lambda: told.states == [(str(photos), False), (str(photos), True)])
    told.until(lambda: any(str(photos) in notice.trees for notice in told.notices))
    seen = len(told.notices)
    (photos / "new.jpg").write_bytes(b"x")
    told.until(lambda: any(str(photos) in notice.folders for notice in told.notices[seen:]))


def test_a_folder_that_is_not_there_yet_is_waited_for(told: Told, tmp_path: Path) -> None:
    watcher = Watcher(told.notice, on_root_state=told.state)
    try:
        watcher.watch([str(tmp_path / "usb")])
        (tmp_path / "usb").mkdir()
        told.until(lambda: told.states == [(str(tmp_path / "usb"), True)])
    finally:
        watcher.close()


def test_another_drive_in_the_same_place_is_looked_through(watcher: Watcher, told: Told, photos: Path) -> None:
    swap = photos.with_name("second")
    swap.mkdir()
    photos.rename(photos.with_name("first"))
    swap.rename(photos)
    told.until(lambda: any(str(photos) in notice.trees for notice in told.notices))


def test_nothing_is_told_after_the_end_and_no_thread_is_left(watcher: Watcher, told: Told, photos: Path) -> None:
    (photos / "a.jpg").write_bytes(b"x")
    watcher.close()
    told_by_then, threads = len(told.notices), [thread.name for thread in threading.enumerate()]
    (photos / "b.jpg").write_bytes(b"x")
    assert "watcher" not in threads
    assert not any("Thread-" in name for name in threads)
    assert len(told.notices) == told_by_then


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit is Linux's")
class TestWatchLimit:
    """The system gives out only so many watches. What it says then is played here, for raising it is for root alone."""

    @pytest.fixture
    def limit(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        from watchdog.observers import inotify_c

        left, real = [10**6], inotify_c.inotify_add_watch

        def add(descriptor: int, path: bytes, mask: int) -> int:
            if left[0] <= 0:
                ctypes.set_errno(errno.ENOSPC)
                return -1
            left[0] -= 1
            return real(descriptor, path, mask)

        monkeypatch.setattr(inotify_c, "inotify_add_watch", add)
        monkeypatch.setattr(watch, "POLL_EVERY_S", 0.2)
        return left

    @pytest.mark.parametrize("watches", [0, 1, 3])
    def test_folders_beyond_the_limit_are_asked_instead(self, told: Told, photos: Path, limit: list[int], watches: int) -> None:
        (photos / "a" / "b" / "c").mkdir(parents=True)
        limit[0] = watches
        watcher = Watcher(told.notice, on_problem=told.problem)
        try:
            watcher.watch([str(photos)])
            assert len(told.problems) == 1
            assert "max_user_watches" in told.problems[0]
            (photos / "a" / "b" / "c" / "1.jpg").write_bytes(b"x")
            told.until(lambda: told.covers(photos / "a" / "b" / "c" / "1.jpg"))
            shutil.rmtree(photos / "a" / "b")
            told.until(lambda: any(str(photos / "a" / "b") in notice.trees for notice in told.notices))
        finally:
            watcher.close()

    def test_a_limit_reached_later_is_noticed(self, told: Told, photos: Path, limit: list[int]) -> None:
        watcher = Watcher(told.notice, on_problem=told.problem)
        try:
            watcher.watch([str(photos)])
            assert told.problems == []
            limit[0] = 0
            (photos / "new").mkdir()
            told.until(lambda: len(told.problems) == 1 and any(str(photos) in notice.trees for notice in told.notices))
            (photos / "new" / "1.jpg").write_bytes(b"x")
            seen = len(told.notices)
            told.until(lambda: told.covers(photos / "new" / "1.jpg") and len(told.notices) > seen)
        finally:
            watcher.close()

    def test_lost_events_make_it_look_everywhere(self, watcher: Watcher, told: Told, photos: Path) -> None:
        from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, Mask, WatchDescriptor

        overflow = InotifyEvent(WatchDescriptor(-1), Mask(InotifyConstants.IN_Q_OVERFLOW), 0, b"")
        watcher._observer._inotify_fd.handle_event(overflow)  # type: ignore[union-attr]
        told.until(lambda: any(str(photos) in notice.trees for notice in told.notices))


# ---- the parts


def test_a_stream_of_events_is_told_from_time_to_time(tmp_path: Path) -> None:
    gatherer = Gatherer(())
    gatherer.set_roots([str(tmp_path)])
    began = time.monotonic()
    for _ in range(5):
        gatherer.note("modified", str(tmp_path / "a.jpg"), is_folder=False)
        assert gatherer.take(time.monotonic()) is None
    assert gatherer.take(began + 2.1) == Notice(folders=frozenset({str(tmp_path)}))
    assert gatherer.take(began + 60) is None


def test_folders_below_a_tree_are_not_told_twice(tmp_path: Path) -> None:
    gatherer = Gatherer(())
    gatherer.set_roots([str(tmp_path)])
    for folder in ("a", "a/b", "ab"):
        gatherer.look(str(tmp_path / folder), tree=True)
        gatherer.look(str(tmp_path / folder / "deeper"), tree=False)
    notice = gatherer.take(time.monotonic() + 60)
    assert notice == Notice(trees=frozenset({str(tmp_path / "a"), str(tmp_path / "ab")}))


def test_asking_folders_finds_new_gone_and_changed_ones(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / ".hidden").mkdir()
    gatherer = Gatherer(())
    gatherer.set_roots([str(tmp_path)])
    poll = FolderPoll(str(tmp_path), gatherer.is_relevant)

    def changed() -> set[tuple[str, bool]]:
        return {(os.path.relpath(folder, tmp_path), tree) for folder, tree in poll.changed_folders(lambda: False)}

    def touch(folder: Path, seconds: int) -> None:
        os.utime(folder, (seconds, seconds))  # the clock of the file system may not have ticked meanwhile

    assert changed() == set()
    (tmp_path / "a" / "b" / "1.jpg").write_bytes(b"x")
    touch(tmp_path / "a" / "b", 1000)
    assert changed() == {("a/b", False)}
    (tmp_path / "a" / "new" / "deep").mkdir(parents=True)
    touch(tmp_path / "a", 2000)
    assert changed() == {("a", False), ("a/new", True)}
    touch(tmp_path / "a" / "new" / "deep", 3000)
    assert changed() == {("a/new/deep", False)}
    shutil.rmtree(tmp_path / "a")
    touch(tmp_path, 4000)
    assert changed() >= {(".", False), ("a", True)}
    assert changed() == set()
    (tmp_path / ".hidden" / "x").mkdir()
    touch(tmp_path / ".hidden", 5000)
    assert changed() == set()
