"""Pillow and pillow-heif made safe for strangers' files: which readers may run, on what, and how large a picture may be."""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from app.engine.camera_raw import CAMERA_RAW
from app.engine.errors import InputError, UnreadableImage
from app.engine.intake.files import KEEP, open_regular, reason_of
from app.engine.intake.formats import (
    HEAD,
    NOT_YET,
    STRONG_READERS,
    WEAK_READERS,
    extension_of,
    has_picture_mark,
    other_kind,
)
from app.engine.intake.silence import silence, silence_tiff

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

MEMORY = 1 << 30
"""Bytes that decoding one picture may take at most (1 GiB); a larger one is refused from its header."""

LARGE = 160 << 20
"""Bytes from which on pictures are decoded one at a time, so that several threads together stay within memory."""

BYTES_A_PIXEL = {
    "WEBP": 16, "AVIF": 12, "HEIF": 10, "JPEG2000": 20, "TIFF": 10, "QOI": 12, "BLP": 12, "DDS": 12, "FTEX": 12, "PPM": 12,
    "XPM": 12, "FITS": 12, "SGI": 12,
}  # fmt: skip
"""What decoding takes at its peak, where that is more than Pillow's four bytes."""

_MODE_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2}
_NOT_MINE = (SyntaxError, IndexError, TypeError, KeyError, EOFError, struct.error)  # how Pillow's readers say so
_preparing = threading.Lock()
_one_large = threading.Lock()
_prepared = False


@dataclass(frozen=True, slots=True)
class Source:
    """A picture's bytes as an open stream, what its name says, its first bytes, its size in bytes."""

    stream: BinaryIO
    extension: str
    head: bytes
    size: int


def prepare() -> None:
    """Register every reader, once a process, and keep Pillow's remarks on odd files from reaching people."""
    global _prepared
    if not _prepared:
        with _preparing:
            from PIL import Image
            from pillow_heif import register_heif_opener

            Image.init()
            register_heif_opener()
            silence_tiff()
            _prepared = True
    silence("PIL\\.")
    silence("pillow_heif\\.")


@contextmanager
def opened(source: Path | bytes, name: str = "") -> Iterator[Source]:
    """The stream of a file, or of bytes with a file name. Raises InputError with a reason in words.

    Files up to KEEP bytes are read whole: a file that shrinks while a reader has it mapped would end the process.
    """
    if isinstance(source, bytes):
        yield Source(BytesIO(source), extension_of(name), source[:HEAD], len(source))
        return
    try:
        file = open_regular(source)
    except OSError as problem:
        raise InputError(reason_of(problem, source)) from problem
    with file:
        size = os.fstat(file.fileno()).st_size
        try:
            stream = BytesIO(file.read()) if size <= KEEP else file
            head = stream.read(HEAD)
        except OSError as problem:
            raise InputError(reason_of(problem, source)) from problem
        yield Source(stream, extension_of(source), head, size)


def identify(source: Source) -> ImageFile:
    """The picture with its header read and nothing decoded. Raises UnreadableImage where no reader knows it."""
    prepare()
    if not source.size:
        raise UnreadableImage("the file is empty")
    problem: Exception | None = None
    for name in _candidates(source):
        try:
            picture = _try(name, source)
        except Exception as failure:  # strangers' bytes in many readers: each kind of failure means the same to us
            problem = problem or failure
            continue
        if picture is not None:
            return picture
    if problem is not None and not isinstance(problem, _NOT_MINE):
        raise UnreadableImage(damage(problem)) from problem
    raise UnreadableImage(_why_not(source)) from problem


def _candidates(source: Source) -> tuple[str, ...]:
    weak = WEAK_READERS.get(source.extension)
    return (*STRONG_READERS, weak) if weak and weak not in STRONG_READERS else STRONG_READERS


def _try(name: str, source: Source) -> ImageFile | None:
    """One reader's picture, or None without its mark. Not Image.open, whose bomb check knows no scaled decoding."""
    from PIL import Image

    factory, accept = Image.OPEN[name]
    if accept is not None and not accept(source.head[:16]):
        return None
    source.stream.seek(0)
    return factory(source.stream, "")


def recognizes(path: Path) -> bool:
    """Whether a reader knows the file's content for a picture; by its header alone."""
    try:
        with opened(path) as source:
            identify(source)
    except InputError:
        return False
    return True


@contextmanager
def room_for(needed: int, size: tuple[int, int]) -> Iterator[None]:
    """Memory for decoding a picture of (width, height) that takes `needed` bytes; large ones wait for each other.

    Raises UnreadableImage where it is more than MEMORY.
    """
    if needed > MEMORY:
        raise UnreadableImage(f"the picture claims {size[0]:,} × {size[1]:,} pixels, more than can be opened safely")
    if needed <= LARGE:
        yield
        return
    with _one_large:
        yield


def memory_needed(picture: ImageFile, size: int) -> int:
    """Bytes that decoding takes at its peak, for any format that is decoded whole; `size` is the file's."""
    each = BYTES_A_PIXEL.get(picture.format or "", _MODE_BYTES.get(picture.mode, 4))
    return picture.width * picture.height * each + min(size, KEEP)


def damage(problem: Exception) -> str:
    """Why decoding failed, in words for people."""
    from PIL.Image import DecompressionBombError

    words = str(problem).lower()
    if isinstance(problem, (MemoryError, DecompressionBombError)):
        return "the picture claims more pixels than can be opened safely"
    if isinstance(problem, EOFError) or any(
        sign in words for sign in ("truncated", "end of file", "not enough", "outside of file")
    ):
        return "the picture is cut off; copy it again from where it came"
    if (
        isinstance(problem, NotImplementedError)
        or "unsupported" in words
        or "not supported" in words
        or "not implemented" in words
    ):
        return "the picture is of a kind that cannot be read yet"
    return "the picture is damaged"


def _why_not(source: Source) -> str:
    """What to say of a file that no reader knows."""
    kind = other_kind(source.head)
    if kind is not None:
        return f"not a picture: this is {kind}"
    if source.extension in CAMERA_RAW:
        return f"camera raw pictures of this kind ({CAMERA_RAW[source.extension]}) cannot be read yet"
    if source.extension in NOT_YET:
        return f"{NOT_YET[source.extension]} pictures cannot be read yet"
    if source.head.startswith((b"\xff\x0a", b"\0\0\0\x0cJXL ")):
        return "JPEG XL pictures cannot be read yet"
    if not source.head.strip(b"\0"):
        return "not a picture: there are only zeros in it"
    if has_picture_mark(source.head):
        return "the picture is damaged, or of a kind that cannot be read yet"
    return "not a picture, or one that is damaged at its beginning"
