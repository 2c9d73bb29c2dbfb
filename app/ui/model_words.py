"""What people should know of a model before they choose it, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.engine.requests import ModelProgress
from app.engine.settings import BUILT_IN, BUILT_IN_LOOK, BUILT_IN_POINTS
from app.engine.types import Facet, ModelChoice
from app.ui import words

_LIKE = 0.85
"""From this share of the built-in model's speed on, nobody would notice a difference."""


def facts(model: ModelChoice) -> str:
    """ "about 605 MB · MIT · English · half as fast as the built-in one"."""
    size = words.size(model.bytes) if model.bytes else ""
    if size and not model.here:
        size = _tr("about %1").replace("%1", size)
    parts = [_tr("no download") if is_built_in(model) else size, model.license, languages(model), speed(model)]
    return " · ".join(part for part in parts if part)


def languages(model: ModelChoice) -> str:
    """Which languages it understands; other models read no words."""
    if model.facet is Facet.LOOK:
        return _tr("for pictures that look alike")
    if model.facet is Facet.CROP:
        return _tr("for parts of pictures")
    if model.facet is Facet.TAGS:
        return _tr("for tags: what kind of place a photo shows")
    names = {"many": _tr("many languages"), "English": _tr("English")}
    return names.get(model.languages, model.languages)


def speed(model: ModelChoice) -> str:
    """How fast it reads photos against the built-in one; empty for that one itself."""
    ratio = model.speed
    if is_built_in(model):
        return ""
    if ratio is None or ratio <= 0:
        return _tr("speed not known")
    if ratio >= 1 / _LIKE:
        return _tr("%1 times as fast as the built-in one").replace("%1", words.decimal(ratio))
    if ratio >= _LIKE:
        return _tr("as fast as the built-in one")
    if 0.4 <= ratio < 0.6:
        return _tr("half as fast as the built-in one")
    if ratio >= 0.6:
        return _tr("a little slower than the built-in one")
    return _tr("takes %1 times as long as the built-in one").replace("%1", words.number(round(1 / ratio)))


def is_built_in(model: ModelChoice) -> bool:
    """Whether it came with the program and cannot go."""
    return model.name in {BUILT_IN, BUILT_IN_LOOK, BUILT_IN_POINTS}


def arrived(progress: ModelProgress) -> str:
    """ "120 MB of 605 MB"."""
    done = words.size(progress.done)
    if progress.total <= 0:
        return done
    return _tr("%1 of %2").replace("%2", words.size(progress.total)).replace("%1", done)


def state(model: ModelChoice) -> str:
    """What it is doing now, in a word or two; empty where it only could be fetched."""
    if model.in_use:
        return _tr("in use")
    if model.wanted and model.here:
        return _tr("photos are being read with it")
    if model.here:
        return _tr("ready to use")
    return _tr("partly here") if model.arrived else ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("models", text)
