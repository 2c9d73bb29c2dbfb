"""The main page: sidebar, the photos with their top bar (or another page), and the panel on the right."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.top_bar import TopBar, tool

ROOM = 560
"""The photos have at least this width, else the sidebar folds away while a panel is open."""


def upright_rule() -> QFrame:
    """A line of one pixel between two columns."""
    rule = QFrame()
    rule.setFixedWidth(1)
    theme.kind(rule, "rule")
    return rule


class BrowsePage(QWidget):
    """Arranges what it is given; folds the sidebar where there is no room for it, and unfolds it again."""

    folded = Signal(bool)  # the sidebar is not seen

    def __init__(self, sidebar: QWidget, top_bar: TopBar, gallery: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.ground(self, "window")
        self.sidebar, self.top_bar = sidebar, top_bar
        self.sidebar_wanted = True
        self.needs: dict[QWidget, int] = {}  # pages that are no use below a width, in pixels
        self._insists = False  # the sidebar was asked for though there is no room
        self.photos = QWidget()
        column = QVBoxLayout(self.photos)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top_bar)
        column.addWidget(gallery, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.photos)
        self.panels = QStackedWidget()
        self.panels.setFixedWidth(theme.PANEL)
        self._arrange()
        self.show_panel(None)

    def _arrange(self) -> None:
        self._left_rule, self._right_rule = upright_rule(), upright_rule()
        self._rail = self._make_rail()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for part in (self.sidebar, self._rail, self._left_rule):
            row.addWidget(part)
        row.addWidget(self.pages, 1)
        row.addWidget(self._right_rule)
        row.addWidget(self.panels)

    def _make_rail(self) -> QWidget:
        """Stands where the sidebar was on pages that have no top bar, so that there is always a way to bring it back."""
        rail = QWidget()
        rail.setFixedWidth(48)
        theme.ground(rail, "sidebar")
        self.unfold = tool("sidebar", self.tr("Show or hide the sidebar"))
        column = QVBoxLayout(rail)
        column.setContentsMargins(theme.S, theme.M, theme.S, theme.M)
        column.addWidget(self.unfold)
        column.addStretch()
        return rail

    def show_page(self, page: QWidget) -> None:
        """Bring a page to the front; the panel stays with the photos."""
        self.pages.setCurrentWidget(page)
        self._insists = False
        self._fold()

    def show_panel(self, panel: QWidget | None) -> None:
        """Show a panel on the right, or none."""
        if panel is not None:
            self.panels.setCurrentWidget(panel)
        self._panel = panel
        self._fold()

    @property
    def panel(self) -> QWidget | None:
        """The panel that is open."""
        return self._panel

    @Slot()
    def toggle_sidebar(self) -> None:
        """Fold or unfold the sidebar; where there is room for one only, an open panel makes way."""
        self.sidebar_wanted = not self.sidebar.isVisible()
        if self.sidebar_wanted and not self._fits():
            self._panel = None
        self._insists = self.sidebar_wanted and not self._fits()
        self._fold()

    def _fits(self) -> bool:
        page, room = self.pages.currentWidget(), self.width() - theme.SIDEBAR
        if page is self.photos and self._panel is not None:
            return room - theme.PANEL >= ROOM
        return page is None or room >= self.needs.get(page, 0)

    def _fold(self) -> None:
        on_photos = self.pages.currentWidget() is self.photos
        sidebar = self.sidebar_wanted and (self._insists or self._fits())
        self.sidebar.setVisible(sidebar)
        self._rail.setVisible(not sidebar and not on_photos)
        self._left_rule.setVisible(sidebar or not on_photos)
        open_panel = self._panel is not None and on_photos
        self.panels.setVisible(open_panel)
        self._right_rule.setVisible(open_panel)
        self.folded.emit(not sidebar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Look again what fits."""
        super().resizeEvent(event)
        self._fold()

    def minimumSizeHint(self) -> QSize:
        """Usable from here on."""
        return QSize(640, 400)
