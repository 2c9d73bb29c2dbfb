"""A file into which something is written is at every moment what it was or what it shall be, and comes back if it is wanted."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.engine.errors import InputError
from app.engine.fact_writing import planned_facts
from app.engine.library import replacing, rewriting
from app.engine.library.catalog import Catalog
from app.engine.library.digest import digest_of
from app.engine.library.journal import Journal, PlannedMove, finish
from app.engine.removals import ActState, Facts, Gift
from app.engine.types import Metadata
from tests.engine.library.samples import digest, photo

FACTS = Facts("A title")
OLD, NEW = b"old", b"old A title"


def added(content: bytes, facts: Facts) -> bytes:
    return content + b" " + (facts.title or "").encode()


class Desk:
    """A journal, and a file into which it writes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.photo, self.kept = folder, folder / "photos" / "a.jpg", folder / "data" / "originals"
        self.photo.parent.mkdir()
        self.photo.write_bytes(OLD)
        self.open()

    def open(self) -> None:
        self.journal = Journal(self.folder / "data" / "journal.sqlite", compose=added)

    def planned(self) -> PlannedMove:
        return PlannedMove(str(self.photo), digest_of(self.photo), facts=FACTS)

    def write(self) -> str | None:
        """Why it was not written."""
        report = finish(self.journal.write([self.planned()]))
        return report.refused[0].reason if report.refused else None

    def state(self) -> ActState:
        (newest, *_) = self.journal.acts(1)
        return self.journal.files(newest.act)[0].state

    def is_untouched(self) -> bool:
        return self.photo.read_bytes() == OLD and self.is_tidy() and not self.originals()

    def is_tidy(self) -> bool:
        return [path.name for path in self.photo.parent.iterdir()] == ["a.jpg"]

    def originals(self) -> list[bytes]:
        return [path.read_bytes() for path in self.kept.iterdir()] if self.kept.exists() else []


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.journal.close()


def test_a_file_is_written_undone_and_written_again(desk: Desk) -> None:
    desk.photo.chmod(0o640)
    os.utime(desk.photo, ns=(1, 10**18))
    assert desk.write() is None and desk.photo.read_bytes() == NEW and desk.originals() == [OLD]
    assert desk.photo.stat().st_mode & 0o777 == 0o640 and desk.photo.stat().st_mtime_ns > 10**18
    act = desk.journal.last_act()
    assert act is not None and desk.journal.acts(1)[0].writes and desk.state() is ActState.WRITTEN
    assert finish(desk.journal.undo(act)) == (str(desk.photo),)
    assert desk.is_untouched() and desk.photo.stat().st_mtime_ns == 10**18 and desk.journal.last_act() is None
    assert finish(desk.journal.redo(act, None)).moved == (str(desk.photo),) and desk.photo.read_bytes() == NEW


def test_what_must_not_be_written_stays_and_is_told_why(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    other = desk.folder / "other name.jpg"
    os.link(desk.photo, other)
    assert "hard link" in str(desk.write())
    other.unlink()
    changed = PlannedMove(str(desk.photo), digest(1), facts=FACTS)
    assert "it changed" in finish(desk.journal.write([changed])).refused[0].reason
    desk.journal.close()
    desk.journal = Journal(desk.folder / "data" / "journal.sqlite")  # one that has nothing to add
    assert desk.write() == rewriting.SAYS_ALL
    desk.journal.close()
    desk.open()

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patched:
        patched.setattr(replacing.os, "fsync", full)
        assert "no space is left" in str(desk.write())
    assert desk.is_untouched()
    planned = desk.planned()
    desk.photo.unlink()
    assert "no longer there" in finish(desk.journal.write([planned])).refused[0].reason


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_may_only_be_read_stays(desk: Desk, what: str) -> None:
    place, words = (desk.photo, "may only be read") if what == "file" else (desk.photo.parent, "the folder it is in")
    place.chmod(0o444 if what == "file" else 0o555)
    assert words in str(desk.write())
    place.chmod(0o755)
    assert desk.is_untouched()


def test_a_file_that_was_changed_or_linked_since_is_not_undone(desk: Desk) -> None:
    desk.write()
    act = desk.journal.last_act() or 0
    other = desk.folder / "other name.jpg"
    os.link(desk.photo, other)
    with pytest.raises(InputError, match="hard link"):
        finish(desk.journal.undo(act))
    other.unlink()
    desk.photo.write_bytes(b"edited")
    with pytest.raises(InputError, match="was changed since"):
        finish(desk.journal.undo(act))
    assert desk.photo.read_bytes() == b"edited" and desk.originals() == [OLD] and desk.journal.last_act() is None
    desk.photo.unlink()
    with pytest.raises(InputError, match="no longer there"):
        finish(desk.journal.undo(act))
    assert desk.originals() == [OLD]


def test_a_link_stays_a_link(desk: Desk) -> None:
    target = desk.folder / "elsewhere.jpg"
    desk.photo.rename(target)
    desk.photo.symlink_to(target)
    assert desk.write() is None and desk.photo.is_symlink() and target.read_bytes() == NEW
    finish(desk.journal.undo(desk.journal.last_act() or 0))
    assert desk.photo.is_symlink() and target.read_bytes() == OLD


KILLED = """
import os, signal, sys
from pathlib import Path
from app.engine.library import replacing, rewriting
from app.engine.library.journal import Journal, PlannedMove, finish
from app.engine.library.digest import digest_of
from tests.engine.library.test_rewriting import FACTS, added
folder, photo, where, act = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
def kill(*_given):
    os.kill(os.getpid(), signal.SIGKILL)
journal = Journal(folder / "data" / "journal.sqlite", compose=added)
if where == "waiting":
    rewriting.Acts.note_written = kill
elif where == "before":
    Path.replace = lambda self, target: kill() if target == photo else os.replace(self, target)
elif where == "keeping":
    Path.replace = kill
else:
    replacing.sync_folder = lambda of: kill() if of == photo.parent else None
finish(journal.undo(act) if act else journal.write([PlannedMove(str(photo), digest_of(photo), facts=FACTS)]))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such end of a process here")
def test_a_kill_at_any_moment_leaves_the_one_or_the_other_and_the_journal_knows(desk: Desk) -> None:
    def killed(where: str, act: int = 0) -> ActState:
        desk.journal.close()
        command = [sys.executable, "-c", KILLED, str(desk.folder), str(desk.photo), where, str(act)]
        assert subprocess.run(command, capture_output=True, check=False).returncode == -signal.SIGKILL
        assert desk.photo.read_bytes() in (OLD, NEW)
        desk.open()
        assert desk.journal.recover() == () and desk.is_tidy()
        return desk.state()

    for where in ("keeping", "waiting", "before"):
        assert killed(where) is ActState.REFUSED and desk.is_untouched()
    assert killed("after") is ActState.WRITTEN and desk.photo.read_bytes() == NEW and desk.originals() == [OLD]
    act = desk.journal.last_act() or 0
    assert killed("before", act) is ActState.WRITTEN and desk.photo.read_bytes() == NEW
    assert killed("after", act) is ActState.UNDONE and desk.is_untouched()


def test_what_was_changed_before_a_kill_could_be_settled_is_told_of(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    note = rewriting.Acts.note_written

    def noted(acts: rewriting.Acts, item: rewriting.Item, kept: Path, written: bytes) -> None:
        note(acts, item, kept, written)
        raise KeyboardInterrupt  # the last moment before the file is replaced

    with monkeypatch.context() as patched:
        patched.setattr(rewriting.Acts, "note_written", noted)
        with pytest.raises(KeyboardInterrupt):
            desk.write()
    desk.photo.write_bytes(b"edited")
    (unknown,) = desk.journal.recover()
    assert "was changed since" in unknown.reason and desk.originals() == [OLD] and desk.photo.read_bytes() == b"edited"


def test_what_is_planned_is_what_the_file_does_not_say(tmp_path: Path) -> None:
    there = tmp_path / "a.jpg"
    there.touch()
    with closing(Catalog(tmp_path / "catalog.sqlite", write=True)) as catalog:
        catalog.put_photos([photo(str(there), 1, format="JPEG", keywords=("Sea",)), photo("/p/b.png", 2), photo("/p/c.jpg", 3)])
        for number in (1, 2):
            catalog.give(Gift(digest(number), digest(3), "A day", None, ("sea", "dog")))
        paths = (str(there), "/p/b.png", "/p/c.jpg", "/p/none.jpg")
        files, refused = planned_facts(catalog, paths)
        assert [(file.path, file.facts) for file in files] == [(str(there), Facts("A day", None, ("Sea", "dog")))]
        assert [file.path for file in refused] == list(paths[1:])
        said = [file.reason for file in refused]
        assert "only JPEG" in said[0] and said[1] == rewriting.SAYS_ALL and "not in the library" in said[2]
        catalog.put_photos([photo(str(there), 9, format="JPEG", title="A day", keywords=("sea", "dog"))])
        assert planned_facts(catalog, paths[:1])[0] == []
        info = catalog.info(str(there))
        assert info and info.metadata == Metadata("JPEG", 40, 30, title="A day", keywords=("sea", "dog"))
