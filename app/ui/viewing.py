"""The viewer with what is known about the photo beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.engine.types import PhotoRow
from app.ui import theme
from app.ui.bridge import Bridge
from app.ui.browse import upright_rule
from app.ui.info_panel import InfoPanel
from app.ui.stylesheet import style_sheet
from app.ui.viewer import Viewer


class Viewing(QWidget):
    """Covers the window while one photo is looked at."""

    tags_asked = Signal(object)  # PhotoRow

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPalette(theme.palette(theme.DARK))  # always dark around the photo, in the panel too
        self.setStyleSheet(style_sheet(theme.DARK))
        self.viewer = Viewer(bridge)
        self.info = InfoPanel(bridge)
        self.info.setFixedWidth(theme.PANEL)
        self.info.close_button.hide()  # the viewer has a button for it
        self.info_wanted = False
        self._rule = upright_rule()
        self.viewer.info_toggled.connect(self.toggle_info)
        self.viewer.shown.connect(self.info.show_photo)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.viewer, 1)
        row.addWidget(self._rule)
        row.addWidget(self.info)
        self.setFocusProxy(self.viewer)
        self.show_info(False)

    def open(self, rows: Sequence[PhotoRow], index: int) -> None:
        """Look at one of these photos."""
        self.viewer.open(rows, index)
        self.viewer.setFocus()

    def show_info(self, wanted: bool) -> None:
        """Show or hide what is known about the photo."""
        self.info_wanted = wanted
        for part in (self.info, self._rule):
            part.setVisible(wanted)
        self.viewer.bar.info.setChecked(wanted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """T tags the photo; the viewer has the other keys."""
        row = self.viewer.row()
        if event.key() == Qt.Key.Key_T and row is not None:
            self.tags_asked.emit(row)
        else:
            super().keyPressEvent(event)

    @Slot()
    def toggle_info(self) -> None:
        """The other way round."""
        self.show_info(not self.info_wanted)
