"""Why a photo was found, in words."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from app.engine.types import Facet, Reason, Turn
from app.ui import reasons


@pytest.mark.parametrize(
    ("whys", "said"),
    [
        ([Reason(Facet.MEANING, 1), Reason(Facet.COPY, 1)], "same picture · meaning 1"),
        ([Reason(Facet.COPY, 1, turn=Turn.MIRROR)], "same picture, mirrored"),
        ([Reason(Facet.COPY, 3, turn=Turn.NONE)], "same picture"),
        ([Reason(Facet.COLOR, 1), Reason(Facet.MEANING, 2), Reason(Facet.LOOK, 1)], "look 1 · meaning 2 · colors 1"),
        ([Reason(Facet.MEANING, 1), Reason(Facet.COLOR, 2), Reason(Facet.MEANING, 11)], "meaning 1 · colors 2"),
        ([Reason(Facet.WORDS, 1, text="Exit only")], "words “Exit only”"),
        ([], ""),
    ],
)
def test_reasons_read_like_the_panel_says_them(qapp: QApplication, whys: list[Reason], said: str) -> None:
    assert reasons.sentence(whys) == said
    assert reasons.mark(whys) == said.split(" · ")[0]


@pytest.mark.parametrize("turn", [turn for turn in Turn if turn is not Turn.NONE])
def test_every_turn_has_words(qapp: QApplication, turn: Turn) -> None:
    assert len(reasons.turned(turn)) > 5
