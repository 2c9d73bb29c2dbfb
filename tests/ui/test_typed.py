"""What is typed into the search field."""

from __future__ import annotations

import pytest

from app.engine.types import Query
from app.ui.typed import Part, as_typed, plain_words, take_conditions, years_part


@pytest.mark.parametrize(
    ("text", "left", "values"),
    [
        ("dog on a beach", "dog on a beach", []),
        ("beach not:people", "beach ", ["people"]),
        ("beach not: people sunset", "beach sunset", ["people"]),
        ("beach -people", "beach ", ["people"]),
        ('beach not:"two people"', "beach ", ["two people"]),
        ('beach -"two people" -t-shirt', "beach ", ["two people", "t-shirt"]),
        ('dog "anna"', 'dog "anna"', []),
        ("iso>800", "", [("iso>800",)]),
        ("boat camera ~ canon", "boat ", [("camera~canon",)]),
        ('boat lens~"18-140 mm" date>=2024', "boat ", [('lens~"18-140 mm"',), ("date>=2024",)]),
        ("black-and-white t-shirt", "black-and-white t-shirt", []),
        ("a - b", "a - b", []),
        ("what is not: x", "what is ", ["x"]),
        ("update>2", "update>2", []),
        ("boat tag=beach or tag=lake iso>800", "boat ", [("tag=beach or tag=lake",), ("iso>800",)]),
        ("not tag=dog", "", [("not tag=dog",)]),
        ("not (tag=dog or tag=cat) grass", "grass", [("not (tag=dog or tag=cat)",)]),
        ("(tag=dog or tag=cat) and iso > 800", "", [("(tag=dog or tag=cat) and iso > 800",)]),
        ("tag='hot dog' folder~Trip", "", [("tag='hot dog'",), ("folder~Trip",)]),
        ("near=64.15,-21.94,10 camera~x(2)", "", [("near=64.15,-21.94,10",), ("camera~x(2)",)]),
        ("not a dog and a cat or (both)", "not a dog and a cat or (both)", []),
    ],
)
def test_conditions_are_taken_out_of_the_words(text: str, left: str, values: list[object]) -> None:
    got, parts = take_conditions(text, finished=True)
    assert got == left
    assert [part.value for part in parts] == values


@pytest.mark.parametrize(
    "text",
    [
        "boat iso>8",
        "boat (tag=a or tag=b or ",
        "boat not tag=do",
        "boat or tag=do",
        "boat not:peo",
        "boat -pe",
        'boat -"two peo',
        "boat not:",
        "boat camera~",
    ],
)
def test_a_condition_that_is_still_typed_counts_neither_as_word_nor_as_condition(text: str) -> None:
    assert take_conditions(text, finished=False) == (text, [])
    assert plain_words(text) == "boat"


def test_a_condition_followed_by_a_space_is_finished() -> None:
    assert take_conditions("boat iso>800 ", finished=False) == ("boat ", [Part("where", ("iso>800",), "iso>800")])


@pytest.mark.parametrize(
    ("first", "last", "where", "label"),
    [
        (2024, None, ("date>=2024",), "since 2024"),
        (None, 2019, ("date<=2019",), "until 2019"),
        (2015, 2019, ("date>=2015", "date<=2019"), "2015 – 2019"),
        (2019, 2015, ("date>=2015", "date<=2019"), "2015 – 2019"),
        (2020, 2020, ("date>=2020", "date<=2020"), "2020"),
    ],
)
def test_years_become_conditions(first: int | None, last: int | None, where: tuple[str, ...], label: str) -> None:
    assert years_part(first, last) == Part("where", where, label)


def test_no_years_are_no_condition() -> None:
    assert years_part(None, None) is None


@pytest.mark.parametrize(
    ("text", "label"), [("date>=2024", "since 2024"), ("date <= 2019", "until 2019"), ("date>=2024-05", "date>=2024-05")]
)
def test_a_typed_year_reads_like_a_chosen_one(text: str, label: str) -> None:
    _, parts = take_conditions(text, finished=True)
    assert [part.label for part in parts] == [label]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (Query(text="boat at  sea"), "boat at sea"),
        (Query(text="cat", without=("sofa", "two people")), 'cat -sofa not:"two people"'),
        (Query(without=("t-shirt",), where=("date>=2024", 'lens~"18-140 mm"')), '-t-shirt date>=2024 lens~"18-140 mm"'),
        (Query(where=("not (tag=a or tag='b c')", "iso>800")), "not (tag=a or tag='b c') iso>800"),
        (Query(images=("/a.jpg",)), ""),
    ],
)
def test_a_question_can_be_written_as_one_would_type_it(query: Query, said: str) -> None:
    assert as_typed(query) == said
    left, parts = take_conditions(said, finished=True)
    assert plain_words(left) == " ".join(query.text.split())
    assert tuple(part.value for part in parts if part.kind == "without") == query.without
    values = [value for part in parts if part.kind == "where" and isinstance(part.value, tuple) for value in part.value]
    assert tuple(values) == query.where
