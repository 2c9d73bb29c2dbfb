"""Where photos that are compared stand: beside each other, or all in one place with one of them on top."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.engine.copies import GroupPhoto
from app.ui import icons, theme, words
from app.ui.bridge import Bridge
from app.ui.duplicates import says
from app.ui.duplicates.look import Look
from app.ui.duplicates.pane import MOST_OF_MANY, MOST_PIXELS, Pane
from app.ui.duplicates.pictures import Pictures
from app.ui.duplicates.review import Review
from app.ui.elided import ElidedLabel

MOST = 6  # photos that can be seen at once
_LOW = 180  # pixels of height below which a photo has only its name under it
_NARROW = 560  # pixels of width below which more than two stand in two columns


class Side(QWidget):
    """A photo and, under it, its mark, which a click changes, its name, facts and folder."""

    mark_asked = Signal(object)  # the GroupPhoto whose mark shall be the other one

    def __init__(self, bridge: Bridge, pictures: Pictures, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.ground(self, "window")  # one may stand upon another
        self.pane = Pane(bridge, pictures, look, name, self)
        self.mark = QPushButton(says.mark(True))
        theme.kind(self.mark, "chip")
        self.mark.setCheckable(True)
        self.mark.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.mark.clicked.connect(lambda _checked: self.mark_asked.emit(self.pane.photo))
        self.name, self.facts = ElidedLabel("strong"), ElidedLabel("secondary")
        first = QHBoxLayout()
        first.setSpacing(theme.S)
        first.addWidget(self.mark)
        first.addWidget(self.name, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.XS)
        column.addWidget(self.pane, 1)
        column.addSpacing(theme.XS)
        column.addLayout(first)
        column.addWidget(self.facts)

    def show_photo(self, photo: GroupPhoto, review: Review, *, upon: GroupPhoto | None, chosen: bool) -> None:
        """Show a photo, say what it is and what happens to it; the chosen one's name stands out."""
        self.pane.show_photo(photo, upon)
        keep = review.keeps(photo.path)
        self.mark.setText(says.mark(keep))
        self.mark.setChecked(keep)
        self.mark.setIcon(icons.icon("check" if keep else "trash", "accent_text" if keep else "text"))
        theme.kind(self.name, "strong" if chosen else "")
        self.name.say(PurePath(photo.path).name)
        self.facts.say(says.facts(photo, review.group.photos[0]) + says.DOT + words.folder(photo.path))


class Stage(QWidget):
    """Up to six photos. When they are `stacked`, the one on top can be changed in place."""

    mark_asked = Signal(object)

    def __init__(self, bridge: Bridge, pictures: Pictures, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(320, 220)
        self._all = [Side(bridge, pictures, look, str(number), self) for number in range(MOST)]
        for side in self._all:
            side.mark_asked.connect(self.mark_asked)
            side.pane.sharper.connect(self._update_differences)
            side.hide()
        self._shown, self.stacked = 0, False

    @property
    def sides(self) -> Sequence[Side]:
        """Those that show a photo."""
        return self._all[: self._shown]

    def show_photos(
        self, photos: Sequence[GroupPhoto], review: Review, chosen: GroupPhoto, *, stacked: bool, upon: GroupPhoto | None
    ) -> None:
        """Show these; `upon` is the one that the others are laid upon, None to show each as it is."""
        self._shown, self.stacked = len(photos), stacked
        for side, photo in zip(self._all, photos, strict=False):
            side.pane.most = MOST_PIXELS if len(photos) <= 2 else MOST_OF_MANY
            side.show_photo(photo, review, upon=upon, chosen=photo.path == chosen.path)
        for number, side in enumerate(self._all):
            side.setVisible(number < self._shown)
            if number >= self._shown:
                side.pane.show_photo(None)  # lets its pixels go
        self._arrange()

    def raise_photo(self, photo: GroupPhoto) -> None:
        """Let this one be seen where all stand in one place."""
        for side in self.sides:
            if side.pane.photo is not None and side.pane.photo.path == photo.path:
                side.raise_()

    def _update_differences(self) -> None:
        for side in self.sides:
            if side.pane.against is not None:
                side.pane.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The photos follow the room."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        for side, place in zip(self.sides, self._places(), strict=True):
            side.facts.setVisible(place.height() >= _LOW)
            side.setGeometry(place)

    def _places(self) -> list[QRect]:
        if self.stacked:
            return [self.rect()] * self._shown
        columns = 2 if self._shown == 4 or (self._shown > 2 and self.width() < _NARROW) else min(3, max(1, self._shown))
        rows = -(-self._shown // columns)
        width = (self.width() - theme.M * (columns - 1)) // columns
        height = (self.height() - theme.M * (rows - 1)) // max(1, rows)
        places = []
        for number in range(self._shown):
            row, column = divmod(number, columns)
            if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
                column = columns - 1 - column
            places.append(QRect(column * (width + theme.M), row * (height + theme.M), width, height))
        return places
