"""Opening a catalogue: readers change nothing, what cannot be opened is said in a sentence and stays as it is."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from app.engine.errors import LibraryDamaged, LibraryError, LibraryTooNew
from app.engine.library import opening, schema
from app.engine.library.catalog import SCHEMA_VERSION, Catalog
from tests.engine.library.samples import digest, photo, snapshot, start

WRITER = """
import sys
from pathlib import Path
from app.engine.library.catalog import Catalog
from tests.engine.library.samples import photo
catalog = Catalog(Path(sys.argv[1]), write=True)
for number in range(50):
    catalog.put_photos([photo(f"/p/{number}.jpg", number)])
print("written", flush=True)
sys.stdin.readline()
catalog.put_photos([photo("/p/last.jpg", 99)])
print("more", flush=True)
sys.stdin.readline()
catalog.close()
"""


def make(path: Path, count: int = 1) -> None:
    catalog = Catalog(path, write=True)
    catalog.put_photos([photo(f"/p/{number}.jpg", number) for number in range(count)])
    catalog.close()


def test_a_closed_library_is_one_plain_file_and_a_reader_leaves_it_so(tmp_path: Path) -> None:
    make(tmp_path / "catalog.sqlite")
    before = snapshot(tmp_path)
    assert list(before) == ["catalog.sqlite"]
    reader = Catalog(tmp_path / "catalog.sqlite")
    assert reader.count_photos() == 1
    assert snapshot(tmp_path) == before
    reader.close()
    reader.close()
    assert snapshot(tmp_path) == before


def test_a_reader_makes_no_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"there is no library in .*facet index FOLDER"):
        Catalog(tmp_path / "deep" / "catalog.sqlite")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "catalog.sqlite").touch()
    with pytest.raises(LibraryError, match="there is no library"):
        Catalog(tmp_path / "catalog.sqlite")
    assert (tmp_path / "catalog.sqlite").stat().st_size == 0


def test_a_reader_works_beside_a_writer_in_another_process_and_after_its_kill(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    with start(WRITER, path) as writer:
        assert writer.stdin and writer.stdout
        assert writer.stdout.readline() == "written\n"
        reader = Catalog(path)
        assert reader.count_photos() == 50
        generation = reader.generation
        writer.stdin.write("\n")
        writer.stdin.flush()
        assert writer.stdout.readline() == "more\n"
        assert (reader.count_photos(), reader.generation) == (51, generation + 1)
        reader.close()
        writer.kill()
    before = snapshot(tmp_path)
    assert "catalog.sqlite-wal" in before
    reader = Catalog(path)
    assert len(reader.rows()) == 51
    reader.close()
    assert snapshot(tmp_path) == before
    Catalog(path, write=True).close()
    assert list(snapshot(tmp_path)) == ["catalog.sqlite"]
    reader = Catalog(path)
    assert reader.count_photos() == 51
    reader.close()


def test_a_reader_that_was_there_first_sees_what_a_writer_adds_and_does_not_hinder_it(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    make(path)
    reader = Catalog(path)
    assert reader.count_photos() == 1
    writer = Catalog(path, write=True)
    writer.put_photos([photo("/p/new.jpg", 7)])
    assert reader.count_photos() == 2
    writer.close()
    assert reader.count_photos() == 2
    reader.close()
    make(path, 3)
    again = Catalog(path)
    assert again.count_photos() == 4
    again.close()


def test_a_file_that_another_program_closed_in_wal_mode_is_read_without_a_trace(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    make(path)
    other = sqlite3.connect(path)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("DELETE FROM roots")
    other.commit()
    other.close()
    before = snapshot(tmp_path)
    reader = Catalog(path)
    assert reader.count_photos() == 1
    reader.close()
    assert snapshot(tmp_path) == before


def test_commits_that_wait_beside_a_copied_file_are_not_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    writer = Catalog(path, write=True)
    writer.put_photos([photo("/p/a.jpg", 1)])
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("catalog.sqlite", "catalog.sqlite-wal"):
        shutil.copy(tmp_path / name, copy / name)
    writer.close()
    with pytest.raises(LibraryError, match="was not closed properly"):
        Catalog(copy / "catalog.sqlite")
    opened = Catalog(copy / "catalog.sqlite", write=True)
    assert opened.count_photos() == 1
    opened.close()


@pytest.mark.parametrize("write", [False, True])
def test_a_library_of_a_newer_facet_is_refused_and_left_alone(tmp_path: Path, write: bool) -> None:
    path = tmp_path / "catalog.sqlite"
    make(path)
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    before = snapshot(tmp_path)
    with pytest.raises(LibraryTooNew, match="newer Facet"):
        Catalog(path, write=write)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize("content", [b"no database at all " * 500, b"SQLite format 3\0" + b"\xff" * 5000], ids=["text", "broken"])
def test_a_file_that_is_no_database_is_refused_with_what_to_do(tmp_path: Path, write: bool, content: bytes) -> None:
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(content)
    with pytest.raises(LibraryDamaged, match=r"catalog\.sqlite .*your photos are safe.*aside and run `facet index`"):
        Catalog(path, write=write)
    assert path.read_bytes() == content


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes (name)")
    connection.close()
    before = path.read_bytes()
    for write in (False, True):
        with pytest.raises(LibraryDamaged, match="not a Facet library"):
            Catalog(path, write=write)
    assert path.read_bytes() == before


@pytest.mark.parametrize("cut", ["middle", "end"])
def test_a_broken_page_is_found_when_a_writer_opens(tmp_path: Path, cut: str) -> None:
    path = tmp_path / "catalog.sqlite"
    make(path, 3000)
    content = bytearray(path.read_bytes())
    if cut == "middle":
        content[len(content) // 2 :: 7] = b"\xaa" * len(content[len(content) // 2 :: 7])
    else:
        del content[len(content) // 2 :]
    path.write_bytes(content)
    with pytest.raises(LibraryDamaged, match="damaged; your photos are safe"):
        Catalog(path, write=True)
    assert path.read_bytes() == bytes(content)
    with pytest.raises(LibraryDamaged, match="damaged; your photos are safe"), contextlib.closing(Catalog(path)) as reader:
        reader.rows()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="cannot be made"):
        Catalog(tmp_path / "file" / "catalog.sqlite", write=True)


NEXT = (
    *schema.STEPS,
    """
    ALTER TABLE photos ADD COLUMN stars INTEGER NOT NULL DEFAULT 3; -- a made-up next step; with a semicolon here
    CREATE TABLE words (photo_id INTEGER REFERENCES photos (id), word TEXT DEFAULT ';');
    CREATE TRIGGER noticed AFTER INSERT ON words BEGIN UPDATE photos SET stars = 4; UPDATE photos SET stars = 5; END;
    """,
)


def test_a_next_step_brings_an_older_file_up_to_date_and_keeps_what_is_there(tmp_path: Path) -> None:
    make(tmp_path / "catalog.sqlite", 5)
    copy = tmp_path / "copy.sqlite"
    shutil.copy(tmp_path / "catalog.sqlite", copy)
    connection = sqlite3.connect(copy, isolation_level=None)
    schema.migrate(connection, NEXT)
    assert schema.version_of(connection) == SCHEMA_VERSION + 1
    assert connection.execute("SELECT count(*), sum(stars) FROM photos").fetchone() == (5, 15)
    connection.execute("INSERT INTO words (photo_id) VALUES (1)")
    assert connection.execute("SELECT sum(stars) FROM photos").fetchone() == (25,)
    schema.migrate(connection, NEXT)
    connection.close()


def test_a_step_that_fails_leaves_the_older_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    make(path, 5)
    connection = sqlite3.connect(path, isolation_level=None)
    with pytest.raises(sqlite3.OperationalError):
        schema.migrate(connection, (*NEXT, "CREATE TABLE more (x); SELECT nonsense FROM nowhere;"))
    assert schema.version_of(connection) == SCHEMA_VERSION
    connection.close()
    catalog = Catalog(path)
    assert catalog.path_of_digest(digest(4)) == "/p/4.jpg"
    catalog.close()


def test_a_reader_does_not_bring_an_older_file_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path / "catalog.sqlite")
    monkeypatch.setattr(opening, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    before = snapshot(tmp_path)
    with pytest.raises(LibraryError, match="older Facet"):
        Catalog(tmp_path / "catalog.sqlite")
    assert snapshot(tmp_path) == before


def test_a_file_without_tables_is_no_library_for_a_reader_and_a_new_one_for_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE x (y)")
    connection.execute("DROP TABLE x")
    connection.close()
    with pytest.raises(LibraryError, match="there is no library"):
        Catalog(path)
    make(path)
    reader = Catalog(path)
    assert reader.count_photos() == 1
    reader.close()


def test_a_kill_may_leave_an_empty_companion(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    with contextlib.closing(Catalog(path, write=True)) as catalog:
        catalog.add_root("/photos")
    path.with_name("catalog.sqlite-wal").touch()
    before = sorted(tmp_path.iterdir())
    with contextlib.closing(Catalog(path)) as reader:
        assert reader.roots() == ("/photos",)
    assert sorted(tmp_path.iterdir()) == before
