"""One process at a time writes a library; another is told which one."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.errors import LibraryBusy, LibraryError
from app.engine.library.lock import LibraryLock
from tests.engine.library.samples import start

HOLD = """
import sys
from pathlib import Path
from app.engine.library.lock import LibraryLock
lock = LibraryLock(Path(sys.argv[1]), "the Facet window")
print("held", flush=True)
sys.stdin.readline()
lock.release()
print("released", flush=True)
sys.stdin.readline()
"""


def test_the_holder_is_named_and_a_release_lets_the_next_one_in(tmp_path: Path) -> None:
    path = tmp_path / "library" / "library.lock"
    with start(HOLD, path) as holder:
        assert holder.stdin and holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LibraryBusy, match=rf"in use by the Facet window \(process {holder.pid}\)"):
            LibraryLock(path)
        holder.stdin.write("\n")
        holder.stdin.flush()
        assert holder.stdout.readline() == "released\n"
        LibraryLock(path).release()
        holder.kill()


def test_a_kill_lets_the_next_one_in(tmp_path: Path) -> None:
    path = tmp_path / "library.lock"
    with start(HOLD, path) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        holder.kill()
    with LibraryLock(path, "facet index"), pytest.raises(LibraryBusy, match="in use by facet index"):
        LibraryLock(path)
    LibraryLock(path).release()


def test_a_lost_note_of_the_holder_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "library.lock"
    with LibraryLock(path):
        for note in ("[]", "{}", "not json", '{"pid": null, "program": 1}'):
            (tmp_path / "library.lock.holder").write_text(note)
            with pytest.raises(LibraryBusy, match="in use by another Facet"):
                LibraryLock(path)
        (tmp_path / "library.lock.holder").unlink()
        with pytest.raises(LibraryBusy, match="in use by another Facet"):
            LibraryLock(path)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="cannot be written"):
        LibraryLock(tmp_path / "file" / "library.lock")
