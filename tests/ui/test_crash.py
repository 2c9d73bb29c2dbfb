"""What nobody caught is told."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import qInstallMessageHandler
from pytestqt.qtbot import QtBot

from app.ui.crash import CrashDesk


@pytest.fixture
def desk(qapp: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[CrashDesk]:
    """An installed desk; all hooks are given back afterwards."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    handler = qInstallMessageHandler(None)
    made = CrashDesk()
    made.install()
    yield made
    qInstallMessageHandler(handler)


def test_a_thread_that_fails_is_told_in_a_sentence(desk: CrashDesk, qtbot: QtBot) -> None:
    def fail() -> None:
        raise RuntimeError("no such luck")

    with qtbot.waitSignal(desk.told) as told:
        thread = threading.Thread(target=fail)
        thread.start()
    thread.join()
    assert "no such luck" in told.args[0]
    assert "Your photos are untouched" in told.args[0]


def test_the_same_mistake_is_told_once(desk: CrashDesk, qtbot: QtBot) -> None:
    told: list[str] = []
    desk.told.connect(told.append)
    for error in (ValueError("a"), ValueError("a"), ValueError("b")):
        sys.excepthook(type(error), error, None)
    qtbot.waitUntil(lambda: any("b" in text for text in told))
    assert len(told) == 2


def test_an_interrupt_is_no_mistake(desk: CrashDesk, qtbot: QtBot) -> None:
    told: list[str] = []
    desk.told.connect(told.append)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    sys.excepthook(ValueError, ValueError("marker"), None)
    qtbot.waitUntil(lambda: bool(told))
    assert len(told) == 1
