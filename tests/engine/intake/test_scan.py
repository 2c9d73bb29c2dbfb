"""Looking through folders: what is found, what is left alone, and what cannot be seen."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.engine.intake import mounts
from app.engine.intake.places import outermost
from app.engine.intake.scan import Found, look_through, scan


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"content of " + name.encode())


def names(found: Found) -> list[str]:
    return [os.path.relpath(file.path, found.folder) for file in found.files]


def test_pictures_are_found_in_order_with_what_the_system_says_of_them(tmp_path: Path) -> None:
    put(tmp_path, "b.jpg", "a.png", "sub/deep/c.heic", "notes.txt", "song.mp3", "sub/d.CR2")
    found = look_through(str(tmp_path))
    assert names(found) == ["a.png", "b.jpg", "sub/d.CR2", "sub/deep/c.heic"]
    first, seen = found.files[0], (tmp_path / "a.png").stat()
    assert (first.size, first.mtime_ns, first.inode) == (seen.st_size, seen.st_mtime_ns, seen.st_ino)
    assert (found.offline, found.unseen, found.stopped) == (False, {}, False)


def test_a_picture_under_another_name_is_found(tmp_path: Path, make_photo: Callable[..., Path]) -> None:
    make_photo("a.png", folder=tmp_path).rename(tmp_path / "a.backup")
    assert names(look_through(str(tmp_path))) == ["a.backup"]


def test_hidden_things_and_trash_cans_are_left_alone(tmp_path: Path) -> None:
    put(tmp_path, ".hidden.jpg", ".folder/a.jpg", ".Trash-1000/files/a.jpg", "$RECYCLE.BIN/S-1/a.jpg", "@eaDir/a.jpg/thumb.jpg",
        "System Volume Information/a.jpg", "#recycle/a.jpg", "__MACOSX/a.jpg", "sub/.Trashes/a.jpg", "seen.jpg")  # fmt: skip
    assert names(look_through(str(tmp_path))) == ["seen.jpg"]


def test_a_hidden_folder_that_was_added_itself_is_looked_through(tmp_path: Path) -> None:
    put(tmp_path, ".private/a.jpg")
    assert names(look_through(str(tmp_path / ".private"))) == ["a.jpg"]


def test_facets_own_folders_are_left_alone(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "library/cache/thumb.jpg", "library/x.jpg")
    assert names(look_through(str(tmp_path), never=[tmp_path / "library"])) == ["a.jpg"]
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    assert names(look_through(str(tmp_path / "link"), never=[tmp_path / "library"])) == ["a.jpg"]


def test_a_folder_within_facets_own_says_so(tmp_path: Path) -> None:
    put(tmp_path, "library/photos/a.jpg")
    found = look_through(str(tmp_path / "library" / "photos"), never=[tmp_path / "library"])
    assert (found.files, found.offline) == ([], True)
    assert "its own files" in found.problems[0]


def test_folders_in_each_other_count_once(tmp_path: Path) -> None:
    put(tmp_path, "a/1.jpg", "a/b/2.jpg", "c/3.jpg")
    roots = [str(tmp_path / "a" / "b"), str(tmp_path / "a"), str(tmp_path / "c"), str(tmp_path / "a")]
    assert sorted(Path(file.path).name for file in scan(roots)) == ["1.jpg", "2.jpg", "3.jpg"]


def test_an_added_folder_inside_a_hidden_one_is_not_lost_to_the_outer_one(tmp_path: Path) -> None:
    put(tmp_path, "a/1.jpg", "a/.private/2.jpg")
    roots = [str(tmp_path / "a"), str(tmp_path / "a" / ".private")]
    assert outermost(roots) == roots
    assert sorted(Path(file.path).name for file in scan(roots)) == ["1.jpg", "2.jpg"]


def test_a_link_to_an_added_folder_counts_once(tmp_path: Path) -> None:
    put(tmp_path, "a/1.jpg")
    (tmp_path / "again").symlink_to(tmp_path / "a", target_is_directory=True)
    assert len(list(scan([str(tmp_path / "a"), str(tmp_path / "again")]))) == 1


def test_links_to_folders_are_not_followed_so_circles_end(tmp_path: Path) -> None:
    put(tmp_path, "a/1.jpg")
    (tmp_path / "a" / "circle").symlink_to(tmp_path, target_is_directory=True)
    assert names(look_through(str(tmp_path))) == ["a/1.jpg"]


def test_a_link_to_a_file_counts_unless_the_file_is_found_anyway(tmp_path: Path) -> None:
    put(tmp_path, "photos/1.jpg", "elsewhere/2.jpg", "photos/.store/3.jpg")
    photos = tmp_path / "photos"
    for link, target in {
        "one.jpg": photos / "1.jpg",
        "two.jpg": tmp_path / "elsewhere" / "2.jpg",
        "three.jpg": photos / ".store" / "3.jpg",
    }.items():
        (photos / link).symlink_to(target)
    assert names(look_through(str(photos))) == ["1.jpg", "three.jpg", "two.jpg"]
    assert names(look_through(str(photos), roots=[str(photos), str(tmp_path / "elsewhere")])) == ["1.jpg", "three.jpg"]


def test_a_link_into_the_folders_counts_no_more_in_a_shallow_look_than_in_a_deep_one(tmp_path: Path) -> None:
    put(tmp_path, "a/1.jpg", "b/2.jpg")
    (tmp_path / "a" / "link.jpg").symlink_to(tmp_path / "b" / "2.jpg")
    found = look_through(str(tmp_path / "a"), recursive=False, roots=[str(tmp_path)])
    assert names(found) == ["1.jpg"]


def test_what_has_a_pictures_name_and_cannot_be_one_is_passed_on_to_be_refused(tmp_path: Path) -> None:
    (tmp_path / "nowhere.jpg").symlink_to(tmp_path / "gone.jpg")
    expected = ["nowhere.jpg"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.jpg")
        expected.append("pipe.jpg")
    assert names(look_through(str(tmp_path))) == expected


def test_a_shallow_look_sees_the_folder_alone(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "sub/b.jpg")
    assert names(look_through(str(tmp_path), recursive=False)) == ["a.jpg"]


def test_a_folder_that_is_not_there_is_offline(tmp_path: Path) -> None:
    found = look_through(str(tmp_path / "usb"))
    assert (found.offline, found.files) == (True, [])
    assert "not there" in found.problems[0]


def test_a_folder_that_is_not_there_inside_an_added_one_is_gone(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg")
    assert not look_through(str(tmp_path / "deleted"), roots=[str(tmp_path)]).offline
    assert look_through(str(tmp_path / "usb" / "deleted"), roots=[str(tmp_path / "usb")]).offline


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_is_named_and_the_rest_is_found(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "locked/b.jpg")
    (tmp_path / "locked").chmod(0)
    try:
        found = look_through(str(tmp_path))
    finally:
        (tmp_path / "locked").chmod(0o755)
    assert names(found) == ["a.jpg"]
    assert list(found.unseen) == [str(tmp_path / "locked")]


def test_an_emptied_folder_is_empty_but_a_place_for_a_drive_waits_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "usb").mkdir()
    assert not look_through(str(tmp_path / "usb")).offline
    monkeypatch.setattr(mounts, "_DRIVE_PLACES", (str(tmp_path.resolve()),))
    assert look_through(str(tmp_path / "usb")).offline
    put(tmp_path, "usb/readme.txt")
    assert not look_through(str(tmp_path / "usb")).offline


def test_a_look_that_is_stopped_says_so(tmp_path: Path) -> None:
    put(tmp_path, "a/1.jpg", "b/2.jpg")
    found = look_through(str(tmp_path), stop=lambda: True)
    assert (found.files, found.stopped) == ([], True)


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="the file system allows no such name")
def test_names_that_are_no_text_are_found(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jpg")).write_bytes(b"x")
    assert len(look_through(str(tmp_path)).files) == 1
