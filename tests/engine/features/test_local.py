"""Points of pictures: read, kept in few bytes, and a part of a picture found by them, or not where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from app.engine.features.base import Picture
from app.engine.features.crop import STORED, CropExtractor
from app.engine.features.local.describe import ROOT_SIFT, read_points
from app.engine.features.local.outline import Transform, clipped_box, is_sane
from app.engine.features.local.packing import Packing
from app.engine.features.local.pixels import agreement
from app.engine.features.local.proof import proved
from app.engine.features.local.relation import LocalMatch, relate
from app.engine.types import Box
from tests.bench.framed import browser
from tests.engine.features.drawn import as_picture, drawn

_EXTRACTOR = CropExtractor()


def _match(query: Image.Image, photo: Image.Image, box: Box | None = None) -> LocalMatch | None:
    return relate(_EXTRACTOR.query(as_picture(query), box), _EXTRACTOR.unpack(_EXTRACTOR.read(as_picture(photo))), box)


def _shared(one: Box, other: Box) -> float:
    """Intersection over union."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    both = max(0, across) * max(0, down)
    return both / (one[2] * one[3] + other[2] * other[3] - both)


def test_a_row_keeps_places_sizes_directions_and_nearly_the_descriptors() -> None:
    before = read_points(as_picture(drawn(1)).rgb, (6_400, 4_800), STORED)
    row = Packing(ROOT_SIFT).pack(before)
    after = _EXTRACTOR.unpack(row)
    assert len(before) == STORED.points and len(row) == 8 + 22 * len(before)
    assert after.size == (6_400, 4_800)
    assert np.abs(after.points - before.points).max() < 0.1
    assert np.abs(after.sizes / before.sizes - 1).max() < 0.03
    assert (np.abs((after.angles - before.angles + 180) % 360 - 180)).max() < 0.8
    assert (after.descriptors * before.descriptors).sum(axis=1).mean() > 0.95
    assert np.allclose(np.linalg.norm(after.descriptors, axis=1), 1, atol=1e-5)
    assert np.array_equal(_EXTRACTOR.descriptors(row), after.descriptors)


def test_points_are_spread_over_the_quarters_and_never_crowd() -> None:
    busy = drawn(2, (1_024, 768), 900)
    busy.paste(drawn(3, (256, 192), 10).resize((768, 768)), (256, 0))  # two quarters with little in them
    points = read_points(as_picture(busy).rgb, busy.size, STORED).points
    quarters = np.bincount((points[:, 0] >= 512).astype(int) + 2 * (points[:, 1] >= 384), minlength=4)
    assert quarters.min() >= 5
    gaps = np.linalg.norm(points[:, None] - points[None], axis=2)
    near = (gaps < 45).sum(axis=1) - 1  # a little less than 50 px: at the very edge rounding counts
    assert near.max() <= 8  # each point has at most three stronger ones near it; weaker ones may come from several sides


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGB", (640, 480), (120, 90, 60)),
        Image.new("RGB", (16, 16), (9, 200, 3)),
        Image.new("L", (1, 1)),
        Image.linear_gradient("L").resize((640, 20)),
        drawn(4, (16, 16), 9),
    ],
    ids=["flat", "16 x 16", "1 x 1", "gradient", "tiny"],
)
def test_where_nothing_stands_out_there_are_few_points_or_none_and_nothing_is_found(picture: Image.Image) -> None:
    row = _EXTRACTOR.read(as_picture(picture))
    assert len(_EXTRACTOR.unpack(row)) <= 40
    assert relate(_EXTRACTOR.query(as_picture(picture)), _EXTRACTOR.unpack(row)) is None or len(_EXTRACTOR.unpack(row)) > 4
    assert _match(picture, drawn(5)) is None and _match(drawn(5), picture) is None


@pytest.mark.parametrize("area", [0.1, 0.2, 0.5, 0.8])
def test_a_crop_is_found_where_it_was_cut_out(area: float) -> None:
    photo = drawn(6, (800, 600), 400)
    width, height = round(800 * area**0.5), round(600 * area**0.5)
    box = (800 - width - 10, 600 - height - 20, width, height)
    match = _match(photo.crop((box[0], box[1], box[0] + width, box[1] + height)), photo)
    assert match is not None and match.sure and not match.mirrored
    assert _shared(match.box, box) > 0.9
    assert match.query_box == (0, 0, width, height) or _shared(match.query_box, (0, 0, width, height)) > 0.97
    assert match.scale == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize(("degrees", "mirror"), [(25, False), (45, False), (180, False), (90, True), (0, True)])
def test_a_turned_or_mirrored_picture_says_how_it_was_turned(degrees: int, mirror: bool) -> None:
    photo = drawn(7)
    query = ImageOps.mirror(photo) if mirror else photo
    match = _match(query.rotate(-degrees, Image.Resampling.BICUBIC, expand=True), photo)
    assert match is not None and match.sure and match.mirrored is mirror
    assert abs((match.angle - degrees + 180) % 360 - 180) < 2
    assert _shared(match.box, (0, 0, *photo.size)) > (0.6 if degrees in (25, 45) else 0.95)


def test_a_thumbnail_is_found_in_a_large_photo_and_a_photo_in_a_screenshot() -> None:
    photo = drawn(8, (3_000, 2_000), 500)
    match = _match(photo.resize((150, 100), Image.Resampling.LANCZOS), photo)
    assert match is not None and match.sure and match.scale == pytest.approx(20, rel=0.05)
    screen = _phone(drawn(9, (300, 400)))
    photo = drawn(90, (600, 800))
    assert (other := _match(screen, _phone(photo.resize((300, 400))))) is None or not other.sure
    inside = _match(_phone(photo.resize((300, 400))), photo)
    assert inside is not None and inside.sure and _shared(inside.query_box, (0, 60, 300, 400)) > 0.9


def test_a_box_is_looked_up_alone_and_its_outline_is_in_the_photo() -> None:
    photo = drawn(10, (800, 600), 400)
    query = Image.new("RGB", (900, 700), "white")
    query.paste(photo, (70, 50))
    match = _match(query, photo, (70 + 200, 50 + 100, 300, 250))
    assert match is not None and match.sure
    assert _shared(match.box, (200, 100, 300, 250)) > 0.9
    assert np.abs(match.outline - np.array([(200, 100), (500, 100), (500, 350), (200, 350)])).max() < 8
    points = _EXTRACTOR.query(as_picture(query), (270, 150, 300, 250)).points
    assert (points >= (269, 149)).all() and (points <= (571, 401)).all()


@pytest.mark.parametrize("box", [(2_000, 2_000, 50, 50), (-100, -100, 50, 50), (639, 479, 1, 1)])
def test_a_box_outside_or_of_one_pixel_has_no_points(box: Box) -> None:
    assert len(_EXTRACTOR.query(as_picture(drawn(11)), box)) == 0


def test_a_wide_panorama_has_its_points_in_its_own_pixels() -> None:
    panorama = drawn(12, (1_024, 128), 300)
    read = _EXTRACTOR.unpack(_EXTRACTOR.read(Picture(as_picture(panorama).rgb, (12_000, 1_500))))
    assert len(read) > 50 and read.points[:, 0].max() > 10_000 and read.points[:, 1].max() <= 1_500
    part = panorama.crop((500, 0, 760, 128))
    match = relate(_EXTRACTOR.query(as_picture(part)), read)
    assert match is not None and _shared(match.box, (5_859, 0, 3_047, 1_500)) > 0.85


def test_of_forty_pictures_no_two_are_taken_for_parts_of_each_other() -> None:
    pictures = [as_picture(drawn(seed)) for seed in range(100, 125)]
    read = [(_EXTRACTOR.query(one), _EXTRACTOR.unpack(_EXTRACTOR.read(one))) for one in pictures]
    wrong = [(a, b) for a in range(25) for b in range(25) if a != b and (m := relate(read[a][0], read[b][1])) and m.sure]
    assert wrong == []


@pytest.mark.parametrize("kind", ["phone", "meme", "corner", "border"])
def test_what_different_photos_share_by_habit_proves_nothing(kind: str) -> None:
    one, other = _with(kind, drawn(30, (512, 384))), _with(kind, drawn(31, (512, 384)))
    match = _match(one, other)
    assert match is None or not match.sure
    same = _match(one, drawn(30, (512, 384)))
    assert same is not None and same.sure
    if match is not None:
        assert agreement(as_picture(one), as_picture(other), match.homography) < 0.6
    assert agreement(as_picture(one), as_picture(drawn(30, (512, 384))), same.homography) > 0.8


def test_photos_of_two_sizes_in_one_browser_window_are_told_from_copies_by_their_pixels() -> None:
    photo = drawn(40, (240, 189), 20)
    one, other = (as_picture(_with("browser", picture)) for picture in (photo, drawn(41, (330, 220), 20)))
    match = relate(_EXTRACTOR.query(one), _EXTRACTOR.closer(other))
    assert match is not None and match.likely and not proved(match, one, other).sure
    alone = as_picture(photo)
    same = relate(_EXTRACTOR.query(one), _EXTRACTOR.unpack(_EXTRACTOR.read(alone)))
    assert same is not None and proved(same, one, alone).sure


def test_mirrored_points_are_those_of_the_mirrored_picture() -> None:
    picture = drawn(13)
    one = read_points(as_picture(picture).rgb, picture.size, STORED, reflect=True).mirrored()
    other = read_points(as_picture(ImageOps.mirror(picture)).rgb, picture.size, STORED)
    nearest = (one.descriptors @ other.descriptors.T).argmax(axis=1)
    there = np.linalg.norm(one.points - other.points[nearest], axis=1) < 2
    assert there.mean() > 0.75
    turned = (one.angles - other.angles[nearest] + 180) % 360 - 180
    assert np.abs(turned[there]).mean() < 2


def test_the_same_is_read_and_found_every_time() -> None:
    photo, part = drawn(14), drawn(14).crop((100, 100, 400, 350))
    assert _EXTRACTOR.read(as_picture(photo)) == _EXTRACTOR.read(as_picture(photo))
    first, again = _match(part, photo), _match(part, photo)
    assert first is not None and again is not None
    assert np.array_equal(first.homography, again.homography) and first.inliers == again.inliers


@pytest.mark.parametrize(
    "transform",
    [
        np.diag((-1.0, 1.0, 1.0)),  # mirrored
        np.diag((9.0, 1.0, 1.0)),  # squeezed
        np.array([(1.0, 0, 0), (0, 1, 0), (-0.004, 0, 1)]),  # folded behind the eye
        np.full((3, 3), np.nan),
    ],
)
def test_what_no_photo_undergoes_is_not_sane(transform: Transform) -> None:
    assert not is_sane(transform, (0, 0, 400, 300))


def test_a_box_is_cut_to_the_picture_and_never_empty() -> None:
    assert clipped_box(np.array([(-5.0, -7.0), (30, -7), (30, 20), (-5, 20)]), (20, 10)) == (0, 0, 20, 10)
    assert clipped_box(np.array([(50.0, 50), (60, 50), (60, 60), (50, 60)]), (20, 10)) == (19, 9, 1, 1)


def _phone(picture: Image.Image) -> Image.Image:
    """A screen that shows a picture between two bars."""
    width, height = picture.size
    screen = Image.new("RGB", (width, height + 140), (248, 248, 250))
    screen.paste(picture, (0, 60))
    draw = ImageDraw.Draw(screen)
    draw.text((10, 6), "09:41   Photos   87 %", font=ImageFont.load_default(size=22), fill=(20, 20, 20))
    for number in range(5):
        x = int((number + 0.5) * width / 5)
        draw.ellipse((x - 14, height + 80, x + 14, height + 108), outline=(0, 90, 250), width=3)
        draw.text(
            (x - 16, height + 112), ["Home", "Find", "Add", "Like", "Me"][number], font=ImageFont.load_default(size=16), fill=0
        )
    return screen


def _with(kind: str, picture: Image.Image) -> Image.Image:
    width, height = picture.size
    font = ImageFont.load_default(size=height // 11)
    if kind == "phone":
        return _phone(picture)
    if kind == "browser":
        return browser(picture, letters=10)
    framed = picture.copy()
    draw = ImageDraw.Draw(framed)
    if kind == "meme":
        for y, text in ((4, "WHEN YOU SEE IT"), (height - height // 8, "YOU CANNOT UNSEE")):
            draw.text((width // 10, y), text, font=font, fill="white", stroke_width=3, stroke_fill="black")
    if kind == "corner":
        draw.text((width // 2, height - 30), "PHOTO CLUB", font=ImageFont.load_default(size=18), fill="white", stroke_width=1)
    if kind == "border":
        framed = ImageOps.expand(framed, 30, (90, 50, 20))
        draw = ImageDraw.Draw(framed)
        for x in range(0, width + 60, 24):
            for y in (6, height + 36):
                draw.ellipse((x, y, x + 18, y + 18), fill=(220, 180, 60))
                draw.line((x, y, x + 18, y + 18), fill=0, width=2)
    return framed
