"""The bridge, with the real engine on its other side."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.engine.errors import InputError
from app.engine.requests import (
    ActProgress,
    AddFolders,
    Failed,
    Info,
    ListPhotos,
    MoveToTrash,
    PhotosArrived,
    Progress,
    Search,
    Status,
    Suggestions,
    TagPhotos,
)
from app.engine.types import Answer, LibraryStatus, PhotoRow, Query
from app.ui.bridge import Bridge
from app.ui.trash import QtTrash
from tests.ui.conftest import WAIT_MS

Start = Callable[[], Bridge]


def answer_of(qtbot: QtBot, bridge: Bridge, request: object) -> object:
    """Ask and wait for the answer or the failure."""
    got: list[object] = []
    bridge.ask(request, got.append, got.append)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: bool(got), timeout=WAIT_MS)
    return got[0]


def read(qtbot: QtBot, bridge: Bridge, folder: Path, photos: int) -> None:
    """Add a folder and wait until its photos are read."""
    arrived: set[str] = set()
    bridge.photos_arrived.connect(lambda news: arrived.update(row.path for row in news.rows))
    bridge.ask(AddFolders((str(folder),)), lambda _folders: None)
    qtbot.waitUntil(lambda: len(arrived) >= photos, timeout=WAIT_MS)


def test_answers_come_in_the_gui_thread_after_ask_has_returned(qtbot: QtBot, start_bridge: Start) -> None:
    bridge = start_bridge()
    got: list[tuple[object, threading.Thread]] = []
    bridge.ask(Status(), lambda answer: got.append((answer, threading.current_thread())))
    assert got == []
    qtbot.waitUntil(lambda: bool(got), timeout=WAIT_MS)
    assert isinstance(got[0][0], LibraryStatus)
    assert got[0][1] is threading.main_thread()


def test_what_is_asked_before_the_engine_is_there_is_answered(qtbot: QtBot, library: Path) -> None:
    bridge = Bridge(library)
    got: list[object] = []
    bridge.ask(ListPhotos(), got.append)
    bridge.start()
    qtbot.waitUntil(lambda: bool(got), timeout=WAIT_MS)
    bridge.close()
    assert got == [()]


def test_a_folder_is_read_and_its_photos_have_thumbnails(
    qtbot: QtBot, start_bridge: Start, make_photo: Callable[..., Path]
) -> None:
    bridge = start_bridge()
    folder = make_photo("a.jpg", seed=1).parent
    make_photo("b.jpg", seed=2, size=(300, 600))
    with qtbot.waitSignal(bridge.indexing_ended, timeout=WAIT_MS):
        read(qtbot, bridge, folder, 2)
    rows: tuple[PhotoRow, ...] = answer_of(qtbot, bridge, ListPhotos())  # type: ignore[assignment]
    assert {row.name for row in rows} == {"a.jpg", "b.jpg"}
    images: dict[bytes, QImage] = {}
    bridge.thumbnail.connect(lambda digest, image: images.__setitem__(digest, image))
    bridge.want_thumbnails([row.digest for row in rows])
    qtbot.waitUntil(lambda: len(images) == 2, timeout=WAIT_MS)
    for row in rows:
        image = images[row.digest]
        assert max(image.width(), image.height()) == 320
        assert (image.width() > image.height()) == (row.width > row.height)


def test_a_photo_without_a_thumbnail_gets_a_null_image(qtbot: QtBot, start_bridge: Start) -> None:
    bridge = start_bridge()
    with qtbot.waitSignal(bridge.thumbnail, timeout=WAIT_MS) as got:
        bridge.want_thumbnails([b"\0" * 16])
    assert got.args[0] == b"\0" * 16
    assert got.args[1].isNull()


def test_a_failure_reaches_who_asked_or_else_everybody(qtbot: QtBot, start_bridge: Start) -> None:
    bridge = start_bridge()
    failed: list[Failed] = []
    ticket = bridge.ask(Info("/no/such/photo.jpg"), lambda _answer: pytest.fail("answered"), failed.append)
    qtbot.waitUntil(lambda: bool(failed), timeout=WAIT_MS)
    assert failed[0].ticket == ticket and failed[0].message
    with qtbot.waitSignal(bridge.failed, timeout=WAIT_MS) as told:
        bridge.ask(Info("/no/such/photo.jpg"), lambda _answer: None)
    assert isinstance(told.args[0], Failed)


def test_only_the_newest_of_a_name_is_answered(qtbot: QtBot, start_bridge: Start, tmp_path: Path) -> None:
    bridge = start_bridge()
    got: list[str] = []
    for name in "abcde":
        bridge.ask(
            Suggestions((str(tmp_path),)),
            lambda _answer, name=name: got.append(name),
            lambda _failure: got.append("failed"),
            replaces="count",
        )
    bridge.ask(Suggestions((str(tmp_path),)), lambda _answer: got.append("other"), replaces="another name")
    qtbot.waitUntil(lambda: "other" in got, timeout=WAIT_MS)
    assert got == ["e", "other"]


def test_nothing_is_called_for_a_cancelled_request(qtbot: QtBot, start_bridge: Start) -> None:
    bridge = start_bridge()
    got: list[str] = []
    ticket = bridge.ask(Status(), lambda _answer: got.append("cancelled"), lambda _failure: got.append("failed"))
    bridge.cancel(ticket)
    bridge.cancel(ticket)
    bridge.ask(Status(), lambda _answer: got.append("kept"))
    qtbot.waitUntil(lambda: "kept" in got, timeout=WAIT_MS)
    assert got == ["kept"]


def test_pausing_holds_the_reading_and_searches_go_on(qtbot: QtBot, start_bridge: Start, make_photo: Callable[..., Path]) -> None:
    bridge = start_bridge()
    bridge.pause()
    folder = make_photo("a.jpg", seed=1).parent
    arrived: list[PhotosArrived] = []
    bridge.photos_arrived.connect(arrived.append)
    held: list[Progress] = []
    bridge.progress.connect(lambda news: held.append(news) if news.paused else None)
    bridge.ask(AddFolders((str(folder),)), lambda _folders: None)
    qtbot.waitUntil(lambda: any(news.paused and news.total == 1 for news in held), timeout=WAIT_MS)
    answer = answer_of(qtbot, bridge, Search(Query(colors=("#ff0000",))))
    assert isinstance(answer, Answer) and answer.hits == ()
    assert arrived == []
    bridge.resume()
    qtbot.waitUntil(lambda: bool(arrived), timeout=WAIT_MS)


def test_a_second_window_is_told_and_can_try_again(qtbot: QtBot, start_bridge: Start, library: Path) -> None:
    first = start_bridge()
    second = Bridge(library)
    failures: list[Failed] = []
    second.ask(Status(), lambda _answer: None, failures.append)
    with qtbot.waitSignal(second.not_opened, timeout=WAIT_MS) as told:
        second.start()
    assert told.args[0].code == "library-busy"
    assert [failure.code for failure in failures] == ["library-busy"]
    first.close()
    with qtbot.waitSignal(second.opened, timeout=WAIT_MS):
        second.start()
    second.close()


def test_closing_at_once_leaves_no_thread_behind(qtbot: QtBot, library: Path) -> None:
    def threads() -> set[threading.Thread]:
        # Python keeps a stand-in for a QThread that has ended, named "Dummy-1"
        return {thread for thread in threading.enumerate() if not thread.name.startswith("Dummy")}

    before = threads()
    for _ in range(3):
        bridge = Bridge(library)
        bridge.start()
        bridge.close()
    assert threads() - before == set()


def test_the_trash_says_where_a_file_is_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_photo: Callable[..., Path]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))  # not there yet, as on a fresh account
    photo = make_photo("a.jpg")
    content = photo.read_bytes()
    now = QtTrash().move(photo)
    assert not photo.exists()
    assert now.read_bytes() == content


def test_what_cannot_be_trashed_is_an_error_and_stays(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        QtTrash().move(tmp_path / "not there.jpg")


def test_tags_that_changed_are_told(qtbot: QtBot, start_bridge: Start) -> None:
    bridge = start_bridge()
    with qtbot.waitSignal(bridge.tags_changed, timeout=WAIT_MS):
        assert answer_of(qtbot, bridge, TagPhotos((b"1" * 16,), "dog")) == (TagPhotos((b"1" * 16,), "dog", None),)


def test_progress_of_an_act_bears_the_ticket_that_was_given_for_it(
    qtbot: QtBot, start_bridge: Start, make_photo: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    photo = make_photo("a.jpg")
    bridge = start_bridge()
    read(qtbot, bridge, photo.parent, 1)
    told: list[ActProgress] = []
    bridge.act_progress.connect(told.append)
    with qtbot.waitSignal(bridge.acts_changed, timeout=WAIT_MS):
        ticket = bridge.ask(MoveToTrash((str(photo),)), lambda _report: None)
    assert told[-1] == ActProgress(ticket, 1, 1) and not photo.exists()
