"""One model in the settings: what it is, how far it is, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.engine.types import Facet, ModelChoice
from app.ui import model_words, theme
from app.ui.model_desk import ModelDesk

STEPS = 1000  # of the progress bar; bytes would not fit into its numbers


class ModelRow(QFrame):
    """A card that is filled anew whenever something changes, so that the keys stay where they are."""

    import_asked = Signal(str)  # the name of a model of which people have a file

    def __init__(self, desk: ModelDesk, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.kind(self, "card")
        self._desk, self.name = desk, name
        self._model: ModelChoice | None = None
        self.title, self.state, self.facts = QLabel(), QLabel(), QLabel(wordWrap=True)
        self.remark = QLabel(wordWrap=True)
        for label, kind in ((self.title, "strong"), (self.state, "good"), (self.facts, "secondary"), (self.remark, "warning")):
            label.setTextFormat(Qt.TextFormat.PlainText)
            theme.kind(label, kind)
        self.bar, self.bytes = QProgressBar(textVisible=False), QLabel()
        self.bar.setRange(0, STEPS)
        theme.kind(self.bytes, "secondary")
        self._make_buttons()
        self._arrange()

    def _make_buttons(self) -> None:
        self.get = small_button(self.tr("Get"), lambda: self._desk.fetch(self.name))
        self.resume = small_button(self.tr("Resume"), lambda: self._desk.fetch(self.name))
        self.pause = small_button(self.tr("Pause"), lambda: self._desk.pause(self.name))
        self.cancel = small_button(self.tr("Cancel"), lambda: self._desk.give_up(self.name))
        self.take = small_button(self.tr("Import…"), lambda: self.import_asked.emit(self.name))
        self.off = small_button(self.tr("Switch off"), lambda: self._desk.switch_off(self.name))
        self.use = small_button(self.tr("Use"), lambda: self._desk.use(self.name))
        self.keep = small_button(self.tr("Keep this one"), lambda: self._desk.use(self.name))
        self.remove = small_button(self.tr("Remove"), lambda: self._desk.remove(self.name))

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.S)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.state)
        arriving = QHBoxLayout()
        arriving.setSpacing(theme.M)
        arriving.addWidget(self.bar, 1, Qt.AlignmentFlag.AlignVCenter)
        arriving.addWidget(self.bytes)
        foot = QHBoxLayout()
        foot.setSpacing(theme.S)
        foot.addWidget(self.facts, 1)
        for button in (self.get, self.take, self.resume, self.pause, self.cancel, self.use, self.keep, self.off, self.remove):
            foot.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.M, theme.M, theme.M, theme.M)
        column.setSpacing(theme.XS)
        column.addLayout(head)
        column.addLayout(foot)
        column.addLayout(arriving)
        column.addWidget(self.remark)

    def show_model(self, model: ModelChoice) -> None:
        """Say what holds now."""
        self._model = model
        coming, partly = self._desk.is_coming(model.name), not model.here and model.arrived > 0
        self.title.setText(model.title)
        self.title.setToolTip(model.name)
        self.state.setText("" if coming else model_words.state(model))
        theme.kind(self.state, "good" if model.in_use else "secondary")
        self.facts.setText(model_words.facts(model))
        absent = not model.here and not coming and not partly
        self._show(self.get, absent and not model.how)
        self._show(self.take, absent and bool(model.how))
        self._show(self.off, model.in_use and model.facet is Facet.TAGS)
        self._show(self.resume, partly and not coming)
        self._show(self.pause, coming)
        self._show(self.cancel, coming or partly)
        self._show(self.use, model.here and not model.wanted and not model.in_use)
        self._show(self.keep, model.in_use and not model.wanted)
        removable = model.here and not model.in_use and not model.wanted and not model_words.is_built_in(model)
        self._show(self.remove, removable)
        for button in (self.get, self.use):
            button.setEnabled(not model.missing)
        wrong = self._desk.errors.get(model.name, "") or model.missing
        remark = wrong or model.how
        theme.kind(self.remark, "warning" if wrong else "secondary")
        self.remark.setText(remark[:1].upper() + remark[1:])
        self.remark.setVisible(bool(remark))
        for part in (self.bar, self.bytes):
            part.setVisible(coming or partly)
        self.show_progress()

    def _show(self, button: QPushButton, wanted: bool) -> None:
        had_keys = button.hasFocus()
        button.setVisible(wanted)
        assert self._model is not None
        button.setAccessibleName(f"{button.text()}: {self._model.title}")
        if had_keys and not wanted:
            self.setFocus()

    def show_progress(self) -> None:
        """How much of it has arrived."""
        if self._model is None:
            return
        progress = self._desk.progress(self._model)
        self.bar.setValue(round(STEPS * progress.done / progress.total) if progress.total > 0 else 0)
        self.bar.setAccessibleName(model_words.arrived(progress))
        self.bytes.setText(model_words.arrived(progress))


def small_button(text: str, step: object) -> QPushButton:
    """A button that Enter elsewhere in the window does not press."""
    button = QPushButton(text)
    button.setAutoDefault(False)
    theme.kind(button, "small")
    button.clicked.connect(step)
    return button
