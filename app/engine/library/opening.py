"""Opens the catalogue's file: a writer makes or brings it up to date, a reader makes and changes nothing on disk."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections import Counter
from pathlib import Path

from app.engine.errors import LibraryDamaged, LibraryError, LibraryTooNew
from app.engine.library.schema import SCHEMA_VERSION, migrate, version_of
from app.engine.library.sqlite import connect, damaged, translated

_WAL_FORMAT = b"\2\2"  # bytes 18 and 19 of a file in WAL mode
_here: Counter[str] = Counter()
_counting = threading.Lock()


def open_writer(path: Path) -> sqlite3.Connection:
    """Open for writing. Raises LibraryTooNew, LibraryDamaged, DiskFull or LibraryError; the file is then as it was."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(f"{path.parent} cannot be made ({error.strerror or error}); choose another folder") from error
    with translated(path):
        connection = connect(str(path))
        try:
            _check_version(connection, path)
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise damaged(path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")  # a power cut may cost the last commits, never the file
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA journal_size_limit = 67108864")
            migrate(connection)
        except BaseException:
            connection.close()
            raise
    _count(path, 1)
    return connection


def close_writer(connection: sqlite3.Connection, path: Path) -> None:
    """Close, leaving one plain file: readers of a file in WAL mode would have to make its companions themselves."""
    with contextlib.suppress(sqlite3.Error):  # a reader may be in it, or the disk full: the companions then stay
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("PRAGMA journal_mode = DELETE")
    close_reader(connection, path)


def open_reader(path: Path) -> sqlite3.Connection:
    """Open for reading, beside a writer or after one was killed too. Raises as `open_writer`; LibraryError without a library."""
    if not _is_there(path):
        raise _no_library(path)
    options = reading_options(path)
    with translated(path):
        connection = _open_read_only(path, options)
        if options == "&immutable=1" and _companion(path, "-shm").exists():
            connection.close()  # a writer came in this moment
            connection = _open_read_only(path, "&readonly_shm=1")
    _count(path, 1)
    return connection


def reading_options(path: Path) -> str:
    """How SQLite must open a file so that nothing is made beside it. Raises LibraryError where only a writer can read it."""
    if not _companion(path, "-shm").exists():
        if _waiting(path):
            raise LibraryError(f"the library in {path.parent} was not closed properly; run `facet index` once, then try again")
        # another program closed it so, it is a copy, or a kill left an empty companion: nobody writes, and opening makes files
        if _in_wal_mode(path) or _companion(path, "-wal").exists():
            return "&immutable=1"
    return "&readonly_shm=1"


def close_reader(connection: sqlite3.Connection, path: Path) -> None:
    """Close a connection of `open_reader`."""
    connection.close()
    _count(path, -1)


def _open_read_only(path: Path, options: str) -> sqlite3.Connection:
    connection = connect(f"{path.absolute().as_uri()}?mode=ro{options}")
    try:
        version = _check_version(connection, path)
        if version == 0:
            raise _no_library(path)
        if version < SCHEMA_VERSION:
            raise LibraryError(f"the library in {path.parent} is from an older Facet; run `facet index` once to renew it")
    except BaseException:
        connection.close()
        raise
    return connection


def _check_version(connection: sqlite3.Connection, path: Path) -> int:
    version = version_of(connection)
    if version > SCHEMA_VERSION:
        raise LibraryTooNew(f"the library in {path.parent} was written by a newer Facet; install the newest Facet to open it")
    if version == 0 and connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        raise LibraryDamaged(f"{path} is not a Facet library; move that file aside, then run `facet index` on your folders")
    return version


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        raise LibraryError(f"the library in {path.parent} cannot be read ({error.strerror or error})") from error


def _no_library(path: Path) -> LibraryError:
    return LibraryError(f"there is no library in {path.parent}; make one with `facet index FOLDER`")


def _companion(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _waiting(path: Path) -> bool:
    """Whether commits wait beside the file that are not in it yet."""
    try:
        return _companion(path, "-wal").stat().st_size > 0
    except OSError:
        return False


def _in_wal_mode(path: Path) -> bool:
    """Looks into the file only when this process has no connection to it: closing a file drops the process's locks on it."""
    with _counting:
        if _here[os.path.realpath(path)]:
            return False
        with contextlib.suppress(OSError), path.open("rb") as file:
            return file.read(20)[18:] == _WAL_FORMAT
        return False


def _count(path: Path, change: int) -> None:
    with _counting:
        _here[os.path.realpath(path)] += change
