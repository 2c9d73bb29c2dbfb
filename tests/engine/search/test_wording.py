"""What is typed is taken apart and never a mistake."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.search.wording import Wording, take_apart


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("red car", Wording("red car")),
        ("beach -people", Wording("beach", ("people",))),
        ("-people  beach", Wording("beach", ("people",))),
        ('street -"red car" -bus', Wording("street", ("red car", "bus"))),
        ("not:people beach", Wording("beach", ("people",))),
        ('beach NOT: "two people"', Wording("beach", ("two people",))),
        ('"IMG_2034"', Wording("", (), ("IMG_2034",))),
        ('dog "anna" on "New  Year" beach', Wording("dog on beach", (), ("anna", "New Year"))),
        ('dog "anna" -cat', Wording("dog", ("cat",), ("anna",))),
        ("beach -t-shirt", Wording("beach", ("t-shirt",))),
        # taken as they stand
        ("a t-shirt", Wording("a t-shirt")),
        ("dog - cat", Wording("dog - cat")),
        ("-", Wording("-")),
        ("--people", Wording("--people")),
        ("black–white", Wording("black–white")),
        ('a "red car', Wording('a "red car')),
        ('a "', Wording('a "')),
        ('-"red car', Wording('-"red car')),
        ('5" tablet 7" tablet', Wording('5" tablet 7" tablet')),
        ('"anna"s dog', Wording('"anna"s dog')),
        ("“anna” «anna» „anna“ 「anna」 'anna'", Wording("“anna” «anna» „anna“ 「anna」 'anna'")),
        ("not: ", Wording("not:")),
        ("whatnot:people", Wording("whatnot:people")),
        ('""', Wording("")),
        ('-" " "  "', Wording("")),
        ("", Wording("")),
        (" \t\n ", Wording("")),
        ("👩‍🚀 -🐕", Wording("👩‍🚀 -🐕")),
        ("strand -häuser", Wording("strand", ("häuser",))),
    ],
)
def test_a_text_has_words_what_is_unwanted_and_names(text: str, expected: Wording) -> None:
    assert take_apart(text) == expected


@given(st.lists(st.sampled_from(["-", '"', " ", "not:", "a", "é", "\0", "\n", "狗", ":"]), max_size=30).map("".join))
def test_nothing_that_is_typed_fails_and_no_letter_gets_lost(text: str) -> None:
    said = take_apart(text)
    kept = "".join([said.words, *said.without, *said.names])
    assert all(kept.count(letter) == text.count(letter) for letter in "aé狗")


def test_ten_thousand_characters_take_no_time() -> None:
    for text in ("x" * 10_000, "-" * 10_000, '"' * 10_000, "not: " * 2_000, '-"' * 5_000, '" ' * 5_000):
        take_apart(text)
