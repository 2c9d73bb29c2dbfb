"""Conditions joined by and, or, not and brackets: understood as written, against real SQL and every truth."""

from __future__ import annotations

import random
import sqlite3

import pytest

from app.engine.errors import FilterError
from app.engine.search.filters import MOST, parse
from app.engine.search.logic import DEEPEST, read, texts


@pytest.mark.parametrize(
    ("text", "singles"),
    [
        ("date>=2024", ["date>=2024"]),
        ("keyword=black or white", ["keyword=black or white"]),
        ("keyword=black or keyword=white", ["keyword=black", "keyword=white"]),
        ('keyword="x or iso>3" and iso<=800', ['keyword="x or iso>3"', "iso<=800"]),
        ("camera~a (b) and iso=1", ["camera~a (b)", "iso=1"]),
        ("(camera~a(b) or iso=1)", ["camera~a(b)", "iso=1"]),
        ("not(keyword=not(a))", ["keyword=not(a)"]),
        ("NOT has=gps AND (iso > 3 OR rating=5)", ["has=gps", "iso > 3", "rating=5"]),
        ("folder~rock and roll or (not iso=1)", ["folder~rock and roll", "iso=1"]),
    ],
)
def test_a_value_ends_where_the_next_condition_begins(text: str, singles: list[str]) -> None:
    assert [single.strip() for single in texts([read(text)])] == singles


@pytest.mark.parametrize(
    "text",
    [
        "(iso>3",
        "iso>3)",
        "",
        "()",
        "not",
        "or iso>3",
        "iso>3 or (",
        "(iso>3) iso<5",
        "(" * (DEEPEST + 1) + "iso>3",
        "not " * 2_000,
    ],
)
def test_what_cannot_be_understood_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(FilterError, match=r"[a-z]"):
        parse([text])


def test_so_many_conditions_in_one_expression_are_too_many_as_well() -> None:
    with pytest.raises(FilterError, match=f"at most {MOST}"):
        parse([" or ".join(f"width>{number}" for number in range(MOST + 1))])


def test_every_formula_means_what_it_says() -> None:
    """300 random formulas over three facts, each against all eight truths and what is not known."""
    table = sqlite3.connect(":memory:")
    table.execute("CREATE TABLE photos (photo_id INTEGER PRIMARY KEY, iso, width, rating)")
    truths = [(iso, width, rating) for iso in (1, 2, None) for width in (1, 2, None) for rating in (1, 2, None)]
    table.executemany("INSERT INTO photos (iso, width, rating) VALUES (?, ?, ?)", truths)
    chance = random.Random(5)
    for _ in range(300):
        text = _formula(chance, depth=4)
        formula = text.replace("=", " == ")
        condition = parse([text])
        assert condition is not None
        found = {n for (n,) in table.execute(f"SELECT photo_id FROM photos WHERE {condition.sql}", condition.parameters)}
        expected = {
            n for n, truth in enumerate(truths, 1) if eval(formula, dict(zip(("iso", "width", "rating"), truth, strict=True)))
        }
        assert found == expected, text
    table.close()


def _formula(chance: random.Random, depth: int) -> str:
    """A formula; Python binds not, and, or in the same order."""
    if depth == 0 or chance.random() < 0.2:
        return chance.choice(("iso", "width", "rating")) + "=2"
    if chance.random() < 0.3:
        return f"not ({_formula(chance, depth - 1)})"
    joined = f"{_formula(chance, depth - 1)} {chance.choice(('and', 'or'))} {_formula(chance, depth - 1)}"
    return joined if chance.random() < 0.5 else f"({joined})"
