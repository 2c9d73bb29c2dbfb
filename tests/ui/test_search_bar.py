"""The search field under real keys: words, chips, and the question that they make."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from app.engine.requests import Picture
from app.engine.types import Query
from app.ui.bridge import Bridge
from app.ui.popups import SWATCHES, ColorPopup, YearsPopup
from app.ui.search_bar import SearchBar

KEYS = Qt.Key


@pytest.fixture
def bar(qtbot: QtBot, tmp_path: Path) -> Iterator[SearchBar]:
    """A field on the screen; its bridge is not started, so pictures stay unread."""
    bridge = Bridge(tmp_path)
    made = SearchBar(bridge)
    qtbot.addWidget(made)
    made.resize(640, 40)
    made.show()
    made.focus()
    qtbot.waitExposed(made)
    yield made
    bridge.close()


def labels(bar: SearchBar) -> list[str]:
    """What the chips say."""
    return [chip.part.label for chip in bar.chips]


def test_typing_asks_once_after_a_pause(qtbot: QtBot, bar: SearchBar) -> None:
    spy = QSignalSpy(bar.asked)
    with qtbot.waitSignal(bar.asked) as asked:
        QTest.keyClicks(bar.edit, "dog on a beach")
    assert asked.args[0].text == "dog on a beach"
    assert spy.count() == 1
    QTest.keyClicks(bar.edit, " ")
    qtbot.waitUntil(lambda: not bar._pause.isActive())
    assert spy.count() == 1, "a space more is the same question"


def test_enter_asks_at_once_and_again(bar: SearchBar) -> None:
    spy = QSignalSpy(bar.asked)
    QTest.keyClicks(bar.edit, "dog")
    QTest.keyClick(bar.edit, KEYS.Key_Return)
    assert spy.count() == 1
    QTest.keyClick(bar.edit, KEYS.Key_Return)
    assert spy.count() == 2


def test_conditions_typed_between_words_become_chips(qtbot: QtBot, bar: SearchBar) -> None:
    with qtbot.waitSignal(bar.asked) as asked:
        QTest.keyClicks(bar.edit, "boat not:people iso>800")
        QTest.keyClick(bar.edit, KEYS.Key_Return)
    assert asked.args[0] == Query(text="boat", without=("people",), where=("iso>800",), k=asked.args[0].k)
    assert labels(bar) == ["not: people", "iso>800"]
    assert bar.edit.text().strip() == "boat"


def test_conditions_that_are_typed_with_or_between_become_one_chip(bar: SearchBar) -> None:
    QTest.keyClicks(bar.edit, "boat tag=beach or tag=lake ")
    assert labels(bar) == ["tag=beach or tag=lake"] and bar.query().where == ("tag=beach or tag=lake",)
    QTest.keyClicks(bar.edit, "not (tag='hot dog' or tag=cat")
    assert len(bar.chips) == 1 and bar.query().text == "boat"
    QTest.keyClicks(bar.edit, ")")
    QTest.keyClick(bar.edit, KEYS.Key_Return)
    assert bar.query().where == ("tag=beach or tag=lake", "not (tag='hot dog' or tag=cat)") and bar.query().text == "boat"


def test_everything_together_is_one_question(bar: SearchBar) -> None:
    bar.set_folder("/home/me/Pictures/2026 Iceland")
    bar.add_image("/tmp/lighthouse.jpg")
    bar.add_color("#2350c4")
    bar.set_years(2024, None)
    bar.set_years(2020, 2022)
    QTest.keyClicks(bar.edit, "boat")
    query = bar.query()
    assert query.images == ("/tmp/lighthouse.jpg",)
    assert query.colors == ("#2350c4",)
    assert query.where == ("date>=2020", "date<=2022")
    assert query.folder == "/home/me/Pictures/2026 Iceland"
    assert query.text == "boat"
    assert labels(bar) == ["2026 Iceland", "like this", "this color", "2020 – 2022"]
    places = [chip.mapTo(bar, chip.rect().topLeft()).x() for chip in bar.chips]
    QApplication.processEvents()
    assert places == sorted(places)


def test_a_folder_alone_asks_nothing_and_its_chip_can_be_dropped(qtbot: QtBot, bar: SearchBar) -> None:
    spy = QSignalSpy(bar.asked)
    bar.set_folder("/photos/a")
    bar.set_folder("/photos/b")
    assert labels(bar) == ["b"]
    assert bar.is_empty()
    with qtbot.waitSignal(bar.folder_dropped):
        QTest.mouseClick(bar.chips[0].cross, Qt.MouseButton.LeftButton)
    assert bar.chips == []
    assert spy.count() == 0


def test_escape_goes_back_step_by_step(qtbot: QtBot, bar: SearchBar) -> None:
    bar.set_folder("/photos/a")
    bar.add_color("#2350c4")
    QTest.keyClicks(bar.edit, "boat")
    QTest.keyClick(bar.edit, KEYS.Key_Return)
    QTest.keyClick(bar.edit, KEYS.Key_Escape)
    assert bar.edit.text() == "" and len(bar.chips) == 2
    with qtbot.waitSignal(bar.cleared):
        QTest.keyClick(bar.edit, KEYS.Key_Escape)
    assert labels(bar) == ["a"]
    assert bar.step_back() is False, "with nothing left it is the window's step"


def test_backspace_takes_the_chip_before_the_words(bar: SearchBar) -> None:
    bar.add_color("#2350c4")
    bar.add_color("#d6302f")
    QTest.keyClick(bar.edit, KEYS.Key_Backspace)
    assert bar.query().colors == ("#2350c4",)
    bar.chips[0].setFocus()
    QTest.keyClick(bar.chips[0], KEYS.Key_Delete)
    assert bar.is_empty()


def test_clearing_leaves_the_folder(qtbot: QtBot, bar: SearchBar) -> None:
    bar.set_folder("/photos/a")
    bar.add_color("#2350c4")
    QTest.keyClicks(bar.edit, "boat")
    assert bar.clear_button.isVisible()
    with qtbot.waitSignal(bar.cleared):
        bar.clear_button.click()
    assert labels(bar) == ["a"]
    assert bar.edit.text() == ""
    assert bar.clear_button.isHidden()


def test_conditions_can_all_be_dropped(qtbot: QtBot, bar: SearchBar) -> None:
    QTest.keyClicks(bar.edit, "boat not:people ")
    bar.set_years(2024, None)
    bar.set_folder("/photos/a")
    with qtbot.waitSignals([bar.folder_dropped, bar.asked]):
        bar.drop_conditions()
    assert bar.query() == Query(text="boat", k=bar.query().k)


def test_a_picture_is_read_for_its_chip_and_given_up_with_it(bar: SearchBar) -> None:
    bar.add_image(b"encoded")
    (chip,) = bar.chips
    assert chip.ticket is not None
    assert bar._bridge._waiting[chip.ticket].request == Picture(b"encoded", 80)
    QTest.mouseClick(chip.cross, Qt.MouseButton.LeftButton)
    assert chip.ticket not in bar._bridge._waiting


def test_a_copied_file_and_a_copied_bitmap_are_pasted_as_pictures(qtbot: QtBot, bar: SearchBar, tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(b"x")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    QApplication.clipboard().setMimeData(mime)
    QTest.keyClick(bar.edit, KEYS.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert bar.query().images == (str(file),)
    image = QImage(20, 10, QImage.Format.Format_RGB32)
    image.fill(0xFF123456)
    QApplication.clipboard().setImage(image)
    QTest.keyClick(bar.edit, KEYS.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(bar.query().images) == 2)
    assert QImage.fromData(bar.query().images[1]) == image
    QApplication.clipboard().setText("plain words")
    QTest.keyClick(bar.edit, KEYS.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert bar.query().text == "plain words"


def test_the_palette_offers_named_colors(qtbot: QtBot, bar: SearchBar) -> None:
    popup = ColorPopup(bar)
    assert [button.accessibleName() for button in popup.buttons] == [name for name, _ in SWATCHES]
    with qtbot.waitSignal(popup.chosen) as chosen:
        popup.buttons[6].click()
    assert chosen.args == [dict(SWATCHES)["blue"]]


def test_years_are_chosen_from_lists(qtbot: QtBot, bar: SearchBar) -> None:
    popup = YearsPopup(bar)
    popup.chosen.connect(bar.set_years)
    popup.first.setCurrentText("2015")
    popup.use.click()
    assert bar.query().where == ("date>=2015",)


def test_every_button_has_a_name(bar: SearchBar) -> None:
    bar.add_color("#2350c4")
    assert all(button.accessibleName() for button in bar.findChildren(QAbstractButton))


def test_pictures_that_are_wanted_and_not_wanted_are_told_apart_and_make_room(qtbot: QtBot, bar: SearchBar) -> None:
    bar.resize(900, 40)
    bar.add_image("/tmp/a.jpg")
    bar.add_unlike("/tmp/b.jpg")
    query = bar.query()
    assert query.images == ("/tmp/a.jpg",) and query.unlike == ("/tmp/b.jpg",)
    assert labels(bar) == ["like this", "not like this"]
    picture = QImage(40, 40, QImage.Format.Format_RGB32)
    picture.fill(0xFF3060A0)
    for chip in bar.chips:
        chip.set_image(picture)
    wanted, unwanted = (chip.grab(chip._picture.geometry()).toImage() for chip in bar.chips)
    assert wanted != unwanted, "the picture that is not wanted is crossed out"
    bar.fit()
    assert all(not chip._words.isHidden() for chip in bar.chips)
    bar.resize(420, 40)
    QTest.keyClicks(bar.edit, "boat at sea")
    assert all(chip._words.isHidden() for chip in bar.chips)
    assert [chip.toolTip() for chip in bar.chips] == ["a.jpg", "b.jpg"]
    bar.add_unlike("/tmp/a.jpg")
    assert bar.query().images == () and set(bar.query().unlike) == {"/tmp/a.jpg", "/tmp/b.jpg"}


def test_chips_beyond_the_end_of_the_field_are_counted_and_one_press_away(qtbot: QtBot, bar: SearchBar) -> None:
    bar.resize(900, 40)
    QTest.keyClicks(bar.edit, "boat at sea not:people not:buildings date>=2020 iso>800")
    QTest.keyClick(bar.edit, Qt.Key.Key_Return)
    qtbot.wait(1)
    assert bar.beyond.isHidden() and all(chip._words.text() == chip.part.label for chip in bar.chips)
    bar.resize(420, 40)
    qtbot.waitUntil(lambda: bar.beyond.text() == "+3")
    assert bar.beyond.isVisible() and "iso>800" in bar.beyond.accessibleName()
    assert bar.chips[1]._words.text() != "not: buildings" == bar.chips[1].toolTip(), "words are cut before anything is hidden"
    last, place = bar.chips[-1], bar._room.viewport()
    assert not place.rect().contains(last.mapTo(place, last.rect().center()))
    for _press in range(3):
        if not place.rect().contains(last.mapTo(place, last.rect().center())):
            QTest.mouseClick(bar.beyond, Qt.MouseButton.LeftButton)
    assert place.rect().contains(last.mapTo(place, last.rect().center()))
    assert "iso>800" not in bar.beyond.accessibleName()
    bar.resize(900, 40)
    qtbot.waitUntil(bar.beyond.isHidden)


def test_a_search_is_remembered_with_its_conditions_and_asked_again_with_these_alone(bar: SearchBar) -> None:
    meant = QSignalSpy(bar.meant)
    QTest.keyClicks(bar.edit, "cat -sofa")
    QTest.keyClick(bar.edit, Qt.Key.Key_Return)
    assert [meant.at(n)[0] for n in range(meant.count())] == ["cat -sofa"]
    bar.ask_words("dog not:people iso>800")
    assert (bar.query().text, bar.query().without, bar.query().where) == ("dog", ("people",), ("iso>800",))
    bar.ask_words("boat")
    assert bar.query().text == "boat" and not bar.chips


def test_a_question_can_be_shown_again_as_it_was_asked(bar: SearchBar) -> None:
    spy = QSignalSpy(bar.asked)
    asked = Query(
        text="boat",
        images=("/tmp/a.jpg", b"pasted"),
        unlike=("/tmp/b.jpg",),
        without=("people",),
        colors=("#2350c4",),
        where=("date>=2020", "date<=2022", "iso>800"),
        folder="/photos/a",
        k=bar.query().k,
    )
    QTest.keyClicks(bar.edit, "something else")
    bar.restore(asked)
    assert bar.query() == asked
    assert labels(bar) == [
        *("a", "like this", "like this", "this color", "not like this", "not: people", "2020 – 2022", "iso>800"),
    ]
    assert spy.count() == 0
