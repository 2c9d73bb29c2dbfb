"""Numbers, sizes, dates and durations in words that people use, in the form of their language.

Plural words go through `QCoreApplication.translate` with the number, so that a language may have as many forms as it
needs; where no translation is loaded English has its two.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath
from re import sub

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from app.engine.types import Metadata

_UNITS = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3))
_SMALL_MB = 100_000  # below a tenth of a megabyte a size is said in kB, above it in MB, so that sizes of a group compare
_EXACT_SHUTTER_S = 0.3  # cameras write longer times as a decimal, not as a fraction


def locale() -> QLocale:
    """The person's locale; English where the system names none, because our own words are English."""
    own = QLocale()
    return QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom) if own.language() == QLocale.Language.C else own


def number(value: int) -> str:
    """A whole number with its thousands set apart: "48,216"."""
    return locale().toString(value)


def decimal(value: float, places: int = 1) -> str:
    """A number with at most `places` decimals and no zeros at its end: "2.8", "8"."""
    text = locale().toString(float(value), "f", places)
    point = locale().decimalPoint()
    return text.rstrip(locale().zeroDigit()).rstrip(point) if point in text else text


def photos(count: int) -> str:
    """ "12 photos"."""
    return _counted(count, "%1 photo", QCoreApplication.translate("words", "%1 photos", None, count))


def groups(count: int) -> str:
    """ "214 groups"."""
    return _counted(count, "%1 group", QCoreApplication.translate("words", "%1 groups", None, count))


def copies(count: int) -> str:
    """ "3 copies"."""
    return _counted(count, "%1 copy", QCoreApplication.translate("words", "%1 copies", None, count))


def files(count: int) -> str:
    """ "3 files"."""
    return _counted(count, "%1 file", QCoreApplication.translate("words", "%1 files", None, count))


def folders(count: int) -> str:
    """ "2 folders"."""
    return _counted(count, "%1 folder", QCoreApplication.translate("words", "%1 folders", None, count))


def size(count: int) -> str:
    """A number of bytes as disks are sold: "8.1 MB", "0.4 MB", "64 kB", "3.1 GB"."""
    if count < 1000:
        return _counted(count, "%1 byte", QCoreApplication.translate("words", "%1 bytes", None, count))
    if count < _SMALL_MB:
        return f"{locale().toString(round(count / 1e3))} {_unit('kB')}"
    unit, factor = next(((u, f) for u, f in _UNITS if count >= f * 0.9995), _UNITS[1])
    unit, factor = ("MB", 1e6) if unit == "kB" else (unit, factor)
    value = count / factor
    return f"{locale().toString(value, 'f', 1 if value < 99.95 else 0)} {_unit(unit)}"


def pixels(width: int, height: int) -> str:
    """The measures of a picture: "6016 × 4016"."""
    return f"{width} × {height}"


def duration(seconds: float) -> str:
    """A time still to wait: "a few seconds", "about 3 min", "about 2 h"."""
    if seconds < 10:
        return QCoreApplication.translate("words", "a few seconds")
    if seconds < 55:
        return QCoreApplication.translate("words", "about %1 s").replace("%1", number(round(seconds / 10) * 10))
    if seconds < 57 * 60:
        return QCoreApplication.translate("words", "about %1 min").replace("%1", number(max(1, round(seconds / 60))))
    hours = seconds / 3600
    return QCoreApplication.translate("words", "about %1 h").replace(
        "%1", decimal(hours) if hours < 9.5 else number(round(hours))
    )


def took(milliseconds: float) -> str:
    """How long something took: "41 ms", "5.9 s"."""
    if milliseconds < 999.5:
        return QCoreApplication.translate("words", "%1 ms").replace("%1", number(round(milliseconds)))
    return QCoreApplication.translate("words", "%1 s").replace("%1", decimal(milliseconds / 1000))


def day(date: datetime, *, weekday: bool = False) -> str:
    """A date: "14 Nov 2026"; with `weekday` in full, "Saturday, 14 November 2026"."""
    pattern = locale().dateFormat(QLocale.FormatType.LongFormat)
    if not weekday:
        pattern = sub(r"^dddd\S*\s+|[,،]?\s*dddd$", "", pattern).replace("MMMM", "MMM")
    return locale().toString(QDate(date.year, date.month, date.day), pattern)


def moment(date: datetime, *, offset: bool = False) -> str:
    """A date with its time: "14 Nov 2026, 15:02"; with `offset`, where it is known, "14 Nov 2026, 15:02 (+01:00)"."""
    time = locale().toString(QTime(date.hour, date.minute), QLocale.FormatType.ShortFormat)
    text = f"{day(date)}, {time}"
    zone = date.strftime("%z")
    return f"{text} ({zone[:3]}:{zone[3:5]})" if offset and zone else text


def taken(iso: str, *, offset: bool = False) -> str:
    """When a photo was taken, from ISO 8601; what cannot be understood is shown as it is."""
    try:
        date = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return day(date) if len(iso) <= len("2026-11-14") else moment(date, offset=offset)


def file_time(seconds: float) -> str:
    """A file's time, given in seconds since the epoch, in local time; empty for a time that no calendar has."""
    try:
        return moment(datetime.fromtimestamp(seconds))
    except (OSError, OverflowError, ValueError):
        return ""


def folder(path: str, parts: int = 2) -> str:
    """The last folders above a file, as a person reads them: "Pictures / 2026 Iceland"."""
    above = PurePath(path).parent
    return " / ".join(above.parts[-parts:]) if len(above.parts) > 1 else str(above)


def place(latitude: float, longitude: float) -> str:
    """A place on earth from signed degrees: "64.150° N, 21.940° W"."""
    north = QCoreApplication.translate("words", "N") if latitude >= 0 else QCoreApplication.translate("words", "S")
    east = QCoreApplication.translate("words", "E") if longitude >= 0 else QCoreApplication.translate("words", "W")
    degrees = [locale().toString(abs(value), "f", 3) for value in (latitude, longitude)]
    return f"{degrees[0]}° {north}, {degrees[1]}° {east}"


def exposure(metadata: Metadata) -> str:
    """How a photo was exposed: "1/250 s · f/8 · ISO 100"; empty where nothing is known."""
    parts = []
    if metadata.shutter_s:
        parts.append(_shutter(metadata.shutter_s))
    if metadata.aperture:
        parts.append(f"f/{decimal(metadata.aperture)}")
    if metadata.iso:
        parts.append(f"ISO {metadata.iso}")
    return " · ".join(parts)


def camera(metadata: Metadata) -> str:
    """The camera as one name: the make is left out where the model says it already ("Canon EOS R5"); empty where unknown."""
    make, model = (metadata.camera_make or "").strip(), (metadata.camera_model or "").strip()
    if not make or not model:
        return make or model
    said = make.split()[0].casefold() in model.casefold()
    return model if said else f"{_calm(make)} {model}"


def lens(metadata: Metadata) -> str:
    """The lens, and the focal length that was used: "18-140 mm at 35 mm"; empty where unknown."""
    focal = QCoreApplication.translate("words", "%1 mm").replace("%1", decimal(metadata.focal_mm)) if metadata.focal_mm else ""
    name = (metadata.lens_model or "").strip()
    if name and focal:
        return QCoreApplication.translate("words", "%1 at %2").replace("%2", focal).replace("%1", name)
    return name or focal


def _counted(count: int, one: str, many: str) -> str:
    """`many` is the translated text for this number; English itself has no loaded plural, so 1 takes `one`."""
    untranslated = many == one.replace("copy", "copies") or many == f"{one}s"
    return (one if untranslated and count == 1 else many).replace("%1", number(count))


def _unit(name: str) -> str:
    """The unit of a size in the person's language ("Mo" in French)."""
    sample = {"kB": 10**3, "MB": 10**6, "GB": 10**9}[name]
    text = locale().formattedDataSize(sample, 0, QLocale.DataSizeFormat.DataSizeSIFormat)
    return text.split()[-1] if " " in text or "\u00a0" in text else name


def _shutter(seconds: float) -> str:
    if seconds < _EXACT_SHUTTER_S:
        return QCoreApplication.translate("words", "1/%1 s").replace("%1", number(round(1 / seconds)))
    return QCoreApplication.translate("words", "%1 s").replace("%1", decimal(seconds))


def _calm(make: str) -> str:
    """Makes are often written in capitals and with a company's form: "NIKON CORPORATION" -> "Nikon"."""
    first = make.split()[0].rstrip(",")
    return first.capitalize() if first.isupper() and len(first) > 3 else first
