"""Facts go into a JPEG: every reader finds them, and no other byte changes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image

from app.engine.errors import InputError
from app.engine.fact_writing import compose
from app.engine.features.embedded.jpeg import XMP, segments
from app.engine.features.metadata import read_metadata
from app.engine.removals import Facts
from app.engine.tags.jpeg_facts import TOO_LONG, with_facts
from tests.conftest import draw_photo

TRAILER = b"a film behind the picture"
PACKET = b"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
 <rdf:Description rdf:about="" xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" crs:Exposure="+0.35"
  xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="0123456789ABCDEF0123456789ABCDEF">
  %b
 </rdf:Description></rdf:RDF></x:xmpmeta>%b<?xpacket end="w"?>"""
EXTENSION = b"http://ns.adobe.com/xmp/extension/\0" + b"0123456789ABCDEF0123456789ABCDEF" + bytes(8) + b"<more/>"
FACTS = Facts("Dawn & <dusk>", 4, ("sea", "Grünau"))


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


def iptc(*keywords: bytes) -> bytes:
    """Photoshop's block with IPTC keywords."""
    sets = b"".join(b"\x1c\x02\x19" + len(word).to_bytes(2, "big") + word for word in keywords)
    return b"Photoshop 3.0\x008BIM\x04\x04\0\0" + len(sets).to_bytes(4, "big") + sets + b"\0" * (len(sets) % 2)


def camera_jpeg(xmp: bytes | None = None, seed: int = 1) -> bytes:
    """A JPEG as cameras and programs leave it: EXIF, XMP with an extension, IPTC, a color profile, a comment, a trailer."""
    from PIL import ImageCms

    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Maker", "One", 6
    made = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    draw_photo(seed).save(made, "JPEG", quality=92, exif=exif, icc_profile=profile, comment=b"hello")
    content = made.getvalue()
    stream = io.BytesIO(content)
    after_exif = next(stream.tell() for marker, body in segments(stream) if marker == 0xE1 and body.startswith(b"Exif"))
    packet = PACKET % (b"", b" " * 2048) if xmp is None else xmp
    added = segment(0xE1, XMP + packet) + segment(0xE1, EXTENSION) + segment(0xED, iptc(b"lake", b"Sea"))
    return content[:after_exif] + added + content[after_exif:] + TRAILER


def others(content: bytes) -> list[bytes]:
    """All of a file but its XMP packet."""
    stream, at, parts = io.BytesIO(content), 0, []
    for marker, body in segments(stream, frozenset(range(256))):
        if marker == 0xE1 and body.startswith(XMP):
            parts.append(content[at : stream.tell() - len(body) - 4])
            at = stream.tell()
    return [*parts, content[at:]]


def read_by_pillow(content: bytes) -> dict[str, object]:
    with Image.open(io.BytesIO(content)) as picture:
        description: dict[str, object] = picture.getxmp()["xmpmeta"]["RDF"]["Description"]  # type: ignore[attr-defined]
        return description


def pixels(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        return picture.tobytes()


def test_facts_go_into_the_packet_and_nothing_else_changes() -> None:
    before = camera_jpeg()
    made = compose(before, FACTS)
    assert len(made) == len(before), "the blanks at the packet's end are there for this"
    assert others(made) == others(before) and pixels(made) == pixels(before)
    own, now = read_metadata(before), read_metadata(made)
    assert own.keywords == ("lake", "Sea") and own.title is own.rating is None
    assert (now.title, now.rating, now.keywords) == (FACTS.title, FACTS.rating, ("lake", "Sea", "Grünau"))
    assert (now.camera_make, now.orientation, now.color_space) == (own.camera_make, own.orientation, own.color_space)
    said = read_by_pillow(made)
    assert said["title"] == {"Alt": {"li": {"lang": "x-default", "text": FACTS.title}}} and said["Rating"] == "4"
    assert said["subject"] == {"Bag": {"li": ["lake", "Sea", "Grünau"]}} and said["Exposure"] == "+0.35"
    assert with_facts(made, Facts("Another", 1, ("sea",))) == made, "what a file says itself comes first"


@pytest.mark.parametrize("keywords", [("lake",), ("new",)])
def test_a_jpeg_without_facts_gets_a_packet_after_its_exif(keywords: tuple[str, ...]) -> None:
    plain = io.BytesIO()
    draw_photo(2).save(plain, "JPEG", exif=Image.Exif().tobytes())
    made = compose(plain.getvalue(), Facts(None, None, keywords))
    assert b"".join(others(made)) == plain.getvalue()
    assert read_metadata(made).keywords == keywords and read_by_pillow(made)["subject"] == {"Bag": {"li": keywords[0]}}


def test_what_is_there_without_text_gives_way_and_what_is_strange_stays() -> None:
    names = b'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    empty = b"<dc:title %b><rdf:Alt/></dc:title><xmp:Rating %b/>" % (names, names)
    now = read_metadata(with_facts(camera_jpeg(PACKET % (empty, b"")), FACTS))
    assert (now.title, now.rating) == (FACTS.title, FACTS.rating)
    for strange in (b"<xmp:Rating %b>many</xmp:Rating>" % names, b"</broken>"):
        with pytest.raises(InputError, match="stays as it is"):
            with_facts(camera_jpeg(PACKET % (strange, b"")), FACTS)


def test_a_packet_that_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match=TOO_LONG):
        with_facts(camera_jpeg(PACKET % (b"<!--" + b"x" * 64_000 + b"-->", b"")), Facts("x" * 2000))


def test_two_packets_and_a_cut_picture_are_refused() -> None:
    twice = camera_jpeg()
    with pytest.raises(InputError, match="twice"):
        with_facts(twice[:2] + segment(0xE1, XMP + PACKET % (b"", b"")) + twice[2:], FACTS)
    with pytest.raises(InputError, match="read whole"):
        compose(camera_jpeg()[:-9000], FACTS)


@pytest.mark.parametrize("late", [False, True])
def test_further_pictures_behind_the_first_are_found_after_it_grew(late: bool) -> None:
    several = io.BytesIO()
    draw_photo(3).save(several, "MPO", save_all=True, append_images=[draw_photo(4), draw_photo(5)])
    content = several.getvalue()
    if late:  # another program put a packet without blanks behind the list of pictures
        stream = io.BytesIO(content)
        stop = next(stream.tell() for marker, body in segments(stream) if body.startswith(b"MPF"))
        packet = segment(0xE1, XMP + PACKET % (b"", b""))
        at = content.index(b"MPF\0") + 4
        from app.engine.tags.jpeg_facts import _pictures_moved, _Place

        content = _pictures_moved(content, _Place(stop, stop, None, at), at, len(packet))
        content = content[:stop] + packet + content[stop:]
    made = compose(content, FACTS)
    with Image.open(io.BytesIO(made)) as picture:
        assert picture.n_frames == 3  # type: ignore[attr-defined]
        for seed in range(3):
            picture.seek(seed)
            assert picture.tobytes() == frame(several.getvalue(), seed)
    assert size_of_first(made) - size_of_first(several.getvalue()) == len(made) - len(several.getvalue())


@pytest.mark.parametrize("order", ["little", "big"])
def test_a_preview_behind_the_picture_to_which_exif_points_does_not_move(order: Literal["little", "big"]) -> None:
    picture, preview = io.BytesIO(), io.BytesIO()
    draw_photo(6).save(picture, "JPEG")
    draw_photo(6).resize((64, 48)).save(preview, "JPEG")
    mark = b"II*\0" if order == "little" else b"MM\0*"
    length = len(mark) + 4 + 2 + 4 + 4  # a list without entries, and behind it notes in a form that only their maker knows
    behind = length + len(picture.getvalue()) - 2
    tiff = mark + b"".join(value.to_bytes(size, order) for value, size in ((8, 4), (0, 2), (0, 4), (behind, 4)))
    content = picture.getvalue()[:2] + segment(0xE1, b"Exif\0\0" + tiff) + picture.getvalue()[2:] + preview.getvalue()
    assert content[12 + behind :] == preview.getvalue()
    with pytest.raises(InputError, match="a preview"):
        with_facts(content, FACTS)
    roomy = content[: 12 + length] + segment(0xE1, XMP + PACKET % (b"", b" " * 2048)) + content[12 + length :]
    begin = 12 + length - 4
    shifted = (behind + len(roomy) - len(content)).to_bytes(4, order)
    made = with_facts(roomy[:begin] + shifted + roomy[begin + 4 :], FACTS)
    assert len(made) == len(roomy) and made.endswith(preview.getvalue()), "with room in the packet nothing moves"


def size_of_first(content: bytes) -> int:
    """As the list of pictures has it."""
    with Image.open(io.BytesIO(content)) as picture:
        size: int = picture.mpinfo[0xB002][0]["Size"]  # type: ignore[attr-defined]
        return size


def frame(content: bytes, number: int) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        picture.seek(number)
        return picture.tobytes()


def test_real_photos_keep_their_pixels(pack: Path) -> None:
    photos = sorted(path for path in pack.rglob("*.jpg"))[::200][:8]
    for path in photos:
        before = path.read_bytes()
        made = compose(before, Facts("A title", 3, ("added",)))
        assert b"".join(others(made)) == b"".join(others(before)) and "added" in read_metadata(made).keywords
