"""A real engine behind the bridge, for every test of the window that needs one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.bridge import Bridge

WAIT_MS = 60_000
"""Machines that test several things at once are slow; nothing here is a measurement."""


@pytest.fixture(autouse=True)
def empty_clipboard(qapp: QApplication) -> Iterator[None]:
    """What a test put on the clipboard goes with it: Qt must not find a Python object there when Python has ended."""
    yield
    qapp.clipboard().clear()


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Where the library of a test lies."""
    return tmp_path / "library"


@pytest.fixture
def start_bridge(qtbot: QtBot, library: Path) -> Iterator[Callable[[], Bridge]]:
    """Starts bridges on the library of the test and closes them again."""
    made: list[Bridge] = []

    def start() -> Bridge:
        bridge = Bridge(library)
        made.append(bridge)
        with qtbot.waitSignal(bridge.opened, timeout=WAIT_MS):
            bridge.start()
        return bridge

    yield start
    for bridge in made:
        bridge.close()
