"""What counts in a question with a picture: a slider for each facet, words against the picture, and looking further."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QSlider, QVBoxLayout, QWidget

from app.engine.types import Answer, Facet, Query
from app.ui import reasons, theme, words
from app.ui.tick import Tick

SHOWN = (Facet.COPY, Facet.CROP, Facet.MEANING, Facet.LOOK, Facet.COLOR, Facet.WORDS)
ON_WISH = (Facet.WORDS,)
"""These count when somebody turns them up: that photos have some words in common makes few of them alike."""
FULL = 100  # a slider at its end: the facet counts once
HALF = 50
LEFT = 90  # the least width of the names


class WhatCounts(QWidget):
    """Says how much each facet counts. `moved` follows every step of a slider, `further_wanted` the tick."""

    moved = Signal(object)  # Facet whose slider it was; None for that of words against the picture
    further_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sliders: dict[Facet, QSlider] = {}
        self.counts: dict[Facet, QLabel] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.M)
        self._grid.setVerticalSpacing(theme.XS)
        self._grid.setColumnMinimumWidth(0, LEFT)
        self._grid.setColumnMinimumWidth(2, 36)
        self._grid.setColumnStretch(1, 1)
        for line, facet in enumerate(SHOWN):
            self._add_facet(line, facet)
        self.share = self._make_share()
        self.further = Tick(self.tr("Look further from the best results"))
        self.further.setToolTip(self.tr("The best photos help to find more like them."))
        self.further.clicked.connect(self.further_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.XS)
        column.addLayout(self._grid)
        column.addWidget(self.share)
        column.addSpacing(theme.XS)
        column.addWidget(self.further)
        self.share.hide()

    def _add_facet(self, line: int, facet: Facet) -> None:
        name, slider, count = QLabel(reasons.facet_name(facet)), _slider(0 if facet in ON_WISH else FULL), QLabel()
        slider.setAccessibleName(self.tr("How much this counts: %1").replace("%1", name.text()))
        slider.valueChanged.connect(lambda _value: self.moved.emit(facet))
        name.setBuddy(slider)
        theme.kind(count, "secondary")
        self.sliders[facet], self.counts[facet] = slider, count
        self._grid.addWidget(name, line, 0)
        self._grid.addWidget(slider, line, 1)
        self._grid.addWidget(count, line, 2, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)

    def _make_share(self) -> QWidget:
        """Words against the picture, seen where a question has both."""
        box = QWidget()
        self.picture_or_words = _slider(HALF)
        theme.kind(self.picture_or_words, "")
        self.picture_or_words.setAccessibleName(self.tr("Whether the picture or the words count more"))
        self.picture_or_words.valueChanged.connect(lambda _value: self.moved.emit(None))
        grid = QGridLayout(box)
        grid.setContentsMargins(0, theme.XS, 0, 0)
        grid.setHorizontalSpacing(theme.M)
        for column, text in ((0, self.tr("Picture")), (2, self.tr("Words"))):
            label = QLabel(text)
            label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            grid.addWidget(label, 0, column)
        grid.addWidget(self.picture_or_words, 0, 1)
        grid.setColumnMinimumWidth(0, LEFT)
        grid.setColumnMinimumWidth(2, 36)
        grid.setColumnStretch(1, 1)
        return box

    # ---- what is asked

    @property
    def weights(self) -> dict[Facet, float]:
        """How much each facet counts, 0 to 1."""
        return {facet: slider.value() / FULL for facet, slider in self.sliders.items()}

    @property
    def text_share(self) -> float:
        """How much words count where there are words and a picture, 0 to 1."""
        return self.picture_or_words.value() / FULL

    def set_weights(self, weights: Mapping[Facet, float], missing: float = 1.0) -> None:
        """Show what counts, without telling anyone; a facet that is not said counts `missing`."""
        for facet, slider in self.sliders.items():
            with QSignalBlocker(slider):
                slider.setValue(round(FULL * min(max(weights.get(facet, 0.0 if facet in ON_WISH else missing), 0.0), 1.0)))
            slider.update()

    def let_count(self, facet: Facet) -> None:
        """Show that a facet counts in full where it did not count at all, without telling anyone."""
        slider = self.sliders[facet]
        if not slider.value():
            with QSignalBlocker(slider):
                slider.setValue(FULL)
            slider.update()

    def restore(self, query: Query) -> None:
        """Show what counted in a question that was asked before."""
        if query.images and query.facets:
            self.set_weights(dict(query.weights) | {facet: 0.0 for facet in SHOWN if facet not in query.facets})
        with QSignalBlocker(self.picture_or_words):
            self.picture_or_words.setValue(round(FULL * query.text_share))

    def set_further(self, further: bool) -> None:
        """Show whether the best results help to find more."""
        self.further.setChecked(further)

    def show_share(self, wanted: bool) -> None:
        """Whether a question has words and a picture."""
        self.share.setVisible(wanted)

    # ---- what was found

    @Slot()
    def clear_counts(self) -> None:
        """Nothing is known yet."""
        for count in self.counts.values():
            count.clear()

    def show_answer(self, answer: Answer) -> None:
        """How many each facet found."""
        found = dict(answer.found)
        for facet, count in self.counts.items():
            count.setText(words.number(found[facet]) if facet in found else "")


def _slider(value: int) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    theme.kind(slider, "filled-mirrored" if slider.isRightToLeft() else "filled")  # the style sheet mirrors nothing
    slider.setRange(0, FULL)
    slider.setValue(value)
    slider.setPageStep(FULL // 5)
    return slider
