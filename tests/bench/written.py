"""Pictures with text that is known: many fonts, sizes, turns and backgrounds, in Latin and Chinese letters."""

from __future__ import annotations

import io
import random
import subprocess
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

_LATIN = """
the quick brown fox jumps over lazy dogs while seven wizards mix potions and nobody asks why Total amount due before March open
daily from nine until five please keep this door closed meeting notes for Monday project budget review platform four northbound
train delayed twelve minutes fresh bread coffee and cake seasonal menu table reserved visitors must sign here emergency exit only
private property no parking Grüße aus Zürich schöne Straße müde Bäcker déjà vu garçon élève naïve façade où est la gare niño
mañana corazón jalapeño São Paulo coração ação Ålesund smörgås Łódź żółw časopis řeka café résumé invoice 2024 receipt 17.50 48.95
order 3381 phone 555 0199 version 2.10 chapter 12 page 304 museum garden bridge harbor lighthouse mountain valley river island
"""
LATIN = tuple(_LATIN.split())
_CHINESE = """
今天天气很好我们一起去公园散步吧 请勿在此处停车谢谢合作 欢迎光临本店全场八折优惠 会议时间改为下午三点半 北京到上海的高铁票已经售完
图书馆开放时间上午九点至晚上八点 小心地滑注意安全 中文菜单红烧牛肉面十八元 生日快乐万事如意 请出示您的身份证件 出口在前方两百米
春眠不觉晓处处闻啼鸟 夜来风雨声花落知多少 床前明月光疑是地上霜 学习新的语言需要时间和耐心 此照片拍摄于去年夏天的海边
"""
CHINESE = tuple(_CHINESE.split())
TURNS = (0, 0, 0, 0, 0, 0, 3, -4, 8, -10, 20, 90, 180, 270)
GROUNDS = ("white", "paper", "dark", "color", "slope", "noise", "clouds")


@dataclass(frozen=True, slots=True)
class Written:
    """A picture and its lines, as people would read them."""

    picture: Image.Image
    lines: tuple[str, ...]
    kind: str


def fonts(language: str) -> list[tuple[str, int]]:
    """(file, index) of the fonts of this machine that have a language ("en", "zh-cn"): upright ones, one a family."""
    listed = subprocess.run(
        ["fc-list", f":lang={language}:slant=0", "family", "file", "index"], capture_output=True, text=True, check=True
    ).stdout
    found: dict[str, tuple[str, int]] = {}
    for line in sorted(listed.splitlines()):
        file, rest = line.split(":", 1)
        family, _, index = rest.partition(":index=")
        if not any(word in family for word in ("Symbol", "Dingbat", "Emoji", "Math", "D050000L")):
            found.setdefault(family.split(",")[0].strip(), (file, int(index or 0) & 0xFFFF))
    return [found[family] for family in sorted(found)]


def written(number: int, latin: list[tuple[str, int]], chinese: list[tuple[str, int]]) -> Written:
    """The picture of a number; the same on every machine with the same fonts."""
    rng = random.Random(number)
    han = bool(chinese) and number % 3 == 2
    file, index = rng.choice(chinese if han else latin)
    size = rng.choice((14, 16, 18, 22, 28, 36, 48, 64))
    font = ImageFont.truetype(file, size, index=index)
    lines = tuple(
        rng.choice(CHINESE) if han else " ".join(rng.choices(LATIN, k=rng.randint(3, 8))) for _ in range(rng.randint(1, 9))
    )
    ground, turn = rng.choice(GROUNDS), rng.choice(TURNS)
    picture = _drawn(lines, font, size, ground, rng)
    if turn:
        picture = picture.rotate(turn, expand=True, fillcolor=picture.getpixel((0, 0)), resample=Image.Resampling.BICUBIC)
    if rng.random() < 0.2:
        picture = picture.filter(ImageFilter.GaussianBlur(size / 30))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=rng.choice((50, 75, 90)))
    return Written(Image.open(stream).convert("RGB"), lines, f"{'Chinese' if han else 'Latin'}, {_turned(turn)}")


def _turned(turn: int) -> str:
    return "upright" if turn == 0 else "tilted" if turn % 90 else "on its side or head"


def _drawn(lines: tuple[str, ...], font: ImageFont.FreeTypeFont, size: int, ground: str, rng: random.Random) -> Image.Image:
    step = round(size * rng.uniform(1.3, 1.8))
    left, top = rng.randint(size, 4 * size), rng.randint(size, 3 * size)
    width = left + max(round(font.getlength(line)) for line in lines) + rng.randint(size, 4 * size)
    picture = _ground(ground, (width, top + step * len(lines) + rng.randint(size, 3 * size)), rng)
    dark = np.asarray(picture.convert("L")).mean() < 128
    tone = tuple(rng.randint(200, 255) if dark else rng.randint(0, 60) for _ in range(3))
    draw = ImageDraw.Draw(picture)
    for row, line in enumerate(lines):
        draw.text((left, top + row * step), line, font=font, fill=tone)
    return picture


def _ground(kind: str, size: tuple[int, int], rng: random.Random) -> Image.Image:
    width, height = size
    random_numbers = np.random.default_rng(rng.randrange(1 << 30))
    if kind == "white":
        return Image.new("RGB", size, "white")
    if kind == "paper":
        return Image.new("RGB", size, (rng.randint(225, 250), rng.randint(220, 240), rng.randint(195, 230)))
    if kind == "dark":
        return Image.new("RGB", size, tuple(rng.randint(0, 50) for _ in range(3)))
    if kind == "color":
        return Image.new("RGB", size, tuple(rng.choice((rng.randint(150, 255), 255)) for _ in range(3)))
    if kind == "slope":
        ramp = np.linspace(rng.randint(140, 200), 255, width)
        return Image.fromarray(np.repeat(np.tile(ramp, (height, 1))[..., None], 3, axis=2).astype(np.uint8))
    if kind == "noise":
        return Image.fromarray(np.clip(random_numbers.normal(210, 18, (height, width, 3)), 0, 255).astype(np.uint8))
    coarse = Image.fromarray(random_numbers.integers(150, 255, (6, 8, 3), np.uint8))
    return coarse.resize(size, Image.Resampling.BICUBIC)
