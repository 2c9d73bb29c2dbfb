"""How a stored picture fills the shape that it is shown in."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage

from app.ui.gallery.thumbnails import cover


def picture(width: int, height: int) -> QImage:
    """A picture of one color."""
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(QColor("#336699"))
    return made


@pytest.mark.parametrize("size", [(320, 213), (213, 320), (320, 81), (81, 320)])
def test_a_photo_fills_the_whole_square(size: tuple[int, int]) -> None:
    shown = cover(picture(*size), 160, 160, 0)
    assert all(shown.pixelColor(x, y).alpha() == 255 for x in (0, 80, 159) for y in (0, 80, 159))


@pytest.mark.parametrize("size", [(320, 40), (320, 1), (40, 320), (1, 320)])
def test_a_very_long_picture_is_a_band_in_the_middle(size: tuple[int, int]) -> None:
    shown = cover(picture(*size), 160, 160, 4)
    long, short = ((2, 80), (80, 2)) if size[0] > size[1] else ((80, 2), (2, 80))
    assert (shown.width(), shown.height()) == (160, 160)
    assert shown.pixelColor(*long).alpha() == 255
    assert shown.pixelColor(*short).alpha() == 0
