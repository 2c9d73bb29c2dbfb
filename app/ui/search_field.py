"""The looks of the search field: words, chips before and after them, and buttons at its end."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.ui import theme
from app.ui.chips import MOST_WIDTH, SHORT_WIDTH, Chip
from app.ui.icons import icon
from app.ui.typed import Part

HEIGHT = 40
BEFORE = ("image", "color", "folder")  # chips that stand before the words
_WIDEST = 16_777_215  # Qt's own: no limit


class WordsEdit(QLineEdit):
    """The words of the question. Keys that mean more than letters are handed to the bar.

    `step_back` is set by the bar: it takes one step back and says whether there was one to take.
    """

    erased_past_start = Signal()
    pasted = Signal()
    recent_wanted = Signal(bool)  # recent searches: True for the keys to go there, False only to be seen

    def __init__(self) -> None:
        super().__init__()
        self.step_back: Callable[[], bool] = lambda: False
        self.setFrame(False)
        self.setAcceptDrops(False)  # a dropped picture is the window's
        self.setStyleSheet("background: transparent; border: none; padding: 0;")
        self.setAccessibleName(self.tr("Search"))
        self.setAccessibleDescription(self.tr("Down shows recent searches"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Backspace before the first letter takes the last chip, Esc goes a step back, a picture can be pasted."""
        mime = QApplication.clipboard().mimeData() if event.matches(QKeySequence.StandardKey.Paste) else None
        if event.key() == Qt.Key.Key_Backspace and not self.cursorPosition() and not self.hasSelectedText():
            self.erased_past_start.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.recent_wanted.emit(True)
        elif event.key() == Qt.Key.Key_Escape:
            event.setAccepted(self.step_back())  # with nothing left it is the window's step
        elif mime is not None and (mime.hasUrls() or not mime.hasText()):
            self.pasted.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press in the empty field shows what was searched for before."""
        super().mousePressEvent(event)
        if not self.text() and event.button() == Qt.MouseButton.LeftButton:
            self.recent_wanted.emit(False)


class SearchField(QWidget):
    """A rounded field of `HEIGHT` pixels. It holds chips and words; what they mean is the search bar's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chips: list[Chip] = []
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.edit = WordsEdit()
        self.edit.textChanged.connect(self.fit)
        self.edit.installEventFilter(self)
        self.setFocusProxy(self.edit)
        self._parts = QHBoxLayout()
        self._row = QHBoxLayout(self)
        self._arrange()
        self.clear_button = self.add_tool("x", self.tr("Clear the search"))
        self.fit()
        theme.changed.connect(self._repaint)

    def _arrange(self) -> None:
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(6)
        self._parts.addWidget(self.edit)
        self._parts.addStretch(1)
        inside = QWidget()
        inside.setLayout(self._parts)
        inside.setObjectName("inside")
        self._room = QScrollArea(widgetResizable=True)
        self._room.setFrameShape(QScrollArea.Shape.NoFrame)
        self._room.setStyleSheet("QScrollArea, QWidget#inside { background: transparent; }")
        self._room.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._room.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._room.horizontalScrollBar().valueChanged.connect(self._count_beyond)
        self._room.horizontalScrollBar().rangeChanged.connect(self._count_beyond)
        self._room.setWidget(inside)
        self._row.setContentsMargins(theme.M, 2, theme.S, 2)
        self._row.setSpacing(theme.XS)
        self._row.addWidget(_Sign("magnifying-glass"))
        self._row.addWidget(self._room, 1)
        self.beyond = self._make_beyond()
        self._row.addWidget(self.beyond)

    def _make_beyond(self) -> QPushButton:
        """ "+2": parts of the question for which there is no room."""
        button = QPushButton()
        theme.kind(button, "quiet-line")
        button.setAccessibleName(self.tr("Show the rest of the question"))
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.clicked.connect(self._show_beyond)
        button.hide()
        return button

    def add_tool(self, sign: str, name: str) -> QToolButton:
        """Add a button at the end of the field."""
        button = QToolButton()
        button.setIcon(icon(sign, "secondary"))
        button.setIconSize(QSize(theme.ICON, theme.ICON))
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        self._row.addWidget(button)
        return button

    def add_chip(self, part: Part, *, first: bool = False) -> Chip:
        """Show a part of the question where its kind belongs."""
        chip = Chip(part)
        before = sum(other.part.kind in BEFORE for other in self.chips)
        place = 0 if first else before if part.kind in BEFORE else len(self.chips)
        self.chips.insert(place, chip)
        self._parts.insertWidget(place if part.kind in BEFORE else place + 1, chip)
        self.fit()
        return chip

    def drop_chip(self, chip: Chip) -> None:
        """Take a chip out of the field."""
        self.chips.remove(chip)
        self._parts.removeWidget(chip)
        chip.hide()
        chip.deleteLater()
        self.fit()

    @Slot()
    def fit(self) -> None:
        """The words take the whole field, or as much as they need when chips stand after them."""
        after = any(chip.part.kind not in BEFORE for chip in self.chips)
        bare = all(chip.part.kind == "folder" for chip in self.chips)
        text = self.edit.text()
        needed = self.edit.fontMetrics().horizontalAdvance(text or "x" * 8) + 16
        self.edit.setMaximumWidth(needed if after else _WIDEST)
        self.edit.setMinimumWidth(min(needed, 120))
        self.edit.setPlaceholderText(self.tr("Search: a dog on a beach, a color, a picture…") if bare else "")
        self._parts.setStretch(self._parts.indexOf(self.edit), 0 if after else 1)
        self._parts.setStretch(self._parts.count() - 1, 1 if after else 0)
        self.clear_button.setVisible(bool(text) or not bare)
        self._make_room(needed)
        self._room.ensureWidgetVisible(self.edit, 0, 0)

    def _make_room(self, words: int) -> None:
        """Where not all chips fit, pictures go without their words, then words are cut, then a button shows the rest."""
        self._row.activate()  # buttons came or went
        room = self._room.width() + (self.beyond.width() + self._row.spacing() if not self.beyond.isHidden() else 0)
        for with_picture, other in ((MOST_WIDTH, MOST_WIDTH), (0, MOST_WIDTH), (0, SHORT_WIDTH)):
            for chip in self.chips:
                chip.set_room(with_picture if chip.part.kind in ("image", "unlike") else other)
            needed = words + sum(chip.sizeHint().width() + self._parts.spacing() for chip in self.chips)
            if needed <= room:
                break
        self.beyond.setVisible(needed > room)
        self._count_beyond()

    @Slot()
    def _count_beyond(self) -> None:
        """Say how many chips cannot be seen whole now."""
        if self.beyond.isHidden():
            return
        seen = self._room.viewport().rect()
        places = [(chip, QRect(chip.mapTo(self._room.viewport(), QPoint()), chip.size())) for chip in self.chips]
        hidden = [chip for chip, place in places if not seen.contains(place)]
        self.beyond.setText(f"+{len(hidden)}")
        said = self.tr("Show the rest of the question: %1").replace("%1", ", ".join(chip.part.label for chip in hidden))
        self.beyond.setToolTip(said)
        self.beyond.setAccessibleName(said)

    @Slot()
    def _show_beyond(self) -> None:
        """Go on to the chips that are not seen; from the end back to the beginning."""
        bar = self._room.horizontalScrollBar()
        bar.setValue(bar.minimum() if bar.value() >= bar.maximum() else bar.value() + bar.pageStep())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may hold more or less of the chips."""
        super().resizeEvent(event)
        self.fit()

    @Slot()
    def _repaint(self) -> None:
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The frame shows whether the words have the keys."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().eventFilter(watched, event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel shows chips that lie beyond the field's end."""
        bar = self._room.horizontalScrollBar()
        bar.setValue(bar.value() - event.angleDelta().y() // 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press anywhere in the field means the words."""
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A quiet field; with an accent frame while it is used."""
        used = self.edit.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.color("window" if used else "field"))
        painter.setPen(QPen(theme.color("accent"), 2) if used else Qt.PenStyle.NoPen)
        inset = 1 if used else 0
        frame = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(frame, theme.RADIUS_CARD, theme.RADIUS_CARD)
        painter.end()


class _Sign(QLabel):
    """An icon that is no button."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setFixedSize(theme.ICON + theme.XS, theme.ICON)
        theme.changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        self.setPixmap(icon(self._name, "secondary").pixmap(QSize(theme.ICON, theme.ICON), self.devicePixelRatioF()))
