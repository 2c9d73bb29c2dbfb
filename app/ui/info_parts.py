"""Parts of the info panel: small pictures that can be pressed, and a line for a copy of the photo."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.ui import theme, words
from app.ui.duplicates.group_list import THUMBNAIL, cut_to
from app.ui.duplicates.pictures import Pictures
from app.ui.elided import ElidedLabel, ElidedLink

_SHAPE = 0.75  # height to width of a small picture


class SmallPicture(QAbstractButton):
    """A thumbnail that can be pressed; it is empty until its picture comes, in the place where it will be."""

    def __init__(self, pictures: Pictures, digest: bytes, path: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures, self._digest = pictures, digest
        self.setAccessibleName(PurePath(path).name)
        self.setToolTip(PurePath(path).name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        pictures.came.connect(self.update)

    def sizeHint(self) -> QSize:
        """A third of the panel."""
        return QSize(98, 74)

    def heightForWidth(self, width: int) -> int:
        """Three quarters of the width."""
        return round(width * _SHAPE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, cut to the shape, and a ring where the keyboard is."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), theme.RADIUS_THUMBNAIL, theme.RADIUS_THUMBNAIL)
        painter.fillPath(outline, theme.color("placeholder"))
        pixmap = self._pictures.thumbnail(self._digest)
        if pixmap is not None:
            painter.setClipPath(outline)
            painter.drawPixmap(self.rect(), pixmap, cut_to(pixmap, self.size()))
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 3, 3)


class CopyLine(QWidget):
    """Another file with the same bytes: its picture, its name, and where it is."""

    def __init__(self, pictures: Pictures, digest: bytes, path: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = SmallPicture(pictures, digest, path, self)
        self.picture.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.picture.setFixedSize(THUMBNAIL)
        self.place = ElidedLink(words.folder(path))
        self.place.setToolTip(path)
        name = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        name.say(PurePath(path).name)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addStretch(1)
        texts.addWidget(name)
        texts.addWidget(self.place, 0, Qt.AlignmentFlag.AlignLeading)
        texts.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S + 2)
        row.addWidget(self.picture)
        row.addLayout(texts, 1)


class PictureGrid(QWidget):
    """Small pictures, three a row."""

    COLUMNS = 3

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.GAP)
        for column in range(self.COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self.shown: list[SmallPicture] = []

    def show_pictures(self, pictures: list[SmallPicture]) -> None:
        """Show these instead of those before."""
        for old in self.shown:
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.shown = pictures
        for number, picture in enumerate(pictures):
            self._grid.addWidget(picture, number // self.COLUMNS, number % self.COLUMNS)

    def rect_of(self, number: int) -> QRect:
        """Where a picture is in this widget."""
        return self.shown[number].geometry()
