"""A real library with drawn photos, read by the real engine, for tests of the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from PIL import ImageOps
from PySide6.QtTest import QTest

from app.engine.requests import AddFolders, IndexingEnded, ListPhotos
from app.engine.types import PhotoRow
from app.ui import theme
from app.ui.bridge import Bridge
from app.ui.main_window import MainWindow
from tests.conftest import draw_photo

WAIT_S = 60  # the engine's first start loads its models
TAKEN = "2026:11:{day:02d} 15:02:{second:02d}"


def draw_album(folder: Path) -> None:
    """Six photos of three days, a mirrored copy of the first, and the first once more under another name."""
    folder.mkdir(parents=True)
    for number in range(6):
        picture = draw_photo(number, (800, 600))
        exif = picture.getexif()
        exif.get_ifd(0x8769)[0x9003] = TAKEN.format(day=14 - number // 2, second=59 - number)
        picture.save(folder / f"photo {number}.jpg", exif=exif, quality=90)
    ImageOps.mirror(draw_photo(0, (800, 600))).save(folder / "mirrored.jpg", quality=85)
    (folder / "the same again.jpg").write_bytes((folder / "photo 0.jpg").read_bytes())


def wait_for(done: Callable[[], bool]) -> None:
    """Let the window work until something is so."""
    until = monotonic() + WAIT_S
    while not done():
        assert monotonic() < until, "it did not happen in time"
        QTest.qWait(5)


def ask(bridge: Bridge, request: object) -> object:
    """The engine's answer to a request."""
    answers: list[object] = []
    bridge.ask(request, answers.append, answers.append)  # type: ignore[arg-type]
    wait_for(lambda: bool(answers))
    return answers[0]


@contextmanager
def opened_library(library: Path, album: Path) -> Iterator[tuple[Bridge, tuple[PhotoRow, ...]]]:
    """A bridge whose engine has read the album, and the photos it lists."""
    bridge = Bridge(library)
    ended: list[IndexingEnded] = []
    bridge.indexing_ended.connect(ended.append)
    try:
        bridge.start()
        ask(bridge, AddFolders((str(album),)))
        wait_for(lambda: any(news.report.found for news in ended))
        rows = ask(bridge, ListPhotos())
        assert isinstance(rows, tuple)
        yield bridge, rows
    finally:
        bridge.close()


@contextmanager
def opened_window(library: Path, album: Path, photos: int, size: tuple[int, int] = (1440, 900)) -> Iterator[MainWindow]:
    """The whole window, light, once all photos of an album are ready and so many are in the gallery."""
    theme.apply("light")
    bridge = Bridge(library)
    window = MainWindow(bridge, [str(album)])
    told: list[object] = []  # that the album was added: later news must not come before it
    window.acts.folders_added.connect(told.append)
    try:
        window.resize(*size)
        window.show()
        bridge.start()
        said = window.rooms.status.reading.said
        wait_for(lambda: bool(told) and said() == "All photos are ready" and len(window.rooms.gallery.rows()) == photos)
        yield window
    finally:
        window.close()
        bridge.close()
        window.deleteLater()
