"""What is looked at of photos that are compared, and how each of them lies upon the first one of its group."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, Signal
from PySide6.QtGui import QTransform

from app.engine.copies import GroupPhoto
from app.engine.types import Turn

MOST_ZOOM = 64.0
_UNIT = QRectF(0, 0, 1, 1)
_QUARTER = (Turn.ROTATE90, Turn.ROTATE270, Turn.TRANSPOSE, Turn.TRANSVERSE)

_BACK: dict[Turn, QTransform] = {  # of the unit square: from the turned photo to the one that it was made of
    Turn.ROTATE90: QTransform(0, -1, 1, 0, 0, 1),
    Turn.ROTATE180: QTransform(-1, 0, 0, -1, 1, 1),
    Turn.ROTATE270: QTransform(0, 1, -1, 0, 1, 0),
    Turn.MIRROR: QTransform(-1, 0, 0, 1, 1, 0),
    Turn.FLIP: QTransform(1, 0, 0, -1, 0, 1),
    Turn.TRANSPOSE: QTransform(0, 1, 1, 0, 0, 0),
    Turn.TRANSVERSE: QTransform(0, -1, -1, 0, 1, 1),
}


class Look(QObject):
    """What is looked at: `zoom` 1 shows the whole picture, `center` is in shares of its width and height."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.zoom, self.center = 1.0, QPointF(0.5, 0.5)

    def set(self, zoom: float, center: QPointF) -> None:
        """Look at another part."""
        self.zoom = min(MOST_ZOOM, max(1.0, zoom))
        reach = 0.5 / self.zoom
        self.center = QPointF(min(1 - reach, max(reach, center.x())), min(1 - reach, max(reach, center.y())))
        self.changed.emit()

    def fit(self) -> None:
        """Show the whole picture."""
        self.set(1.0, QPointF(0.5, 0.5))


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a photo lies on the picture that is looked at.

    `whole`: that picture's size in pixels; `part`: the photo's place, in shares of it; `turn`: what was done to the picture to
    get the photo, and is taken back when it is painted.
    """

    whole: QSizeF
    part: QRectF
    turn: Turn = Turn.NONE

    @property
    def is_own(self) -> bool:
        """Whether the photo is shown as it is."""
        return self.turn is Turn.NONE and self.part == _UNIT

    @property
    def back(self) -> QTransform:
        """Turns the unit square as the photo is to be turned."""
        return _BACK.get(self.turn, QTransform())

    @property
    def quarter(self) -> bool:
        """Whether width and height change places."""
        return self.turn in _QUARTER


def own_placing(photo: GroupPhoto) -> Placing:
    """The photo as it is."""
    return Placing(QSizeF(max(1, photo.width), max(1, photo.height)), QRectF(_UNIT))


def placing_on(photo: GroupPhoto, first: GroupPhoto) -> Placing:
    """The photo as it lies on the first one of its group: turned back, a part of it where it was cut from."""
    relation, own = photo.relation, own_placing(photo)
    if relation is None:
        return own
    turn = relation.turn or Turn.NONE
    if relation.box is not None:
        width, height = max(1, first.width), max(1, first.height)
        x, y, across, down = relation.box
        return Placing(QSizeF(width, height), QRectF(x / width, y / height, across / width, down / height), turn)
    return Placing(own.whole.transposed() if turn in _QUARTER else own.whole, own.part, turn)
