"""The "find similar" panel: the picture that is asked about, what counts, and why each photo was found."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.engine.requests import Failed, Picture, Pixels
from app.engine.types import Answer, Box, Facet, PhotoRow, Query
from app.ui import theme
from app.ui.bridge import Bridge
from app.ui.choosing import choose_picture
from app.ui.gallery.thumbnails import Thumbnails
from app.ui.icons import icon
from app.ui.parts.box import BoxDrawing
from app.ui.pixels import to_image
from app.ui.preferences import Preferences
from app.ui.preview import HEIGHT, Preview
from app.ui.top_bar import close_button
from app.ui.what_counts import WhatCounts
from app.ui.why_list import WhyList

DEBOUNCE_MS = 200
LOW, LOW_PREVIEW = 720, 96
_PICTURE = "similar-picture"


class SimilarPanel(QWidget):
    """Asks for photos like one picture. `asked` follows each new picture at once and each moved slider after a pause."""

    asked = Signal(object)  # Query
    took = Signal(object, object)  # str | bytes: the picture that is asked about now; str | bytes | None: the one before
    closed = Signal()
    opened = Signal(object)  # PhotoRow

    def __init__(self, bridge: Bridge, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.ground(self, "panel")
        self.setFixedWidth(theme.PANEL)
        self._bridge = bridge
        self._thumbnails = Thumbnails.of(bridge)
        self._source: str | bytes | None = None
        self._box: Box | None = None
        self._pause = QTimer(self, interval=DEBOUNCE_MS, singleShot=True)
        self._pause.timeout.connect(self._ask)
        self.preview = Preview()
        self.preview.given.connect(self.show_source)
        self.drawing = BoxDrawing(self.preview)
        self.drawing.found.connect(self.choose_part)
        self.what = WhatCounts()
        self.what.moved.connect(self._moved)
        self.what.further_wanted.connect(self._want_further)
        self._preferences = preferences
        preferences.changed.connect(self._show_preferences)
        self.line = QLabel(wordWrap=True)
        self.line.setTextFormat(Qt.TextFormat.PlainText)
        theme.kind(self.line, "secondary")
        self.why = WhyList(self._thumbnails)
        self.why.opened.connect(self.opened)
        self._arrange()
        self._invite()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.S, theme.L, theme.S)
        column.setSpacing(theme.M)
        column.addLayout(self._title())
        column.addWidget(self.preview)
        self.another = QPushButton(self.tr("Another picture…"))
        self.another.clicked.connect(self._choose)
        self.part = QPushButton(icon("crop", "secondary"), "")
        self.part.clicked.connect(self._part_clicked)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.S)
        buttons.addWidget(self.part)
        buttons.addWidget(self.another)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addWidget(_section(self.tr("WHAT COUNTS")))
        column.addWidget(self.what)
        self._why_title = _section(self.tr("WHY THESE"))
        column.addWidget(self._why_title)
        column.addWidget(self.line)
        column.addWidget(self.why, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the picture makes way for the reasons."""
        super().resizeEvent(event)
        self.preview.setFixedHeight(HEIGHT if self.height() >= LOW else LOW_PREVIEW)

    def _title(self) -> QHBoxLayout:
        title = QLabel(self.tr("Find similar"))
        theme.kind(title, "title")
        close = close_button()
        close.clicked.connect(self.closed)
        row = QHBoxLayout()
        row.addWidget(title, 1)
        row.addWidget(close)
        return row

    # ---- what is asked

    def show_photo(self, row: PhotoRow, box: Box | None = None) -> None:
        """Ask for photos like one of the library, or like the part of it in a box."""
        image = self._thumbnails.image(row.digest)
        if image is not None:
            self.preview.show_image(image, (row.width, row.height))
        else:
            self.preview.show_text("", row.color)
        if box is not None:
            self.what.let_count(Facet.CROP)
        self._begin(row.path, box)

    @Slot(object)
    def show_source(self, source: str | bytes) -> None:
        """Ask for photos like a picture from outside: a file's path, or an encoded picture."""
        self.preview.show_text(self.tr("Reading the picture…"))
        self._begin(source)

    def _begin(self, source: str | bytes, box: Box | None = None) -> None:
        before, self._source = self._source, source
        self.what.set_weights(self._preferences.settings.weights)  # a question from before may have had its own
        self._show_part(box)
        self.took.emit(source, before)
        self._read_picture()
        self.what.clear_counts()
        self._say("")
        self._ask()

    def _read_picture(self) -> None:
        assert self._source is not None
        side = round(2 * HEIGHT * max(self.devicePixelRatioF(), 1.0))
        self._bridge.ask(Picture(self._source, side), self._take_picture, self._no_picture, replaces=_PICTURE)

    def _take_picture(self, pixels: Pixels) -> None:
        self.preview.show_image(to_image(pixels), pixels.full_size)
        self.preview.show_part(self._box)

    def _no_picture(self, failure: Failed) -> None:
        if failure.code != "cancelled":
            self.preview.show_text(failure.message)

    # ---- a part of it

    @property
    def box(self) -> Box | None:
        """The part of the picture that is asked about; None for all of it."""
        return self._box

    @Slot(tuple)
    def choose_part(self, box: Box) -> None:
        """Ask about a part of the picture alone."""
        self._show_part(box)
        self._ask()

    @Slot()
    def ask_whole(self) -> None:
        """Ask about the whole picture again."""
        self._show_part(None)
        self._ask()

    @Slot()
    def _part_clicked(self) -> None:
        """Choose a part, or ask about the whole picture again."""
        if self._box is not None:
            self.ask_whole()
        elif self.drawing.isVisible():
            self.drawing.give_up()
        elif self.preview.shows_picture:
            self.drawing.begin()

    def _show_part(self, box: Box | None) -> None:
        self._box = box
        self.drawing.hide()
        self.preview.show_part(box)
        self.part.setText(self.tr("Choose a part") if box is None else self.tr("The whole picture"))
        self.part.setVisible(self._source is not None)

    @property
    def source(self) -> str | bytes | None:
        """The picture that is asked about."""
        return self._source

    def forget(self) -> None:
        """Ask about no picture any more."""
        self._source = None
        self._show_part(None)
        self._pause.stop()
        self._invite()
        self.what.clear_counts()
        self._show_preferences()  # a saved search may have had sliders of its own
        self.why.show_answer(Answer((), 0.0))

    def query(self) -> Query | None:
        """The question as the sliders stand; None without a picture, or when nothing counts."""
        counting = tuple((facet, weight) for facet, weight in self.what.weights.items() if weight)
        if self._source is None or not counting:
            return None
        return Query(
            images=(self._source,),
            facets=tuple(facet for facet, _weight in counting),
            weights=counting,
            leave_out_query=True,
            text_share=self.what.text_share,
            box=self._box,
        )

    @Slot(object)
    def _moved(self, facet: Facet | None) -> None:
        """What was moved is remembered; the others may stand as a question from before had them."""
        self._pause.start()
        if facet is not None:
            self._preferences.set_weights({facet: self.what.weights[facet]})

    @Slot(bool)
    def _want_further(self, further: bool) -> None:
        self._preferences.set_further(further)  # the flow asks again

    @Slot()
    def _show_preferences(self) -> None:
        """Another start of the program, or the settings, said how much each counts; a question at hand keeps its own."""
        if self._source is None:
            self.what.set_weights(self._preferences.settings.weights)
        self.what.set_further(self._preferences.settings.look_further)

    def recall(self, query: Query) -> None:
        """Show the picture of a question that was asked before, and what counted in it; nothing is asked."""
        self._pause.stop()
        self.what.clear_counts()
        self._say("")
        if query.images:
            self._source = query.images[0]
            self._show_part(query.box)
            self.preview.show_text(self.tr("Reading the picture…"))
            self._read_picture()
        elif self._source is not None:
            self.forget()
        self.what.restore(query)

    @Slot()
    def _ask(self) -> None:
        self._pause.stop()
        query = self.query()
        if query is not None:
            self.asked.emit(query)
        elif self._source is not None:
            self._say(self.tr("Nothing counts now. Turn one of them up."))

    # ---- what was found

    def show_answer(self, answer: Answer) -> None:
        """Show how many each facet found, and why each photo is there."""
        self.what.show_answer(answer)
        self.why.show_answer(answer)
        if answer.failed:
            self._say(answer.failed[0][1])
        else:
            self._say("" if self.why.photos.rowCount() else self._nothing())

    def highlight(self, photo_id: int | None) -> None:
        """Mark the photo that is chosen in the gallery."""
        self.why.highlight(photo_id)

    def _say(self, text: str) -> None:
        self.line.setText(text)
        self.line.setVisible(bool(text))

    def _invite(self) -> None:
        self._show_part(None)
        self.preview.show_text(self.tr("Drop a picture here, or paste one"))
        self._say(self._nothing())

    def _nothing(self) -> str:
        if self._source is None:
            return self.tr("Choose a photo, and the ones like it appear here.")
        return self.tr("No photo is like this one.")

    @Slot()
    def _choose(self) -> None:
        choose_picture(self, self.tr("Find photos like this picture"), self.show_source)


def _section(text: str) -> QLabel:
    label = QLabel(text)
    theme.kind(label, "section")
    return label
