"""The grid under real keys and pointers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.engine.types import SortBy
from app.ui import theme
from app.ui.bridge import Bridge
from app.ui.gallery import dragging
from app.ui.gallery.model import PhotoModel
from app.ui.gallery.thumbnails import Thumbnails
from app.ui.gallery.view import GridView
from tests.ui.gallery.photos import row, rows

KEYS = Qt.Key
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def bridge(qapp: QApplication, tmp_path: Path) -> Iterator[Bridge]:
    """A bridge that is not started; what it would say is said by the test."""
    made = Bridge(tmp_path)
    yield made
    made.close()


@pytest.fixture
def view(qtbot: QtBot, bridge: Bridge) -> GridView:
    """200 photos, ten on each day, in a view of four columns."""
    theme.apply("light")
    model = PhotoModel(bridge)
    made = GridView(model, Thumbnails.of(bridge))
    qtbot.addWidget(made)
    made.resize(4 * 160 + 3 * 4 + 24, 600)
    model.set_rows(rows(200, a_day=10), SortBy.DATE)
    made.show()
    made.setFocus()
    qtbot.waitExposed(made)
    assert made.grid.columns == 4
    return made


def place(view: GridView, number: int) -> QPoint:
    """The middle of a photo in the viewport."""
    return view.visualRect(view.photos.index(number)).center()


def chosen(view: GridView) -> list[int]:
    """The rows that are selected."""
    return [photo.photo_id - 1 for photo in view.chosen()]


def click(view: GridView, number: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a photo with the left button."""
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, place(view, number))


def wheel(view: GridView, notches: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Turn the wheel over the middle of the view; up is positive."""
    middle = QPointF(view.viewport().rect().center())
    event = QWheelEvent(
        middle, view.viewport().mapToGlobal(middle), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, modifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


def test_arrows_walk_over_lines_and_days(view: GridView) -> None:
    click(view, 0)
    for key, row_after in (
        (KEYS.Key_Right, 1), (KEYS.Key_Down, 5), (KEYS.Key_Left, 4), (KEYS.Key_Up, 0), (KEYS.Key_Left, 0), (KEYS.Key_Up, 0),
        (KEYS.Key_End, 199), (KEYS.Key_Down, 199), (KEYS.Key_Right, 199), (KEYS.Key_Home, 0),
    ):  # fmt: skip
        QTest.keyClick(view, key)
        assert view.currentIndex().row() == row_after
        assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))


def test_pages_lead_a_screen_on_and_back_again(view: GridView) -> None:
    click(view, 1)
    QTest.keyClick(view, KEYS.Key_PageDown)
    first = view.currentIndex().row()
    assert 4 <= first <= 20
    QTest.keyClick(view, KEYS.Key_PageDown)
    assert view.currentIndex().row() > first
    QTest.keyClick(view, KEYS.Key_PageUp)
    QTest.keyClick(view, KEYS.Key_PageUp)
    assert view.currentIndex().row() < first


def test_shift_chooses_all_between(view: GridView) -> None:
    click(view, 2)
    QTest.keyClick(view, KEYS.Key_Down, SHIFT)
    QTest.keyClick(view, KEYS.Key_Right, SHIFT)
    assert chosen(view) == list(range(2, 8))
    click(view, 1, SHIFT)
    assert chosen(view) == [1, 2]
    click(view, 5, CONTROL)
    assert chosen(view) == [1, 2, 5]
    click(view, 2, CONTROL)
    assert chosen(view) == [1, 5]


def test_control_a_chooses_everything(view: GridView) -> None:
    QTest.keyClick(view, KEYS.Key_A, CONTROL)
    assert chosen(view) == list(range(200))


@pytest.mark.parametrize("key", [KEYS.Key_Return, KEYS.Key_Enter, KEYS.Key_Space])
def test_enter_and_space_open_the_current_photo(qtbot: QtBot, view: GridView, key: Qt.Key) -> None:
    click(view, 3)
    with qtbot.waitSignal(view.opened) as opened:
        QTest.keyClick(view, key)
    assert opened.args == [3]


def test_a_double_click_opens(qtbot: QtBot, view: GridView) -> None:
    click(view, 6)
    with qtbot.waitSignal(view.opened) as opened:
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place(view, 6))
    assert opened.args == [6]


def test_a_drawn_frame_chooses_what_it_touches(view: GridView) -> None:
    start = view.visualRect(view.photos.index(3)).topRight() + QPoint(8, -20)
    end = place(view, 6)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 6):
        QTest.mouseMove(view.viewport(), start + (end - start) * step / 5)
    assert chosen(view) == [2, 3, 6, 7]
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert view._band is None
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.viewport().rect().topRight() - QPoint(2, -2))
    assert chosen(view) == []


def test_what_is_looked_at_stays_when_photos_arrive_and_go(qtbot: QtBot, view: GridView) -> None:
    view.verticalScrollBar().setValue(1500)
    seen = view.photos.photo(view.visible_rows()[8])

    def height() -> int:
        at = view.photos.row_of(seen.photo_id)
        assert at is not None
        return view.visualRect(view.photos.index(at)).top()

    before = height()
    view.photos.arrive([row(500 + n, hours=-24 * (n + 1)) for n in range(30)])
    qtbot.waitUntil(lambda: view.photos.rowCount() == 230)
    assert height() == before
    view.photos.remove([501 + n for n in range(30)])
    qtbot.waitUntil(lambda: view.photos.rowCount() == 200)
    assert height() == before


def test_the_chosen_photo_stays_even_at_the_top(qtbot: QtBot, view: GridView) -> None:
    click(view, 5)
    before = view.visualRect(view.currentIndex()).top()
    view.photos.arrive([row(500 + n, hours=-24 * (n + 1)) for n in range(9)])
    qtbot.waitUntil(lambda: view.photos.rowCount() == 209)
    assert view.visualRect(view.currentIndex()).top() == before
    assert chosen(view) == [5]


def test_at_the_top_the_newest_photos_come_into_sight(qtbot: QtBot, view: GridView) -> None:
    view.photos.arrive([row(500, hours=-48)])
    qtbot.waitUntil(lambda: view.photos.rowCount() == 201)
    assert view.verticalOffset() == 0
    assert view.photos.photo(0).photo_id == 501
    assert view.viewport().rect().contains(place(view, 0))


def test_zooming_keeps_the_photo_in_place(qtbot: QtBot, view: GridView) -> None:
    view.verticalScrollBar().setValue(2000)
    click(view, view.visible_rows()[9])
    before = view.visualRect(view.currentIndex()).top()
    with qtbot.waitSignal(view.zoomed) as zoomed:
        wheel(view, 3, CONTROL)
    assert zoomed.args == [160 + 3 * 24]
    assert view.visualRect(view.currentIndex()).top() == before
    QTest.keyClick(view, KEYS.Key_Minus)
    assert view.cell == 160 + 2 * 24


def test_the_wheel_glides_one_line_a_notch(qtbot: QtBot, view: GridView) -> None:
    wheel(view, -1)
    wheel(view, -1)
    qtbot.waitUntil(lambda: view.verticalOffset() == 2 * view.grid.step)
    wheel(view, 5)
    qtbot.waitUntil(lambda: view.verticalOffset() == 0)


def test_keys_of_the_window_are_left_to_it(view: GridView) -> None:
    click(view, 0)
    for key in (KEYS.Key_Escape, KEYS.Key_Delete, KEYS.Key_Slash, KEYS.Key_K, KEYS.Key_F2):
        event = QTest.keyClick(view, key)
        assert event is None
        assert view.currentIndex().row() == 0


def test_a_drag_carries_files_and_only_copies(view: GridView) -> None:
    mime = dragging.mime(view.photos.photos(0, 3))
    assert [url.toLocalFile() for url in mime.urls()] == [f"/photos/IMG_0000{n}.jpg" for n in range(3)]
    assert bytes(mime.data(dragging.PHOTO_IDS).data()) == b"1,2,3"


def test_thumbnails_are_asked_for_near_the_sight_and_drawn_in_place(qtbot: QtBot, bridge: Bridge, view: GridView) -> None:
    thumbnails = Thumbnails.of(bridge)
    photo, at = view.photos.photo(0), place(view, 0)
    qtbot.waitUntil(lambda: photo.digest in bridge._wanted.get("gallery", ()))
    wanted = list(bridge._wanted["gallery"])
    assert wanted[: len(view.visible_rows())] == [view.photos.photo(n).digest for n in view.visible_rows()]
    assert len(wanted) < 60
    assert view.grab().toImage().pixelColor(view.viewport().mapTo(view, at)).name() == "#336699"
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    image.fill(0xFF20A040)
    bridge.thumbnail.emit(photo.digest, image)
    side = view.grid.side
    qtbot.waitUntil(lambda: thumbnails.pixmap(photo.digest, view.visualRect(view.photos.index(0)).size(), 1.0) is not None)
    drawn = view.grab().toImage()
    assert drawn.pixelColor(view.viewport().mapTo(view, at)).name() == "#20a040"
    corner = view.visualRect(view.photos.index(0)).topLeft()
    assert drawn.pixelColor(view.viewport().mapTo(view, corner)).name() != "#20a040"
    assert side == 160


def test_other_photos_are_painted_again_as_soon_as_their_pictures_are_scaled(
    qtbot: QtBot, bridge: Bridge, view: GridView
) -> None:
    photo, image, told = view.photos.photo(150), QImage(320, 320, QImage.Format.Format_RGB32), []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                told.append("painted")
            return False

    bridge.thumbnail.emit(photo.digest, image)
    watch = Watch()
    view.viewport().installEventFilter(watch)
    Thumbnails.of(bridge).ready.connect(lambda _digest: told.append("scaled"))
    view.photos.set_rows((photo,), SortBy.DATE)
    qtbot.waitUntil(lambda: "scaled" in told)
    QTest.qWait(60)
    assert told[-1] == "painted", "what was scaled roughly meanwhile does not stay"


def test_a_photo_without_thumbnail_shows_its_mark_instead_of_its_color(qtbot: QtBot, bridge: Bridge, view: GridView) -> None:
    bridge.thumbnail.emit(view.photos.photo(0).digest, QImage())
    middle = view.visualRect(view.photos.index(0)).adjusted(4, 4, -4, -4)
    drawn = view.grab().toImage()
    colors = {drawn.pixelColor(view.viewport().mapTo(view, QPoint(x, y))).name() for x in range(middle.left(), middle.right(), 3)
              for y in range(middle.top(), middle.bottom(), 3)}  # fmt: skip
    assert theme.color("placeholder").name() in colors
    assert len(colors) > 3
    assert "#336699" not in colors


def test_only_a_few_lines_are_painted_of_very_many(qtbot: QtBot, bridge: Bridge, view: GridView) -> None:
    view.photos.set_rows(rows(30_000), SortBy.DATE)
    qtbot.waitUntil(lambda: view.grid.rows == 30_000)
    painted: list[int] = []
    paint = view.delegate.paint
    view.delegate.paint = lambda painter, option, index: (painted.append(index.row()), paint(painter, option, index))[1]  # type: ignore[method-assign]
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    view.viewport().repaint()
    assert 29_999 in painted
    assert len(painted) < 60


def test_screen_readers_hear_names_and_dates(view: GridView) -> None:
    index = view.photos.index(4)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith("IMG_00004.jpg, ")
    spoken = QAccessible.queryAccessibleInterface(view)
    assert spoken.role() == QAccessible.Role.List
    assert spoken.text(QAccessible.Text.Name) == "Photos"
    cell = spoken.child(4)
    assert cell.text(QAccessible.Text.Name).startswith("IMG_00004.jpg, ")
    assert cell.rect().size() == view.visualRect(index).size()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_follows_the_color_scheme(view: GridView, scheme: theme.Choice) -> None:
    theme.apply(scheme)
    drawn = view.grab().toImage()
    assert drawn.pixelColor(view.width() - 20, 4).name() == theme.color("window").name()
    theme.apply("light")


def test_right_to_left_begins_at_the_right(view: GridView) -> None:
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    view.doItemsLayout()
    assert place(view, 0).x() > place(view, 3).x()
    click(view, 0)
    QTest.keyClick(view, KEYS.Key_Left)
    assert view.currentIndex().row() == 1
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
