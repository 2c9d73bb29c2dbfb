"""What a question could be called when it is saved: "beach without people, since 2024"."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication

from app.engine.types import Query
from app.ui import typed
from app.ui.popups import SWATCHES

LONGEST = 60


def suggest(query: Query) -> str:
    """A name for a question, from its parts; never empty and not longer than people read at a glance."""
    parts = [_seen(query), *(part.label for part in typed.where_parts(query.where)), _place(query)]
    name = ", ".join(part for part in parts if part) or _tr("My search")
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"


def _seen(query: Query) -> str:
    """What can be seen on the photos: words, pictures, colors, and what is not wanted."""
    parts = [query.text, _like(query.images, _tr("like %1")), *(_color(value) for value in query.colors)]
    seen = ", ".join(part for part in parts if part)
    if query.without:
        unwanted = _tr("without %1").replace("%1", ", ".join(query.without))
        seen = f"{seen} {unwanted}".strip()
    return ", ".join(part for part in (seen, _like(query.unlike, _tr("not like %1"))) if part)


def _like(images: Sequence[str | bytes], text: str) -> str:
    if not images:
        return ""
    name = next((PurePath(image).stem for image in images if isinstance(image, str)), _tr("a picture"))
    return text.replace("%1", name)


def _color(value: str) -> str:
    """The name of the color among ours that is nearest."""
    wanted = _rgb(value)
    if wanted is None:
        return value
    nearest = min(SWATCHES, key=lambda swatch: sum((a - b) ** 2 for a, b in zip(wanted, _rgb(swatch[1]) or wanted, strict=True)))
    return QCoreApplication.translate("ColorPopup", nearest[0])


def _rgb(value: str) -> tuple[int, int, int] | None:
    digits = value.removeprefix("#")
    try:
        return (int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)) if len(digits) == 6 else None
    except ValueError:
        return None


def _place(query: Query) -> str:
    return _tr("in %1").replace("%1", PurePath(query.folder).name or query.folder) if query.folder else ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("naming", text)
