"""Finding pieces through a whole library: by picture, by box, with conditions, away from the drive, and photo against photo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from app.engine.errors import InputError, UsageError
from app.engine.library.catalog import Catalog
from app.engine.reading import Reader, open_reader
from app.engine.search.part_relations import PartRelations
from app.engine.types import BUILT, Answer, Closeness, Facet, PhotoRow, Query, Reason, Turn
from app.engine.writing import open_writer
from tests.engine.features.drawn import drawn

PART = (200, 150, 260, 220)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty photos, a flat and a tiny one."""
    made = tmp_path_factory.mktemp("pieces") / "photos"
    made.mkdir()
    for number in range(20):
        drawn(number, (800, 600), 400).save(made / f"photo {number:02}.jpg", quality=92)
    Image.new("RGB", (640, 480), (90, 120, 150)).save(made / "flat.png")
    drawn(50, (16, 16), 9).save(made / "tiny.png")
    with open_writer(made.parent / "library", lambda _event: None) as writer:
        writer.index([str(made)])
    return made


@pytest.fixture
def reader(folder: Path) -> Iterator[Reader]:
    """A reader of the library."""
    with open_reader(folder.parent / "library") as opened:
        yield opened


def _names(answer: Answer) -> list[str]:
    return [hit.row.name for hit in answer.hits if not hit.weak]


def _why(answer: Answer, place: int = 0) -> Reason:
    return next(why for why in answer.hits[place].reasons if why.facet is Facet.CROP)


def test_a_crop_is_found_with_its_place_in_the_photo(folder: Path, reader: Reader, tmp_path: Path) -> None:
    x, y, width, height = PART
    crop = tmp_path / "crop.jpg"
    drawn(7, (800, 600), 400).crop((x, y, x + width, y + height)).save(crop, quality=85)
    answer = reader.search(Query(images=(str(crop),), facets=(Facet.CROP,)))
    assert _names(answer) == ["photo 07.jpg"] and answer.hits[0].closeness in (Closeness.CLOSE, Closeness.VERY_CLOSE)
    why = _why(answer)
    assert why.box is not None and all(abs(one - other) <= 4 for one, other in zip(why.box, PART, strict=True))
    assert why.query_box is not None and why.query_box[2] > 250 and why.inliers and why.inliers >= 8 and len(why.outline) == 4
    ImageOps.mirror(Image.open(crop)).save(tmp_path / "mirrored.png")
    answer = reader.search(Query(images=(str(tmp_path / "mirrored.png"),), facets=(Facet.CROP,)))
    assert _names(answer) == ["photo 07.jpg"] and _why(answer).turn is Turn.MIRROR


def test_a_box_on_a_photo_finds_others_with_that_part_and_not_itself(folder: Path, reader: Reader, tmp_path: Path) -> None:
    sheet = Image.new("RGB", (900, 700), "white")
    sheet.paste(drawn(3, (800, 600), 400).crop((0, 0, 400, 600)), (20, 50))
    sheet.paste(drawn(11, (800, 600), 400).crop((0, 0, 400, 600)), (460, 50))
    sheet.save(tmp_path / "sheet.png")
    whole = Query(images=(str(tmp_path / "sheet.png"),), facets=(Facet.CROP,))
    assert set(_names(reader.search(whole))) >= {"photo 03.jpg"} or set(_names(reader.search(whole))) >= {"photo 11.jpg"}
    left = reader.search(Query(images=whole.images, facets=(Facet.CROP,), box=(20, 50, 400, 600)))
    right = reader.search(Query(images=whole.images, facets=(Facet.CROP,), box=(460, 50, 400, 600)))
    assert _names(left) == ["photo 03.jpg"] and _names(right) == ["photo 11.jpg"]
    own = str(folder / "photo 05.jpg")
    assert _names(reader.search(Query(images=(own,), facets=(Facet.CROP,), box=PART, leave_out_query=True))) == []
    assert _names(reader.search(Query(images=(own,), facets=(Facet.CROP,), box=PART)))[:1] == ["photo 05.jpg"]


def test_with_a_box_the_other_facets_look_at_the_part_alone(folder: Path, reader: Reader, tmp_path: Path) -> None:
    two = Image.new("RGB", (1_600, 600))
    two.paste(drawn(2, (800, 600), 400), (0, 0))
    two.paste(drawn(15, (800, 600), 400), (800, 0))
    two.save(tmp_path / "two.png")
    answer = reader.search(Query(images=(str(tmp_path / "two.png"),), facets=BUILT, box=(800, 0, 800, 600)))
    assert answer.hits[0].row.name == "photo 15.jpg"
    assert {why.facet for why in answer.hits[0].reasons} == {Facet.COPY, Facet.CROP, Facet.LOOK, Facet.MEANING, Facet.COLOR}


def test_conditions_hold_for_pieces_too(folder: Path, reader: Reader, tmp_path: Path) -> None:
    drawn(7, (800, 600), 400).crop((100, 100, 500, 400)).save(tmp_path / "crop.png")
    asked = Query(images=(str(tmp_path / "crop.png"),), facets=(Facet.CROP,), where=("format=png",))
    assert _names(reader.search(asked)) == []


@pytest.mark.parametrize(
    ("box", "said"), [((5_000, 0, 10, 10), "outside"), ((-50, -50, 50, 50), "outside"), ((0, 0, 0, 5), "no area")]
)
def test_a_box_beside_the_picture_is_wrong_usage(folder: Path, reader: Reader, box: tuple[int, int, int, int], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        reader.search(Query(images=(str(folder / "photo 01.jpg"),), facets=(Facet.CROP,), box=box))
    with pytest.raises(UsageError, match="picture"):
        reader.search(Query(text="a dog", box=(0, 0, 5, 5)))


@pytest.mark.parametrize("name", ["flat.png", "tiny.png"])
def test_a_picture_without_points_finds_nothing_and_is_no_error(folder: Path, reader: Reader, name: str) -> None:
    answer = reader.search(Query(images=(str(folder / name),), facets=(Facet.CROP,), leave_out_query=True))
    assert _names(answer) == [] and not answer.failed


def test_while_the_drive_is_away_what_is_stored_answers(folder: Path, reader: Reader) -> None:
    asked = folder / "photo 09.jpg"
    away = folder.parent / "away.jpg"
    asked.rename(away)
    try:
        answer = reader.search(Query(images=(str(asked),), facets=(Facet.CROP,)))
        assert _names(answer)[:1] == ["photo 09.jpg"]
    finally:
        away.rename(asked)


def test_a_copy_that_can_be_opened_serves_while_the_first_file_is_away(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    for name in ("a.jpg", "b.jpg"):
        drawn(7, (800, 600), 400).save(tmp_path / "photos" / name, quality=92)
    with open_writer(tmp_path / "library", lambda _event: None, facets=(Facet.COPY, Facet.COLOR, Facet.LOOK)) as writer:
        writer.index([str(tmp_path / "photos")])
    (tmp_path / "photos" / "a.jpg").rename(tmp_path / "away.jpg")
    x, y, width, height = PART
    drawn(7, (800, 600), 400).crop((x, y, x + width, y + height)).save(tmp_path / "crop.png")
    with open_reader(tmp_path / "library") as reader:
        parts, pictures = reader._searcher._parts, reader._searcher._pictures
        picture = pictures.read(str(tmp_path / "crop.png"), (Facet.LOOK, Facet.CROP))
        assert next(found.reason.inliers or 0 for found in parts.find(picture, None, None, alone=True)) >= 8
    with open_writer(tmp_path / "library", lambda _event: None) as writer:
        writer.complete()
        writer.run_until_idle()
        assert dict(writer.reader().status().facets)[Facet.CROP].done == 1


def test_how_a_picture_lies_in_a_photo_is_told_with_the_points_that_agree(folder: Path, reader: Reader, tmp_path: Path) -> None:
    x, y, width, height = PART
    drawn(4, (800, 600), 400).crop((x, y, x + width, y + height)).rotate(90, expand=True).save(tmp_path / "turned.png")
    match = reader.match_parts(str(tmp_path / "turned.png"), str(folder / "photo 04.jpg"), None)
    assert match is not None and match.inliers > 20 and abs(match.angle - 270) < 2 and not match.mirrored
    assert match.query_size == (height, width) and match.photo_size == (800, 600)
    assert all(x - 5 <= px <= x + width + 5 and y - 5 <= py <= y + height + 5 for _, _, px, py in match.pairs)
    assert reader.match_parts(str(tmp_path / "turned.png"), str(folder / "photo 05.jpg"), None) is None


def test_how_a_picture_lies_in_a_photo_whose_drive_is_away_is_told_from_what_is_stored(
    folder: Path, reader: Reader, tmp_path: Path
) -> None:
    x, y, width, height = PART
    drawn(4, (800, 600), 400).crop((x, y, x + width, y + height)).save(tmp_path / "crop.png")
    photo = folder / "photo 04.jpg"
    photo.rename(tmp_path / "away.jpg")
    try:
        match = reader.match_parts(str(tmp_path / "crop.png"), str(photo), None)
        assert match is not None and match.inliers >= 8 and match.photo_size == (800, 600)
        with pytest.raises(InputError):
            reader.match_parts(str(tmp_path / "crop.png"), str(folder / "never there.jpg"), None)
    finally:
        (tmp_path / "away.jpg").rename(photo)


def test_a_small_part_of_a_large_photo_is_read_with_all_its_pixels(folder: Path, reader: Reader, tmp_path: Path) -> None:
    drawn(60, (800, 600), 400).resize((240, 180)).save(tmp_path / "small.png")
    large = Image.new("RGB", (6_000, 4_000), "white")
    large.paste(Image.open(tmp_path / "small.png"), (3_000, 2_000))
    large.save(tmp_path / "large.png")
    pictures, asked = reader._searcher._pictures, (Facet.LOOK, Facet.COPY, Facet.CROP)
    alone = pictures.read(str(tmp_path / "small.png"), asked)
    part = pictures.read(str(tmp_path / "large.png"), asked, (3_000, 2_000, 240, 180))
    assert part.points is not None and alone.points is not None and len(part.points) == len(alone.points)
    assert all((part.rows[facet] == alone.rows[facet]).all() for facet in (Facet.LOOK, Facet.COPY))


def test_photos_of_the_library_are_related_from_what_is_stored(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(8):
        drawn(number, (800, 600), 400).save(folder / f"{number}.jpg", quality=92)
    drawn(3, (800, 600), 400).crop((100, 80, 600, 480)).save(folder / "part of 3.jpg", quality=80)
    drawn(6, (800, 600), 400).resize((400, 300)).save(folder / "6 small.jpg", quality=80)
    with open_writer(tmp_path / "library", lambda _event: None) as writer:
        writer.index([str(folder)])
        catalog: Catalog = writer.library.catalog
        ids = {row.name: row.photo_id for row in catalog.rows()}
        relations = PartRelations(writer.library, catalog, writer._indexes.pieces)
        match = relations.between(ids["part of 3.jpg"], ids["3.jpg"])
        assert match is not None and all(abs(a - b) <= 4 for a, b in zip(match.box, (100, 80, 500, 400), strict=True))
        assert relations.between(ids["part of 3.jpg"], ids["4.jpg"]) is None
        (pair,) = relations.of(ids["part of 3.jpg"])
        assert (pair.first, pair.second) == (ids["part of 3.jpg"], ids["3.jpg"]) and pair.share > 0.95 and pair.alike > 0.9
        assert all(abs(a - b) <= 4 for a, b in zip(pair.box, (100, 80, 500, 400), strict=True))
        assert {(pair.first, pair.second), (pair.second, pair.first)} & {(p.first, p.second) for p in catalog.part_pairs()}
        heard: list[list[str]] = []

        def settled(copies: Sequence[PhotoRow]) -> bool:
            heard.append([copy.name for copy in copies])
            return bool(copies)

        assert relations.of(ids["6 small.jpg"], settled) == [] and heard == [["6.jpg"]]
        relations.of(ids["6.jpg"], settled)
        assert not any(heard[1:]), "a smaller copy says nothing of a larger photo"
        assert relations.of(ids["5.jpg"]) == [] and relations.between(ids["5.jpg"], 10_000) is None


def _indexed(folder: Path, *facets: Facet) -> Path:
    """The library of what is in a folder, beside it."""
    with open_writer(folder.parent / "library", lambda _event: None, facets=facets or (Facet.COPY, Facet.CROP)) as writer:
        writer.index([str(folder)])
    return folder.parent / "library"


def test_a_photo_of_the_library_finds_where_it_lies_mirrored_though_it_lies_in_itself_too(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(6):
        drawn(number, (800, 600), 400).save(folder / f"{number}.jpg", quality=92)
    part = ImageOps.mirror(drawn(3, (800, 600), 400).crop((100, 80, 600, 480)))
    part.save(folder / "part of 3.png")
    with open_reader(_indexed(folder)) as reader:
        asked = Query(images=(str(folder / "part of 3.png"),), facets=(Facet.CROP,))
        assert set(_names(reader.search(asked))) == {"3.jpg", "part of 3.png"}


def test_while_points_are_still_read_those_that_look_alike_are_tried_though_only_pieces_are_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(4):
        drawn(number, (800, 600), 400).save(folder / f"{number}.jpg", quality=92)
    drawn(3, (800, 600), 400).crop((0, 0, 600, 450)).save(tmp_path / "part.png")
    with open_reader(_indexed(folder, Facet.COPY, Facet.LOOK)) as reader:
        assert _names(reader.search(Query(images=(str(tmp_path / "part.png"),), facets=(Facet.CROP,)))) == ["3.jpg"]


def test_of_a_long_series_of_one_scene_every_photo_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    scene = drawn(3, (320, 240), 100)
    for number in range(48):
        scene.crop((number % 8, number // 8, 310 + number % 8, 234 + number // 8)).save(folder / f"{number}.png")
    scene.save(tmp_path / "scene.png")
    with open_reader(_indexed(folder)) as reader:
        assert len(_names(reader.search(Query(images=(str(tmp_path / "scene.png"),), facets=(Facet.CROP,), k=None)))) == 48


def test_copies_of_other_photos_do_not_hide_the_one_that_shows_a_part(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(9):
        photo = drawn(number, (800, 600), 400)
        photo.save(folder / f"{number}.jpg", quality=92)
        if number != 3:
            photo.resize((560, 420)).save(folder / f"copy of {number}.jpg", quality=80)
    drawn(3, (800, 600), 400).crop((100, 80, 600, 480)).save(folder / "part of 3.jpg", quality=80)
    with open_writer(tmp_path / "library", lambda _event: None, facets=(Facet.COPY, Facet.CROP)) as writer:
        writer.index([str(folder)])
        catalog: Catalog = writer.library.catalog
        ids = {row.name: row.photo_id for row in catalog.rows()}
        pairs = {frozenset((pair.first, pair.second)) for pair in catalog.part_pairs()}
        assert pairs == {frozenset((ids["part of 3.jpg"], ids["3.jpg"]))}
