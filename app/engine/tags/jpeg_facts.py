"""Title, rating and keywords put into a JPEG as XMP (ISO 16684-3) without touching the picture or anything else in the file.

The one segment with the XMP packet takes another one's place; every other byte stays, so nothing is decoded and encoded again.
Where that moves further pictures behind the first one, the list of these (CIPA DC-007, MPF) is told the new places.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.engine.errors import InputError
from app.engine.features.embedded.jpeg import EXIF, WANTED, XMP, segments
from app.engine.features.metadata import read_metadata
from app.engine.removals import Facts
from app.engine.tags.sidecar import merged, plain
from app.engine.types import Metadata

TOO_LONG = "what is to be written is too long for a JPEG; it stays as it is"
_PICTURE = b"\xff\xd8\xff"
_START, _APP0, _APP1, _APP2 = b"\xff\xd8", 0xE0, 0xE1, 0xE2
_MPF = b"MPF\0"
_MP_ENTRIES, _ENTRY_BYTES = 0xB002, 16
_LONGEST = 0xFFFF - 2  # bytes of a segment's body
_EXIF_MARK = len(EXIF) + 1
_PADDING = b" \t\r\n"


def _lacking(own: Metadata, facts: Facts) -> Facts:
    """Those of the facts that a file does not say itself; all keywords where one is missing, as some may stand outside XMP."""
    have = {word.casefold() for word in own.keywords}
    words = tuple(word for text in facts.keywords if (word := plain(text)))
    title = plain(facts.title or "") or None
    return Facts(
        title if own.title is None else None,
        facts.rating if own.rating is None else None,
        (*own.keywords, *words) if any(word.casefold() not in have for word in words) else (),
    )


def with_facts(content: bytes, facts: Facts) -> bytes:
    """A JPEG that says these facts besides its own; what it says itself comes first. The same bytes where it lacks none.

    Facet, and whoever believes XMP before IPTC and EXIF, reads them. Raises InputError with a reason in words.
    """
    if not content.startswith(_START):
        raise InputError("this is no JPEG")
    own = read_metadata(content)
    new = _lacking(own, facts)
    if new == Facts():
        return content
    place = _place(content)
    packet = None if place.packet is None else place.packet.rstrip(b"\0")
    try:
        made = merged(packet, new.keywords, new.title, new.rating)
    except InputError as error:
        raise InputError(f"the facts in its file cannot be added to: {error}") from error
    written = _spliced(content, place, made if packet is None else _as_long(made, len(place.packet or b"")))
    _check(own, new, read_metadata(written))
    return written


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the segment with the packet is, in bytes, or (an empty place) shall be.

    `pictures`: where MPF's list begins. `exif`: where the first EXIF block does, from which its offsets count, and its bytes.
    """

    start: int
    stop: int
    packet: bytes | None = None
    pictures: int | None = None
    exif: tuple[int, bytes] | None = None


def _place(content: bytes) -> _Place:
    """Raises InputError for a file with several packets."""
    stream, at, packets, pictures, exif = io.BytesIO(content), len(_START), [], None, None
    leading = True
    for marker, body in segments(stream, WANTED | {_APP0}):
        stop = stream.tell()
        start = stop - len(body)
        if marker == _APP1 and body.startswith(XMP):
            packets.append(_Place(start - 4, stop, body[len(XMP) :]))
        elif marker == _APP2 and body.startswith(_MPF):
            pictures = start + len(_MPF)
        elif marker == _APP1 and body.startswith(EXIF) and exif is None:
            exif = start + _EXIF_MARK, body[_EXIF_MARK:]
        leading = leading and (marker == _APP0 or (marker == _APP1 and body.startswith(EXIF)))
        at = stop if leading else at
    if len(packets) > 1:
        raise InputError("its file holds facts twice, so programs read it in different ways; it stays as it is")
    return replace(packets[0] if packets else _Place(at, at), pictures=pictures, exif=exif)


def _as_long(packet: bytes, wanted: int) -> bytes:
    """The packet, shorter by the blanks that programs leave at its end for this, if it is longer than it was."""
    end = packet.rfind(b"<?xpacket")
    blanks = end - len(packet[:end].rstrip(_PADDING)) if end > 0 else 0
    cut = min(max(len(packet) - wanted, 0), blanks)
    return packet[: end - cut] + packet[end:] if cut else packet


def _spliced(content: bytes, place: _Place, packet: bytes) -> bytes:
    """Raises InputError where the packet is too long for a segment."""
    body = XMP + packet
    if len(body) > _LONGEST:
        raise InputError(TOO_LONG)
    segment = struct.pack(">BBH", 0xFF, _APP1, len(body) + 2) + body
    grown = len(segment) - (place.stop - place.start)
    if grown and _is_pointed_at(content, place):
        raise InputError("its camera's data tells where a preview is, and that would move; it stays as it is")
    if grown and place.pictures is not None:
        content = _pictures_moved(content, place, place.pictures, grown)
    return content[: place.start] + segment + content[place.stop :]


def _is_pointed_at(content: bytes, place: _Place) -> bool:
    """Whether EXIF before `place` tells where a picture behind it is, as notes of camera makers do in forms of their own."""
    if place.exif is None or place.stop <= place.exif[0]:
        return False
    begin, exif = place.exif
    at = content.find(_PICTURE, place.stop)
    while at >= 0:
        if (at - begin).to_bytes(4, "little" if exif.startswith(b"II") else "big") in exif:
            return True
        at = content.find(_PICTURE, at + 1)
    return False


def _pictures_moved(content: bytes, place: _Place, at: int, grown: int) -> bytes:
    """The list of pictures (at `at`) as it must be when the file grows by so many bytes at `place`. Raises InputError."""
    order = {b"II": "<", b"MM": ">"}.get(content[at : at + 2])
    if order is None:
        raise InputError("the list of pictures in its file is damaged; it stays as it is")
    made = bytearray(content)
    try:
        for entry in _entries(content, at, order):
            size, offset = struct.unpack_from(f"{order}II", content, entry + 4)
            if offset == 0:  # the first picture, in which this is
                struct.pack_into(f"{order}I", made, entry + 4, size + grown)
            elif at < place.stop <= at + offset:
                struct.pack_into(f"{order}I", made, entry + 8, offset + grown)
    except struct.error as error:
        raise InputError("the list of pictures in its file is damaged; it stays as it is") from error
    return bytes(made)


def _entries(content: bytes, at: int, order: str) -> Iterator[int]:
    """Where the entries of the list are. Raises struct.error."""
    (first,) = struct.unpack_from(f"{order}I", content, at + 4)
    (count,) = struct.unpack_from(f"{order}H", content, at + first)
    for number in range(count):
        tag, _kind, size, offset = struct.unpack_from(f"{order}HHII", content, at + first + 2 + 12 * number)
        if tag == _MP_ENTRIES:
            yield from range(at + offset, at + offset + size, _ENTRY_BYTES)


def _check(own: Metadata, new: Facts, now: Metadata) -> None:
    """Raises InputError where a file would not say what was meant, or something else than before."""
    title, rating = new.title or own.title, own.rating if new.rating is None else new.rating
    expected = replace(own, title=title, rating=rating, keywords=())
    words = {word.casefold() for word in (*own.keywords, *new.keywords)}
    if replace(now, keywords=()) != expected or {word.casefold() for word in now.keywords} != words:
        raise InputError("programs would not read what is to be written into its file; it stays as it is")
