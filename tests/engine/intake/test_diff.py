"""Comparing a look with the catalogue: added, changed, moved, vanished, and what cannot be known."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from app.engine.intake.scan import Changes, Found, diff, look_through
from app.engine.library.catalog import FileStat, KnownFile

DIGEST = b"d" * 16


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"content of " + name.encode())


def learn(found: Found) -> dict[str, KnownFile]:
    return {file.path: KnownFile(file, DIGEST, None) for file in found.files}


def compare(folder: Path, known: dict[str, KnownFile], **look: object) -> Changes:
    found = look_through(str(folder), **look)  # type: ignore[arg-type]
    return diff(found.files, known, found)


def relative(folder: Path, paths: tuple[str, ...]) -> set[str]:
    return {os.path.relpath(path, folder) for path in paths}


def test_nothing_happened(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "sub/b.jpg")
    found = look_through(str(tmp_path))
    changes = diff(found.files, learn(found), found)
    assert changes == Changes(unchanged=tuple(found.files), known=learn(found))


def test_everything_is_new_to_an_empty_catalogue(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "sub/b.jpg")
    assert len(compare(tmp_path, {}).added) == 2


def test_added_changed_and_vanished_files_are_told_apart(tmp_path: Path) -> None:
    put(tmp_path, "stays.jpg", "changes.jpg", "goes.jpg")
    known = learn(look_through(str(tmp_path)))
    (tmp_path / "changes.jpg").write_bytes(b"something longer than it was before")
    (tmp_path / "goes.jpg").unlink()
    put(tmp_path, "comes.jpg")
    changes = compare(tmp_path, known)
    assert relative(tmp_path, tuple(f.path for f in changes.added)) == {"comes.jpg"}
    assert relative(tmp_path, tuple(f.path for f in changes.changed)) == {"changes.jpg"}
    assert relative(tmp_path, tuple(f.path for f in changes.unchanged)) == {"stays.jpg"}
    assert relative(tmp_path, changes.vanished) == {"goes.jpg"}


def test_a_renamed_file_and_a_moved_folder_need_no_reading(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "old/1.jpg", "old/2.jpg")
    known = learn(look_through(str(tmp_path)))
    (tmp_path / "a.jpg").rename(tmp_path / "b.jpg")
    (tmp_path / "old").rename(tmp_path / "new")
    changes = compare(tmp_path, known)
    moves = {(os.path.relpath(old, tmp_path), os.path.relpath(new.path, tmp_path)) for old, new in changes.moved}
    assert moves == {("a.jpg", "b.jpg"), ("old/1.jpg", "new/1.jpg"), ("old/2.jpg", "new/2.jpg")}
    assert (changes.added, changes.vanished) == ((), ())


def test_a_file_renamed_and_edited_is_read(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg")
    known = learn(look_through(str(tmp_path)))
    (tmp_path / "a.jpg").rename(tmp_path / "b.jpg").write_bytes(b"edited")
    changes = compare(tmp_path, known)
    assert (len(changes.added), len(changes.vanished), changes.moved) == (1, 1, ())


def test_a_renamed_file_that_could_not_be_read_is_tried_again(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg")
    known = {p: replace(k, digest=None, reason="damaged") for p, k in learn(look_through(str(tmp_path))).items()}
    (tmp_path / "a.jpg").rename(tmp_path / "b.jpg")
    assert compare(tmp_path, known).moved == ()


def test_a_second_name_for_the_same_file_is_added_and_nothing_moved(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg")
    known = learn(look_through(str(tmp_path)))
    os.link(tmp_path / "a.jpg", tmp_path / "b.jpg")
    changes = compare(tmp_path, known)
    assert (len(changes.added), changes.moved, changes.vanished) == (1, (), ())


def test_another_file_put_in_its_place_with_the_same_size_and_time_is_changed(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "b.jpg")
    known = learn(look_through(str(tmp_path)))
    seen = (tmp_path / "a.jpg").stat()
    (tmp_path / "new").write_bytes(b"CONTENT OF a.jpg")
    os.utime(tmp_path / "new", ns=(seen.st_atime_ns, seen.st_mtime_ns))
    (tmp_path / "new").replace(tmp_path / "a.jpg")
    assert [Path(f.path).name for f in compare(tmp_path, known).changed] == ["a.jpg"]


def test_a_drive_that_numbers_its_files_anew_is_not_read_again(tmp_path: Path) -> None:
    put(tmp_path, *(f"{i}.jpg" for i in range(20)))
    known = {
        p: replace(k, stat=replace(k.stat, inode=k.stat.inode + 1_000_000)) for p, k in learn(look_through(str(tmp_path))).items()
    }
    changes = compare(tmp_path, known)
    assert (len(changes.unchanged), len(changes.restamped), changes.changed) == (20, 20, ())


def test_an_offline_folder_loses_nothing(tmp_path: Path) -> None:
    put(tmp_path, "usb/a.jpg")
    known = learn(look_through(str(tmp_path / "usb")))
    (tmp_path / "usb").rename(tmp_path / "unplugged")
    changes = compare(tmp_path / "usb", known)
    assert (changes.vanished, changes.added, changes.known) == ((), (), {})


def test_a_deleted_folder_loses_its_files(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "sub/b.jpg")
    known = learn(look_through(str(tmp_path / "sub")))
    (tmp_path / "sub" / "b.jpg").unlink()
    (tmp_path / "sub").rmdir()
    assert relative(tmp_path, compare(tmp_path / "sub", known, roots=[str(tmp_path)]).vanished) == {"sub/b.jpg"}


def test_what_lies_in_a_folder_that_could_not_be_read_is_not_gone() -> None:
    stat = FileStat("/photos/locked/a.jpg", 1, 1, 1)
    other = FileStat("/photos/locked2/a.jpg", 1, 1, 2)
    found = Found("/photos", unseen={"/photos/locked": "you have no permission"})
    changes = diff([], {s.path: KnownFile(s, DIGEST, None) for s in (stat, other)}, found)
    assert changes.vanished == ("/photos/locked2/a.jpg",)


def test_a_shallow_look_says_nothing_of_what_lies_deeper(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "sub/b.jpg")
    known = learn(look_through(str(tmp_path)))
    (tmp_path / "a.jpg").unlink()
    (tmp_path / "sub" / "b.jpg").unlink()
    assert relative(tmp_path, compare(tmp_path, known, recursive=False).vanished) == {"a.jpg"}


def test_a_stopped_look_says_nothing_is_gone(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg")
    known = learn(look_through(str(tmp_path)))
    assert compare(tmp_path, known, stop=lambda: True).vanished == ()


@pytest.mark.parametrize("folder", ["/", "/photos"])
def test_the_root_of_everything_is_a_folder_like_others(folder: str) -> None:
    inside = FileStat(f"{folder.rstrip('/')}/a.jpg", 1, 1, 1)
    found = Found(folder, recursive=False)
    assert diff([], {inside.path: KnownFile(inside, DIGEST, None)}, found).vanished == (inside.path,)
