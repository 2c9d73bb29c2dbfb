"""A photo's caption in the info panel: written in its place; one that is only put together from tags, date and place says so."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.engine.labels import Caption, CaptionSource, WriteCaptions
from app.engine.requests import Failed
from app.ui import theme
from app.ui.bridge import Bridge
from app.ui.undo import Happening


class CaptionLine(QWidget):
    """Enter keeps what is written, Esc brings back what was there."""

    happened = Signal(object)  # Happening
    failed = Signal(str)  # a sentence
    title_asked = Signal(bytes)  # digest

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._digest = b""
        self._caption: Caption | None = None
        self.line = QLineEdit()
        theme.kind(self.line, "name")
        self.line.setPlaceholderText(self.tr("Write a caption"))
        self.line.setAccessibleName(self.tr("Caption"))
        self.line.editingFinished.connect(self._keep)
        self.line.installEventFilter(self)
        self.source = QLabel()
        theme.kind(self.source, "secondary")
        self.as_title = QPushButton(self.tr("Use as title"))
        theme.kind(self.as_title, "link")
        self.as_title.clicked.connect(self._take_title)
        below = QHBoxLayout()
        below.addWidget(self.source, 1)
        below.addWidget(self.as_title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.XS)
        column.addWidget(self.line)
        column.addLayout(below)

    def show_caption(self, digest: bytes, caption: Caption | None, *, titled: bool) -> None:
        """Show the caption of a photo; what is being written of the same photo stays."""
        writing = digest == self._digest and self.line.isModified() and self.line.hasFocus()
        self._digest, self._caption = digest, caption
        if not writing:
            self.line.setText(caption.text if caption else "")
            self.line.setCursorPosition(0)
        said = {
            CaptionSource.COMPOSED: self.tr("From tags, date and place"),
            CaptionSource.MODEL: self.tr("Written by a model"),
            CaptionSource.PERSON: "",
        }
        self.source.setText(said[caption.source] if caption and caption.text else "")
        written = bool(caption and caption.text and caption.source is not CaptionSource.COMPOSED)
        self.as_title.setVisible(written and not titled)

    @Slot()
    def _keep(self) -> None:
        text, before = " ".join(self.line.text().split()), self._caption.text if self._caption else ""
        if not self._digest or not self.line.isModified() or text == before:
            return
        self.line.setModified(False)
        asked = WriteCaptions(((self._digest, Caption(text)),))
        self._bridge.ask(asked, partial(self._kept, asked), self._told)

    def _kept(self, asked: WriteCaptions, before: WriteCaptions) -> None:
        written = asked.captions[0][1]
        text = self.tr("Caption written") if written and written.text else self.tr("Caption taken away")
        self.happened.emit(Happening(text, undo=lambda: self._quietly(before), redo=lambda: self._quietly(asked)))

    @Slot()
    def _take_title(self) -> None:
        if self._digest:
            self.title_asked.emit(self._digest)

    def _quietly(self, request: WriteCaptions) -> None:
        self._bridge.ask(request, lambda _answer: None, self._told)

    def _told(self, failure: Failed) -> None:
        if failure.code != "cancelled":
            self.failed.emit(failure.message)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc brings back what was there, and leaves the line."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.line.setText(self._caption.text if self._caption else "")
            self.line.clearFocus()
            return True
        return super().eventFilter(watched, event)
