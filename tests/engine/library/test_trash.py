"""Trashes: the desktop's by the FreeDesktop.org specification, and Facet's own folder where there is none."""

from __future__ import annotations

import os
import stat
import sys
import time
from pathlib import Path

import pytest

from app.engine.errors import InputError, NoTrash
from app.engine.library.digest import digest_of
from app.engine.library.freedesktop import FreedesktopTrash, forget_note
from app.engine.library.trash import README, FolderTrash, WithOwnFolder
from tests.engine.library.samples import run

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the trash of other desktops")


@pytest.fixture
def trash(tmp_path: Path) -> FreedesktopTrash:
    return FreedesktopTrash(tmp_path / "data")


def write(path: Path, content: bytes = b"a photo") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_file_goes_with_a_note_of_where_it_was(tmp_path: Path, trash: FreedesktopTrash) -> None:
    path = write(tmp_path / "p" / "50% ä\nb.jpg")
    digest = digest_of(path)
    now = trash.move(path)
    assert not path.exists() and now.read_bytes() == b"a photo"
    assert now.parent == tmp_path / "data" / "Trash" / "files"
    note = tmp_path / "data" / "Trash" / "info" / f"{now.name}.trashinfo"
    lines = note.read_text().splitlines()
    assert lines[0] == "[Trash Info]"
    assert lines[1] == f"Path={tmp_path}/p/50%25%20%C3%A4%0Ab.jpg"
    assert lines[2].startswith("DeletionDate=2")
    assert stat.S_IMODE((tmp_path / "data" / "Trash").stat().st_mode) == 0o700
    assert trash.find(path, digest) == now
    assert trash.find(path, b"another") is None
    assert trash.find(tmp_path / "p" / "c.jpg", digest) is None
    forget_note(now)
    assert not note.exists()


def test_a_note_that_was_begun_goes_and_other_ones_stay(tmp_path: Path, trash: FreedesktopTrash) -> None:
    path, info = write(tmp_path / "p" / "a.jpg"), tmp_path / "data" / "Trash" / "info"
    gone = trash.move(write(tmp_path / "q" / "a.jpg"))
    begun = write(info / "a (1).jpg.trashinfo", b"")
    written = write(info / "a (2).jpg.trashinfo", b"[Trash Info]\nPath=/x/a.jpg\n")
    other, filed = write(info / "b.jpg.trashinfo", b""), write(info / "a (3).jpg.trashinfo", b"")
    write(tmp_path / "data" / "Trash" / "files" / "a (3).jpg", b"somebody's")
    os.utime(begun, (time.time() + 60,) * 2)
    trash.tidy(path)
    assert begun.exists(), "it may be another program's that writes in this moment"
    for note in (begun, other, filed):
        os.utime(note, (1, 1))
    trash.tidy(path)
    assert not begun.exists() and written.exists() and other.exists() and filed.exists()
    assert gone.exists() and (tmp_path / "data" / "Trash" / "files" / "a (3).jpg").exists()


def test_names_that_are_taken_very_long_or_no_text_go_too(tmp_path: Path, trash: FreedesktopTrash) -> None:
    write(tmp_path / "data" / "Trash" / "files" / "a.jpg", b"without a note")
    write(tmp_path / "data" / "Trash" / "info" / "a (1).jpg.trashinfo", b"without a file")
    paths = [
        write(folder / "a.jpg", str(folder).encode()) for folder in (tmp_path / "p", tmp_path / "q", tmp_path / "p" / "deeper")
    ]
    paths += [write(tmp_path / "p" / ("ä" * 125 + ".jpg")), write(tmp_path / "p" / os.fsdecode(b"\xe9\xff.jpg"))]
    digests = [digest_of(path) for path in paths]
    moved = [trash.move(path) for path in paths]
    assert [trash.find(path, digest) for path, digest in zip(paths, digests, strict=True)] == moved
    assert len(set(moved)) == len(moved) and not any(path.exists() for path in paths)
    assert (tmp_path / "data" / "Trash" / "files" / "a.jpg").read_bytes() == b"without a note"


def test_a_link_goes_itself_and_its_target_stays(tmp_path: Path, trash: FreedesktopTrash) -> None:
    target, link = write(tmp_path / "p" / "a.jpg"), tmp_path / "p" / "link.jpg"
    link.symlink_to("a.jpg")
    now = trash.move(link)
    assert now.is_symlink() and target.exists() and not os.path.lexists(link)
    assert trash.find(link, digest_of(target)) == now


def test_what_a_killed_move_left_is_tidied(tmp_path: Path, trash: FreedesktopTrash) -> None:
    path = write(tmp_path / "p" / "a.jpg")
    now = trash.move(path)
    os.link(now, path)  # both names, as between the two halves of a move
    trash.tidy(path)
    assert path.exists() and not now.exists() and not list((tmp_path / "data" / "Trash" / "info").iterdir())
    now = trash.move(path)
    now.rename(path)  # the note alone
    trash.tidy(path)
    assert path.exists() and not list((tmp_path / "data" / "Trash" / "info").iterdir())


def test_another_photo_of_the_same_place_is_left_in_the_trash(tmp_path: Path, trash: FreedesktopTrash) -> None:
    path = write(tmp_path / "p" / "a.jpg", b"earlier")
    earlier = trash.move(path)
    write(path, b"now")
    trash.tidy(path)
    assert earlier.read_bytes() == b"earlier" and len(list((tmp_path / "data" / "Trash" / "info").iterdir())) == 1
    assert trash.find(path, digest_of(path)) is None


class Nowhere:
    """A platform that has no trash for any drive."""

    def move(self, path: Path) -> Path:
        raise NoTrash("there is no trash on its drive")

    def serves(self, path: Path) -> bool:
        return False


def test_where_there_is_no_trash_photos_go_to_a_hidden_folder_on_their_drive(tmp_path: Path) -> None:
    trash, path = WithOwnFolder(Nowhere()), write(tmp_path / "p" / "a.jpg")
    (tmp_path / f".facet-trash-{os.getuid()}").mkdir()  # the one that is there is used; else the outermost that can be made
    digest = digest_of(path)
    own = trash.own_folder(path)
    now = trash.move(path)
    assert own == now.parent == tmp_path / f".facet-trash-{os.getuid()}"
    assert "no trash" in (own / README).read_text()
    assert trash.find(path, digest) == now
    os.link(now, path)
    trash.tidy(path)
    assert path.exists() and not now.exists()
    assert {entry.name for entry in own.iterdir()} == {README}
    path.unlink()
    with pytest.raises(InputError, match="no longer there"):
        trash.move(path)


def test_a_trash_that_takes_the_file_is_preferred(tmp_path: Path) -> None:
    trash = WithOwnFolder(FolderTrash(tmp_path / "trash"))
    path = write(tmp_path / "a.jpg")
    assert trash.own_folder(path) is None
    assert trash.move(path) == tmp_path / "trash" / "a.jpg"


DRIVE = """
import ctypes, os, sys
from pathlib import Path
libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, MS_PRIVATE, MS_REC = 0x20000, 1 << 18, 1 << 14
drive, home, options = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3].encode()
if libc.unshare(CLONE_NEWNS) or libc.mount(b"none", b"/", None, MS_PRIVATE | MS_REC, None) or libc.mount(
    b"tmpfs", os.fsencode(drive), b"tmpfs", 0, options
):
    print("no drive")
    sys.exit()
from app.engine.errors import FacetError
from app.engine.library.digest import digest_of
from app.engine.library.freedesktop import FreedesktopTrash
from app.engine.library.trash import WithOwnFolder
trash = WithOwnFolder(FreedesktopTrash(home))
"""


def on_a_drive(tmp_path: Path, code: str, options: str = "size=4m") -> str:
    """What `code` prints in a process that alone sees a small drive at `drive`."""
    said = run(DRIVE + code, "/mnt", tmp_path / "home", options)
    if said == "no drive\n":
        pytest.skip("only an administrator can mount a drive for this test")
    return said


def test_on_another_drive_the_trash_at_its_top_is_used(tmp_path: Path) -> None:
    said = on_a_drive(
        tmp_path,
        """
path = drive / "photos" / "a b.jpg"
path.parent.mkdir()
path.write_bytes(b"a photo")
digest = digest_of(path)
now = trash.move(path)
print(now.relative_to(drive), trash.find(path, digest) == now, trash.own_folder(path))
print((drive / f".Trash-{os.getuid()}" / "info" / "a b.jpg.trashinfo").read_text().splitlines()[1])
shared = drive / ".Trash"
shared.mkdir()
shared.chmod(0o1777)
path.write_bytes(b"a photo")
print(trash.move(path).relative_to(drive))
""",
    )
    uid = os.getuid()
    assert said.splitlines() == [
        f".Trash-{uid}/files/a b.jpg True None",
        "Path=photos/a%20b.jpg",
        f".Trash/{uid}/files/a b.jpg",
    ]


def test_a_drive_on_which_no_trash_can_be_made_gets_facets_own_folder(tmp_path: Path) -> None:
    said = on_a_drive(
        tmp_path,
        """
path = drive / "photos" / "a.jpg"
path.parent.mkdir()
path.write_bytes(b"a photo")
(drive / f".Trash-{os.getuid()}").write_bytes(b"a file in the way")
digest = digest_of(path)
own = trash.own_folder(path)
now = trash.move(path)
print(now.parent == own, own.relative_to(drive), trash.find(path, digest) == now)
""",
    )
    assert said.split() == ["True", f".facet-trash-{os.getuid()}", "True"]


def test_a_drive_that_can_only_be_read_and_a_folder_that_may_not_be_changed_say_so(tmp_path: Path) -> None:
    said = on_a_drive(
        tmp_path,
        """
for folder in ("mine", "others"):
    (drive / folder).mkdir()
    (drive / folder / "a.jpg").write_bytes(b"a photo")
    os.chown(drive / folder / "a.jpg", 65534, 65534)
def refused(path):
    try:
        trash.move(path)
    except FacetError as error:
        print(error)
    print(path.read_bytes(), sum(1 for found in drive.rglob("*.jpg")))
drive.chmod(0o755)
os.setresuid(65534, 65534, 0)
refused(drive / "others" / "a.jpg")
os.setresuid(0, 0, 0)
drive.chmod(0o777)
os.setresuid(65534, 65534, 0)
refused(drive / "others" / "a.jpg")
os.setresuid(0, 0, 0)
libc.mount(None, os.fsencode(drive), None, 32 | 1, None)
refused(drive / "mine" / "a.jpg")
""",
    )
    assert said.splitlines() == [
        "there is no trash on its drive, and you may not make a folder there; move the file aside yourself",
        "b'a photo' 2",
        "it cannot be moved to the trash: you may not change the folder it is in; ask its owner, then try again",
        "b'a photo' 2",
        "it cannot be moved to the trash: its drive can only be read; make it writable, then try again",
        "b'a photo' 2",
    ]


def test_a_full_drive_says_so_and_the_photo_stays(tmp_path: Path) -> None:
    said = on_a_drive(
        tmp_path,
        """
path = drive / "a.jpg"
path.write_bytes(b"a photo")
for n in range(100):
    try:
        (drive / f"{n}").write_bytes(b"x")
    except OSError:
        break
try:
    trash.move(path)
except FacetError as error:
    print(error, path.read_bytes())
""",
        "size=1m,nr_inodes=12",
    )
    assert said.startswith("it cannot be moved to the trash: no space is left on its drive;") and said.endswith("b'a photo'\n")
