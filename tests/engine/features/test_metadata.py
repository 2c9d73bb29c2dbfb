"""What is read out of files that carry facts in every usual way."""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageCms, IptcImagePlugin, PngImagePlugin

from app.engine.features.metadata import read_metadata
from app.engine.types import Metadata
from tests.engine.features.packets import exif_block, iptc_block, photoshop_block, with_segments, xmp_packet

CAMERA = exif_block(
    main={0x010F: "Lumen\0", 0x0110: " Model 7 ", 0x0112: 6, 0x010E: "A quiet bay", 0x8298: "© Ana Núñez"},
    camera={
        0x829A: (1, 250), 0x829D: (28, 10), 0x8827: 400, 0x9003: "2023:07:14 18:05:59", 0x9011: "+02:00",
        0x920A: (35, 1), 0xA434: "35mm F2.8", 0xA001: 1,
    },
    gps={1: "S", 2: ((33, 1), (30, 1), (36, 1)), 3: "E", 4: ((18, 1), (0, 1), (0, 1)), 5: b"\1", 6: (25, 2)},
)  # fmt: skip


def jpeg(**save: object) -> bytes:
    """A small drawn JPEG, 64 x 40."""
    return encoded("JPEG", **save)


def encoded(kind: str, **save: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 40), (200, 30, 90)).save(out, kind, **save)
    return out.getvalue()


def test_every_camera_fact_of_a_jpeg() -> None:
    assert read_metadata(jpeg(exif=CAMERA)) == Metadata(
        format="JPEG", width=40, height=64, orientation=6, color_space="sRGB", date_taken="2023-07-14T18:05:59+02:00",
        camera_make="Lumen", camera_model="Model 7", lens_model="35mm F2.8", aperture=2.8, shutter_s=0.004, iso=400,
        focal_mm=35.0, gps_lat=-33.51, gps_lon=18.0, gps_alt=-12.5, description="A quiet bay", copyright="© Ana Núñez",
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_the_same_facts_in_every_container(kind: str) -> None:
    found = read_metadata(encoded(kind, exif=CAMERA))
    assert (found.format, found.camera_make, found.iso, found.date_taken) == (kind, "Lumen", 400, "2023-07-14T18:05:59+02:00")
    assert (found.width, found.height, found.orientation) == (40, 64, 6)


def test_heic_sides_are_those_of_the_shown_picture() -> None:
    import pillow_heif

    out = io.BytesIO()
    picture = pillow_heif.from_pillow(Image.new("RGB", (64, 40)))
    picture.save(out, exif=CAMERA)
    found = read_metadata(out.getvalue())
    assert (found.format, found.camera_model, found.shutter_s) == ("HEIC", "Model 7", 0.004)
    assert {found.width, found.height} == {64, 40}


def test_a_path_reads_as_its_bytes(make_photo: Callable[..., Path]) -> None:
    path = make_photo("a.jpg", exif=CAMERA)
    assert read_metadata(path) == read_metadata(path.read_bytes())
    assert read_metadata(path).camera_make == "Lumen"


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders(order: str) -> None:
    block = exif_block(main={0x010F: "Lumen", 0x0112: 8}, camera={0x829D: (56, 10)}, order=order)
    found = read_metadata(jpeg(exif=block))
    assert (found.camera_make, found.orientation, found.aperture) == ("Lumen", 8, 5.6)


def test_nothing_written_is_nothing_said() -> None:
    found = read_metadata(jpeg())
    assert found == Metadata(format="JPEG", width=64, height=40)


def test_senseless_values_are_none() -> None:
    block = exif_block(
        main={0x010F: "   \0", 0x0112: 0, 0x010E: " \0secret"},
        camera={0x829A: (0, 0), 0x829D: (0, 10), 0x8827: 65535, 0x9003: "0000:00:00 00:00:00", 0x920A: (0, 1)},
        gps={1: "N", 2: ((91, 1), (0, 1), (0, 1)), 3: "E", 4: ((18, 1), (0, 1), (0, 1)), 6: (5, 0)},
    )
    assert read_metadata(jpeg(exif=block)) == Metadata(format="JPEG", width=64, height=40)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2020:02:29 23:59:59", "2020-02-29T23:59:59"),
        ("2020-02-29T10:00:00.125Z", "2020-02-29T10:00:00+00:00"),
        ("2020:02:29", "2020-02-29"),
        ("2021:02:29 10:00:00", None),
        ("    :  :     :  :  ", None),
        ("yesterday", None),
    ],
)
def test_dates(written: str, read: str | None) -> None:
    assert read_metadata(jpeg(exif=exif_block(camera={0x9003: written}))).date_taken == read


@pytest.mark.parametrize(("digits", "read"), [("20", ".20"), ("045 ", ".045"), ("", ""), ("  ", ""), ("x1", "")])
def test_the_fraction_of_the_second_that_a_camera_writes_apart(digits: str, read: str) -> None:
    block = exif_block(camera={0x9003: "2020:02:29 23:59:59", 0x9011: "+01:00", 0x9291: digits})
    assert read_metadata(jpeg(exif=block)).date_taken == f"2020-02-29T23:59:59{read}+01:00"


def test_a_bad_first_date_gives_way_to_the_next() -> None:
    block = exif_block(camera={0x9003: "0000:00:00 00:00:00", 0x9004: "2011:01:02 03:04:05", 0x9012: "-05:30"})
    assert read_metadata(jpeg(exif=block)).date_taken == "2011-01-02T03:04:05-05:30"


def test_apex_values_stand_in_for_missing_ones() -> None:
    found = read_metadata(jpeg(exif=exif_block(camera={0x9201: (8, 1), 0x9202: (4, 1)})))
    assert (found.shutter_s, found.aperture) == (1 / 256, 4.0)


def test_place_needs_a_hemisphere_and_both_halves() -> None:
    degrees = ((10, 1), (30, 1), (0, 0))
    whole = exif_block(gps={1: "N", 2: degrees, 3: "W", 4: degrees})
    assert read_metadata(jpeg(exif=whole)).gps_lon == -10.5
    for part in ({2: degrees, 4: degrees}, {1: "N", 2: degrees}):
        found = read_metadata(jpeg(exif=exif_block(gps=part)))
        assert (found.gps_lat, found.gps_lon) == (None, None)


def test_windows_titles_and_keywords() -> None:
    block = exif_block(main={0x9C9B: "Zürich 東京\0".encode("utf-16-le"), 0x9C9E: "sea; boat;sea".encode("utf-16-le"), 0x4746: 4})
    found = read_metadata(jpeg(exif=block))
    assert (found.title, found.keywords, found.rating) == ("Zürich 東京", ("sea", "boat"), 4)


def test_texts_of_old_programs_are_western_european() -> None:
    assert read_metadata(jpeg(exif=exif_block(main={0x010E: "Café".encode("cp1252")}))).description == "Café"


def test_xmp_as_elements() -> None:
    packet = xmp_packet(
        "<dc:title><rdf:Alt><rdf:li xml:lang='de'>Bucht</rdf:li><rdf:li xml:lang='x-default'>Bay</rdf:li></rdf:Alt></dc:title>"
        "<dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li> boat </rdf:li></rdf:Bag></dc:subject>"
        "<xmp:Rating>3</xmp:Rating><exif:FNumber>63/10</exif:FNumber>"
        "<exif:ISOSpeedRatings><rdf:Seq><rdf:li>200</rdf:li></rdf:Seq></exif:ISOSpeedRatings>"
        "<photoshop:DateCreated>2019-05-06T07:08:09-03:00</photoshop:DateCreated>"
    )
    found = read_metadata(jpeg(xmp=packet))
    assert (found.title, found.keywords, found.rating, found.aperture, found.iso) == ("Bay", ("sea", "boat"), 3, 6.3, 200)
    assert found.date_taken == "2019-05-06T07:08:09-03:00"


def test_xmp_as_attributes_and_places() -> None:
    packet = xmp_packet(
        "", "tiff:Make='Lumen' aux:Lens='50mm' tiff:Orientation='8' exif:GPSLatitude='40,39.6S' exif:GPSLongitude='9,30,0E' "
        "exif:GPSAltitude='125/10' exif:GPSAltitudeRef='1' exif:FNumber='f/6.3'"
    )  # fmt: skip
    found = read_metadata(jpeg(xmp=packet))
    assert (found.camera_make, found.lens_model, found.orientation, found.aperture) == ("Lumen", "50mm", 8, None)
    assert (found.gps_lat, found.gps_lon, found.gps_alt) == (-40.66, 9.5, -12.5)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-be", "utf-16-le", "utf-32-le"])
def test_xmp_in_every_encoding(encoding: str) -> None:
    packet = xmp_packet("<dc:rights>© Ωmega</dc:rights>").decode().encode(encoding)
    assert read_metadata(jpeg(xmp=packet)).copyright == "© Ωmega"


def test_xmp_that_would_expand_or_fetch_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    plain = xmp_packet("<dc:title>&word;</dc:title>").decode()
    for entity in ('"bomb"', f'SYSTEM "{secret.as_uri()}"'):
        packet = f"<!DOCTYPE x [<!ENTITY word {entity}>]>{plain}".encode()
        assert read_metadata(jpeg(xmp=packet)).title is None
        inside = plain.replace("<rdf:RDF", f"<!DOCTYPE x [<!ENTITY word {entity}>]><rdf:RDF").encode()
        assert read_metadata(jpeg(xmp=inside)).title is None


def test_extended_xmp_adds_what_the_main_packet_lacks() -> None:
    more = xmp_packet("<dc:title>Second</dc:title><dc:rights>Ana</dc:rights>")
    head = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32 + struct.pack(">I", len(more))
    parts = [(0xE1, head + struct.pack(">I", start) + more[start : start + 100]) for start in range(0, len(more), 100)]
    found = read_metadata(with_segments(jpeg(xmp=xmp_packet("<dc:title>First</dc:title>")), *parts))
    assert (found.title, found.copyright) == ("First", "Ana")


def test_iptc_records() -> None:
    block = iptc_block({5: ["Title"], 25: ["sea", "boat"], 55: ["20200229"], 60: ["101112+0100"], 116: ["Ana"], 120: ["Día"]})
    found = read_metadata(with_segments(jpeg(), (0xED, b"Photoshop 3.0\0" + photoshop_block(block))))
    assert (found.title, found.keywords, found.copyright, found.description) == ("Title", ("sea", "boat"), "Ana", "Día")
    assert found.date_taken == "2020-02-29T10:11:12+01:00"


def test_iptc_that_pillow_reads_too() -> None:
    picture = with_segments(jpeg(), (0xED, b"Photoshop 3.0\0" + photoshop_block(iptc_block({5: ["Harbor"]}))))
    with Image.open(io.BytesIO(picture)) as opened:
        assert IptcImagePlugin.getiptcinfo(opened)[(2, 5)] == b"Harbor"
    assert read_metadata(picture).title == "Harbor"


def test_xmp_goes_before_iptc_before_exif_for_words() -> None:
    exif = exif_block(main={0x010E: "from exif", 0x8298: "from exif"})
    iptc = (0xED, b"Photoshop 3.0\0" + photoshop_block(iptc_block({5: ["from iptc"], 120: ["from iptc"]})))
    found = read_metadata(with_segments(jpeg(exif=exif, xmp=xmp_packet("<dc:title>from xmp</dc:title>")), iptc))
    assert (found.title, found.description, found.copyright) == ("from xmp", "from iptc", "from exif")


def test_png_texts_also_behind_the_picture() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Title", "Bay")
    texts.add_itxt("Description", "静かな湾", zip=True)
    png = encoded("PNG", pnginfo=texts)
    body = b"Copyright\0\0" + zlib.compress("© Ana".encode("latin-1"))
    late = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    found = read_metadata(png[:-12] + late + png[-12:])
    assert (found.title, found.description, found.copyright) == ("Bay", "静かな湾", "© Ana")


def test_png_profile_dumps() -> None:
    def dump(raw: bytes) -> str:
        return f"\nx\n{len(raw):8}\n{raw.hex()}\n"

    texts = PngImagePlugin.PngInfo()
    texts.add_text("Raw profile type exif", dump(CAMERA))
    texts.add_text("Raw profile type iptc", dump(photoshop_block(iptc_block({5: ["Harbor"]}))), zip=True)
    found = read_metadata(encoded("PNG", pnginfo=texts))
    assert (found.camera_make, found.title) == ("Lumen", "Harbor")


def test_the_color_profile_has_a_name() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind in ("JPEG", "PNG", "WEBP", "TIFF"):
        assert read_metadata(encoded(kind, icc_profile=profile)).color_space == "sRGB built-in"


def test_stray_bytes_between_segments() -> None:
    picture = jpeg(exif=CAMERA)
    assert read_metadata(picture[:2] + b"\0\1\2" + picture[2:]).camera_make == "Lumen"


def test_no_picture_says_nothing(tmp_path: Path) -> None:
    for content in (b"", b"hello", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF\4\0\0\0WEBP", b"II*\0\xff\xff\xff\xff"):
        found = read_metadata(content)
        assert (found.width, found.camera_make, found.keywords) == (None, None, ())
    with pytest.raises(OSError):
        read_metadata(tmp_path / "away.jpg")


def test_real_files_read_as_an_independent_reader_does(pack: Path) -> None:
    """At least 95 % of the facts right, at most 1 % invented; the answers come from another program."""
    expected = json.loads((pack / "metadata" / "expected.json").read_text())
    right = seen = absent = invented = 0
    for name, row in expected.items():
        found = read_metadata(pack / "metadata" / name)
        for field in ("camera_make", "camera_model", "lens_model", "iso", "orientation", "rating", "title", "description"):
            accepted = [value for value in (row[field], *row.get("alternatives", {}).get(field, [])) if value is not None]
            got = getattr(found, field)
            seen, right = seen + bool(accepted), right + (bool(accepted) and got in accepted)
            absent, invented = absent + (not accepted), invented + (not accepted and got is not None)
    assert seen > 100
    assert right >= 0.95 * seen
    assert invented <= 0.01 * absent
