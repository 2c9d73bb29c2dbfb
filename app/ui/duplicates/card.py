"""How one photo of a group is painted: the picture, what happens to it, its facts and where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QIcon, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.engine.copies import GroupPhoto
from app.ui import icons, theme, words
from app.ui.duplicates import says
from app.ui.duplicates.pictures import Pictures

PHOTO = Qt.ItemDataRole.UserRole
KEPT = Qt.ItemDataRole.UserRole + 1
FACTS = Qt.ItemDataRole.UserRole + 2
CURRENT = Qt.ItemDataRole.UserRole + 3
PROTECTED = Qt.ItemDataRole.UserRole + 4
INSET = 11
PILL = 24
TEXT_BELOW = INSET + PILL + theme.S + 2 * 19 + theme.S  # the card's height less its picture and the gap above it
_SCALED_KEPT = 24
_ONE_LINE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute | Qt.TextFlag.TextSingleLine

AnyIndex = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the parts of a card are, in the view's pixels."""

    card: QRect
    picture: QRect
    pill: QRect
    name: QRect
    facts: QRect
    folder: QRect


def parts(card: QRect, mark: str, mirrored: bool) -> Parts:
    """Lay a card out, with room for the words of its mark; from right to left when mirrored."""
    inner = card.adjusted(INSET, INSET, -INSET, 0)
    picture = QRect(inner.x(), inner.y(), inner.width(), card.height() - INSET - TEXT_BELOW)
    top = picture.bottom() + 1 + theme.S
    width = QFontMetrics(theme.font(theme.SECONDARY)).horizontalAdvance(mark) + 42
    pill = QRect(inner.x(), top, min(width, inner.width()), PILL)
    name = QRect(pill.right() + 1 + theme.S, top, max(0, inner.right() - pill.right() - theme.S), PILL)
    if mirrored:
        pill.moveRight(inner.right())
        name.moveLeft(inner.left())
    facts = QRect(inner.x(), pill.bottom() + 1 + theme.XS + 2, inner.width(), 19)
    return Parts(card, picture, pill, name, facts, facts.translated(0, 19))


class CardDelegate(QStyledItemDelegate):
    """Paints the cards; the grid says where each card is inside its cell."""

    def __init__(self, pictures: Pictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._scaled: dict[tuple[int, int, int], QPixmap] = {}
        self._stays, self._goes, self._locked = (
            icons.icon(name, role) for name, role in (("check", "accent_text"), ("trash", "text"), ("lock", "text"))
        )
        self.gap = theme.M
        self.columns = 2
        self.cell = QSize(1, 1)

    def card_in(self, cell: QRect, row: int, mirrored: bool) -> QRect:
        """The card within its cell, so that gaps are between cards only."""
        column = row % self.columns
        column = self.columns - 1 - column if mirrored else column
        before = self.gap * column // self.columns
        after = self.gap * (self.columns - 1 - column) // self.columns
        return cell.adjusted(before, 0, -after, -self.gap)

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """The grid decides."""
        return self.cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw one card."""
        photo: GroupPhoto = index.data(PHOTO)
        kept = bool(index.data(KEPT))
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        locked = kept and bool(index.data(PROTECTED))
        mark = says.mark(kept, locked)
        where = parts(self.card_in(option.rect, index.row(), mirrored), mark, mirrored)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self._frame(painter, where.card, kept, bool(option.state & QStyle.StateFlag.State_Selected))
        self._picture(painter, where.picture, photo)
        sign = self._locked if locked else self._stays if kept else self._goes
        self._pill(painter, where.pill, mark, sign, mirrored, good=kept and not locked)
        name = theme.font(theme.BODY)
        name.setWeight(name.Weight.Medium)
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        self._line(painter, where.name, PurePath(photo.path).name, name, "text", side, Qt.TextElideMode.ElideMiddle)
        small = theme.font(theme.SECONDARY)
        self._line(painter, where.facts, str(index.data(FACTS)), small, "secondary", side, Qt.TextElideMode.ElideRight)
        self._line(painter, where.folder, words.folder(photo.path), small, "secondary", side, Qt.TextElideMode.ElideMiddle)
        painter.restore()

    def _frame(self, painter: QPainter, card: QRect, kept: bool, current: bool) -> None:
        width = 2.0 if kept else 1.0
        painter.setPen(QPen(theme.color("accent" if kept else "secondary" if current else "line"), width))
        painter.setBrush(theme.color("panel" if current else "window"))
        edge = QRectF(card).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(edge, theme.RADIUS_CARD, theme.RADIUS_CARD)

    def _picture(self, painter: QPainter, box: QRect, photo: GroupPhoto) -> None:
        ground = QPainterPath()
        ground.addRoundedRect(QRectF(box), theme.RADIUS_BUTTON, theme.RADIUS_BUTTON)
        painter.fillPath(ground, theme.color("placeholder"))
        pixmap = self._pictures.best(photo.path, photo.digest)
        if pixmap is not None:
            self._draw_fitted(painter, box, ground, pixmap, photo)
        elif self._pictures.is_broken(photo.path, photo.digest):
            icons.icon("image-broken", "secondary").paint(painter, QRect(box.center().x() - 14, box.center().y() - 14, 28, 28))

    def _draw_fitted(self, painter: QPainter, box: QRect, ground: QPainterPath, pixmap: QPixmap, photo: GroupPhoto) -> None:
        """The whole picture in the middle of its box; never enlarged beyond its own pixels by more than the screen's ratio."""
        size = QSize(max(1, photo.width), max(1, photo.height))
        fitted = size.scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
        if fitted.width() > size.width():
            fitted = size
        place = QRect(box.x() + (box.width() - fitted.width()) // 2, box.y() + (box.height() - fitted.height()) // 2, 0, 0)
        place.setSize(fitted)
        ratio = painter.device().devicePixelRatioF()
        painter.save()
        painter.setClipPath(ground)
        painter.drawPixmap(place, self._fit(pixmap, fitted * ratio))
        painter.restore()

    def _fit(self, pixmap: QPixmap, size: QSize) -> QPixmap:
        """The picture at the size it is drawn; kept, so that painting again costs nothing."""
        name = (pixmap.cacheKey(), size.width(), size.height())
        if name not in self._scaled:
            while len(self._scaled) >= _SCALED_KEPT:
                self._scaled.pop(next(iter(self._scaled)))
            self._scaled[name] = pixmap.scaled(
                size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        return self._scaled[name]

    def _pill(self, painter: QPainter, pill: QRect, mark: str, icon: QIcon, mirrored: bool, *, good: bool) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent_back" if good else "chip"))
        painter.drawRoundedRect(pill, PILL / 2, PILL / 2)
        sign = QRect(pill.x() + 10, pill.y() + 5, 14, 14)
        text = pill.adjusted(31, 0, -10, 0)
        if mirrored:
            sign.moveRight(pill.right() - 10)
            text = pill.adjusted(10, 0, -31, 0)
        icon.paint(painter, sign, Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Normal, QIcon.State.Off)
        font = theme.font(theme.SECONDARY)
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        self._line(painter, text, mark, font, "accent_text" if good else "text", side, Qt.TextElideMode.ElideRight)

    def _line(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        font: QFont,
        role: str,
        side: Qt.AlignmentFlag,
        elide: Qt.TextElideMode,
    ) -> None:
        painter.setFont(font)
        painter.setPen(theme.color(role))
        short = painter.fontMetrics().elidedText(text, elide, rect.width())
        painter.drawText(rect, side | _ONE_LINE, short)
