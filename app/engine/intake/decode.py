"""From a file to pixels: upright, sRGB, small, told by content and never by name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.engine.camera_raw import CAMERA_RAW
from app.engine.errors import FacetError, UnreadableImage
from app.engine.features.base import LONGEST, Picture, Side, side_for
from app.engine.features.quality import jpeg_quality
from app.engine.intake.files import KEEP
from app.engine.intake.pixels import fit, shrunk, small_rgb
from app.engine.intake.readers import Source, damage, identify, memory_needed, opened, room_for

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile
    from PIL.JpegImagePlugin import JpegImageFile

MAX_JPEG_PIXELS = 1_000_000_000
"""JPEGs are scaled while they are decoded, so it is patience, not memory, that bounds them (about 5 s)."""

MAX_JPEG_WORK = 3_000_000_000
"""Pixels times scans: a few kilobytes of scans can keep a decoder busy for hours."""

_END_OF_JPEG = b"\xff\xd9"
_NAMES = {"JPEG2000": "JPEG 2000", "MPO": "JPEG", "DIB": "BMP"}
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip
"""What makes a picture with this EXIF orientation upright; Pillow's degrees run against the clock."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture and the name of its format ("JPEG", "HEIC", "TIFF"); `cut` where its lower part is missing."""

    picture: Picture
    format: str
    cut: bool = False


def open_picture(source: Path | bytes, *, longest: Side = LONGEST, name: str = "") -> Decoded:
    """Decode a file or encoded bytes: RGB, upright, longer side at most `longest` pixels (never enlarged), first frame.

    `longest` may depend on the (width, height) of the picture.

    `name` is the file name of bytes: a few formats (TGA, PCX) have no mark of their own and are tried only where the name fits.
    Raises InputError (not there, no permission, no ordinary file) or UnreadableImage, each with a reason in words.
    Safe to call from several threads.
    """
    with opened(source, name) as stream:
        picture = identify(stream)
        name = format_name(picture, stream)
        side = side_for(longest, picture.size)
        try:
            if picture.format in ("JPEG", "MPO"):
                return _open_jpeg(cast("JpegImageFile", picture), stream, name, side)
            with room_for(memory_needed(picture, stream.size), picture.size):
                picture.load()
                return Decoded(replace(_finish(picture, side, None), several=_several(picture)), name)
        except FacetError:
            raise
        except Exception as problem:  # strangers' bytes in many readers: each kind of failure means the same to us
            raise UnreadableImage(damage(problem)) from problem


def format_name(picture: ImageFile, source: Source) -> str:
    """The format's name for people: raw files read through TIFF by their extension, HEIF by its brand."""
    name = picture.format or ""
    if name == "TIFF" and source.extension in CAMERA_RAW:
        return source.extension[1:].upper()
    if name == "HEIF":
        return "HEIC" if b"he" in (source.head[8:10], *_brands(source.head)) else "HEIF"
    if name == "MPO" and source.extension == ".mpo":
        return "MPO"
    return _NAMES.get(name, name)


def _brands(head: bytes) -> list[bytes]:
    """The first two letters of the compatible brands in an ftyp box."""
    return [head[i : i + 2] for i in range(16, min(int.from_bytes(head[:4], "big"), len(head)), 4)]


def _open_jpeg(picture: JpegImageFile, source: Source, name: str, longest: int) -> Decoded:
    """Let the codec scale as far as it can (by 2, 4 or 8) and stay at or above the wanted size."""
    size = picture.size
    _check_jpeg(picture, source)
    picture.draft(picture.mode if picture.mode in ("L", "CMYK") else "RGB", fit(size, longest))
    needed = picture.width * picture.height * 4 + _coefficients(picture, size) + min(source.size, KEEP)
    with room_for(needed, size):
        try:
            picture.load()
            finished = _finish(picture, longest, size)
            return Decoded(replace(finished, jpeg_quality=jpeg_quality(picture.quantization)), name)
        except OSError as problem:
            if "truncated" not in str(problem) or source.size > KEEP:
                raise
        return Decoded(_finish(_load_cut_jpeg(source, picture, size, longest), longest, size), name, cut=True)


def _load_cut_jpeg(source: Source, broken: JpegImageFile, size: tuple[int, int], longest: int) -> ImageFile:
    """What there is of a JPEG that ends too soon, if that is at least half of it; the decoder fills the rest with one gray.

    The end mark is put after the bytes, because Pillow's own switch for such files is one for the whole process.
    """
    from PIL.JpegImagePlugin import JpegImageFile

    source.stream.seek(0)
    picture = JpegImageFile(BytesIO(source.stream.read() + _END_OF_JPEG), "")
    picture.draft("L" if broken.mode == "L" else "RGB", fit(size, longest))
    picture.load()
    rows = np.asarray(picture).reshape(picture.height, -1)
    same = np.all(rows == rows[-1], axis=1)
    missing = len(same) if same.all() else int(np.argmin(same[::-1]))
    if missing > picture.height // 2:
        raise UnreadableImage("the picture is cut off; copy it again from where it came")
    return picture


def _check_jpeg(picture: JpegImageFile, source: Source) -> None:
    """Refuse from the header what would take minutes or was never there: a block of 8 x 8 takes at least one bit."""
    width, height = picture.size
    pixels = width * height
    scans = _scans(source) if pixels > 20_000_000 and picture.info.get("progressive") else 1
    if pixels > MAX_JPEG_PIXELS or pixels * scans > MAX_JPEG_WORK or (pixels > 20_000_000 and pixels > 512 * source.size):
        raise UnreadableImage(f"the picture claims {width:,} × {height:,} pixels, more than can be opened safely")


def _scans(source: Source) -> int:
    """How often the picture is gone through; marks in an embedded thumbnail count too, which does not matter here."""
    source.stream.seek(0)
    scans = sum(block.count(b"\xff\xda") for block in iter(lambda: source.stream.read(1 << 24), b""))
    source.stream.seek(0)
    return scans


def _coefficients(picture: JpegImageFile, size: tuple[int, int]) -> int:
    """Bytes in which the decoder keeps a progressive picture's coefficients at full size, two for each."""
    if not picture.info.get("progressive"):
        return 0
    widest = max((layer[1] * layer[2] for layer in picture.layer), default=1)
    return int(2 * size[0] * size[1] * sum(layer[1] * layer[2] for layer in picture.layer) / max(1, widest))


def _finish(picture: ImageFile, longest: int, full: tuple[int, int] | None) -> Picture:
    """Convert, shrink and turn a loaded picture. `full` is its stored size where the codec has scaled it."""
    width, height = full or picture.size
    orientation = _orientation(picture)
    small = small_rgb(picture, fit((width, height), longest))
    if orientation in _TURNS:
        small = small.transpose(_TURNS[orientation])
    return Picture(np.array(small), (height, width) if orientation >= 5 else (width, height))


def _several(picture: ImageFile) -> bool:
    """Whether a file has pages or an animation; what cameras put into a JPEG beside the picture does not count."""
    try:
        return bool(getattr(picture, "is_animated", False))
    except Exception:  # a broken page must not cost the picture that was read
        return False


def _orientation(picture: ImageFile) -> int:
    """The EXIF orientation still to be applied (the readers of TIFF and HEIC turn pictures themselves); 1 where it is broken."""
    try:
        value = picture.getexif().get(_ORIENTATION, 1)
    except Exception:  # any broken byte in the facts must not cost the picture
        return 1
    return value if isinstance(value, int) and value in _TURNS else 1


def thumbnail_of(picture: Picture, side: int = 320) -> NDArray[np.uint8]:
    """The picture uint8 (height, width, 3), its longer side at most `side` pixels."""
    height, width = picture.rgb.shape[:2]
    return shrunk(picture.rgb, fit((width, height), side))


def jpeg_of(thumbnail: NDArray[np.uint8]) -> bytes:
    """A thumbnail as JPEG."""
    stream = BytesIO()
    Image.fromarray(thumbnail).save(stream, "JPEG", quality=84, optimize=False)
    return stream.getvalue()


def average_color(picture: Picture) -> int:
    """The mean color as 0xRRGGBB."""
    import cv2

    height, width = picture.rgb.shape[:2]
    red, green, blue = (int(total / (height * width) + 0.5) for total in cv2.sumElems(picture.rgb)[:3])
    return red << 16 | green << 8 | blue
