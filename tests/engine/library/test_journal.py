"""What goes to the trash can come back, and nothing goes that was not checked at that moment."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.engine.errors import InputError, LibraryDamaged, LibraryTooNew, UsageError
from app.engine.library import acts
from app.engine.library.digest import digest_of, digest_of_bytes
from app.engine.library.freedesktop import FreedesktopTrash
from app.engine.library.journal import Journal, PlannedMove, finish
from app.engine.library.schema import migrate
from app.engine.library.trash import FolderTrash, Trash
from app.engine.removals import StayingFile, TrashReport
from app.engine.types import Unreadable
from tests.engine.library.samples import run


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(tmp_path / "data" / "journal.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def trash(tmp_path: Path) -> FolderTrash:
    return FolderTrash(tmp_path / "trash")


def write(path: Path, content: bytes = b"a photo") -> PlannedMove:
    """A file, as it would be planned."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return PlannedMove(str(path), digest_of(path))


def move_all(journal: Journal, moves: Sequence[PlannedMove], keepers: Sequence[PlannedMove], trash: Trash) -> TrashReport:
    """All moves at once, all with the same keepers."""
    staying = tuple(StayingFile(keeper.path, keeper.digest) for keeper in keepers)
    return finish(journal.trash([replace(move, keepers=staying) for move in moves], trash))


def undo(journal: Journal, act: int, *paths: str) -> tuple[str, ...]:
    return finish(journal.undo(act, paths))


def test_the_digest_is_of_all_bytes(tmp_path: Path) -> None:
    content = os.urandom(3_000_001)
    path = tmp_path / "large"
    path.write_bytes(content)
    assert digest_of(path) == digest_of(str(path)) == digest_of_bytes(content)
    assert digest_of_bytes(b"").hex() == "cae66941d9efbd404e4d88758ea67670"  # the published value for no input, 16 bytes
    with pytest.raises(OSError, match="No such file"):
        digest_of(tmp_path / "none")


def test_files_go_and_come_back_with_their_content_and_times(tmp_path: Path, journal: Journal, trash: FolderTrash) -> None:
    names = ["a.jpg", "b.jpg", os.fsdecode(b"caf\xe9.jpg")]
    moves = [write(tmp_path / "p" / name, name.encode("utf-8", "surrogateescape") * 10) for name in names]
    os.utime(moves[0].path, ns=(5, 1_234_567_890_123_456_789))
    report = move_all(journal, moves, [], trash)
    assert report.moved == tuple(move.path for move in moves)
    assert (report.freed, report.refused) == (180, ())
    assert list((tmp_path / "p").iterdir()) == []
    assert journal.last_act() == report.act
    assert undo(journal, report.act) == report.moved
    assert [digest_of(move.path) for move in moves] == [move.digest for move in moves]
    assert Path(moves[0].path).stat().st_mtime_ns == 1_234_567_890_123_456_789
    assert journal.last_act() is None
    assert undo(journal, report.act) == ()
    assert list((tmp_path / "trash").iterdir()) == []


def test_two_files_of_one_name_both_come_back(tmp_path: Path, journal: Journal, trash: FolderTrash) -> None:
    moves = [write(tmp_path / "p" / "a.jpg", b"one"), write(tmp_path / "q" / "a.jpg", b"two")]
    report = move_all(journal, [*moves, moves[0]], [], trash)
    assert report.moved == (moves[0].path, moves[1].path)
    assert {path.name for path in (tmp_path / "trash").iterdir()} == {"a.jpg", "a (1).jpg"}
    undo(journal, report.act)
    assert (Path(moves[0].path).read_bytes(), Path(moves[1].path).read_bytes()) == (b"one", b"two")


def test_undo_never_overwrites(tmp_path: Path, journal: Journal, trash: FolderTrash) -> None:
    move = write(tmp_path / "p" / "a.jpg", b"old")
    report = move_all(journal, [move], [], trash)
    write(tmp_path / "p" / "a.jpg", b"new")
    write(tmp_path / "p" / "a (1).jpg", b"newer")
    assert undo(journal, report.act) == (str(tmp_path / "p" / "a (2).jpg"),)
    assert (tmp_path / "p" / "a.jpg").read_bytes() == b"new"
    assert (tmp_path / "p" / "a (1).jpg").read_bytes() == b"newer"
    assert (tmp_path / "p" / "a (2).jpg").read_bytes() == b"old"


def test_undo_makes_the_folder_again(tmp_path: Path, journal: Journal, trash: FolderTrash) -> None:
    move = write(tmp_path / "p" / "deep" / "a.jpg")
    report = move_all(journal, [move], [], trash)
    (tmp_path / "p" / "deep").rmdir()
    assert undo(journal, report.act) == (move.path,)


def test_what_changed_or_vanished_since_is_refused(tmp_path: Path, journal: Journal, trash: FolderTrash) -> None:
    changed, gone, fine = (write(tmp_path / "p" / name, name.encode()) for name in ("changed", "gone", "fine"))
    Path(changed.path).write_bytes(b"changeD")
    Path(gone.path).unlink()
    report = move_all(journal, [changed, gone, fine, PlannedMove(str(tmp_path / "p"), fine.digest)], [], trash)
    assert report.moved == (fine.path,)
    reasons = {refused.path: refused.reason for refused in report.refused}
    assert "it changed since" in reasons[changed.path]
    assert "no longer there" in reasons[gone.path]
    assert "a folder" in reasons[str(tmp_path / "p")]
    assert Path(changed.path).read_bytes() == b"changeD"
    assert report.freed == len(b"fine")


def test_nothing_goes_when_no_keeper_stands(tmp_path: Path, journal: Journal, trash: FolderTrash) -> None:
    keeper, moves = write(tmp_path / "keep.jpg"), [write(tmp_path / f"{n}.jpg") for n in range(3)]
    Path(keeper.path).write_bytes(b"another")
    report = move_all(journal, moves, [keeper], trash)
    assert (report.moved, len(report.refused)) == ((), 3)
    assert "to be kept" in report.refused[0].reason
    assert all(Path(move.path).exists() for move in moves)
    assert journal.last_act() is None
    other = write(tmp_path / "other.jpg")
    assert len(move_all(journal, moves, [keeper, other], trash).moved) == 3


def test_a_keeper_that_is_broken_between_two_moves_stops_the_rest(tmp_path: Path, journal: Journal) -> None:
    keeper, moves = write(tmp_path / "keep.jpg"), [write(tmp_path / f"{n}.jpg") for n in range(3)]

    class Clumsy(FolderTrash):
        def move(self, path: Path) -> Path:
            where = super().move(path)
            Path(keeper.path).write_bytes(b"broken!")
            return where

    report = move_all(journal, moves, [keeper], Clumsy(tmp_path / "trash"))
    assert report.moved == (moves[0].path,)
    assert [refused.path for refused in report.refused] == [moves[1].path, moves[2].path]


@pytest.mark.parametrize("kind", ["itself", "symlink", "through a linked folder"])
def test_a_keeper_that_is_only_another_name_of_the_file_is_none(
    tmp_path: Path, journal: Journal, trash: FolderTrash, kind: str
) -> None:
    move = write(tmp_path / "p" / "a.jpg")
    names = {"itself": move.path, "symlink": str(tmp_path / "link.jpg"), "through a linked folder": str(tmp_path / "l" / "a.jpg")}
    other = names[kind]
    if kind == "symlink":
        Path(other).symlink_to(move.path)
    elif kind == "through a linked folder":
        (tmp_path / "l").symlink_to(tmp_path / "p")
    report = move_all(journal, [move], [PlannedMove(other, move.digest)], trash)
    assert (report.moved, len(report.refused)) == ((), 1)
    assert Path(move.path).exists()


def test_a_hard_link_is_a_keeper(tmp_path: Path, journal: Journal, trash: FolderTrash) -> None:
    move = write(tmp_path / "a.jpg")
    os.link(move.path, tmp_path / "b.jpg")
    report = move_all(journal, [move], [PlannedMove(str(tmp_path / "b.jpg"), move.digest)], trash)
    assert report.moved == (move.path,)
    assert digest_of(tmp_path / "b.jpg") == move.digest
    undo(journal, report.act)
    assert digest_of(move.path) == move.digest


def test_a_trash_that_refuses_is_told_of_each_file(tmp_path: Path, journal: Journal) -> None:
    (tmp_path / "trash").write_bytes(b"a file where the folder should be")
    move = write(tmp_path / "a.jpg")
    report = move_all(journal, [move], [], FolderTrash(tmp_path / "trash"))
    assert report.moved == ()
    assert "cannot be moved to the trash" in report.refused[0].reason
    assert digest_of(move.path) == move.digest


def test_an_act_that_fails_tells_what_went_and_leaves_nothing_planned(tmp_path: Path, journal: Journal) -> None:
    moves = [write(tmp_path / "p" / f"{n}.jpg", b"%d" % n) for n in range(5)]

    class Failing(FolderTrash):
        def move(self, path: Path) -> Path:
            if path.name == "2.jpg":
                raise RuntimeError("the desktop is gone")
            return super().move(path)

    trash = FolderTrash(tmp_path / "trash")
    report = move_all(journal, moves, [], Failing(trash.folder))
    assert report.moved == (moves[0].path, moves[1].path)
    assert [(file.path, "the desktop is gone" in file.reason) for file in report.refused] == [(moves[2].path, True)]
    assert report.left == (moves[3].path, moves[4].path)
    assert [act.planned for act in journal.acts(1)] == [0]
    assert finish(journal.redo(report.act, trash, [moves[3].path])).moved == (moves[3].path,)
    assert [Path(move.path).exists() for move in moves] == [False, False, True, False, True]
    assert len(undo(journal, report.act)) == 3
    with pytest.raises(RuntimeError):
        finish(journal.trash(moves[2:], Failing(trash.folder)))
    assert [act.planned for act in journal.acts(1)] == [0]


def test_an_emptied_trash_cannot_be_undone_and_says_so(tmp_path: Path, journal: Journal, trash: FolderTrash) -> None:
    first, second = write(tmp_path / "a.jpg", b"a"), write(tmp_path / "b.jpg", b"b")
    earlier, later = move_all(journal, [first], [], trash).act, move_all(journal, [second], [], trash).act
    (tmp_path / "trash" / "b.jpg").unlink()
    assert journal.last_act() == earlier
    with pytest.raises(InputError, match=r"b\.jpg cannot be put back: it is not in the trash any more"):
        undo(journal, later)
    with pytest.raises(UsageError, match="nothing to undo"):
        undo(journal, later + 1)
    assert undo(journal, earlier) == (first.path,)


def test_another_photo_under_the_same_name_in_the_trash_is_not_put_back(
    tmp_path: Path, journal: Journal, trash: FolderTrash
) -> None:
    first, second = write(tmp_path / "a" / "IMG_1.jpg", b"one"), write(tmp_path / "b" / "IMG_1.jpg", b"another")
    one = move_all(journal, [first], [], trash)
    (trash.folder / "IMG_1.jpg").unlink()
    two = move_all(journal, [second], [], trash)
    with pytest.raises(InputError, match="not in the trash any more"):
        undo(journal, one.act)
    assert undo(journal, two.act) == (second.path,) and Path(second.path).read_bytes() == b"another"
    write(trash.folder / "IMG_1.jpg", b"a third")
    assert journal.last_act() is None
    assert not Path(first.path).exists()


def test_a_freedesktop_trash_loses_its_note_with_the_file(tmp_path: Path, journal: Journal) -> None:
    (tmp_path / "Trash" / "info").mkdir(parents=True)
    note = tmp_path / "Trash" / "info" / "a.jpg.trashinfo"
    note.write_text("[Trash Info]\n")
    move = write(tmp_path / "a.jpg")
    report = move_all(journal, [move], [], FolderTrash(tmp_path / "Trash" / "files"))
    undo(journal, report.act)
    assert not note.exists() and Path(move.path).exists()


KILLED = """
import os, sys
from pathlib import Path
from app.engine.library.digest import digest_of
from app.engine.library.journal import Journal, PlannedMove, finish
from app.engine.library.trash import FolderTrash
folder, before = Path(sys.argv[1]), sys.argv[2] == "before"
class Deadly(FolderTrash):
    def move(self, path):
        if path.name == "1.jpg" and before:
            os._exit(0)
        where = super().move(path)
        if path.name == "1.jpg":
            os._exit(0)
        return where
moves = [PlannedMove(str(path), digest_of(path)) for path in sorted((folder / "p").iterdir())]
finish(Journal(folder / "data" / "journal.sqlite").trash(moves, Deadly(folder / "trash")))
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_between_two_moves_can_be_undone(tmp_path: Path, trash: FolderTrash, moment: str) -> None:
    moves = [write(tmp_path / "p" / f"{n}.jpg", b"%d" % n) for n in range(3)]
    write(tmp_path / "trash" / "1.jpg", b"another photo of that name")
    run(KILLED, tmp_path, moment)
    journal = Journal(tmp_path / "data" / "journal.sqlite")
    assert journal.recover(trash) == ()
    act = journal.last_act()
    assert act is not None
    assert undo(journal, act) == tuple(move.path for move in moves[: 1 if moment == "before" else 2])
    assert [digest_of(move.path) for move in moves] == [move.digest for move in moves]
    assert journal.recover(trash) == ()
    journal.close()


def test_a_file_whose_fate_is_unknown_is_told_once(tmp_path: Path) -> None:
    moves = [write(tmp_path / "p" / f"{n}.jpg", b"%d" % n) for n in range(3)]
    run(KILLED, tmp_path, "after")
    journal = Journal(tmp_path / "data" / "journal.sqlite")
    told = journal.recover()
    assert [unknown.path for unknown in told] == [moves[1].path]
    assert isinstance(told[0], Unreadable) and "trash" in told[0].reason
    assert journal.recover() == ()
    assert Path(moves[2].path).exists()
    journal.close()


def test_a_file_on_a_drive_that_is_away_is_settled_when_it_is_back(tmp_path: Path, trash: FolderTrash) -> None:
    move = write(tmp_path / "p" / "1.jpg", b"1")
    run(KILLED, tmp_path, "before")
    (tmp_path / "p").rename(tmp_path / "away")
    journal = Journal(tmp_path / "data" / "journal.sqlite")
    assert journal.recover(trash) == ()
    (tmp_path / "away").rename(tmp_path / "p")
    assert journal.recover(trash) == ()
    assert (journal.last_act(), Path(move.path).read_bytes()) == (None, b"1")
    journal.close()


def test_an_undo_that_was_killed_is_finished(tmp_path: Path, journal: Journal, trash: FolderTrash) -> None:
    first, second = write(tmp_path / "a.jpg", b"a"), write(tmp_path / "b.jpg", b"b")
    report = move_all(journal, [first, second], [], trash)
    (tmp_path / "trash" / "a.jpg").rename(first.path)  # put back, but not written down
    os.link(tmp_path / "trash" / "b.jpg", second.path)  # both names, the one in the trash not yet gone
    assert undo(journal, report.act) == (first.path, second.path)
    assert list((tmp_path / "trash").iterdir()) == []
    assert {path.name for path in tmp_path.glob("*.jpg")} == {"a.jpg", "b.jpg"}


UNDO_KILLED = """
import os, sys
from pathlib import Path
from app.engine.library import journal as module
from app.engine.library.freedesktop import FreedesktopTrash
from app.engine.library.digest import digest_of
from app.engine.library.journal import Journal, PlannedMove, finish
folder, moment = Path(sys.argv[1]), sys.argv[2]
journal = Journal(folder / "data" / "journal.sqlite")
moves = [PlannedMove(str(path), digest_of(path)) for path in sorted((folder / "p").iterdir())]
finish(journal.trash(moves, FreedesktopTrash(folder)))
(folder / "p" / "1.jpg").write_bytes(b"taken meanwhile")
if moment == "both names":
    unlink = Path.unlink
    Path.unlink = lambda path, **kind: os._exit(0) if path.name == "1.jpg" else unlink(path, **kind)
elif moment == "not written":
    settle = module.Acts.settle
    module.Acts.settle = lambda self, item, *a, **k: os._exit(0) if item.path.endswith("1.jpg") else settle(self, item, *a, **k)
else:
    module.move_to_free_name = lambda source, target: os._exit(0)
finish(journal.undo(1))
"""


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the trash of other desktops")
@pytest.mark.parametrize(("moment", "back"), [("before", 0), ("both names", 2), ("not written", 2)])
def test_an_undo_that_was_killed_is_settled_at_the_next_start(tmp_path: Path, moment: str, back: int) -> None:
    moves = [write(tmp_path / "p" / f"{n}.jpg", b"%d" % n) for n in range(3)]
    run(UNDO_KILLED, tmp_path, moment)
    trash = FreedesktopTrash(tmp_path)
    journal = Journal(tmp_path / "data" / "journal.sqlite")
    assert journal.recover(trash) == ()
    states = [file.state for file in journal.files(1)]
    assert states == ["undone"] * back + ["moved"] * (3 - back)
    files, notes = (list((tmp_path / "Trash" / name).iterdir()) for name in ("files", "info"))
    assert len(files) == len(notes) == 3 - back
    assert len(undo(journal, 1)) == 3 - back
    assert [digest_of(tmp_path / "p" / name) for name in ("0.jpg", "1 (1).jpg", "2.jpg")] == [move.digest for move in moves]
    assert (tmp_path / "p" / "1.jpg").read_bytes() == b"taken meanwhile"
    journal.close()


def test_a_journal_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path, trash: FolderTrash) -> None:
    path = tmp_path / "journal.sqlite"
    lies = write(tmp_path / "trash" / "a.jpg")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, acts.STEPS[:1])
        connection.execute("INSERT INTO acts VALUES (1, 1700000000)")
        row = (1, 1, str(tmp_path / "a.jpg"), lies.digest, lies.path, None, "moved")
        connection.execute("INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    journal = Journal(path)
    (act,) = journal.acts(10)
    assert (act.at, act.moved) == (1_700_000_000, 1)
    assert undo(journal, 1) == (str(tmp_path / "a.jpg"),)
    journal.close()


FULL = """
import resource, sys
from pathlib import Path
from app.engine.library.digest import digest_of
from app.engine.library.journal import Journal, PlannedMove, finish
from app.engine.library.trash import FolderTrash
folder = Path(sys.argv[1])
journal = Journal(folder / "data" / "journal.sqlite")
moves = [PlannedMove(str(path), digest_of(path)) for path in sorted((folder / "p").iterdir())]
size = (folder / "data" / "journal.sqlite-wal").stat().st_size
class Filling(FolderTrash):
    def move(self, path):
        where = super().move(path)
        if path.name == "1.jpg":
            size = (folder / "data" / "journal.sqlite-wal").stat().st_size
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return where
report = finish(journal.trash(moves, Filling(folder / "trash")))
print([Path(path).name for path in report.moved], [Path(path).name for path in report.left], report.refused[0].reason)
"""


@pytest.mark.skipif(os.name == "nt", reason="no limit on the size of files there")
def test_a_file_whose_move_cannot_be_written_down_stays(tmp_path: Path) -> None:
    moves = [write(tmp_path / "p" / f"{n}.jpg", b"%d" % n) for n in range(3)]
    told = run(FULL, tmp_path)
    assert told.startswith("['0.jpg'] ['2.jpg'] ") and "space" in told, "what went before is told of"
    assert sorted(path.name for path in (tmp_path / "p").iterdir()) == ["1.jpg", "2.jpg"]
    journal = Journal(tmp_path / "data" / "journal.sqlite")
    assert journal.recover(FolderTrash(tmp_path / "trash")) == ()
    act = journal.last_act()
    assert act is not None and undo(journal, act) == (moves[0].path,)
    journal.close()


def test_a_damaged_or_newer_journal_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    path.write_bytes(b"not a journal " * 400)
    with pytest.raises(LibraryDamaged, match=r"journal\.sqlite .*aside; what was moved before"):
        Journal(path)
    assert path.read_bytes() == b"not a journal " * 400
    path.unlink()
    Journal(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LibraryTooNew, match="newer Facet"):
        Journal(path)
