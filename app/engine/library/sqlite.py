"""What the catalogue and the journal share of SQLite: how paths are stored, how failures are said."""

from __future__ import annotations

import contextlib
import functools
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from app.engine.errors import DiskFull, LibraryBusy, LibraryDamaged, LibraryError
from app.engine.library import terms

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


def connect(name: str) -> sqlite3.Connection:
    """A connection in autocommit mode that gives paths back as they went in; `name` is a path or a file: URI."""
    connection = sqlite3.connect(
        name, timeout=_WAIT_S, isolation_level=None, check_same_thread=False, uri=name.startswith("file:")
    )
    connection.text_factory = functools.partial(str, encoding="utf-8", errors=_LOSSLESS)
    connection.create_function("folded", 1, _folded, deterministic=True)
    for name, function in terms.SQL_FUNCTIONS.items():
        connection.create_function(name, 1, function, deterministic=True)
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -65536")  # KiB; a list of 100,000 photos then reads each page once
    return connection


def _folded(text: str | int | float | bytes | None) -> str | int | float | bytes | None:
    """Text without case in every script; SQLite's own `lower` knows A to Z only."""
    return text.casefold() if isinstance(text, str) else text
