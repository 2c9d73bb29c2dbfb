"""Two photos side by side: the picture that was asked about, a photo, and lines between the points that agree."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.engine.requests import Failed, MatchParts, Picture, Pixels
from app.engine.types import Box, PartMatch, PhotoRow
from app.ui import theme, words
from app.ui.bridge import Bridge
from app.ui.canvas import GROUND
from app.ui.dark_icons import dark_icon
from app.ui.elided import ElidedLabel
from app.ui.gallery.thumbnails import Thumbnails
from app.ui.parts.agreement import Agreement
from app.ui.parts.half import Half, act_on_key
from app.ui.pixels import ImageMaker
from app.ui.stylesheet import style_sheet

Asked = tuple[str | bytes, Box | None]
"""A picture that was asked about, and the part of it."""
BAR = 52
SIDE = 1_600
"""Pixels of the longer side that are asked for of each picture at first; more when they would be seen."""
_GROUND_SHEET = "SideBySide { background: #101011; } QLabel#said { color: #a0a0a8; }"


class Both(QWidget):
    """Holds both halves, the one that was asked about first in reading order, and what agrees over them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.halves = (Half(), Half())
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.M, 0, theme.M, theme.M)
        line.setSpacing(theme.M)
        for half in self.halves:
            line.addWidget(half)
        self.agreement = Agreement(self.halves, self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What agrees is as large as all of this."""
        super().resizeEvent(event)
        self.agreement.setGeometry(self.rect())
        self.agreement.raise_()


class SideBySide(QWidget):
    """A room of the window. Esc goes back."""

    closed = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._tickets: list[int] = []
        self._thumbnails = Thumbnails.of(bridge)
        self._asked: tuple[Asked, ...] = ()
        self._row: PhotoRow | None = None
        self._matched, self._broken = "", ""
        self._maker = ImageMaker(self)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setPalette(theme.palette(theme.DARK))
        self.setStyleSheet(style_sheet(theme.DARK) + _GROUND_SHEET)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Two photos and the points that agree"))
        self.both = Both()
        self.halves, self.agreement = self.both.halves, self.both.agreement
        keys = self.tr("Arrow keys move the photo, + and - zoom, 0 shows all of it, 1 every pixel")
        self.setAccessibleDescription(keys)
        for half in self.halves:
            half.setAccessibleDescription(keys)
            half.more_wanted.connect(partial(self._want, half))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._make_bar())
        column.addWidget(self.both, 1)

    def _make_bar(self) -> QHBoxLayout:
        self.back = QPushButton(dark_icon("caret-right" if self.isRightToLeft() else "caret-left"), self.tr("Back"))
        self.back.setToolTip(self.tr("Back to where you came from (%1)").replace("%1", "Esc"))
        self.back.clicked.connect(self._close)
        self.said = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.said.setObjectName("said")
        self.switch = QPushButton()
        self.switch.setToolTip(self.tr("Lines between the points that agree (%1)").replace("%1", "L"))
        self.switch.clicked.connect(self.toggle_lines)
        self._show_switch()
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.M, 0, theme.M, 0)
        bar.addStrut(BAR)
        bar.addWidget(self.back)
        bar.addWidget(self.said, 1)
        bar.addWidget(self.switch)
        for button in (self.back, self.switch):
            theme.kind(button, "quiet")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return bar

    # ---- what is shown

    def open(self, asked: Sequence[Asked], row: PhotoRow) -> None:
        """Compare a photo with the first of these pictures, or parts of them, that lies in it."""
        self._give_up()
        self._asked, self._row = tuple(asked), row
        self._matched, self._broken = self.tr("Looking where it matches…"), ""
        self._say()
        found = self.halves[1]
        found.setAccessibleName(row.name)
        found.begin(row.width, row.height, row.color, self._thumbnails.image(row.digest))
        found.source, found.side = row.path, 0
        self._want(found, SIDE)
        self._compare(0)

    def _compare(self, number: int) -> None:
        """Show one of the pictures that were asked about, and ask where it lies in the photo."""
        assert self._row is not None
        source, box = self._asked[number]
        self.agreement.match, self.agreement.box, self.agreement.nothing = None, box, ""
        self.switch.setEnabled(False)
        half = self.halves[0]
        half.setAccessibleName(self.tr("The picture that was asked about"))
        half.begin(1, 1, GROUND.rgb(), None)
        half.source, half.side = source, 0
        self._want(half, SIDE)
        request = MatchParts(source, self._row.path, box)
        self._tickets.append(self._bridge.ask(request, partial(self._show, number), partial(self._no_match, number)))

    def _want(self, half: Half, side: int) -> None:
        """Ask for a picture with a longer side of so many pixels, unless as many were asked for."""
        if side <= half.side:
            return
        half.side, source = side, half.source

        def take(pixels: Pixels) -> None:
            self._maker.make(pixels, partial(self._put, half, source, pixels.full_size))

        self._tickets.append(self._bridge.ask(Picture(source, side), take, self._refused))

    def _put(self, half: Half, source: str | bytes, full: tuple[int, int], image: QImage) -> None:
        if half.source is source:  # else another was opened meanwhile
            half.show_image(image, full)
            self.agreement.update()

    def _show(self, number: int, match: PartMatch | None) -> None:
        if match is None and number + 1 < len(self._asked):
            self._compare(number + 1)
            return
        self.agreement.match = match
        self.switch.setEnabled(match is not None)
        if match is None:
            self._matched = self.agreement.nothing = self.tr("No part of it was found in this photo")
        else:
            if self.halves[0].image is None:  # its drive may be away: the lines end where its points are all the same
                self.halves[0].begin(*match.query_size, GROUND.rgb(), None)
            text = self.tr("%1 points agree").replace("%1", words.number(match.inliers))
            self._matched = text + (self.tr(", mirrored") if match.mirrored else "")
        self._say()
        self.agreement.update()

    def _no_match(self, number: int, failure: Failed) -> None:
        if failure.code != "cancelled" and number + 1 < len(self._asked):
            self._compare(number + 1)
        elif failure.code != "cancelled":
            self._matched = ""
            self._refused(failure)

    def _refused(self, failure: Failed) -> None:
        if failure.code != "cancelled":
            self._broken = failure.message
            self._say()

    def _say(self) -> None:
        name = self._row.name if self._row else ""
        self.said.say(" · ".join(part for part in (name, self._broken, self._matched) if part))

    @Slot()
    def toggle_lines(self) -> None:
        """With or without the lines."""
        self.agreement.with_lines = not self.agreement.with_lines
        self._show_switch()
        self.agreement.update()

    def _show_switch(self) -> None:
        self.switch.setText(self.tr("Hide the lines") if self.agreement.with_lines else self.tr("Show the lines"))

    # ---- back

    def _give_up(self) -> None:
        for ticket in self._tickets:
            self._bridge.cancel(ticket)
        self._tickets.clear()

    @Slot()
    def _close(self) -> None:
        self._give_up()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back, L shows or hides the lines; what moves or zooms acts on both photos while none of them is chosen."""
        key = event.key()
        if key in (Qt.Key.Key_Escape, Qt.Key.Key_Space):
            self._close()
        elif key == Qt.Key.Key_L and self.switch.isEnabled():
            self.toggle_lines()
        elif not act_on_key(key, self.halves):
            super().keyPressEvent(event)
