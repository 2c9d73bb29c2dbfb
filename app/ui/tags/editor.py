"""The tags of one photo or of several: adding with completion, accepting what is suggested, taking away; each can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QVBoxLayout, QWidget

from app.engine.labels import TagCount, TagShare
from app.engine.requests import Failed, ListTags, TagPhotos, TagsOf
from app.ui import theme, words
from app.ui.bridge import Bridge
from app.ui.flow import FlowLayout, flow_policy
from app.ui.tags.chip import TagChip
from app.ui.undo import Happening

MOST_CHIPS = 40
"""More tags than anybody reads; those of most photos come first."""


class TagEditor(QWidget):
    """Shows what the chosen photos are tagged with, and a line to add to it."""

    happened = Signal(object)  # Happening
    failed = Signal(str)  # a sentence
    asked = Signal(str)  # show the photos that have this tag
    left = Signal()  # Esc in the line

    def __init__(self, bridge: Bridge, who: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._who = bridge, who
        self._digests: tuple[bytes, ...] = ()
        self.chips: list[TagChip] = []
        self._shown = QWidget()
        flow_policy(self._shown)
        self._flow = FlowLayout(self._shown)
        self.line = self._make_line()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S)
        column.addWidget(self._shown)
        column.addWidget(self.line)
        bridge.tags_changed.connect(self._ask)

    def _make_line(self) -> QLineEdit:
        line = QLineEdit()
        theme.kind(line, "name")
        line.setPlaceholderText(self.tr("Add a tag"))
        line.setAccessibleName(self.tr("Add a tag"))
        line.setToolTip(self.tr("Several with commas between"))
        self._known = QStringListModel(self)
        completer = QCompleter(self._known, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        line.setCompleter(completer)
        line.returnPressed.connect(self._add)
        line.installEventFilter(self)
        return line

    def show_photos(self, digests: Sequence[bytes]) -> None:
        """Show the tags of these photos; without any, nothing."""
        if tuple(digests) == self._digests:
            return
        self._digests = tuple(digests)
        self.line.clear()
        self._show(())
        self.line.setVisible(bool(digests))
        self._ask()

    # ---- asking

    @Slot()
    def _ask(self) -> None:
        if self._digests and self.isVisible():
            self._bridge.ask(TagsOf(self._digests), self._show, lambda _failure: None, replaces=self._who)

    def _show(self, shares: Sequence[TagShare]) -> None:
        if [chip.share for chip in self.chips] == list(shares[:MOST_CHIPS]):
            return
        place = next((place for place, chip in enumerate(self.chips) if chip.hasFocus()), None)
        self._flow.clear()
        self.chips = [self._chip(share) for share in shares[:MOST_CHIPS]]
        self._shown.setVisible(bool(self.chips))
        if place is not None:  # the keys stay where they were, at the next tag or in the line
            (self.chips[min(place, len(self.chips) - 1)] if self.chips else self.line).setFocus()

    def _chip(self, share: TagShare) -> TagChip:
        chip = TagChip(share, len(self._digests))
        chip.accepted.connect(lambda name: self._say(TagPhotos(self._digests, name, True, shown=True)))
        chip.refused.connect(lambda name: self._say(TagPhotos(self._digests, name, False, shown=True)))
        chip.asked.connect(self.asked)
        self._flow.addWidget(chip)
        return chip

    # ---- acts

    @Slot()
    def _add(self) -> None:
        """Give what is typed."""
        typed = (" ".join(part.split()) for part in self.line.text().split(","))
        names = list({name.casefold(): name for name in typed if name}.values())
        # the completer writes the name that was chosen into the line only after this
        QTimer.singleShot(0, self.line, self.line.clear)
        if names and self._digests:
            self._say(*(TagPhotos(self._digests, name) for name in names))

    def _say(self, *asked: TagPhotos) -> None:
        """Ask all of it, and when the last is answered tell once, with the way back, what was done, and what was not."""
        befores: list[TagPhotos] = []
        failures: list[Failed] = []
        waiting = list(asked)

        def ended() -> None:
            waiting.pop()
            if not waiting:
                if befores:
                    self._tell(befores, wanted=asked[0].wanted)
                for failure in failures[:1]:
                    self._told(failure)

        def done(before: tuple[TagPhotos, ...]) -> None:
            befores.extend(before)
            ended()

        def failed(failure: Failed) -> None:
            failures.append(failure)
            ended()

        for request in asked:
            self._bridge.ask(request, done, failed)

    def _tell(self, befores: Sequence[TagPhotos], *, wanted: bool | None) -> None:
        count = len({digest for before in befores for digest in before.digests})
        text = self.tr("“{tags}” added to {photos}") if wanted else self.tr("“{tags}” taken off {photos}")
        text = text.format(tags=", ".join(dict.fromkeys(before.tag for before in befores)), photos=words.photos(count))
        again = [replace(before, wanted=wanted) for before in befores]  # these photos, whatever is suggested by then
        self.happened.emit(Happening(text, undo=lambda: self._quietly(befores[::-1]), redo=lambda: self._quietly(again)))

    def _quietly(self, requests: Sequence[TagPhotos]) -> None:
        for request in requests:
            self._bridge.ask(request, lambda _before: None, self._told)

    def _told(self, failure: Failed) -> None:
        if failure.code != "cancelled":
            self.failed.emit(failure.message)

    # ---- the line

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The tags to complete are asked for when the line gets the keys; Esc leaves it."""
        if event.type() == QEvent.Type.FocusIn:
            self._bridge.ask(ListTags(), self._know, lambda _failure: None, replaces=f"{self._who} known")
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.line.clear()
            self.left.emit()
            return True
        return super().eventFilter(watched, event)

    def _know(self, tags: tuple[TagCount, ...]) -> None:
        self._known.setStringList([tag.name for tag in tags])

    def showEvent(self, event: QShowEvent) -> None:
        """What was not asked while it was hidden is asked now."""
        super().showEvent(event)
        self._ask()
