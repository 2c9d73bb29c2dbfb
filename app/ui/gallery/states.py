"""What the gallery says when there is nothing to show: a sign, a title, a sentence, ways on, and a piece of advice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QCoreApplication

from app.engine.requests import Progress
from app.engine.types import Facet, Query
from app.ui import words


class Step(Enum):
    """A way on that a button of a state offers."""

    ADD_FOLDER = auto()
    DROP_CONDITIONS = auto()
    SHOW_WEAKER = auto()
    WHOLE_PICTURE = auto()
    AGAIN = auto()


@dataclass(frozen=True, slots=True)
class State:
    """One state in words."""

    sign: str
    title: str
    sentence: str = ""
    steps: tuple[tuple[str, Step], ...] = ()
    hint: str = ""


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


def not_looked_closely(query: Query, progress: Progress | None) -> str:
    """A remark that parts are found only in photos that were looked at closely; empty where all were, or no part is asked."""
    if progress is None or not asks_for_parts(query):
        return ""
    left = progress.later[1] - progress.later[0]
    if left <= 0:
        return ""
    text = _tr("Parts may be missed: %1 still to be looked at closely.")
    if progress.paused:
        text = _tr("Parts may be missed: %1 still to be looked at closely, but reading is paused.")
    return text.replace("%1", words.photos(left))


def asks_for_parts(query: Query) -> bool:
    """Whether photos are wanted that a picture, or a part of it, lies in."""
    return bool(query.images) and (not query.facets or Facet.CROP in query.facets)


def searching() -> State:
    """A search that takes a while, with nothing to show meanwhile."""
    return State("magnifying-glass", _tr("Searching…"))


def empty(folder: str | None, has_folders: bool, progress: Progress | None) -> State:
    """A gallery without photos."""
    if is_reading(progress):
        return State("image", _tr("Looking for photos"), _tr("The first ones appear here in a moment."))
    if folder is not None:
        sentence = _tr("This folder holds no photos that Facet can show.")
        return State("folder-open", _tr("No photos here"), sentence, ((_tr("Show all photos"), Step.DROP_CONDITIONS),))
    if has_folders:
        sentence = _tr("The folders that you added hold no photos that Facet can show.")
        return State("folder-open", _tr("No photos yet"), sentence, ((_tr("Add another folder…"), Step.ADD_FOLDER),))
    sentence = _tr("Add a folder, and its photos appear here. They stay where they are.")
    return State("folder-plus", _tr("No photos yet"), sentence, ((_tr("Add a folder…"), Step.ADD_FOLDER),))


def nothing_found(query: Query, weak: int, remark: str) -> State:
    """A search without good matches; `weak` photos match less well, `remark` says what may be missing."""
    steps: list[tuple[str, Step]] = []
    sentence = ""
    if weak:
        sentence = _tr("%1 match less well.") if weak > 1 else _tr("%1 matches less well.")
        sentence = sentence.replace("%1", words.photos(weak))
        steps.append((_tr("Show weaker matches"), Step.SHOW_WEAKER))
    if query.box is not None:
        steps.append((_tr("Find the whole picture"), Step.WHOLE_PICTURE))
    if has_conditions(query):
        sentence = sentence or _tr("No photo matches all of it.")
        steps.append((_tr("Drop the conditions"), Step.DROP_CONDITIONS))
    return State("magnifying-glass", _tr("Nothing found"), f"{sentence} {remark}".strip(), tuple(steps), advice(query))


def found(query: Query, count: int, weak: int) -> str:
    """How many photos stand there, `weak` of them below what counts as a match."""
    if weak == count:
        less = _tr("Nothing close found; %1 match less well") if weak > 1 else _tr("Nothing close found; %1 matches less well")
        return less.replace("%1", words.photos(count))
    if count == query.k and not weak:
        return _tr("The first %1, best first").replace("%1", words.photos(count))
    if not (query.text or query.images or query.colors):  # nothing that one photo could meet better than another
        return _tr("%1 found, newest first").replace("%1", words.photos(count))
    if weak:
        return _tr("%1 found, best first, %2 less close").replace("%1", words.photos(count)).replace("%2", words.number(weak))
    return _tr("%1 found, best first").replace("%1", words.photos(count))


def weaker(shown: bool) -> str:
    """What the chip for weaker matches does."""
    return _tr("hide weaker matches") if shown else _tr("show weaker matches")


def has_conditions(query: Query) -> bool:
    """Whether a question is narrowed by something that can be dropped."""
    return bool(query.where or query.without or query.unlike or query.folder)


def advice(query: Query) -> str:
    """How to ask so that more is found, by what was asked."""
    count = len(query.text.split())
    if count == 1:
        return _tr("One longer phrase helps more than one word: “red sports car” rather than “car”.")
    if count:
        return _tr("Say what can be seen, such as “red sports car” or “children on a beach”.")
    if query.box is not None:
        return _tr("Choose a larger part, or one with more in it: a smooth wall or a blue sky looks the same everywhere.")
    if query.images:
        return _tr("Try another picture, or say in a few words what can be seen on it.")
    return _tr("Say in a few words what can be seen, such as “children on a beach”.")


def no_text() -> State:
    """A picture whose text was asked for has none."""
    sentence = _tr("Photos with words in them, such as signs, pages and screenshots, lead to others with the same words.")
    return State("text-t", _tr("No text was read in this photo"), sentence)


def failure(message: str) -> State:
    """Something that did not work."""
    return State("warning-circle", _tr("That did not work"), message, ((_tr("Try again"), Step.AGAIN),))
