"""Two photos side by side: the picture that was asked about, a photo, and lines between the points that agree."""

from __future__ import annotations

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
from app.ui.parts.agreement import Agreement
from app.ui.parts.half import Half, act_on_key
from app.ui.pixels import ImageMaker
from app.ui.stylesheet import style_sheet

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
        self._broken, self._name = "", ""
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

    def open(self, query: str | bytes, box: Box | None, row: PhotoRow) -> None:
        """Compare a picture, or a part of it, with a photo."""
        self._give_up()
        self.agreement.match, self.agreement.box, self.agreement.nothing = None, box, ""
        self._broken, self._name = "", row.name
        self.switch.setEnabled(False)
        self._say(self.tr("Looking where it matches…"))
        asked, found = self.halves
        asked.setAccessibleName(self.tr("The picture that was asked about"))
        asked.begin(1, 1, GROUND.rgb(), None)
        found.setAccessibleName(row.name)
        found.begin(row.width, row.height, row.color, None)
        for half, source in zip(self.halves, (query, row.path), strict=True):
            half.source, half.side = source, 0
            self._want(half, SIDE)
        self._tickets.append(self._bridge.ask(MatchParts(query, row.path, box), self._show, self._refused))

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

    def _show(self, match: PartMatch | None) -> None:
        if self._broken:
            return
        self.agreement.match = match
        self.switch.setEnabled(match is not None)
        if match is None:
            self.agreement.nothing = self.tr("No part of it was found in this photo")
            self._say(self.agreement.nothing)
        else:
            text = self.tr("%1 points agree").replace("%1", words.number(match.inliers))
            self._say(text + (self.tr(", mirrored") if match.mirrored else ""))
        self.agreement.update()

    def _refused(self, failure: Failed) -> None:
        if failure.code != "cancelled":
            self._broken = failure.message
            self._say(failure.message)

    def _say(self, text: str) -> None:
        self.said.say(f"{self._name} · {text}")

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
