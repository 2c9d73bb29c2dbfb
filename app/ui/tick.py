"""A box to tick, seen in both color schemes; the style's own takes its frame from the ground and vanishes on a dark one."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QCheckBox, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui import theme

SIDE = 18


class Tick(QCheckBox):
    """A check box painted in the window's colors, with or without words."""

    def sizeHint(self) -> QSize:
        """The box, and its words."""
        if not self.text():
            return QSize(SIDE + 2, SIDE + 2)
        words = self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, self.text())
        return QSize(SIDE + 2 + theme.S + words.width(), max(words.height(), SIDE) + 4)

    def minimumSizeHint(self) -> QSize:
        """As much as it asks for."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """The box and its words can be pressed."""
        pressed = QRect(QPoint(0, 0), QSize(self.sizeHint().width(), self.height()))
        return QStyle.visualRect(self.layoutDirection(), self.rect(), pressed).contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The box, its tick, a stronger frame when it has the keyboard, and the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRect(1, (self.height() - SIDE) // 2, SIDE, SIDE)
        box = QRectF(QStyle.visualRect(self.layoutDirection(), self.rect(), place))
        paint_tick(painter, box, self.isChecked(), self.hasFocus())
        words = QStyle.visualRect(self.layoutDirection(), self.rect(), self.rect().adjusted(SIDE + 2 + theme.S, 0, 0, 0))
        begin = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading)
        painter.setPen(theme.color("text" if self.isEnabled() else "faint"))
        painter.drawText(words, begin | Qt.TextFlag.TextShowMnemonic, self.text())
        painter.end()


def paint_tick(painter: QPainter, box: QRectF, on: bool, focus: bool = False) -> None:
    """The box of SIDE pixels, and its tick when it is `on`; the frame is stronger with the keyboard's `focus`."""
    painter.setPen(QPen(theme.color("text" if on and focus else "accent" if on or focus else "faint"), 2 if focus else 1))
    painter.setBrush(theme.color("accent" if on else "window"))
    painter.drawRoundedRect(box, 4, 4)
    if on:
        round_end, round_turn = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        painter.setPen(QPen(theme.color("on_accent"), 1.6, Qt.PenStyle.SolidLine, round_end, round_turn))
        painter.drawPolyline([box.topLeft() + QPointF(x, y) for x, y in ((5, 9.5), (8, 12.5), (13, 6))])


class TickDelegate(QStyledItemDelegate):
    """Paints the boxes of a list as those of the window, over the style's own."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """The row, and its box."""
        super().paint(painter, option, index)
        whole = QStyleOptionViewItem(option)
        self.initStyleOption(whole, index)
        place = QApplication.style().subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, whole, option.widget)
        box = QRectF(0, 0, SIDE, SIDE)
        box.moveCenter(QRectF(place).center())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_tick(painter, box, whole.checkState == Qt.CheckState.Checked)
        painter.restore()
