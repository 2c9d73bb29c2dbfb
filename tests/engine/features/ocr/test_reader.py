"""Text that is drawn into pictures is read again, where it stands and in the order of reading."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from app.engine.errors import Cancelled, ModelMissing
from app.engine.features.base import Picture
from app.engine.features.ocr.extractor import decoded_side
from app.engine.features.ocr.reader import ReadLine, first_scale, read_text
from app.engine.models.ocr_networks import OcrNetworks
from app.engine.models.packaged import PackagedFile

HAN_FONTS = (
    "NotoSansCJK-Regular.ttc",
    "wqy-zenhei.ttc",
    "wqy-microhei.ttc",
    "DroidSansFallbackFull.ttf",
    "msyh.ttc",
    "PingFang.ttc",
)


@pytest.fixture(scope="module")
def networks() -> OcrNetworks:
    """One set for all tests of this module."""
    return OcrNetworks()


def drawn(*lines: tuple[int, int, str], size: tuple[int, int] = (640, 320), height: int = 28) -> Image.Image:
    """Black letters on white: each line with its left and top."""
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    for left, top, text in lines:
        draw.text((left, top), text, "black", ImageFont.load_default(size=height))
    return picture


def read(picture: Image.Image, networks: OcrNetworks) -> tuple[ReadLine, ...]:
    return read_text(Picture(np.asarray(picture.convert("RGB")), picture.size), networks)


def texts(picture: Image.Image, networks: OcrNetworks) -> list[str]:
    return [line.text for line in read(picture, networks)]


TWO_LINES = ((40, 60, "Exit only, no parking"), (40, 160, "Total amount due 17.50"))


def test_what_is_written_is_read(networks: OcrNetworks) -> None:
    lines = read(drawn(*TWO_LINES), networks)
    assert [line.text for line in lines] == ["Exit only, no parking", "Total amount due 17.50"]
    assert all(0.9 < line.confidence <= 1 for line in lines)


@pytest.mark.parametrize("turn", [90, 180, 270, 12, -9])
def test_a_turned_page_is_read_in_order(networks: OcrNetworks, turn: int) -> None:
    page = drawn(*TWO_LINES).rotate(turn, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    assert texts(page, networks) == [text for *_, text in TWO_LINES]


def test_words_stand_where_they_are_written(networks: OcrNetworks) -> None:
    page = drawn((40, 60, "Exit"), (40, 200, "harbor museum"))
    words = {line.text[word.start : word.end]: word.corners for line in read(page, networks) for word in line.words}
    assert set(words) == {"Exit", "harbor", "museum"}
    font = ImageFont.load_default(size=28)
    for text, left, top in (("Exit", 40, 60), ("harbor", 40, 200), ("museum", 40 + font.getlength("harbor "), 200)):
        middle = left + font.getlength(text) / 2, top + 18
        assert np.abs(words[text].mean(axis=0) - middle).max() < 12, text


def test_corners_are_of_the_whole_picture_and_turn_with_the_line(networks: OcrNetworks) -> None:
    page = drawn((40, 60, "harbor"), size=(320, 160)).transpose(Image.Transpose.ROTATE_180)
    (line,) = read_text(Picture(np.asarray(page), (3_200, 1_600)), networks)
    corners = line.words[0].corners
    assert corners[0, 0] > corners[1, 0] and corners[0, 1] > corners[3, 1]  # the first letter is at the lower right
    assert np.abs(corners.mean(axis=0) - (3_200 - 10 * (40 + 45), 1_600 - 10 * 78)).max() < 120


def test_columns_are_read_one_after_the_other(networks: OcrNetworks) -> None:
    left = [(40, 100 + 50 * n, text) for n, text in enumerate(("fresh bread", "and coffee", "and cakes"))]
    right = [(460, 100 + 50 * n, text) for n, text in enumerate(("open from", "nine until", "five or six"))]
    page = drawn((40, 20, "A title over both of the columns of text"), *left, *right, size=(760, 320))
    assert texts(page, networks) == [
        *["A title over both of the columns of text", "fresh bread", "and coffee", "and cakes"],
        *["open from", "nine until", "five or six"],
    ]  # fmt: skip


def test_small_print_on_a_large_page_is_read(networks: OcrNetworks) -> None:
    lines = [(80, 60 + 24 * n, f"line {n} of the small print that nobody reads before signing it") for n in range(40)]
    page = drawn(*lines, size=(2_600, 1_900), height=15)
    assert texts(page, networks) == [text for *_, text in lines]


def test_two_lines_that_were_taken_for_one_are_looked_at_closer(networks: OcrNetworks) -> None:
    sign = Image.new("RGB", (640, 360), (120, 130, 120))
    for top, text in ((150, "Garden museum via"), (160, "Harbor station road")):
        ImageDraw.Draw(sign).text((250, top), text, (230, 230, 230), ImageFont.load_default(size=13))
    blurred = sign.filter(ImageFilter.GaussianBlur(1.0))
    assert texts(blurred, networks) == ["Garden museum via", "Harbor station road"]


def test_a_grainy_line_is_read_more_than_once(networks: OcrNetworks) -> None:
    photo = Image.new("RGB", (640, 360), (120, 130, 120))
    for left, top, text in ((60, 60, "Garden museum 42"), (210, 150, "Quiet harbor"), (360, 240, "Electrical fires")):
        ImageDraw.Draw(photo).text((left, top), text, (230, 230, 230), ImageFont.load_default(size=14))
    grain = np.random.default_rng(1).normal(0, 14, (360, 640, 3))
    grainy = np.clip(np.asarray(photo.filter(ImageFilter.GaussianBlur(1.0))) + grain, 0, 255).astype(np.uint8)
    assert len(texts(Image.fromarray(grainy), networks)) == 3


def test_a_very_wide_picture_is_looked_at_closely(networks: OcrNetworks) -> None:
    page = drawn((200, 150, "far left"), (11_500, 150, "far right"), size=(12_000, 400), height=40)
    assert texts(page, networks) in (["far left", "far right"], ["far right", "far left"])


@pytest.mark.parametrize("size", [(1, 1), (16, 16), (3, 900), (900, 3)])
def test_a_tiny_picture_has_no_text(networks: OcrNetworks, size: tuple[int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (size[1], size[0], 3), np.uint8)
    assert read(Image.fromarray(noise), networks) == ()


def test_textures_are_no_text(networks: OcrNetworks) -> None:
    y, x = np.mgrid[0:480, 0:640]
    for pattern in ((x // 9 + y // 9) % 2 * 255, (x // 5 % 2) * 255, np.random.default_rng(2).integers(0, 255, x.shape)):
        assert texts(Image.fromarray(pattern.astype(np.uint8)), networks) == []


def test_chinese_is_read_also_from_top_to_bottom(networks: OcrNetworks) -> None:
    font = han_font()
    page = Image.new("RGB", (420, 480), "white")
    draw = ImageDraw.Draw(page)
    for left, column in ((260, "春眠不觉晓处处闻啼鸟"), (120, "夜来风雨声花落知多少")):
        for n, letter in enumerate(column):
            draw.text((left, 20 + 42 * n), letter, "black", font)
    lines = read(page, networks)
    assert [line.text for line in lines] == ["春眠不觉晓处处闻啼鸟", "夜来风雨声花落知多少"]
    assert [word.end - word.start for word in lines[0].words] == [1] * 10
    tops = [float(word.corners[:, 1].mean()) for word in lines[0].words]
    assert tops == sorted(tops) and abs(tops[4] - (20 + 42 * 4 + 24)) < 20


def han_font() -> ImageFont.FreeTypeFont:
    """A font of this machine with Chinese letters."""
    for name in HAN_FONTS:
        try:
            return ImageFont.truetype(name, 36)
        except OSError:
            continue
    pytest.skip("no font with Chinese letters is installed (fonts-noto-cjk has one)")


def test_reading_can_be_given_up(networks: OcrNetworks) -> None:
    def given_up() -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        read_text(Picture(np.asarray(drawn(*TWO_LINES)), (640, 320)), networks, given_up)


def test_networks_load_late_and_can_be_let_go() -> None:
    networks = OcrNetworks()
    assert not networks.loaded
    assert texts(drawn(*TWO_LINES), networks)
    assert networks.loaded
    networks.release()
    assert not networks.loaded
    assert texts(drawn(*TWO_LINES), networks) == [text for *_, text in TWO_LINES]


def test_missing_networks_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.engine.models.ocr_networks.FIND", PackagedFile("rapidocr", "models/none.onnx", ""))
    with pytest.raises(ModelMissing, match="install Facet again"):
        read(drawn(*TWO_LINES), OcrNetworks())


def test_the_package_that_carries_the_networks_is_never_imported() -> None:
    code = (
        "import sys, numpy as np\n"
        "from app.engine.features.base import Picture\n"
        "from app.engine.features.ocr.reader import read_text\n"
        "from app.engine.models.ocr_networks import OcrNetworks\n"
        "read_text(Picture(np.zeros((64, 64, 3), np.uint8), (64, 64)), OcrNetworks())\n"
        "print([name for name in ('rapidocr', 'requests', 'torch') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("size", "scale"), [((4_000, 3_000), 0.32), ((640, 480), 1.5), ((1_080, 1_080), 1.0), ((1_080, 8_000), 0.83)]
)
def test_lines_are_looked_for_at_a_size_that_pays(size: tuple[int, int], scale: float) -> None:
    assert first_scale(*size) == pytest.approx(scale, abs=0.01)


def test_pages_are_decoded_large() -> None:
    assert decoded_side((800, 600)) == 800
    side = decoded_side((9_000, 6_000))
    assert 15e6 < side * side * 2 / 3 < 16.1e6
    assert decoded_side((12_000, 1_000)) == 12_000
