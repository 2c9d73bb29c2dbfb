"""The name that a search is offered when it is saved."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from app.engine.types import Query
from app.ui import naming
from app.ui.saved_searches import same_question


@pytest.mark.parametrize(
    ("query", "name"),
    [
        (Query(text="beach", without=("people",)), "beach without people"),
        (Query(text="boat at sea", images=("/photos/IMG_1.jpg",)), "boat at sea, like IMG_1"),
        (Query(images=(b"pasted",)), "like a picture"),
        (Query(colors=("#2250c0",), where=("date>=2024",)), "blue, since 2024"),
        (Query(text="receipt", where=("date>=2026", "date<=2026")), "receipt, 2026"),
        (Query(text="boat", folder="/photos/2026 Iceland"), "boat, in 2026 Iceland"),
        (Query(without=("people",)), "without people"),
        (Query(unlike=("/photos/a.jpg",)), "not like a"),
        (Query(text="boat", unlike=(b"pasted",)), "boat, not like a picture"),
        (Query(), "My search"),
    ],
)
def test_a_name_is_made_of_what_is_asked(qapp: QApplication, query: Query, name: str) -> None:
    assert naming.suggest(query) == name


def test_a_long_question_has_a_short_name(qapp: QApplication) -> None:
    name = naming.suggest(Query(text="Donaudampfschifffahrtsgesellschaftskapitän " * 5))
    assert len(name) <= naming.LONGEST and name.endswith("…")


def test_what_the_window_adds_makes_no_other_question() -> None:
    asked = Query(text="boat", k=500, fold=True, further=True)
    assert same_question(asked, Query(text="boat", k=20))
    assert not same_question(asked, Query(text="boats", k=500, fold=True, further=True))
