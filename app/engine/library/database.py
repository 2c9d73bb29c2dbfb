"""One connection to the catalogue's SQLite file: how it is opened, how it fails, how paths are stored."""

from __future__ import annotations

import contextlib
import functools
import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.engine.errors import DiskFull, LibraryBusy, LibraryDamaged, LibraryError, LibraryTooNew
from app.engine.library.schema import SCHEMA_VERSION, migrate, version_of

PHOTOS = "the list of your photos"
ANEW = " and run `facet index` on your folders to build it anew"
_WAIT_S = 10.0
_LOSSLESS = "surrogatepass" if os.name == "nt" else "surrogateescape"
_FULL = {"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_TRUNCATE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_SHMMAP"}


def stored(path: str) -> str | bytes:
    """A path as a parameter for `CAST(? AS TEXT)`: names that are not valid Unicode go in byte for byte."""
    try:
        path.encode()
    except UnicodeEncodeError:
        with contextlib.suppress(UnicodeEncodeError):
            return path.encode("utf-8", _LOSSLESS)
        return path.encode("utf-8", "surrogatepass")
    return path


RANGE = "path >= CAST(? AS TEXT) AND path < CAST(? AS TEXT)"
"""SQL for what is below a folder, with the bounds of `below`."""


def below(folder: str) -> tuple[str | bytes, str | bytes]:
    """The bounds low <= path < high of everything below a folder; a range, for LIKE would take `_` and `%` as patterns."""
    prefix = folder if folder.endswith(os.sep) else folder + os.sep
    return stored(prefix), stored(prefix[:-1] + chr(ord(os.sep) + 1))


@contextlib.contextmanager
def translated(path: Path, what: str = PHOTOS, remedy: str = ANEW) -> Iterator[None]:
    """Turn what SQLite raises over the file `path` into the errors of Facet; mistakes in our own SQL stay as they are."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(error, path, what, remedy) from error


def _translate(error: sqlite3.Error, path: Path, what: str, remedy: str) -> Exception:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name in _FULL:
        return DiskFull(f"no space is left where the library is ({path.parent}); free some space and try again")
    if name == "SQLITE_NOTADB" or name.startswith("SQLITE_CORRUPT"):
        return damaged(path, what, remedy)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return LibraryBusy(f"{path} is in use by another program; wait until it is done and try again")
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH", "SQLITE_IOERR")):
        return LibraryError(f"{path} cannot be opened or written ({error}); look whether you may write there and the drive works")
    return error


def damaged(path: Path, what: str = PHOTOS, remedy: str = ANEW) -> LibraryDamaged:
    """What to say of a store that cannot be read."""
    return LibraryDamaged(f"{path} ({what}) is damaged; your photos are safe. Move that file aside{remedy}")


def open_writer(path: Path) -> sqlite3.Connection:
    """Open the catalogue for writing; made when missing, brought up to date when older."""
    with translated(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(f"{path.parent} cannot be made ({error.strerror or error}); choose another folder") from error
        connection = connect(str(path))
        try:
            _check_version(connection, path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")  # a power cut may cost the last commits, never the file
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA journal_size_limit = 67108864")
            migrate(connection)
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise damaged(path)
        except BaseException:
            connection.close()
            raise
        return connection


def close_writer(connection: sqlite3.Connection) -> None:
    """Close, leaving one plain file: readers of a file in WAL mode would have to make its companions themselves."""
    with contextlib.suppress(sqlite3.Error):  # a reader may be in it, or the disk full: the companions then stay
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()


def open_reader(path: Path) -> sqlite3.Connection:
    """Open the catalogue so that nothing on disk is made or changed. Raises LibraryError where there is none."""
    if not path.is_file() or (path.stat().st_size == 0 and not _wal(path)):
        raise LibraryError(f"there is no library in {path.parent}; make one with `facet index FOLDER`")
    with translated(path):
        try:
            return _open_read_only(path, "&readonly_shm=1")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_CANTOPEN" or not path.is_file():
                raise
        if _wal(path):
            raise LibraryError(f"the library in {path.parent} was not closed properly; run `facet index` once, then try again")
        return _open_read_only(path, "&immutable=1")  # WAL mode without companions: nobody has it open


def _open_read_only(path: Path, options: str) -> sqlite3.Connection:
    connection = connect(f"{path.absolute().as_uri()}?mode=ro{options}")
    try:
        if _check_version(connection, path) < SCHEMA_VERSION:
            raise LibraryError(
                f"the library in {path.parent} is from an older Facet; run `facet index` once to bring it up to date"
            )
    except BaseException:
        connection.close()
        raise
    return connection


def connect(name: str) -> sqlite3.Connection:
    """A connection in autocommit mode that gives paths back as they went in; `name` is a path or a file: URI."""
    connection = sqlite3.connect(
        name, timeout=_WAIT_S, isolation_level=None, check_same_thread=False, uri=name.startswith("file:")
    )
    connection.text_factory = functools.partial(str, encoding="utf-8", errors=_LOSSLESS)
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def _check_version(connection: sqlite3.Connection, path: Path) -> int:
    version = version_of(connection)
    if version > SCHEMA_VERSION:
        raise LibraryTooNew(f"the library in {path.parent} was written by a newer Facet; install the newest Facet to open it")
    if version == 0 and connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        raise LibraryDamaged(f"{path} is not a Facet library; move that file aside, then run `facet index` on your folders")
    return version


def _wal(path: Path) -> bool:
    """Whether commits wait beside the file that are not in it yet."""
    try:
        return path.with_name(path.name + "-wal").stat().st_size > 0
    except OSError:
        return False


class Database:
    """A connection and its two ways of use: reading, and one transaction at a time."""

    def __init__(self, path: Path, *, write: bool = False) -> None:
        self._path = path
        self._writes = write
        self._connection = open_writer(path) if write else open_reader(path)

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        close_writer(self._connection) if self._writes else self._connection.close()

    @property
    def generation(self) -> int:
        """Grows with every committed change of files, photos or what was extracted; derived indexes carry it."""
        return int(self._all("SELECT value FROM state WHERE name = 'generation'")[0][0])

    def _all(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with translated(self._path):
            return self._connection.execute(sql, parameters).fetchall()

    @contextlib.contextmanager
    def _transaction(self, *, grows: bool = True) -> Iterator[sqlite3.Connection]:
        """All or nothing; `grows` counts the generation up."""
        if not self._writes:
            raise LibraryError(f"the library in {self._path.parent} is open for reading only")
        with translated(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                if grows:
                    self._connection.execute("UPDATE state SET value = value + 1 WHERE name = 'generation'")
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
