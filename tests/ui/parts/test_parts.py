"""A part of a photo: drawn by pointer and keys, found, outlined on what was found, and shown side by side. Real engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.engine.types import Facet, PhotoRow
from app.ui.keeping import Kept
from app.ui.main_window import MainWindow
from app.ui.parts.lines import placed
from app.ui.parts.side_by_side import SideBySide
from tests.engine.features.drawn import drawn
from tests.ui.parts.looking import found, is_first, open_photo
from tests.ui.real import opened_window, wait_for

KEYS = Qt.Key
LEFT = Qt.MouseButton.LeftButton
PART = (200, 100, 320, 240)


@pytest.fixture(scope="module")
def window(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """A window on six photos; one holds a part of "whole" much smaller, among other things."""
    root = tmp_path_factory.mktemp("parts")
    album = root / "album"
    album.mkdir()
    for number in range(4):
        drawn(number, (800, 600), 400).save(album / f"other {number}.jpg", quality=92)
    whole = drawn(20, (800, 600), 400)
    whole.save(album / "whole.jpg", quality=92)
    poster = drawn(21, (900, 700), 250)
    x, y, width, height = PART
    poster.paste(whole.crop((x, y, x + width, y + height)).resize((400, 300)), (330, 250))
    poster.save(album / "poster.jpg", quality=92)
    with opened_window(root / "library", album, photos=6) as made:
        yield made


def _on_screen(window: MainWindow, x: float, y: float) -> QPoint:
    canvas = window.rooms.viewing.viewer.canvas
    return placed([(x, y)], (canvas.full.width(), canvas.full.height()), canvas.target())[0].toPoint()


@pytest.fixture(autouse=True)
def back_home(window: MainWindow) -> Iterator[None]:
    """Every test begins with all photos and nothing asked."""
    yield
    window.ways.show_photos()
    window.rooms.search_bar.clear()
    window.ways.close_panel()
    wait_for(lambda: len(found(window)) == 6)


def test_a_part_drawn_by_pointer_is_found_where_it_lies(window: MainWindow) -> None:
    open_photo(window, "whole.jpg")
    viewer = window.rooms.viewing.viewer
    QTest.keyClick(viewer, KEYS.Key_P)
    drawing = viewer.drawing
    assert drawing.isVisible() and viewer.bar.part.isChecked() and drawing.hasFocus()
    drawing._box.setRect(0, 0, 20, 20)  # out of the way: the first press begins a new box
    x, y, width, height = PART
    start, end = _on_screen(window, x, y), _on_screen(window, x + width, y + height)
    QTest.mousePress(drawing, LEFT, pos=start)
    QTest.mouseMove(drawing, (start + end) / 2)
    QTest.mouseMove(drawing, end)
    QTest.mouseRelease(drawing, LEFT, pos=end)
    assert all(abs(one - other) <= 3 for one, other in zip(drawing.box(), PART, strict=True))
    assert drawing.button.isVisible() and "Find this part" in drawing.button.text()
    QTest.mouseClick(drawing.button, LEFT)
    wait_for(lambda: is_first(window, "poster.jpg"))
    panel = window.rooms.similar
    assert panel.isVisible() and panel.box is not None and panel.preview._part is not None
    hit = window.rooms.gallery.model.hit(0)
    assert hit is not None
    why = next(why for why in hit.reasons if why.facet is Facet.CROP)
    assert why.box is not None and why.inliers
    assert abs(why.box[0] - 330) < 12 and abs(why.box[1] - 250) < 12 and abs(why.box[2] - 400) < 25
    chip = window.rooms.search_bar._chips("image")[0]
    assert chip._words.text() == "this part" and chip.accessibleName() == "this part"


def test_the_keys_move_resize_give_up_and_find(window: MainWindow) -> None:
    open_photo(window, "whole.jpg")
    viewer = window.rooms.viewing.viewer
    QTest.mouseClick(viewer.bar.part, LEFT)
    drawing = viewer.drawing
    before = drawing.box()
    QTest.keyClick(drawing, KEYS.Key_Right)
    QTest.keyClick(drawing, KEYS.Key_Up)
    moved = drawing.box()
    assert (moved[0], moved[1]) == (before[0] + 16, before[1] - 16) and moved[2:] == before[2:]
    QTest.keyClick(drawing, KEYS.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert drawing.box()[2] == before[2] - 16
    QTest.keyClick(drawing, KEYS.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert drawing.box()[1] == moved[1] + 1
    for _ in range(100):
        QTest.keyClick(drawing, KEYS.Key_Left)
    assert drawing.box()[0] == 0, "it stays inside of the photo"
    QTest.keyClick(drawing, KEYS.Key_Escape)
    assert not drawing.isVisible() and not viewer.bar.part.isChecked() and window.rooms.shown is window.rooms.viewing
    QTest.keyClick(viewer, KEYS.Key_P)
    QTest.keyClick(drawing, KEYS.Key_Return)
    assert window.rooms.shown is window.rooms.browse and window.rooms.similar.box is not None


def test_too_small_a_part_says_so_and_is_not_asked(window: MainWindow) -> None:
    open_photo(window, "whole.jpg")
    drawing = window.rooms.viewing.viewer.drawing
    QTest.keyClick(window.rooms.viewing.viewer, KEYS.Key_P)
    drawing._box.setRect(10, 10, 8, 9)
    drawing._changed()
    assert "larger" in drawing.hint and not drawing.button.isEnabled()
    QTest.keyClick(drawing, KEYS.Key_Return)
    assert drawing.isVisible()
    QTest.keyClick(drawing, KEYS.Key_Escape)


def test_zoomed_in_the_box_is_still_in_pixels_of_the_photo(window: MainWindow) -> None:
    open_photo(window, "whole.jpg")
    viewer = window.rooms.viewing.viewer
    viewer.canvas.zoom_to(2.0, QPointF(viewer.canvas.rect().center()))
    QTest.keyClick(viewer, KEYS.Key_P)
    viewer.drawing._box.setRect(0, 0, 20, 20)
    start, end = _on_screen(window, 350, 250), _on_screen(window, 450, 340)
    QTest.mousePress(viewer.drawing, LEFT, pos=start)
    QTest.mouseMove(viewer.drawing, end)
    QTest.mouseRelease(viewer.drawing, LEFT, pos=end)
    assert all(abs(one - other) <= 2 for one, other in zip(viewer.drawing.box(), (350, 250, 100, 90), strict=True))
    QTest.keyClick(viewer.drawing, KEYS.Key_Escape)
    viewer.canvas.zoom_to(None)


def test_the_part_is_outlined_on_what_was_found_and_can_be_hidden(window: MainWindow) -> None:
    _ask_for_part(window)
    gallery = window.rooms.gallery
    QTest.qWait(100)
    rect = gallery.view.visualRect(gallery.model.index(0))
    painted = gallery.view.viewport().grab(rect).toImage()
    light = _light_along_outline(painted)
    assert light > 0.7
    window.ways.open_photo(gallery.rows()[0])
    viewer = window.rooms.viewing.viewer
    assert len(viewer.canvas.outlines) == 1 and abs(viewer.canvas.outlines[0][0][0] - 330) < 12
    switch = viewer.bar.outline
    assert switch.isVisible() and switch.isChecked() and "(O)" in switch.toolTip()
    QTest.keyClick(viewer, KEYS.Key_O)
    assert not viewer.canvas.outlines and not switch.isChecked()
    window.kept.take_from(window.rooms)
    assert not Kept(window._bridge.library).outlined, "remembered"
    QTest.mouseClick(switch, LEFT)
    assert viewer.canvas.outlines
    other = next(row for row in gallery.rows() if row.name.startswith("other"))
    window.ways.open_photo(other)
    QTest.keyClick(viewer, KEYS.Key_O)
    assert not switch.isVisible() and viewer.outlined, "where there is no outline there is nothing to switch"


def _light_along_outline(tile: QImage) -> float:
    """The share of places on the expected outline (of the poster, 900 x 700, its middle 700 x 700 shown) that are light."""
    unit = tile.width() / 700
    spots = [QPoint(round((x - 100) * unit), round(250 * unit)) for x in range(340, 720, 20)]
    spots += [QPoint(round((330 - 100) * unit), round(y * unit)) for y in range(260, 540, 20)]
    light = 0
    for spot in spots:
        around = [tile.pixelColor(spot + QPoint(dx, dy)) for dx in range(-3, 4) for dy in range(-3, 4)]
        light += max(map(QColor.lightness, around)) > 235 and min(map(QColor.lightness, around)) < 90
    return light / len(spots)


def test_side_by_side_shows_where_it_matches_and_goes_back(window: MainWindow) -> None:
    _ask_for_part(window)
    row = window.rooms.gallery.rows()[0]
    assert window.ways.matches.can_show(row)
    other = next(row for row in window.rooms.gallery.rows() if row.name.startswith("other"))
    assert not window.ways.matches.can_show(other)
    room = _side_by_side(window, row)
    assert room.said.whole == f"poster.jpg · {room.agreement.match.inliers} points agree"  # type: ignore[union-attr]
    match = room.agreement.match
    assert match is not None and match.pairs and match.photo_size == (900, 700)
    with_lines = room.both.grab().toImage()
    QTest.keyClick(room, KEYS.Key_L)
    assert room.switch.text() == "Show the lines"
    assert room.both.grab().toImage() != with_lines
    QTest.keyClick(room, KEYS.Key_L)
    QTest.keyClick(room, KEYS.Key_Escape)
    assert window.rooms.shown is window.rooms.browse
    room.open([(window.rooms.similar.source or "", None)], other)
    wait_for(lambda: "No part" in room.said.whole)
    assert not room.switch.isEnabled()


def test_side_by_side_is_moved_and_zoomed_by_keys_both_or_the_one_that_is_framed(window: MainWindow) -> None:
    _ask_for_part(window)
    room = _side_by_side(window, window.rooms.gallery.rows()[0])
    asked, found = room.halves
    assert asked.accessibleName() == "The picture that was asked about" and found.accessibleName() == "poster.jpg"
    assert "Arrow keys" in room.accessibleDescription() and "Arrow keys" in found.accessibleDescription()
    QTest.keyClick(room, KEYS.Key_1)
    assert asked.zoom == found.zoom == 1.0 or max(asked.fitting(), found.fitting()) > 1
    QTest.keyClick(room, KEYS.Key_0)
    for _ in range(4):
        QTest.keyClick(room, KEYS.Key_Plus)
    before = [half.target().left() for half in room.halves]
    QTest.keyClick(room, KEYS.Key_Right)
    assert [was - half.target().left() for half, was in zip(room.halves, before, strict=True)] == pytest.approx(
        [half.width() / 8 for half in room.halves], abs=1
    )
    unframed = found.grab().toImage().pixelColor(1, 1)
    found.setFocus(Qt.FocusReason.TabFocusReason)
    assert found.hasFocus() and found.grab().toImage().pixelColor(1, 1) != unframed, "one sees which has the keys"
    kept = asked.target()
    QTest.keyClick(found, KEYS.Key_Minus)
    QTest.keyClick(found, KEYS.Key_Down)
    assert asked.target() == kept and found.scale() < asked.scale() * found.fitting() / asked.fitting()
    QTest.keyClick(found, KEYS.Key_0)
    assert found.zoom is None and asked.zoom is not None
    QTest.keyClick(found, KEYS.Key_Escape)
    assert window.rooms.shown is window.rooms.browse and window.rooms.gallery.view.hasFocus()


def test_reasons_that_were_proved_lead_to_side_by_side(window: MainWindow) -> None:
    _ask_for_part(window)
    rooms, ways = window.rooms, window.ways
    row = rooms.gallery.rows()[0]
    view, why = rooms.gallery.view, rooms.similar.why
    wait_for(lambda: not view.match_mark(view.visualRect(rooms.gallery.model.index(0)).center()).isEmpty())
    mark = view.match_mark(view.visualRect(rooms.gallery.model.index(0)).center())
    QTest.mouseClick(view.viewport(), LEFT, pos=mark.center())
    assert rooms.shown is rooms.matching
    QTest.keyClick(rooms.matching, KEYS.Key_Escape)
    QTest.mouseClick(view.viewport(), LEFT, Qt.KeyboardModifier.ControlModifier, mark.center())
    assert rooms.shown is rooms.browse and rooms.gallery.selection() == (row,), "with Ctrl it is chosen, as elsewhere"
    chip = why.match_chip(why.visualRect(why.photos.index(0)).center())
    QTest.mouseClick(why.viewport(), LEFT, pos=chip.center())
    assert rooms.shown is rooms.matching
    QTest.mouseClick(rooms.matching.back, LEFT)
    unproved = next(at for at, hit in enumerate(rooms.gallery.rows()) if not ways.matches.can_show(hit))
    assert why.match_chip(why.visualRect(why.photos.index(unproved)).center()).isEmpty()
    for start in (view, why):
        rooms.gallery.select(row.photo_id)
        start.setFocus()
        QTest.keyClick(start, KEYS.Key_W)
        assert rooms.shown is rooms.matching
        QTest.keyClick(rooms.matching, KEYS.Key_Escape)
    ways.open_photo(row)
    QTest.mouseClick(rooms.viewing.viewer.bar.match, LEFT)
    assert rooms.shown is rooms.matching
    QTest.keyClick(rooms.matching, KEYS.Key_Escape)
    assert rooms.shown is rooms.viewing, "one comes back to where one was"


def _side_by_side(window: MainWindow, row: PhotoRow) -> SideBySide:
    """The room with two photos and all that it asks for."""
    window.ways.matches.show(row)
    room = window.rooms.matching
    assert window.rooms.shown is room
    wait_for(lambda: room.agreement.match is not None and all(half.image is not None for half in room.halves))
    return room


def test_the_panel_chooses_a_part_too_and_the_whole_picture_again(window: MainWindow) -> None:
    row = next(row for row in window.rooms.gallery.rows() if row.name == "whole.jpg")
    window.ways.find_similar(row)
    panel = window.rooms.similar
    wait_for(lambda: panel.preview.shows_picture and panel.preview.full.width() == 800)
    assert panel.part.text() == "Choose a part"
    QTest.mouseClick(panel.part, LEFT)
    assert panel.drawing.isVisible()
    QTest.keyClick(panel.drawing, KEYS.Key_Return)
    assert panel.box == (200, 150, 400, 300) and panel.part.text() == "The whole picture"
    query = window.search.query
    assert query is not None and query.box == panel.box
    QTest.mouseClick(panel.part, LEFT)
    assert panel.box is None and window.search.query is not None and window.search.query.box is None


def _ask_for_part(window: MainWindow) -> None:
    row = next(row for row in window.rooms.gallery.rows() if row.name == "whole.jpg")
    window.ways.find_part(row, PART)
    wait_for(lambda: is_first(window, "poster.jpg"))


def test_of_two_pictures_the_one_that_lies_in_the_photo_stands_beside_it(window: MainWindow) -> None:
    rows = {row.name: row for row in window.rooms.gallery.rows()}
    other, whole = rows["other 1.jpg"].path, rows["whole.jpg"].path
    room = window.rooms.matching
    window.rooms.show(room)
    room.open([(other, None), (whole, PART)], rows["poster.jpg"])
    wait_for(lambda: room.agreement.match is not None)
    assert room.halves[0].source == whole
    QTest.keyClick(room, KEYS.Key_Escape)


def test_what_matches_is_drawn_while_the_drive_of_the_photo_is_away(window: MainWindow) -> None:
    _ask_for_part(window)
    row = window.rooms.gallery.rows()[0]
    wait_for(lambda: window.rooms.matching._thumbnails.image(row.digest) is not None)
    photo = Path(row.path)
    away = photo.rename(photo.parent.parent / "away.jpg")
    try:
        room = _side_by_side(window, row)
        QTest.qWait(100)
        assert "points agree" in room.said.text()
    finally:
        away.rename(photo)
    QTest.keyClick(room, KEYS.Key_Escape)


def test_find_this_part_asks_for_parts_whatever_counted_before(window: MainWindow) -> None:
    row = next(row for row in window.rooms.gallery.rows() if row.name == "whole.jpg")
    window.ways.more_with_text(row)
    assert window.search.query is not None and window.search.query.facets == (Facet.WORDS,)
    _ask_for_part(window)
    assert Facet.CROP in window.search.query.facets
    panel = window.rooms.similar
    before = dict(panel.what.weights)
    panel.what.set_weights({facet: float(facet is Facet.COLOR) for facet in before})
    panel.show_photo(row, PART)
    assert window.search.query is not None and dict(window.search.query.weights)[Facet.CROP] == 1.0
    panel.what.set_weights(before)


def test_keys_and_the_wheel_leave_the_photo_alone_while_a_part_is_chosen(window: MainWindow) -> None:
    open_photo(window, "whole.jpg")
    viewer = window.rooms.viewing.viewer
    QTest.keyClick(viewer, KEYS.Key_P)
    drawing, row = viewer.drawing, viewer.row()
    for key in (KEYS.Key_Delete, KEYS.Key_Space, KEYS.Key_PageDown, KEYS.Key_PageUp, KEYS.Key_Home, KEYS.Key_End):
        QTest.keyClick(drawing, key)
        assert drawing.isVisible() and viewer.isVisible() and viewer.row() == row
    assert _keeps_wheel(drawing, Qt.KeyboardModifier.NoModifier)
    assert not _keeps_wheel(drawing, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(drawing, KEYS.Key_Plus)
    assert drawing.isVisible() and viewer.canvas.zoom is not None
    QTest.keyClick(drawing, KEYS.Key_0)
    assert viewer.canvas.zoom is None
    QTest.keyClick(drawing, KEYS.Key_P)
    assert not drawing.isVisible() and viewer.row() == row


def _keeps_wheel(widget: QWidget, modifiers: Qt.KeyboardModifier) -> bool:
    """Whether a widget takes a notch of the wheel for itself; else what lies under it gets it."""
    at = QPointF(widget.rect().center())
    notch = QWheelEvent(
        at, QPointF(widget.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, notch)
    return notch.isAccepted()
