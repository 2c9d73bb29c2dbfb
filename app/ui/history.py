"""What was searched for before: a quiet list under the search field, and which searches are remembered."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QFrame, QListView, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.engine.requests import ClearHistory, ListHistory, NoteSearch
from app.ui import theme
from app.ui.bridge import Bridge
from app.ui.icons import icon
from app.ui.search_bar import SearchBar

MOST = 8
_ASKED = "history"


class RecentList(QListView):
    """The words of recent searches; Up from the first leads back to the field."""

    chosen = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.kind(self, "menu")
        self.words = QStandardItemModel(self)
        self.setModel(self.words)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setIconSize(QSize(theme.ICON, theme.ICON))
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Recent searches"))
        self.clicked.connect(self._choose)
        self.entered.connect(self.setCurrentIndex)

    def show_words(self, words: Sequence[str]) -> None:
        """List these, none of them marked yet."""
        self.words.clear()
        for text in words:
            self.words.appendRow(QStandardItem(icon("clock-counter-clockwise", "secondary"), text))
        self.setFixedHeight(len(words) * theme.ROW)
        self.setCurrentIndex(QModelIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter asks; Up from the first, Esc and letters go back to the field."""
        current = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current.isValid():
            self._choose(current)
        elif event.key() == Qt.Key.Key_Escape or (event.key() == Qt.Key.Key_Up and current.row() <= 0):
            self.left.emit()
        elif event.text() and event.text().isprintable():
            self.left.emit()
            QApplication.sendEvent(QApplication.focusWidget() or self, QKeyEvent(event))
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(str(index.data()))


class History(QObject):
    """Opens the list on Down or a press in the empty field, keeps it fitting while words are typed, and remembers searches."""

    def __init__(self, bridge: Bridge, bar: SearchBar) -> None:
        super().__init__(bar)
        self._bridge, self._bar = bridge, bar
        self._into = False  # the list gets the keys when it comes
        self.card = QFrame(bar.window())
        theme.kind(self.card, "card")
        self.list = RecentList()
        self.clear_button = QPushButton(self.tr("Clear history"))
        theme.kind(self.clear_button, "quiet-line")
        self._arrange()
        self.list.chosen.connect(self._ask)
        self.list.left.connect(self._back)
        self.clear_button.clicked.connect(self._clear)
        bar.meant.connect(self.note)
        bar.meant.connect(self.close)
        bar.edit.recent_wanted.connect(self._open)
        bar.edit.textEdited.connect(self._typed)
        bar.edit.step_back = self._step_back
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._focus_changed)

    def _arrange(self) -> None:
        column = QVBoxLayout(self.card)
        column.setContentsMargins(theme.XS, theme.XS, theme.XS, theme.XS)
        column.setSpacing(theme.XS)
        column.addWidget(self.list)
        column.addWidget(self.clear_button, 0, Qt.AlignmentFlag.AlignTrailing)
        self.card.hide()

    # ---- remembering

    @Slot(str)
    def note(self, text: str) -> None:
        """These words were meant: remember them."""
        if text:
            self._bridge.ask(NoteSearch(text), lambda _none: None, lambda _failure: None)

    @Slot()
    def _clear(self) -> None:
        self.close()
        self._bar.edit.setFocus()
        self.clear()

    def clear(self) -> None:
        """Forget all searches that are remembered by themselves; saved ones stay."""
        self._bridge.ask(ClearHistory(), lambda _none: None)

    # ---- the list

    @property
    def is_open(self) -> bool:
        """Whether the list is seen."""
        return isValid(self.card) and self.card.isVisible()  # the keyboard goes elsewhere also while the window is taken down

    @Slot(bool)
    def _open(self, into: bool) -> None:
        self._into = into
        if into and self.is_open:
            self._enter()
        else:
            self._list()

    def _list(self) -> None:
        begins = self._bar.edit.text().strip()
        self._bridge.ask(ListHistory(begins), self._show, lambda _failure: None, replaces=_ASKED)

    def _show(self, words: tuple[str, ...]) -> None:
        begins = self._bar.edit.text().strip()
        shown = [text for text in words if text != begins][:MOST]
        if not shown or not self._bar.edit.hasFocus():
            self.close()
            return
        self.list.show_words(shown)
        self._place()
        self.card.show()
        self.card.raise_()
        if self._into:
            self._enter()

    def _enter(self) -> None:
        self._into = False
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.list.setCurrentIndex(self.list.words.index(0, 0))

    def _place(self) -> None:
        bar = self._bar
        if self.card.parent() is not bar.window():
            self.card.setParent(bar.window())
        self.card.setFixedWidth(bar.width())
        self.card.adjustSize()
        self.card.move(bar.mapTo(bar.window(), QPoint(0, bar.height() + theme.XS)))

    @Slot()
    def close(self) -> None:
        """Put the list away."""
        self._into = False
        self.card.hide()

    @Slot()
    def _typed(self) -> None:
        if self.is_open:
            self._list()

    @Slot(str)
    def _ask(self, text: str) -> None:
        self.close()
        self._bar.edit.setFocus()
        self._bar.ask_words(text)

    @Slot()
    def _back(self) -> None:
        self.close()
        self._bar.edit.setFocus()

    def _step_back(self) -> bool:
        if self.is_open:
            self.close()
            return True
        return self._bar.step_back()

    @Slot(QWidget, QWidget)
    def _focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self.is_open and new is not self._bar.edit and (new is None or not self.card.isAncestorOf(new)):
            self.close()
