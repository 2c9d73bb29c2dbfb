"""Paints one photo of the gallery: its thumbnail or a quiet stand-in at once, the marks on it, selection and focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from app.engine.types import Hit, PhotoRow, Reason
from app.ui import icons, reasons, theme, words
from app.ui.dark_icons import dark_icon
from app.ui.gallery.model import HIT_ROLE, PHOTO_ROLE, copies_of
from app.ui.gallery.thumbnails import Thumbnails, middle
from app.ui.parts.lines import paint_outline

_MARK_BACK = QColor(16, 16, 18, 190)  # dark on any photo, in both schemes
_MARK_TEXT = QColor("#ffffff")
_MARK_HEIGHT, _SIGN = 20, 12
_Index = QModelIndex | QPersistentModelIndex


class PhotoDelegate(QStyledItemDelegate):
    """Draws cells for the grid. `mark` says what stands on a found photo, of all its reasons."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self.mark: Callable[[Sequence[Reason]], str] = reasons.mark

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one photo into `option.rect`."""
        row: PhotoRow = index.data(PHOTO_ROLE)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_picture(painter, rect, row)
        hit: Hit | None = index.data(HIT_ROLE)
        if hit is not None:
            self._paint_part(painter, rect, row, hit)
            self._paint_marks(painter, rect, hit)
        self._paint_state(painter, rect, option.state)
        painter.restore()

    def _paint_picture(self, painter: QPainter, rect: QRect, row: PhotoRow) -> None:
        ratio = painter.device().devicePixelRatioF()
        pixmap = self._thumbnails.pixmap(row.digest, rect.size(), ratio, theme.RADIUS_THUMBNAIL)
        if pixmap is not None:
            painter.drawPixmap(rect.topLeft(), pixmap)
            return
        image = self._thumbnails.image(row.digest)
        if image is not None:  # until the smooth one is ready, in a few milliseconds
            painter.drawImage(rect, image, middle(image.width(), image.height(), rect.width(), rect.height()))
            return
        lacks = self._thumbnails.lacks(row.digest)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("placeholder") if lacks else QColor.fromRgb(row.color))
        painter.drawRoundedRect(rect, theme.RADIUS_THUMBNAIL, theme.RADIUS_THUMBNAIL)
        if lacks:
            paint_broken(painter, rect, row.name)

    def _paint_part(self, painter: QPainter, rect: QRect, row: PhotoRow, hit: Hit) -> None:
        """The outline of the part that was found, where it is less than the whole photo."""
        outline = reasons.outline(hit, (row.width, row.height))
        if outline:
            seen = middle(row.width, row.height, rect.width(), rect.height())
            unit = rect.width() / max(1, seen.width())
            corners = [QPointF(rect.left() + (x - seen.left()) * unit, rect.top() + (y - seen.top()) * unit) for x, y in outline]
            painter.setClipRect(rect)
            paint_outline(painter, corners, width=1.5)
            painter.setClipping(False)

    def _paint_marks(self, painter: QPainter, rect: QRect, hit: Hit) -> None:
        room = rect.width() - 12
        badge = self._badge(hit)
        if badge:
            paint_mark(painter, rect, badge, room, at_end=True)
            rect = rect.adjusted(0, 0, 0, -_MARK_HEIGHT - 4)
        if why := self.mark(hit.reasons):
            paint_mark(painter, rect, why, room, at_end=False, leads_on=_leads_to_match(hit))

    def _badge(self, hit: Hit) -> str:
        return self.tr("+%1").replace("%1", words.copies(copies_of(hit))) if copies_of(hit) else ""

    def match_rect(self, rect: QRect, index: _Index) -> QRect:
        """Where a cell's mark says that a part was found, which leads to where it matches; empty where it does not."""
        hit: Hit | None = index.data(HIT_ROLE)
        if hit is None or not _leads_to_match(hit):
            return QRect()
        above = rect.adjusted(0, 0, 0, -_MARK_HEIGHT - 4) if self._badge(hit) else rect
        return _mark(above, self.mark(hit.reasons), rect.width() - 12, at_end=False, leads_on=True)[0]

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> bool:
        """The mark that leads on says where to."""
        if self.match_rect(option.rect, index).contains(event.pos()):
            QToolTip.showText(event.globalPos(), self.tr("Show where it matches (%1)").replace("%1", "W"), view)
            return True
        return super().helpEvent(event, view, option, index)

    def badge_rect(self, rect: QRect, index: _Index) -> QRect:
        """Where the badge of copies is in a cell; empty where there is none."""
        hit: Hit | None = index.data(HIT_ROLE)
        badge = self._badge(hit) if hit is not None else ""
        return _mark(rect, badge, rect.width() - 12, at_end=True)[0] if badge else QRect()

    def _paint_state(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        if state & QStyle.StateFlag.State_Selected:
            _ring(painter, rect, theme.color("accent"), 0, 3)
            if focused:
                _ring(painter, rect, theme.color("window"), 3, 1)
        elif focused:
            _ring(painter, rect, theme.color("text"), 0, 2)
            _ring(painter, rect, theme.color("window"), 2, 1)
        elif state & QStyle.StateFlag.State_MouseOver:
            _ring(painter, rect, theme.color("faint"), 0, 2)


def _ring(painter: QPainter, rect: QRect, color: QColor, inset: int, width: int) -> None:
    """A frame of `width` pixels inside a cell's edge."""
    half = inset + width / 2
    painter.setPen(QPen(color, width))
    radius = max(theme.RADIUS_THUMBNAIL - inset, 1)
    painter.drawRoundedRect(rect.toRectF().adjusted(half, half, -half, -half), radius, radius)


def _leads_to_match(hit: Hit) -> bool:
    """Whether the strongest reason is a part whose place was proved."""
    return reasons.in_order(hit.reasons)[:1] == [reasons.part(hit)]


def paint_mark(painter: QPainter, rect: QRect, text: str, room: int, *, at_end: bool, leads_on: bool = False) -> int:
    """A small label in a lower corner of a photo, at most `room` pixels wide, with a sign where a press leads on.

    Returns its width.
    """
    font = theme.font(theme.SECTION)
    mark, shown = _mark(rect, text, room, at_end=at_end, leads_on=leads_on)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_MARK_BACK)
    painter.drawRoundedRect(mark, _MARK_HEIGHT / 2, _MARK_HEIGHT / 2)
    words = mark
    if leads_on:
        sign = QRect(mark.left() + 7, mark.center().y() - _SIGN // 2 + 1, _SIGN, _SIGN)
        dark_icon("columns").paint(painter, sign)
        words = mark.adjusted(_SIGN + 3, 0, 0, 0)
    painter.setFont(font)
    painter.setPen(_MARK_TEXT)
    painter.drawText(words, Qt.AlignmentFlag.AlignCenter, shown)
    return mark.width()


def _mark(rect: QRect, text: str, room: int, *, at_end: bool, leads_on: bool = False) -> tuple[QRect, str]:
    """Where a label stands, and as much of its text as fits."""
    metrics, around = QFontMetrics(theme.font(theme.SECTION)), 14 + (_SIGN + 3 if leads_on else 0)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(room - around, 0))
    width = metrics.horizontalAdvance(shown) + around
    left = rect.right() - 5 - width if at_end else rect.left() + 6
    return QRect(left, rect.bottom() - 5 - _MARK_HEIGHT, width, _MARK_HEIGHT), shown


def paint_broken(painter: QPainter, rect: QRect, name: str) -> None:
    """The mark and the name of a photo that has no thumbnail."""
    side = min(28, rect.height() // 3)
    sign = QRect(0, 0, side, side)
    sign.moveCenter(rect.center() - QRect(0, 0, 0, 20).bottomLeft())
    icons.icon("warning", "secondary").paint(painter, sign)
    if rect.width() < 60:
        return
    font = theme.font(theme.SECTION)
    painter.setFont(font)
    painter.setPen(theme.color("secondary"))
    below = QRect(rect.left() + 8, sign.bottom() + 6, rect.width() - 16, 18)
    painter.drawText(
        below, Qt.AlignmentFlag.AlignCenter, QFontMetrics(font).elidedText(name, Qt.TextElideMode.ElideMiddle, below.width())
    )


def drag_picture(pixmap: QPixmap | None, color: int, count: int) -> QPixmap:
    """What hangs on the pointer while photos are dragged: one thumbnail and how many they are."""
    size = QSize(96, 96)
    made = QPixmap(size)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if pixmap is not None:
        painter.drawPixmap(QRect(0, 0, 96, 96), pixmap)
    else:
        painter.fillRect(0, 0, 96, 96, QColor.fromRgb(color))
    if count > 1:
        paint_mark(painter, QRect(0, 0, 96, 96), words.number(count), 90, at_end=True)
    painter.end()
    return made
