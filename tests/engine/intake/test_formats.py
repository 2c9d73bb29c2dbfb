"""Which files are taken for pictures: by name, and by content where the name says nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from app.engine.intake.formats import PICTURE_EXTENSIONS, looks_like_picture
from app.engine.intake.readers import prepare
from tests.conftest import draw_photo


@pytest.mark.parametrize("name", ["a.jpg", "A.JPEG", "b.HEIC", "c.cr3", "d.jxl", "e.tiff", "f.webp", "g.avif", "h.dng", "i.PsD"])
def test_a_picture_extension_is_enough_even_for_a_file_that_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("no picture at all")
    assert looks_like_picture(tmp_path / name)


def test_every_still_picture_that_the_readers_name_is_known() -> None:
    prepare()
    not_ours = {
        "BUFR",
        "EPS",
        "GRIB",
        "HDF5",
        "IPTC",
        "MPEG",
        "PDF",
        "PALM",
        "WMF",
        "IM",
        "MSP",
        "PCD",
        "PIXAR",
        "GBR",
        "FTEX",
        "SUN",
        "BLP",
    }
    shared_names = {".bw", ".rgb", ".rgba", ".icb", ".vda", ".vst", ".fit", ".pfm"}
    named = {
        extension for extension, kind in Image.registered_extensions().items() if kind not in not_ours and kind in Image.OPEN
    }
    assert named - shared_names <= PICTURE_EXTENSIONS


@pytest.mark.parametrize("name", ["photo", "photo.dat", "photo.jpg.bak", "photo.txt", "IMG_1.jpg_original"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "HEIF", "AVIF", "JPEG2000", "PPM", "ICO"])
def test_content_is_enough_whatever_the_name(tmp_path: Path, name: str, kind: str) -> None:
    prepare()
    draw_photo(1, (64, 48)).save(tmp_path / name, kind)
    assert looks_like_picture(tmp_path / name)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"B", b"BM", b"BMW is a maker of cars, and this is a text about them.", b"P1 is a parking lot", b"P6\nnot a number",
        b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41", b"\0\0\0\x14ftypqt  \0\0\0\0", b"\0\0\1\0",
        b"\0\0\1\0\xff\xff" + b"\0" * 40,
        b"\xff\xd8 and then a text", b"GIF of the day", b"RIFF\0\0\0\0WAVEfmt ", b"RIFF\0\0\0\0AVI LIST", b"%PDF-1.4", b"II*\0",
        b"import sys\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"\x0a\x05\x01\x08" + b"\0" * 200, b"SIMPLE  = a word",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ" + b"\0" * 100, b"\xff\xfb\x90\0" * 50,
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["file", "file.txt", "file.mp4", "file.py"])
def test_what_only_begins_like_a_picture_is_none(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert not looks_like_picture(tmp_path / name)


@pytest.mark.parametrize("name", ["points.vst", "track.fit", "board.gbr", "font.pfm", "colors.rgb"])
def test_names_that_other_programs_use_too_count_by_content(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x0e\x10\x5a\x08 nothing that a reader knows" * 20)
    assert not looks_like_picture(tmp_path / name)


def test_a_truevision_picture_under_its_rarer_name_counts(make_photo: Callable[..., Path]) -> None:
    assert looks_like_picture(make_photo("old.tga").rename(make_photo("b.png").with_name("old.vst")))


def test_folders_pipes_and_missing_files_are_none(tmp_path: Path) -> None:
    import os

    assert not looks_like_picture(tmp_path)
    assert not looks_like_picture(tmp_path / "missing")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert not looks_like_picture(tmp_path / "pipe")
