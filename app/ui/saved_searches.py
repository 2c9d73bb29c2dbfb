"""The searches that are kept under names: saving, renaming and forgetting them, each with its way back."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from app.engine.requests import Failed, ForgetSearch, ListSearches, RenameSearch, Request, SaveSearch
from app.engine.types import Query, SavedSearch
from app.ui.bridge import Bridge
from app.ui.undo import Happening


def same_question(one: Query, other: Query) -> bool:
    """Whether two queries ask the same, whatever the window adds to every question."""
    return _bare(one) == _bare(other)


def _bare(query: Query) -> Query:
    return replace(query, k=None, fold=False, further=False, leave_out_query=False, text_share=round(query.text_share, 2))


class SavedSearches(QObject):
    """Knows them all, live, and tells what was done with one."""

    changed = Signal()
    happened = Signal(object)  # Happening
    failed = Signal(str)  # a sentence

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.all: tuple[SavedSearch, ...] = ()
        bridge.opened.connect(self.refresh)
        bridge.searches_changed.connect(self.refresh)

    @Slot()
    def refresh(self) -> None:
        """Ask for the list again."""
        self._bridge.ask(ListSearches(), self._take, lambda _failure: None, replaces="saved searches")

    def _take(self, searches: tuple[SavedSearch, ...]) -> None:
        if searches != self.all:
            self.all = searches
            self.changed.emit()

    def named(self, name: str) -> SavedSearch | None:
        """The search of a name; None where it is gone."""
        return next((search for search in self.all if search.name == name), None)

    def name_of(self, query: Query) -> str:
        """Under which name this question is kept; empty where it is not."""
        return next((search.name for search in self.all if same_question(search.query, query)), "")

    # ---- acts

    def save(self, name: str, query: Query) -> None:
        """Keep a question; one of the same name makes way."""
        search = SavedSearch(name, query)

        def done(before: SavedSearch | None) -> None:
            back: Request = SaveSearch(before) if before else ForgetSearch(name)
            text = self.tr("“{name}” asks this now") if before else self.tr("Saved as “{name}”")
            self._tell(text.format(name=name), back, SaveSearch(search))

        self._bridge.ask(SaveSearch(search), done, self._told)

    def rename(self, name: str, new_name: str) -> None:
        """Give a search another name, unless that one is taken."""
        new_name = " ".join(new_name.split())
        if not new_name or new_name == name:
            return

        def done(_none: None) -> None:
            text = self.tr("“{name}” is “{new_name}” now").format(name=name, new_name=new_name)
            self._tell(text, RenameSearch(new_name, name), RenameSearch(name, new_name))

        self._bridge.ask(RenameSearch(name, new_name), done, self._told)

    def forget(self, name: str) -> None:
        """Keep a search no longer; its photos stay."""

        def done(before: SavedSearch | None) -> None:
            if before is not None:
                self._tell(self.tr("“{name}” forgotten").format(name=name), SaveSearch(before), ForgetSearch(name))

        self._bridge.ask(ForgetSearch(name), done, self._told)

    def _tell(self, text: str, back: Request, again: Request) -> None:
        self.happened.emit(Happening(text, undo=lambda: self._quietly(back), redo=lambda: self._quietly(again)))

    def _quietly(self, request: Request) -> None:
        self._bridge.ask(request, lambda _answer: None, self._told)

    def _told(self, failure: Failed) -> None:
        if failure.code != "cancelled":
            self.failed.emit(failure.message)
