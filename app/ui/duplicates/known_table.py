"""The table under photos that are compared: what is known of each, what differs first and marked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QFrame, QHeaderView, QSizePolicy, QTableWidget, QTableWidgetItem, QWidget

from app.engine.copies import GroupPhoto
from app.engine.requests import Failed, Info
from app.engine.types import PhotoInfo
from app.ui import theme
from app.ui.bridge import Bridge
from app.ui.duplicates.known import Known, known_of

_ROW = 24  # pixels
_LABELS = 110


class KnownTable(QTableWidget):
    """A row for each thing that is known, a column for each photo."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._photos: tuple[GroupPhoto, ...] = ()
        self._infos: dict[str, PhotoInfo] = {}
        self._asked: set[str] = set()
        self._seen = 6  # rows without scrolling
        self.rows: tuple[Known, ...] = ()
        self.setAccessibleName(self.tr("What is known of these photos"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(_ROW)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        theme.changed.connect(self._fill)

    def show_photos(self, photos: Sequence[GroupPhoto]) -> None:
        """Show what is known of these; what only their files tell is asked for."""
        self._photos = tuple(photos)
        paths = {photo.path for photo in photos}  # what was known of others may have changed when they are seen again
        self._infos = {path: info for path, info in self._infos.items() if path in paths}
        self._asked &= paths
        self._ask()
        self._fill()

    def show_rows(self, count: int) -> None:
        """Let so many rows be seen without scrolling."""
        self._seen = count
        self.updateGeometry()

    def showEvent(self, event: object) -> None:
        """What is not seen is not asked for."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._ask()

    def _ask(self) -> None:
        if not self.isVisible():
            return
        for photo in self._photos:
            if photo.path not in self._asked:
                self._asked.add(photo.path)
                self._bridge.ask(Info(photo.path), self._came, self._missing)

    def _came(self, info: PhotoInfo) -> None:
        self._infos[info.path] = info
        if any(photo.path == info.path for photo in self._photos):
            self._fill()

    def _missing(self, _failure: Failed) -> None:
        """What the group tells is shown."""

    @Slot()
    def _fill(self) -> None:
        self.rows = known_of(self._photos, [self._infos.get(photo.path) for photo in self._photos])
        self.setRowCount(len(self.rows))
        self.setColumnCount(1 + len(self._photos))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(0, _LABELS)
        for number, row in enumerate(self.rows):
            self._set_row(number, row)
        self.updateGeometry()

    def _set_row(self, number: int, row: Known) -> None:
        self.setItem(number, 0, _cell(row.label, "secondary"))
        for column, value in enumerate(row.values):
            other = value != row.values[0]
            cell = _cell(value or "–", "accent_text" if other else "text" if row.differs else "secondary", strong=other)
            if other:
                cell.setBackground(theme.color("accent_back"))
            name = PurePath(self._photos[column].path).name
            said = self.tr(", different") if other else ""
            cell.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}, {row.label}: {value or self.tr('not known')}{said}")
            self.setItem(number, column + 1, cell)

    def sizeHint(self) -> QSize:
        """A few rows; the others are scrolled to."""
        return QSize(300, _ROW * min(self._seen, max(1, len(self.rows))))

    def minimumSizeHint(self) -> QSize:
        """Two rows in a low window."""
        return QSize(100, _ROW * 2)


def _cell(text: str, role: str, *, strong: bool = False) -> QTableWidgetItem:
    cell = QTableWidgetItem(text)
    cell.setFont(theme.font(theme.SECONDARY, semibold=strong))
    cell.setForeground(theme.color(role))
    cell.setToolTip(text)
    return cell
