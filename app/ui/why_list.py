"""The list of why photos were found: a thumbnail, the name, the reasons in words."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.engine.types import Answer, Hit, PhotoRow
from app.ui import reasons, theme
from app.ui.gallery.delegate import paint_broken
from app.ui.gallery.model import HIT_ROLE, PHOTO_ROLE, PhotoModel
from app.ui.gallery.thumbnails import Thumbnails

ROW_HEIGHT = 72
PICTURE = QSize(72, 56)
MOST = 200
_Index = QModelIndex | QPersistentModelIndex
CHIP_HEIGHT, CHIP_PAD, CHIP_LEAST = 18, 6, 28
_ONE_LINE_SIDE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
_ONE_LINE = Qt.TextFlag.TextSingleLine


class WhyDelegate(QStyledItemDelegate):
    """Draws one found photo with its reasons."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Every row is as high as the others."""
        return QSize(PICTURE.width() * 3, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one row."""
        row: PhotoRow = index.data(PHOTO_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        rect: QRect = option.rect.adjusted(0, 3, 0, -3)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_back" if chosen else "chip"))
            painter.drawRoundedRect(rect, theme.RADIUS_BUTTON, theme.RADIUS_BUTTON)
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        left = rect.right() - 5 - PICTURE.width() if mirrored else rect.left() + 5
        picture = QRect(left, rect.center().y() - PICTURE.height() // 2, PICTURE.width(), PICTURE.height())
        self._paint_picture(painter, picture, row)
        beside = rect.adjusted(8, 0, -PICTURE.width() - 14, 0) if mirrored else rect.adjusted(PICTURE.width() + 14, 0, -8, 0)
        painter.setFont(theme.font(theme.BODY))
        painter.setPen(theme.color("text"))
        name = QFontMetrics(painter.font()).elidedText(row.name, Qt.TextElideMode.ElideMiddle, beside.width())
        painter.drawText(beside.translated(0, -10), QStyle.visualAlignment(option.direction, _ONE_LINE_SIDE) | _ONE_LINE, name)
        below = QRect(beside.left(), beside.center().y() + 3, beside.width(), CHIP_HEIGHT)
        self._paint_below(painter, below, option, index)
        painter.restore()

    def _paint_below(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: _Index) -> None:
        """How close the photo is, and each reason as a small chip."""
        hit: Hit | None = index.data(HIT_ROLE)
        if hit is None:
            return
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        taken = _quiet(painter, rect, option.direction, reasons.closeness(hit.closeness))
        rest = QStyle.visualRect(option.direction, rect, rect.adjusted(taken, 0, 0, 0))
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        _chips(painter, rest, option.direction, reasons.each(hit.reasons), "window" if chosen or over else "chip")

    def _paint_picture(self, painter: QPainter, rect: QRect, row: PhotoRow) -> None:
        pixmap = self._thumbnails.pixmap(row.digest, rect.size(), painter.device().devicePixelRatioF(), theme.RADIUS_THUMBNAIL)
        if pixmap is not None:
            painter.drawPixmap(rect.topLeft(), pixmap)
            return
        lacks = self._thumbnails.lacks(row.digest)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("placeholder") if lacks else QColor.fromRgb(row.color))
        painter.drawRoundedRect(rect, theme.RADIUS_THUMBNAIL, theme.RADIUS_THUMBNAIL)
        if lacks:
            paint_broken(painter, rect, "")


def _quiet(painter: QPainter, rect: QRect, direction: Qt.LayoutDirection, text: str) -> int:
    """A few quiet words at the beginning of a line; the width they take, with the room after them."""
    if not text:
        return 0
    painter.setFont(theme.font(theme.SECONDARY))
    painter.setPen(theme.color("secondary"))
    painter.drawText(rect, QStyle.visualAlignment(direction, _ONE_LINE_SIDE) | _ONE_LINE, text)
    return QFontMetrics(painter.font()).horizontalAdvance(text) + theme.S


def _chips(painter: QPainter, rect: QRect, direction: Qt.LayoutDirection, texts: list[str], back: str) -> None:
    """Small labels one after the other, as many as fit whole; only the first may be cut."""
    font = theme.font(theme.SECTION)
    metrics, left = QFontMetrics(font), rect.left()
    painter.setFont(font)
    for text in texts:
        room = rect.right() + 1 - left - 2 * CHIP_PAD
        if room < (metrics.horizontalAdvance(text) if left > rect.left() else CHIP_LEAST):
            return
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        chip = QRect(left, rect.top(), metrics.horizontalAdvance(shown) + 2 * CHIP_PAD, CHIP_HEIGHT)
        seen = QStyle.visualRect(direction, rect, chip)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(back))
        painter.drawRoundedRect(seen, CHIP_HEIGHT / 2, CHIP_HEIGHT / 2)
        painter.setPen(theme.color("secondary"))
        painter.drawText(seen, Qt.AlignmentFlag.AlignCenter, shown)
        left = chip.right() + 1 + theme.XS


class WhyList(QListView):
    """Found photos, best first."""

    opened = Signal(object)  # PhotoRow

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self.photos = PhotoModel(self)
        self.setModel(self.photos)
        self.setItemDelegate(WhyDelegate(thumbnails, self))
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setStyleSheet("QListView { background: transparent; }")
        self.setAccessibleName(self.tr("Why these"))
        self.doubleClicked.connect(self._open)
        self.verticalScrollBar().valueChanged.connect(self._want)
        thumbnails.ready.connect(self._ready)
        theme.changed.connect(self._ready)

    def show_answer(self, answer: Answer) -> None:
        """List the good matches."""
        self.photos.set_hits([hit for hit in answer.hits if not hit.weak][:MOST])
        self._want()

    def highlight(self, photo_id: int | None) -> None:
        """Mark the photo that is chosen elsewhere."""
        row = None if photo_id is None else self.photos.row_of(photo_id)
        if row is None:
            self.clearSelection()
        else:
            self.setCurrentIndex(self.photos.index(row))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
        elif event.text() and event.text().isprintable():
            event.ignore()  # letters are the window's keys
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More rows may be seen."""
        super().resizeEvent(event)
        self._want()

    def changeEvent(self, event: QEvent) -> None:
        """Its own colors follow the scheme."""
        super().changeEvent(event)
        self.viewport().update()

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.photos.photo(index.row()))

    @Slot()
    def _ready(self) -> None:
        self.viewport().update()

    @Slot()
    def _want(self) -> None:
        first = self.verticalScrollBar().value() // ROW_HEIGHT
        count = self.viewport().height() // ROW_HEIGHT + 2
        self._thumbnails.want("why", [photo.digest for photo in self.photos.photos(first, first + 2 * count)])
