"""A question as text that any later version can read: JSON by field name. Pictures that were given as bytes are in it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from app.engine.types import Box, Facet, Query

_FACETS = {facet.value: facet for facet in Facet}
_BYTES = "bytes"


def query_to_json(query: Query) -> str:
    """What differs from an empty question, by field name; file names that are not valid Unicode stay whole."""
    plain = Query()
    given = {f.name: _plain(getattr(query, f.name)) for f in fields(Query) if getattr(query, f.name) != getattr(plain, f.name)}
    return json.dumps(given)


def query_from_json(text: str) -> Query:
    """The question in a text. Fields that this version does not know, or that make no sense to it, are passed over."""
    try:
        document = json.loads(text)
    except ValueError:
        return Query()
    if not isinstance(document, dict):
        return Query()
    given = {}
    for name, read in _READERS.items():
        if name in document:
            try:
                given[name] = read(document[name])
            except (TypeError, ValueError, LookupError):
                continue
    return Query(**given)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {_BYTES: base64.b64encode(value).decode("ascii")}
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_text(part) for part in value)


def _pictures(value: Any) -> tuple[str | bytes, ...]:
    return tuple(part if isinstance(part, str) else base64.b64decode(part[_BYTES], validate=True) for part in value)


def _facets(value: Any) -> tuple[Facet, ...]:
    return tuple(_FACETS[name] for name in value if name in _FACETS)


def _weights(value: Any) -> tuple[tuple[Facet, float], ...]:
    return tuple((_FACETS[name], float(weight)) for name, weight in value if name in _FACETS and float(weight) >= 0)


def _box(value: Any) -> Box:
    x, y, width, height = (int(part) for part in value)
    if width < 1 or height < 1:
        raise ValueError(value)
    return x, y, width, height


def _count(value: Any) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        raise ValueError(value)
    return value


def _share(value: Any) -> float:
    if not 0 <= float(value) <= 1:
        raise ValueError(value)
    return float(value)


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "images": _pictures,
    "unlike": _pictures,
    "without": _texts,
    "colors": _texts,
    "where": _texts,
    "facets": _facets,
    "weights": _weights,
    "folder": lambda value: None if value is None else _text(value),
    "k": _count,
    "min_score": _share,
    "leave_out_query": _switch,
    "text_share": _share,
    "further": _switch,
    "fold": _switch,
    "box": _box,
}
