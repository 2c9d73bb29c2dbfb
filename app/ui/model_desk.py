"""Models that can be chosen: what there is, what is on its way, and what went wrong; outlives the dialog that shows it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.engine.requests import (
    Failed,
    FetchModel,
    ImportModel,
    ListModels,
    ModelProgress,
    RemoveModel,
    Request,
    SwitchOffModel,
    UseModel,
)
from app.engine.types import ModelChoice
from app.ui.bridge import Bridge
from app.ui.undo import Happening

PATIENCE_MS = 2000
"""A fetch that was given up says that it has ended; one that had not begun says nothing, so it is waited for no longer."""


class ModelDesk(QObject):
    """Asks the engine for models and keeps the tickets of those that are on their way."""

    changed = Signal()  # the list, what is on its way, or what went wrong
    progressed = Signal(str)  # the name of one whose bytes arrive
    happened = Signal(object)  # Happening

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.choices: tuple[ModelChoice, ...] = ()
        self.problem = ""  # of what was typed or imported
        self.busy = ""  # what is being looked at
        self.errors: dict[str, str] = {}
        self._progress: dict[str, ModelProgress] = {}
        self._tickets: dict[str, int] = {}
        bridge.model_progress.connect(self._take_progress)
        self._given_up: set[str] = set()
        bridge.models_changed.connect(self._let_go)
        bridge.models_changed.connect(self.refresh)

    # ---- what there is

    @Slot()
    def refresh(self) -> None:
        """Ask for the list again."""
        self._bridge.ask(ListModels(), self._take, self._list_failed, replaces="models")

    def _take(self, choices: tuple[ModelChoice, ...]) -> None:
        self.choices = choices
        self.changed.emit()

    def _list_failed(self, failure: Failed) -> None:
        if failure.code != "cancelled":
            self.problem = failure.message
            self.changed.emit()

    def is_coming(self, name: str) -> bool:
        """Whether a model is being fetched now."""
        return name in self._tickets

    def progress(self, model: ModelChoice) -> ModelProgress:
        """How much of it is here."""
        return self._progress.get(model.name, ModelProgress(model.name, model.arrived, model.bytes))

    def title(self, name: str) -> str:
        """What people call a model."""
        return next((choice.title for choice in self.choices if choice.name == name), name)

    @Slot(object)
    def _take_progress(self, news: ModelProgress) -> None:
        self._progress[news.name] = news
        if news.name in self._tickets and all(choice.name != news.name for choice in self.choices):
            self.busy = ""
            self.refresh()  # one that was typed has a row as soon as something of it is here
        self.progressed.emit(news.name)

    # ---- acts

    def fetch(self, name: str) -> None:
        """Get a model, or go on where an earlier attempt ended."""
        if name in self._tickets:
            return
        self.errors.pop(name, None)

        def done(_none: None) -> None:
            self._ended(name)
            self._progress.pop(name, None)
            self.refresh()
            self.happened.emit(Happening(self.tr("{title} is here; use it in the settings").format(title=self.title(name)), None))

        def failed(failure: Failed) -> None:
            self._ended(name)
            if failure.code != "cancelled":
                self.errors[name] = failure.message
            if all(choice.name != name for choice in self.choices):
                self.problem = failure.message
            self.refresh()
            self.changed.emit()

        if all(choice.name != name for choice in self.choices):
            self.busy = self.tr("Asking for {name}…").format(name=name)
        self._tickets[name] = self._bridge.ask(FetchModel(name), done, failed)
        self.changed.emit()

    def _ended(self, name: str) -> None:
        self._tickets.pop(name, None)
        self.busy = ""

    def pause(self, name: str) -> None:
        """Fetch no further for now; what is here stays."""
        ticket = self._tickets.pop(name, None)
        if ticket is not None:
            self._bridge.cancel(ticket)
            self.refresh()
            self.changed.emit()

    def give_up(self, name: str) -> None:
        """Fetch it no more, and let go of the part that is here, as soon as nothing is written there any more."""
        coming = self.is_coming(name)
        self._given_up.add(name)
        self.pause(name)
        if coming:
            QTimer.singleShot(PATIENCE_MS, self, self._let_go)
        else:
            self._let_go()

    @Slot()
    def _let_go(self) -> None:
        while self._given_up:
            name = self._given_up.pop()
            self._progress.pop(name, None)
            self._bridge.ask(RemoveModel(name), lambda _none: self.refresh(), lambda _failure: self.refresh())

    def remove(self, name: str) -> None:
        """Delete its files."""
        self._progress.pop(name, None)
        self._ask(name, RemoveModel(name))

    def use(self, name: str) -> None:
        """Read the photos with it, and search with it once that is done."""
        self._ask(name, UseModel(name))

    def switch_off(self, name: str) -> None:
        """Name no scenes with it any more."""
        self._ask(name, SwitchOffModel(name))

    def _ask(self, name: str, request: Request) -> None:
        self.errors.pop(name, None)

        def failed(failure: Failed) -> None:
            self.errors[name] = failure.message
            self.changed.emit()

        self._bridge.ask(request, lambda _none: self.refresh(), failed)

    def take(self, text: str) -> None:
        """Get what was typed: a file or folder is imported, anything else is the name of a model."""
        text = text.strip()
        self.problem = ""
        if not text:
            return
        if Path(text).expanduser().exists():
            self.import_from(str(Path(text).expanduser()))
        else:
            self.fetch(text)

    def import_from(self, path: str, name: str = "") -> None:
        """Take a model from a file or a folder; `name` says which of the list it is."""
        self.problem, self.busy = "", self.tr("Looking at {name}…").format(name=Path(path).name or path)

        def done(name: str) -> None:
            self.busy = ""
            self.refresh()
            self.happened.emit(Happening(self.tr("{name} is here; use it in the settings").format(name=name), None))

        def failed(failure: Failed) -> None:
            self.busy, self.problem = "", failure.message
            self.changed.emit()

        self._bridge.ask(ImportModel(path, name or None), done, failed)
        self.changed.emit()
