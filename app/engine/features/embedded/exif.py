"""EXIF: the camera's own record, from a TIFF structure to plain values (CIPA DC-008, and Microsoft's tags)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from app.engine.features.embedded.tiff import Directory, Tiff, Value
from app.engine.features.embedded.values import text

WIDTH, HEIGHT, DESCRIPTION, MAKE, MODEL, ORIENTATION = 0x0100, 0x0101, 0x010E, 0x010F, 0x0110, 0x0112
XMP, RATING, COPYRIGHT, IPTC, PHOTOSHOP, EXIF_IFD, ICC, GPS_IFD = 0x02BC, 0x4746, 0x8298, 0x83BB, 0x8649, 0x8769, 0x8773, 0x8825
XP_TITLE, XP_KEYWORDS, DNG_VERSION = 0x9C9B, 0x9C9E, 0xC612
EXPOSURE, F_NUMBER, ISO, DATE_ORIGINAL, DATE_DIGITIZED = 0x829A, 0x829D, 0x8827, 0x9003, 0x9004
OFFSET_ORIGINAL, OFFSET_DIGITIZED, SHUTTER_APEX, APERTURE_APEX = 0x9011, 0x9012, 0x9201, 0x9202
FOCAL, COLOR_SPACE, INTEROP_IFD, LENS_MODEL = 0x920A, 0xA001, 0xA005, 0xA434
FRACTION_ORIGINAL = 0x9291
LAT_REF, LAT, LON_REF, LON, ALT_REF, ALT = 1, 2, 3, 4, 5, 6

MAIN_TAGS = frozenset(
    {WIDTH, HEIGHT, DESCRIPTION, MAKE, MODEL, ORIENTATION, XMP, RATING, COPYRIGHT, IPTC, PHOTOSHOP, EXIF_IFD, ICC, GPS_IFD}
    | {XP_TITLE, XP_KEYWORDS, DNG_VERSION, DATE_ORIGINAL}
)
CAMERA_TAGS = frozenset(
    {EXPOSURE, F_NUMBER, ISO, DATE_ORIGINAL, DATE_DIGITIZED, OFFSET_ORIGINAL, OFFSET_DIGITIZED, SHUTTER_APEX, APERTURE_APEX}
    | {FOCAL, COLOR_SPACE, INTEROP_IFD, LENS_MODEL, FRACTION_ORIGINAL}
)
GPS_TAGS = frozenset({LAT_REF, LAT, LON_REF, LON, ALT_REF, ALT})


@dataclass(frozen=True, slots=True)
class Exif:
    """The three directories that hold facts: the main one, the camera's and GPS."""

    main: Directory = field(default_factory=dict)
    camera: Directory = field(default_factory=dict)
    gps: Directory = field(default_factory=dict)
    interop: Directory = field(default_factory=dict)

    def latitude(self) -> float | None:
        """Signed degrees, south negative; None without a hemisphere, or outside the globe."""
        return _degrees(self.gps.get(LAT), as_text(self.gps.get(LAT_REF)), "NS", 90)

    def longitude(self) -> float | None:
        """Signed degrees, west negative; None without a hemisphere, or outside the globe."""
        return _degrees(self.gps.get(LON), as_text(self.gps.get(LON_REF)), "EW", 180)

    def altitude(self) -> float | None:
        """Meters, below the sea negative."""
        height, reference = as_number(self.gps.get(ALT)), self.gps.get(ALT_REF)
        below = reference[:1] in (b"\1", b"\3", b"1", (1,), (3,)) if reference else False
        return -abs(height) if below and height is not None else height


def read_exif(tiff: Tiff | None) -> Exif:
    """The directories of a structure; what cannot be read is left out."""
    if tiff is None:
        return Exif()
    main = tiff.directory(tiff.first, MAIN_TAGS)
    camera = _linked(tiff, main.get(EXIF_IFD), CAMERA_TAGS)
    return Exif(main, camera, _linked(tiff, main.get(GPS_IFD), GPS_TAGS), _linked(tiff, camera.get(INTEROP_IFD), frozenset({1})))


def _linked(tiff: Tiff, pointer: Value | None, wanted: frozenset[int]) -> Directory:
    offset = as_number(pointer)
    return tiff.directory(int(offset), wanted) if offset else {}


def as_text(value: Value | None) -> str | None:
    """The text of an entry; None where it holds numbers."""
    return text(value) if isinstance(value, bytes) else None


def as_number(value: Value | None) -> float | None:
    """The first number of an entry, where it is finite; a lone byte counts as one."""
    if isinstance(value, bytes):
        return float(value[0]) if len(value) == 1 else None
    return value[0] if value and value[0] is not None and math.isfinite(value[0]) else None


def _degrees(value: Value | None, reference: str | None, hemispheres: str, most: float) -> float | None:
    """Degrees, minutes and seconds as one signed number; `hemispheres` are the positive and the negative letter."""
    letter = (reference or "")[:1].upper()
    if not isinstance(value, tuple) or value[0] is None or letter not in tuple(hemispheres):
        return None
    # Seconds and minutes are often left as 0/0 by writers that put everything into the degrees.
    degrees = sum((part or 0.0) / 60.0**power for power, part in enumerate(value[:3]))
    if not 0 <= degrees <= most:
        return None
    return -degrees if letter == hemispheres[1] else degrees
