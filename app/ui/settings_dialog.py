"""The settings: how searches are made, the colors of the window, and the models that find photos by words."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.engine.types import Facet
from app.ui import theme
from app.ui.model_desk import ModelDesk
from app.ui.model_row import ModelRow, small_button
from app.ui.popups import SignedBox
from app.ui.preferences import Preferences
from app.ui.tick import Tick

WIDTH, HEIGHT = 640, 680


class SettingsDialog(QDialog):
    """Not modal: what is changed counts at once, and the window behind it can be used meanwhile."""

    clear_asked = Signal()

    def __init__(self, preferences: Preferences, desk: ModelDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._preferences, self._desk = preferences, desk
        self.rows: dict[str, ModelRow] = {}
        self._build()
        preferences.changed.connect(self._show_preferences)
        desk.changed.connect(self._show_models)
        desk.progressed.connect(self._show_progress)
        self._show_preferences()
        self._show_models()
        desk.refresh()
        room = self.screen().availableSize()
        self.resize(min(WIDTH, room.width()), min(HEIGHT, room.height() - 2 * theme.XL))

    def _build(self) -> None:
        inside = QWidget()
        theme.ground(inside, "window")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
        self._column.setSpacing(theme.S)
        self._add_search()
        self._add_colors()
        self._add_models()
        self._column.addStretch(1)
        self._scroll = scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def show_models(self) -> None:
        """Bring the models into view."""
        QTimer.singleShot(0, self, lambda: self._scroll.verticalScrollBar().setValue(self._models_title.y() - theme.L))

    def _title(self, text: str) -> QLabel:
        if self._column.count():
            self._column.addSpacing(theme.L)
        title = QLabel(text)
        theme.kind(title, "title")
        self._column.addWidget(title)
        return title

    def _say(self, text: str) -> None:
        self._column.addWidget(_quiet(text))

    # ---- search and colors

    def _add_search(self) -> None:
        self._title(self.tr("Search"))
        self.further = Tick(self.tr("Look further from the best results"))
        self.further.clicked.connect(self._preferences.set_further)
        self._column.addWidget(self.further)
        self._say(self.tr("The best photos help to find more like them. More is found, but some of it is further off."))
        self.read_text = Tick(self.tr("Read text in photos"))
        self.read_text.clicked.connect(self._preferences.set_read_text)
        self._column.addWidget(self.read_text)
        self._say(self.tr("Signs, pages and screens are found by what they say. It takes its time and stays on this computer."))
        self._say(self.tr("Latin, Greek, Chinese and Japanese letters are read; Cyrillic, Korean, Arabic and others are not."))
        self.clear = QPushButton(self.tr("Clear history"))
        self.clear.setAutoDefault(False)
        self.clear.clicked.connect(self._clear)
        self.cleared = _quiet("")
        line = QHBoxLayout()
        line.setSpacing(theme.M)
        line.addWidget(self.clear)
        line.addWidget(self.cleared, 1)
        self._column.addSpacing(theme.XS)
        self._column.addLayout(line)

    @Slot()
    def _clear(self) -> None:
        self.clear_asked.emit()
        self.cleared.setText(self.tr("Recent searches are forgotten; saved ones stay."))

    def _add_colors(self) -> None:
        self._title(self.tr("Appearance"))
        self.colors = SignedBox()
        self.colors.setAccessibleName(self.tr("Appearance"))
        choices: dict[theme.Choice, str] = {
            "system": self.tr("As the system"),
            "light": self.tr("Light"),
            "dark": self.tr("Dark"),
        }
        for choice, text in choices.items():
            self.colors.addItem(text, choice)
        self.colors.activated.connect(lambda _row: theme.apply(self.colors.currentData()))
        theme.changed.connect(self._show_colors)
        self._show_colors()
        self._column.addWidget(self.colors, 0, Qt.AlignmentFlag.AlignLeading)

    @Slot()
    def _show_colors(self) -> None:
        self.colors.setCurrentIndex(self.colors.findData(theme.choice()))

    @Slot()
    def _show_preferences(self) -> None:
        self.further.setChecked(self._preferences.settings.look_further)
        self.read_text.setChecked(self._preferences.settings.read_text)

    # ---- models

    def _add_models(self) -> None:
        self._models_title = self._title(self.tr("Models"))
        self._say(self.tr("A model understands words and photos. The built-in one is always there; others come when you ask."))
        self.switching = QLabel(wordWrap=True)
        self.switching.setTextFormat(Qt.TextFormat.PlainText)
        self._column.addWidget(self.switching)
        self._groups: dict[Facet, QVBoxLayout] = {}
        self._headings: list[QLabel] = []
        for facet, name in (
            (Facet.MEANING, self.tr("For words and meaning")),
            (Facet.LOOK, self.tr("For the look")),
            (Facet.CROP, self.tr("For pieces of photos")),
            (Facet.TAGS, self.tr("For naming scenes, besides the model for meaning")),
            (Facet.CAPTIONS, self.tr("For writing captions")),
        ):
            self._headings.append(_section(name))
            self._headings[-1].setContentsMargins(0, theme.S, 0, 0)
            self._column.addWidget(self._headings[-1])
            self._groups[facet] = QVBoxLayout()
            self._groups[facet].setSpacing(theme.S)
            self._column.addLayout(self._groups[facet])
        self._column.addSpacing(theme.S)
        self._column.addWidget(_section(self.tr("Another model")))
        self.name = QLineEdit()
        theme.kind(self.name, "name")
        self.name.setAccessibleName(self.tr("Name of a model, or a folder"))
        self.name.setPlaceholderText(self.tr("ViT-B-32/openai, hf-hub:owner/model, or a folder"))
        self.name.returnPressed.connect(self._take_name)
        self.get = small_button(self.tr("Get"), self._take_name)
        line = QHBoxLayout()
        line.setSpacing(theme.S)
        line.addWidget(self.name, 1)
        line.addWidget(self.get)
        self._column.addLayout(line)
        imports = QHBoxLayout()
        imports.setSpacing(theme.S)
        imports.addWidget(small_button(self.tr("Import from a file…"), self._choose_file))
        imports.addWidget(small_button(self.tr("Import from a folder…"), self._choose_folder))
        imports.addStretch(1)
        self._column.addLayout(imports)
        self.problem = QLabel(wordWrap=True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self._column.addWidget(self.problem)

    @Slot()
    def _take_name(self) -> None:
        self._desk.take(self.name.text())

    @Slot()
    def _choose_file(self) -> None:
        self._choose(QFileDialog.FileMode.ExistingFile)

    @Slot()
    def _choose_folder(self) -> None:
        self._choose(QFileDialog.FileMode.Directory)

    @Slot(str)
    def _choose_file_of(self, name: str) -> None:
        self._choose(QFileDialog.FileMode.ExistingFile, name)

    def _choose(self, mode: QFileDialog.FileMode, name: str = "") -> None:
        dialog = QFileDialog(self, self.tr("Import a model"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        dialog.fileSelected.connect(lambda path: self._desk.import_from(path, name))
        dialog.open()

    @Slot()
    def _show_models(self) -> None:
        names = [choice.name for choice in self._desk.choices]
        for name in [name for name in self.rows if name not in names]:
            row = self.rows.pop(name)
            row.hide()
            row.deleteLater()
        for choice in self._desk.choices:
            if choice.name not in self.rows:
                self.rows[choice.name] = ModelRow(self._desk, choice.name)
                self.rows[choice.name].import_asked.connect(self._choose_file_of)
                self._groups.get(choice.facet, self._groups[Facet.MEANING]).addWidget(self.rows[choice.name])
            self.rows[choice.name].show_model(choice)
        for heading in self._headings:  # of one kind alone nothing need be said
            heading.setVisible(len({choice.facet for choice in self._desk.choices}) > 1)
        self._show_switching()
        wrong, busy = self._desk.problem, self._desk.busy
        theme.kind(self.problem, "warning" if wrong else "secondary")
        said = wrong or busy
        self.problem.setText(said[:1].upper() + said[1:])
        self.problem.setVisible(bool(said))

    def _show_switching(self) -> None:
        """What happens between choosing a model and its answering."""
        said = []
        for wanted in self._desk.choices:
            if wanted.wanted and wanted.here and not wanted.in_use:
                old = next((c.title for c in self._desk.choices if c.in_use and c.facet == wanted.facet), "")
                text = self.tr("Photos are being read with {new}; until then {old} answers.")
                said.append(text.format(new=wanted.title, old=old or self.tr("the one before")))
        self.switching.setText("\n".join(said))
        self.switching.setVisible(bool(said))

    @Slot(str)
    def _show_progress(self, name: str) -> None:
        if name in self.rows:
            self.rows[name].show_progress()


def _quiet(text: str) -> QLabel:
    label = QLabel(text, wordWrap=True)
    theme.kind(label, "secondary")
    return label


def _section(text: str) -> QLabel:
    label = QLabel(text.upper())
    theme.kind(label, "section")
    return label
