"""One window a library."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from app.ui.single_instance import SingleInstance, server_name


@pytest.fixture
def first(qapp: object, tmp_path: Path) -> Iterator[SingleInstance]:
    """The window that is open already."""
    made = SingleInstance(tmp_path)
    assert made.listen()
    yield made
    made.close()


def test_a_second_start_hands_over_its_folders(qtbot: QtBot, first: SingleInstance, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication; app = QCoreApplication([]);"
        "from app.ui.single_instance import SingleInstance;"
        "sys.exit(0 if SingleInstance(Path(sys.argv[1])).hand_over(['/photos/ä', '/photos/b']) else 1)"
    )
    with qtbot.waitSignal(first.asked, timeout=20_000) as asked:
        second = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)])
    assert asked.args == [("/photos/ä", "/photos/b")]
    assert second.wait(20) == 0


def test_alone_nothing_is_handed_over(qapp: object, tmp_path: Path) -> None:
    assert not SingleInstance(tmp_path).hand_over(["/photos"])


def test_another_library_has_its_own_window(first: SingleInstance, tmp_path: Path) -> None:
    assert server_name(tmp_path) != server_name(tmp_path / "other")
    assert not SingleInstance(tmp_path / "other").hand_over([])


def test_a_name_that_a_kill_left_behind_is_taken_over(qtbot: QtBot, tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication; app = QCoreApplication([]);"
        "from app.ui.single_instance import SingleInstance; one = SingleInstance(Path(sys.argv[1])); ok = one.listen();"
        "os._exit(0 if ok else 1)"  # no clean-up, as after a kill
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 0
    survivor = SingleInstance(tmp_path)
    assert not survivor.hand_over([])
    assert survivor.listen()
    survivor.close()


def test_nonsense_only_raises_the_window(qtbot: QtBot, first: SingleInstance, tmp_path: Path) -> None:
    socket = QLocalSocket()
    with qtbot.waitSignal(first.asked) as asked:
        socket.connectToServer(server_name(tmp_path))
        assert socket.waitForConnected(1000)
        socket.write(b"\xff\xfe not json\n")
        socket.flush()
    assert asked.args == [()]
    socket.disconnectFromServer()


def test_the_socket_is_for_this_user_only(first: SingleInstance) -> None:
    server = first.findChild(QLocalServer)
    assert server is not None
    assert server.socketOptions() & QLocalServer.SocketOption.UserAccessOption
