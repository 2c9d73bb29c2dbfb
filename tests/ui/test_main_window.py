"""The whole window with the real engine, driven by Qt's own events."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QSlider
from pytestqt.qtbot import QtBot

from app.engine.requests import NotOpened, Problem
from app.engine.types import Facet
from app.ui import theme
from app.ui.bridge import Bridge
from app.ui.main_window import MainWindow
from app.ui.sidebar import Place, Where
from app.ui.undo import Happening
from tests.ui.conftest import WAIT_MS

Open = Callable[..., MainWindow]


@pytest.fixture
def open_window(qtbot: QtBot, library: Path) -> Iterator[Open]:
    """Opens windows on the library of the test, waits until the engine is there, and closes them."""
    theme.apply("light")
    made: list[tuple[MainWindow, Bridge]] = []

    def start(*folders: Path, size: tuple[int, int] = (1440, 900)) -> MainWindow:
        bridge = Bridge(library)
        window = MainWindow(bridge, [str(folder) for folder in folders])
        made.append((window, bridge))
        window.resize(*size)
        window.show()
        with qtbot.waitSignal(bridge.opened, timeout=WAIT_MS):
            bridge.start()
        return window

    yield start
    for window, bridge in made:
        window.close()
        bridge.close()
        window.deleteLater()


@pytest.fixture
def photos(make_photo: Callable[..., Path], tmp_path: Path) -> Path:
    """Six photos in two folders, two of them the same bytes."""
    folder = tmp_path / "photos"
    for number in range(4):
        make_photo(f"photo {number}.jpg", seed=number)
    make_photo("photo 5.jpg", seed=5, folder=folder / "Family")
    shutil.copy(folder / "photo 0.jpg", folder / "Family" / "again.jpg")
    return folder


def count(window: MainWindow) -> int:
    """The number of photos in the gallery."""
    return len(window.rooms.gallery.rows())


@pytest.fixture
def window(open_window: Open, photos: Path, qtbot: QtBot) -> MainWindow:
    """A window in which all photos of `photos` are read."""
    made = open_window(photos)
    qtbot.waitUntil(lambda: made.rooms.status.reading.said() == "All photos are ready" and count(made) == 5, timeout=WAIT_MS)
    return made


def drop_on(window: MainWindow, path: Path, at: QPoint) -> bool:
    """Drop a file or folder from outside; True when it was taken."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    left, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at, Qt.DropAction.CopyAction, mime, left, keys)
    QApplication.sendEvent(window, enter)
    dropped = QDropEvent(at, Qt.DropAction.CopyAction, mime, left, keys)
    QApplication.sendEvent(window, dropped)
    return enter.isAccepted() and dropped.isAccepted()


def paths(window: MainWindow) -> list[str]:
    """The photos of the gallery, in order."""
    return [row.path for row in window.rooms.gallery.rows()]


# ---- the first start


def test_an_empty_library_begins_with_the_first_page(open_window: Open, photos: Path, qtbot: QtBot) -> None:
    window = open_window()
    rooms = window.rooms
    qtbot.waitUntil(lambda: rooms.shown is rooms.first_run, timeout=WAIT_MS)
    assert not rooms.status.isVisible()
    assert drop_on(window, photos, window.rect().center())
    assert str(photos) in rooms.first_run.chosen()
    for row in rooms.first_run.rows:
        row.tick.setChecked(row.path == str(photos))
    qtbot.mouseClick(rooms.first_run.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: rooms.shown is rooms.browse and count(window) == 5, timeout=WAIT_MS)
    assert rooms.sidebar.folder_names() == (str(photos),)


def test_a_library_that_is_open_elsewhere_is_told_with_a_way_on(open_window: Open, library: Path, qtbot: QtBot) -> None:
    first = open_window()
    bridge = Bridge(library)
    second = MainWindow(bridge)
    qtbot.addWidget(second)
    second.show()
    with qtbot.waitSignal(bridge.not_opened, timeout=WAIT_MS):
        bridge.start()
    page = second.rooms.not_opened
    assert second.rooms.shown is page
    assert page.sentence.text()
    first._bridge.close()
    again = next(button for button in page.findChildren(QAbstractButton) if button.text() == "Try again")
    with qtbot.waitSignal(bridge.opened, timeout=WAIT_MS):
        qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    bridge.close()


# ---- places


def test_folders_lead_to_their_photos_and_the_chip_leads_back(window: MainWindow, photos: Path, qtbot: QtBot) -> None:
    family = str(photos / "Family")
    model = window.rooms.sidebar.model
    qtbot.waitUntil(lambda: model.find("folder", family).isValid(), timeout=WAIT_MS)
    tree = window.rooms.sidebar.tree
    at = tree.visualRect(model.find("folder", family)).center()
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: count(window) == 2, timeout=WAIT_MS)
    assert window.rooms.status.count.said() == "2 photos"
    assert window.rooms.search_bar.query().folder == family
    qtbot.keyClick(window.rooms.gallery.view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: count(window) == 5, timeout=WAIT_MS)
    assert window.rooms.search_bar.query().folder is None


def test_a_file_that_cannot_be_read_has_its_place(window: MainWindow, photos: Path, qtbot: QtBot) -> None:
    (photos / "broken.jpg").write_text("this is no picture")
    model = window.rooms.sidebar.model
    qtbot.waitUntil(lambda: not window.rooms.sidebar.tree.isRowHidden(2, model.invisibleRootItem().index()), timeout=WAIT_MS)
    window.ways.go(Place(Where.UNREADABLE))
    page = window.rooms.unreadable
    qtbot.waitUntil(lambda: [Path(file.path).name for file in page.model.files] == ["broken.jpg"], timeout=WAIT_MS)
    assert window.rooms.status.count.said() == "1 file"
    (photos / "broken.jpg").unlink()
    qtbot.waitUntil(lambda: not page.model.files, timeout=WAIT_MS)
    assert page.empty.isVisible()


def test_a_photo_copied_into_a_watched_folder_appears_untouched(
    window: MainWindow, photos: Path, qtbot: QtBot, make_photo: Callable[..., Path], tmp_path: Path
) -> None:
    shutil.copy(make_photo("new.jpg", seed=77, folder=tmp_path / "elsewhere"), photos / "new.jpg")
    qtbot.waitUntil(lambda: str(photos / "new.jpg") in paths(window), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.rooms.status.count.said() == "6 photos", timeout=WAIT_MS)


# ---- searches


def test_words_are_typed_and_cleared_again(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(window.rooms.gallery.view, "/")
    bar = window.rooms.search_bar
    assert bar.edit.hasFocus()
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS) as answered:
        qtbot.keyClicks(bar.edit, "dog on a beach")
    assert window.search.query is not None and window.search.query.text == "dog on a beach"
    assert answered.args[0].failed == ()
    assert window.rooms.status.count.said().endswith("s")
    qtbot.keyClick(bar.edit, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.search.query is None and count(window) == 5, timeout=WAIT_MS)


def test_a_picture_dropped_from_outside_finds_its_photo(window: MainWindow, photos: Path, qtbot: QtBot, tmp_path: Path) -> None:
    small = tmp_path / "elsewhere.png"
    assert QImage(str(photos / "photo 2.jpg")).scaledToWidth(300, Qt.TransformationMode.SmoothTransformation).save(str(small))
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS) as answered:
        assert drop_on(window, small, QPoint(800, 500))
    hit = answered.args[0].hits[0]
    assert hit.row.path == str(photos / "photo 2.jpg")
    assert Facet.COPY in {reason.facet for reason in hit.reasons}
    assert window.rooms.similar.isVisible()
    assert paths(window)[0] == str(photos / "photo 2.jpg")


def test_a_pasted_picture_becomes_the_question(window: MainWindow, photos: Path, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setImage(QImage(str(photos / "photo 3.jpg")).flipped(Qt.Orientation.Horizontal))
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS) as answered:
        qtbot.keyClick(window.rooms.gallery.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert answered.args[0].hits[0].row.path == str(photos / "photo 3.jpg")


def test_find_similar_asks_for_the_chosen_photo_and_closing_ends_it(window: MainWindow, photos: Path, qtbot: QtBot) -> None:
    row = next(row for row in window.rooms.gallery.rows() if row.name == "photo 1.jpg")
    window.rooms.gallery.select(row.photo_id)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS) as answered:
        qtbot.keyClick(window.rooms.gallery.view, Qt.Key.Key_F, both)
    assert row.path not in [hit.row.path for hit in answered.args[0].hits]
    assert window.rooms.top_bar.panel.isChecked()
    qtbot.keyClick(window.rooms.gallery.view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.search.query is None and count(window) == 5, timeout=WAIT_MS)
    assert not window.rooms.similar.isVisible()


def test_words_and_the_panels_picture_are_one_question(window: MainWindow, qtbot: QtBot) -> None:
    row = window.rooms.gallery.rows()[0]
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS):
        window.ways.find_similar(row)
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS):
        qtbot.keyClicks(window.rooms.search_bar.edit, "beach")
    query = window.search.query
    assert query is not None and query.text == "beach" and query.images == (row.path,)
    assert [chip.part.value for chip in window.rooms.search_bar.chips] == [row.path]
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS):
        window.ways.close_panel()
    assert window.search.query is not None and window.search.query.images == ()
    assert window.rooms.search_bar.chips == []


def test_the_panels_picture_and_its_chip_lead_the_same_life(window: MainWindow, qtbot: QtBot) -> None:
    rooms, (first, second) = window.rooms, window.rooms.gallery.rows()[:2]
    window.ways.find_similar(first)
    rooms.similar.show_photo(second)
    assert [chip.part.value for chip in rooms.search_bar.chips] == [second.path], "another picture takes the chip's place"
    qtbot.waitUntil(lambda: count(window) < 5, timeout=WAIT_MS)
    window.ways.toggle_info()
    assert rooms.browse.panel is rooms.info and not rooms.top_bar.panel.isChecked()
    assert window.search.query is not None and window.search.query.images == (second.path,), "what is asked stays"
    window.ways.toggle_similar()
    assert rooms.similar.source == second.path and rooms.top_bar.panel.isChecked()
    rooms.search_bar.chips[0].cross.click()
    assert rooms.similar.source is None and rooms.browse.panel is None
    qtbot.waitUntil(lambda: window.search.query is None and count(window) == 5, timeout=WAIT_MS)


def test_nothing_that_counts_leaves_the_words(window: MainWindow, qtbot: QtBot) -> None:
    window.ways.find_similar(window.rooms.gallery.rows()[0])
    for slider in window.rooms.similar.what.sliders.values():
        slider.setValue(0)
    with qtbot.waitSignal(window.search.answered, timeout=WAIT_MS):
        qtbot.keyClicks(window.rooms.search_bar.edit, "beach")
        qtbot.waitUntil(lambda: window.search.query is not None and window.search.query.text == "beach", timeout=WAIT_MS)
    assert window.search.query is not None and window.search.query.images == ()


# ---- acts


def test_a_folder_dropped_on_the_sidebar_is_added_and_taken_back(
    window: MainWindow, make_photo: Callable[..., Path], tmp_path: Path, qtbot: QtBot
) -> None:
    other = make_photo("x.jpg", seed=50, folder=tmp_path / "other").parent
    assert drop_on(window, other, QPoint(100, 400))
    qtbot.waitUntil(lambda: count(window) == 6, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.rooms.status.news.text == "other added", timeout=WAIT_MS)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: count(window) == 5, timeout=WAIT_MS)
    assert (other / "x.jpg").exists()


def test_removing_a_folder_leaves_its_files_and_can_be_undone(window: MainWindow, photos: Path, qtbot: QtBot) -> None:
    menu = window.rooms.sidebar.menu_for(window.rooms.sidebar.model.find("folder", str(photos)))
    assert menu is not None
    next(action for action in menu.actions() if action.text() == "Remove from library").trigger()
    qtbot.waitUntil(lambda: count(window) == 0 and not window.rooms.sidebar.has_folders(), timeout=WAIT_MS)
    assert len(list(photos.rglob("*.jpg"))) == 6
    qtbot.waitUntil(lambda: "removed from the library" in window.rooms.status.news.text, timeout=WAIT_MS)
    undo = next(button for button in window.rooms.status.findChildren(QAbstractButton) if button.text() == "Undo")
    qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: count(window) == 5, timeout=WAIT_MS)


def test_the_sidebar_counts_duplicates_as_they_come_and_go(window: MainWindow, photos: Path, qtbot: QtBot) -> None:
    sidebar = window.rooms.sidebar
    qtbot.waitUntil(lambda: sidebar.duplicates() == 1, timeout=WAIT_MS)
    window.acts.forget([str(photos / "Family")])
    qtbot.waitUntil(lambda: sidebar.duplicates() == 0, timeout=WAIT_MS)


def test_delete_moves_to_the_trash_and_undo_brings_back_the_same_bytes(
    window: MainWindow, photos: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    photo = photos / "photo 3.jpg"
    content = photo.read_bytes()
    row = next(row for row in window.rooms.gallery.rows() if row.path == str(photo))
    window.rooms.gallery.select(row.photo_id)
    qtbot.keyClick(window.rooms.gallery.view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not photo.exists() and count(window) == 4, timeout=WAIT_MS)
    told = "1 photo moved to the trash, "
    qtbot.waitUntil(lambda: window.rooms.status.news.text.startswith(told), timeout=WAIT_MS)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: photo.exists() and count(window) == 5, timeout=WAIT_MS)
    assert photo.read_bytes() == content
    qtbot.waitUntil(lambda: window.rooms.status.news.text == "1 photo put back", timeout=WAIT_MS)


def test_another_photo_of_the_same_name_does_not_go_when_a_move_to_the_trash_is_done_again(
    window: MainWindow,
    photos: Path,
    make_photo: Callable[..., Path],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    told: list[Happening] = []
    refused: list[str] = []
    window.acts.happened.connect(told.append)
    window.acts.failed.connect(refused.append)
    photo, beside = photos / "photo 3.jpg", photos / "photo 3 (1).jpg"
    window.acts.trash([next(row for row in window.rooms.gallery.rows() if row.path == str(photo))])
    qtbot.waitUntil(lambda: len(told) == 1 and count(window) == 4, timeout=WAIT_MS)
    make_photo("photo 3.jpg", seed=9)
    window.acts.rescan()
    qtbot.waitUntil(lambda: count(window) == 5, timeout=WAIT_MS)
    undo, redo = told[0].undo, told[0].redo
    assert undo is not None and redo is not None
    undo()
    qtbot.waitUntil(lambda: beside.exists() and count(window) == 6, timeout=WAIT_MS)
    redo()
    qtbot.waitUntil(lambda: bool(refused) or not photo.exists(), timeout=WAIT_MS)
    assert photo.exists() and beside.exists() and "it changed since you looked at it" in refused[0]


def test_the_menu_of_one_photo_says_more_than_that_of_several(window: MainWindow, qtbot: QtBot) -> None:
    rows = window.rooms.gallery.rows()

    def texts(count: int) -> list[str]:
        return [action.text() for action in window.desk.menu(rows[:count]).actions() if action.text()]

    several = [
        "Copy the paths", "Tags…", "Describe these photos", "Use captions as titles", "Write tags beside the photos",
        "Write titles, ratings and keywords into the files…", "Remove from library", "Move 2 photos to the trash",
    ]  # fmt: skip
    assert texts(2) == several
    assert texts(1)[:5] == ["Open", "Find similar", "More with this text", "Info", "Show in folder"]
    menu = window.desk.menu(rows[:1])
    next(action for action in menu.actions() if action.text() == "Copy the path").trigger()
    assert QGuiApplication.clipboard().text() == rows[0].path


def test_a_photo_that_is_away_cannot_be_shown_in_its_folder(window: MainWindow) -> None:
    window.desk.show_in_folder("/no/such/photo.jpg")
    assert window.rooms.status.news.text.startswith("/no/such/photo.jpg is not there now.")


def test_a_problem_is_a_line_and_stays_until_put_away(window: MainWindow) -> None:
    window._bridge.problem.emit(Problem("disk-full", "the disk is full: make room, then try again"))
    assert window.rooms.status.news.text == "The disk is full: make room, then try again"
    window._bridge.problem.emit(Problem("model-missing", "the files of a model have changed: get the model again"))
    assert window.rooms.status.news.text.startswith("The files of a model")
    assert "Show models" in [button.text() for button in window.rooms.status.findChildren(QPushButton) if button.isVisible()]


# ---- the viewer, the keys, the room there is


def test_a_photo_opens_and_esc_comes_back_to_it(window: MainWindow, qtbot: QtBot) -> None:
    rooms = window.rooms
    rooms.gallery.select(rooms.gallery.rows()[1].photo_id)
    qtbot.keyClick(rooms.gallery.view, Qt.Key.Key_Return)
    assert rooms.shown is rooms.viewing
    qtbot.keyClick(rooms.viewing.viewer, Qt.Key.Key_Right)
    qtbot.keyClick(rooms.viewing.viewer, Qt.Key.Key_Escape)
    assert rooms.shown is rooms.browse
    assert [row.photo_id for row in rooms.gallery.selection()] == [rooms.gallery.rows()[2].photo_id]


def test_info_follows_the_chosen_photo(window: MainWindow, qtbot: QtBot) -> None:
    rooms = window.rooms
    rooms.gallery.select(rooms.gallery.rows()[0].photo_id)
    qtbot.keyClick(window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert rooms.info.isVisible()
    assert rooms.info.photo == rooms.gallery.rows()[0]
    rooms.gallery.select(rooms.gallery.rows()[1].photo_id)
    assert rooms.info.photo == rooms.gallery.rows()[1]
    qtbot.keyClick(window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert not rooms.info.isVisible()


def test_a_narrow_window_folds_the_sidebar_while_the_panel_is_open(open_window: Open, photos: Path, qtbot: QtBot) -> None:
    window = open_window(photos, size=(900, 600))
    qtbot.waitUntil(lambda: count(window) == 5, timeout=WAIT_MS)
    rooms = window.rooms
    assert (window.width(), window.height()) == (900, 600)
    assert rooms.sidebar.isVisible()
    qtbot.mouseClick(rooms.top_bar.panel, Qt.MouseButton.LeftButton)
    assert rooms.similar.isVisible() and not rooms.sidebar.isVisible()
    assert (window.width(), window.height()) == (900, 600)
    qtbot.mouseClick(rooms.top_bar.sidebar, Qt.MouseButton.LeftButton)
    assert rooms.sidebar.isVisible() and not rooms.similar.isVisible()
    window.ways.go(Place(Where.DUPLICATES))
    qtbot.mouseClick(rooms.top_bar.sidebar, Qt.MouseButton.LeftButton) if rooms.top_bar.isVisible() else None
    assert rooms.duplicates.isVisible()
    assert (window.width(), window.height()) == (900, 600)


def test_how_the_window_was_left_is_remembered(open_window: Open, photos: Path, qtbot: QtBot) -> None:
    first = open_window(photos)
    first.resize(1100, 720)
    first.rooms.browse.toggle_sidebar()
    first.rooms.top_bar.size_slider.setValue(240)
    qtbot.waitUntil(lambda: count(first) == 5, timeout=WAIT_MS)
    first.close()
    first._bridge.close()
    second = open_window(size=(1100, 720))
    assert second.kept.geometry is not None
    assert not second.rooms.sidebar.isVisible()
    assert second.rooms.top_bar.size_slider.value() == 240
    assert second.rooms.shown is second.rooms.browse


def test_question_mark_shows_all_keys(window: MainWindow, qtbot: QtBot) -> None:
    from app.ui.shortcuts_sheet import ShortcutsSheet

    qtbot.keyClick(window.rooms.gallery.view, Qt.Key.Key_Question)
    sheet = window.findChild(ShortcutsSheet)
    assert sheet is not None and sheet.isVisible()
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_every_control_has_a_name(window: MainWindow) -> None:
    def nameless() -> list[QAbstractButton | QSlider]:
        buttons = [button for button in window.findChildren(QAbstractButton) if button.isVisible() and not button.text()]
        sliders = [slider for slider in window.findChildren(QSlider) if slider.isVisible()]
        return [control for control in [*buttons, *sliders] if not control.accessibleName()]

    assert nameless() == []
    window.ways.find_similar_to_chosen()
    assert nameless() == []
    for where in (Where.DUPLICATES, Where.UNREADABLE):
        window.ways.go(Place(where))
        assert nameless() == []
    window.ways.open_photo(window.rooms.gallery.rows()[0])
    assert nameless() == []


def test_everything_around_a_photo_is_dark_in_the_light_scheme_too(window: MainWindow, qtbot: QtBot) -> None:
    window.ways.open_photo(window.rooms.gallery.rows()[0])
    window.ways.toggle_info()
    info = window.rooms.viewing.info
    facts = [label for label in info.facts.findChildren(QLabel) if label.isVisible()]
    assert facts and all(label.palette().windowText().color().lightness() > 120 for label in facts)
    assert window.rooms.status.isHidden(), "what happened before is not told here"
    window.acts.failed.emit("The disk is full")
    assert window.rooms.status.isVisible()
    shown = window.grab().toImage()
    for x in range(8, window.width() - 8, 200):
        assert shown.pixelColor(x, window.height() - 4).lightness() < 60


def test_the_first_window_fits_the_screen_with_its_frame(qtbot: QtBot, library: Path) -> None:
    window = MainWindow(Bridge(library))
    qtbot.addWidget(window)
    room = window.screen().availableSize()
    assert window.height() < room.height() and window.width() < room.width()


def test_dark_and_light_change_live(window: MainWindow) -> None:
    light = window.grab().toImage()
    theme.apply("dark")
    dark = window.grab().toImage()
    theme.apply("light")
    for x, y in ((700, 500), (100, 600), (700, 885)):
        assert light.pixelColor(x, y).lightness() > 200
        assert dark.pixelColor(x, y).lightness() < 60


def test_the_sidebar_makes_way_for_duplicates_in_a_narrow_window_and_comes_when_called(
    open_window: Open, photos: Path, qtbot: QtBot
) -> None:
    window = open_window(photos, size=(900, 600))
    qtbot.waitUntil(lambda: count(window) == 5, timeout=WAIT_MS)
    rooms = window.rooms
    assert rooms.sidebar.isVisible()
    window.ways.go(Place(Where.DUPLICATES))
    assert not rooms.sidebar.isVisible() and rooms.browse.unfold.isVisible()
    qtbot.mouseClick(rooms.browse.unfold, Qt.MouseButton.LeftButton)
    assert rooms.sidebar.isVisible()
    window.ways.go_to_all()
    assert rooms.sidebar.isVisible()


def test_escape_in_an_empty_field_gives_the_keys_to_the_photos(window: MainWindow, qtbot: QtBot) -> None:
    window.ways.find()
    edit = window.rooms.search_bar.edit
    assert edit.hasFocus()
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert not edit.hasFocus() and window.rooms.gallery.isAncestorOf(QApplication.focusWidget())


def test_a_library_that_takes_long_to_open_says_so(qtbot: QtBot, library: Path) -> None:
    window = MainWindow(Bridge(library))
    qtbot.addWidget(window)
    window.show()
    assert window.rooms.shown is window.rooms.nothing
    assert window.rooms.nothing.title.text() == "", "not at once: mostly it is open before anyone could read this"
    qtbot.waitUntil(lambda: window.rooms.nothing.title.text() == "Opening your photos")


def test_enter_presses_the_way_on_where_the_library_does_not_open(window: MainWindow, qtbot: QtBot) -> None:
    page = window.rooms.not_opened
    window._bridge.not_opened.emit(NotOpened("locked", "the library is in use"))
    assert page.sentence.text() == "The library is in use"
    again = next(button for button in page.findChildren(QPushButton) if button.text() == "Try again")
    with qtbot.waitSignal(window._bridge.opened, timeout=WAIT_MS):
        qtbot.keyClick(again, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.rooms.shown is window.rooms.browse, timeout=WAIT_MS)
