"""Pixels from the engine made into images of the window, the large ones in slices so that no slot works long."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QImage, QPainter

from app.engine.requests import Pixels

SLICE_S = 0.004
BAND_PIXELS = 250_000  # measured: about a millisecond


def to_image(pixels: Pixels) -> QImage:
    """A small picture as an image of its own, converted at once."""
    view = QImage(pixels.data, pixels.width, pixels.height, 3 * pixels.width, QImage.Format.Format_RGB888)
    return view.convertToFormat(QImage.Format.Format_RGB32)


class ImageMaker(QObject):
    """Converts one large picture after another, band by band between the events of the window."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[tuple[Pixels, QImage, Callable[[QImage], None]]] = []
        self._row = 0
        self._turns = QTimer(self, interval=0)
        self._turns.timeout.connect(self._work)

    def make(self, pixels: Pixels, then: Callable[[QImage], None]) -> None:
        """Call `then` with the image, in a later turn of the event loop."""
        made = QImage(pixels.width, pixels.height, QImage.Format.Format_RGB32)
        self._jobs.append((pixels, made, then))
        self._turns.start()

    @Slot()
    def _work(self) -> None:
        until = perf_counter() + SLICE_S
        while self._jobs and perf_counter() < until:
            pixels, made, then = self._jobs[0]
            self._convert_band(pixels, made)
            if self._row >= pixels.height:
                self._jobs.pop(0)
                self._row = 0
                then(made)
        if not self._jobs:
            self._turns.stop()

    def _convert_band(self, pixels: Pixels, made: QImage) -> None:
        rows = max(1, min(BAND_PIXELS // max(pixels.width, 1), pixels.height - self._row))
        stride = 3 * pixels.width
        data = memoryview(pixels.data)[self._row * stride : (self._row + rows) * stride]
        band = QImage(data, pixels.width, rows, stride, QImage.Format.Format_RGB888)
        painter = QPainter(made)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(0, self._row, band)
        painter.end()
        self._row += rows
