"""Texts, numbers and moments as they are written into files, made plain. What makes no sense is None."""

from __future__ import annotations

import math
import re
from datetime import datetime

MOMENT = re.compile(r"(\d{4})[:/.-](\d\d?)[:/.-](\d\d?)(?:[T ]+(\d\d?):(\d\d)(?::(\d\d))?(?:[.,]\d*)?)?\s*(Z|[+-]\d\d:?\d\d)?$")
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[T ]?(\d\d)(\d\d)(\d\d)?)?(Z|[+-]\d\d:?\d\d)?$")
FRACTION = re.compile(r"[0-9]{1,6}$")
OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)$")


def text(raw: bytes | str) -> str | None:
    """A text up to its first NUL, trimmed; UTF-8 where it reads as that, else Western European."""
    written = _decoded(raw.partition(b"\0")[0]) if isinstance(raw, bytes) else raw
    return written.partition("\0")[0].strip().removeprefix("\ufeff").strip() or None


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def wide_text(raw: bytes) -> str | None:
    """A text in UTF-16, little end first, as Windows writes its own tags."""
    return text(raw[: len(raw) // 2 * 2].decode("utf-16-le", "replace"))


def number(raw: str) -> float | None:
    """A decimal number or a fraction such as 63/10."""
    top, slash, bottom = raw.strip().partition("/")
    try:
        value = float(top) / float(bottom) if slash else float(top)
    except (ValueError, ZeroDivisionError):
        return None
    return value if math.isfinite(value) else None


def positive(value: float | None) -> float | None:
    """The value where it is a number above zero."""
    return value if value is not None and math.isfinite(value) and value > 0 else None


def offset(raw: str | None) -> str:
    """An offset from UTC as +02:00; empty where it is none."""
    if raw is None:
        return ""
    if raw == "Z":
        return "+00:00"
    found = OFFSET.match(raw.strip())
    if not found or int(found[2]) > 15 or int(found[3]) > 59:
        return ""
    return f"{found[1]}{found[2]}:{found[3]}"


def moment(raw: str | None, offset_text: str | None = None, fraction: str | None = None) -> str | None:
    """ISO 8601 local time; only the date where no time is written, with the offset where one is known.

    A fraction is that of the digits after the second which cameras write apart; others say nothing of the shot and are left out.
    None for anything that no calendar has.
    """
    found = (MOMENT.match(raw.strip()) or COMPACT.match(raw.strip())) if raw else None
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        when = datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
    if found[4] is None:
        return when.date().isoformat()
    digits = (fraction or "").strip()
    part = "." + digits if FRACTION.match(digits) else ""
    return when.isoformat() + part + offset(found[7] or offset_text)
