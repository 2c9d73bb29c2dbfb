"""What people type, taken apart: words for meaning, what shall not be there, and names in quotes.

    red car                  words
    beach -people            without: people      (also -"red car", not:people, not:"red car")
    dog "anna" "IMG_2034"    names: both stand in a file's or folder's name, title, description or keywords

Only straight quotes count, with a space or the end around them; a quote without its partner, a hyphen alone or within a word, and
the quotes of other languages are words like any other. Nothing that is typed is a mistake.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PART = re.compile(
    r"""(?<!\S)
    (?: not:\s*(?:"(?P<not_quoted>[^"]+)"|(?P<not_word>[^\s"]+))
      | -(?:"(?P<minus_quoted>[^"]+)"|(?P<minus_word>\w[^\s"]*))
      | "(?P<name>[^"]*)"
    )(?!\S)""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The parts of a text; `words` have single spaces."""

    words: str
    without: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def take_apart(text: str) -> Wording:
    """The parts of what was typed. Never fails."""
    without: list[str] = []
    names: list[str] = []

    def take(found: re.Match[str]) -> str:
        given = " ".join((found[found.lastgroup or 0]).split())
        if given:
            (names if found.lastgroup == "name" else without).append(given)
        return " "

    words = " ".join(_PART.sub(take, text).split())
    return Wording(words, tuple(without), tuple(names))
