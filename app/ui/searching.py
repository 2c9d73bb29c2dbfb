"""How a question travels: from the search field or the panel to the engine, and its answer to all that show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from app.engine.requests import Failed, Search
from app.engine.types import Answer, Query
from app.ui.bridge import Bridge
from app.ui.gallery.page import GalleryPage
from app.ui.search_bar import SearchBar
from app.ui.similar_panel import SimilarPanel

MOST_HITS = 500
"""More than anyone looks through; the search asks each facet for as many."""


class SearchFlow(QObject):
    """Keeps the field, the panel and the gallery at one question."""

    began = Signal()  # a question was asked: the photos come to the front
    answered = Signal(object)  # Answer
    ended = Signal()  # no question any more: the folder is shown again
    folder_dropped = Signal()

    def __init__(self, bridge: Bridge, bar: SearchBar, gallery: GalleryPage, panel: SimilarPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge, self._bar, self._gallery, self._panel = bridge, bar, gallery, panel
        self.query: Query | None = None
        self._folder: str | None = None
        self._ticket = 0
        bar.asked.connect(self.ask)
        bar.cleared.connect(self.end)
        bar.folder_dropped.connect(self.folder_dropped)
        panel.asked.connect(self.ask)
        gallery.again_asked.connect(self.ask)
        gallery.filters_dropped.connect(self._drop_filters)

    @property
    def folder(self) -> str | None:
        """The folder that photos and questions are kept to."""
        return self._folder

    def set_folder(self, folder: str | None) -> None:
        """Keep questions to a folder (None: all); a question that stands is asked anew."""
        if folder == self._folder:
            return
        self._folder = folder
        self._bar.set_folder(folder)
        if self.query is not None:
            self.ask(self.query)
        else:
            self._gallery.show_folder(folder)

    @Slot(object)
    def ask(self, query: Query) -> None:
        """Ask; an earlier question that is not answered yet is given up."""
        query = replace(query, folder=self._folder, k=max(query.k or MOST_HITS, MOST_HITS))
        self.query = query
        self.began.emit()
        self._gallery.show_searching(query)
        self._ticket = self._bridge.ask(Search(query), self._answer_to(query), self._failed, replaces="search")

    def _answer_to(self, query: Query) -> Callable[[Answer], None]:
        def done(answer: Answer) -> None:
            self._gallery.show_answer(answer, query)
            if query.images:
                self._panel.show_answer(answer)
            self.answered.emit(answer)

        return done

    def _failed(self, failure: Failed) -> None:
        if failure.code != "cancelled":
            self._gallery.show_failure(failure.message)

    @Slot()
    def end(self) -> None:
        """Show the folder again."""
        self._bridge.cancel(self._ticket)
        self.query = None
        self._gallery.show_folder(self._folder)
        self.ended.emit()

    @Slot()
    def _drop_filters(self) -> None:
        """Ask again with fewer conditions: in all folders, and without what narrows the words or pictures."""
        query = self.query
        self.folder_dropped.emit()
        if query is not None and (query.where or query.without) and (query.text or query.images or query.colors):
            self.ask(replace(query, where=(), without=()))
