"""The search field: words and chips make one question."""

from __future__ import annotations

from pathlib import PurePath
from typing import Literal

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from app.engine.requests import Failed, Picture, Pixels
from app.engine.types import Box, Query
from app.ui import drop, typed
from app.ui.bridge import Bridge
from app.ui.chips import PICTURE, Chip
from app.ui.icons import icon
from app.ui.pixels import to_image
from app.ui.search_field import BEFORE, SearchField
from app.ui.search_tools import SearchTools
from app.ui.typed import Part

DEBOUNCE_MS = 160
PICTURES = ("image", "unlike")
CONDITIONS = ("where", "without", "unlike", "folder")


class SearchBar(SearchField):
    """Builds a `Query` from words and chips. `asked` follows a short pause in typing, or Enter at once."""

    asked = Signal(object)  # Query
    meant = Signal(str)  # words and conditions, not only typed in passing: Enter was pressed
    cleared = Signal()
    folder_dropped = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._last: Query | None = None
        self.in_passing = False  # the last question came from a pause in typing
        self._pause = QTimer(self, interval=DEBOUNCE_MS, singleShot=True)
        self._pause.timeout.connect(self._ask_if_new)
        self._encoder = drop.Encoder(self)
        self.edit.step_back = self.step_back
        self.edit.textEdited.connect(self._typed)
        self.edit.returnPressed.connect(self._entered)
        self.edit.erased_past_start.connect(self._take_last_chip)
        self.edit.pasted.connect(self._paste)
        self.clear_button.clicked.connect(self.clear)
        self.tools = SearchTools(self)
        self.tools.picture.connect(self.add_image)
        self.tools.color.connect(self.add_color)
        self.tools.years.connect(self.set_years)

    # ---- the question

    def query(self) -> Query:
        """The question as it stands."""
        colors, without = self._values("color"), self._values("without")
        return Query(
            text=typed.plain_words(self.edit.text()),
            images=self._pictures("image"),
            unlike=self._pictures("unlike"),
            without=tuple(v for v in without if isinstance(v, str)),
            colors=tuple(v for v in colors if isinstance(v, str)),
            where=tuple(text for v in self._values("where") if isinstance(v, tuple) for text in v),
            folder=next((v for v in self._values("folder") if isinstance(v, str)), None),
        )

    def _pictures(self, kind: str) -> tuple[str | bytes, ...]:
        return tuple(value for value in self._values(kind) if isinstance(value, str | bytes))

    def _values(self, kind: str) -> list[str | bytes | tuple[str, ...]]:
        return [chip.part.value for chip in self._chips(kind)]

    def _chips(self, kind: str) -> list[Chip]:
        return [chip for chip in self.chips if chip.part.kind == kind]

    def is_empty(self) -> bool:
        """Whether nothing is asked; a folder alone is no question."""
        return not typed.plain_words(self.edit.text()) and all(chip.part.kind == "folder" for chip in self.chips)

    @Slot(str)
    def _typed(self, _text: str) -> None:
        self._take_conditions(finished=False)
        self._changed()

    @Slot()
    def _entered(self) -> None:
        self._take_conditions(finished=True)
        self._ask_now()
        if said := typed.as_typed(self.query()):
            self.meant.emit(said)

    def _take_conditions(self, *, finished: bool) -> None:
        """Make chips of what is typed; one that goes on with `and` or `or` takes the chip before it in."""
        text, last = self.edit.text(), self._chips("where")[-1:]
        value = last[0].part.value if last else ()
        whole = typed.gone_on_with(text, value[0]) if isinstance(value, tuple) and len(value) == 1 else None
        left, parts = typed.take_conditions(whole or text, finished=finished)
        if whole and left == whole:
            return  # still being typed
        if whole:
            self._drop(last[0])
        if parts:
            self.edit.setText(left)
            for part in parts:
                self._add(part)

    def ask_words(self, text: str) -> None:
        """Ask for words and conditions that were asked for before, in place of those that stand here."""
        for chip in [chip for chip in self.chips if chip.part.kind in ("where", "without")]:
            self._drop(chip)
        self.edit.setText(text)
        self._entered()

    def _changed(self) -> None:
        if self.is_empty():
            self._pause.stop()
            if self._last is not None:
                self._last = None
                self.cleared.emit()
        else:
            self._pause.start()

    @Slot()
    def _ask_if_new(self) -> None:
        if self.query() != self._last:
            self._ask_now(in_passing=True)

    def _ask_now(self, *, in_passing: bool = False) -> None:
        self._pause.stop()
        self.in_passing = in_passing
        if self.is_empty():
            self._changed()
            return
        self._last = self.query()
        self.asked.emit(self._last)

    # ---- chips

    def add_image(self, source: str | bytes) -> None:
        """Add a picture to the question: a file's path, or an encoded picture."""
        self._add_picture(source)
        self._ask_now()

    def put_picture(self, source: str | bytes, instead: str | bytes | None = None) -> None:
        """Show a picture that was given elsewhere, in the place of another one; nothing is asked."""
        if source not in self._values("image"):
            for chip in self._chips("image"):
                if chip.part.value == instead:
                    self._drop(chip)
            self._add_picture(source)
            self._last = self.query()

    def take_pictures(self) -> None:
        """Take all pictures out of the question; nothing is asked."""
        for chip in self._chips("image"):
            self._drop(chip)
        self._last = None if self.is_empty() else self.query()

    def add_unlike(self, source: str | bytes) -> None:
        """Add a picture that the photos shall not be like."""
        self._add_picture(source, "unlike")
        self._ask_now()

    def _add_picture(self, source: str | bytes, kind: Literal["image", "unlike"] = "image") -> None:
        if source in self._values(kind):
            return
        for chip in [chip for chip in self.chips if chip.part.kind in PICTURES and chip.part.value == source]:
            self._drop(chip)  # it cannot be both
        label = self.tr("like this") if kind == "image" else self.tr("not like this")
        chip = self._add(Part(kind, source, label))
        if isinstance(source, str):
            chip.setToolTip(PurePath(source).name)
        side = 4 * PICTURE
        chip.ticket = self._bridge.ask(
            Picture(source, side),
            lambda pixels: self._show_picture(chip, pixels),
            lambda failure: self._no_picture(chip, failure),
        )

    def _show_picture(self, chip: Chip, pixels: Pixels) -> None:
        chip.ticket = None
        chip.set_image(to_image(pixels), pixels.full_size)
        self.fit()

    def show_part(self, source: str | bytes | None, box: Box | None) -> None:
        """The chip of a picture shows only the part of it that is asked for; nothing is asked."""
        for chip in self._chips("image"):
            chip.set_part(box if chip.part.value == source else None)

    def _no_picture(self, chip: Chip, failure: Failed) -> None:
        chip.ticket = None
        chip.set_picture(icon("warning", "warning").pixmap(QSize(16, 16), self.devicePixelRatioF()))
        chip.setToolTip(failure.message)
        self.fit()

    def restore(self, query: Query) -> None:
        """Show a question that was asked before, in place of what stands here; nothing is asked and nobody is told."""
        for chip in list(self.chips):
            self._drop(chip)
        self._pause.stop()
        self.edit.setText(query.text)
        for image in query.images:
            self._add_picture(image)
        for color in query.colors:
            self._add(Part("color", color, self.tr("this color")))
        for picture in query.unlike:
            self._add_picture(picture, "unlike")
        for part in (*map(typed.without_part, query.without), *typed.where_parts(query.where)):
            self._add(part)
        self.set_folder(query.folder)

    @Slot(str)
    def add_color(self, value: str) -> None:
        """Add a color, "#rrggbb", to the question."""
        self._add(Part("color", value, self.tr("this color")))
        self._ask_now()

    @Slot(object, object)
    def set_years(self, first: int | None, last: int | None) -> None:
        """Keep the question to photos of some years; without years, to all."""
        for chip in [chip for chip in self.chips if _is_years(chip.part)]:
            self._drop(chip)
        part = typed.years_part(first, last)
        if part is not None:
            self._add(part)
        self._ask_now()

    def set_folder(self, path: str | None) -> None:
        """Show the folder that the question is kept to; nothing is asked."""
        for chip in self._chips("folder"):
            self._drop(chip)
        if path is not None:
            self._add(Part("folder", path, PurePath(path).name or path), first=True)
            self.chips[0].setToolTip(path)
        self._last = None if self.is_empty() else self.query()

    def drop_conditions(self) -> None:
        """Take away years, what is not wanted, and the folder; the words, pictures and colors stay."""
        for chip in [chip for chip in self.chips if chip.part.kind in CONDITIONS]:
            self._take_away(chip)

    def _add(self, part: Part, *, first: bool = False) -> Chip:
        chip = self.add_chip(part, first=first)
        chip.removed.connect(self._take_away)
        return chip

    def _drop(self, chip: Chip) -> None:
        if chip.ticket is not None:
            self._bridge.cancel(chip.ticket)
        self.drop_chip(chip)

    @Slot(object)
    def _take_away(self, chip: Chip) -> None:
        self._drop(chip)
        self.edit.setFocus()
        if chip.part.kind == "folder":
            self.folder_dropped.emit()
        if chip.part.kind != "folder" or not self.is_empty():
            self._changed()

    @Slot()
    def _take_last_chip(self) -> None:
        before = [chip for chip in self.chips if chip.part.kind in BEFORE]
        if before:
            self._take_away(before[-1])

    # ---- clearing

    @Slot()
    def clear(self) -> None:
        """Ask nothing any more; the folder stays."""
        self.edit.clear()
        for chip in [chip for chip in self.chips if chip.part.kind != "folder"]:
            self._drop(chip)
        self._pause.stop()
        self._last = None
        self.cleared.emit()

    def step_back(self) -> bool:
        """Take away the words, else the last chip; False where there was nothing to take."""
        left = [chip for chip in self.chips if chip.part.kind != "folder"]
        if self.edit.text():
            self.edit.clear()
            self._changed()
            return True
        if left:
            self._take_away(left[-1])
            return True
        return False

    def focus(self) -> None:
        """Bring the keys here, the words ready to be replaced."""
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()

    @Slot()
    def _paste(self) -> None:
        incoming = drop.read(QApplication.clipboard().mimeData())
        for source in incoming.pictures:
            self.add_image(source)
        if incoming.image is not None:
            self._encoder.encode(incoming.image, self.add_image)


def _is_years(part: Part) -> bool:
    if part.kind != "where" or not isinstance(part.value, tuple):
        return False
    return all(text.startswith(("date>=", "date<=")) for text in part.value)
