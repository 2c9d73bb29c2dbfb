"""The list of why photos were found: a thumbnail, the name, the reasons in words."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from app.engine.types import Answer, Hit, PhotoRow
from app.ui import reasons, theme
from app.ui.gallery.delegate import paint_broken
from app.ui.gallery.model import HIT_ROLE, PHOTO_ROLE, PhotoModel
from app.ui.gallery.thumbnails import Thumbnails
from app.ui.icons import icon

ROW_HEIGHT = 72
PICTURE = QSize(72, 56)
MOST = 200
_Index = QModelIndex | QPersistentModelIndex
CHIP_HEIGHT, CHIP_PAD, CHIP_LEAST, CHIP_SIGN, SIGN_GAP = 18, 6, 28, 10, 2
CLOSE_GAP = 6  # behind how close a photo is
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
        beside = self._beside(option.rect, option.direction)
        painter.setFont(theme.font(theme.BODY))
        painter.setPen(theme.color("text"))
        name = QFontMetrics(painter.font()).elidedText(row.name, Qt.TextElideMode.ElideMiddle, beside.width())
        painter.drawText(beside.translated(0, -10), QStyle.visualAlignment(option.direction, _ONE_LINE_SIDE) | _ONE_LINE, name)
        self._paint_below(painter, self._below(beside), option, index)
        painter.restore()

    def _paint_below(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: _Index) -> None:
        """How close the photo is, and each reason as a small chip."""
        hit: Hit | None = index.data(HIT_ROLE)
        if hit is None:
            return
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.setFont(theme.font(theme.SECONDARY))
        painter.setPen(theme.color("secondary"))
        close = reasons.closeness(hit.closeness)
        painter.drawText(rect, QStyle.visualAlignment(option.direction, _ONE_LINE_SIDE) | _ONE_LINE, close)
        for chip in _chips_of(hit, rect, option.direction):
            _paint_chip(painter, chip, "window" if chosen or over else "chip")

    def match_rect(self, rect: QRect, direction: Qt.LayoutDirection, index: _Index) -> QRect:
        """Where a row's chip leads to where the part matches; empty where there is none."""
        hit: Hit | None = index.data(HIT_ROLE)
        chips = _chips_of(hit, self._below(self._beside(rect, direction)), direction) if hit is not None else []
        return next((chip.rect for chip in chips if chip.leads_on), QRect())

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: _Index) -> bool:
        """The chip that leads on says where to."""
        if self.match_rect(option.rect, option.direction, index).contains(event.pos()):
            QToolTip.showText(event.globalPos(), self.tr("Show where it matches (%1)").replace("%1", "W"), view)
            return True
        return super().helpEvent(event, view, option, index)

    @staticmethod
    def _beside(row: QRect, direction: Qt.LayoutDirection) -> QRect:
        """The room beside the picture of a row."""
        rect = row.adjusted(0, 3, 0, -3)
        return QStyle.visualRect(direction, rect, rect.adjusted(PICTURE.width() + 14, 0, -2, 0))

    @staticmethod
    def _below(beside: QRect) -> QRect:
        """The line below the name."""
        return QRect(beside.left(), beside.center().y() + 3, beside.width(), CHIP_HEIGHT)

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


@dataclass(frozen=True, slots=True)
class _Chip:
    rect: QRect
    text: str
    leads_on: bool


def _chips_of(hit: Hit, line: QRect, direction: Qt.LayoutDirection) -> list[_Chip]:
    """The reasons one after the other behind how close a photo is, as many as fit whole; only the first may be cut."""
    close = reasons.closeness(hit.closeness)
    taken = QFontMetrics(theme.font(theme.SECONDARY)).horizontalAdvance(close) + CLOSE_GAP if close else 0
    metrics, left, proved = QFontMetrics(theme.font(theme.SECTION)), line.left() + taken, reasons.part(hit)
    chips: list[_Chip] = []
    for why in reasons.in_order(hit.reasons):
        text, around = reasons.reason(why), 2 * CHIP_PAD + (CHIP_SIGN + SIGN_GAP if why is proved else 0)
        room = line.right() + 1 - left - around
        if room < (metrics.horizontalAdvance(text) if chips else CHIP_LEAST):
            break
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        rect = QRect(left, line.top(), metrics.horizontalAdvance(shown) + around, CHIP_HEIGHT)
        chips.append(_Chip(QStyle.visualRect(direction, line, rect), shown, why is proved))
        left = rect.right() + 1 + theme.XS
    return chips


def _paint_chip(painter: QPainter, chip: _Chip, back: str) -> None:
    """A small label; one that leads on has a sign and the color of links."""
    painter.setFont(theme.font(theme.SECTION))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(back))
    painter.drawRoundedRect(chip.rect, CHIP_HEIGHT / 2, CHIP_HEIGHT / 2)
    words = chip.rect
    if chip.leads_on:
        sign = QRect(chip.rect.left() + CHIP_PAD, chip.rect.center().y() - CHIP_SIGN // 2 + 1, CHIP_SIGN, CHIP_SIGN)
        icon("columns", "accent_text").paint(painter, sign)
        words = chip.rect.adjusted(CHIP_SIGN + SIGN_GAP, 0, 0, 0)
    painter.setPen(theme.color("accent_text" if chip.leads_on else "secondary"))
    painter.drawText(words, Qt.AlignmentFlag.AlignCenter, chip.text)


class WhyList(QListView):
    """Found photos, best first."""

    opened = Signal(object)  # PhotoRow
    match_asked = Signal(object)  # PhotoRow

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
        """Enter opens, W shows where it matches."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
        elif event.key() == Qt.Key.Key_W and self.currentIndex().isValid():
            self.match_asked.emit(self.photos.photo(self.currentIndex().row()))
        elif event.text() and event.text().isprintable():
            event.ignore()  # letters are the window's keys
        else:
            super().keyPressEvent(event)

    def match_chip(self, at: QPoint) -> QRect:
        """The chip of the row at a point that leads to where the part matches; empty where there is none."""
        index, delegate = self.indexAt(at), self.itemDelegate()
        if not index.isValid() or not isinstance(delegate, WhyDelegate):
            return QRect()
        return delegate.match_rect(self.visualRect(index), self.layoutDirection(), index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A chip that leads on is followed; elsewhere the row is chosen."""
        at = event.position().toPoint()
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.match_chip(at).contains(at):
            self.match_asked.emit(self.photos.photo(self.indexAt(at).row()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The pointer tells what can be followed."""
        super().mouseMoveEvent(event)
        at = event.position().toPoint()
        over = self.match_chip(at).contains(at)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

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
