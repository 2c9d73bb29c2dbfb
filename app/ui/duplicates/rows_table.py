"""A plain table of any length: only the rows in view are asked for and painted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from app.ui import theme

AnyIndex = QModelIndex | QPersistentModelIndex
Row = tuple[str, ...]

_NARROW = 104  # pixels


class RowsModel(QAbstractTableModel):
    """Rows of words under headings; `tips` are what a row's tooltip says."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heads: Row = ()
        self.rows: Sequence[Row] = ()
        self._tips: Sequence[str] = ()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """The number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """The number of columns."""
        return 0 if parent.isValid() else len(self._heads)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell's words; the row's tip as its tooltip."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tips[index.row()]
        if role == Qt.ItemDataRole.ForegroundRole and index.column():
            return theme.color("secondary")
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The headings."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole and section < len(self._heads):
            return self._heads[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        return None

    def show(self, heads: Row, rows: Sequence[Row], tips: Sequence[str]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._heads, self.rows, self._tips = heads, rows, tips
        self.endResetModel()


class RowsTable(QTableView):
    """The view: lines of one height, columns that share the width."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = RowsModel(self)
        self.setModel(self.words)
        theme.kind(self, "rows")
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(theme.ROW)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)

    def show_rows(self, heads: Row, rows: Sequence[Row], tips: Sequence[str], narrow: Sequence[int] = ()) -> None:
        """Show other rows; `narrow` columns, such as sizes, leave their room to the others."""
        self.words.show(heads, rows, tips)
        header = self.horizontalHeader()
        for column in range(len(heads)):
            header.setSectionResizeMode(
                column, QHeaderView.ResizeMode.Fixed if column in narrow else QHeaderView.ResizeMode.Stretch
            )
        for column in narrow:
            header.resizeSection(column, _NARROW)

    def chosen(self) -> list[int]:
        """The rows that are selected."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())
