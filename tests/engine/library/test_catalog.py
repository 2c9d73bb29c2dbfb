"""The catalogue keeps files, photos, what was extracted and what the user decided."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.engine.errors import LibraryError
from app.engine.library.catalog import Catalog, FileStat, ReadPhoto
from app.engine.library.records import Quality
from app.engine.types import Folder, FolderState, Metadata, Unreadable
from tests.engine.library.samples import digest, photo, stat


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "catalog.sqlite", write=True)
    yield opened
    opened.close()


FULL = Metadata(
    format="jpeg", width=4000, height=3000, orientation=6, color_space="sRGB", date_taken="2021-03-04T05:06:07.25+02:00",
    camera_make="Canon", camera_model="EOS", lens_model="50mm", aperture=2.8, shutter_s=0.004, iso=200, focal_mm=50.0,
    gps_lat=-12.5, gps_lon=130.25, gps_alt=-3.0, title="Title", description="Größe \0 日本", keywords=("sea", "día, noche"),
    rating=4, copyright="me",
)  # fmt: skip


def test_all_facts_come_back_as_they_went_in(catalog: Catalog) -> None:
    catalog.put_photos([ReadPhoto(stat("/p/a.jpg", size=77), digest(1), FULL, 0xABCDEF)])
    info = catalog.info("/p/a.jpg")
    assert info is not None
    assert info.metadata == FULL
    assert (info.digest, info.bytes, info.files) == (digest(1).hex(), 77, ("/p/a.jpg",))
    (row,) = catalog.rows()
    assert (row.color, row.width, row.height, row.taken, row.modified) == (0xABCDEF, 4000, 3000, FULL.date_taken, 1.7e9)
    assert catalog.info("/p/b.jpg") is None


def test_what_is_known_of_quality_stays_where_only_a_thumbnail_was_read(catalog: Catalog) -> None:
    read = ReadPhoto(stat("/p/a.jpg"), digest(1), FULL, 0, Quality(0.25, 91, several=True))
    catalog.put_photos([read, photo("/p/b.jpg", 2)])
    catalog.put_photos([replace(read, quality=None)])
    one, other = catalog.file_rows([catalog.photo_id(digest(1)), catalog.photo_id(digest(2))])
    assert (one.sharpness, one.jpeg_quality, one.several) == (0.25, 91, 1) and one.facts == 10
    assert (other.sharpness, other.jpeg_quality, other.several) == (None, 0, None)
    assert catalog.shapes_of([one.photo_id]) == [(one.photo_id, digest(1), one.width, one.height, 0.25, 91)]


def test_unknown_facts_are_none_and_the_gallery_has_zero_for_a_size(catalog: Catalog) -> None:
    catalog.put_photos([ReadPhoto(stat("/p/a.jpg"), digest(1), Metadata(), 0)])
    info = catalog.info("/p/a.jpg")
    assert info is not None and info.metadata == Metadata()
    assert (catalog.rows()[0].width, catalog.rows()[0].taken) == (0, None)


def test_facts_that_cannot_be_kept_become_unknown(catalog: Catalog) -> None:
    odd = Metadata(iso=2**80, aperture=float("inf"), focal_mm=float("nan"), title="bad \ud800 text", keywords=("\udcff",))
    catalog.put_photos([ReadPhoto(stat("/p/a.jpg"), digest(1), odd, 0)])
    info = catalog.info("/p/a.jpg")
    assert info is not None
    assert (info.metadata.iso, info.metadata.aperture, info.metadata.focal_mm) == (None, None, None)
    assert (info.metadata.title, info.metadata.keywords) == ("bad ? text", ("?",))


@pytest.mark.skipif(os.name == "nt", reason="file names are Unicode there")
def test_a_name_that_is_no_unicode_comes_back_byte_for_byte(catalog: Catalog) -> None:
    folder, path = os.fsdecode(b"/p/\xff\xfe"), os.fsdecode(b"/p/\xff\xfe/caf\xe9 \xc3\xa9.jpg")
    catalog.add_root(folder)
    catalog.put_photos([photo(path, 1), photo("/p/other.jpg", 2)])
    catalog.put_unreadable([(stat(folder + "/x"), "no picture")])
    assert catalog.roots() == (folder,)
    assert set(catalog.files_under(folder)) == {path, folder + "/x"}
    assert [row.path for row in catalog.rows(folder=folder)] == [path]
    known = catalog.file(path)
    assert known is not None and known.stat == stat(path)
    assert catalog.path_of_digest(digest(1)) == path
    assert catalog.info(path) is not None
    assert [f.path for f in catalog.subfolders("/p")] == [folder]
    new = os.fsdecode(b"/p/\xfd.jpg")
    catalog.move_files([(path, new)])
    assert catalog.paths_of([1]) == {1: (new,)}
    catalog.remove_files([new, folder + "/x"])
    catalog.remove_root(folder)
    assert (catalog.count_files(), catalog.roots(), catalog.unreadable()) == (1, (), ())


def test_a_question_with_a_broken_name_is_answered(catalog: Catalog) -> None:
    catalog.put_photos([photo("/p/a.jpg", 1)])
    assert catalog.info("\ud800/x") is None
    assert catalog.matching("folder = ?", ["\ud800"]) == []


def test_stats_of_any_size_come_back_unrounded(catalog: Catalog) -> None:
    wide = FileStat("/p/a.jpg", 5, 2**65 + 1, 2**127 - 1)
    catalog.put_photos([replace(photo("/p/a.jpg", 1), stat=wide)])
    known = catalog.file("/p/a.jpg")
    assert known is not None and known.stat == wide
    assert len(catalog.rows()) == 1
    catalog.put_known_files([(FileStat("/p/a.jpg", 5, -7, 2**63), digest(1))])
    known = catalog.file("/p/a.jpg")
    assert known is not None and known.stat == FileStat("/p/a.jpg", 5, -7, 2**63)


def test_files_with_the_same_bytes_are_one_photo(catalog: Catalog) -> None:
    catalog.put_photos([photo("/p/b.jpg", 1), photo("/p/a.jpg", 1), photo("/q/c.jpg", 1), photo("/p/d.jpg", 2)])
    assert (catalog.count_photos(), catalog.count_files()) == (2, 4)
    first, second = sorted(catalog.rows(), key=lambda row: row.path)
    assert (first.path, first.files, second.path, second.files) == ("/p/a.jpg", 3, "/p/d.jpg", 1)
    assert catalog.paths_of([first.photo_id])[first.photo_id] == ("/p/a.jpg", "/p/b.jpg", "/q/c.jpg")
    (inside,) = catalog.rows(folder="/q")
    assert (inside.path, inside.files) == ("/q/c.jpg", 3)
    assert catalog.rows_of([first.photo_id, second.photo_id], folder="/q") == {first.photo_id: inside}
    assert catalog.rows_of([first.photo_id]) == {first.photo_id: first}
    assert catalog.rows_of([]) == {} and catalog.rows_of([99]) == {}


def test_a_folder_means_itself_and_below_and_nothing_that_only_looks_alike(catalog: Catalog) -> None:
    paths = [
        "/p/a_b/1.jpg",
        "/p/a_b/deep/er/2.jpg",
        "/p/axb/3.jpg",
        "/p/a_bc/4.jpg",
        "/p/a_b.jpg",
        "/p/100%/5.jpg",
        "/p/100x/6.jpg",
    ]
    catalog.put_photos([photo(path, number) for number, path in enumerate(paths)])
    assert set(catalog.files_under("/p/a_b")) == set(paths[:2])
    assert {row.path for row in catalog.rows(folder="/p/a_b")} == set(paths[:2])
    assert {row.path for row in catalog.rows(folder="/p/100%")} == {paths[5]}
    assert {row.path for row in catalog.rows(folder="/p/a_b/")} == set(paths[:2])
    assert len(catalog.files_under("/")) == len(paths)


def test_a_photo_in_nested_added_folders_is_one_file(catalog: Catalog, tmp_path: Path) -> None:
    outer, inner = str(tmp_path), str(tmp_path / "in")
    Path(inner).mkdir()
    for root in (outer, inner, outer, "/not/there"):
        catalog.add_root(root)
    catalog.put_photos([photo(f"{inner}/a.jpg", 1), photo(f"{outer}/b.jpg", 1), photo(f"{outer}/c.jpg", 2)])
    catalog.put_unreadable([(stat(f"{outer}/bad.jpg"), "no picture")])
    here = (Folder(outer, FolderState.WATCHED, 2), Folder(inner, FolderState.WATCHED, 1))
    assert catalog.folders() == (*here, Folder("/not/there", FolderState.OFFLINE, 0))
    assert (catalog.count_files(), catalog.count_photos()) == (3, 2)


def test_subfolders_count_different_photos_below_them(catalog: Catalog) -> None:
    catalog.put_photos(
        [
            photo("/p/top.jpg", 1),
            photo("/p/y/05/a.jpg", 2),
            photo("/p/y/05/b.jpg", 2),
            photo("/p/y/06/c.jpg", 2),
            photo("/p/z/d.jpg", 3),
        ]
    )
    catalog.put_unreadable([(stat("/p/only bad/x.jpg"), "no picture")])
    found = {folder.path: folder.photos for folder in catalog.subfolders("/p")}
    assert list(found.items()) == [("/p/y", 1), ("/p/y/05", 1), ("/p/y/06", 1), ("/p/z", 1)]
    assert [folder.path for folder in catalog.subfolders("/p/y")] == ["/p/y/05", "/p/y/06"]
    assert [folder.path for folder in catalog.subfolders("/")][:2] == ["/p", "/p/y"]


def test_a_file_that_changed_in_place_is_another_photo(catalog: Catalog) -> None:
    catalog.put_photos([photo("/p/a.jpg", 1), photo("/p/b.jpg", 2)])
    catalog.put_not_duplicates([(digest(1), digest(2)), (digest(7), digest(1))])
    gone = catalog.put_photos([photo("/p/a.jpg", 3)])
    assert gone == (1,)
    assert catalog.orphans() == (digest(1),)
    assert (digest(2), digest(3)) in catalog.not_duplicates(), "what the user said passes on"
    assert (digest(3), digest(7)) in catalog.not_duplicates()
    assert catalog.put_photos([photo("/p/b.jpg", 3)]) == (2,)
    assert all(one != other for one, other in catalog.not_duplicates())


def test_removed_files_leave_orphans_that_can_come_back_until_they_are_dropped(catalog: Catalog) -> None:
    catalog.put_photos([photo("/p/a.jpg", 1), photo("/p/b.jpg", 1), photo("/p/c.jpg", 2)])
    catalog.mark_extracted("copy-1", [digest(1), digest(2)])
    assert catalog.remove_files(["/p/a.jpg", "/p/c.jpg", "/p/unknown.jpg"]) == (catalog.photo_id(digest(2)),)
    assert catalog.orphans() == (digest(2),)
    assert catalog.extracted("copy-1") == ((1, digest(1)),)
    assert (catalog.missing("copy-1"), catalog.count_extracted("copy-1")) == ((), 1)
    catalog.put_known_files([(stat("/p/c2.jpg"), digest(2))])
    assert catalog.count_extracted("copy-1") == 2, "nothing has to be read again"
    catalog.remove_files(["/p/c2.jpg"])
    catalog.drop_photos([digest(1), digest(2)])
    assert (catalog.photo_id(digest(1)), catalog.photo_id(digest(2))) == (1, None), "a photo that a file holds stays"
    catalog.put_photos([photo("/p/c.jpg", 2)])
    assert catalog.photo_id(digest(2)) not in {None, 2}, "a number is never given twice"
    assert catalog.missing("copy-1") == (digest(2),)


def test_moves_keep_everything_also_in_circles_and_over_other_files(catalog: Catalog) -> None:
    catalog.put_photos([photo(f"/p/{name}.jpg", number) for number, name in enumerate("abcd", 1)])
    catalog.put_unreadable([(stat("/p/bad"), "no picture")])
    catalog.mark_extracted("copy-1", [digest(1), digest(2), digest(3)])
    moves = [
        ("/p/a.jpg", "/p/b.jpg"),
        ("/p/b.jpg", "/p/a.jpg"),
        ("/p/c.jpg", "/q/d.jpg"),
        ("/p/bad", "/q/bad"),
        ("/nowhere", "/p/d.jpg"),
    ]
    assert catalog.move_files(moves) == ()
    assert [catalog.path_of_digest(digest(number)) for number in (1, 2, 3, 4)] == ["/p/b.jpg", "/p/a.jpg", "/q/d.jpg", "/p/d.jpg"]
    assert catalog.count_extracted("copy-1") == 3
    assert catalog.unreadable() == (Unreadable("/q/bad", "no picture"),)
    assert [folder.path for folder in catalog.subfolders("/")] == ["/p", "/q"]
    assert catalog.move_files([("/q/d.jpg", "/p/d.jpg")]) == (4,)
    assert catalog.path_of_digest(digest(3)) == "/p/d.jpg"


def test_unreadable_files_are_known_with_the_reason_until_they_can_be_read(catalog: Catalog) -> None:
    catalog.put_photos([photo("/p/a.jpg", 1)])
    assert catalog.put_unreadable([(stat("/p/a.jpg"), "it is cut off"), (stat("/p/z.jpg"), "no picture")]) == (1,)
    assert catalog.unreadable() == (Unreadable("/p/a.jpg", "it is cut off"), Unreadable("/p/z.jpg", "no picture"))
    known = catalog.file("/p/z.jpg")
    assert known is not None and (known.digest, known.reason) == (None, "no picture")
    assert (catalog.count_files(), catalog.rows()) == (0, ())
    catalog.put_photos([photo("/p/z.jpg", 2)])
    assert catalog.unreadable() == (Unreadable("/p/a.jpg", "it is cut off"),)


def test_what_was_extracted_can_be_taken_back(catalog: Catalog) -> None:
    catalog.put_photos([photo(f"/p/{number}.jpg", number) for number in range(1, 5)])
    catalog.mark_extracted("copy-1", [digest(n) for n in (1, 2, 3, 9)])
    catalog.mark_extracted("copy-1", [digest(1)])
    catalog.mark_extracted("color-1", [digest(1)])
    assert catalog.extracted("copy-1") == ((1, digest(1)), (2, digest(2)), (3, digest(3)))
    assert catalog.missing("copy-1") == (digest(4),)
    catalog.unmark_extracted("copy-1", [digest(2)])
    assert catalog.missing("copy-1") == (digest(2), digest(4))
    catalog.unmark_extracted("copy-1")
    assert (catalog.count_extracted("copy-1"), catalog.count_extracted("color-1")) == (0, 1)


def test_every_change_grows_the_generation_and_no_question_does(catalog: Catalog) -> None:
    seen = [catalog.generation]
    catalog.put_photos([photo("/p/a.jpg", 1)])
    seen.append(catalog.generation)
    catalog.mark_extracted("copy-1", [digest(1)])
    seen.append(catalog.generation)
    catalog.move_files([("/p/a.jpg", "/p/b.jpg")])
    seen.append(catalog.generation)
    catalog.remove_files(["/p/b.jpg"])
    seen.append(catalog.generation)
    assert seen == sorted(set(seen))
    catalog.rows()
    catalog.put_not_duplicates([(digest(1), digest(2))])
    assert catalog.generation == seen[-1]


def test_a_change_that_fails_half_way_changes_nothing(catalog: Catalog) -> None:
    catalog.put_photos([photo("/p/a.jpg", 1)])
    before = catalog.generation
    with pytest.raises(Exception, match="CHECK constraint"):
        catalog.put_known_files([(stat("/p/b.jpg"), digest(1)), (stat("/p/c.jpg"), digest(99))])
    assert (set(catalog.files_under("/p")), catalog.generation) == ({"/p/a.jpg"}, before)
    catalog.put_photos([photo("/p/d.jpg", 2)])
    assert catalog.count_files() == 2


def test_decisions_are_kept_in_either_order_and_can_be_forgotten(catalog: Catalog) -> None:
    catalog.put_not_duplicates([(digest(2), digest(1)), (digest(1), digest(2)), (digest(3), digest(3))])
    assert catalog.not_duplicates() == {(digest(1), digest(2)), (digest(3), digest(3))}, (
        "files of one photo may be kept apart too"
    )
    catalog.put_not_duplicates([(digest(2), digest(1)), (digest(3), digest(3))], forget=True)
    assert catalog.not_duplicates() == frozenset()


def test_conditions_select_photos_by_facts_and_files(catalog: Catalog) -> None:
    catalog.put_photos(
        [photo("/p/a.jpg", 1, iso=100, keywords=("sea",)), photo("/q/a.jpg", 1, iso=100), photo("/p/b.jpg", 2, size=9)]
    )
    a, b = catalog.photo_id(digest(1)), catalog.photo_id(digest(2))
    assert catalog.matching("iso <= ? AND folder = ?", [200, "/q"]) == [a]
    assert catalog.matching("size < ?", [10]) == [b]
    assert catalog.matching("iso IS NULL OR iso = ?", [100]) == sorted([a, b])
    assert catalog.matching("iso IS NULL OR iso = ?", [100], files=False) == sorted([a, b])
    assert catalog.matching("iso IS NULL OR iso = ?", [100]) == sorted([a, b])


def test_a_reader_refuses_to_write(catalog: Catalog, tmp_path: Path) -> None:
    reader = Catalog(tmp_path / "catalog.sqlite")
    with pytest.raises(LibraryError, match="for reading only"):
        reader.put_photos([photo("/p/a.jpg", 1)])
    reader.close()


def test_what_was_taken_out_inside_an_added_folder_is_remembered_until_it_is_taken_back(catalog: Catalog) -> None:
    for path in ("/p/a", "/p/a/deep/x.jpg", "/p/ab", "/q"):
        catalog.exclude(path)
    catalog.exclude("/q")
    assert catalog.excluded() == ("/p/a", "/p/a/deep/x.jpg", "/p/ab", "/q")
    assert catalog.include("/p/a/deep")
    assert catalog.excluded() == ("/p/a/deep/x.jpg", "/p/ab", "/q")
    assert not catalog.include("/p/a")
