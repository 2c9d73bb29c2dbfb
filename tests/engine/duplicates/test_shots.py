"""Bursts, and raw files with what was written beside them: shown together, never suggested, never taken for copies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.engine.copies import DuplicateGroup, DuplicateKind, KeeperRules
from app.engine.deciding import decide
from app.engine.duplicates.shots import runs
from app.engine.library.file_rows import Moment
from app.engine.requests import NotDuplicates
from app.engine.types import Facet
from app.engine.writing import open_writer
from tests.conftest import draw_photo
from tests.engine.features.packets import exif_block

Groups = Callable[..., list[DuplicateGroup]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "photos"
    made.mkdir()
    return made


@pytest.fixture
def groups(tmp_path: Path, folder: Path) -> Groups:
    def groups(said: tuple[str, ...] = (), **asked: object) -> list[DuplicateGroup]:
        """The duplicates of what lies in the folder; what is said not to belong together is said before."""
        with open_writer(tmp_path / "library", lambda _event: None, facets=(Facet.COPY, Facet.COLOR)) as writer:
            writer.index((str(folder),))
            if said:
                digests = tuple(bytes.fromhex(writer.reader().info(str(folder / name)).digest) for name in said)
                decide(writer.library.catalog, NotDuplicates(digests), lambda _event: None)
            with writer.reader() as reader:
                return list(reader.duplicates(**asked))  # type: ignore[arg-type]

    return groups


def frame(moved: int, seed: int = 1) -> Image.Image:
    """A view of one scene; another number is a camera that moved a little."""
    return draw_photo(seed, (900, 700)).crop((50 + moved, 40 + moved // 2, 850 + moved, 640 + moved // 2))


def save(picture: Image.Image, path: Path, at: str = "", camera: str = "Lumen L1", **options: object) -> None:
    exif = exif_block(main={0x010F: "Lumen", 0x0110: camera}, camera={0x9003: f"2024:05:01 {at}"}) if at else b""
    picture.save(path, exif=exif, **options)


def names(group: DuplicateGroup) -> list[str]:
    return [Path(photo.path).name for photo in group.photos]


def test_shots_seconds_apart_that_are_alike_are_a_burst_and_all_stay(folder: Path, groups: Groups) -> None:
    for number, moved in enumerate((0, 9, 21)):
        save(frame(moved), folder / f"{number}.jpg", f"10:00:0{2 * number}")
    save(draw_photo(7, (800, 600)), folder / "elsewhere.jpg", "10:00:03")
    save(frame(5), folder / "later.jpg", "10:05:00")
    save(frame(7), folder / "other camera.jpg", "10:00:01", camera="L2")
    save(frame(6), folder / "no date.png")
    burst = next(group for group in groups() if group.kind is DuplicateKind.BURST)
    assert sorted(names(burst)) == ["0.jpg", "1.jpg", "2.jpg"]
    assert all(photo.keep for photo in burst.photos) and burst.frees == 0 and 0.8 <= burst.confidence < 1
    first, *others = burst.photos
    assert first.relation is None and all(photo.relation.kind is DuplicateKind.BURST for photo in others)
    assert all(photo.relation.distance for photo in others) and "not suggested" in others[0].why
    assert [group.kind for group in groups(kinds=[DuplicateKind.BURST])] == [DuplicateKind.BURST]
    said = groups(said=("0.jpg", "1.jpg", "2.jpg"))
    assert all(group.kind is not DuplicateKind.BURST for group in said), "it is remembered"


def test_a_copy_of_a_frame_is_a_copy_and_only_its_keeper_stands_in_the_burst(folder: Path, groups: Groups) -> None:
    save(frame(0), folder / "a.jpg", "10:00:00", quality=95)
    save(frame(0).resize((400, 300)), folder / "a small.jpg", "10:00:00")
    save(frame(10), folder / "b.jpg", "10:00:02", quality=95)
    found = {group.kind: group for group in groups()}
    assert set(found) == {DuplicateKind.RESIZED, DuplicateKind.BURST}
    assert names(found[DuplicateKind.RESIZED]) == ["a.jpg", "a small.jpg"] and found[DuplicateKind.RESIZED].frees > 0
    assert sorted(names(found[DuplicateKind.BURST])) == ["a.jpg", "b.jpg"]


def test_frames_of_one_second_are_told_by_the_numbers_that_the_camera_gave(folder: Path, groups: Groups) -> None:
    save(frame(0), folder / "IMG_0041.JPG", "10:00:00", quality=95)
    save(frame(2), folder / "IMG_0042.JPG", "10:00:00", quality=95)
    (group,) = groups()
    assert group.kind is DuplicateKind.BURST and group.frees == 0
    save(frame(0), folder / "IMG_0041 again.JPG", "10:00:00", quality=60)
    assert {group.kind for group in groups()} == {DuplicateKind.BURST, DuplicateKind.RESIZED}


def test_raw_and_what_the_camera_wrote_with_it_stay_together(folder: Path, groups: Groups) -> None:
    save(frame(0), folder / "IMG_1.jpg", "10:00:00")
    save(frame(0), folder / "IMG_1.dng", "10:00:00", format="TIFF")
    save(frame(0).resize((300, 225)), folder / "small.jpg", "10:00:00")
    save(draw_photo(3), folder / "IMG_2.dng", "11:00:00", format="TIFF")
    save(draw_photo(4), folder / "IMG_2.jpg", "12:34:56")
    found = {group.kind: group for group in groups()}
    assert set(found) == {DuplicateKind.RAW_JPEG, DuplicateKind.RESIZED}
    pair = found[DuplicateKind.RAW_JPEG]
    assert names(pair) == ["IMG_1.dng", "IMG_1.jpg"] and all(photo.keep for photo in pair.photos) and pair.confidence == 1
    assert pair.photos[1].relation.kind is DuplicateKind.RAW_JPEG
    assert names(found[DuplicateKind.RESIZED]) == ["IMG_1.jpg", "small.jpg"], "raw is no copy of what was made from it"


def test_a_shot_of_several_files_is_not_broken_up_for_a_copy_elsewhere(folder: Path, groups: Groups) -> None:
    card, a, whole = folder / "camera card", folder / "a", folder / "the whole shot again"
    for made in (card, a, whole):
        made.mkdir()
    save(frame(0), card / "DSC_0001.JPG", "10:00:00")
    save(frame(0), card / "DSC_0001.DNG", "10:00:00", format="TIFF")
    for place, name in ((a, "DSC_0001.JPG"), (whole, "DSC_0001.JPG"), (whole, "DSC_0001.DNG")):
        (place / name).write_bytes((card / name).read_bytes())

    def going(**asked: object) -> set[str]:
        found = [photo for group in groups(**asked) for photo in group.photos if not photo.keep]
        return {str(Path(photo.path).relative_to(folder)) for photo in found}

    assert going() == {"a/DSC_0001.JPG", "the whole shot again/DSC_0001.JPG", "the whole shot again/DSC_0001.DNG"}
    assert not any("JPG" in name for name in going(rules=KeeperRules(preferred=(str(a),)))), "the kept one has no raw"


def test_frames_of_one_second_are_a_burst_where_the_camera_wrote_its_fractions(folder: Path, groups: Groups) -> None:
    for name, fraction in (("door", "20"), ("gate", "45")):
        block = exif_block(main={0x010F: "Lumen"}, camera={0x9003: "2024:05:01 10:00:00", 0x9291: fraction})
        frame(3 if name == "gate" else 0).save(folder / f"{name}.jpg", exif=block)
    (group,) = groups()
    assert group.kind is DuplicateKind.BURST and all(photo.keep for photo in group.photos)


def test_raw_is_suggested_only_for_the_same_bytes(folder: Path, groups: Groups) -> None:
    save(frame(0), folder / "a.dng", format="TIFF")
    save(frame(0).resize((300, 225)), folder / "b.nef", format="TIFF")
    (folder / "a (1).dng").write_bytes((folder / "a.dng").read_bytes())
    (group,) = groups(rules=KeeperRules())
    assert [(Path(photo.path).name, photo.keep) for photo in group.photos] == [
        ("a.dng", True), ("a (1).dng", False), ("b.nef", True),
    ]  # fmt: skip
    assert "camera raw" in group.photos[2].why


def test_runs_end_with_the_camera_and_with_a_pause() -> None:
    shots = [Moment(1, "a", 0), Moment(2, "a", 3), Moment(3, "a", 7), Moment(4, "b", 7), Moment(5, "b", 7), Moment(6, "b", 99)]
    assert [[moment.photo_id for moment in run] for run in runs(shots)] == [[1, 2], [4, 5]]
    assert runs([]) == [] == runs(shots[:1])


def test_a_long_series_is_cut_into_bursts_around_photos_that_stand_for_them(folder: Path, groups: Groups) -> None:
    for number in range(30):
        save(frame(number).resize((160, 120)), folder / f"s{number:02}.jpg", f"10:00:{2 * number % 60:02}")
    found = groups()
    assert len(found) > 2 and all(group.kind is DuplicateKind.BURST for group in found)
    for group in found:
        at = [int(photo.taken[-2:]) for photo in group.photos]
        assert all(abs(second - at[0]) <= 10 for second in at)
    assert len({name for group in found for name in names(group)}) == sum(len(group.photos) for group in found)
    assert np.isclose(sum(len(group.photos) for group in found), 30, atol=2)
