"""Real photos and their edited copies: every plain copy is grouped with its photo, and no two different photos are."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from app.engine.copies import DuplicateKind
from app.engine.duplicates.grouping import find_groups
from app.engine.duplicates.pairs import near_pairs
from app.engine.features.copy import hash_grays, small_gray
from app.engine.library.file_rows import FileRow
from app.engine.types import Turn


def saved(picture: Image.Image, quality: int = 90) -> Image.Image:
    memory = io.BytesIO()
    picture.save(memory, "JPEG", quality=quality)
    return Image.open(memory)


EDITS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "quality 10": lambda im: saved(im, 10),
    "quality 30": lambda im: saved(im, 30),
    "quality 75": lambda im: saved(im, 75),
    "small": lambda im: saved(im.resize((im.width // 3, im.height // 3))),
    "square": lambda im: saved(im.resize((300, 300))),
    "gray": lambda im: saved(im.convert("L").convert("RGB")),
    "dark": lambda im: saved(ImageEnhance.Brightness(im).enhance(0.6)),
    "mirror": lambda im: saved(ImageOps.mirror(im)),
    "rotate90": lambda im: saved(im.transpose(Image.Transpose.ROTATE_270)),
    "rotate270": lambda im: saved(im.transpose(Image.Transpose.ROTATE_90)),
}


def test_copies_of_real_photos_are_grouped_and_nothing_else(pack: Path) -> None:
    sources = sorted((pack / "copies").glob("*.jpg"))[::3]
    files, grays = [], []
    for n, source in enumerate(sources):
        with Image.open(source) as opened:
            photo = opened.convert("RGB")
        for m, (name, edit) in enumerate({"photo": lambda im: im, **EDITS}.items()):
            copy = edit(photo)
            number = 100 * n + m
            grays.append(small_gray(np.asarray(copy.convert("RGB"))))
            files.append(FileRow(f"/{n}/{name}", number, number.to_bytes(16, "big"), 10_000 - m, *copy.size))
    hashes, qualities = hash_grays(np.stack(grays))
    ids = np.array([row.photo_id for row in files], np.int64)
    groups = find_groups(files, near_pairs(ids, hashes, qualities))
    assert len(groups) == len(sources) > 40
    for group in groups:
        assert len({photo.path.split("/")[1] for photo in group.photos}) == 1
        assert len(group.photos) == 1 + len(EDITS)
        assert group.kind is DuplicateKind.TURNED and group.photos[0].path.endswith("/photo")
        turns = {photo.path.split("/")[2]: photo.relation.turn for photo in group.photos[1:] if photo.relation.turn}
        assert turns == {"mirror": Turn.MIRROR, "rotate90": Turn.ROTATE90, "rotate270": Turn.ROTATE270}


def test_different_real_photos_are_never_grouped(pack: Path) -> None:
    files = [file for folder in ("captioned", "classes", "copies", "scenes") for file in sorted((pack / folder).glob("*.jpg"))]
    assert len(files) > 1000
    grays = np.stack([small_gray(np.asarray(Image.open(file).convert("RGB"))) for file in files])
    hashes, qualities = hash_grays(grays)
    assert qualities.all()
    assert len(near_pairs(np.arange(len(files)), hashes, qualities)) == 0
