"""The settings: searches, colors, and models that come from a hub on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from app.engine.requests import AddFolders, GetSettings, ListHistory, ModelProgress, NoteSearch
from app.engine.settings import BUILT_IN
from app.engine.types import Facet, ModelChoice
from app.ui import model_words, theme
from app.ui.bridge import Bridge
from app.ui.history import History
from app.ui.model_desk import ModelDesk
from app.ui.model_row import ModelRow
from app.ui.preferences import Preferences
from app.ui.search_bar import SearchBar
from app.ui.settings_dialog import SettingsDialog
from tests.engine.models.hub_server import HubServer
from tests.engine.models.small_models import write_plain
from tests.ui.conftest import WAIT_MS
from tests.ui.real import ask, wait_for

SMALL = "hf-hub:facet/small-plain"
CLIP = ModelChoice("ViT-B-32/openai", "CLIP", Facet.MEANING, 605_000_000, "MIT", "English", 0.5, False, 0, False, False)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """A hub with one small model."""
    write_plain(tmp_path / "repositories" / "facet" / "small-plain")
    with HubServer(tmp_path / "repositories") as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        yield server


@pytest.fixture
def bridge(start_bridge: Callable[[], Bridge]) -> Bridge:
    """The engine of an empty library."""
    return start_bridge()


@pytest.fixture
def dialog(qtbot: QtBot, bridge: Bridge) -> SettingsDialog:
    """The settings on the screen, with the list of models."""
    theme.apply("light")
    made = SettingsDialog(Preferences(bridge), ModelDesk(bridge, bridge))
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: BUILT_IN in made.rows, timeout=WAIT_MS)
    return made


def seen(row: ModelRow) -> list[str]:
    """The buttons that a row offers."""
    return [button.text() for button in row.findChildren(QAbstractButton) if button.isVisible()]


def test_a_model_is_fetched_by_its_name_used_and_cannot_be_removed_then(
    qtbot: QtBot, hub: HubServer, bridge: Bridge, dialog: SettingsDialog, make_photo: Callable[..., Path]
) -> None:
    folder = make_photo("a.jpg").parent
    ask(bridge, AddFolders((str(folder),)))
    assert seen(dialog.rows[BUILT_IN]) == [] and dialog.rows[BUILT_IN].state.text() == "in use"
    QTest.keyClicks(dialog.name, SMALL)
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: SMALL in dialog.rows and "Use" in seen(dialog.rows[SMALL]), timeout=WAIT_MS)
    row = dialog.rows[SMALL]
    assert row.state.text() == "ready to use" and seen(row) == ["Use", "Remove"]
    QTest.mouseClick(row.use, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: row.state.text() == "in use", timeout=WAIT_MS)
    assert seen(row) == [] and "Use" in seen(dialog.rows[BUILT_IN])
    assert dialog.switching.isHidden()


def test_a_name_that_nobody_knows_and_a_machine_offline_are_said_in_one_sentence(
    qtbot: QtBot, hub: HubServer, dialog: SettingsDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog.name.setText("no such model")
    QTest.mouseClick(dialog.get, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.problem.isVisible() and "no such model" in dialog.problem.text(), timeout=WAIT_MS)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    QTest.mouseClick(dialog.rows[CLIP.name].get, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.rows[CLIP.name].remark.isVisible(), timeout=WAIT_MS)
    said = dialog.rows[CLIP.name].remark.text()
    assert "\n" not in said and "Error" not in said and said[0].isupper()
    assert "Get" in seen(dialog.rows[CLIP.name])


def test_a_folder_that_holds_no_model_says_so(qtbot: QtBot, dialog: SettingsDialog, tmp_path: Path) -> None:
    dialog.name.setText(str(tmp_path))
    QTest.mouseClick(dialog.get, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.problem.property("kind") == "warning" and dialog.problem.isVisible(), timeout=WAIT_MS)
    assert len(dialog.problem.text()) > 20


def test_a_fetch_that_hangs_is_paused_goes_on_and_is_given_up(qtbot: QtBot, hub: HubServer, dialog: SettingsDialog) -> None:
    hub.misbehavior.silent_after = 100
    desk = dialog._desk
    dialog.name.setText(SMALL)
    QTest.mouseClick(dialog.get, Qt.MouseButton.LeftButton)
    assert dialog.problem.text() == f"Asking for {SMALL}…"
    qtbot.waitUntil(lambda: SMALL in dialog.rows and desk.progress(replace(CLIP, name=SMALL)).done > 0, timeout=WAIT_MS)
    row = dialog.rows[SMALL]
    assert seen(row) == ["Pause", "Cancel"] and row.bar.isVisible() and dialog.problem.isHidden()
    QTest.mouseClick(row.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Resume" in seen(row), timeout=WAIT_MS)
    assert seen(row) == ["Resume", "Cancel"] and row.bar.isVisible() and " of " in row.bytes.text()
    QTest.mouseClick(row.resume, Qt.MouseButton.LeftButton)
    assert seen(row) == ["Pause", "Cancel"]
    QTest.mouseClick(row.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: SMALL not in dialog.rows, timeout=WAIT_MS)


def test_what_is_chosen_counts_at_once(qtbot: QtBot, bridge: Bridge, dialog: SettingsDialog) -> None:
    QTest.mouseClick(dialog.further, Qt.MouseButton.LeftButton, pos=dialog.further.rect().center() / 8)
    dialog.further.click() if not dialog.further.isChecked() else None
    wait_for(lambda: ask(bridge, GetSettings()).look_further is True)  # type: ignore[attr-defined]
    dialog.colors.setCurrentIndex(dialog.colors.findData("dark"))
    dialog.colors.activated.emit(dialog.colors.currentIndex())
    assert theme.choice() == "dark" and dialog.grab().toImage().pixelColor(300, 400).lightness() < 60
    theme.apply("light")
    assert dialog.colors.currentData() == "light"


def test_the_reading_of_text_is_switched_off_and_on(qtbot: QtBot, bridge: Bridge, dialog: SettingsDialog) -> None:
    assert dialog.read_text.isChecked()
    dialog.read_text.click()
    wait_for(lambda: ask(bridge, GetSettings()).read_text is False)  # type: ignore[attr-defined]
    dialog.read_text.click()
    wait_for(lambda: ask(bridge, GetSettings()).read_text is True)  # type: ignore[attr-defined]


def test_history_is_cleared_from_the_settings(qtbot: QtBot, bridge: Bridge, dialog: SettingsDialog) -> None:
    bar = SearchBar(bridge)
    qtbot.addWidget(bar)
    dialog.clear_asked.connect(History(bridge, bar).clear)
    ask(bridge, NoteSearch("boat"))
    assert ask(bridge, ListHistory()) == ("boat",)
    dialog.clear.click()
    wait_for(lambda: ask(bridge, ListHistory()) == ())
    assert dialog.cleared.text()


def test_every_control_has_a_name_and_esc_closes(qtbot: QtBot, dialog: SettingsDialog) -> None:
    controls = dialog.findChildren(QAbstractButton)
    assert all(button.text() or button.accessibleName() for button in controls)
    assert all(row.title.text() in row.get.accessibleName() for row in dialog.rows.values())
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (None, "speed not known"),
        (2.0, "2 times as fast"),
        (1.0, "as fast as"),
        (0.7, "a little slower"),
        (0.5, "half as fast"),
        (0.1, "10 times as long"),
    ],
)
def test_speed_is_said_against_the_built_in_one(qapp: QApplication, ratio: float | None, said: str) -> None:
    assert said in model_words.facts(replace(CLIP, speed=ratio))


def test_what_a_model_is_stands_in_one_line(qapp: QApplication) -> None:
    assert model_words.facts(CLIP) == "about 605 MB · MIT · English · half as fast as the built-in one"
    assert model_words.arrived(ModelProgress("x", 120_000_000, 605_000_000)) == "120 MB of 605 MB"
    built_in = replace(CLIP, name=BUILT_IN, bytes=0, here=True, speed=1.0)
    assert model_words.facts(built_in) == "no download · MIT · English"
