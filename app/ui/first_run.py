"""The first page: which folders, what one can do, how long it will take, start."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QSize, QStandardPaths, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.engine.requests import Suggestions
from app.ui import theme, words
from app.ui.bridge import Bridge
from app.ui.icons import icon
from app.ui.status import Elided
from app.ui.tick import Tick

WIDTH = 560
PHOTOS_PER_CORE_S = 5.0
"""How many photos one processor core reads in a second, for the estimate before anything has been measured here."""


def usual_folders() -> tuple[str, ...]:
    """Where people keep pictures, as far as these folders are there: Pictures, Downloads, Desktop."""
    places = QStandardPaths.StandardLocation
    home = QStandardPaths.writableLocation(places.HomeLocation)
    found: list[str] = []
    for place in (places.PicturesLocation, places.DownloadLocation, places.DesktopLocation):
        path = QStandardPaths.writableLocation(place)
        # A system without such a folder names the home folder instead, which is more than was meant
        if path and path != home and path not in found and Path(path).is_dir():
            found.append(path)
    return tuple(found)


class FolderRow(QFrame):
    """One folder that may be chosen, with the number of its photos as soon as that is known."""

    toggled = Signal()

    def __init__(self, path: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.count: int | None = None
        self.setFixedHeight(44)
        self.setToolTip(path)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        name = Path(path).name or path
        self.tick = Tick()
        self.tick.setAccessibleName(name)
        self.tick.toggled.connect(self.toggled)
        self._sign = QLabel()
        self._name = Elided()
        self._name.say(name)
        self._count = QLabel(self.tr("counting…"))
        theme.kind(self._count, "secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.M)
        for part in (self.tick, self._sign, self._name):
            row.addWidget(part)
        row.addStretch()
        row.addWidget(self._count)
        theme.changed.connect(self._tint)
        self._tint()

    @Slot()
    def _tint(self) -> None:
        self._sign.setPixmap(icon("folder").pixmap(QSize(theme.ICON, theme.ICON), self.devicePixelRatioF()))

    def show_count(self, count: int | None) -> None:
        """Write how many photos lie in it; None: that could not be found out."""
        self.count = count
        self._count.setText("" if count is None else words.photos(count))
        self._count.setAccessibleName(self._count.text())
        self.toggled.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Taken, so that the release comes here too."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The whole row can be pressed."""
        if self.rect().contains(event.position().toPoint()):
            self.tick.toggle()


def _ability(sign: str, title: str, sentence: str) -> QWidget:
    """One thing that Facet can do: a sign on a tinted square, a title, a sentence."""
    box = QWidget()
    mark = SignTile(sign)
    name, said = QLabel(title), QLabel(sentence)
    theme.kind(name, "strong")
    theme.kind(said, "secondary")
    lines = QVBoxLayout()
    lines.setSpacing(1)
    lines.addWidget(name)
    lines.addWidget(said)
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.M)
    row.addWidget(mark)
    row.addLayout(lines, 1)
    return box


class SignTile(QWidget):
    """A sign on a rounded square of 36 px in the accent's quiet color."""

    def __init__(self, sign: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon(sign, "accent")
        self.setFixedSize(36, 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The square and the sign in its middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent_back"))
        painter.drawRoundedRect(self.rect(), theme.RADIUS_PREVIEW, theme.RADIUS_PREVIEW)
        self._icon.paint(painter, self.rect().adjusted(9, 9, -9, -9))
        painter.end()


class FirstRunPage(QScrollArea):
    """Shown while no folder has been added."""

    start_asked = Signal(object)  # tuple[str, ...] of folders
    choose_asked = Signal()  # another folder, through the platform's own dialog

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.rows: list[FolderRow] = []
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self._build()
        self._changed()

    def _build(self) -> None:
        page = QWidget()
        theme.ground(page, "window")
        sheet = QWidget()
        sheet.setMaximumWidth(WIDTH + 2 * theme.L)
        column = QVBoxLayout(sheet)
        column.setContentsMargins(theme.L, theme.XL, theme.L, theme.XL)
        column.setSpacing(0)
        self._head(column)
        column.addWidget(self._card())
        column.addSpacing(theme.XL)
        for ability in self._abilities():
            column.addWidget(ability)
            column.addSpacing(theme.L)
        column.addSpacing(theme.XS)
        column.addLayout(self._foot())
        middle = QVBoxLayout(page)
        middle.addStretch(2)
        across = QHBoxLayout()
        across.addStretch()
        across.addWidget(sheet, 100)
        across.addStretch()
        middle.addLayout(across)
        middle.addStretch(3)
        self.setWidget(page)

    def _head(self, column: QVBoxLayout) -> None:
        headline = QLabel(self.tr("Find any photo you have"))
        theme.kind(headline, "headline")
        promise = QLabel(
            self.tr(
                "Facet looks at the photos in the folders you choose. They stay where they are, and nothing leaves this computer."
            ),
            wordWrap=True,
        )
        theme.kind(promise, "lead")
        column.addWidget(headline)
        column.addSpacing(theme.S)
        column.addWidget(promise)
        column.addSpacing(theme.XL)

    def _card(self) -> QFrame:
        card = QFrame()
        theme.kind(card, "card")
        self._list = QVBoxLayout(card)
        self._list.setContentsMargins(theme.L, theme.XS, theme.L, theme.XS)
        self._list.setSpacing(0)
        self.more = QPushButton(icon("plus"), theme.beside_icon(self.tr("Another folder, or drop one here…")))
        theme.kind(self.more, "row")
        self.more.setIconSize(QSize(theme.ICON, theme.ICON))
        self.more.setStyleSheet("padding-left: 31px; min-height: 42px;")  # its sign stands under those of the folders
        self.more.clicked.connect(self.choose_asked)
        self._list.addWidget(self.more)
        return card

    def _abilities(self) -> tuple[QWidget, ...]:
        return (
            _ability("magnifying-glass", self.tr("Ask in your own words"), self.tr("“dog on a beach”, a color, a date")),
            _ability("image", self.tr("Drop a picture"), self.tr("from anywhere, to find it again, also turned or mirrored")),
            _ability("copy", self.tr("Clear out duplicates"), self.tr("safely: everything can be undone")),
        )

    def _foot(self) -> QHBoxLayout:
        self.start = QPushButton(self.tr("Show my photos"))
        self.start.setAutoDefault(True)  # Enter presses it, too
        theme.kind(self.start, "primary")
        self.start.setStyleSheet("min-height: 36px; padding: 0 19px;")
        self.start.clicked.connect(self._start)
        self.estimate = QLabel()
        theme.kind(self.estimate, "secondary")
        row = QHBoxLayout()
        row.setSpacing(theme.M)
        row.addWidget(self.start)
        row.addWidget(self.estimate, 1)
        return row

    def suggest(self, paths: Iterable[str] | None = None) -> None:
        """Offer folders (by default the usual ones) and have their photos counted; the first two are chosen."""
        for path in usual_folders() if paths is None else paths:
            self.add_folder(path, chosen=len(self.rows) < 2)

    def add_folder(self, path: str, *, chosen: bool = True) -> None:
        """Offer one more folder; one that is there already becomes chosen."""
        known = next((row for row in self.rows if row.path == path), None)
        if known is not None:
            known.tick.setChecked(known.tick.isChecked() or chosen)
            return
        row = FolderRow(path)
        row.tick.setChecked(chosen)
        row.toggled.connect(self._changed)
        self.rows.append(row)
        rule = QFrame()
        rule.setFixedHeight(1)
        theme.kind(rule, "rule")
        self._list.insertWidget(self._list.count() - 1, row)
        self._list.insertWidget(self._list.count() - 1, rule)
        self._bridge.ask(
            Suggestions((path,)), lambda found: row.show_count(found[0][1] if found else 0), lambda _f: row.show_count(None)
        )
        self._changed()

    def chosen(self) -> tuple[str, ...]:
        """The folders that are ticked."""
        return tuple(row.path for row in self.rows if row.tick.isChecked())

    @Slot()
    def _changed(self) -> None:
        chosen = [row for row in self.rows if row.tick.isChecked()]
        self.start.setEnabled(bool(chosen))
        total = sum(row.count or 0 for row in chosen)
        if not chosen:
            self.estimate.setText(self.tr("Choose a folder with photos"))
        elif any(row.count is None for row in chosen):
            self.estimate.setText("")
        else:
            seconds = total / (PHOTOS_PER_CORE_S * (os.cpu_count() or 1))
            text = self.tr("{time} for {photos}, in the background")
            text = text.format(time=words.duration(seconds), photos=words.photos(total))
            self.estimate.setText(text[:1].upper() + text[1:])

    @Slot()
    def _start(self) -> None:
        self.start_asked.emit(self.chosen())
