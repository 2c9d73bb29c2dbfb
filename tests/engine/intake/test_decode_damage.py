"""Files that are no pictures, or damaged, or meant to hurt: each is refused with a reason, none hangs or takes the memory."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.engine.errors import InputError, UnreadableImage
from app.engine.intake.decode import open_picture
from app.engine.intake.readers import prepare
from tests.conftest import draw_photo


def jpeg(size: tuple[int, int] = (800, 600), **save: object) -> bytes:
    stream = BytesIO()
    draw_photo(4, size).save(stream, "JPEG", quality=90, **save)
    return stream.getvalue()


def refusal(source: Path | bytes, name: str = "") -> str:
    with pytest.raises(UnreadableImage) as caught:
        open_picture(source, name=name)
    return str(caught.value)


# ---- not pictures


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"dear diary, today I took no photos\n" * 40, "not a picture: this is a text"),
        ("Größe und Qualität der Bilder\n".encode() * 40, "not a picture: this is a text"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "a web page"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "PostScript"),
        (b"PK\3\4" + b"\0" * 60, "ZIP"),
        (b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + b"\0" * 64, "a video"),
        (b"\0" * 5000, "only zeros"),
        (bytes(np.random.default_rng(5).integers(0, 256, 4000, dtype=np.uint8)), "not a picture"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(content)
    assert words in refusal(path)
    assert words in refusal(content)


def test_postscript_is_never_run_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a.eps"
    path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n")
    assert "PostScript" in refusal(path)


@pytest.mark.parametrize("name", ["a.jxl", "a.cr3", "a.arw", "a.exr", "a.psb"])
def test_known_pictures_that_no_reader_opens_say_so(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\x01\x02\xfe\xff\x80" * 100)
    assert "cannot be read yet" in refusal(path)


def test_content_counts_and_not_the_name(tmp_path: Path) -> None:
    for name in ("a.png", "a.tga", "a.txt", "a"):
        path = tmp_path / name
        path.write_bytes(jpeg((64, 48)))
        assert open_picture(path).format == "JPEG"


def test_a_format_without_a_mark_is_tried_only_by_its_name() -> None:
    stream = BytesIO()
    draw_photo(1, (64, 48)).save(stream, "TGA")
    assert open_picture(stream.getvalue(), name="scan.TGA").picture.size == (64, 48)
    assert "not a picture" in refusal(stream.getvalue(), name="scan.jpg")


# ---- what the file system does


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not there any more"):
        open_picture(tmp_path / "gone.jpg")


def test_a_folder_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a folder"):
        open_picture(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(InputError, match="not an ordinary file"):
        open_picture(tmp_path / "pipe.jpg")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs devices")
def test_an_endless_device_is_refused(tmp_path: Path) -> None:
    (tmp_path / "zero.jpg").symlink_to("/dev/zero")
    with pytest.raises(InputError, match="not an ordinary file"):
        open_picture(tmp_path / "zero.jpg")


def test_links_that_lead_nowhere_say_so(tmp_path: Path) -> None:
    (tmp_path / "nowhere.jpg").symlink_to(tmp_path / "gone.jpg")
    (tmp_path / "circle.jpg").symlink_to(tmp_path / "circle.jpg")
    with pytest.raises(InputError, match="link leads to a file that is not there"):
        open_picture(tmp_path / "nowhere.jpg")
    with pytest.raises(InputError, match="circle"):
        open_picture(tmp_path / "circle.jpg")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_says_so(make_photo: Callable[..., Path]) -> None:
    path = make_photo("secret.jpg")
    path.chmod(0)
    with pytest.raises(InputError, match="permission"):
        open_picture(path)


# ---- cut off


@pytest.mark.parametrize("share", [0.8, 0.95, 0.999])
def test_a_jpeg_that_ends_a_little_early_is_shown_and_marked(share: float) -> None:
    whole = jpeg()
    decoded = open_picture(whole[: int(len(whole) * share)])
    assert decoded.cut
    assert decoded.picture.size == (800, 600)
    top, expected = decoded.picture.rgb[:200].astype(int), np.asarray(draw_photo(4, (800, 600)))[:200].astype(int)
    assert np.abs(top - expected).mean() < 6


def test_a_jpeg_without_its_end_mark_is_whole_enough() -> None:
    assert open_picture(jpeg()[:-2]).picture.size == (800, 600)


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_a_jpeg_of_which_most_is_missing_is_refused(share: float) -> None:
    whole = jpeg()
    assert "cut off" in refusal(whole[: int(len(whole) * share)])


def test_bytes_after_the_end_do_not_matter() -> None:
    decoded = open_picture(jpeg() + os.urandom(5000))
    assert (decoded.cut, decoded.picture.size) == (False, (800, 600))


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF", "HEIF", "JPEG2000", "PSD"])
def test_every_cut_is_refused_or_shown_and_never_an_accident(kind: str) -> None:
    prepare()
    if kind == "PSD":
        whole = b"8BPS\0\1" + b"\0" * 6 + struct.pack(">HIIHH", 3, 40, 60, 8, 3) + b"\0" * 12 + b"\0\0" + b"\x80" * 7200
    else:
        stream = BytesIO()
        draw_photo(4, (120, 90)).save(stream, kind)
        whole = stream.getvalue()
    for end in sorted({*range(0, min(200, len(whole)), 3), *range(200, len(whole), max(1, len(whole) // 60))}):
        try:
            assert open_picture(whole[:end]).picture.rgb.shape[2] == 3
        except UnreadableImage as refused:
            assert str(refused)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF", "HEIF", "JPEG2000", "ICO", "TGA"])
def test_wrong_bytes_anywhere_are_refused_or_shown(kind: str) -> None:
    prepare()
    stream = BytesIO()
    draw_photo(6, (96, 64)).save(stream, kind)
    whole, rng = stream.getvalue(), np.random.default_rng(11)
    for _ in range(60):
        damaged = bytearray(whole)
        for place in rng.integers(0, min(len(damaged), 2000), 4):
            damaged[place] = int(rng.integers(0, 256))
        try:
            assert open_picture(bytes(damaged), name=f"a.{kind.lower()}").picture.rgb.size > 0
        except UnreadableImage as refused:
            assert str(refused)


# ---- too large


def png_header(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def test_a_png_that_claims_too_much_is_refused_by_its_header() -> None:
    assert "100,000 × 100,000 pixels" in refusal(png_header(100_000, 100_000))


def test_a_gif_that_claims_too_much_is_refused() -> None:
    screen = b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0xF0, 0, 0) + b"\0" * 6
    frame = b"," + struct.pack("<HHHHB", 0, 0, 65535, 65535, 0) + b"\2\1\0\0;"
    assert "more than can be opened safely" in refusal(screen + frame)


def with_size(data: bytes, width: int, height: int, marker: int) -> bytes:
    """A JPEG whose frame header claims another size."""
    place = data.index(bytes([0xFF, marker]))
    return data[: place + 5] + struct.pack(">HH", height, width) + data[place + 9 :]


@pytest.mark.parametrize(("save", "marker"), [({}, 0xC0), ({"progressive": True}, 0xC2)])
def test_a_small_jpeg_that_claims_too_much_is_refused(save: dict[str, object], marker: int) -> None:
    assert "more than can be opened safely" in refusal(with_size(jpeg((64, 48), **save), 65000, 65000, marker))
    assert "more than can be opened safely" in refusal(with_size(jpeg((64, 48), **save), 30000, 20000, marker))


def test_a_large_progressive_jpeg_of_endless_scans_is_refused() -> None:
    whole = jpeg((5200, 4000), progressive=True)
    last = whole.rindex(b"\xff\xda")
    scan = whole[last:-2]
    assert open_picture(whole).picture.size == (5200, 4000)
    assert "more than can be opened safely" in refusal(whole[:-2] + scan[:40] * 400 + b"\xff\xd9")


def test_pictures_of_a_hundred_megapixels_open() -> None:
    stream = BytesIO()
    Image.new("L", (12000, 9000), 200).save(stream, "PNG", compress_level=1)
    decoded = open_picture(stream.getvalue())
    assert (decoded.picture.size, decoded.picture.rgb.shape) == ((12000, 9000), (768, 1024, 3))


def test_damaged_tiffs_write_nothing_to_our_output(capfd: pytest.CaptureFixture[str]) -> None:
    stream = BytesIO()
    draw_photo(6, (96, 64)).save(stream, "TIFF", compression="jpeg")
    whole, rng = stream.getvalue(), np.random.default_rng(3)
    refused = 0
    for _ in range(40):
        damaged = bytearray(whole)
        for place in rng.integers(8, len(damaged), 12):
            damaged[place] = 0xFF
        try:
            open_picture(bytes(damaged))
        except UnreadableImage:
            refused += 1
    assert refused
    assert capfd.readouterr() == ("", "")
