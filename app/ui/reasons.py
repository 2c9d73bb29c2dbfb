"""Why a photo was found, in words for people."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from app.engine.texts import Corners
from app.engine.types import Closeness, Facet, Hit, Reason, Turn
from app.ui import words

ALL_OF_IT = 0.92
"""A part that takes more than this share of the photo is not outlined: the line would lie at its edge."""
QUOTED = 40
"""So much is quoted of a text that was found."""
_PLACES = {Facet.COPY: 0, Facet.CROP: 1, Facet.COLOR: 3}
LAST = 99
"""Ranks beyond this are told only where nothing better is known."""


def facet_name(facet: Facet) -> str:
    """What a person calls a facet, as the name of a slider."""
    names = {
        Facet.COPY: QCoreApplication.translate("reasons", "Same picture"),
        Facet.MEANING: QCoreApplication.translate("reasons", "Meaning"),
        Facet.COLOR: QCoreApplication.translate("reasons", "Colors"),
        Facet.LOOK: QCoreApplication.translate("reasons", "Look"),
        Facet.CROP: QCoreApplication.translate("reasons", "A part of it"),
        Facet.WORDS: QCoreApplication.translate("reasons", "Words"),
    }
    return names.get(facet, str(facet).capitalize())


def turned(turn: Turn | None) -> str:
    """How the query looks against the found photo; empty where both stand alike."""
    words_of = {
        Turn.ROTATE90: QCoreApplication.translate("reasons", "turned right"),
        Turn.ROTATE180: QCoreApplication.translate("reasons", "upside down"),
        Turn.ROTATE270: QCoreApplication.translate("reasons", "turned left"),
        Turn.MIRROR: QCoreApplication.translate("reasons", "mirrored"),
        Turn.FLIP: QCoreApplication.translate("reasons", "mirrored top to bottom"),
        Turn.TRANSPOSE: QCoreApplication.translate("reasons", "turned and mirrored"),
        Turn.TRANSVERSE: QCoreApplication.translate("reasons", "turned and mirrored"),
    }
    return words_of.get(turn, "") if turn else ""


def reason(why: Reason) -> str:
    """One reason: "same picture, mirrored", "meaning 2"."""
    if why.facet is Facet.COPY:
        same = QCoreApplication.translate("reasons", "same picture")
        turn = turned(why.turn)
        return f"{same}, {turn}" if turn else same
    if why.facet is Facet.CROP:
        part = QCoreApplication.translate("reasons", "part of it")
        turn = turned(why.turn)
        return f"{part}, {turn}" if turn else part
    if why.facet is Facet.WORDS and why.text:
        quoted = QCoreApplication.translate("reasons", "words “%1”")
        return quoted.replace("%1", why.text if len(why.text) <= QUOTED else why.text[: QUOTED - 1].rstrip() + "…")
    return f"{facet_name(why.facet).lower()} {words.number(why.rank)}"


def part(hit: Hit) -> Reason | None:
    """The reason that says best where a picture, or a part of it, lies in a found photo; None where that was not proved."""
    if hit.weak:
        return None
    lying = (why for why in hit.reasons if why.facet is Facet.CROP and why.outline)
    return max(lying, key=lambda why: why.inliers or 0, default=None)


def outline(hit: Hit, size: tuple[int, int]) -> tuple[tuple[float, float], ...]:
    """The corners of the part of a found photo that was asked for; none where it is nearly all of the photo, or uncertain."""
    why = part(hit)
    if why is None or not why.box:
        return ()
    return () if why.box[2] * why.box[3] > ALL_OF_IT * size[0] * size[1] else why.outline


def word_outlines(hit: Hit) -> tuple[Corners, ...]:
    """The corners of each word in a found photo that was asked for."""
    return tuple(corners for why in hit.reasons if why.facet is Facet.WORDS for corners in why.outlines)


def in_order(whys: Sequence[Reason]) -> list[Reason]:
    """The strongest reason first: the same picture, a part of it, then by rank; colors last, for they say least of a photo.

    Each facet stands there once, though words and a picture may both ask it.

    To be the 200th by something is no reason, where there is another one.
    """
    best: dict[Facet, Reason] = {}
    for why in sorted(whys, key=lambda why: (_PLACES.get(why.facet, 2), why.rank)):
        best.setdefault(why.facet, why)
    said = [why for why in best.values() if why.rank <= LAST]
    return said or list(best.values())[:1]


def closeness(how: Closeness | None) -> str:
    """How near a photo is to what was asked, in one of four words; empty where nothing says it."""
    words_of = {
        Closeness.VERY_CLOSE: QCoreApplication.translate("reasons", "very close"),
        Closeness.CLOSE: QCoreApplication.translate("reasons", "close"),
        Closeness.LOOSE: QCoreApplication.translate("reasons", "less close"),
        Closeness.FAR: QCoreApplication.translate("reasons", "hardly close"),
    }
    return words_of[how] if how else ""


def whole(hit: Hit) -> str:
    """How close a found photo is and all its reasons: "close · meaning 2 · colors 1"."""
    return " · ".join(part for part in (closeness(hit.closeness), sentence(hit.reasons)) if part)


def each(whys: Sequence[Reason]) -> list[str]:
    """The reasons of a photo, the strongest first: "same picture", "meaning 1"."""
    return [reason(why) for why in in_order(whys)]


def sentence(whys: Sequence[Reason]) -> str:
    """All reasons of a photo: "same picture · meaning 1"."""
    return " · ".join(each(whys))


def mark(whys: Sequence[Reason]) -> str:
    """The strongest reason alone, for the small mark on a photo."""
    first = in_order(whys)[:1]
    return reason(first[0]) if first else ""


def words_mark(whys: Sequence[Reason]) -> str:
    """The words that were found alone, for the small mark where words are asked for; empty where a photo has none of them.

    What it means is said on hovering: it is the reason of nearly all of them.
    """
    return next((reason(why) for why in in_order(whys) if why.facet is Facet.WORDS and why.text), "")
