"""The line at the bottom: how much there is, what has happened with its way back, and how far the reading is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QToolButton, QWidget

from app.engine.requests import Progress
from app.ui import theme, words
from app.ui.icons import icon
from app.ui.undo import Happening


class Elided(QLabel):
    """A label that shortens its text to the room it has and shows all of it as a hint."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def say(self, text: str) -> None:
        """Show a text."""
        self._whole = text
        self.setToolTip("")
        self.setAccessibleName(text)
        self.updateGeometry()
        self._shorten()

    def said(self) -> str:
        """The whole text, also where only a part fits."""
        return self._whole

    def sizeHint(self) -> QSize:
        """Room for the whole text."""
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 4, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """It may shrink to a few letters."""
        return QSize(min(40, self.sizeHint().width()), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten again to the new width."""
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width(), 1))
        self.setText(shown)
        if shown != self._whole:
            self.setToolTip(self._whole)


class News(QWidget):
    """One line about what has happened or what is wrong, with buttons for the next steps and one to put it away."""

    pressed = Signal()
    further_pressed = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S)
        self._mark = QLabel()
        self._text = Elided()
        self._action = QPushButton()
        theme.kind(self._action, "link")
        self._action.clicked.connect(self.pressed)
        self._further = QPushButton()
        theme.kind(self._further, "link")
        self._further.clicked.connect(self.further_pressed)
        self._close = QToolButton()
        self._close.setIcon(icon("x", "secondary"))
        self._close.setIconSize(QSize(12, 12))
        self._close.setAccessibleName(self.tr("Put this message away"))
        self._close.setToolTip(self.tr("Put this message away"))
        self._close.clicked.connect(self.put_away)
        for part in (self._mark, self._text, self._action, self._further, self._close):
            row.addWidget(part)
        self.hide()

    def show_line(self, text: str, action: str = "", further: str = "", *, warning: bool = False) -> None:
        """Show a line; without `action` and `further` there is no button."""
        name, role = ("warning", "warning") if warning else ("arrow-u-up-left", "secondary") if action else ("check", "good")
        self._mark.setPixmap(icon(name, role).pixmap(QSize(16, 16), self.devicePixelRatioF()))
        theme.kind(self._text, "warning" if warning else "secondary")
        self._text.say(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._further.setText(further or self.tr("Next step"))
        self._further.setVisible(bool(further))
        self.show()
        self.changed.emit()

    @Slot()
    def put_away(self) -> None:
        """Show no line."""
        self.hide()
        self.changed.emit()

    @property
    def text(self) -> str:
        """The line that stands here, empty when it is put away."""
        return "" if self.isHidden() else self._text.said()


class StatusLine(QWidget):
    """The line of 30 px at the bottom of the window."""

    undo_asked = Signal(object)  # Happening
    pause_asked = Signal(bool)  # True: hold, False: go on
    stop_asked = Signal()  # describe no further photo
    news_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        theme.ground(self, "window")
        self.setFixedHeight(theme.STATUS_LINE)
        self._happening: Happening | None = None
        self._step: Callable[[], None] | None = None
        self._paused, self._any, self._progress = False, False, Progress(0, 0)
        self._build()

    def _build(self) -> None:
        self.count = Elided()
        theme.kind(self.count, "secondary")
        self.news = News()
        self.news.pressed.connect(self._act)
        self.news.further_pressed.connect(self._go_further)
        self.news.changed.connect(self.news_changed)
        self.reading = Elided()
        theme.kind(self.reading, "secondary")
        self.bar = QProgressBar(textVisible=False)
        self.bar.setFixedWidth(160)
        self.bar.setAccessibleName(self.tr("How many photos are ready"))
        self.pause = QToolButton()
        self.pause.setIconSize(QSize(16, 16))
        self.pause.clicked.connect(self._toggle)
        self.stop = QToolButton()
        self.stop.setIcon(icon("x", "secondary"))
        self.stop.setIconSize(QSize(16, 16))
        name = self.tr("Stop describing photos")
        self.stop.setAccessibleName(name)
        self.stop.setToolTip(name)
        self.stop.clicked.connect(self.stop_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, theme.M, 0)
        row.setSpacing(theme.M)
        row.addWidget(self.count)
        row.addWidget(self.news, 1, Qt.AlignmentFlag.AlignLeft)
        row.addStretch()
        for part in (self.reading, self.bar, self.pause, self.stop):
            row.addWidget(part)
        for part in (self.bar, self.pause, self.stop):
            part.hide()

    def show_count(self, text: str) -> None:
        """How much is on the page."""
        self.count.say(text)

    @property
    def is_reading(self) -> bool:
        """Whether photos are being read, also while that is held."""
        return self._progress.looking or self._progress.done < self._progress.total

    def show_photos(self, photos: int) -> None:
        """How many photos the library holds; without any there is nothing to say of their being ready."""
        self._any = photos > 0
        self.show_progress(self._progress)

    def show_happening(self, happening: Happening) -> None:
        """What was done, with Undo where that is possible; stays until something newer happens."""
        self._happening, self._step = happening, None
        further = happening.further[0] if happening.further else ""
        self.news.show_line(happening.text, self.tr("Undo") if happening.undo else "", further)

    def show_problem(self, message: str, action: str = "", step: Callable[[], None] | None = None) -> None:
        """What is wrong, with a next step where there is one."""
        self._happening, self._step = None, step
        self.news.show_line(message[:1].upper() + message[1:], action if step else "", warning=True)

    def clear_news(self) -> None:
        """Put away what stands there."""
        self.news.put_away()

    def show_progress(self, progress: Progress) -> None:
        """How far the reading of photos is."""
        self._progress = progress
        working = self.is_reading or self._looks_closer
        self.reading.say(self._words(progress) if working or self._any else "")
        self.bar.setVisible(self.is_reading and progress.total > 0)
        self.pause.setVisible(working)
        self.stop.setVisible(_is_going_on(progress.captions))
        self.bar.setRange(0, max(progress.total, 1))
        self.bar.setValue(progress.done)
        self._paused = progress.paused
        self.pause.setIcon(icon("play" if progress.paused else "pause", "secondary"))
        name = self.tr("Go on reading photos") if progress.paused else self.tr("Pause the reading of photos")
        self.pause.setAccessibleName(name)
        self.pause.setToolTip(name)

    def _words(self, progress: Progress) -> str:
        done, total = words.number(progress.done), words.number(progress.total)
        if not self.is_reading and self._looks_closer:
            return self._closer_words(progress)
        if not self.is_reading:
            return self.tr("All photos are ready")
        if progress.paused:
            return self.tr("Paused at {done} of {total} photos").format(done=done, total=total)
        if progress.total == 0:
            return self.tr("Looking for photos…")
        text = self.tr("Reading photos: {done} of {total}").format(done=done, total=total)
        if progress.looking or progress.seconds_left is None:
            return text
        return f"{text}, {words.duration(progress.seconds_left)}"

    @property
    def _looks_closer(self) -> bool:
        """Whether more is learned of photos that can be found already."""
        progress = self._progress
        return any(map(_is_going_on, (progress.captions, progress.later, progress.scenes, progress.texts)))

    def _closer_words(self, progress: Progress) -> str:
        said = (
            (progress.captions, self.tr("Describing photos: {done} of {total}")),
            (progress.later, self.tr("Looking at details: {done} of {total}")),
            (progress.scenes, self.tr("Naming scenes: {done} of {total}")),
            (progress.texts, self.tr("Reading text: {done} of {total}")),
        )
        counts, text = next(one for one in said if _is_going_on(one[0]))
        done, total = (words.number(count) for count in counts)
        if progress.paused:
            text = self.tr("Paused at {done} of {total}")
        return text.format(done=done, total=total)

    @Slot()
    def _toggle(self) -> None:
        self.pause_asked.emit(not self._paused)

    @Slot()
    def _act(self) -> None:
        happening, step = self._happening, self._step
        self.news.put_away()
        if happening is not None:
            self.undo_asked.emit(happening)
        elif step is not None:
            step()

    @Slot()
    def _go_further(self) -> None:
        """The line stays, as what was done can still be taken back."""
        if self._happening is not None and self._happening.further is not None:
            self._happening.further[1]()


def _is_going_on(counts: tuple[int, int]) -> bool:
    """(done, total)"""
    return counts[0] < counts[1]
