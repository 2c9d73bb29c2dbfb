"""What different photos share by habit: screens, bars, borders, texts and signs, put around or onto a picture."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont, ImageOps

KINDS = ("phone", "browser", "letterbox", "meme", "subtitle", "sign", "tiled", "date", "border", "caption")


def framed(picture: Image.Image, kind: str) -> Image.Image:
    """An RGB picture with what the kind says; the same for every picture of one size."""
    picture = picture.convert("RGB").copy()
    return _MAKERS[kind](picture)


def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=max(10, round(size)))


def _phone(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    screen = Image.new("RGB", (width, round(height * 1.35)), (250, 250, 250))
    screen.paste(picture, (0, round(height * 0.15)))
    draw = ImageDraw.Draw(screen)
    draw.text((10, 4), "09:41", font=_font(height / 28), fill=0)
    draw.text((width - 90, 4), "LTE 87%", font=_font(height / 28), fill=0)
    draw.text((width // 3, round(height * 0.06)), "Photos", font=_font(height / 12), fill=(20, 20, 20))
    for number, name in enumerate(("Home", "Find", "Add", "Likes", "Me")):
        x, y = round((number + 0.5) * width / 5), round(height * 1.27)
        draw.ellipse((x - 14, y - 14, x + 14, y + 14), outline=(0, 90, 250), width=3)
        draw.line((x - 8, y, x + 8, y), fill=(0, 90, 250), width=2)
        draw.text((x - 16, y + 15), name, font=_font(height / 28), fill=(60, 60, 60))
    return screen


def browser(picture: Image.Image, letters: int | None = None) -> Image.Image:
    """A window that shows a picture below a bar and above a line of text, of a height in pixels that goes by the picture's."""
    width, height = picture.size
    font = _font(letters or height / 28)
    screen = Image.new("RGB", (width + 80, height + 110), (240, 240, 240))
    screen.paste(picture, (40, 80))
    draw = ImageDraw.Draw(screen)
    draw.rectangle((0, 0, width + 80, 60), fill=(200, 205, 215))
    draw.text((20, 4), "x  My pictures - Browser   +", font=font, fill=0)
    draw.rectangle((90, 30, width, 54), fill="white")
    draw.text((100, 32), "https://example.org/gallery/view?id=12", font=font, fill=(40, 40, 40))
    for number in range(3):
        x = 15 + number * 24
        draw.polygon([(x, 42), (x + 10, 34), (x + 10, 50)], fill=(90, 90, 90))
    draw.text((40, height + 85), "Share   Save   Report   Next >", font=font, fill=(0, 0, 200))
    return screen


def _letterbox(picture: Image.Image) -> Image.Image:
    return ImageOps.expand(picture, (0, round(picture.height * 0.15)), 0)


def _meme(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    draw, font = ImageDraw.Draw(picture), _font(height / 12)
    for y, text in ((5, "WHEN YOU SEE IT"), (height - height // 12 - 14, "YOU CANNOT UNSEE")):
        draw.text((width * 0.1, y), text, font=font, fill="white", stroke_width=3, stroke_fill="black")
    return picture


def _subtitle(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    text = "- I never said that it was you."
    place = (width * 0.08, height * 0.85)
    ImageDraw.Draw(picture).text(place, text, font=_font(height / 20), fill="white", stroke_width=2, stroke_fill="black")
    return picture


def _sign(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    draw = ImageDraw.Draw(picture)
    draw.ellipse((width - 110, height - 60, width - 66, height - 16), outline="white", width=4)
    draw.text((width - 100, height - 50), "PHOTO CLUB", font=_font(16), fill="white", stroke_width=1, stroke_fill="black")
    return picture


def _tiled(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    over = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(over)
    for y in range(0, height, max(1, height // 5)):
        for x in range(-40, width, max(1, width // 3)):
            draw.text((x + (y // 7) % 50, y), "© stockphoto", font=_font(height / 22), fill=(255, 255, 255, 120))
    return Image.alpha_composite(picture.convert("RGBA"), over.rotate(20)).convert("RGB")


def _date(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    place = (width * 0.62, height * 0.9)
    ImageDraw.Draw(picture).text(place, "'04 7 21 18:32", font=_font(height / 22), fill=(255, 140, 0))
    return picture


def _border(picture: Image.Image) -> Image.Image:
    framed = ImageOps.expand(picture, 30, (90, 50, 20))
    width, height = framed.size
    draw = ImageDraw.Draw(framed)
    spots = [(x, y) for x in range(0, width, 24) for y in (6, height - 24)]
    spots += [(x, y) for y in range(0, height, 24) for x in (6, width - 24)]
    for x, y in spots:
        draw.ellipse((x, y, x + 18, y + 18), fill=(220, 180, 60))
        draw.line((x, y, x + 18, y + 18), fill=0, width=2)
    return framed


def _caption(picture: Image.Image) -> Image.Image:
    """A text over the lowest third."""
    width, height = picture.size
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, round(height * 0.68), width, height), fill="white")
    lines = (
        "Lorem ipsum dolor sit amet, consectetur",
        "adipiscing elit, sed do eiusmod tempor",
        "incididunt ut labore et dolore",
    )
    for number, line in enumerate(lines):
        draw.text((10, height * (0.7 + number / 11)), line, font=_font(height / 22), fill=0)
    return picture


_MAKERS = {
    "phone": _phone, "browser": browser, "letterbox": _letterbox, "meme": _meme, "subtitle": _subtitle, "sign": _sign,
    "tiled": _tiled, "date": _date, "border": _border, "caption": _caption,
}  # fmt: skip
