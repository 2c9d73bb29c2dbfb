"""One line of text that is cut where there is no room, and then told in full by its tooltip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from app.ui import theme


class ElidedLabel(QLabel):
    """A label that gives way: it asks for no width of its own."""

    def __init__(
        self, kind: str = "", parent: QWidget | None = None, *, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight
    ) -> None:
        super().__init__(parent)
        self._whole, self._mode, self._hint = "", mode, ""
        if kind:
            theme.kind(self, kind)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, text: str, hint: str = "") -> None:
        """Show another text; line breaks in it count as spaces. `hint` is told instead of the whole text."""
        self._whole = text = text.replace("\n", " ")
        self._hint = hint
        self.setAccessibleName(text)
        self._fit()

    @property
    def whole(self) -> str:
        """The text, uncut."""
        return self._whole

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        short = self.fontMetrics().elidedText(self._whole, self._mode, max(0, self.width() - 1))
        self.setText(short)
        self.setToolTip(self._hint or (self._whole if short != self._whole else ""))


class ElidedLink(QPushButton):
    """A link whose words are cut in the middle where there is no room."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = text
        theme.kind(self, "link")
        self.setStyleSheet("padding: 0; margin: 0; min-height: 0; text-align: left;")  # it stands in a line with other text
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as all of its words."""
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 1, 17)

    def minimumSizeHint(self) -> QSize:
        """It can be cut to very little."""
        return QSize(40, 17)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew."""
        super().resizeEvent(event)
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideMiddle, max(0, self.width())))
