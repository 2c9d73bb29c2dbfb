"""Files of the same pixels: told from copies that differ in a single one, also where dates or hashes say nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from app.engine.copies import DuplicateGroup, DuplicateKind
from app.engine.duplicates.twins import Twins
from app.engine.features.base import Picture
from app.engine.features.copy import CopyExtractor
from app.engine.features.pixels import PixelsExtractor
from app.engine.requests import DuplicatesChanged, Event
from app.engine.types import Facet
from app.engine.writing import open_writer
from tests.conftest import draw_photo
from tests.engine.features.packets import exif_block

Groups = Callable[[], list[DuplicateGroup]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "photos"
    made.mkdir()
    return made


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def groups(tmp_path: Path, folder: Path, events: list[Event]) -> Groups:
    def groups() -> list[DuplicateGroup]:
        with open_writer(tmp_path / "library", events.append, facets=(Facet.COPY, Facet.COLOR)) as writer:
            writer.index((str(folder),))
            with writer.reader() as reader:
                return list(reader.duplicates())

    return groups


def kinds(group: DuplicateGroup) -> dict[str, DuplicateKind | None]:
    return {Path(photo.path).name: photo.relation and photo.relation.kind for photo in group.photos}


def test_other_files_of_the_same_pixels_are_told_from_those_that_were_changed(folder: Path, groups: Groups) -> None:
    draw_photo(1).save(folder / "a.jpg", quality=90)
    photo = Image.open(folder / "a.jpg").convert("RGB")
    photo.save(folder / "b.png")
    photo.save(folder / "c.tif", compression="tiff_lzw")
    photo.save(folder / "d.webp", lossless=True)
    dated = exif_block(camera={0x9003: "2001:01:01 10:00:00"})
    start, rest = (folder / "a.jpg").read_bytes()[:2], (folder / "a.jpg").read_bytes()[2:]
    (folder / "e.jpg").write_bytes(start + b"\xff\xe1" + (len(dated) + 2).to_bytes(2, "big") + dated + rest)
    photo.putpixel((3, 3), (1, 2, 3))
    photo.save(folder / "other.png")
    (group,) = groups()
    found = kinds(group)
    assert found.pop("other.png") is DuplicateKind.RESIZED and group.kind is DuplicateKind.RESIZED
    assert sorted(found) == ["a.jpg", "b.png", "c.tif", "d.webp", "e.jpg"]
    assert group.photos[0].path.endswith("e.jpg") and found.pop("e.jpg") is None, "it has a date"
    assert set(found.values()) == {DuplicateKind.SAME_PIXELS}
    assert all(not photo.keep for photo in group.photos[1:])
    assert {photo.why for photo in group.photos[1:]} == {"the same pixels in another file", "saved again"}


def test_a_date_that_was_corrected_makes_no_other_shot_of_the_same_pixels(folder: Path, groups: Groups) -> None:
    for name, second in (("a.jpg", "01"), ("b.jpg", "59")):
        draw_photo(1).save(folder / name, exif=exif_block(camera={0x9003: f"2001:01:01 10:00:{second}"}))
    (group,) = groups()
    assert group.kind is DuplicateKind.SAME_PIXELS and group.confidence == 1 and len(group.photos) == 2


def test_a_large_jpeg_and_the_png_made_of_it(folder: Path, groups: Groups, events: list[Event]) -> None:
    draw_photo(1, (2600, 1800)).save(folder / "a.jpg", quality=92)
    Image.open(folder / "a.jpg").save(folder / "b.png", compress_level=1)
    (group,) = groups()
    assert group.kind is DuplicateKind.SAME_PIXELS
    assert isinstance(events[-1], DuplicatesChanged) or any(isinstance(event, DuplicatesChanged) for event in events[-3:])


def test_plain_pictures_are_copies_only_where_every_pixel_is_the_same(folder: Path, groups: Groups) -> None:
    for name, color in (("red.png", "red"), ("red.bmp", "red"), ("blue.png", "blue"), ("white.png", "white")):
        Image.new("RGB", (300, 200), color).save(folder / name)
    Image.new("RGB", (200, 300), "red").save(folder / "upright.png")
    (group,) = groups()
    assert sorted(kinds(group)) == ["red.bmp", "red.png"] and group.kind is DuplicateKind.SAME_PIXELS


def test_the_digest_knows_sides_and_every_pixel() -> None:
    pixels = np.arange(24 * 3, dtype=np.uint8).reshape(4, 6, 3)
    read = PixelsExtractor().read
    one = read(Picture(pixels, (6, 4)))
    assert len(one) == 16 and one == read(Picture(pixels.copy(), (6, 4)))
    assert one != read(Picture(pixels.reshape(6, 4, 3), (4, 6)))
    pixels[-1, -1, -1] ^= 1
    assert one != read(Picture(pixels, (6, 4)))


class Held:
    """A catalogue and vectors of hashes, sides and sharpness alone."""

    def __init__(self, rows: np.ndarray, sides: list[tuple[int, int]], sharpness: list[float]) -> None:
        self.rows, self.sides, self.sharpness, self.there = rows, sides, sharpness, len(rows)

    def extracted_ids(self, feature: str) -> np.ndarray:
        assert feature == CopyExtractor.version
        return np.arange(self.there)

    def shapes_of(self, ids: np.ndarray) -> list[tuple[int, bytes, int, int, float, int]]:
        return [(int(i), int(i).to_bytes(16, "big"), *self.sides[int(i)], self.sharpness[int(i)], 0) for i in ids]

    def get_many(self, _feature: str, digests: list[bytes]) -> list[bytes]:
        return [self.rows[int.from_bytes(digest, "big")].tobytes() for digest in digests]


def test_proposed_are_those_that_brute_force_finds_also_when_they_come_one_by_one() -> None:
    rng = np.random.default_rng(0)
    rows = rng.integers(0, 256, (300, 73), dtype=np.uint8)
    rows[1::2] = rows[::2]
    for place in range(1, 300, 2):
        for bit in rng.choice(576, rng.integers(0, 9), replace=False):
            rows[place, bit // 8] ^= 1 << (bit % 8)
    sides = [(40, 30) if place % 14 else (30, 40) for place in range(300)]
    distance = np.bitwise_count(rows[:, None, :72] ^ rows[None, :, :72]).sum(axis=2)
    same = np.array([[one == other for other in sides] for one in sides])
    sharpness = [0.0 if place % 10 == 5 else 0.5 + place // 2 * 1e-9 + 0.001 * (place % 10 == 7) for place in range(300)]
    told = np.array([[abs(one - other) < 1e-4 or not one * other for other in sharpness] for one in sharpness])
    near = (distance <= 4) & same & told & ~np.eye(300, dtype=np.bool_)
    expected = set(np.flatnonzero(near.any(axis=1)).tolist())
    held = Held(rows, sides, sharpness)
    twins = Twins(held, held)  # type: ignore[arg-type]
    for there in (1, 150, 151, 300):
        held.there = there
        twins._take_up()
        assert twins._proposed == {number for number in expected if near[number, :there].any() and number < there}
    assert 80 < len(expected) < 230


@pytest.mark.parametrize("name", ["fine.png", "fine.tif", "clear.png", "clear.webp"])
def test_finer_colors_and_transparency_do_not_go_for_a_plain_export(folder: Path, groups: Groups, name: str) -> None:
    photo = draw_photo(1)
    dated = exif_block(camera={0x9003: "2001:01:01 10:00:00"})
    photo.save(folder / "export.jpg", quality=95, exif=dated)
    if name.startswith("fine"):
        assert cv2.imwrite(str(folder / name), np.asarray(photo)[..., ::-1].astype(np.uint16) * 257)
    else:
        photo.putalpha(254)
        photo.save(folder / name, lossless=True)
    photo.convert("RGB").save(folder / "plain.png")
    (group,) = groups()
    kept = {Path(photo.path).name: photo for photo in group.photos}
    assert group.photos[0] is kept["export.jpg"], "it has a date"
    assert kept[name].keep and "finer colors or transparency" in kept[name].why
    assert not kept["plain.png"].keep
