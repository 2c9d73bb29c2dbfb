"""`--where` expressions with `and`, `or`, `not` and brackets, taken apart into single conditions.

A condition is a name, an operator and a value up to the next `and` or `or` that another condition follows, or to the bracket that
ends the group: `keyword=black or white` is one condition, `keyword=black or keyword=white` two. What stands in quotes is a value
as it is. `not` binds most, then `and`, then `or`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.engine.errors import FilterError

_BEGINS = r"(?:not\s+|not\s*(?=\()|\(\s*)*[a-z_]+\s*(?:<=|>=|!=|=|<|>|~)"
_JOINT = re.compile(rf"\s+(and|or)(?=\s+{_BEGINS}|\s*\(\s*{_BEGINS})", re.IGNORECASE)
_CONDITION = re.compile(r"[a-z_]+\s*(?:<=|>=|!=|=|<|>|~)\s*", re.IGNORECASE)
_NOT = re.compile(r"not(?=[\s(])", re.IGNORECASE)
_SPACE = re.compile(r"\s*")
DEEPEST = 50
"""So many brackets within brackets are understood."""


@dataclass(frozen=True, slots=True)
class Part:
    """One condition, or several joined: `kind` is "one" (with its `text`), "not" (of one part), "and" or "or"."""

    kind: str
    text: str = ""
    parts: tuple[Part, ...] = ()

    def build(self, one: Callable[[str], str]) -> str:
        """The whole as SQL, `one` giving that of a single condition, in the order in which they stand.

        What is not known of a photo fits neither a condition nor its opposite, except that `not` takes it for "does not fit".
        """
        if self.kind == "one":
            return one(self.text)
        if self.kind == "not":
            return f"NOT coalesce({self.parts[0].build(one)}, 0)"
        return f" {self.kind.upper()} ".join(f"({part.build(one)})" for part in self.parts)


def read(text: str) -> Part:
    """Raises FilterError for brackets that do not close, and for nothing where a condition should be."""
    reader = _Reader(text)
    whole = reader.either()
    if reader.rest().strip():
        raise FilterError(f"cannot understand {reader.rest().strip()!r} in the filter {text!r}; check its brackets")
    return whole


class _Reader:
    """Goes through a text once, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def rest(self) -> str:
        return self._text[self._at :]

    def either(self) -> Part:
        return self._joined("or", lambda: self._joined("and", self._one))

    def _joined(self, word: str, inner: Callable[[], Part]) -> Part:
        parts = [inner()]
        while (joint := _JOINT.match(self._text, self._at)) and joint[1].lower() == word:
            self._at = joint.end()
            parts.append(inner())
        return parts[0] if len(parts) == 1 else Part(word, parts=tuple(parts))

    def _one(self) -> Part:
        self._skip(_SPACE)
        if self._skip(_NOT):
            return Part("not", parts=(self._deeper(self._one),))
        if self.rest().startswith("("):
            self._at += 1
            inner = self._deeper(self.either)
            self._skip(_SPACE)
            if not self.rest().startswith(")"):
                raise FilterError(f"a bracket is not closed in the filter {self._text!r}; add )")
            self._at += 1
            return inner
        begins = self._at
        self._skip(_CONDITION)
        self._at = _end_of_value(self._text, self._at, inside=self._depth > 0)
        if not self._text[begins : self._at].strip():
            raise FilterError(f"a condition is missing in the filter {self._text!r}; write it like date>=2024 and not tag=dog")
        return Part("one", self._text[begins : self._at])

    def _deeper(self, inner: Callable[[], Part]) -> Part:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FilterError(f"the filter has more than {DEEPEST} brackets within brackets; write it in fewer")
        found = inner()
        self._depth -= 1
        return found

    def _skip(self, what: re.Pattern[str]) -> bool:
        found = what.match(self._text, self._at)
        if found:
            self._at = found.end()
        return bool(found and found[0])


def _end_of_value(text: str, at: int, *, inside: bool) -> int:
    """Where a value ends that begins at `at`: at the next joint, or (inside of brackets) at the bracket that closes them."""
    if at < len(text) and text[at] in "\"'" and (end := text.find(text[at], at + 1)) >= 0:
        return end + 1
    opened = 0
    while at < len(text):
        if _JOINT.match(text, at):
            return at
        if text[at] == ")" and opened == 0 and inside:
            return at
        opened += (text[at] == "(") - (text[at] == ")" and opened > 0)
        at += 1
    return at


def texts(parts: Sequence[Part]) -> list[str]:
    """The single conditions in some parts, in their order."""
    found: list[str] = []
    for part in parts:
        found += [part.text] if part.kind == "one" else texts(part.parts)
    return found
