"""The info panel: what is known about one photo, its copies, and photos like it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import count

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.engine.requests import Failed, Info, PhotosArrived, Search
from app.engine.types import Answer, Facet, PhotoInfo, PhotoRow, Query
from app.ui import theme, words
from app.ui.bridge import Bridge
from app.ui.caption_line import CaptionLine
from app.ui.duplicates.pictures import Pictures
from app.ui.elided import ElidedLabel, ElidedLink
from app.ui.flow import FlowLayout, flow_policy
from app.ui.found_text import FoundText
from app.ui.info_facts import lines
from app.ui.info_parts import CopyLine, PictureGrid, SmallPicture
from app.ui.tags.editor import TagEditor
from app.ui.top_bar import close_button

_SIMILAR = 6
_COPIES = 6
_WAIT_MS = 60  # while someone goes through photos with a key held down, nothing is asked
_number = count()


class InfoPanel(QWidget):
    """Shows one photo's facts. While it is hidden it only remembers which photo it will be asked for."""

    show_in_folder = Signal(str)
    opened = Signal(object)  # PhotoRow
    closed = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.ground(self, "panel")
        self._bridge = bridge
        self._who = f"info {next(_number)}"  # the window has more than one of these
        self._row: PhotoRow | None = None
        self._info: PhotoInfo | None = None
        self._asked: PhotoRow | None = None
        self._similar: list[bytes] = []  # digests
        self.pictures = Pictures(bridge, self._who, self)
        self._soon = QTimer(self, interval=_WAIT_MS, singleShot=True)
        self._soon.timeout.connect(self._ask)
        self._make_parts()
        self._lay_out()
        bridge.photos_arrived.connect(self._photos_arrived)
        bridge.tags_changed.connect(self._ask_anew)
        bridge.texts_read.connect(self._texts_read)
        self._show()

    def _make_parts(self) -> None:
        self.name = ElidedLabel("strong", mode=Qt.TextElideMode.ElideMiddle)
        self.name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.close_button = close_button()
        self.close_button.clicked.connect(self.closed)
        self.hint = QLabel(self.tr("Choose a photo to see what is known about it."))
        self.hint.setWordWrap(True)
        theme.kind(self.hint, "secondary")
        self.facts, self.copies = QWidget(), QWidget()
        self._facts = QGridLayout(self.facts)
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._facts.setHorizontalSpacing(theme.M)
        self._facts.setVerticalSpacing(theme.L)
        self._facts.setColumnStretch(1, 1)
        self._copies = QVBoxLayout(self.copies)
        self._copies.setContentsMargins(0, 0, 0, 0)
        self._copies.setSpacing(theme.S)
        self.description = QLabel()
        self.description.setWordWrap(True)
        self.description.setTextFormat(Qt.TextFormat.PlainText)
        self.description.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.keywords = QWidget()
        flow_policy(self.keywords)
        self._keywords = FlowLayout(self.keywords)
        self.copies_head, self.similar_head = QLabel(self.tr("COPIES")), QLabel(self.tr("SIMILAR"))
        for head in (self.copies_head, self.similar_head):
            theme.kind(head, "section")
        self.similar_head.hide()
        self.similar = PictureGrid()
        self.caption = CaptionLine(self._bridge)
        self.found_text = FoundText()
        self.tags_head = QLabel(self.tr("TAGS"))
        theme.kind(self.tags_head, "section")
        self.tags = TagEditor(self._bridge, f"{self._who} tags")

    def _lay_out(self) -> None:
        inside = QWidget()
        theme.ground(inside, "panel")
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.L, theme.S, theme.L, theme.L)
        column.setSpacing(theme.M)
        top = QHBoxLayout()
        top.setSpacing(theme.S)
        top.addStrut(self.close_button.sizeHint().height())  # also where the button is hidden
        top.addWidget(self.name, 1)
        top.addWidget(self.hint, 1)
        top.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(top)
        for part in (self.facts, self.caption, self.description, self.keywords, self.found_text):
            column.addWidget(part)
        for head, part in (
            (self.tags_head, self.tags), (self.copies_head, self.copies), (self.similar_head, self.similar),
        ):  # fmt: skip
            column.addSpacing(theme.XS)
            column.addWidget(head)
            column.addWidget(part)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def show_photo(self, row: PhotoRow | None) -> None:
        """Show another photo (None: none). What its row tells is there at once; the rest follows."""
        if row == self._row:
            return
        self._row, self._info = row, None
        self._show()
        self.similar.show_pictures([])
        self.similar_head.hide()
        self._soon.start()

    @property
    def photo(self) -> PhotoRow | None:
        """The photo that is shown."""
        return self._row

    # ---- asking

    @Slot()
    def _ask(self) -> None:
        if self._row is None or self._row == self._asked or not self.isVisible():
            return
        self._asked = self._row
        path = self._row.path
        query = Query(images=(path,), facets=(Facet.MEANING,), k=_SIMILAR + 1, leave_out_query=True)
        self._bridge.ask(Info(path), partial(self._told, path), self._silent, replaces=self._who)
        self._bridge.ask(Search(query), partial(self._found, path), self._silent, replaces=f"{self._who} similar")

    @Slot()
    def _ask_anew(self) -> None:
        """Tags, captions or titles changed."""
        self._asked = None
        self._soon.start()

    @Slot(object)
    def _texts_read(self, digests: frozenset[bytes]) -> None:
        if self._row is not None and self._row.digest in digests:
            self._ask_anew()

    def _told(self, path: str, info: PhotoInfo) -> None:
        if self._row is not None and self._row.path == path:
            self._info = info
            self._show()
            self._want_thumbnails()

    def _found(self, path: str, answer: Answer) -> None:
        if self._row is None or self._row.path != path:
            return
        rows = [hit.row for hit in answer.hits if not hit.weak and hit.row.photo_id != self._row.photo_id]
        self.similar.show_pictures([self._picture(row) for row in rows[:_SIMILAR]])
        self.similar_head.setVisible(bool(rows))
        self._similar = [row.digest for row in rows[:_SIMILAR]]
        self._want_thumbnails()

    def _silent(self, _failure: Failed) -> None:
        """What the row tells stays; a photo that cannot be read says so where it is shown."""
        self._asked = None

    def _want_thumbnails(self) -> None:
        own = [self._row.digest] if self._row is not None and self._info and len(self._info.files) > 1 else []
        self.pictures.want_thumbnails(own + self._similar)

    def _picture(self, row: PhotoRow) -> SmallPicture:
        made = SmallPicture(self.pictures, row.digest, row.path)
        made.clicked.connect(lambda: self.opened.emit(row))
        return made

    @Slot(object)
    def _photos_arrived(self, news: PhotosArrived) -> None:
        """The file was changed, or more is known of it."""
        shown = self._row
        if shown is None:
            return
        for row in news.rows:
            if row.photo_id == shown.photo_id or row.path == shown.path:
                self._row, self._asked = replace(row, path=shown.path), None
                self._soon.start()
                return

    # ---- showing

    def _show(self) -> None:
        row, info = self._row, self._info
        self.hint.setVisible(row is None)
        self.name.setVisible(row is not None)
        self.name.say(row.name if row else "")
        self._show_facts()
        self.description.setText((info.metadata.description or "") if info else "")
        self.description.setVisible(bool(self.description.text()))
        self._show_keywords(info.metadata.keywords if info else ())
        self.found_text.show_text((info.words or "") if info else "")
        self._show_copies()
        self.caption.setVisible(info is not None)
        if row is not None:
            titled = bool(info and info.metadata.title)
            self.caption.show_caption(row.digest, info.caption if info else None, titled=titled)
        self.tags_head.setVisible(row is not None)
        self.tags.setVisible(row is not None)
        self.tags.show_photos([row.digest] if row else [])

    def _show_facts(self) -> None:
        while (item := self._facts.takeAt(0)) is not None:
            _drop(item.widget())
        self.facts.setVisible(self._row is not None)
        if self._row is None:
            return
        for number, (label, value) in enumerate(lines(self._row, self._info)):
            self._add_fact(number, label, _value(value))
        place = ElidedLink(words.folder(self._row.path))
        place.setToolTip(self.tr("Show in folder: %1").replace("%1", self._row.path))
        place.clicked.connect(partial(self._ask_folder, self._row.path))
        self._add_fact(self._facts.count(), self.tr("Folder"), place)

    def _add_fact(self, number: int, label: str, value: QWidget) -> None:
        head = QLabel(label)
        head.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        theme.kind(head, "secondary")
        head.setBuddy(value)
        self._facts.addWidget(head, number, 0)
        side = (
            Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignTop if isinstance(value, ElidedLink) else Qt.AlignmentFlag(0)
        )
        self._facts.addWidget(value, number, 1, side)

    def _show_keywords(self, keywords: tuple[str, ...]) -> None:
        self._keywords.clear()
        for keyword in keywords:
            chip = QLabel(keyword)
            chip.setTextFormat(Qt.TextFormat.PlainText)
            theme.kind(chip, "chip")
            self._keywords.addWidget(chip)
        self.keywords.setVisible(bool(keywords))

    def _show_copies(self) -> None:
        while (item := self._copies.takeAt(0)) is not None:
            _drop(item.widget())
        others = [path for path in self._info.files if self._row and path != self._row.path] if self._info else []
        for path in others[:_COPIES]:
            assert self._row
            line = CopyLine(self.pictures, self._row.digest, path)
            line.picture.clicked.connect(partial(self._ask_folder, path))
            line.place.clicked.connect(partial(self._ask_folder, path))
            self._copies.addWidget(line)
        if len(others) > _COPIES:
            more = QLabel(self.tr("and %1 more").replace("%1", words.number(len(others) - _COPIES)))
            theme.kind(more, "secondary")
            self._copies.addWidget(more)
        for part in (self.copies, self.copies_head):
            part.setVisible(bool(others))

    def _ask_folder(self, path: str, _checked: bool = False) -> None:
        self.show_in_folder.emit(path)

    def showEvent(self, event: QShowEvent) -> None:
        """What was not asked while it was hidden is asked now."""
        super().showEvent(event)
        self._soon.start()


def _value(text: str) -> QLabel:
    """A fact that can be selected; a long one takes another line."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignTop)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
    return made


def _drop(widget: QWidget | None) -> None:
    if widget is not None:
        widget.hide()
        widget.deleteLater()
