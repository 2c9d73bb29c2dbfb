"""`facet query`: one JSON line in, exactly one JSON line out, in input order.

A bad line gets an error line and the loop goes on.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Any, TypeVar

from app.cli_answers import answer_document, as_document
from app.engine.copies import DuplicateGroup, DuplicateKind, KeeperRule, KeeperRules
from app.engine.errors import FacetError, UsageError
from app.engine.paths import absolute
from app.engine.types import ANSWERING, BUILT, Box, Facet, Query

if TYPE_CHECKING:
    from app.engine.reading import Reader

Request = Mapping[str, Any]
Choice = TypeVar("Choice", bound=StrEnum)

_KEYS = {
    "search": {
        "text",
        "images",
        "unlike",
        "without",
        "colors",
        "where",
        "text_share",
        "further",
        "fold",
        "k",
        "min_score",
    },
    "similar": {"photo", "by", "box", "unlike", "without", "further", "fold", "k", "min_score"},
    "info": {"photo", "photos"},
    "duplicates": {"kinds", "under", "keep", "prefer", "protect"},
}


def serve(lines: IO[bytes], out: IO[str], answer: Callable[[Request], Mapping[str, Any]]) -> None:
    """Answer every line until the input ends."""
    for line in lines:
        out.write(json.dumps(_one(line, answer), ensure_ascii=True) + "\n")
        out.flush()


def _one(line: bytes, answer: Callable[[Request], Mapping[str, Any]]) -> dict[str, Any]:
    given: object = None
    try:
        request = _parsed(line)
        given = request.get("id")
        return {"id": given, **answer(request)}
    except FacetError as error:
        return {"id": given, "error": {"code": error.code, "message": str(error)}}
    except Exception as error:  # one bad line must not end the others; what failed is said
        return {
            "id": given,
            "error": {"code": "error", "message": f"this could not be answered: {type(error).__name__}: {error}"},
        }


def _parsed(line: bytes) -> Request:
    try:
        request = json.loads(line.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the line is not JSON: {error}") from error
    if not isinstance(request, dict):
        raise UsageError('a line must be a JSON object such as {"id": 1, "op": "search", "text": "a dog"}')
    return request


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number there")


def ask(reader: Reader, request: Request) -> Mapping[str, Any]:
    """Answer one request. Raises FacetError."""
    started = time.perf_counter()
    op = request.get("op")
    if op not in _KEYS:
        raise UsageError(f"there is no op {op!r}; there are {', '.join(_KEYS)}")
    unknown = set(request) - _KEYS[op] - {"id", "op"}
    if unknown:
        raise UsageError(f"{op} has no {sorted(unknown)[0]!r}; it has {', '.join(sorted(_KEYS[op]))}")
    if op in {"search", "similar"}:
        query = read_query(request)
        document = answer_document(reader.search(query), fold=query.fold)
        return document | {"took_ms": round(1000 * (time.perf_counter() - started), 2)}
    if op == "info":
        photos = _texts(request, "photos") or _texts(request, "photo")
        if not photos:
            raise UsageError("info needs a photo")
        return {"photos": [as_document(reader.info(absolute(p))) for p in photos]}
    return as_document(ask_duplicates(reader, request))


def ask_duplicates(reader: Reader, request: Request) -> tuple[DuplicateGroup, ...]:
    """Answer a `duplicates` request. Raises UsageError."""
    under, order = _text(request, "under"), read_order(_texts(request, "keep"))
    rules = reader.keeper_rules()
    rules = KeeperRules(
        order or rules.order,
        (*map(absolute, _texts(request, "prefer")), *rules.preferred),
        (*map(absolute, _texts(request, "protect")), *rules.protected),
    )
    return reader.duplicates(read_kinds(_texts(request, "kinds")), absolute(under) if under else None, rules)


def read_query(request: Request) -> Query:
    """The query of a `search` or `similar` request. Raises UsageError."""
    common = Query(
        unlike=_texts(request, "unlike"), without=_texts(request, "without"), k=_count(request.get("k")),
        min_score=_share(request, "min_score", 0.0), further=_switch(request, "further"), fold=_switch(request, "fold"),
    )  # fmt: skip
    if request.get("op") == "search":
        return replace(
            common, text=_text(request, "text"), images=_texts(request, "images"),
            colors=tuple(_color(c) for c in _texts(request, "colors")), where=_texts(request, "where"),
            text_share=_share(request, "text_share", 0.5),
        )  # fmt: skip
    photo = _text(request, "photo")
    if not photo:
        raise UsageError("similar needs a photo")
    facets = _by(request.get("by") or "all")
    return replace(common, images=(absolute(photo),), facets=facets, leave_out_query=True, box=read_box(request.get("box")))


def read_box(value: object) -> Box | None:
    """Four whole numbers, as a list or with commas between. Raises UsageError."""
    if value is None or value == "":
        return None
    parts = value.split(",") if isinstance(value, str) else value
    try:
        if not isinstance(parts, list | tuple) or any(isinstance(part, bool) for part in parts):
            raise TypeError
        x, y, width, height = (int(part) if isinstance(part, str) else _exact(part) for part in parts)
    except (TypeError, ValueError, OverflowError):
        raise UsageError(f"a box is written x,y,width,height in whole pixels of the upright picture, not {value!r}") from None
    if width <= 0 or height <= 0:
        raise UsageError(f"the box {value!r} has no area; give x,y,width,height in pixels of the upright picture")
    return x, y, width, height


def _exact(number: object) -> int:
    if not isinstance(number, int | float) or number != int(number):
        raise ValueError(number)
    return int(number)


def _by(name: object) -> tuple[Facet, ...]:
    if name == "all":
        return BUILT
    try:
        return (Facet(str(name)),)
    except ValueError:
        raise UsageError(f"there is no facet {name!r}; use all or one of {', '.join(ANSWERING)}") from None


def read_kinds(words: Iterable[str]) -> tuple[DuplicateKind, ...]:
    """The kinds that are named, one a word or several with commas between. Raises UsageError."""
    return _named(DuplicateKind, "kind", words)


def read_order(words: Iterable[str]) -> tuple[KeeperRule, ...]:
    """The rules for keepers that are named, the strongest first; written as kinds are. Raises UsageError."""
    return _named(KeeperRule, "rule", words)


def _named(choices: type[Choice], what: str, words: Iterable[str]) -> tuple[Choice, ...]:
    names = [name.strip() for word in words for name in word.split(",") if name.strip()]
    for name in names:
        if name not in tuple(choices):
            raise UsageError(f"there is no {what} {name!r}; there are {', '.join(choices)}")
    return tuple(map(choices, dict.fromkeys(names)))


def _color(text: str) -> str:
    if not re.fullmatch(r"#?[0-9a-fA-F]{6}", text):
        raise UsageError(f"a color is written #rrggbb, not {text!r}")
    return "#" + text.removeprefix("#").lower()


def _share(request: Request, name: str, default: float) -> float:
    """A number from 0 to 1."""
    value = request.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise UsageError(f"{name} must be a number from 0 to 1, not {value!r}")
    return float(value)


def _switch(request: Request, name: str) -> bool:
    value = request.get(name) or False
    if not isinstance(value, bool):
        raise UsageError(f"{name} must be true or false, not {value!r}")
    return value


def _count(value: object) -> int | None:
    if value is None:
        return 20
    if value == "all":
        return None
    try:
        if isinstance(value, bool) or int(str(value)) < 1:
            raise ValueError
    except ValueError:
        raise UsageError(f"k must be a number from 1 on, or all, not {value!r}") from None
    return int(str(value))


def _text(request: Request, name: str) -> str:
    value = request.get(name)
    if value is not None and not isinstance(value, str):
        raise UsageError(f"{name} must be text")
    return _whole(name, value or "")


def _texts(request: Request, name: str) -> tuple[str, ...]:
    value = request.get(name) or ()
    values = (value,) if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(v, str) for v in values):
        raise UsageError(f"{name} must be text or a list of texts")
    return tuple(_whole(name, value) for value in values)


def _whole(name: str, value: str) -> str:
    if "\0" in value:
        raise UsageError(f"{name} holds a null character, which no file name and no word has")
    return value
