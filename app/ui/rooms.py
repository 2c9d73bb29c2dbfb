"""All widgets of the window, built once, and which of the large ones is shown."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRect, Slot
from PySide6.QtWidgets import QFrame, QStackedWidget, QToolButton, QWidget

from app.ui import theme
from app.ui.bridge import Bridge
from app.ui.browse import BrowsePage
from app.ui.duplicates.page import DuplicatesPage
from app.ui.first_run import FirstRunPage
from app.ui.gallery.page import GalleryPage
from app.ui.info_panel import InfoPanel
from app.ui.parts.side_by_side import SideBySide
from app.ui.preferences import Preferences
from app.ui.saved_searches import SavedSearches
from app.ui.search_bar import SearchBar
from app.ui.sidebar import Sidebar
from app.ui.similar_panel import SimilarPanel
from app.ui.state_page import StatePage
from app.ui.status import StatusLine
from app.ui.stylesheet import style_sheet
from app.ui.tags.all_tags import AllTags
from app.ui.tags.page import TagsPage
from app.ui.top_bar import TopBar
from app.ui.unreadable_page import UnreadablePage
from app.ui.viewing import Viewing

TO_REVIEW = 700
"""Duplicates have at least this width, else the sidebar folds away."""


class Rooms:
    """The stage shows one of: nothing yet, the main page, the first page, the viewer, or that the library does not open."""

    def __init__(self, bridge: Bridge) -> None:
        self.saved = SavedSearches(bridge)
        self.tags = AllTags(bridge)
        self.sidebar = Sidebar(bridge, self.saved, self.tags)
        self.search_bar = SearchBar(bridge)
        self.top_bar = TopBar(self.search_bar)
        self.gallery = GalleryPage(bridge)
        self.duplicates = DuplicatesPage(bridge)
        self.unreadable = UnreadablePage(bridge)
        self.tags_page = TagsPage(self.tags)
        self.preferences = Preferences(bridge)
        self.similar = SimilarPanel(bridge, self.preferences)
        self.info = InfoPanel(bridge)
        self.viewing = Viewing(bridge)
        self.matching = SideBySide(bridge)
        self.first_run = FirstRunPage(bridge)
        self.not_opened = StatePage()
        self.nothing = StatePage()
        opening = QCoreApplication.translate("rooms", "Opening your photos")
        self.nothing.show_later("image", opening, QCoreApplication.translate("rooms", "This takes a moment."))
        self.browse = BrowsePage(self.sidebar, self.top_bar, self.gallery)
        for page in (self.duplicates, self.unreadable, self.tags_page):
            self.browse.pages.addWidget(page)
        self.browse.needs[self.duplicates] = TO_REVIEW
        for panel in (self.similar, self.info):
            self.browse.panels.addWidget(panel)
        self.status = StatusLine()
        self.status.news_changed.connect(self._news_came)
        self._came_here = False
        self.status_rule = QFrame()
        self.status_rule.setFixedHeight(1)
        theme.kind(self.status_rule, "rule")
        self.stage = QStackedWidget()
        for room in (self.nothing, self.browse, self.first_run, self.viewing, self.matching, self.not_opened):
            self.stage.addWidget(room)
        self.show(self.nothing)

    @property
    def shown(self) -> QWidget | None:
        """The room on the stage."""
        return self.stage.currentWidget()

    def show(self, room: QWidget) -> None:
        """Bring a room onto the stage."""
        self.stage.setCurrentWidget(room)
        self._came_here = False
        dark = room in (self.viewing, self.matching)  # always dark around the photo
        for part in (self.status, self.status_rule):
            if bool(part.styleSheet()) != dark:
                part.setStyleSheet(style_sheet(theme.DARK) if dark else "")
        self._show_status()

    @Slot()
    def _news_came(self) -> None:
        self._came_here = True
        self._show_status()

    def _show_status(self) -> None:
        """The line belongs to the main page; elsewhere it comes only when there is something to tell.

        Rooms that are dark around photos tell only what happened in them.
        """
        news = bool(self.status.news.text) and (self._came_here or self.shown not in (self.viewing, self.matching))
        seen = self.shown is self.browse or news
        self.status.setVisible(seen)
        self.status_rule.setVisible(seen)

    @property
    def more(self) -> QToolButton:
        """The button of the window's menu."""
        return self.sidebar.more

    def sidebar_rect(self) -> QRect:
        """Where the sidebar is in the window; empty while it is not seen."""
        if not self.sidebar.isVisible():
            return QRect()
        return QRect(self.sidebar.mapTo(self.sidebar.window(), self.sidebar.rect().topLeft()), self.sidebar.size())
