"""The line at the bottom."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from app.engine.requests import Progress
from app.ui.status import StatusLine
from app.ui.undo import Happening


def made(qtbot: QtBot, width: int = 1200) -> StatusLine:
    """A status line on the screen."""
    line = StatusLine()
    qtbot.addWidget(line)
    line.resize(width, 30)
    line.show()
    return line


def press(qtbot: QtBot, line: StatusLine, text: str) -> None:
    """Press the button with this text."""
    button = next(b for b in line.findChildren(QPushButton) if b.text() == text and b.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_progress_is_told_in_words_people_use(qtbot: QtBot) -> None:
    line = made(qtbot)
    line.show_progress(Progress(1240, 4120, 180.0))
    assert line.reading.said() == "Reading photos: 1,240 of 4,120, about 3 min"
    assert line.bar.isVisible() and line.bar.value() == 1240 and line.bar.maximum() == 4120
    line.show_photos(4120)
    line.show_progress(Progress(4120, 4120))
    assert line.reading.said() == "All photos are ready"
    assert not line.bar.isVisible() and not line.pause.isVisible()


def test_nothing_is_told_of_an_empty_library(qtbot: QtBot) -> None:
    line = made(qtbot)
    line.show_progress(Progress(0, 0))
    assert line.reading.said() == ""


def test_reading_text_is_told_after_everything_else(qtbot: QtBot) -> None:
    line = made(qtbot)
    line.show_photos(10)
    line.show_progress(Progress(10, 10, later=(3, 10), texts=(0, 4)))
    assert line.reading.said() == "Looking at details: 3 of 10"
    line.show_progress(Progress(10, 10, later=(10, 10), texts=(1, 4)))
    assert line.reading.said() == "Reading text: 1 of 4" and line.pause.isVisible()
    line.show_progress(Progress(10, 10, later=(10, 10), texts=(1, 4), paused=True))
    assert line.reading.said() == "Paused at 1 of 4"
    line.show_progress(Progress(10, 10, later=(10, 10), texts=(4, 4)))
    assert line.reading.said() == "All photos are ready" and not line.pause.isVisible()


def test_describing_photos_is_told_first_and_can_be_stopped(qtbot: QtBot) -> None:
    line = made(qtbot)
    line.show_photos(10)
    line.show_progress(Progress(10, 10, later=(3, 10), captions=(1, 4), scenes=(2, 10)))
    assert line.reading.said() == "Describing photos: 1 of 4" and line.pause.isVisible()
    with qtbot.waitSignal(line.stop_asked):
        qtbot.mouseClick(line.stop, Qt.MouseButton.LeftButton)
    line.show_progress(Progress(10, 10, later=(10, 10), captions=(4, 4), scenes=(2, 10)))
    assert line.reading.said() == "Naming scenes: 2 of 10" and not line.stop.isVisible()


def test_pause_asks_for_the_other_state(qtbot: QtBot) -> None:
    line = made(qtbot)
    line.show_progress(Progress(1, 10))
    with qtbot.waitSignal(line.pause_asked) as asked:
        qtbot.mouseClick(line.pause, Qt.MouseButton.LeftButton)
    assert asked.args == [True]
    line.show_progress(Progress(1, 10, paused=True))
    assert line.reading.said() == "Paused at 1 of 10 photos"
    with qtbot.waitSignal(line.pause_asked) as asked:
        qtbot.mouseClick(line.pause, Qt.MouseButton.LeftButton)
    assert asked.args == [False]


def test_undo_hands_back_what_happened(qtbot: QtBot) -> None:
    line = made(qtbot)
    happening = Happening("2 photos moved to the trash, 8.1 MB freed", lambda: None)
    line.show_happening(happening)
    assert line.news.text == happening.text
    with qtbot.waitSignal(line.undo_asked) as asked:
        press(qtbot, line, "Undo")
    assert asked.args == [happening]
    assert line.news.text == ""


def test_what_cannot_be_undone_has_no_button(qtbot: QtBot) -> None:
    line = made(qtbot)
    line.show_happening(Happening("Back in the library", None))
    assert not [b for b in line.findChildren(QPushButton) if b.isVisible()]


def test_a_problem_leads_to_its_next_step(qtbot: QtBot) -> None:
    line, done = made(qtbot), []
    line.show_problem("The disk is full. Make room, then go on.", "Go on", lambda: done.append(True))
    press(qtbot, line, "Go on")
    assert done == [True]


def test_a_long_line_is_shortened_and_shown_whole_as_a_hint(qtbot: QtBot) -> None:
    line = made(qtbot, 400)
    line.show_progress(Progress(10, 20))
    text = "A very long message about a folder that is on a drive which is not connected at this moment"
    line.show_problem(text)
    assert line.news.text == text
    assert line.minimumSizeHint().width() <= 640


def test_every_button_has_a_name(qtbot: QtBot) -> None:
    line = made(qtbot)
    line.show_progress(Progress(1, 10))
    line.show_happening(Happening("x", lambda: None))
    assert all(b.text() or b.accessibleName() for b in line.findChildren(QToolButton) + line.findChildren(QPushButton))
