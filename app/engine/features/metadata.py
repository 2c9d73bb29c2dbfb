"""The metadata facet: what the camera and people wrote into a file, and never a guess.

Where several blocks say the same thing, the camera's own record (EXIF) is believed first for what the camera knows, and the
newest one (XMP) for what people write. Only headers are read, never pixels.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from app.engine.features.embedded import exif as tags
from app.engine.features.embedded import iptc
from app.engine.features.embedded.blocks import Blocks
from app.engine.features.embedded.exif import Exif, as_number, as_text, read_exif
from app.engine.features.embedded.files import read_blocks
from app.engine.features.embedded.icc import profile_name
from app.engine.features.embedded.iptc import Records, read_iptc
from app.engine.features.embedded.places import coordinate
from app.engine.features.embedded.tiff import Value, open_tiff
from app.engine.features.embedded.values import moment, number, positive, wide_text
from app.engine.features.embedded.xmp import Properties, read_xmp
from app.engine.types import Metadata

ISO_UNKNOWN = 65535  # what cameras write when the value does not fit


def read_metadata(source: Path | bytes) -> Metadata:
    """All that is written in a picture file, given as its path or its bytes. Safe to call from several threads.

    A field that is missing, damaged or senseless is None; so is everything in a file that is no picture. Raises OSError where
    the path cannot be opened.
    """
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as stream:
        try:
            blocks = read_blocks(stream)
        except Exception:  # the readers of rare formats raise anything at all on a broken file
            return Metadata()
        return _assemble(blocks, stream)


@dataclass(frozen=True, slots=True)
class _Facts:
    """The blocks of one file, each read."""

    exif: Exif
    xmp: Properties
    iptc: Records
    texts: dict[str, str]

    def xmp_text(self, name: str) -> str | None:
        """The first value of a property."""
        return self.xmp[name][0] if name in self.xmp else None

    def xmp_number(self, name: str) -> float | None:
        """The first value of a property, as a number."""
        found = self.xmp_text(name)
        return number(found) if found else None

    def iptc_text(self, number: int) -> str | None:
        """The first value of a data set."""
        return self.iptc[number][0] if number in self.iptc else None


def _assemble(blocks: Blocks, stream: BinaryIO) -> Metadata:
    exif = read_exif(open_tiff(stream if blocks.tiff else io.BytesIO(blocks.exif)))
    if blocks.tiff:
        _take_from_tiff(blocks, exif)
    xmp = read_xmp(blocks.xmp)
    for packet in blocks.more_xmp:
        xmp = read_xmp(packet) | xmp
    facts = _Facts(exif, xmp, read_iptc(blocks.iptc), blocks.texts)
    return _with_words(_with_exposure(_with_camera(_shape(blocks, facts), facts), facts), facts)


def _take_from_tiff(blocks: Blocks, exif: Exif) -> None:
    """A TIFF keeps in its main directory what other files keep in blocks of their own."""
    main = exif.main
    blocks.set_size(int(as_number(main.get(tags.WIDTH)) or 0), int(as_number(main.get(tags.HEIGHT)) or 0))
    blocks.format = "DNG" if tags.DNG_VERSION in main else blocks.format
    blocks.xmp = _raw(main.get(tags.XMP))
    blocks.icc = _raw(main.get(tags.ICC))
    blocks.iptc = _raw(main.get(tags.IPTC)) or _raw(main.get(tags.PHOTOSHOP))


def _raw(value: Value | None) -> bytes:
    return value if isinstance(value, bytes) else b""


def _shape(blocks: Blocks, facts: _Facts) -> Metadata:
    turn = as_number(facts.exif.main.get(tags.ORIENTATION)) or facts.xmp_number("tiff:Orientation")
    orientation = int(turn) if turn is not None and turn in range(1, 9) else None
    width, height = blocks.width, blocks.height
    if orientation is not None and orientation >= 5 and not blocks.upright:
        width, height = height, width
    return Metadata(blocks.format, width, height, orientation, _color_space(blocks, facts.exif))


def _color_space(blocks: Blocks, exif: Exif) -> str | None:
    space = as_number(exif.camera.get(tags.COLOR_SPACE))
    if blocks.icc and (name := profile_name(blocks.icc)):
        return name
    if space == 2 or as_text(exif.interop.get(1)) == "R03":
        return "Adobe RGB"
    return "sRGB" if space == 1 or blocks.srgb else None


def _with_camera(known: Metadata, facts: _Facts) -> Metadata:
    main, camera, xmp = facts.exif.main, facts.exif.camera, facts.xmp_text
    latitude, longitude = facts.exif.latitude(), facts.exif.longitude()
    if latitude is None or longitude is None:
        latitude, longitude = coordinate(xmp("exif:GPSLatitude"), 90), coordinate(xmp("exif:GPSLongitude"), 180)
    located = latitude is not None and longitude is not None
    return replace(
        known,
        date_taken=_date_taken(facts),
        camera_make=as_text(main.get(tags.MAKE)) or xmp("tiff:Make"),
        camera_model=as_text(main.get(tags.MODEL)) or xmp("tiff:Model"),
        lens_model=as_text(camera.get(tags.LENS_MODEL)) or xmp("exifEX:LensModel") or xmp("aux:Lens"),
        gps_lat=latitude if located else None,
        gps_lon=longitude if located else None,
        gps_alt=_altitude(facts),
    )


def _altitude(facts: _Facts) -> float | None:
    height = facts.exif.altitude()
    if height is None and (height := facts.xmp_number("exif:GPSAltitude")) is not None:
        return -height if facts.xmp_text("exif:GPSAltitudeRef") == "1" else height
    return height


def _date_taken(facts: _Facts) -> str | None:
    """The first date that a calendar has, from when the shutter opened to when the file was made."""
    return next((found for found in _dates(facts) if found), None)


def _dates(facts: _Facts) -> Iterator[str | None]:
    exif, xmp = facts.exif, facts.xmp_text
    taken = as_text(exif.camera.get(tags.OFFSET_ORIGINAL))
    yield moment(as_text(exif.camera.get(tags.DATE_ORIGINAL)), taken, as_text(exif.camera.get(tags.FRACTION_ORIGINAL)))
    yield moment(as_text(exif.main.get(tags.DATE_ORIGINAL)), taken)
    yield moment(xmp("exif:DateTimeOriginal"))
    yield moment(xmp("photoshop:DateCreated"))
    day, time = facts.iptc_text(iptc.DATE), facts.iptc_text(iptc.TIME)
    yield (moment(f"{day} {time}") or moment(day)) if day and time else moment(day)
    yield moment(as_text(exif.camera.get(tags.DATE_DIGITIZED)), as_text(exif.camera.get(tags.OFFSET_DIGITIZED)))
    yield moment(xmp("exif:DateTimeDigitized"))
    yield moment(xmp("xmp:CreateDate"))


def _with_exposure(known: Metadata, facts: _Facts) -> Metadata:
    camera, xmp = facts.exif.camera, facts.xmp_number
    # APEX: the exposure value is a power of two (EXIF annex C).
    stops, doublings = as_number(camera.get(tags.APERTURE_APEX)), as_number(camera.get(tags.SHUTTER_APEX))
    return replace(
        known,
        aperture=positive(as_number(camera.get(tags.F_NUMBER)))
        or positive(xmp("exif:FNumber"))
        or _power(stops, 0.5)
        or _power(xmp("exif:ApertureValue"), 0.5),
        shutter_s=positive(as_number(camera.get(tags.EXPOSURE)))
        or positive(xmp("exif:ExposureTime"))
        or _power(doublings, -1)
        or _power(xmp("exif:ShutterSpeedValue"), -1),
        iso=_iso(as_number(camera.get(tags.ISO)))
        or _iso(xmp("exif:ISOSpeedRatings"))
        or _iso(xmp("exifEX:PhotographicSensitivity")),
        focal_mm=positive(as_number(camera.get(tags.FOCAL))) or positive(xmp("exif:FocalLength")),
    )


def _power(value: float | None, factor: float) -> float | None:
    """Two to the power of value * factor, where the value is one that a camera can have."""
    return 2.0 ** (value * factor) if value is not None and abs(value) <= 40 else None


def _iso(value: float | None) -> int | None:
    found = positive(value)
    return None if found is None or found == ISO_UNKNOWN or found < 1 else int(found)


def _with_words(known: Metadata, facts: _Facts) -> Metadata:
    main, xmp, texts = facts.exif.main, facts.xmp_text, facts.texts
    return replace(
        known,
        title=xmp("dc:title") or facts.iptc_text(iptc.TITLE) or _wide(main.get(tags.XP_TITLE)) or _plain(texts, "title"),
        description=xmp("dc:description")
        or facts.iptc_text(iptc.CAPTION)
        or as_text(main.get(tags.DESCRIPTION))
        or _plain(texts, "description"),
        keywords=_keywords(facts),
        rating=_rating(facts),
        copyright=xmp("dc:rights")
        or facts.iptc_text(iptc.COPYRIGHT)
        or as_text(main.get(tags.COPYRIGHT))
        or _plain(texts, "copyright"),
    )


def _wide(value: Value | None) -> str | None:
    return wide_text(value) if isinstance(value, bytes) else None


def _plain(texts: dict[str, str], keyword: str) -> str | None:
    return texts.get(keyword, "").partition("\0")[0].strip() or None


def _keywords(facts: _Facts) -> tuple[str, ...]:
    """Each keyword once, in the order written."""
    written = facts.xmp.get("dc:subject") or facts.iptc.get(iptc.KEYWORDS)
    if not written:
        written = (_wide(facts.exif.main.get(tags.XP_KEYWORDS)) or "").split(";")
    return tuple(dict.fromkeys(word for item in written if (word := item.strip())))


def _rating(facts: _Facts) -> int | None:
    """Stars, 0 to 5; Adobe's -1 for "rejected" stays."""
    for stars in (facts.xmp_number("xmp:Rating"), as_number(facts.exif.main.get(tags.RATING))):
        if stars is not None and -1 <= stars <= 5:
            return int(stars)
    return None
