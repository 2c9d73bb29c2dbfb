"""Which files are pictures: by extension, or by the first bytes where the extension says nothing."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path

from app.engine.camera_raw import CAMERA_RAW
from app.engine.intake.files import open_regular

HEAD = 512
"""How many bytes from the start of a file tell what it is."""

NOT_YET = {".jxl": "JPEG XL", ".jxr": "JPEG XR", ".wdp": "JPEG XR", ".hdp": "JPEG XR", ".exr": "OpenEXR", ".hdr": "Radiance HDR",
           ".psb": "Photoshop large document", ".xcf": "GIMP", ".flif": "FLIF", ".bpg": "BPG"}  # fmt: skip
"""Pictures that no reader here opens; they are reported, never silently dropped."""

_READABLE = {
    ".apng", ".avif", ".avifs", ".bmp", ".cur", ".dcx", ".dds", ".dib", ".fits", ".fli", ".flc", ".gif", ".heic", ".heics",
    ".heif", ".heifs", ".hif", ".icns", ".ico", ".j2c", ".j2k", ".jfif", ".jif", ".jp2", ".jpc", ".jpe", ".jpeg", ".jpf", ".jpg",
    ".jpx", ".jps", ".mpo", ".pbm", ".pcx", ".pgm", ".png", ".pnm", ".ppm", ".psd", ".qoi", ".sgi", ".tga", ".tif", ".tiff",
    ".webp", ".xbm", ".xpm",
}  # fmt: skip

PICTURE_EXTENSIONS = frozenset(_READABLE | CAMERA_RAW.keys() | NOT_YET.keys())
"""A file with one of these (lower case, with the dot) is a picture, readable or not."""

WEAK_READERS = {
    ".tga": "TGA", ".icb": "TGA", ".vda": "TGA", ".vst": "TGA", ".pcx": "PCX", ".cur": "CUR", ".dib": "DIB", ".im": "IM",
    ".msp": "MSP", ".pcd": "PCD", ".pxr": "PIXAR", ".sgi": "SGI", ".bw": "SGI", ".rgb": "SGI", ".rgba": "SGI", ".fli": "FLI",
    ".flc": "FLI", ".spider": "SPIDER", ".xbm": "XBM", ".gbr": "GBR", ".ftu": "FTEX", ".ftc": "FTEX", ".blp": "BLP",
    ".ras": "SUN", ".pfm": "PPM", ".fit": "FITS", ".fts": "FITS", ".fits": "FITS", ".xv": "XVTHUMB", ".area": "MCIDAS",
}  # fmt: skip
"""Readers whose mark is too weak, or whose extension too common for other things, to be tried without the fitting extension."""

STRONG_READERS = (
    "JPEG", "PNG", "GIF", "WEBP", "TIFF", "AVIF", "HEIF", "BMP", "JPEG2000", "PSD", "ICO", "DDS", "QOI", "ICNS", "PPM", "XPM",
    "DCX",
)  # fmt: skip
"""Readers that know their files by the first bytes; tried in this order, whatever a file is called. Never those that run
another program or hold no still picture (EPS, WMF, MPEG, HDF5, GRIB, BUFR)."""

_MARKS = (
    b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"8BPS\0\1", b"\0\0\0\x0cjP  \r\n\x87\n",
    b"\xff\x4f\xff\x51\0", b"II*\0", b"MM\0*", b"II+\0\x08\0", b"MM\0+\0\x08", b"DDS \x7c\0\0\0", b"qoif\0", b"/* XPM */",
)  # fmt: skip
_FTYP_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1", b"avif", b"avis"}
_VIDEO_BRANDS = {
    b"iso",
    b"mp4",
    b"qt ",
    b"M4V",
    b"3gp",
    b"3g2",
    b"avc",
    b"dby",
    b"MSN",
    b"f4v",
    b"XAV",
}  # their first three letters


def looks_like_picture(path: str | Path) -> bool:
    """True for a known picture extension, and for any other file in whose content a reader recognizes a picture."""
    extension = extension_of(path)
    if extension in PICTURE_EXTENSIONS:
        return True
    try:
        with open_regular(Path(path)) as file:
            head = file.read(HEAD)
    except OSError:
        return False
    if not head or not (has_picture_mark(head) or extension in WEAK_READERS):
        return False
    from app.engine.intake.readers import recognizes

    return recognizes(Path(path))


def extension_of(path: str | Path) -> str:
    """The extension in lower case with its dot, or an empty text."""
    return os.path.splitext(os.fspath(path))[1].lower()  # noqa: PTH122  Path is 10 times slower, and a scan asks for every file


def has_picture_mark(head: bytes) -> bool:
    """Whether the first bytes carry the mark of a picture format that is sure enough without an extension."""
    if head.startswith(_MARKS):
        return True
    return any(check(head) for check in (_is_webp, _is_iso_picture, _is_bmp, _is_netpbm, _is_icon))


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_iso_picture(head: bytes) -> bool:
    """HEIC and AVIF; a video has the same box with other brands."""
    return head[4:8] == b"ftyp" and head[8:12] in _FTYP_BRANDS


def _is_bmp(head: bytes) -> bool:
    """ "BM" alone is also how texts begin, so the header's size must be one of those there are."""
    return head[:2] == b"BM" and len(head) >= 18 and struct.unpack_from("<I", head, 14)[0] in (12, 16, 40, 52, 56, 64, 108, 124)


def _is_netpbm(head: bytes) -> bool:
    """ "P6", white space, then a number or a comment."""
    return (
        head[:1] == b"P" and head[1:2] in b"123456" and head[2:3] in b"\n\r\t " and head[3:4] in b"0123456789#" and len(head) > 6
    )


def _is_icon(head: bytes) -> bool:
    """Four bytes say icon; the first entry's reserved byte and plausible place make it sure."""
    if head[:4] != b"\0\0\1\0" or len(head) < 22:
        return False
    count, size, offset = struct.unpack_from("<H", head, 4)[0], *struct.unpack_from("<II", head, 14)
    return 0 < count <= 64 and head[9] == 0 and size > 0 and offset >= 6 + 16 * count


_OTHER_KINDS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("a web page", lambda h: h.lstrip().lower().startswith((b"<!doctype html", b"<html"))),
    ("a drawing in SVG", lambda h: b"<svg" in h),
    ("a PDF document", lambda h: h.startswith(b"%PDF")),
    ("a PostScript document", lambda h: h.startswith((b"%!PS", b"\xc5\xd0\xd3\xc6"))),
    ("a ZIP archive or office document", lambda h: h.startswith(b"PK\3\4")),
    ("an archive", lambda h: h.startswith((b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh"))),
    (
        "a video",
        lambda h: (
            (h[4:8] == b"ftyp" and h[8:11] in _VIDEO_BRANDS)
            or h[:4] == b"\x1a\x45\xdf\xa3"
            or (h[:4] == b"RIFF" and h[8:12] == b"AVI ")
        ),
    ),
    ("a sound file", lambda h: h.startswith((b"ID3", b"OggS", b"fLaC")) or (h[:4] == b"RIFF" and h[8:12] == b"WAVE")),
    ("a program", lambda h: h.startswith((b"MZ", b"\x7fELF"))),
    ("an AppleDouble file, which macOS writes beside the real one", lambda h: h.startswith(b"\0\5\x16\7")),
)


def other_kind(head: bytes) -> str | None:
    """What a file that is no picture seems to be, in words; None where that cannot be told."""
    for words, is_kind in _OTHER_KINDS:
        if is_kind(head):
            return words
    return "a text" if _is_text(head) else None


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as problem:
        if problem.start < len(head) - 4:  # a letter cut at the end of the head is no sign against text
            return False
        text = head[: problem.start].decode("utf-8")
    return all(letter.isprintable() or letter in "\r\n\t\f\ufeff" for letter in text)
