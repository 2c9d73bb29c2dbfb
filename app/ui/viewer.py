"""One photo as large as the window, with its neighbors: always dark around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.engine.requests import Failed, PhotosGone, Picture, Pixels
from app.engine.types import Box, PhotoRow
from app.ui import theme, words
from app.ui.bridge import Bridge
from app.ui.canvas import STEP, Canvas
from app.ui.filmstrip import Filmstrip
from app.ui.gallery.thumbnails import ByteBounded, Thumbnails
from app.ui.parts.box import BoxDrawing
from app.ui.pixels import ImageMaker
from app.ui.stylesheet import style_sheet
from app.ui.viewer_bar import ViewerBar

KEPT_BYTES = 160 << 20
_Key = Qt.Key
_GROUND_SHEET = "Viewer { background: #101011; } QLabel#name { color: #a0a0a8; font-size: 13px; }"


class Viewer(QWidget):
    """Shows one of several photos. It asks for what it needs and changes nothing itself."""

    closed = Signal()
    shown = Signal(object)  # PhotoRow
    similar_asked = Signal(object)  # PhotoRow
    part_asked = Signal(object, tuple)  # PhotoRow, Box
    match_asked = Signal(object)  # PhotoRow
    trash_asked = Signal(object)  # PhotoRow
    info_toggled = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._thumbnails = Thumbnails.of(bridge)
        self._rows: tuple[PhotoRow, ...] = ()
        self._index = 0
        self._turned = 0
        self._outlined = True
        self._maker = ImageMaker(self)
        self._kept: ByteBounded[bytes, tuple[QImage, tuple[int, int]]] = ByteBounded(KEPT_BYTES)
        self._asked: dict[bytes, int] = {}  # digest -> ticket
        self._sides: dict[bytes, int] = {}  # digest -> the longest side asked for
        self.canvas = Canvas()
        self.drawing = BoxDrawing(self.canvas)
        self.drawing.found.connect(self._part_chosen)
        self.drawing.given_up.connect(self._part_left)
        self.outline_of: Callable[[PhotoRow], Sequence[Sequence[tuple[float, float]]]] = lambda _row: ()
        self.can_match: Callable[[PhotoRow], bool] = lambda _row: False
        self.strip = Filmstrip(self._thumbnails)
        self.bar = ViewerBar()
        self._build()
        self._join_bar()
        self.canvas.more_wanted.connect(self._want_more)
        self.canvas.zoomed.connect(self._show_zoom)
        self.strip.chosen.connect(self.go)
        self._thumbnails.ready.connect(self._thumbnail_ready)
        bridge.photos_gone.connect(self._photos_gone)

    def _build(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setPalette(theme.palette(theme.DARK))
        self.setStyleSheet(style_sheet(theme.DARK) + _GROUND_SHEET)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.strip)

    def _join_bar(self) -> None:
        bar = self.bar
        bar.back.clicked.connect(self.closed)
        bar.zoom.clicked.connect(lambda: self.canvas.toggle())
        bar.outline.clicked.connect(self.show_outlines)
        bar.part.clicked.connect(self.toggle_part)
        bar.info.clicked.connect(self.info_toggled)
        for button, signal in (
            *((bar.match, self.match_asked), (bar.similar, self.similar_asked)),
            (bar.trash, self.trash_asked),
        ):
            button.clicked.connect(lambda _checked=False, signal=signal: self._tell(signal))

    def _tell(self, signal: object) -> None:
        row = self.row()
        if row is not None:
            signal.emit(row)  # type: ignore[attr-defined]

    # ---- a part of it

    @Slot()
    def toggle_part(self) -> None:
        """Let a part of the photo be chosen, or no more."""
        if self.drawing.isVisible():
            self.drawing.give_up()
        elif self.row() is not None and self.canvas.image is not None:
            self.bar.part.setChecked(True)
            self.drawing.begin()
        else:
            self.bar.part.setChecked(False)

    @Slot(tuple)
    def _part_chosen(self, box: Box) -> None:
        self.bar.part.setChecked(False)
        row = self.row()
        if row is not None:
            self.part_asked.emit(row, box)

    @Slot()
    def _part_left(self) -> None:
        self.bar.part.setChecked(False)
        self.setFocus()

    @property
    def outlined(self) -> bool:
        """Whether the matched part of a found photo is to be outlined."""
        return self._outlined

    @Slot(bool)
    def show_outlines(self, wanted: bool) -> None:
        """Outline the matched part of found photos, or no more."""
        self._outlined = wanted
        row = self.row()
        outlines = self.outline_of(row) if row is not None else ()
        self.canvas.outlines = outlines if wanted else ()
        self.canvas.update()
        self.bar.outline.setChecked(wanted)
        self.bar.show_matched(outline=bool(outlines), match=row is not None and self.can_match(row))

    # ---- what is shown

    def open(self, rows: Sequence[PhotoRow], index: int) -> None:
        """Show one of these photos."""
        self._rows = tuple(rows)
        self.go(index)

    def row(self) -> PhotoRow | None:
        """The photo that is shown."""
        return self._rows[self._index] if self._rows else None

    @Slot(int)
    def go(self, index: int) -> None:
        """Show the photo at a place; beyond the ends nothing happens."""
        if not 0 <= index < len(self._rows):
            return
        self._index = index
        row = self._rows[index]
        if self.drawing.isVisible():
            self.drawing.give_up()
        self._show_name(row)
        self.strip.show_rows(self._rows, index)
        self.canvas.begin(row.width, row.height, row.color, self._thumbnails.image(row.digest))
        kept = self._kept.get(row.digest)
        if kept is not None:
            self.canvas.show_image(*kept)
        self.show_outlines(self._outlined)
        self._ask_around()
        self._show_zoom()
        self.shown.emit(row)

    def _show_name(self, row: PhotoRow) -> None:
        text = self.tr("%1 · %2 of %3").replace("%3", words.number(len(self._rows))).replace("%2", words.number(self._index + 1))
        self.bar.name.say(text.replace("%1", row.name), row.path)

    @Slot()
    def _show_zoom(self) -> None:
        fitted = self.canvas.zoom is None
        percent = words.locale().toString(round(100 * self.canvas.scale()))
        self.bar.zoom.setText(self.tr("Fit") if fitted else self.tr("%1 %").replace("%1", percent))

    # ---- pixels

    def _ask_around(self) -> None:
        """The shown photo first, then the neighbors; what is far from it is given up."""
        near = [self._index, self._index + 1, self._index - 1]
        rows = [self._rows[place] for place in near if 0 <= place < len(self._rows)]
        wanted = {row.digest for row in rows}
        for digest in [digest for digest in self._asked if digest not in wanted]:
            self._bridge.cancel(self._asked.pop(digest))
        for row in rows:
            if row.digest not in self._kept and row.digest not in self._asked:
                self._ask(row, self._screen_side())

    def _screen_side(self) -> int:
        return max(round(max(self.canvas.width(), self.canvas.height()) * self.devicePixelRatioF()), 640)

    def _ask(self, row: PhotoRow, side: int) -> None:
        if not self.isVisible():
            return
        self._sides[row.digest] = side
        self._asked[row.digest] = self._bridge.ask(
            Picture(row.path, side),
            lambda pixels: self._maker.make(pixels, lambda image: self._take(row, pixels, image)),
            lambda failure: self._refused(row, failure),
        )

    def _take(self, row: PhotoRow, pixels: Pixels, image: QImage) -> None:
        self._asked.pop(row.digest, None)
        self._kept.put(row.digest, (image, pixels.full_size), image.sizeInBytes())
        if self._is_shown(row):
            self.canvas.show_image(image, pixels.full_size)
            self._show_zoom()

    def _refused(self, row: PhotoRow, failure: Failed) -> None:
        self._asked.pop(row.digest, None)
        if self._is_shown(row) and failure.code != "cancelled" and row.digest not in self._kept:
            self.canvas.show_words(row.name, failure.message)

    def _is_shown(self, row: PhotoRow) -> bool:
        now = self.row()
        return now is not None and now.digest == row.digest

    @Slot(int)
    def _want_more(self, side: int) -> None:
        row = self.row()
        if row is not None and row.digest not in self._asked and side > self._sides.get(row.digest, 0):
            self._ask(row, side)

    @Slot(bytes)
    def _thumbnail_ready(self, digest: bytes) -> None:
        row = self.row()
        if row is not None and row.digest == bytes(digest) and self.canvas.image is None and self.isVisible():
            image = self._thumbnails.image(row.digest)
            if image is not None and row.digest not in self._kept:
                self.canvas.image = image
                self.canvas.update()

    @Slot(object)
    def _photos_gone(self, news: PhotosGone) -> None:
        gone = set(news.photo_ids)
        if not any(row.photo_id in gone for row in self._rows):
            return
        before = sum(row.photo_id not in gone for row in self._rows[: self._index])
        self._rows = tuple(row for row in self._rows if row.photo_id not in gone)
        if self._rows:
            self.go(min(before, len(self._rows) - 1))
        elif self.isVisible():
            self.closed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """What was opened before it was seen is asked for now."""
        super().showEvent(event)
        if self._rows:
            self._ask_around()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is asked for a viewer that is not seen."""
        super().hideEvent(event)
        for ticket in self._asked.values():
            self._bridge.cancel(ticket)
        self._asked.clear()

    # ---- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go on and back, + and - zoom, 0 fits, P chooses a part, O outlines what was found, W shows where it matches."""
        key, last = event.key(), len(self._rows) - 1
        onward = -1 if self.isRightToLeft() else 1
        steps = {_Key.Key_Right: onward, _Key.Key_Left: -onward, _Key.Key_PageDown: 1, _Key.Key_PageUp: -1}
        if key in steps:
            self.go(self._index + steps[_Key(key)])
        elif key in (_Key.Key_Home, _Key.Key_End):
            self.go(0 if key == _Key.Key_Home else last)
        elif key in (_Key.Key_Plus, _Key.Key_Equal):
            self.canvas.zoom_by(STEP)
        elif key == _Key.Key_Minus:
            self.canvas.zoom_by(1 / STEP)
        elif key == _Key.Key_0:
            self.canvas.zoom_to(None)
        elif key == _Key.Key_P:
            self.toggle_part()
        elif key == _Key.Key_O and not self.bar.outline.isHidden():
            self.bar.outline.click()
        elif key == _Key.Key_W:
            self._tell(self.match_asked)
        elif key == _Key.Key_Delete:
            self._tell(self.trash_asked)
        elif key in (_Key.Key_Escape, _Key.Key_Space):
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel alone goes from photo to photo."""
        self._turned += event.angleDelta().y()
        notches = int(self._turned / 120)
        self._turned -= notches * 120
        if notches:
            self.go(min(max(self._index - notches, 0), len(self._rows) - 1))
        event.accept()
