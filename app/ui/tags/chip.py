"""One tag of the chosen photos: its name, and buttons that accept it and take it away."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from app.engine.labels import TagShare
from app.ui import theme, words
from app.ui.icons import icon

MOST_WIDTH = 180
_BUTTON = 20
PLACES = "Places365"


class TagChip(QFrame):
    """Filled where the photos were given the tag, outlined where it is suggested. Enter accepts or finds, Delete takes away."""

    accepted = Signal(str)
    refused = Signal(str)
    asked = Signal(str)  # show the photos that have it

    def __init__(self, share: TagShare, photos: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.share = share
        theme.kind(self, "tag" if share.given else "tag-suggested")
        self.setFixedHeight(theme.CHIP)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self._said(photos))
        self.setToolTip(self._said(photos))
        some = share.given + share.suggested
        text = share.name if some == photos else f"{share.name}  {words.number(some)}"
        if share.scenes and share.scenes == some:
            text = f"{text} · {PLACES}"
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFont(theme.font(theme.SECONDARY))
        label.setText(QFontMetrics(label.font()).elidedText(text, Qt.TextElideMode.ElideRight, MOST_WIDTH))
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 4, 0)
        row.setSpacing(2)
        row.addWidget(label)
        self.accept = self._button("check", self.tr("%1 is right"))
        self.accept.setVisible(share.suggested > 0)
        self.accept.clicked.connect(lambda: self.accepted.emit(share.name))
        self.refuse = self._button("x", self.tr("%1 is not shown here"))
        self.refuse.clicked.connect(lambda: self.refused.emit(share.name))
        for button in (self.accept, self.refuse):
            row.addWidget(button)

    def _said(self, photos: int) -> str:
        share = self.share
        if photos == 1:
            suggested = self.tr("%1, suggested by Places365") if share.scenes else self.tr("%1, suggested")
            return share.name if share.given else suggested.replace("%1", share.name)
        text = self.tr("%1: given to %2, suggested for %3").replace("%2", words.photos(share.given))
        if share.scenes:
            text += self.tr(" (by Places365 for %4)").replace("%4", words.photos(share.scenes))
        return text.replace("%3", words.photos(share.suggested)).replace("%1", share.name)

    def _button(self, sign: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(sign, "secondary"))
        button.setIconSize(QSize(12, 12))
        button.setFixedSize(_BUTTON, _BUTTON)
        button.setStyleSheet("padding: 0; border-radius: 10px;")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the chip has the keys for both
        button.setCursor(Qt.CursorShape.ArrowCursor)
        said = name.replace("%1", self.share.name)
        button.setAccessibleName(said)
        button.setToolTip(said)
        return button

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space accept what is suggested and find the photos of what is not; Delete and Backspace take away."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.refused.emit(self.share.name)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            (self.accepted if self.share.suggested else self.asked).emit(self.share.name)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press on the name shows the photos that have it."""
        self.asked.emit(self.share.name)
