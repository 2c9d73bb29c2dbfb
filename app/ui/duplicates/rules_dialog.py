"""Which copy is kept: rules in an order that people choose, folders that are preferred, and folders of which nothing goes."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.engine.copies import DEFAULT_RULES, KeeperRule, KeeperRules
from app.ui import theme
from app.ui.duplicates.rules_desk import RulesDesk
from app.ui.tick import TickDelegate

_RULE = Qt.ItemDataRole.UserRole
_WIDTH, _HEIGHT, _FOLDERS_HEIGHT = 600, 700, 96


class RulesDialog(QDialog):
    """Not modal: what is changed counts at once, can be undone, and the groups behind it follow."""

    def __init__(self, desk: RulesDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Which copy is kept"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = desk
        self._filling = False
        self.order = OrderList()
        self.preferred = FolderList(self.tr("Preferred folders, the first one most"), self._changed)
        self.protected = FolderList(self.tr("Protected folders: nothing in them is suggested or moved by a plan"), self._changed)
        self.usual = _plain(self.tr("As it was at first"))
        self.problem = QLabel(wordWrap=True)
        theme.kind(self.problem, "warning")
        self._lay_out()
        self.order.changed.connect(self._changed)
        self.usual.clicked.connect(lambda: desk.change(DEFAULT_RULES))
        desk.changed.connect(self._show)
        desk.refused.connect(self._refused)
        self._show()

    def _lay_out(self) -> None:
        up, down = _plain(self.tr("Earlier")), _plain(self.tr("Later"))
        up.setToolTip(self.tr("Ctrl+Up"))
        down.setToolTip(self.tr("Ctrl+Down"))
        up.clicked.connect(lambda: self.order.shift(-1))
        down.clicked.connect(lambda: self.order.shift(1))
        title = QLabel(self.tr("Of several copies the one is kept that is better by the first rule that tells them apart."))
        title.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.S)
        for made in (up, down):
            buttons.addWidget(made)
        buttons.addStretch(1)
        buttons.addWidget(self.usual)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
        column.setSpacing(theme.S)
        column.addWidget(title)
        column.addWidget(self.order, 1)
        column.addLayout(buttons)
        for part in (self.preferred, self.protected):
            column.addSpacing(theme.S)
            column.addWidget(part)
        column.addWidget(self.problem)
        self.problem.hide()
        room = self.screen().availableSize()
        self.resize(min(_WIDTH, room.width()), min(_HEIGHT, room.height() - 2 * theme.XL))

    @Slot()
    def _show(self) -> None:
        self._filling, rules = True, self._desk.rules
        self.order.show_order(rules.order)
        self.preferred.show_folders(rules.preferred)
        self.protected.show_folders(rules.protected)
        self._filling = False

    @Slot()
    def _changed(self) -> None:
        if not self._filling:
            self.problem.hide()
            folders = self.preferred.chosen(), self.protected.chosen()
            self._desk.change(KeeperRules(self.order.chosen(), *folders))

    @Slot(str)
    def _refused(self, message: str) -> None:
        self.problem.setText(message)
        self.problem.show()


class OrderList(QListWidget):
    """The rules in order, those that have a say ticked; moved with the mouse, or with Ctrl and the arrows."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.kind(self, "list")
        self.setAccessibleName(QCoreApplication.translate("duplicates", "Rules in order"))
        self.setItemDelegate(TickDelegate(self))
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.itemChanged.connect(lambda _item: self.changed.emit())
        self.model().rowsMoved.connect(lambda *_places: self.changed.emit())

    def show_order(self, order: Sequence[KeeperRule]) -> None:
        """List these, ticked, then those that have no say; the current row stays."""
        row = max(0, self.currentRow())
        self.clear()
        for rule in (*order, *(rule for rule in KeeperRule if rule not in order)):
            item = QListWidgetItem(rule_words(rule))
            item.setData(_RULE, rule.value)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable & ~Qt.ItemFlag.ItemIsDropEnabled)
            item.setCheckState(Qt.CheckState.Checked if rule in order else Qt.CheckState.Unchecked)
            self.addItem(item)
        self.setCurrentRow(row)

    def chosen(self) -> tuple[KeeperRule, ...]:
        """The rules that have a say, in order."""
        items = [self.item(row) for row in range(self.count())]
        return tuple(KeeperRule(item.data(_RULE)) for item in items if item.checkState() == Qt.CheckState.Checked)

    def shift(self, by: int) -> None:
        """Move the current rule up (-1) or down (1)."""
        row, to = self.currentRow(), self.currentRow() + by
        if 0 <= row < self.count() and 0 <= to < self.count():
            item = self.takeItem(row)
            self.insertItem(to, item)
            self.setCurrentRow(to)
            self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl with an arrow moves the rule."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() in steps:
            self.shift(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)


class FolderList(QWidget):
    """Folders, with a way to add and to take out."""

    def __init__(self, title: str, changed: Callable[[], None]) -> None:
        super().__init__()
        self._changed = changed
        self.list = QListWidget()
        theme.kind(self.list, "list")
        self.list.setAccessibleName(title)
        self.list.setFixedHeight(_FOLDERS_HEIGHT)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        name = QLabel(title, wordWrap=True)
        theme.kind(name, "secondary")
        add, remove = _plain(self.tr("Add a folder…")), _plain(self.tr("Take out"))
        add.clicked.connect(self._ask)
        remove.clicked.connect(self._remove)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.S)
        grid.addWidget(name, 0, 0, 1, 2)
        grid.addWidget(self.list, 1, 0, 3, 1)
        grid.addWidget(add, 1, 1)
        grid.addWidget(remove, 2, 1)
        grid.setColumnStretch(0, 1)

    def show_folders(self, folders: Sequence[str]) -> None:
        """List these."""
        self.list.clear()
        self.list.addItems(list(folders))

    def chosen(self) -> tuple[str, ...]:
        """The folders, in order."""
        return tuple(self.list.item(row).text() for row in range(self.list.count()))

    def add(self, folder: str) -> None:
        """Add a folder that is not there yet."""
        folder = os.path.normpath(folder)
        if folder not in self.chosen():
            self.list.addItem(folder)
            self._changed()

    @Slot()
    def _ask(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a folder"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.add)
        dialog.open()

    @Slot()
    def _remove(self) -> None:
        if self.list.currentRow() >= 0:
            self.list.takeItem(self.list.currentRow())
            self._changed()


def _plain(text: str) -> QPushButton:
    made = QPushButton(text)
    made.setAutoDefault(False)
    return made


def rule_words(rule: KeeperRule) -> str:
    """A rule, in words."""
    return {
        KeeperRule.RESOLUTION: QCoreApplication.translate("duplicates", "Most pixels"),
        KeeperRule.METADATA: QCoreApplication.translate("duplicates", "Most is known of it: date, camera, place, keywords"),
        KeeperRule.SHARPNESS: QCoreApplication.translate("duplicates", "Sharpest"),
        KeeperRule.COMPRESSION: QCoreApplication.translate("duplicates", "Saved with the least loss"),
        KeeperRule.FORMAT: QCoreApplication.translate("duplicates", "Best format: camera raw, without loss, HEIC, JPEG"),
        KeeperRule.SIZE: QCoreApplication.translate("duplicates", "Largest file"),
        KeeperRule.FOLDER: QCoreApplication.translate("duplicates", "In a preferred folder"),
        KeeperRule.DATE: QCoreApplication.translate("duplicates", "Taken first"),
        KeeperRule.NAME: QCoreApplication.translate("duplicates", "A name that does not say copy, then the shortest"),
    }[rule]
