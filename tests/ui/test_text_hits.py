"""Photos that were found by their words: what is said of them, the words outlined in the viewer, more with the same text."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.engine.library.store import Library
from app.engine.paths import library_paths
from app.engine.service import open_writer
from app.engine.texts import TextBox, TextSource
from app.ui import reasons, theme
from app.ui.bridge import Bridge
from app.ui.main_window import MainWindow
from tests.ui.conftest import WAIT_MS

LINE = ((10.0, 10.0), (190.0, 10.0), (190.0, 40.0), (10.0, 40.0))


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Three photos in a library; in two of them the same was read."""
    album = tmp_path / "album"
    album.mkdir()
    for number in range(3):
        Image.effect_noise((200, 120), 60 + 20 * number).convert("RGB").save(album / f"IMG_{number}.jpg")
    with open_writer(tmp_path / "library", lambda _event: None) as writer:
        writer.add_folders([str(album)])
        writer.run_until_idle()
    with Library(library_paths(tmp_path / "library"), write=True) as library:
        for path in ("IMG_0.jpg", "IMG_1.jpg"):
            known = library.catalog.file(str(album / path))
            assert known is not None and known.digest is not None
            library.catalog.write_text(known.digest, TextSource.OCR, "Platform nine", (TextBox(0, 13, LINE),))
    return album


def test_words_are_outlined_and_lead_to_more_with_the_text(qapp: QApplication, qtbot: QtBot, tmp_path: Path, album: Path) -> None:
    theme.apply("light")
    bridge = Bridge(tmp_path / "library")
    window = MainWindow(bridge, [str(album)])
    qtbot.addWidget(window)
    window.show()
    bridge.start()
    gallery, viewer = window.rooms.gallery, window.rooms.viewing.viewer
    qtbot.waitUntil(lambda: len(gallery.rows()) == 3, timeout=WAIT_MS)
    all_rows = gallery.rows()
    window.rooms.search_bar.ask_words("platform")
    qtbot.waitUntil(lambda: gallery.model.rowCount() > 0 and gallery.model.hit(0) is not None, timeout=WAIT_MS)
    hit = gallery.model.hit(0)
    assert hit is not None and reasons.mark(hit.reasons) == "words “Platform nine”"
    window.ways.open_photo(hit.row)
    assert len(viewer.canvas.outlines) == 1 and viewer.canvas.outlines[0][1][0] == pytest.approx(10 + 180 * 8 / 13, abs=0.2)
    QTest.keyClick(viewer, Qt.Key.Key_O)
    assert not viewer.canvas.outlines
    viewer.closed.emit()
    window.ways.more_with_text(hit.row)
    qtbot.waitUntil(lambda: len(gallery.rows()) == 1 and gallery.rows()[0].photo_id != hit.row.photo_id, timeout=WAIT_MS)
    without = next(row for row in all_rows if row.name == "IMG_2.jpg")
    window.ways.more_with_text(without)
    qtbot.waitUntil(lambda: gallery.state_page is not None, timeout=WAIT_MS)
    assert gallery.state_page and gallery.state_page.title.text() == "No text was read in this photo"
    assert not gallery.state_page.findChildren(QPushButton), "trying again would find none either"
    window.close()
    bridge.close()
