"""How a question travels: from the search field and the panel to the engine, and its answer to all that show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QSignalBlocker, QTimer, Signal, Slot

from app.engine.errors import NotReadYet
from app.engine.requests import Failed, Search
from app.engine.types import Answer, Facet, Query
from app.ui.bridge import Bridge
from app.ui.rooms import Rooms

HITS = 500
"""So many of the best are shown; of photos that only fit conditions, all."""
HOLD_MS = 450
"""While somebody types, photos that are shown stay this long before "nothing found" takes their place."""


class SearchFlow(QObject):
    """Keeps the field, the panel and the gallery at one question.

    Its pictures stand in the field as chips; the panel shows the last of them and says what counts. Both lead the same life:
    a chip that is taken away takes the panel's picture with it, and the other way round.
    """

    began = Signal()  # a question was asked: the photos come to the front
    answered = Signal(object)  # Answer
    ended = Signal()  # no question any more: the folder is shown again
    folder_dropped = Signal()
    panel_wanted = Signal()  # the field got a picture
    panel_done = Signal()  # the field's last picture is gone

    def __init__(self, bridge: Bridge, rooms: Rooms, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge, self._preferences = bridge, rooms.preferences
        self._bar, self._gallery, self._panel = bar, gallery, panel = rooms.search_bar, rooms.gallery, rooms.similar
        self.query: Query | None = None
        self.answer: Answer | None = None
        self._folder: str | None = None
        self._pictures: tuple[str | bytes, ...] = ()
        self._ticket = 0
        self._held: Callable[[], None] | None = None
        self._hold = QTimer(self, interval=HOLD_MS, singleShot=True)
        self._hold.timeout.connect(self._let_go)
        bar.asked.connect(self._bar_asked)
        bar.cleared.connect(self._bar_asked)
        bar.folder_dropped.connect(self.folder_dropped)
        panel.asked.connect(self.ask_again)
        panel.took.connect(self._panel_took)
        gallery.again_asked.connect(self.ask_again)
        gallery.filters_dropped.connect(self._drop_filters)
        gallery.whole_wanted.connect(panel.ask_whole)
        self._preferences.changed.connect(self._further_changed)

    @property
    def folder(self) -> str | None:
        """The folder that photos and questions are kept to."""
        return self._folder

    def set_folder(self, folder: str | None) -> None:
        """Keep photos and questions to a folder (None: all)."""
        if folder != self._folder:
            self._folder = folder
            self._bar.set_folder(folder)
            if self.query is None:
                self._gallery.show_folder(folder)
            else:
                self.ask_again()

    def open_panel(self) -> None:
        """The panel is open: it shows what was found."""
        if self.answer is not None:
            self._panel.show_answer(self.answer)

    def close_panel(self) -> None:
        """The panel is closed: pictures count no more."""
        if self._panel.source is not None:
            self._bar.take_pictures()
            self._pictures = ()
            self._panel.forget()
            self.ask_again()

    def start_over(self) -> None:
        """Empty the field without a word, because a new question is coming."""
        with QSignalBlocker(self._bar):
            self._bar.clear()
        self._pictures = ()

    def compose(self) -> Query | None:
        """The question as field and panel stand; None where nothing is asked."""
        field = self._bar.query()
        panel, source = self._panel.query(), self._panel.source
        others = tuple(image for image in field.images if image != source)
        if panel is None:  # no picture, or one of which nothing counts
            rest = replace(field, images=others, folder=self._folder)
            return None if rest == Query(folder=self._folder) else self._as_always(rest)
        query = replace(
            field,
            images=panel.images + others,
            facets=panel.facets,
            weights=panel.weights,
            leave_out_query=panel.leave_out_query,
            folder=self._folder,
            text_share=panel.text_share if field.text else 0.5,
            box=panel.box,
        )
        return self._as_always(query)

    def _as_always(self, query: Query) -> Query:
        """What the window adds to every question."""
        ranked = query.text or query.images or query.colors
        return replace(query, k=HITS if ranked else None, further=self._preferences.settings.look_further, fold=True)

    def recall(self, query: Query) -> None:
        """Ask a question that was asked before: field, folder and panel show it."""
        with QSignalBlocker(self._bar):
            self._bar.restore(query)
        self._folder, self._pictures = query.folder, query.images
        self._panel.recall(query)
        (self.panel_wanted if query.images else self.panel_done).emit()
        self.ask_again()

    @Slot()
    def _further_changed(self) -> None:
        if self.query is not None and self.query.further != self._preferences.settings.look_further:
            self.ask_again()

    @Slot()
    def _bar_asked(self) -> None:
        """A picture that is new in the field opens the panel on it, and the panel then asks; one that is gone leaves it."""
        pictures = self._bar.query().images
        new = [picture for picture in pictures if picture not in self._pictures]
        self._pictures = pictures
        if new:
            self.panel_wanted.emit()
            self._panel.show_source(new[-1])
        elif self._panel.source is None or self._panel.source in pictures:
            self.ask_again()
        elif pictures:
            self._panel.show_source(pictures[-1])
        else:
            self._panel.forget()
            self.panel_done.emit()
            self.ask_again()

    @Slot(object, object)
    def _panel_took(self, source: str | bytes, before: str | bytes | None) -> None:
        """The panel's picture stands in the field, too."""
        self._bar.put_picture(source, instead=before)
        self._pictures = self._bar.query().images

    @Slot()
    def ask_again(self) -> None:
        """Ask what field and panel say now; an earlier question that is not answered yet is given up."""
        query = self.compose()
        if query is None:
            self._end()
            return
        self.query, self._held = query, None
        self._bar.show_part(query.images[0] if query.images else None, query.box)
        self._hold.stop()
        self._panel.what.show_share(bool(query.text and query.images))
        self.began.emit()
        self._gallery.show_searching(query)
        self._ticket = self._bridge.ask(Search(query), self._answer_to(query), self._failed, replaces="search")

    def _answer_to(self, query: Query) -> Callable[[Answer], None]:
        """Who gets the answer. That a half typed word finds nothing waits a moment: the next letter may find something."""
        in_passing = self._bar.in_passing

        def show(answer: Answer) -> None:
            self.answer = answer
            self._gallery.show_answer(answer, query)
            self._panel.show_answer(answer)
            self.answered.emit(answer)

        def done(answer: Answer) -> None:
            if in_passing and self._gallery.shows_photos and all(hit.weak for hit in answer.hits):
                self._held = partial(show, answer)
                self._hold.start()
            else:
                show(answer)

        return done

    @Slot()
    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held()

    def _failed(self, failure: Failed) -> None:
        if failure.code == NotReadYet.code and self.query and self.query.facets == (Facet.WORDS,):
            self._gallery.show_no_text()
        elif failure.code != "cancelled":
            self._gallery.show_failure(failure.message)

    def _end(self) -> None:
        """Show the folder again."""
        self._bridge.cancel(self._ticket)
        self._hold.stop()
        self._held = None
        asked, self.query, self.answer = self.query, None, None
        if asked is not None:
            self._gallery.show_folder(self._folder)
            self.ended.emit()

    @Slot()
    def _drop_filters(self) -> None:
        """Ask again with fewer conditions: without years and what is not wanted, in all folders."""
        self._bar.drop_conditions()
        if self._folder is not None:
            self.folder_dropped.emit()
