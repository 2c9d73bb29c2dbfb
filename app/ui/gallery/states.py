"""What the gallery says when there is nothing to show: a sign, a title, a sentence, and one way on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QCoreApplication

from app.engine.requests import Progress
from app.engine.types import Query
from app.ui import words


class Step(Enum):
    """The way on that a state's button offers."""

    NONE = auto()
    ADD_FOLDER = auto()
    DROP_CONDITIONS = auto()
    SHOW_WEAKER = auto()
    AGAIN = auto()


@dataclass(frozen=True, slots=True)
class State:
    """One state in words."""

    sign: str
    title: str
    sentence: str = ""
    button: str = ""
    step: Step = Step.NONE


def _tr(text: str) -> str:
    return QCoreApplication.translate("states", text)


def is_reading(progress: Progress | None) -> bool:
    """Whether photos are still being looked for or read."""
    return progress is not None and (progress.looking or progress.done < progress.total)


def still_reading(progress: Progress | None) -> str:
    """A remark that more may be found later; empty when all photos are ready."""
    if progress is None or not is_reading(progress):
        return ""
    left = max(progress.total - progress.done, 0)
    if not left:
        return _tr("Photos are still being looked for; more may be found.")
    if left == 1:
        return _tr("One photo is still being read; more may be found.")
    return _tr("%1 are still being read; more may be found.").replace("%1", words.photos(left))


def searching() -> State:
    """A search that takes a while, with nothing to show meanwhile."""
    return State("magnifying-glass", _tr("Searching…"))


def empty(folder: str | None, has_folders: bool, progress: Progress | None) -> State:
    """A gallery without photos."""
    if is_reading(progress):
        return State("image", _tr("Looking for photos"), _tr("The first ones appear here in a moment."))
    if folder is not None:
        sentence = _tr("This folder holds no photos that Facet can show.")
        return State("folder-open", _tr("No photos here"), sentence, _tr("Show all photos"), Step.DROP_CONDITIONS)
    if has_folders:
        sentence = _tr("The folders that you added hold no photos that Facet can show.")
        return State("folder-open", _tr("No photos yet"), sentence, _tr("Add another folder…"), Step.ADD_FOLDER)
    sentence = _tr("Add a folder, and its photos appear here. They stay where they are.")
    return State("folder-plus", _tr("No photos yet"), sentence, _tr("Add a folder…"), Step.ADD_FOLDER)


def nothing_found(query: Query, weak: int, remark: str) -> State:
    """A search without good matches; `weak` photos match less well, `remark` says what may be missing."""
    sign, title = "magnifying-glass", _tr("Nothing found")
    if weak:
        sentence = _tr("%1 match less well.") if weak > 1 else _tr("%1 matches less well.")
        sentence = sentence.replace("%1", words.photos(weak))
        return State(sign, title, f"{sentence} {remark}".strip(), _tr("Show weaker matches"), Step.SHOW_WEAKER)
    if query.where or query.without or query.folder:
        sentence = _tr("No photo matches all of it.")
        return State(sign, title, f"{sentence} {remark}".strip(), _tr("Drop the conditions"), Step.DROP_CONDITIONS)
    sentence = _tr("Try other words, or a picture of what you look for.")
    return State(sign, title, f"{sentence} {remark}".strip())


def failure(message: str) -> State:
    """Something that did not work."""
    return State("warning-circle", _tr("That did not work"), message, _tr("Try again"), Step.AGAIN)
