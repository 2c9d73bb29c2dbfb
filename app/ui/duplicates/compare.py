"""Two photos of a group side by side, zoomed and moved together."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.engine.copies import GroupPhoto
from app.ui import icons, theme, words
from app.ui.bridge import Bridge
from app.ui.duplicates import says
from app.ui.duplicates.group_view import button
from app.ui.duplicates.pane import Look, Pane
from app.ui.duplicates.pictures import Pictures
from app.ui.duplicates.review import Review
from app.ui.elided import ElidedLabel

STEP = 1.25


class Caption(QWidget):
    """Under a photo: its mark, which a click changes, its name, facts and folder."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mark = QPushButton(says.mark(True))
        theme.kind(self.mark, "chip")
        self.mark.setCheckable(True)
        self.mark.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.name, self.facts = ElidedLabel("strong"), ElidedLabel("secondary")
        first = QHBoxLayout()
        first.setSpacing(theme.S)
        first.addWidget(self.mark)
        first.addWidget(self.name, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.S, 0, 0)
        column.setSpacing(theme.XS)
        column.addLayout(first)
        column.addWidget(self.facts)

    def show_photo(self, photo: GroupPhoto, review: Review) -> None:
        """Say what this photo is and what happens to it."""
        keep = review.keeps(photo.path)
        self.mark.setText(says.mark(keep))
        self.mark.setChecked(keep)
        self.mark.setIcon(icons.icon("check" if keep else "trash", "accent_text" if keep else "text"))
        self.name.say(PurePath(photo.path).name)
        self.facts.say(says.facts(photo, review.group.photos[0]) + says.DOT + words.folder(photo.path))


class Compare(QWidget):
    """The photo that stays on the left, the chosen one on the right."""

    closed = Signal()
    mark_asked = Signal(object)  # the GroupPhoto whose mark shall be the other one

    def __init__(self, bridge: Bridge, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.look = Look(self)
        self.panes = (Pane(bridge, pictures, self.look, "left", self), Pane(bridge, pictures, self.look, "right", self))
        self._captions = (Caption(self), Caption(self))
        self.scale = QLabel()
        theme.kind(self.scale, "secondary")
        for pane, caption in zip(self.panes, self._captions, strict=True):
            caption.mark.clicked.connect(lambda _checked, pane=pane: self.mark_asked.emit(pane.photo))
        self._lay_out()
        self.look.changed.connect(self._say_scale)

    def _lay_out(self) -> None:
        back = button(self.tr("Back to the group"), self.tr("Close (Esc)"), "quiet")
        back.setIcon(icons.icon("caret-left", mirrored=self.layoutDirection() == Qt.LayoutDirection.RightToLeft))
        back.clicked.connect(self.closed)
        self.whole = button(self.tr("Whole photo"), self.tr("Show all of it (0)"))
        self.whole.clicked.connect(self.look.fit)
        self.own_pixels = button(self.tr("100 %"), self.tr("Show every pixel of the larger one (1)"))
        self.own_pixels.clicked.connect(self.show_pixels)
        head = QHBoxLayout()
        head.setSpacing(theme.S)
        head.addWidget(back)
        head.addStretch(1)
        head.addWidget(self.scale)
        head.addWidget(self.whole)
        head.addWidget(self.own_pixels)
        sides = QHBoxLayout()
        sides.setSpacing(theme.M)
        for pane, caption in zip(self.panes, self._captions, strict=True):
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(pane, 1)
            column.addWidget(caption)
            sides.addLayout(column, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, theme.M, 20, theme.L)
        whole.setSpacing(theme.M)
        whole.addLayout(head)
        whole.addLayout(sides, 1)

    def show_pair(self, review: Review, chosen: GroupPhoto) -> None:
        """Show the chosen photo beside the one that stays; beside another one where it is itself the one."""
        others = [photo for photo in review.group.photos if photo.path != chosen.path]
        left = next((photo for photo in others if review.keeps(photo.path)), others[0])
        for pane, caption, photo in zip(self.panes, self._captions, (left, chosen), strict=True):
            pane.show_photo(photo)
            caption.show_photo(photo, review)
        self._say_scale()

    def show_pixels(self) -> None:
        """Zoom until a pixel of the larger photo is one of the screen."""
        self.look.set(max(pane.native_zoom for pane in self.panes), self.look.center)

    def zoom(self, factor: float) -> None:
        """Zoom into the middle, or out of it."""
        self.look.set(self.look.zoom * factor, QPointF(self.look.center))

    def _say_scale(self) -> None:
        largest = max(pane.native_zoom for pane in self.panes)
        share = round(100 * self.look.zoom / largest) if largest else 100
        self.scale.setText(f"{words.number(share)} %")
