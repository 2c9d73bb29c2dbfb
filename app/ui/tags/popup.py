"""A card over the photos in which the chosen ones are tagged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.engine.types import PhotoRow
from app.ui import theme, words
from app.ui.bridge import Bridge
from app.ui.popups import Popup
from app.ui.tags.editor import TagEditor

WIDTH, HEIGHT = 336, 120


class TagPopup(Popup):
    """Opens in the middle of what is in front; Esc or a press beside it closes it."""

    def __init__(self, bridge: Bridge, rows: Sequence[PhotoRow], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = PurePath(rows[0].path).name if len(rows) == 1 else words.photos(len(rows))
        title = QLabel(self.tr("Tags of %1").replace("%1", name))
        title.setTextFormat(Qt.TextFormat.PlainText)
        theme.kind(title, "section")
        self.editor = TagEditor(bridge, "tag popup")
        self.setAccessibleName(title.text())
        for part in (title, self.editor):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self.editor.left.connect(self.close)
        self.editor.asked.connect(self.close)
        self.editor.show_photos([row.digest for row in rows])
        self.setFixedWidth(WIDTH)
        self.setMinimumHeight(HEIGHT)

    def open_over(self, widget: QWidget) -> None:
        """Show the card, the line ready to be typed into."""
        self.adjustSize()
        self.move(widget.mapToGlobal(widget.rect().center()) - self.rect().center())
        self.show()
        self.editor.line.setFocus()
