"""Two photos side by side: zoom and place are shared, whatever the photos' own sizes are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.bridge import Bridge
from app.ui.duplicates.compare import Compare
from app.ui.duplicates.pane import Pane
from app.ui.duplicates.pictures import Pictures
from app.ui.duplicates.review import Review
from tests.ui.duplicates.conftest import group


@pytest.fixture
def compare(qtbot: QtBot, dressed: None, tmp_path: Path) -> Iterator[Compare]:
    """A photo of 4000 x 3000 pixels beside its copy of 2000 x 1500."""
    bridge = Bridge(tmp_path / "library")
    made = Compare(bridge, Pictures(bridge, "compare"))
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    qtbot.waitExposed(made)
    review = Review.of(group(1))
    made.show_pair(review, review.group.photos[1])
    yield made
    bridge.close()


def wheel(pane: Pane, at: QPointF, notches: int) -> None:
    """Turn the wheel over a pane."""
    event = QWheelEvent(
        at,
        pane.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(pane, event)


def shown_at(pane: Pane, point: QPointF) -> tuple[float, float]:
    """Which share of the photo lies under a point of the pane."""
    frame = pane.frame()
    return (point.x() - frame.x()) / frame.width(), (point.y() - frame.y()) / frame.height()


def test_the_photo_that_stays_is_on_the_left(compare: Compare) -> None:
    assert [Path(pane.photo.path).name for pane in compare.panes if pane.photo] == ["0.jpg", "1.jpg"]


def test_the_wheel_zooms_both_and_keeps_what_is_under_the_pointer(compare: Compare) -> None:
    left, right = compare.panes
    point = QPointF(left.width() * 0.7, left.height() * 0.4)
    before = shown_at(left, point)
    wheel(left, point, 4)
    assert compare.look.zoom == pytest.approx(1.25**4)
    assert shown_at(left, point) == pytest.approx(before, abs=1e-6)
    assert right.frame() == left.frame(), "a photo of half the size shows the same part at the same size"


def test_zooming_out_ends_at_the_whole_photo(compare: Compare) -> None:
    wheel(compare.panes[0], QPointF(10, 10), 3)
    wheel(compare.panes[0], QPointF(10, 10), -20)
    assert (compare.look.zoom, compare.look.center) == (1.0, QPointF(0.5, 0.5))


def test_dragging_moves_both(compare: Compare, qtbot: QtBot) -> None:
    left, right = compare.panes
    compare.show_pixels()
    start, end = QPoint(300, 300), QPoint(240, 260)
    held = shown_at(left, QPointF(start))
    qtbot.mousePress(left, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(left, end)
    qtbot.mouseRelease(left, Qt.MouseButton.LeftButton, pos=end)
    assert shown_at(left, QPointF(end)) == pytest.approx(held, abs=1e-6)
    assert right.frame() == left.frame()


def test_every_pixel_of_the_larger_one_is_one_of_the_screen(compare: Compare, qtbot: QtBot) -> None:
    qtbot.mouseClick(compare.own_pixels, Qt.MouseButton.LeftButton)
    assert compare.panes[0].frame().width() == pytest.approx(4000 / compare.devicePixelRatioF())
    assert compare.scale.text() == "100 %"
    qtbot.mouseClick(compare.whole, Qt.MouseButton.LeftButton)
    assert compare.look.zoom == 1.0


def test_a_mark_can_be_changed_here_too(compare: Compare, qtbot: QtBot) -> None:
    with qtbot.waitSignal(compare.mark_asked) as asked:
        qtbot.mouseClick(compare._captions[1].mark, Qt.MouseButton.LeftButton)
    assert asked.args is not None and asked.args[0] is compare.panes[1].photo
