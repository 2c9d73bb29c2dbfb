"""What is typed into the search field: words, and between them conditions such as `not:people` or `iso>800`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

from app.engine.types import Query

Kind = Literal["image", "unlike", "color", "where", "without", "folder"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a question that is not plain words. `value` is a path, picture bytes, a color, words, or expressions."""

    kind: Kind
    value: str | bytes | tuple[str, ...]
    label: str


_NAMES = "(?:date|camera|lens|iso|aperture|focal|width|height|size|format|keyword|rating|tag|has|folder|near)"
_WORDS = r"(?:\"[^\"]+\"|[^\s\"]+)"
_VALUE = r"(?:\"[^\"]+\"|'[^']+'|(?:[^\s\"()]|\([^\s\"()]*\))+)"
_BEFORE = r"(?:not\s+|not\s*(?=\()|\(\s*)*"
_ONE = rf"{_BEFORE}{_NAMES}\s?(?:>=|<=|!=|=|<|>|~)\s?{_VALUE}(?:\s*\))*"
_JOINED = rf"{_ONE}(?:\s+(?:and|or)\s+{_ONE})*"
_CONDITION = re.compile(
    rf"(?<!\S)(?:not:\s*(?P<without>{_WORDS})|-(?P<minus>\"[^\"]+\"|\w[^\s\"]*)|(?P<where>{_JOINED}))(?=(?P<after>\s|$))",
    re.IGNORECASE,
)
_SINGLE = re.compile(rf"({_NAMES})\s?(>=|<=|!=|=|<|>|~)\s?({_VALUE})", re.IGNORECASE)
_GOES_ON = re.compile(rf"(?<!\S)(?:and|or)\s+(?={_ONE}(?:\s|$))", re.IGNORECASE)
_JOINT = re.compile(rf"\s(?:and|or)\s+{_BEFORE}{_NAMES}\s?[<>=~!]", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_UNFINISHED = re.compile(
    rf"(?<!\S)(?:not:.*|-\"[^\"]*\"?|-\S*|(?:(?:and|or)\s+)?{_BEFORE}{_NAMES}\s?[<>=~!]+.*)$", re.IGNORECASE | re.DOTALL
)


def take_conditions(text: str, *, finished: bool) -> tuple[str, list[Part]]:
    """Take the conditions out of a text: what is left, and the conditions; those that are joined with `and` or `or` are one.

    While somebody still types (`finished` False) a condition counts only when something stands after it and its brackets close.
    """
    parts: list[Part] = []

    def take(found: re.Match[str]) -> str:
        if not finished and not (found["after"] and _closes(found[0])):
            return found[0]
        parts.append(_part(found))
        return ""

    left = _CONDITION.sub(take, text)
    return (re.sub(r"\s{2,}", " ", left).lstrip() if parts else text), parts


def _closes(text: str) -> bool:
    """Whether all brackets close; those in quotes are letters."""
    bare = _QUOTED.sub("", text)
    return bare.count("(") <= bare.count(")")


def gone_on_with(text: str, before: str) -> str | None:
    """A text in which the condition `before`, taken out of it earlier, goes on with `and` or `or`; None where none does."""
    found = _GOES_ON.search(text)
    if found is None or _UNFINISHED.search(text[: found.start()]):  # then it goes on with what stands before it
        return None
    return f"{text[: found.start()]}{before} {text[found.start() :]}"


def tag_condition(name: str) -> str:
    """The expression that photos have a tag."""
    mark = next((mark for mark in "\"'" if mark not in name), "")
    return f"tag={mark}{name}{mark}"


def _where_part(text: str) -> Part:
    """A condition; of a tag its chip tells the name alone."""
    tag = None if _JOINT.search(text) else re.fullmatch(r"tag=(.+)", text, re.IGNORECASE | re.DOTALL)
    label = QCoreApplication.translate("typed", "tag: %1").replace("%1", tag[1].strip("\"'")) if tag else text.replace('"', "")
    return Part("where", (text,), label)


def _part(found: re.Match[str]) -> Part:
    without = found["without"] or found["minus"]
    if without:
        return without_part(without.strip('"'))
    single = _SINGLE.fullmatch(found["where"])
    where = "".join(single.groups()) if single else found["where"]
    year = re.fullmatch(r"date(>=|<=)(\d{4})", where, re.IGNORECASE)
    years = year and (years_part(int(year[2]), None) if year[1] == ">=" else years_part(None, int(year[2])))
    if years:
        return years
    return _where_part(where)


def where_parts(expressions: Sequence[str]) -> list[Part]:
    """The parts that expressions came from: the first and the last year are one part, every other expression is its own."""
    years = [found for text in expressions if (found := re.fullmatch(r"date(>=|<=)(\d{4})", text))]
    ends = {found[1]: int(found[2]) for found in years}
    part = years_part(ends.get(">="), ends.get("<="))
    kept = {found[0] for found in years}
    rest = [_where_part(text) for text in expressions if text not in kept]
    return [*([part] if part else []), *rest]


def plain_words(text: str) -> str:
    """The words alone: a condition that is still being typed is left out."""
    return " ".join(_UNFINISHED.sub("", text).split())


def without_part(words: str) -> Part:
    """Photos that show this are not wanted."""
    return Part("without", words, QCoreApplication.translate("typed", "not: %1").replace("%1", words))


def years_part(first: int | None, last: int | None) -> Part | None:
    """Photos taken from the first year to the last; None where neither is given."""
    if first is None and last is None:
        return None
    if first is not None and last is not None and first > last:
        first, last = last, first
    where = tuple(text for text in (f"date>={first}" if first else "", f"date<={last}" if last else "") if text)
    if last is None:
        label = QCoreApplication.translate("typed", "since %1").replace("%1", str(first))
    elif first is None:
        label = QCoreApplication.translate("typed", "until %1").replace("%1", str(last))
    else:
        label = str(first) if first == last else f"{first} – {last}"
    return Part("where", where, label)


def as_typed(query: Query) -> str:
    """The words and conditions of a question as one would type them: "cat -sofa date>=2024"; typed again they ask the same."""
    without = [f"-{text}" if re.fullmatch(r"\w[^\s\"]*", text) else f'not:"{text}"' for text in query.without]
    return " ".join([*query.text.split(), *without, *query.where])
