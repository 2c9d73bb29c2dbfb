"""Finding a part where things are not as usual: turned photos, a small window, dark, right to left, half read, nothing there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from app.engine.types import FIRST, Facet, PhotoRow
from app.engine.writing import open_writer
from app.ui import theme
from app.ui.bridge import Bridge
from app.ui.main_window import MainWindow
from app.ui.parts.lines import placed
from tests.engine.features.drawn import drawn
from tests.ui.parts.looking import found, is_first, open_photo, photo_row
from tests.ui.real import opened_window, wait_for

LEFT = Qt.MouseButton.LeftButton
PART = (200, 100, 320, 240)
LAID = (330, 250, 400, 300)  # the part on the poster
LONG = "a name that somebody made very long because it says all that is to be seen " * 2 + ".jpg"
ORIENTATION = 0x0112


def _save_turned(picture: Image.Image, path: Path, orientation: int, turned: Image.Transpose) -> None:
    """As a camera that was held upright writes it: the pixels lie on their side, and EXIF tells how."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    picture.transpose(turned).save(path, exif=exif, quality=92)


def _album(folder: Path, others: int) -> Path:
    """Photos that are turned by EXIF: a whole one, and a poster with a part of it."""
    folder.mkdir()
    for number in range(others):
        drawn(number, (800, 600), 400).save(folder / f"other {number}.jpg", quality=92)
    whole = drawn(20, (800, 600), 400)
    _save_turned(whole, folder / "whole.jpg", 6, Image.Transpose.ROTATE_90)
    poster = drawn(21, (900, 700), 250)
    x, y, width, height = PART
    poster.paste(whole.crop((x, y, x + width, y + height)).resize(LAID[2:]), LAID[:2])
    _save_turned(poster, folder / LONG, 8, Image.Transpose.ROTATE_270)
    return folder


@pytest.fixture(scope="module")
def window(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """A small window on them."""
    root = tmp_path_factory.mktemp("circumstances")
    with opened_window(root / "library", _album(root / "album", 3), photos=5, size=(900, 600)) as made:
        yield made


@pytest.fixture(autouse=True)
def as_before(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test ends as it began."""
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    theme.apply("light")
    if "window" in request.fixturenames:
        window: MainWindow = request.getfixturevalue("window")
        window.ways.show_photos()
        window.rooms.search_bar.clear()
        window.ways.close_panel()
        wait_for(lambda: len(window.rooms.gallery.rows()) == 5)


def _ask_for_part(window: MainWindow) -> PhotoRow:
    window.ways.find_part(photo_row(window, "whole.jpg"), PART)
    wait_for(lambda: is_first(window, LONG))
    return window.rooms.gallery.rows()[0]


def test_a_box_on_a_photo_that_exif_turns_finds_its_part_and_the_outline_lies_there(window: MainWindow) -> None:
    open_photo(window, "whole.jpg")
    viewer = window.rooms.viewing.viewer
    canvas, drawing = viewer.canvas, viewer.drawing
    assert (canvas.full.width(), canvas.full.height()) == (800, 600), "as one sees it, not as it is stored"
    QTest.keyClick(viewer, Qt.Key.Key_P)
    drawing._box.setRect(0, 0, 20, 20)
    ends = placed([PART[:2], (PART[0] + PART[2], PART[1] + PART[3])], (800, 600), canvas.target())
    QTest.mousePress(drawing, LEFT, pos=ends[0].toPoint())
    QTest.mouseMove(drawing, ends[1].toPoint())
    QTest.mouseRelease(drawing, LEFT, pos=ends[1].toPoint())
    QTest.keyClick(drawing, Qt.Key.Key_Return)
    wait_for(lambda: is_first(window, LONG))
    open_photo(window, LONG)
    assert (canvas.full.width(), canvas.full.height()) == (900, 700)
    (outline,) = canvas.outlines
    x, y, width, height = LAID
    for corner in ((x, y), (x + width, y), (x, y + height), (x + width, y + height)):
        assert min(abs(corner[0] - a) + abs(corner[1] - b) for a, b in outline) < 16
    shown = canvas.grab().toImage()
    middle = placed([(x + width / 2, y)], (900, 700), canvas.target())[0].toPoint()
    around = [shown.pixelColor(middle + QPoint(0, by)) for by in range(-8, 9)]
    assert max(map(QColor.lightness, around)) > 235, "the line is seen where the part begins"


def test_in_a_small_window_with_a_long_name_nothing_is_cut_off(window: MainWindow) -> None:
    row = _ask_for_part(window)
    open_photo(window, LONG)
    bar = window.rooms.viewing.viewer.bar
    QTest.qWait(30)
    assert (window.width(), window.height()) == (900, 600)
    for button in (*bar.findChildren(QPushButton), bar.outline, bar.match, bar.part, bar.info):
        assert button.isVisible() and bar.rect().contains(button.geometry())
    assert bar.name.text() != bar.name.whole and "…" in bar.name.text() and bar.name.toolTip() == row.path
    QTest.keyClick(window.rooms.viewing.viewer, Qt.Key.Key_W)
    room = window.rooms.matching
    wait_for(lambda: room.agreement.match is not None)
    assert window.width() == 900 and room.rect().contains(room.switch.geometry())
    assert "points agree" in room.said.text(), "of name and number the number stays"
    QTest.keyClick(room, Qt.Key.Key_Escape)


def test_from_right_to_left_the_picture_that_was_asked_about_stands_on_the_right(qapp: QApplication, window: MainWindow) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    row = _ask_for_part(window)
    why = window.rooms.similar.why
    line = why.visualRect(why.photos.index(0))
    chip = why.match_chip(line.center())
    assert line.contains(chip) and chip.left() > line.left() + 8, "it follows the words beside the picture, on the right"
    QTest.mouseClick(why.viewport(), LEFT, pos=chip.center())
    room = window.rooms.matching
    assert window.rooms.shown is room
    wait_for(lambda: room.agreement.match is not None and all(half.image is not None for half in room.halves))
    QTest.qWait(30)
    asked, found = room.halves
    assert found.accessibleName() == row.name and asked.x() > found.x() + found.width()
    before = found.scale()
    found.zoom_by(2.0, QPointF(found.rect().center()))
    QTest.keyClick(found, Qt.Key.Key_Right)
    assert found.scale() > before and found.target().right() < found.width() + found.target().width() / 2, "right is right"
    QTest.keyClick(room, Qt.Key.Key_Escape)


def test_in_the_dark_the_chip_that_leads_on_is_seen(window: MainWindow) -> None:
    theme.apply("dark")
    _ask_for_part(window)
    why = window.rooms.similar.why
    chip = why.match_chip(why.visualRect(why.photos.index(0)).center())
    painted = why.viewport().grab(chip).toImage()
    light = [painted.pixelColor(x, y).lightness() for x in range(painted.width()) for y in range(painted.height())]
    assert min(light) < 70 and max(light) > 150


def test_where_the_part_is_nowhere_else_it_says_so_and_what_to_do(window: MainWindow) -> None:
    panel = window.rooms.similar
    weights = dict(panel.what.weights)
    window.rooms.preferences.set_weights({facet: float(facet is Facet.CROP) for facet in weights})
    window.ways.find_part(photo_row(window, "other 1.jpg"), (100, 100, 200, 150))
    gallery = window.rooms.gallery
    wait_for(lambda: gallery.state_page is not None and "Nothing found" in _said(gallery.state_page))
    page = gallery.state_page
    assert page is not None and "larger part" in _said(page)
    QTest.mouseClick(next(button for button in page.findChildren(QPushButton) if "whole picture" in button.text()), LEFT)
    assert panel.box is None and window.search.query is not None and window.search.query.box is None
    window.rooms.preferences.set_weights(weights)


def _said(page: QWidget) -> str:
    return " ".join(label.text() for label in page.findChildren(QLabel))


def test_while_no_points_are_read_it_says_so_and_photos_that_look_alike_are_tried(qapp: QApplication, tmp_path: Path) -> None:
    album = _album(tmp_path / "album", 2)
    with open_writer(tmp_path / "library", lambda _event: None, facets=FIRST) as writer:
        writer.index([str(album)])
    bridge = Bridge(tmp_path / "library")
    bridge.pause()
    window = MainWindow(bridge)
    try:
        window.resize(900, 600)
        window.show()
        bridge.start()
        wait_for(lambda: len(found(window)) == 4)
        panel = window.rooms.similar
        window.rooms.preferences.set_weights({facet: float(facet in (Facet.CROP, Facet.LOOK)) for facet in panel.what.weights})
        row = _ask_for_part(window)
        assert window.ways.matches.can_show(row), "where it lies is proved"
        header = window.rooms.gallery.header
        wait_for(lambda: header.remarked == "Parts may be missed: 4 photos still to be looked at closely, but reading is paused.")
        assert header.below.text() == header.remarked, "where there is no room beside the other words it has a line of its own"
    finally:
        window.close()
        bridge.close()
        window.deleteLater()
