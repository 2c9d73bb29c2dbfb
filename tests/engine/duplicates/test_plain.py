"""Plain colors, gradients, icons, pages and forms: different ones never meet, real copies of them do."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from app.engine.duplicates.plain import fields_agree, fields_of
from app.engine.types import Facet
from app.engine.writing import open_writer

WORDS = [
    "when",
    "the",
    "course",
    "of",
    "human",
    "events",
    "becomes",
    "necessary",
    "for",
    "people",
    "to",
    "dissolve",
    "which",
    "have",
]
Maker = Callable[[np.random.Generator], Image.Image]


def some_words(rng: np.random.Generator, count: int) -> str:
    return " ".join(rng.choice(WORDS, count))


def solid(rng: np.random.Generator) -> Image.Image:
    return Image.new("RGB", (300, 200), tuple(int(c) for c in rng.integers(0, 256, 3)))


def noisy(rng: np.random.Generator) -> Image.Image:
    """A scan of an empty page."""
    tilt = np.linspace(0, rng.uniform(-4, 4), 620)[None, :] + np.linspace(0, rng.uniform(-4, 4), 877)[:, None]
    return Image.fromarray(np.clip(240 + tilt + rng.normal(0, 3, (877, 620)), 0, 255).astype(np.uint8))


def gradient(rng: np.random.Generator) -> Image.Image:
    first, second = rng.integers(0, 256, (2, 3))
    ramp = first + (second - first) * np.linspace(0, 1, 400)[None, :, None].repeat(300, 0)
    return Image.fromarray(ramp.astype(np.uint8)).rotate(90 * int(rng.integers(4)))


def glow(rng: np.random.Generator) -> Image.Image:
    down, across = np.mgrid[-1:1:300j, -1:1:300j]
    far = np.clip(np.hypot(across - rng.uniform(-0.3, 0.3), down - rng.uniform(-0.3, 0.3)), 0, 1)[..., None]
    first, second = rng.integers(0, 256, (2, 3))
    return Image.fromarray((first + (second - first) * far).astype(np.uint8))


def icon(rng: np.random.Generator) -> Image.Image:
    made = Image.new("RGB", (16, 16), tuple(int(c) for c in rng.integers(0, 256, 3)))
    draw = ImageDraw.Draw(made)
    for _ in range(2):
        x, y, w, h = (int(n) for n in rng.integers(2, 9, 4))
        draw.rectangle((x, y, x + w, y + h), fill=tuple(int(c) for c in rng.integers(0, 256, 3)))
    return made


def note(rng: np.random.Generator) -> Image.Image:
    """A page with a line or three."""
    made = Image.new("L", (868, 1228), 250)
    font = ImageFont.load_default(20)
    for line in range(int(rng.integers(1, 4))):
        ImageDraw.Draw(made).text((90, 90 + 30 * line), some_words(rng, 8), font=font, fill=30)
    return made


def form(rng: np.random.Generator) -> Image.Image:
    made = Image.new("L", (868, 1228), 255)
    draw, font = ImageDraw.Draw(made), ImageFont.load_default(21)
    for field in range(12):
        top = 140 + 78 * field
        draw.rectangle((70, top, 798, top + 42), outline=0, width=2)
        draw.text((76, top - 28), f"Field number {field}", font=font, fill=0)
        draw.text((84, top + 8), some_words(rng, 4), font=font, fill=60)
    return made


MAKERS: dict[str, Maker] = {
    "solid": solid, "noisy": noisy, "gradient": gradient, "glow": glow, "icon": icon, "note": note, "form": form,
}  # fmt: skip


def test_different_plain_pictures_do_not_fall_together_and_copies_of_pages_are_found(tmp_path: Path) -> None:
    folder, rng = tmp_path / "photos", np.random.default_rng(3)
    folder.mkdir()
    for name, make in MAKERS.items():
        for number in range(16):
            make(rng).save(folder / f"{name} {number}.png")
    for name in ("note", "form"):
        for number in range(3):
            with Image.open(folder / f"{name} {number}.png") as page:
                page.save(folder / f"{name} {number} saved.jpg", quality=40)
                page.resize((434, 614), Image.Resampling.LANCZOS).save(folder / f"{name} {number} half.png")
    with open_writer(tmp_path / "library", lambda _event: None, facets=(Facet.COPY, Facet.COLOR)) as writer:
        writer.index((str(folder),))
        with writer.reader() as reader:
            groups = reader.duplicates()
    found = sorted(sorted(Path(photo.path).stem for photo in group.photos) for group in groups)
    assert found == sorted(
        [f"{name} {number}", f"{name} {number} half", f"{name} {number} saved"]
        for name in ("form", "note")
        for number in range(3)
    )


def jpeg(picture: Image.Image) -> bytes:
    import io

    stream = io.BytesIO()
    picture.convert("RGB").resize((226, 320), Image.Resampling.HAMMING).save(stream, "JPEG", quality=84)
    return stream.getvalue()


@pytest.mark.parametrize("make", [note, form])
def test_another_text_is_seen_and_another_brightness_is_not(make: Maker) -> None:
    pages = [make(np.random.default_rng(seed)) for seed in range(6)]
    fields = [fields_of(jpeg(page)) for page in pages]
    assert not any(fields_agree(one, other) for one, other in combinations(fields, 2))
    for page, field in zip(pages, fields, strict=True):
        assert fields_agree(field, fields_of(jpeg(page.point(lambda level: level * 0.7))))


def test_a_form_with_another_entry_in_one_line_is_another_one() -> None:
    one = form(np.random.default_rng(1))
    other = one.copy()
    ImageDraw.Draw(other).rectangle((80, 145, 790, 178), fill=255)
    ImageDraw.Draw(other).text((84, 148), "to", font=ImageFont.load_default(21), fill=60)
    assert not fields_agree(fields_of(jpeg(one)), fields_of(jpeg(other)))


def test_damaged_and_missing_thumbnails_tell_nothing() -> None:
    assert fields_of(None) is None and fields_of(b"") is None and fields_of(b"\xff\xd8\xff junk") is None
    whole = jpeg(note(np.random.default_rng(1)))
    assert fields_of(whole[: len(whole) // 3]) is None


def test_wholly_plain_fields_agree_with_each_other_alone() -> None:
    plain, pattern = np.full((20, 30), 9, np.uint8), np.tile(np.array([[0, 255]], np.uint8), (20, 15))
    assert fields_agree(plain, plain) and fields_agree(plain, plain + 9)
    blocks = np.kron(pattern[:4, :6], np.ones((5, 5), np.uint8))
    assert not fields_agree(plain, blocks) and not fields_agree(blocks, plain)
