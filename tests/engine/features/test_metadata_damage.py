"""Damaged headers never raise, whatever bytes they hold."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.engine.features.embedded.iptc import read_iptc
from app.engine.features.embedded.tiff import open_tiff
from app.engine.features.embedded.xmp import read_xmp
from app.engine.features.metadata import read_metadata
from app.engine.types import Metadata
from tests.engine.features.packets import exif_block, iptc_block, photoshop_block, with_segments, xmp_packet


def _whole() -> bytes:
    out = io.BytesIO()
    exif = exif_block({0x010F: "Lumen", 0x0112: 3}, {0x829A: (1, 250), 0x8827: 100}, {1: "N", 2: ((1, 1), (2, 1), (3, 1))})
    Image.new("RGB", (16, 16)).save(out, "JPEG", exif=exif, xmp=xmp_packet("<dc:title>Bay</dc:title>"))
    return with_segments(out.getvalue(), (0xED, b"Photoshop 3.0\0" + photoshop_block(iptc_block({5: ["Harbor"]}))))


WHOLE = _whole()
STARTS = (b"", b"\xff\xd8\xff\xe1", b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBPVP8X", b"II*\0\x08\0\0\0", b"MM\0+\0\x08\0\0")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=40), st.integers(0, len(WHOLE)))
def test_a_jpeg_with_any_bytes_changed_or_cut(changes: list[tuple[int, int]], end: int) -> None:
    damaged = bytearray(WHOLE)
    for at, value in changes:
        damaged[at] = value
    assert isinstance(read_metadata(bytes(damaged[:end])), Metadata)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(STARTS), st.binary(max_size=400))
def test_any_bytes_behind_any_start(start: bytes, rest: bytes) -> None:
    assert isinstance(read_metadata(start + rest), Metadata)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_block(block: bytes) -> None:
    assert isinstance(read_iptc(b"8BIM\4\4\0\0" + block), dict)
    assert isinstance(read_xmp(b"<x:xmpmeta>" + block + b"</x:xmpmeta>"), dict)
    tiff = open_tiff(io.BytesIO(b"MM\0*\0\0\0\x08" + block))
    assert tiff is not None
    assert isinstance(tiff.directory(8, range(65536)), dict)


def test_one_damaged_entry_leaves_the_others() -> None:
    block = exif_block({0x010F: "A maker of cameras", 0x0110: "A model of theirs", 0x0112: 3})
    at = block.index(b"\x0f\x01\x02\x00")
    damaged = block[: at + 8] + b"\xff\xff\xff\x7f" + block[at + 12 :]
    out = io.BytesIO()
    Image.new("RGB", (16, 16)).save(out, "JPEG", exif=damaged)
    found = read_metadata(out.getvalue())
    assert (found.camera_make, found.camera_model, found.orientation) == (None, "A model of theirs", 3)
