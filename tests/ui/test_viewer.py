"""The viewer on real photos: neighbors, zoom, keys, and a photo that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from app.engine.requests import PhotosGone, Pixels
from app.engine.types import PhotoRow
from app.ui.bridge import Bridge
from app.ui.pixels import ImageMaker, to_image
from app.ui.viewer import Viewer
from tests.ui.real import draw_album, opened_library

KEYS = Qt.Key


@pytest.fixture(scope="module")
def album(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bridge, tuple[PhotoRow, ...]]]:
    """A real library."""
    root = tmp_path_factory.mktemp("viewer")
    draw_album(root / "album")
    with opened_library(root / "library", root / "album") as opened:
        yield opened


@pytest.fixture
def viewer(qtbot: QtBot, album: tuple[Bridge, tuple[PhotoRow, ...]]) -> Viewer:
    """The viewer on the second photo."""
    bridge, rows = album
    made = Viewer(bridge)
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    made.open(rows, 1)
    made.setFocus()
    qtbot.waitExposed(made)
    return made


def sharp(qtbot: QtBot, viewer: Viewer) -> None:
    """Wait until the shown photo's own pixels are there."""
    qtbot.waitUntil(
        lambda: (row := viewer.row()) is not None and row.digest in viewer._kept and not viewer._asked, timeout=20_000
    )


def test_it_shows_the_photos_own_pixels_as_large_as_the_window(qtbot: QtBot, viewer: Viewer) -> None:
    sharp(qtbot, viewer)
    image = viewer.canvas.image
    assert image is not None
    assert 500 <= max(image.width(), image.height()) <= 800
    target = viewer.canvas.target().toRect()
    assert viewer.canvas.rect().contains(target)
    assert target.width() / target.height() == pytest.approx(800 / 600, rel=0.02)
    drawn = viewer.canvas.grab().toImage()
    expected = image.pixelColor(image.width() // 4, image.height() // 4)
    at = target.topLeft() + QPoint(target.width() // 4, target.height() // 4)
    got = drawn.pixelColor(at)
    assert max(abs(got.red() - expected.red()), abs(got.green() - expected.green()), abs(got.blue() - expected.blue())) < 40
    assert drawn.pixelColor(1, 1).lightness() < 30


def test_arrows_lead_to_the_neighbors_and_stop_at_the_ends(qtbot: QtBot, viewer: Viewer) -> None:
    names = [photo.name for photo in viewer._rows]
    assert viewer.bar.name.whole == f"{names[1]} · 2 of {len(names)}"
    QTest.keyClick(viewer, KEYS.Key_Right)
    assert viewer.row().name == names[2]  # type: ignore[union-attr]
    for _ in range(9):
        QTest.keyClick(viewer, KEYS.Key_Left)
    assert viewer.row().name == names[0]  # type: ignore[union-attr]
    QTest.keyClick(viewer, KEYS.Key_End)
    QTest.keyClick(viewer, KEYS.Key_Right)
    assert viewer.row().name == names[-1]  # type: ignore[union-attr]
    sharp(qtbot, viewer)


def test_neighbors_are_read_beforehand(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.waitUntil(lambda: all(photo.digest in viewer._kept for photo in viewer._rows[:3]), timeout=20_000)
    viewer.go(2)
    assert viewer.canvas.image is viewer._kept.get(viewer._rows[2].digest)[0]  # type: ignore[index]


def test_zooming_in_asks_for_all_pixels_and_keeps_the_point(qtbot: QtBot, viewer: Viewer) -> None:
    viewer.resize(300, 300)
    viewer._kept.drop(viewer._rows[1].digest)
    viewer._sides.clear()
    viewer.go(1)
    sharp(qtbot, viewer)
    at = QPointF(viewer.canvas.width() * 0.4, viewer.canvas.height() * 0.5)
    before = viewer.canvas._photo_at(at)
    event = QWheelEvent(
        at, viewer.canvas.mapToGlobal(at), QPoint(), QPoint(0, 840), Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewer.canvas, event)
    after = viewer.canvas._photo_at(at)
    assert viewer.canvas.zoom is not None and viewer.canvas.zoom > 1
    assert abs(before.x() - after.x()) < 2 and abs(before.y() - after.y()) < 2
    qtbot.waitUntil(lambda: viewer.canvas.image is not None and viewer.canvas.image.width() == 800, timeout=20_000)
    assert "%" in viewer.bar.zoom.text()
    QTest.keyClick(viewer, KEYS.Key_0)
    assert viewer.canvas.zoom is None


def test_a_zoomed_photo_is_moved_by_the_pointer_and_never_lost(qtbot: QtBot, viewer: Viewer) -> None:
    sharp(qtbot, viewer)
    viewer.canvas.zoom_to(2.0)
    before = viewer.canvas.target().topLeft()
    middle = viewer.canvas.rect().center()
    QTest.mousePress(viewer.canvas, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(viewer.canvas, middle + QPoint(40, 25))
    moved = viewer.canvas.target().topLeft() - before
    assert (round(moved.x()), round(moved.y())) == (40, 25)
    QTest.mouseMove(viewer.canvas, middle + QPoint(9000, 9000))
    assert viewer.canvas.target().topLeft() == QPointF(0, 0)
    QTest.mouseRelease(viewer.canvas, Qt.MouseButton.LeftButton, pos=middle)


def test_the_strip_leads_to_the_photo_that_is_pressed(viewer: Viewer) -> None:
    QTest.mouseClick(viewer.strip, Qt.MouseButton.LeftButton, pos=viewer.strip.rect_of(3).center())
    assert viewer.row() == viewer._rows[3]


def test_what_is_asked_names_the_shown_photo(qtbot: QtBot, viewer: Viewer) -> None:
    for button, signal in ((viewer.bar.similar, viewer.similar_asked), (viewer.bar.trash, viewer.trash_asked)):
        with qtbot.waitSignal(signal) as told:
            button.click()
        assert told.args == [viewer.row()]
    with qtbot.waitSignal(viewer.trash_asked):
        QTest.keyClick(viewer, KEYS.Key_Delete)
    with qtbot.waitSignal(viewer.info_toggled):
        viewer.bar.info.click()
    for key in (KEYS.Key_Escape, KEYS.Key_Space):
        with qtbot.waitSignal(viewer.closed):
            QTest.keyClick(viewer, key)


def test_a_photo_that_goes_makes_room_for_the_next(
    qtbot: QtBot, album: tuple[Bridge, tuple[PhotoRow, ...]], viewer: Viewer
) -> None:
    bridge, rows = album
    bridge.photos_gone.emit(PhotosGone((rows[0].photo_id, rows[1].photo_id)))
    assert viewer.row() == rows[2]
    assert viewer.bar.name.whole.endswith(f"1 of {len(rows) - 2}")
    with qtbot.waitSignal(viewer.closed):
        bridge.photos_gone.emit(PhotosGone(tuple(row.photo_id for row in rows)))


def test_a_photo_that_cannot_be_read_says_its_name_and_why(
    qtbot: QtBot, album: tuple[Bridge, tuple[PhotoRow, ...]], viewer: Viewer, tmp_path: Path
) -> None:
    from dataclasses import replace

    broken = tmp_path / "broken.jpg"
    broken.write_text("this is no picture")
    row = replace(album[1][0], path=str(broken), digest=b"x" * 16)
    viewer.open((row,), 0)
    qtbot.waitUntil(lambda: viewer.canvas._words is not None, timeout=20_000)
    assert viewer.canvas._words is not None
    title, text = viewer.canvas._words
    assert title == "broken.jpg"
    assert len(text) > 10


def test_it_is_dark_and_every_button_has_a_name(viewer: Viewer) -> None:
    drawn = viewer.grab().toImage()
    assert drawn.pixelColor(viewer.width() // 3, 3).lightness() < 30
    for button in viewer.findChildren(QAbstractButton):
        assert button.text() or button.accessibleName()


def test_large_pictures_are_converted_in_slices_to_the_same_image(qtbot: QtBot) -> None:
    width, height = 1501, 1203
    data = bytes((x * 7 + x // 3) % 256 for x in range(width * 3)) * height
    pixels = Pixels(width, height, data, (width, height))
    maker, made = ImageMaker(), []
    maker.make(pixels, made.append)
    maker.make(Pixels(2, 1, b"\x01\x02\x03\x04\x05\x06", (2, 1)), made.append)
    assert made == []
    qtbot.waitUntil(lambda: len(made) == 2)
    assert made[0] == to_image(pixels)
    assert made[1].pixelColor(1, 0).getRgb()[:3] == (4, 5, 6)
