"""The info panel: what is known is shown, what is not known is left out, and the rest follows from the library."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import piexif
import pytest
from PIL import Image, ImageDraw, ImageFont
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.engine.requests import AddFolders, ListPhotos
from app.engine.types import Metadata, PhotoInfo, PhotoRow
from app.ui import theme
from app.ui.bridge import Bridge
from app.ui.elided import ElidedLink
from app.ui.info_facts import lines
from app.ui.info_panel import InfoPanel
from app.ui.info_parts import CopyLine
from tests.conftest import draw_photo

WAIT_MS = 60_000
ROW = PhotoRow(1, b"1" * 16, "/home/anna/Pictures/2026 Iceland/lighthouse.jpg", None, 1_794_668_520.0, 9_800_000, 5568, 3712, 0)
KNOWN = Metadata(
    format="jpeg",
    width=5568,
    height=3712,
    date_taken="2026-11-14T15:02:11+00:00",
    camera_make="NIKON CORPORATION",
    camera_model="D7500",
    lens_model="18-140 mm",
    focal_mm=35.0,
    shutter_s=0.004,
    aperture=8.0,
    iso=100,
    gps_lat=64.15,
    gps_lon=-21.94,
)


@pytest.fixture(autouse=True)
def british() -> Iterator[None]:
    """A known locale, and the machine's own again afterwards."""
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def bridge(qapp: QApplication, tmp_path: Path) -> Iterator[Bridge]:
    """A bridge to a library of this test; not started."""
    theme.apply("light")
    made = Bridge(tmp_path / "library")
    yield made
    made.close()


@pytest.fixture
def panel(qtbot: QtBot, bridge: Bridge) -> InfoPanel:
    """The panel in a window."""
    made = InfoPanel(bridge)
    qtbot.addWidget(made)
    made.resize(theme.PANEL, 800)
    made.show()
    qtbot.waitExposed(made)
    return made


def shown(panel: InfoPanel) -> list[str]:
    """All the words that the facts show."""
    QApplication.processEvents()
    return [label.text() for label in panel.facts.findChildren(QLabel) if not label.isHidden()]


def test_everything_that_is_known_has_a_line() -> None:
    assert lines(ROW, PhotoInfo(ROW.path, "31" * 16, (ROW.path,), ROW.size, KNOWN)) == (
        ("Taken", "14 Nov 2026, 15:02 (+00:00)"),
        ("Camera", "Nikon D7500"),
        ("Lens", "18-140 mm at 35 mm"),
        ("Exposure", "1/250 s · f/8 · ISO 100"),
        ("Size", "5568 × 3712 · 9.8 MB · JPEG"),
        ("Place", "64.150° N, 21.940° W"),
    )


def test_what_is_not_known_is_left_out_and_the_files_date_is_called_that() -> None:
    found = lines(ROW, PhotoInfo(ROW.path, "31" * 16, (ROW.path,), ROW.size, Metadata()))
    assert [label for label, _ in found] == ["Taken", "Size"]
    assert found[0][1].endswith("(the file's date)")


def test_without_a_photo_there_is_a_hint_and_nothing_else(panel: InfoPanel) -> None:
    assert panel.hint.isVisible()
    assert not any(part.isVisible() for part in (panel.name, panel.facts, panel.keywords, panel.copies, panel.similar_head))


def test_the_row_is_shown_at_once_and_the_folder_can_be_asked_for(panel: InfoPanel, qtbot: QtBot) -> None:
    panel.show_photo(ROW)
    assert panel.name.whole == "lighthouse.jpg"
    assert "5568 × 3712 · 9.8 MB" in shown(panel)
    link = panel.facts.findChild(ElidedLink)
    assert link.accessibleName() == "Pictures / 2026 Iceland"
    with qtbot.waitSignal(panel.show_in_folder) as asked:
        qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert asked.args == [ROW.path]
    panel.show_photo(None)
    assert panel.hint.isVisible() and not panel.facts.isVisible()


def test_a_long_name_is_cut_in_the_middle_and_told_in_full(panel: InfoPanel) -> None:
    name = "a very long name of a photo " * 4 + "end.jpg"
    panel.show_photo(PhotoRow(2, b"2" * 16, f"/photos/{name}", None, 0.0, 1, 1, 1, 0))
    QApplication.processEvents()
    assert panel.name.text() != name and panel.name.text().endswith("end.jpg") and "…" in panel.name.text()
    assert panel.name.toolTip() == name
    assert panel.minimumSizeHint().width() < theme.PANEL


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six photos; one of them has a camera's data and a copy."""
    made = tmp_path / "photos"
    (made / "copies").mkdir(parents=True)
    for seed in range(6):
        draw_photo(seed).save(made / f"photo{seed}.jpg", quality=90)
    exif = {"0th": {piexif.ImageIFD.Make: b"Canon", piexif.ImageIFD.Model: b"Canon EOS R5"}}
    exif["Exif"] = {piexif.ExifIFD.DateTimeOriginal: b"2026:11:14 15:02:11", piexif.ExifIFD.ISOSpeedRatings: 400}
    piexif.insert(piexif.dump(exif), str(made / "photo0.jpg"))
    shutil.copy(made / "photo0.jpg", made / "copies" / "again.jpg")
    return made


def test_facts_copies_and_similar_photos_come_from_the_library(
    bridge: Bridge, panel: InfoPanel, folder: Path, qtbot: QtBot
) -> None:
    bridge.start()
    with qtbot.waitSignal(bridge.indexing_ended, timeout=WAIT_MS):
        bridge.ask(AddFolders((str(folder),)), lambda _folders: None)
    rows: list[PhotoRow] = []
    bridge.ask(ListPhotos(), rows.extend)
    qtbot.waitUntil(lambda: len(rows) == 6, timeout=WAIT_MS)
    copied = next(row for row in rows if row.files == 2)

    panel.show_photo(copied)

    qtbot.waitUntil(lambda: "Canon EOS R5" in shown(panel), timeout=WAIT_MS)
    assert "14 Nov 2026, 15:02" in shown(panel)
    assert "ISO 400" in shown(panel)
    line = panel.copies.findChild(CopyLine)
    other = ({str(folder / "photo0.jpg"), str(folder / "copies" / "again.jpg")} - {copied.path}).pop()
    assert line.place.toolTip() == other
    with qtbot.waitSignal(panel.show_in_folder) as asked:
        qtbot.mouseClick(line.picture, Qt.MouseButton.LeftButton)
    assert asked.args == [other]

    qtbot.waitUntil(lambda: panel.similar_head.isVisible(), timeout=WAIT_MS)
    pressed = panel.similar.shown[0]
    qtbot.waitUntil(lambda: panel.pictures.thumbnail(panel._similar[0]) is not None, timeout=WAIT_MS)
    with qtbot.waitSignal(panel.opened) as opened:
        qtbot.mouseClick(pressed, Qt.MouseButton.LeftButton)
    assert opened.args is not None and opened.args[0].photo_id in {row.photo_id for row in rows} - {copied.photo_id}


def test_the_text_in_a_photo_is_shown_once_it_is_read_and_can_be_copied(
    bridge: Bridge, panel: InfoPanel, tmp_path: Path, qtbot: QtBot
) -> None:
    sign = Image.new("RGB", (480, 200), "white")
    ImageDraw.Draw(sign).text((40, 40), "HARBOR MUSEUM\nopen from nine", "black", ImageFont.load_default(size=32))
    (tmp_path / "photos").mkdir()
    sign.save(tmp_path / "photos" / "sign.png")
    bridge.start()
    with qtbot.waitSignal(bridge.indexing_ended, timeout=WAIT_MS):
        bridge.ask(AddFolders((str(tmp_path / "photos"),)), lambda _folders: None)
    rows: list[PhotoRow] = []
    bridge.ask(ListPhotos(), rows.extend)
    qtbot.waitUntil(lambda: len(rows) == 1, timeout=WAIT_MS)
    panel.show_photo(rows[0])
    found = panel.found_text
    qtbot.waitUntil(found.isVisible, timeout=WAIT_MS)
    assert found.text.toPlainText() == "HARBOR MUSEUM\nopen from nine" and found.text.isReadOnly()
    qtbot.mouseClick(found.copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "HARBOR MUSEUM\nopen from nine"
    panel.show_photo(None)
    assert not found.isVisible()


def test_a_very_long_text_takes_no_more_than_its_room(panel: InfoPanel) -> None:
    panel.found_text.show_text("\n".join(["a line of a page"] * 2_000))
    assert panel.found_text.isVisible() and panel.found_text.height() < 320


def test_while_it_is_hidden_nothing_is_asked(bridge: Bridge, panel: InfoPanel, qtbot: QtBot) -> None:
    panel.hide()
    panel.show_photo(ROW)
    qtbot.waitUntil(lambda: not panel._soon.isActive())
    assert panel._asked is None
    panel.show()
    qtbot.waitUntil(lambda: panel._asked == ROW)
