"""How two pictures differ: the first one dim and gray, and what is different in the other one bright upon it."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPainter

_MOST = 300_000  # pixels that are compared; measured: 9 ms, and twice as many hold the window up while it is moved
_DOUBLED = 2  # times that a difference is doubled: one of 64 in 255 is seen as bright as can be
_DIM, _BRIGHT = QColor(84, 84, 84), QColor(255, 96, 64)

_Mode = QPainter.CompositionMode
_RGB = QImage.Format.Format_RGB32

Draw = Callable[[QPainter], bool]
"""Draws a picture in the place of a widget; False where its own pixels are not here yet."""


def difference(size: QSize, one: Draw, other: Draw) -> QImage:
    """Both pictures drawn in a place of `size`, and compared; where one is not here yet, the other one dim."""
    scale = min(1.0, sqrt(_MOST / max(1, size.width() * size.height())))
    room = QSize(max(1, round(size.width() * scale)), max(1, round(size.height() * scale)))
    ground, both = _drawn(room, scale, one)
    apart = ground.copy()
    if both:
        painter = QPainter(apart)
        painter.setCompositionMode(_Mode.CompositionMode_Difference)
        layer, both = _drawn(room, scale, other)
        painter.drawImage(0, 0, layer)
        painter.end()
    gray = ground.convertToFormat(QImage.Format.Format_Grayscale8).convertToFormat(_RGB)
    painter = QPainter(gray)
    painter.setCompositionMode(_Mode.CompositionMode_Multiply)
    painter.fillRect(gray.rect(), _DIM)
    if both:
        painter.setCompositionMode(_Mode.CompositionMode_Plus)
        painter.drawImage(0, 0, _brightened(apart))
    painter.end()
    return gray


def _drawn(room: QSize, scale: float, draw: Draw) -> tuple[QImage, bool]:
    image = QImage(room, _RGB)
    image.fill(0)
    painter = QPainter(image)
    painter.scale(scale, scale)
    there = draw(painter)
    painter.end()
    return image, there


def _brightened(apart: QImage) -> QImage:
    """A difference in one color, brighter than it is."""
    bright = apart.convertToFormat(QImage.Format.Format_Grayscale8).convertToFormat(_RGB)
    for _ in range(_DOUBLED):
        twice = bright.copy()
        painter = QPainter(twice)
        painter.setCompositionMode(_Mode.CompositionMode_Plus)
        painter.drawImage(0, 0, bright)
        painter.end()
        bright = twice
    painter = QPainter(bright)
    painter.setCompositionMode(_Mode.CompositionMode_Multiply)
    painter.fillRect(bright.rect(), _BRIGHT)
    painter.end()
    return bright
