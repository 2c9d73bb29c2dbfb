"""Photos of a group closely: side by side, in the same place, or how two of them differ; zoomed and moved together."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.engine.copies import GroupPhoto
from app.ui import icons, theme, words
from app.ui.bridge import Bridge
from app.ui.duplicates.group_view import button
from app.ui.duplicates.known_table import KnownTable
from app.ui.duplicates.look import Look, own_placing, placing_on
from app.ui.duplicates.pane import Pane
from app.ui.duplicates.pictures import Pictures
from app.ui.duplicates.review import Review
from app.ui.duplicates.stage import MOST, Stage
from app.ui.elided import ElidedLabel
from app.ui.flow import FlowLayout, flow_policy

STEP = 1.25
_LOW = 640  # pixels of height below which fewer facts are seen without scrolling
_FEW, _MANY = 3, 6


class Way(StrEnum):
    """How photos are compared."""

    SIDES = "sides"
    SWITCH = "switch"  # one in the place of the other
    DIFFERENCE = "difference"


class Compare(QWidget):
    """The photo that stays, and the chosen one; or as many of the group as can be seen at once."""

    closed = Signal()
    mark_asked = Signal(object)  # the GroupPhoto whose mark shall be the other one

    def __init__(self, bridge: Bridge, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.look = Look(self)
        self.way = Way.SIDES
        self._review: Review | None = None
        self._chosen: GroupPhoto | None = None
        self._top: GroupPhoto | None = None  # the one that is seen while they are switched
        self.stage = Stage(bridge, pictures, self.look, self)
        self.known = KnownTable(bridge, self)
        self.scale = QLabel()
        theme.kind(self.scale, "secondary")
        self._make_controls()
        self._lay_out()
        self.stage.mark_asked.connect(self.mark_asked)
        self.look.changed.connect(self._say_scale)

    def _make_controls(self) -> None:
        self.ways = QButtonGroup(self)
        texts = (
            (Way.SIDES, self.tr("Side by side"), self.tr("Each in its own place (S)")),
            (Way.SWITCH, self.tr("Switch in place"), self.tr("One after the other in the same place; F shows the next one (F)")),
            (Way.DIFFERENCE, self.tr("Difference"), self.tr("What differs from the photo that stays is bright (D)")),
        )
        for way, text, tip in texts:
            chip = self._chip(text, tip)
            chip.setProperty("way", way.value)
            chip.clicked.connect(lambda _on, way=way: self.set_way(way))
            self.ways.addButton(chip)
        self.all = self._chip(self.tr("All of the group"), self.tr("Up to six at once (G)"))
        self.aligned = self._chip(self.tr("Laid upon each other"), self.tr("Turned and placed as the first one lies (L)"))
        self.details = self._chip(self.tr("Details"), self.tr("What is known of each, and what differs (I)"))
        self.aligned.setChecked(True)
        self.details.setChecked(True)
        for chip in (self.all, self.aligned):
            chip.clicked.connect(self._show)
        self.details.toggled.connect(self.known.setVisible)

    def _chip(self, text: str, tip: str) -> QPushButton:
        chip = button(text, tip, "chip")
        chip.setCheckable(True)
        return chip

    def _lay_out(self) -> None:
        back = button(self.tr("Back to the group"), self.tr("Close (Esc)"), "quiet")
        back.setIcon(icons.icon("caret-left", mirrored=self.layoutDirection() == Qt.LayoutDirection.RightToLeft))
        back.clicked.connect(self.closed)
        self.whole = button(self.tr("Whole photo"), self.tr("Show all of it (0)"))
        self.whole.clicked.connect(self.look.fit)
        self.own_pixels = button(self.tr("100 %"), self.tr("Show every pixel of the larger one (1)"))
        self.own_pixels.clicked.connect(self.show_pixels)
        chips = QWidget()
        flow_policy(chips)
        flow = FlowLayout(chips)
        for chip in (*self.ways.buttons(), self.all, self.aligned, self.details):
            flow.addWidget(chip)
        head = QHBoxLayout()
        head.setSpacing(theme.S)
        head.addWidget(back)
        head.addWidget(chips, 1, Qt.AlignmentFlag.AlignVCenter)
        for made in (self.scale, self.whole, self.own_pixels):
            head.addWidget(made)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, theme.M, 20, theme.M)
        whole.setSpacing(theme.M)
        whole.addLayout(head)
        whole.addWidget(self.stage, 1)
        whole.addWidget(self.known)
        self.help = ElidedLabel("secondary")
        whole.addWidget(self.help)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the photos need the room more than what is known of them."""
        super().resizeEvent(event)
        self.known.show_rows(_FEW if self.height() < _LOW else _MANY)

    # ---- what is shown

    @property
    def panes(self) -> tuple[Pane, ...]:
        """Those that show a photo."""
        return tuple(side.pane for side in self.stage.sides)

    @property
    def photos(self) -> tuple[GroupPhoto, ...]:
        """The photos compared, the one that stays first."""
        return tuple(pane.photo for pane in self.panes if pane.photo is not None)

    def show_photos(self, review: Review, chosen: GroupPhoto) -> None:
        """Compare the chosen photo with the one that stays; with another one where it is itself the one."""
        self._review, self._chosen, self._top = review, chosen, chosen
        self._show()

    def set_way(self, way: Way) -> None:
        """Compare in another way."""
        self.way, self._top = way, self._chosen
        self._show()

    def switch(self) -> None:
        """Show the next photo in the place of the one that is seen."""
        if self.way is not Way.SWITCH:
            self.set_way(Way.SWITCH)
            return
        paths = [photo.path for photo in self.photos]
        if self._top is not None and paths:
            self._top = self.photos[(paths.index(self._top.path) + 1) % len(paths)]
            self.stage.raise_photo(self._top)

    def _pick(self, review: Review, chosen: GroupPhoto) -> tuple[GroupPhoto, ...]:
        others = [photo for photo in review.group.photos if photo.path != chosen.path]
        staying = next((photo for photo in others if review.keeps(photo.path)), others[0])
        if not self.all.isChecked() or self.way is Way.DIFFERENCE:
            return staying, chosen
        first = [photo for photo in review.group.photos if photo.path in (staying.path, chosen.path)]
        rest = [photo for photo in review.group.photos if photo not in first][: MOST - len(first)]
        return tuple(photo for photo in review.group.photos if photo in (*first, *rest))

    def _show(self) -> None:
        review, chosen = self._review, self._chosen
        if review is None or chosen is None:
            return
        photos = self._pick(review, chosen)
        first = review.group.photos[0]
        stacked = self.way is not Way.SIDES
        upon = first if self.aligned.isChecked() else None
        self.stage.show_photos(photos, review, chosen, stacked=stacked, upon=upon)
        for pane in self.panes:
            pane.against = None
            pane.update()
        if self.way is Way.DIFFERENCE:
            self.panes[1].against = self.panes[0]
        if stacked and self._top is not None:
            self.stage.raise_photo(self._top)
        self.known.show_photos(photos)
        for chip in self.ways.buttons():
            chip.setChecked(chip.property("way") == self.way.value)
        self.all.setVisible(len(review.group.photos) > 2 and self.way is not Way.DIFFERENCE)
        self.aligned.setVisible(any(placing_on(photo, first) != own_placing(photo) for photo in photos))
        self._say_scale()

    # ---- zoom

    def show_pixels(self) -> None:
        """Zoom until a pixel of the largest photo is one of the screen."""
        self.look.set(max((pane.native_zoom for pane in self.panes), default=1.0), self.look.center)

    def zoom(self, factor: float) -> None:
        """Zoom into the middle, or out of it."""
        self.look.set(self.look.zoom * factor, QPointF(self.look.center))

    def _say_scale(self) -> None:
        largest = max((pane.native_zoom for pane in self.panes), default=0.0)
        share = round(100 * self.look.zoom / largest) if largest else 100
        self.scale.setText(f"{words.number(share)} %")
