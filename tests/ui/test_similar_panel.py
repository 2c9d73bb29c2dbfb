"""The find similar panel on a real library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from app.engine.requests import Search
from app.engine.types import BUILT, Answer, Facet, PhotoRow, Query
from app.ui.bridge import Bridge
from app.ui.preferences import Preferences
from app.ui.similar_panel import SimilarPanel
from tests.ui.real import ask, draw_album, opened_library

Library = tuple[Bridge, tuple[PhotoRow, ...]]


@pytest.fixture(scope="module")
def library(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A real library."""
    root = tmp_path_factory.mktemp("similar")
    draw_album(root / "album")
    with opened_library(root / "library", root / "album") as opened:
        yield opened


@pytest.fixture
def panel(qtbot: QtBot, library: Library) -> SimilarPanel:
    """The panel on the screen."""
    made = SimilarPanel(library[0], Preferences(library[0]))
    qtbot.addWidget(made)
    made.resize(336, 800)
    made.show()
    qtbot.waitExposed(made)
    return made


def named(library: Library, name: str) -> PhotoRow:
    """A photo of the library."""
    return next(row for row in library[1] if row.name == name)


def test_a_photo_is_asked_about_and_its_mirror_image_is_explained(qtbot: QtBot, library: Library, panel: SimilarPanel) -> None:
    first = next(row for row in library[1] if row.name in ("photo 0.jpg", "the same again.jpg"))
    with qtbot.waitSignal(panel.asked) as asked:
        panel.show_photo(first)
    query = asked.args[0]
    assert query.images == (first.path,)
    assert query.leave_out_query
    answer = ask(library[0], Search(query))
    assert isinstance(answer, Answer)
    panel.show_answer(answer)
    assert panel.why.photos.photo(0).name == "mirrored.jpg"
    hit = panel.why.photos.hit(0)
    assert hit is not None and any(why.facet is Facet.COPY for why in hit.reasons)
    assert panel.what.counts[Facet.COPY].text() == str(dict(answer.found)[Facet.COPY])
    assert panel.line.isHidden()
    qtbot.waitUntil(lambda: panel.preview._image is not None, timeout=20_000)


def test_a_slider_asks_anew_after_a_pause_with_its_weight(qtbot: QtBot, library: Library, panel: SimilarPanel) -> None:
    panel.show_photo(named(library, "photo 3.jpg"))
    spy = QSignalSpy(panel.asked)
    with qtbot.waitSignal(panel.asked) as asked:
        panel.what.sliders[Facet.COLOR].setValue(50)
        panel.what.sliders[Facet.COLOR].setValue(40)
        panel.what.sliders[Facet.COPY].setValue(0)
    assert spy.count() == 1
    query = asked.args[0]
    assert set(query.facets) == set(BUILT) - {Facet.COPY}
    assert dict(query.weights) == {facet: 0.4 if facet is Facet.COLOR else 1.0 for facet in query.facets}
    for slider in panel.what.sliders.values():
        slider.setValue(0)
    qtbot.waitUntil(lambda: "Nothing counts" in panel.line.text())
    assert spy.count() == 1


def test_a_dropped_file_becomes_the_question(qtbot: QtBot, library: Library, panel: SimilarPanel) -> None:
    path = named(library, "photo 2.jpg").path
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(path)])
    at, copy = QPoint(40, 40).toPointF(), Qt.DropAction.CopyAction
    enter = QDragEnterEvent(at.toPoint(), copy, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(panel.preview, enter)
    assert enter.isAccepted()
    event = QDropEvent(at, copy | Qt.DropAction.MoveAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    with qtbot.waitSignal(panel.asked) as asked:
        QApplication.sendEvent(panel.preview, event)
    assert asked.args[0].images == (path,)
    assert event.dropAction() == copy, "never a move"
    qtbot.waitUntil(lambda: panel.preview._image is not None, timeout=20_000)


def test_a_pasted_picture_becomes_the_question(qtbot: QtBot, library: Library, panel: SimilarPanel) -> None:
    mime = QMimeData()
    data = Path(named(library, "photo 4.jpg").path).read_bytes()
    mime.setData("image/jpeg", data)
    QApplication.clipboard().setMimeData(mime)
    panel.preview.setFocus()
    with qtbot.waitSignal(panel.asked) as asked:
        QTest.keyClick(panel.preview, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert asked.args[0].images == (data,)


def test_a_picture_that_cannot_be_read_says_why(qtbot: QtBot, panel: SimilarPanel, tmp_path: Path) -> None:
    file = tmp_path / "no picture.jpg"
    file.write_text("words")
    panel.show_source(str(file))
    qtbot.waitUntil(lambda: len(panel.preview._text) > 0 and "Reading" not in panel.preview._text, timeout=20_000)
    assert panel.preview._image is None


def test_found_photos_open_and_follow_the_gallery(qtbot: QtBot, library: Library, panel: SimilarPanel) -> None:
    row = named(library, "photo 5.jpg")
    panel.show_photo(row)
    answer = ask(library[0], Search(panel.query()))  # type: ignore[arg-type]
    assert isinstance(answer, Answer)
    good = replace(answer, hits=tuple(replace(hit, weak=False) for hit in answer.hits))
    panel.show_answer(good)
    assert panel.why.photos.rowCount() >= 2
    second = panel.why.photos.photo(1)
    panel.highlight(second.photo_id)
    assert panel.why.currentIndex().row() == 1
    panel.why.setFocus()
    with qtbot.waitSignal(panel.opened) as opened:
        QTest.keyClick(panel.why, Qt.Key.Key_Return)
    assert opened.args == [second]


def test_the_sliders_of_a_saved_search_go_with_it(panel: SimilarPanel) -> None:
    usual = panel.what.weights
    panel.recall(Query(images=("/photos/a.jpg",), facets=(Facet.COLOR,), weights=((Facet.COLOR, 0.4),)))
    assert panel.what.weights[Facet.COLOR] == 0.4 and panel.what.weights[Facet.MEANING] == 0.0
    panel.forget()
    assert panel.what.weights == usual, "what was chosen for every search holds again"
    panel.recall(Query(images=("/photos/a.jpg",), facets=(Facet.WORDS,), weights=((Facet.WORDS, 1.0),)))
    panel.what.sliders[Facet.LOOK].setValue(40)
    panel.show_source("/photos/b.jpg")
    assert panel.what.weights == {**usual, Facet.LOOK: 0.4}, "another picture is asked as always; what was moved alone is kept"


def test_nothing_like_it_is_said(panel: SimilarPanel, library: Library) -> None:
    panel.show_photo(library[1][0])
    panel.show_answer(Answer((), 1.0))
    assert panel.line.text() == "No photo is like this one."
    panel.show_answer(Answer((), 1.0, failed=((Facet.MEANING, "Meaning cannot be asked now."),)))
    assert panel.line.text() == "Meaning cannot be asked now."


def test_every_control_has_a_name(panel: SimilarPanel) -> None:
    assert all(slider.accessibleName() for slider in panel.what.sliders.values())
    assert all(button.text() or button.accessibleName() for button in panel.findChildren(QAbstractButton))
