"""The window's order of photos against the engine's."""

from __future__ import annotations

import os
from pathlib import Path

from pytestqt.qtbot import QtBot

from app.engine.requests import ListPhotos
from app.engine.types import SortBy
from app.ui.gallery import order
from tests.conftest import draw_photo
from tests.ui.real import ask, opened_library

SAME_SECOND = 1_700_000_000


def test_the_window_puts_photos_where_the_engine_lists_them(qtbot: QtBot, tmp_path: Path) -> None:
    album = tmp_path / "album"
    album.mkdir()
    for number, name in enumerate(("IMG_10", "IMG_9", "img_11", "Zoo", "apple")):
        picture = draw_photo(number, (160, 120))
        exif = picture.getexif()
        if number % 2:
            exif.get_ifd(0x8769)[0x9003] = "2024:05:01 10:00:00"
            exif.get_ifd(0x8769)[0x9011] = f"+0{number}:00"
            exif.get_ifd(0x8769)[0x9291] = str(9 - number)
        picture.save(album / f"{name}.jpg", exif=exif)
        os.utime(album / f"{name}.jpg", (SAME_SECOND, SAME_SECOND + number / 10))
    with opened_library(tmp_path / "library", album) as (bridge, _rows):
        for sort in SortBy:
            for descending in (True, False):
                rows = ask(bridge, ListPhotos(sort=sort, descending=descending))
                assert isinstance(rows, tuple) and len(rows) == 5
                assert [order.position(rows, row, sort, descending) for row in rows] == list(range(5)), (sort, descending)
