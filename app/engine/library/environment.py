"""LMDB environments: one a process and folder, shared by its threads, growing when full."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import lmdb

from app.engine.errors import DiskFull, LibraryDamaged, LibraryError

_T = TypeVar("_T")
_MAP_SIZE = 2**36 if sys.maxsize > 2**32 else 2**29
_LMDB_0_9 = 0  # files of LMDB 1.0 cannot be read by older builds, nor the other way round
_BROKEN = (
    lmdb.InvalidError,
    lmdb.VersionMismatchError,
    lmdb.CorruptedError,
    lmdb.PageNotFoundError,
    lmdb.PanicError,
    lmdb.IncompatibleError,
)


class _Gate:
    """Many may be inside together, or one alone: the map is resized and databases are dropped with no transaction open."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._closed = False

    @contextlib.contextmanager
    def shared(self) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: not self._closed)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: not self._closed)
            self._closed = True
            self._changed.wait_for(lambda: self._inside == 0)
        try:
            yield
        finally:
            with self._changed:
                self._closed = False
                self._changed.notify_all()


class Environment:
    """An open LMDB folder. `acquire` gives every user in the process the same one; each calls `release` when done.

    Transactions of one thread must not be nested.
    """

    _open: ClassVar[dict[str, Environment]] = {}
    _registry = threading.RLock()

    @classmethod
    def acquire(cls, folder: Path, *, write: bool, what: str, map_size: int = _MAP_SIZE) -> Environment | None:
        """The environment of a folder; None for a reader where there is none yet. Raises LibraryDamaged, DiskFull or another."""
        with cls._registry:
            key = os.path.realpath(folder)
            known = cls._open.get(key)
            if known is None:
                if not write and not _has_data(folder):
                    return None
                known = cls._open[key] = cls(key, Path(folder), what, map_size)
                try:
                    known._start(write)
                except BaseException:
                    del cls._open[key]
                    raise
            elif write and not known._writes:
                with known._gate.alone():
                    known._env.close()
                    known._start(write)
            known._users += 1
            return known

    def __init__(self, key: str, folder: Path, what: str, map_size: int) -> None:
        self._key, self._folder, self._what, self._map_size = key, folder, what, map_size
        self._gate = _Gate()
        # py-lmdb opens a handle in a writing transaction and keeps the interpreter's lock while it waits for LMDB's own:
        # against a writer in another thread that would never end, so both first take this one
        self._one_writer = threading.Lock()
        self._names: dict[str, Any] = {}
        self._users = 0
        self._writes = False

    def release(self) -> None:
        """Close the environment when its last user lets go."""
        with Environment._registry:
            self._users -= 1
            if self._users == 0:
                del Environment._open[self._key]
                with self._gate.alone():
                    self._env.close()

    def read(self, work: Callable[[Any, Any], _T], name: str | None, nothing: _T) -> _T:
        """Run `work(transaction, database)`; `nothing` where that database does not exist. `name` None is the main one."""
        with self._gate.shared(), self._translated():
            database = self._database(name, create=False)
            if database is None:
                return nothing
            with self._env.begin(db=database) as transaction:
                return work(transaction, database)

    def write(self, work: Callable[[Any, dict[str, Any]], None], names: tuple[str, ...]) -> None:
        """Run `work(transaction, databases by name)` in one transaction, on disk when this returns; again after growing."""
        while True:
            try:
                with self._gate.shared(), self._translated():
                    databases = {name: self._database(name, create=True) for name in names}
                    with self._one_writer, self._env.begin(write=True) as transaction:
                        return work(transaction, databases)
            except lmdb.MapFullError:
                with self._gate.alone():
                    self._map_size *= 2
                    self._env.set_mapsize(self._map_size)

    def drop(self, name: str) -> None:
        """Delete a database; one that does not exist is no error."""
        with self._gate.alone(), self._translated():
            database = self._database(name, create=False)
            if database is not None:
                with self._env.begin(write=True) as transaction:
                    transaction.drop(database, delete=True)
                self._names.pop(name)

    def names(self) -> tuple[str, ...]:
        """The databases that exist."""
        return self.read(lambda t, _: tuple(sorted(bytes(key).decode() for key in t.cursor().iternext(values=False))), None, ())

    def size_on_disk(self) -> int:
        """Bytes that the folder takes on the disk; a file with holes counts without them."""
        with contextlib.suppress(OSError):
            stat = (self._folder / "data.mdb").stat()
            return min(stat.st_size, getattr(stat, "st_blocks", stat.st_size) * 512)
        return 0

    def _start(self, write: bool) -> None:
        self._names.clear()
        with self._translated():
            if write:
                self._folder.mkdir(parents=True, exist_ok=True)
            # a library on a medium or of a person that lets us only read it is read without taking part in the locking
            locked = write or os.access(self._folder / "lock.mdb", os.W_OK)
            self._env = lmdb.open(
                os.fspath(self._folder), map_size=self._map_size, max_dbs=64, max_readers=510, readonly=not write, lock=locked,
                create=write, readahead=False, meminit=False, lib_version=_LMDB_0_9,
            )  # fmt: skip
            self._writes = write
            try:
                self._refuse_cut_file()
                self._map_size = max(self._map_size, self._env.info()["map_size"])
                if write:
                    self._env.reader_check()  # a killed reader would keep old pages from being used again
            except BaseException:
                self._env.close()
                raise

    def _refuse_cut_file(self) -> None:
        """A page beyond the file's end would kill the process when it is touched, so a file that seems short is walked."""
        needed = (self._env.info()["last_pgno"] + 1) * self._env.stat()["psize"]
        if (self._folder / "data.mdb").stat().st_size >= needed or self._env.info()["last_txnid"] == 0:
            return
        from lmdb.verify import VerifyError, verify  # only a file whose last pages were never used comes here unhurt

        try:
            problems = verify(os.fspath(self._folder))  # type: ignore[no-untyped-call]
        except VerifyError as error:
            problems = [str(error)]
        if problems:
            raise self._damaged()

    def _database(self, name: str | None, *, create: bool) -> Any:
        """The handle of a database, None where it does not exist; handles are opened one at a time, as LMDB asks."""
        if name is None:
            return self._env.open_db(None)
        known = self._names.get(name)
        if known is not None:
            return known
        with self._one_writer:
            try:
                # in a transaction of its own: a handle from one of py-lmdb's reading transactions ends with it
                found = self._env.open_db(name.encode(), create=create)
            except lmdb.NotFoundError:
                return None
            self._names[name] = found
            return found

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except lmdb.MapFullError:
            raise
        except lmdb.MapResizedError:
            raise LibraryError(
                f"{self._folder} ({self._what}) grew beyond what this machine can map; close Facet elsewhere"
            ) from None
        except _BROKEN as error:
            raise self._damaged() from error
        except (lmdb.Error, OSError) as error:
            raise self._unwritable(error) from error

    def _damaged(self) -> LibraryDamaged:
        return LibraryDamaged(
            f"{self._folder} ({self._what}) is damaged; your photos are safe. "
            "Move that folder aside and run `facet index` on your folders to build it anew"
        )

    def _unwritable(self, error: Exception) -> LibraryError:
        text = str(error)
        if isinstance(error, lmdb.DiskError) or any(os.strerror(code) in text for code in _FULL):
            where = self._folder.parent
            return DiskFull(f"no space is left where the library is ({where}), or the drive fails; free some space and try again")
        return LibraryError(
            f"{self._folder} ({self._what}) cannot be opened or written ({text}); look whether you may write there"
        )


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)  # EIO is what LMDB makes of a write that was cut short


def _has_data(folder: Path) -> bool:
    try:
        return (folder / "data.mdb").stat().st_size > 0
    except OSError:
        return False
