"""Opening pictures of every format and mode: upright, sRGB, small, the same from every thread."""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from app.engine.intake.decode import Decoded, average_color, jpeg_of, open_picture, thumbnail_of
from app.engine.intake.readers import prepare
from tests.conftest import draw_photo

LOSSLESS = {
    "a.png": "PNG",
    "a.bmp": "BMP",
    "a.tif": "TIFF",
    "a.tga": "TGA",
    "a.ppm": "PPM",
    "a.qoi": "QOI",
    "a.pcx": "PCX",
    "a.sgi": "SGI",
}
LOSSY = {
    "a.jpg": "JPEG",
    "a.webp": "WEBP",
    "a.avif": "AVIF",
    "a.heic": "HEIC",
    "a.jp2": "JPEG 2000",
    "a.gif": "GIF",
    "a.jfif": "JPEG",
}
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
}  # fmt: skip
"""What a camera does to an upright picture that it stores with this orientation."""


def encoded(picture: Image.Image, kind: str, **save: object) -> bytes:
    prepare()
    stream = BytesIO()
    picture.save(stream, kind, **save)
    return stream.getvalue()


def pixels(decoded: Decoded) -> np.ndarray:
    return decoded.picture.rgb.astype(int)


def corner_colors(decoded: Decoded) -> list[tuple[int, ...]]:
    """The four quadrants' colors, rounded to full or none: top left, top right, bottom left, bottom right."""
    rgb = decoded.picture.rgb
    height, width = rgb.shape[:2]
    spots = [(y, x) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]
    return [tuple(int(value > 127) for value in rgb[y, x]) for y, x in spots]


def quadrants(size: tuple[int, int]) -> Image.Image:
    """Red, green, blue and white quarters, so that every turn looks different."""
    picture = Image.new("RGB", size, "white")
    width, height = size[0] // 2, size[1] // 2
    picture.paste("red", (0, 0, width, height))
    picture.paste((0, 255, 0), (width, 0, 2 * width, height))
    picture.paste("blue", (0, height, width, 2 * height))
    return picture


UPRIGHT = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)]


@pytest.mark.parametrize(("name", "kind"), LOSSLESS.items())
def test_lossless_formats_come_out_bit_for_bit(make_photo: Callable[..., Path], name: str, kind: str) -> None:
    prepare()
    decoded = open_picture(make_photo(name, seed=3, size=(301, 200)))
    assert decoded.format == kind
    assert decoded.picture.size == (301, 200)
    assert np.array_equal(decoded.picture.rgb, np.asarray(draw_photo(3, (301, 200))))


@pytest.mark.parametrize(("name", "kind"), LOSSY.items())
def test_lossy_formats_come_out_close(make_photo: Callable[..., Path], name: str, kind: str) -> None:
    prepare()
    decoded = open_picture(make_photo(name, seed=3, size=(300, 200)))
    assert (decoded.format, decoded.picture.size, decoded.cut) == (kind, (300, 200), False)
    assert np.abs(pixels(decoded) - np.asarray(draw_photo(3, (300, 200)), dtype=int)).mean() < 8


@pytest.mark.parametrize("size", [(3000, 1000), (1000, 3000), (1025, 700), (2500, 2500)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_large_pictures_are_shrunk_to_the_longest_side(size: tuple[int, int], kind: str) -> None:
    original = draw_photo(1, size)
    decoded = open_picture(encoded(original, kind))
    height, width = decoded.picture.rgb.shape[:2]
    assert max(width, height) == 1024
    assert decoded.picture.size == size
    assert abs(width / height - size[0] / size[1]) < 0.01
    small = np.asarray(original.resize((width, height), Image.Resampling.LANCZOS), dtype=int)
    assert np.abs(pixels(decoded) - small).mean() < 4


def test_small_pictures_are_never_enlarged() -> None:
    assert open_picture(encoded(draw_photo(1, (60, 45)), "PNG"), longest=1024).picture.rgb.shape == (45, 60, 3)


def test_a_line_of_pixels_keeps_its_length() -> None:
    assert open_picture(encoded(Image.new("RGB", (5000, 1), "red"), "PNG"), longest=100).picture.rgb.shape == (1, 100, 3)


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_every_orientation_comes_out_upright(orientation: int, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = quadrants((120, 80)).transpose(TURNS[orientation])
    decoded = open_picture(encoded(stored, kind, exif=exif.tobytes(), quality=95))
    assert decoded.picture.size == (120, 80)
    assert decoded.picture.rgb.shape == (80, 120, 3)
    assert corner_colors(decoded) == UPRIGHT


def test_a_turned_jpeg_that_the_codec_scales_reports_its_full_upright_size() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    decoded = open_picture(encoded(quadrants((1200, 1600)).transpose(TURNS[6]), "JPEG", exif=exif.tobytes()), longest=200)
    assert decoded.picture.size == (1200, 1600)
    assert decoded.picture.rgb.shape == (200, 150, 3)
    assert corner_colors(decoded) == UPRIGHT


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0II*\0\xff\xff\xff\x7f", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 64, b"Exif\0\0", b"nonsense"]
)
def test_broken_facts_do_not_cost_the_picture(exif: bytes) -> None:
    assert open_picture(encoded(quadrants((64, 64)), "JPEG", exif=exif)).picture.size == (64, 64)


def test_an_impossible_orientation_is_left_alone() -> None:
    exif = Image.Exif()
    exif[0x0112] = 77
    assert corner_colors(open_picture(encoded(quadrants((64, 64)), "JPEG", exif=exif.tobytes()))) == UPRIGHT


# ---- modes


def test_transparency_lies_over_white() -> None:
    picture = Image.new("RGBA", (10, 10), (255, 0, 0, 0))
    picture.putpixel((0, 0), (0, 0, 255, 255))
    picture.putpixel((1, 0), (0, 0, 0, 128))
    rgb = open_picture(encoded(picture, "PNG")).picture.rgb
    assert rgb[5, 5].tolist() == [255, 255, 255]
    assert rgb[0, 0].tolist() == [0, 0, 255]
    assert rgb[0, 1].tolist() == [127, 127, 127]


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_alpha_that_clears_everything_was_never_meant(mode: str) -> None:
    picture = draw_photo(2, (50, 40)).convert(mode)
    picture.putalpha(0)
    rgb = open_picture(encoded(picture, "PNG")).picture.rgb
    assert np.array_equal(rgb, np.asarray(picture.convert(mode.removesuffix("A")).convert("RGB")))


def test_a_huge_transparent_picture_has_a_white_top_though_its_first_rows_are_clear() -> None:
    picture = Image.new("RGBA", (2100, 4200), (255, 0, 0, 0))
    picture.paste((0, 0, 255, 255), (0, 4000, 2100, 4200))
    rgb = open_picture(encoded(picture, "PNG", compress_level=1), longest=420).picture.rgb
    assert rgb.shape == (420, 210, 3)
    assert rgb[10, 100].tolist() == [255, 255, 255]
    assert rgb[415, 100].tolist() == [0, 0, 255]


def test_palettes_come_out_in_their_colors() -> None:
    picture = quadrants((60, 60)).quantize(16)
    assert corner_colors(open_picture(encoded(picture, "PNG"))) == UPRIGHT
    assert corner_colors(open_picture(encoded(picture, "GIF"))) == UPRIGHT


def test_a_transparent_palette_color_lies_over_white() -> None:
    picture = Image.new("P", (8, 8), 0)
    picture.putpalette([255, 0, 0, 0, 0, 255] + [0] * 762)
    picture.putpixel((0, 0), 1)
    rgb = open_picture(encoded(picture, "PNG", transparency=0)).picture.rgb
    assert (rgb[4, 4].tolist(), rgb[0, 0].tolist()) == ([255, 255, 255], [0, 0, 255])


def test_one_bit_is_black_and_white() -> None:
    picture = Image.new("1", (16, 16), 0)
    picture.putpixel((3, 3), 1)
    rgb = open_picture(encoded(picture, "PNG")).picture.rgb
    assert (rgb[3, 3].tolist(), rgb[0, 0].tolist()) == ([255] * 3, [0] * 3)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_keep_their_tones(kind: str) -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)[None].repeat(4, 0)
    rgb = open_picture(encoded(Image.fromarray(ramp), kind)).picture.rgb
    assert np.abs(rgb[0, :, 0].astype(int) - np.arange(256)).max() <= 1


def test_twelve_bits_in_sixteen_are_not_nearly_black() -> None:
    ramp = np.linspace(0, 4095, 256).astype(np.uint16)[None].repeat(4, 0)
    rgb = open_picture(encoded(Image.fromarray(ramp), "PNG")).picture.rgb
    assert np.abs(rgb[0, :, 0].astype(int) - np.arange(256)).max() <= 1


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (0.0, 255.0), (-40.0, 3000.0)])
def test_floats_run_from_black_to_white(low: float, high: float) -> None:
    ramp = np.linspace(low, high, 256, dtype=np.float32)[None].repeat(4, 0)
    ramp[1, 0], ramp[2, 0] = np.nan, np.inf
    rgb = open_picture(encoded(Image.fromarray(ramp), "TIFF")).picture.rgb
    assert np.abs(rgb[0, :, 0].astype(int) - np.arange(256)).max() <= 1


def test_one_tone_of_floats_is_no_division_by_zero() -> None:
    flat = np.full((4, 4), 5000.0, dtype=np.float32)
    assert open_picture(encoded(Image.fromarray(flat), "TIFF")).picture.rgb.shape == (4, 4, 3)


def test_cmyk_comes_out_the_right_way_round() -> None:
    for kind in ("JPEG", "TIFF"):
        assert corner_colors(open_picture(encoded(quadrants((64, 64)).convert("CMYK"), kind))) == UPRIGHT


def test_lab_is_opened_in_color() -> None:
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    lab = ImageCms.applyTransform(quadrants((64, 64)), to_lab)
    assert lab is not None
    assert corner_colors(open_picture(encoded(lab, "TIFF"))) == UPRIGHT


def test_the_first_frame_of_an_animation_is_shown() -> None:
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "blue", (0, 255, 0))]
    for kind in ("GIF", "WEBP", "PNG", "TIFF"):
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        assert corner_colors(open_picture(data))[0] == (1, 0, 0), kind


def test_a_mpo_is_called_a_jpeg_unless_it_is_named_so() -> None:
    data = encoded(quadrants((64, 64)), "MPO", save_all=True, append_images=[draw_photo(2, (64, 64))])
    assert (open_picture(data).format, open_picture(data, name="a.MPO").format) == ("JPEG", "MPO")
    assert corner_colors(open_picture(data)) == UPRIGHT


# ---- color profiles


def swapped_profile() -> bytes:
    """An sRGB profile whose red and blue primaries have changed places."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", data, 128)[0]
    places = {bytes(data[132 + 12 * i : 136 + 12 * i]): 136 + 12 * i for i in range(count)}
    red, blue = places[b"rXYZ"], places[b"bXYZ"]
    data[red : red + 8], data[blue : blue + 8] = data[blue : blue + 8], data[red : red + 8]
    return bytes(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF", "HEIF"])
def test_a_color_profile_is_applied(kind: str) -> None:
    data = encoded(quadrants((64, 64)), kind, icc_profile=swapped_profile(), quality=95)
    assert corner_colors(open_picture(data)) == [(0, 0, 1), (0, 1, 0), (1, 0, 0), (1, 1, 1)]


def test_an_srgb_profile_changes_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = draw_photo(5, (90, 60))
    assert np.array_equal(open_picture(encoded(picture, "PNG", icc_profile=profile)).picture.rgb, np.asarray(picture))


@pytest.mark.parametrize("profile", [b"\0", b"no profile at all" * 20, swapped_profile()[:200]])
def test_a_broken_profile_is_left_out(profile: bytes) -> None:
    assert corner_colors(open_picture(encoded(quadrants((64, 64)), "JPEG", icc_profile=profile))) == UPRIGHT


def test_a_profile_of_another_color_space_is_left_out() -> None:
    assert (
        corner_colors(open_picture(encoded(quadrants((64, 64)).convert("CMYK"), "JPEG", icc_profile=swapped_profile())))
        == UPRIGHT
    )


# ---- threads


def test_threads_decode_the_same_as_one(make_photo: Callable[..., Path]) -> None:
    prepare()
    files = [make_photo(f"{i}{name}", seed=i, size=(900, 700)) for i, name in enumerate([*LOSSY, "a.png", "a.tif"])]
    files.append(make_photo("p.jpg", seed=9, icc_profile=swapped_profile()))
    alone = {path: open_picture(path, longest=300).picture.rgb for path in files}
    start = threading.Barrier(6)

    def all_of_them(turn: int) -> bool:
        start.wait()
        order = files[turn:] + files[:turn]
        return all(np.array_equal(open_picture(path, longest=300).picture.rgb, alone[path]) for path in order * 2)

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(all_of_them, range(6)))


# ---- what is made of it


def test_a_thumbnail_is_a_jpeg_of_the_same_picture() -> None:
    picture = open_picture(encoded(quadrants((1200, 900)), "PNG")).picture
    small = open_picture(jpeg_of(thumbnail_of(picture)))
    assert (small.format, small.picture.size) == ("JPEG", (320, 240))
    assert corner_colors(small) == UPRIGHT


def test_a_thumbnail_of_something_small_stays_small() -> None:
    picture = open_picture(encoded(quadrants((30, 20)), "PNG")).picture
    assert open_picture(jpeg_of(thumbnail_of(picture, side=64))).picture.size == (30, 20)


def test_the_average_color_is_the_mean() -> None:
    assert average_color(open_picture(encoded(Image.new("RGB", (8, 8), (1, 128, 255)), "PNG")).picture) == 0x0180FF
    half = Image.new("RGB", (2, 1), "black")
    half.putpixel((0, 0), (255, 255, 255))
    assert average_color(open_picture(encoded(half, "PNG")).picture) == 0x808080
