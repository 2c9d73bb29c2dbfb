"""`--where` expressions, turned into conditions on the catalogue. Every value goes to SQL as a parameter."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.engine.errors import FilterError
from app.engine.library.sqlite import RANGE, below
from app.engine.library.terms import unspaced_runs
from app.engine.search import logic
from app.engine.texts import TextSource

_EXPRESSION = re.compile(r"\s*([a-z_]+)\s*(<=|>=|!=|=|<|>|~)\s*(.*?)\s*", re.IGNORECASE | re.DOTALL)
_SIZES = {"": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])([T ]([01]\d|2[0-3])(:[0-5]\d(:[0-5]\d)?)?)?)?)?")
_FORMATS = {"jpg": "jpeg", "tif": "tiff", "heif": "heic", "jp2": "jpeg2000"}
_KM_PER_DEGREE = 111.195
MOST = 100
"""So many conditions, or words in quotes, can be asked at once."""
TRIGRAMS = 40
"""So many tell enough of a text; whether the rest is there is seen in what they leave."""
_ALL_TEXTS = " || char(10) || ".join(TextSource)
_HOLDS = f"instr(folded_bytes(CAST({_ALL_TEXTS} AS BLOB)), ?)"


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL over the view `photo_files`, with its parameters; one that is not on `files` needs `photos` alone, which is quicker."""

    sql: str
    parameters: tuple[object, ...]
    files: bool = False


def parse(expressions: Sequence[str]) -> Condition | None:
    """All expressions, each as in `logic`, joined by AND; None when there are none. Raises FilterError."""
    parts = [logic.read(text) for text in _different(expressions, "conditions")]
    singles = [_parse_one(text) for text in _fewer(logic.texts(parts), "conditions")]
    left = iter(singles)
    sqls = [part.build(lambda _text: f"({next(left).sql})") for part in parts]
    values = tuple(value for single in singles for value in single.parameters)
    return Condition(" AND ".join(f"({sql})" for sql in sqls), values, any(s.files for s in singles)) if sqls else None


def joined(parts: Sequence[Condition]) -> Condition | None:
    """All conditions joined by AND; None when there are none."""
    if not parts:
        return None
    sql = " AND ".join(f"({part.sql})" for part in parts)
    return Condition(sql, tuple(value for part in parts for value in part.parameters), any(part.files for part in parts))


def inside(folder: str) -> Condition:
    """Photos with a file below a folder."""
    return Condition(f"photo_id IN (SELECT photo_id FROM files WHERE {RANGE})", below(folder))


def named(names: Sequence[str]) -> Condition:
    """Photos that carry all these words, whatever their case: in a text that photos have, or in the picture.

    Each is looked for as it is written, also within longer words. Of the folders those count that were added and what is in
    them. Raises FilterError for very many.
    """
    parts = [_carrying(sought) for sought in _different([name.lower() for name in names], "words in quotes")]
    return Condition(" AND ".join(part.sql for part in parts), tuple(value for part in parts for value in part.parameters))


def _carrying(sought: str) -> Condition:
    """Photos with this text. FTS5 tells which have its trigrams, or the pair of characters that is a word; else all are read."""
    trigrams = dict.fromkeys(sought[at : at + 3] for at in range(len(sought) - 2))
    folded = sought.casefold()
    if trigrams:
        table, match = "text_trigrams", " AND ".join(_quoted(trigram) for trigram in list(trigrams)[:TRIGRAMS])
    elif len(sought) == 2 and unspaced_runs(sought) == [sought]:
        table, match = "text_words", f"characters : {_quoted(sought)}"
    else:
        return Condition(f"photo_id IN (SELECT photo_id FROM texts WHERE {_HOLDS})", (folded,))
    likely = f"SELECT rowid FROM {table} WHERE {table} MATCH ?"
    return Condition(f"photo_id IN (SELECT photo_id FROM texts WHERE photo_id IN ({likely}) AND {_HOLDS})", (match, folded))


def _quoted(text: str) -> str:
    """A text that FTS5 takes as it is."""
    return '"' + text.replace('"', '""') + '"'


def _different(given: Sequence[str], what: str) -> list[str]:
    """Each of them once. Raises FilterError for more than SQLite takes in one question."""
    return _fewer(list(dict.fromkeys(given)), what)


def _fewer(given: list[str], what: str) -> list[str]:
    if len(given) > MOST:
        raise FilterError(f"{len(given)} {what} are too many for one search; give at most {MOST}")
    return given


def _parse_one(text: str) -> Condition:
    matched = _EXPRESSION.fullmatch(text)
    if not matched:
        raise FilterError(f"cannot understand the filter {text!r}; write it like date>=2024-01-01 or camera~canon")
    name, operator, value = matched[1].lower(), matched[2], matched[3]
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    if name not in _FIELDS:
        raise FilterError(f"there is no filter {name!r}; there are {', '.join(sorted(_FIELDS))}")
    if not value:
        raise FilterError(f"the filter {text!r} has no value")
    return _FIELDS[name](name, operator, value)


def _refuse(name: str, operator: str, allowed: str) -> FilterError:
    return FilterError(f"the filter {name!r} cannot be used with {operator!r}; use one of {allowed}")


def _number(column: str, unit: str = "") -> Callable[[str, str, str], Condition]:
    def build(name: str, operator: str, value: str) -> Condition:
        if operator == "~":
            raise _refuse(name, operator, "= != < <= > >=")
        bare = re.sub(r"(?i)^f/", "", value) if name == "aperture" else value.removesuffix(unit).strip()
        try:
            number = float(bare)
        except ValueError:
            raise FilterError(f"the filter {name!r} needs a number, not {value!r}") from None
        if not math.isfinite(number):
            raise FilterError(f"the filter {name!r} needs a number, not {value!r}")
        if operator in {"=", "!="}:  # values such as f/2.8 are stored as the nearest fraction
            near = f"abs({column} - ?) <= 0.005 * max(1, abs(?))"
            return Condition(near if operator == "=" else f"NOT ({near})", (number, number))
        return Condition(f"{column} {operator} ?", (number,))

    return build


def _size(name: str, operator: str, value: str) -> Condition:
    matched = re.fullmatch(r"([0-9.]+)\s*([a-z]*)", value.lower())
    if operator == "~" or not matched or matched[2] not in _SIZES:
        raise FilterError(f"the filter {name!r} is written like size>5MB or size<=300KB, not {name}{operator}{value}")
    try:
        return Condition(f"size {operator} ?", (round(float(matched[1]) * _SIZES[matched[2]]),), files=True)
    except ValueError:
        raise FilterError(f"the filter {name!r} needs a number, not {value!r}") from None


def _date(name: str, operator: str, value: str) -> Condition:
    """Dates compare as far as they are written: date=2024-05 is all of May, date<=2024 includes its last day."""
    if operator == "~" or not _DATE.fullmatch(value):
        raise FilterError(f"the filter {name!r} needs a date such as 2024, 2024-05 or 2024-05-31, not {value!r}")
    return Condition(f"substr(date_taken, 1, {len(value)}) {operator} ?", (value.replace(" ", "T"),))


def _caseless(sql: str, value: str) -> tuple[str, str]:
    """SQL for a text without case, and the value to hold against it.

    SQLite's own `lower` knows A to Z alone; where the value has no other letters it says the same in half the time.
    """
    return (f"lower({sql})", value.lower()) if value.isascii() else (f"folded_bytes(CAST({sql} AS BLOB))", value.casefold())


def _text(*columns: str) -> Callable[[str, str, str], Condition]:
    joined = " || ' ' || ".join(f"coalesce({c}, '')" for c in columns)

    def build(name: str, operator: str, value: str) -> Condition:
        if operator == "~":
            sql, sought = _caseless(joined, value)
            return Condition(f"instr({sql}, ?) > 0", (sought,))
        if operator in {"=", "!="}:
            folded = [_caseless(column, value) for column in columns]
            equal = " OR ".join(f"{sql} = ?" for sql, _ in folded)
            given = tuple(sought for _, sought in folded)
            return Condition(equal if operator == "=" else f"NOT coalesce({equal}, 0)", given)
        raise _refuse(name, operator, "= != ~")

    return build


def _format(name: str, operator: str, value: str) -> Condition:
    return _text("format")(name, operator, value if operator == "~" else _FORMATS.get(value.lower(), value))


def _folder(name: str, operator: str, value: str) -> Condition:
    return replace(_text("folder")(name, operator, value), files=True)


def _keyword(name: str, operator: str, value: str) -> Condition:
    if operator not in {"=", "!=", "~"}:
        raise _refuse(name, operator, "= != ~")
    sql, sought = _caseless("k.value", value)
    test = f"instr({sql}, ?) > 0" if operator == "~" else f"{sql} = ?"
    found = f"EXISTS (SELECT 1 FROM json_each(coalesce(keywords, '[]')) AS k WHERE {test})"
    return Condition(f"NOT {found}" if operator == "!=" else found, (sought,))


def _tag(name: str, operator: str, value: str) -> Condition:
    if operator not in {"=", "!=", "~"}:
        raise _refuse(name, operator, "= != ~")
    test = "instr(folded, ?) > 0" if operator == "~" else "folded = ?"
    found = f"photo_id IN (SELECT photo_id FROM shown_tags WHERE {test})"
    return Condition(f"NOT ({found})" if operator == "!=" else found, (" ".join(value.split()).casefold(),))


def _has(name: str, operator: str, value: str) -> Condition:
    columns = {"gps": "gps_lat IS NOT NULL AND gps_lon IS NOT NULL", "date": "date_taken IS NOT NULL",
               "text": "coalesce(title, description) IS NOT NULL OR coalesce(keywords, '[]') <> '[]'"
                       " OR photo_id IN (SELECT photo_id FROM texts WHERE ocr <> '')"}  # fmt: skip
    if operator not in {"=", "!="} or value.lower() not in columns:
        raise FilterError(f"the filter {name!r} is one of has=gps, has=date, has=text")
    sql = columns[value.lower()]
    return Condition(sql if operator == "=" else f"NOT ({sql})", ())


def _near(name: str, operator: str, value: str) -> Condition:
    """Within so many kilometers, on a plane that touches the earth there (right within 1 % up to 300 km)."""
    try:
        lat, lon, km = (float(part) for part in value.split(","))
    except ValueError:
        raise FilterError(f"the filter {name!r} is written near=LAT,LON,KM, such as near=64.15,-21.94,10") from None
    if operator != "=" or not (-90 <= lat <= 90 and -180 <= lon <= 180 and km >= 0):
        raise FilterError(f"the filter {name!r} is written near=LAT,LON,KM, such as near=64.15,-21.94,10")
    dx = f"(min(abs(gps_lon - ?), 360 - abs(gps_lon - ?)) * {_KM_PER_DEGREE * math.cos(math.radians(lat)):.6f})"
    dy = f"((gps_lat - ?) * {_KM_PER_DEGREE})"
    return Condition(f"{dx} * {dx} + {dy} * {dy} <= ?", (lon, lon, lon, lon, lat, lat, km * km))


_FIELDS: dict[str, Callable[[str, str, str], Condition]] = {
    "date": _date,
    "camera": _text("camera_make", "camera_model"),
    "lens": _text("lens_model"),
    "iso": _number("iso"),
    "aperture": _number("aperture"),
    "focal": _number("focal_mm", "mm"),
    "width": _number("width"),
    "height": _number("height"),
    "size": _size,
    "format": _format,
    "folder": _folder,
    "keyword": _keyword,
    "rating": _number("rating"),
    "tag": _tag,
    "has": _has,
    "near": _near,
}
