"""From an open file to its blocks, told by content and never by its name."""

from __future__ import annotations

from typing import Any, BinaryIO

from app.engine.features.embedded import jpeg2000
from app.engine.features.embedded.blocks import Blocks, without_exif_mark
from app.engine.features.embedded.jpeg import read_jpeg
from app.engine.features.embedded.png import read_png
from app.engine.features.embedded.webp import read_webp

TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
AVIF_BRANDS = (b"avif", b"avis")
PHOTOSHOP_EXIF, PHOTOSHOP_XMP, PHOTOSHOP_IPTC = 0x0422, 0x0424, 0x0404


def read_blocks(stream: BinaryIO) -> Blocks:
    """The blocks of any picture; an empty `Blocks` for a file that no reader knows."""
    head = stream.read(64)
    if head.startswith(b"\xff\xd8"):
        return read_jpeg(stream)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return read_png(stream)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return read_webp(stream)
    if head.startswith(TIFF_STARTS):
        return Blocks(format="TIFF", tiff=True)
    if head.startswith(jpeg2000.SIGNATURE):
        return jpeg2000.read_jpeg2000(stream)
    if head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS and not any(brand in head for brand in AVIF_BRANDS):
        return _read_heif(stream)
    return _read_with_pillow(stream)


def _read_heif(stream: BinaryIO) -> Blocks:
    """HEIF: libheif gives the size as it is shown, the container's own turn applied."""
    import pillow_heif

    stream.seek(0)
    picture = pillow_heif.open_heif(stream.read(), convert_hdr_to_8bit=False)
    blocks = _from_info(Blocks(format="HEIC", upright=True), picture.info)
    blocks.set_size(*picture.size)
    return blocks


def _read_with_pillow(stream: BinaryIO) -> Blocks:
    """Everything else that Pillow opens (AVIF, GIF, BMP, Photoshop ...); its header only."""
    from PIL import Image

    stream.seek(0)
    with Image.open(stream) as picture:
        blocks = _from_info(Blocks(format=picture.format), picture.info)
        blocks.set_size(*picture.size)
        for resource, _name, content in getattr(picture, "resources", ()):
            if resource == PHOTOSHOP_EXIF:
                blocks.exif = without_exif_mark(content)
            elif resource == PHOTOSHOP_XMP:
                blocks.xmp = content
            elif resource == PHOTOSHOP_IPTC:
                blocks.iptc = content
    return blocks


def _from_info(blocks: Blocks, info: dict[str | tuple[int, int], Any]) -> Blocks:
    exif, xmp, icc = (info.get(name) or b"" for name in ("exif", "xmp", "icc_profile"))
    blocks.exif, blocks.icc = without_exif_mark(exif), icc
    blocks.xmp = xmp if isinstance(xmp, bytes) else str(xmp).encode()
    return blocks
