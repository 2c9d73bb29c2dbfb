"""The headings of days: "Saturday, 14 November 2026 · 12 photos"."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from app.ui import theme, words


def title(day: str) -> str:
    """A day in full, in the person's language; a day that no calendar has is said so."""
    return _title(day, words.locale().name())


@lru_cache(maxsize=512)
def _title(day: str, language: str) -> str:
    try:
        return words.day(datetime.strptime(day, "%Y-%m-%d"), weekday=True)
    except ValueError:
        return QCoreApplication.translate("headings", "Unknown day")


def paint(painter: QPainter, rect: QRect, day: str, count: int) -> None:
    """Draw a heading into its strip, the number of photos quietly after the day."""
    strong, quiet = theme.font(theme.TITLE, semibold=True), theme.font(theme.SECONDARY)
    inner = rect.adjusted(theme.XS, theme.S, -theme.XS, 0)
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
    text = title(day)
    painter.setFont(strong)
    painter.setPen(theme.color("text"))
    painter.drawText(inner, flags, text)
    used = QFontMetrics(strong).horizontalAdvance(text) + theme.S + 2
    from_right = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
    rest = inner.adjusted(0, 1, -used, 1) if from_right else inner.adjusted(used, 1, 0, 1)
    painter.setFont(quiet)
    painter.setPen(theme.color("secondary"))
    painter.drawText(rest, flags, words.photos(count))
