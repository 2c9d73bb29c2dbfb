"""Above the list of groups: in which order they stand, and which of them are listed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from app.engine.copies import DuplicateGroup
from app.ui import icons, theme, words
from app.ui.duplicates.sieve import LEAST, Order, Sieve, folders_of


class SieveBar(QWidget):
    """Two menus. `changed` tells what was chosen; the kind is not chosen here and stays as it is."""

    changed = Signal(object)  # Sieve

    def __init__(self, groups: Callable[[], Sequence[DuplicateGroup]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups = groups
        self._sieve = Sieve()
        self.order = self._button("sort-ascending", self.tr("In which order the groups stand"))
        self.which = self._button("funnel", self.tr("Which groups are listed"))
        self.order.menu().aboutToShow.connect(self._fill_order)
        self.which.menu().aboutToShow.connect(self._fill_which)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.S, 0, theme.S, theme.XS)
        row.setSpacing(theme.XS)
        row.addWidget(self.order)
        row.addWidget(self.which)
        row.addStretch(1)
        self.show_sieve(self._sieve)

    def _button(self, sign: str, tip: str) -> QToolButton:
        made = QToolButton()
        made.setIcon(icons.icon(sign, "secondary"))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setToolTip(tip)
        made.setAccessibleDescription(tip)
        made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        made.setMenu(QMenu(made))
        return made

    def show_sieve(self, sieve: Sieve) -> None:
        """Say what is chosen."""
        self._sieve = sieve
        self.order.setText(order_words(sieve.order))
        parts = [PurePath(sieve.folder).name or sieve.folder] if sieve.folder else []
        if sieve.least:
            parts.append(least_words(sieve.least))
        said = " · ".join(parts) or self.tr("All")
        self.which.setText(self.which.fontMetrics().elidedText(said, Qt.TextElideMode.ElideMiddle, 110))
        self.which.setAccessibleName(said)
        self.which.setIcon(icons.icon("funnel", "accent_text" if parts else "secondary"))

    def _choose(self, sieve: Sieve) -> None:
        self.show_sieve(sieve)
        self.changed.emit(sieve)

    def _fill_order(self) -> None:
        choices = [(order_words(order), replace(self._sieve, order=order)) for order in Order]
        self.order.menu().clear()
        _add(self.order.menu(), choices, self._sieve, self._choose)

    def _fill_which(self) -> None:
        menu, now = self.which.menu(), self._sieve
        menu.clear()
        menu.addSection(self.tr("Space that a group frees"))
        _add(menu, [(least_words(least), replace(now, least=least)) for least in LEAST], now, self._choose)
        menu.addSection(self.tr("Photos in"))
        everywhere = [(self.tr("All folders"), replace(now, folder=None))]
        _add(menu, everywhere + [self._folder(path, count) for path, count in folders_of(self._groups())], now, self._choose)

    def _folder(self, path: str, count: int) -> tuple[str, Sieve]:
        text = f"{words.folder(path + '/x')}  ({words.number(count)})".replace("&", "&&")
        return text, replace(self._sieve, folder=path)


def _add(menu: QMenu, choices: Sequence[tuple[str, Sieve]], now: Sieve, choose: Callable[[Sieve], None]) -> None:
    """Choices of which one holds now."""
    group = QActionGroup(menu)
    for text, sieve in choices:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(sieve == now)
        action.triggered.connect(lambda _on, sieve=sieve: choose(sieve))
        group.addAction(action)


def order_words(order: Order) -> str:
    """What stands first, in words."""
    return {
        Order.SPACE: QCoreApplication.translate("duplicates", "Most space first"),
        Order.PHOTOS: QCoreApplication.translate("duplicates", "Most photos first"),
        Order.NEWEST: QCoreApplication.translate("duplicates", "Newest first"),
        Order.FOLDER: QCoreApplication.translate("duplicates", "By folder"),
    }[order]


def least_words(least: int) -> str:
    """How much a group frees at least, in words."""
    if not least:
        return QCoreApplication.translate("duplicates", "Any size")
    return QCoreApplication.translate("duplicates", "%1 or more").replace("%1", words.size(least))
