"""The bar above a photo that is looked at: back, its name, how far it is zoomed, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QPushButton, QToolButton, QWidget

from app.ui import theme
from app.ui.dark_icons import dark_icon
from app.ui.elided import ElidedLabel

HEIGHT = 52


class ViewerBar(QWidget):
    """Only buttons and words: the viewer says what they do and show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = QPushButton(dark_icon("caret-right" if self.isRightToLeft() else "caret-left"), self.tr("Photos"))
        self.back.setToolTip(self.tr("Back to the photos (%1)").replace("%1", "Esc"))
        self.name = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.name.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.name.setObjectName("name")
        self.zoom = QPushButton()
        self.zoom.setToolTip(self.tr("Fit, or every pixel of the photo"))
        for button in (self.back, self.zoom):
            theme.kind(button, "quiet")
        self.outline = self._tool("bounding-box", self.tr("Outline of the part that was found"), "O", checkable=True)
        self.match = self._tool("columns", self.tr("Show where it matches"), "W")
        self.part = self._tool("crop", self.tr("Choose a part to find"), "P", checkable=True)
        self.similar = self._tool("magnifying-glass", self.tr("Find similar"))
        self.trash = self._tool("trash", self.tr("Move to the trash"), "Del")
        self.info = self._tool("info", self.tr("Info about the photo"), "Ctrl+I", checkable=True)
        self._arrange()
        self.show_matched(outline=False, match=False)

    def _arrange(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.M, 0, theme.M, 0)
        line.setSpacing(theme.S)
        line.addStrut(HEIGHT)
        line.addWidget(self.back)
        line.addWidget(self.name, 1)
        every: tuple[QAbstractButton, ...] = (
            *(self.outline, self.match, self.zoom),
            *(self.part, self.similar, self.trash, self.info),
        )
        for button in every:
            line.addWidget(button)
        for button in (self.back, *every):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # the arrow keys stay the viewer's

    def _tool(self, sign: str, name: str, key: str = "", *, checkable: bool = False) -> QToolButton:
        button = QToolButton()
        button.setIcon(dark_icon(sign))
        button.setIconSize(QSize(20, 20))
        button.setCheckable(checkable)
        button.setAccessibleName(name)
        button.setToolTip(f"{name} ({key})" if key else name)
        return button

    def show_matched(self, *, outline: bool, match: bool) -> None:
        """Offer what there is for a found photo alone: its outline to switch, the side by side view to go to."""
        self.outline.setVisible(outline)
        self.match.setVisible(match)
