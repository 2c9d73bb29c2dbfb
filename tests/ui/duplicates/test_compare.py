"""Photos side by side, in one place, or how they differ: zoom and place are shared, whatever the photos' own sizes are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.engine.copies import DuplicateKind, Relation
from app.engine.features.copy import turned_back
from app.engine.requests import Pixels
from app.engine.types import Metadata, PhotoInfo, Turn
from app.ui import theme
from app.ui.bridge import Bridge
from app.ui.duplicates.compare import Compare, Way
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
    made.show_photos(review, review.group.photos[1])
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
        qtbot.mouseClick(compare.stage.sides[1].mark, Qt.MouseButton.LeftButton)
    assert asked.args is not None and asked.args[0] is compare.panes[1].photo


def colored(size: tuple[int, int], left: QColor, right: QColor) -> Pixels:
    """A picture of two halves."""
    image = QImage(*size, QImage.Format.Format_RGB888)
    image.fill(left)
    painter = QPainter(image)
    painter.fillRect(QRect(size[0] // 2, 0, size[0], size[1]), right)
    painter.end()
    return Pixels(*size, bytes(image.constBits())[: size[0] * size[1] * 3], size)


def seen(compare: Compare, pane: Pane, x: float, y: float) -> QColor:
    """The color at a share of the photo's place."""
    frame = pane.frame()
    shot = pane.grab().toImage()
    shot.setDevicePixelRatio(1)
    ratio = compare.devicePixelRatioF()
    return shot.pixelColor(round((frame.x() + x * frame.width()) * ratio), round((frame.y() + y * frame.height()) * ratio))


RED, BLUE = QColor(200, 0, 0), QColor(0, 0, 200)


def test_f_switches_in_place(compare: Compare) -> None:
    compare.switch()
    first, second = compare.stage.sides
    assert first.geometry() == second.geometry()
    assert compare.stage.children()[-1] is second, "the chosen one is seen first"
    compare.switch()
    assert compare.stage.children()[-1] is first
    compare.set_way(Way.SIDES)
    assert not first.geometry().intersects(second.geometry())


def test_what_differs_is_bright_and_the_rest_is_dim(compare: Compare) -> None:
    one, other = compare.panes
    one._came(one.photo.path, colored((400, 300), RED, RED))
    other._came(other.photo.path, colored((200, 150), RED, BLUE))
    compare.set_way(Way.DIFFERENCE)
    same, differs = seen(compare, compare.panes[1], 0.25, 0.5), seen(compare, compare.panes[1], 0.75, 0.5)
    assert max(same.red(), same.green(), same.blue()) < 90
    assert differs.red() > 200


def test_a_difference_waits_for_both(compare: Compare) -> None:
    one, other = compare.panes
    other._came(other.photo.path, colored((200, 150), RED, BLUE))
    compare.set_way(Way.DIFFERENCE)
    assert seen(compare, other, 0.75, 0.5).red() < 90
    one._came(one.photo.path, colored((400, 300), RED, RED))
    assert seen(compare, other, 0.75, 0.5).red() > 200


TURNED_BACK = (Turn.MIRROR, Turn.FLIP, Turn.ROTATE90, Turn.ROTATE180, Turn.ROTATE270, Turn.TRANSPOSE, Turn.TRANSVERSE)


@pytest.mark.parametrize("turn", TURNED_BACK)
def test_a_turned_copy_is_laid_upon_the_first(compare: Compare, turn: Turn) -> None:
    """The turn is the one that hashes tell, so the engine's own way back must lead to the same picture."""
    picture = np.zeros((120, 160, 3), np.uint8)
    picture[:60, :80] = 220  # the first quarter
    copy = np.asarray(turned_back(picture, turn))  # some turned copy; its own turn is told by comparing
    told = next(t for t in Turn if np.array_equal(np.asarray(turned_back(copy, t)), picture))
    height, width = copy.shape[:2]
    first, second = group(1).photos
    turned = replace(second, width=width, height=height, relation=Relation(DuplicateKind.TURNED, told, 0))
    compare.show_photos(Review.of(replace(group(1), photos=(first, turned))), turned)
    pane = compare.panes[1]
    pane._came(turned.path, Pixels(width, height, np.ascontiguousarray(copy).tobytes(), (width, height)))
    assert not compare.aligned.isHidden()
    shades = [seen(compare, pane, x, y).red() for x, y in ((0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8))]
    assert shades[0] > 200 and max(shades[1:]) < 60


def test_a_part_is_laid_where_it_was_cut_from(compare: Compare) -> None:
    first, second = group(1).photos
    part = replace(second, width=100, height=75, relation=Relation(DuplicateKind.CROPPED, None, None, (2000, 1500, 2000, 1500)))
    compare.show_photos(Review.of(replace(group(1), photos=(first, part))), part)
    pane = compare.panes[1]
    pane._came(part.path, colored((100, 75), RED, RED))
    assert seen(compare, pane, 0.75, 0.75).red() > 180 and seen(compare, pane, 0.75, 0.75).blue() < 20
    assert seen(compare, pane, 0.25, 0.25).blue() > 100, "nothing is there"
    compare.aligned.click()
    assert seen(compare, pane, 0.25, 0.25).blue() < 20, "alone it fills its place"


def test_all_of_a_group_are_seen_and_zoomed_together(compare: Compare, qtbot: QtBot) -> None:
    review = Review.of(group(1, count=8))
    compare.show_photos(review, review.group.photos[7])
    qtbot.mouseClick(compare.all, Qt.MouseButton.LeftButton)
    names = [Path(photo.path).name for photo in compare.photos]
    assert names == ["0.jpg", "1.jpg", "2.jpg", "3.jpg", "4.jpg", "7.jpg"], "six, and the chosen one among them"
    wheel(compare.panes[3], QPointF(20, 20), 3)
    assert len({round(pane.frame().width()) for pane in compare.panes}) == 1
    places = [side.geometry() for side in compare.stage.sides]
    assert not any(one.intersects(other) for one, other in combinations(places, 2))


def test_what_differs_in_what_is_known_stands_first_and_is_marked(compare: Compare) -> None:
    first, second = compare.photos
    same = Metadata(format="JPEG", camera_model="D90")
    compare.known._came(PhotoInfo(first.path, "", (first.path,), 1, replace(same, keywords=("zoo",), rating=4)))
    compare.known._came(PhotoInfo(second.path, "", (second.path,), 1, same))
    table = compare.known
    labels = [row.label for row in table.rows]
    keywords = labels.index("Keywords")
    assert table.rows[keywords].values == ("zoo", "")
    assert labels.index("Camera") > keywords, "the camera is the same"
    assert table.item(keywords, 2).background().color() == theme.color("accent_back")
    assert table.item(labels.index("Camera"), 2).background().style() == Qt.BrushStyle.NoBrush
    assert table.item(keywords, 2).data(Qt.ItemDataRole.AccessibleTextRole) == "1.jpg, Keywords: not known, different"


def test_photos_that_are_seen_no_more_let_their_pixels_go(compare: Compare) -> None:
    review = Review.of(group(1, count=4))
    compare.all.setChecked(True)
    compare.show_photos(review, review.group.photos[3])
    last = compare.panes[3]
    assert last.photo is not None
    last._came(last.photo.path, colored((200, 150), RED, BLUE))
    assert last._levels and last.most < 8192
    compare.all.setChecked(False)
    compare.show_photos(review, review.group.photos[1])
    assert last.photo is None and not last._levels
    assert compare.panes[0].most == 8192


def test_many_photos_in_a_low_window_do_not_run_into_their_names(compare: Compare) -> None:
    compare.resize(760, 420)
    review = Review.of(group(1, count=6))
    compare.all.setChecked(True)
    compare.show_photos(review, review.group.photos[1])
    QApplication.processEvents()
    for side in compare.stage.sides:
        assert side.pane.geometry().bottom() < side.mark.geometry().top()
        assert side.mark.geometry().bottom() <= side.height()
