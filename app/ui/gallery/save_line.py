""" "Save this search": a quiet button that turns into a field for the name, in its own place."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.ui import theme
from app.ui.icons import icon

NAME_WIDTH, SAVED_WIDTH = 200, 180
LONGEST = 80
"""Letters of a name."""


class NameEdit(QLineEdit):
    """The name; Esc gives it up, and so does going elsewhere."""

    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc is a step back from here, not the window's."""
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Another window or a menu leaves it open; anything else in this one closes it."""
        super().focusOutEvent(event)
        if event.reason() in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.ShortcutFocusReason):
            self.given_up.emit()


class SaveLine(QWidget):
    """Offers to save a search, asks for its name in place, or says under which name it is kept."""

    named = Signal(str)  # the name that the search shall have

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._suggested, self._saved = "", ""
        self.button = QPushButton()
        theme.kind(self.button, "quiet-line")
        self.button.setIconSize(QSize(16, 16))
        self.button.clicked.connect(self.ask_name)
        self.name = NameEdit()
        theme.kind(self.name, "name")
        self.name.setMaxLength(LONGEST)
        self.name.setFixedWidth(NAME_WIDTH)
        self.name.setAccessibleName(self.tr("Name of the saved search"))
        self.name.returnPressed.connect(self._take)
        self.name.given_up.connect(self._give_up)
        self.done = QPushButton(self.tr("Save"))
        theme.kind(self.done, "small")
        self.done.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a press on it must not take the name for given up
        self.done.clicked.connect(self._take)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S)
        for part in (self.button, self.name, self.done):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        self._show_button()

    def offer(self, suggested: str, saved: str = "") -> None:
        """Another question: what it could be called, or the name under which it is kept already."""
        if (suggested, saved) == (self._suggested, self._saved):
            return
        self._suggested, self._saved = suggested, saved
        self._show_button()

    @property
    def is_asking(self) -> bool:
        """Whether a name is being typed."""
        return not self.name.isHidden()

    @Slot()
    def ask_name(self) -> None:
        """Let the name be typed, beginning with one that fits."""
        self.button.hide()
        self.name.show()
        self.done.show()
        self.name.setText(self._saved or self._suggested)
        length = len(self.name.text())
        self.name.setSelection(length, -length)  # all of it, with its beginning in sight
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_button(self) -> None:
        had_keys = self.name.hasFocus() or self.done.hasFocus()
        for part in (self.name, self.done):
            part.hide()
        text = self._saved or self.tr("Save this search")
        self.button.setText(self.button.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, SAVED_WIDTH))
        self.button.setToolTip(self.tr("Saved as “%1”; press to rename").replace("%1", text) if self._saved else "")
        self.button.setAccessibleName(self.button.toolTip() or text)
        self.button.setIcon(icon("ph.bookmark-simple-fill" if self._saved else "bookmark-simple", "secondary"))
        opposite = Qt.LayoutDirection.LeftToRight if self.isRightToLeft() else Qt.LayoutDirection.RightToLeft
        self.button.setLayoutDirection(opposite)  # the sign stands after the words
        self.button.show()
        if had_keys:
            self.button.setFocus()

    @Slot()
    def _take(self) -> None:
        name = " ".join(self.name.text().split())
        if name:
            self._show_button()
            if name != self._saved:
                self.named.emit(name)

    @Slot()
    def _give_up(self) -> None:
        if not self.done.hasFocus():
            self._show_button()
