"""A photo and its edit both stay, and what was only saved once more goes: whichever file is larger, sharper or better saved."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from app.cli_answers import as_document
from app.engine.copies import DuplicateGroup, DuplicateKind, GroupPhoto, Relation, Stays, freed
from app.engine.duplicates.alterations import altered
from app.engine.duplicates.looks import Look, Looks
from app.engine.duplicates.rules import stays
from app.engine.duplicates.standing import standing_of
from app.engine.features.fields import fields_of, fields_of_jpeg, unpacked
from app.engine.intake.decode import jpeg_of
from app.engine.library.file_rows import FileRow
from app.engine.types import Facet, Turn
from app.engine.writing import open_writer
from tests.conftest import draw_photo

Edit = Callable[[Image.Image], Image.Image]


def noisy(photo: Image.Image) -> Image.Image:
    noise = np.random.default_rng(1).normal(0, 20, (photo.height, photo.width, 3))
    return Image.fromarray(np.clip(np.asarray(photo) + noise, 0, 255).astype(np.uint8))


def with_a_ball(photo: Image.Image, at: int = 100) -> Image.Image:
    changed = photo.copy()
    ImageDraw.Draw(changed).ellipse((at, 100, at + 40, 140), fill=(255, 255, 0), outline=(0, 0, 0))
    return changed


EDITS: dict[str, Edit] = {
    "noise": noisy,
    "sharper": lambda photo: photo.filter(ImageFilter.UnsharpMask(2, 150, 2)),
    "lighter": lambda photo: ImageEnhance.Brightness(photo).enhance(1.2),
    "gray": lambda photo: photo.convert("L").convert("RGB"),
    "ball": with_a_ball,
    "large": lambda photo: photo.resize((photo.width * 2, photo.height * 2), Image.Resampling.BICUBIC),
    "mirrored": ImageOps.mirror,
}


def indexed(folder: Path) -> tuple[DuplicateGroup, ...]:
    with open_writer(folder.parent / "library", lambda _event: None, facets=(Facet.COPY, Facet.COLOR)) as writer:
        writer.index((str(folder),))
        with writer.reader() as reader:
            return reader.duplicates()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "photos"
    made.mkdir()
    return made


def by_name(groups: tuple[DuplicateGroup, ...]) -> dict[str, GroupPhoto]:
    return {Path(photo.path).stem: photo for group in groups for photo in group.photos}


def test_neither_a_photo_nor_its_edit_is_suggested_and_what_was_saved_once_more_is(folder: Path) -> None:
    for seed, (name, edit) in enumerate(EDITS.items()):
        photo = draw_photo(seed).filter(ImageFilter.GaussianBlur(0.7))
        photo.save(folder / f"{name} original.jpg", quality=85)
        edit(photo).save(folder / f"{name} edit.jpg", quality=90)
    for seed, quality in ((21, 30), (22, 75)):
        draw_photo(seed).save(folder / f"{quality} original.jpg", quality=92)
        draw_photo(seed).resize((400, 300)).save(folder / f"{quality} smaller.jpg", quality=quality)
        draw_photo(seed).save(folder / f"{quality} again.jpg", quality=quality)
    found = by_name(indexed(folder))
    assert {name for name, photo in found.items() if not photo.keep} == {"30 smaller", "30 again", "75 smaller", "75 again"}
    assert set(found) == {f"{name} {which}" for name in EDITS for which in ("original", "edit")} | {
        f"{quality} {which}" for quality in (30, 75) for which in ("original", "smaller", "again")
    }
    assert found["large edit"].stays is Stays.ENLARGED and found["large original"].relation is None
    assert found["ball original"].relation is None, "what was added is seen"
    said = {name: found[f"{name} {which}"].stays for name in EDITS for which in ("original", "edit")
            if found[f"{name} {which}"].stays is not None}  # fmt: skip
    assert said["ball"] is Stays.PLACE and said["mirrored"] is Stays.TURNED
    assert all(said[name] is Stays.EDITED for name in ("noise", "sharper", "lighter", "gray"))


def test_of_several_copies_the_one_that_most_look_like_is_kept(folder: Path) -> None:
    photo = draw_photo(5).filter(ImageFilter.GaussianBlur(0.7))
    photo.save(folder / "original.jpg", quality=85)
    photo.save(folder / "again.jpg", quality=60)
    photo.resize((320, 240)).save(folder / "small.jpg", quality=85)
    photo.resize((400, 300)).save(folder / "smaller.jpg", quality=85)
    for name in ("noise", "lighter", "gray", "mirrored"):
        EDITS[name](photo).save(folder / f"{name}.jpg", quality=95)
    (group,) = indexed(folder)
    assert Path(group.photos[0].path).stem == "original"
    found = by_name((group,))
    assert {name for name, photo in found.items() if not photo.keep} == {"again", "small", "smaller", "mirrored"}
    assert all(found[name].relation.kind is DuplicateKind.EDITED for name in ("noise", "lighter", "gray"))


def test_a_copy_that_was_saved_badly_never_stands_for_its_original(folder: Path) -> None:
    photo = draw_photo(7).filter(ImageFilter.GaussianBlur(0.7))
    photo.save(folder / "original.jpg", quality=90)
    photo.save(folder / "again.jpg", quality=30)
    EDITS["noise"](photo).save(folder / "noise.jpg", quality=90)
    found = by_name(indexed(folder))
    assert {name for name, one in found.items() if not one.keep} == {"again"}
    original, again = (FileRow(f"/{q}.jpg", q, bytes([q]), 9, 640, 480, "JPEG", jpeg_quality=q) for q in (90, 30))
    resized = Relation(DuplicateKind.RESIZED, distance=2)
    assert stays(original, again, resized) is Stays.BETTER and stays(again, original, resized) is None


def test_cards_of_one_template_are_told_apart_by_one_place_and_a_missing_thumbnail_tells_nothing() -> None:
    shown = {name: np.asarray(with_a_ball(draw_photo(3, (320, 240)), at)) for name, at in ((b"a", 60), (b"b", 200))}
    shown[b"c"] = np.asarray(ImageEnhance.Contrast(draw_photo(3, (320, 240))).enhance(1.4))
    looks = Looks(lambda digest: unpacked(fields_of(shown[digest])) if digest in shown else None)
    a, b, c, gone = (FileRow(f"/{name}", 1, name, 1, 320, 240) for name in (b"a", b"b", b"c", b"d"))
    answers = [looks.compare(a, other, Turn.NONE) for other in (a, b, c, gone)]
    assert answers == [Look.SAME, Look.IN_ONE_PLACE, Look.OTHER, Look.UNKNOWN]


def test_fields_come_out_alike_from_a_stored_thumbnail_and_while_it_is_made() -> None:
    thumbnail = np.asarray(draw_photo(4, (320, 213)))
    stored = fields_of_jpeg(jpeg_of(thumbnail))
    apart = np.abs(np.asarray(stored, int) - unpacked(fields_of(thumbnail)))
    assert apart.mean() < 1 and apart.max() <= 12
    assert fields_of_jpeg(None) is None is fields_of_jpeg(b"no picture")


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_free_nothing_and_a_copy_beside_them_does(folder: Path) -> None:
    draw_photo(1).save(folder / "a.jpg")
    os.link(folder / "a.jpg", folder / "ab.jpg")
    (folder / "abcd.jpg").write_bytes((folder / "a.jpg").read_bytes())
    size = (folder / "a.jpg").stat().st_size
    (group,) = groups = indexed(folder)
    assert group.frees == size
    listed = as_document(groups)["groups"][0]["photos"]
    assert [photo["frees"] for photo in listed] == [0, 0, size]
    assert ["takes no space" in photo["why"] for photo in listed] == [False, True, False]
    assert [frees for _, frees in freed(group.photos, {str(folder / "abcd.jpg")})].count(size) == 1, "the last name frees it"


def row(number: int, side: int, size: int) -> FileRow:
    return FileRow(f"/{number}", number, bytes([number]), size, side, side * 3 // 4, sharpness=0.3, jpeg_quality=90)


def test_what_was_enlarged_counts_as_large_as_what_it_was_made_from_and_one_noisy_copy_says_nothing() -> None:
    photo, noisy, twice, whole = row(1, 640, 100_000), row(2, 640, 250_000), row(3, 1280, 200_000), row(4, 1280, 330_000)
    once_more = row(5, 1920, 300_000)
    standing = standing_of([photo, noisy, twice, whole, once_more], {}, lambda _one, _other: (99, Turn.NONE), frozenset())
    assert standing.detail == {3: photo.pixels, 5: photo.pixels}
    assert altered(photo, noisy) and not altered(photo, row(6, 642, 110_000)) and not altered(photo, whole)
