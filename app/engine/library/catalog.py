"""The catalogue in SQLite: the truth for what there is (folders, files, photos, metadata, decisions)."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from app.engine.library.captions import copy_captions, inherit_caption
from app.engine.library.decisions import Decisions, inherit_decisions, inherit_pairs
from app.engine.library.file_rows import FileRows
from app.engine.library.gifts import Gifts, inherit_gifts, weave_again
from app.engine.library.parts import PartPairs
from app.engine.library.reading import Reading
from app.engine.library.records import (
    METADATA_COLUMNS,
    QUALITY_COLUMNS,
    FileStat,
    KnownFile,
    Quality,
    ReadPhoto,
    clean,
    metadata_values,
    quality_values,
    stat_values,
)
from app.engine.library.schema import SCHEMA_VERSION
from app.engine.library.searches import Searches
from app.engine.library.sqlite import RANGE, below, stored

__all__ = ["SCHEMA_VERSION", "Catalog", "FileStat", "KnownFile", "ReadPhoto"]

_COLUMNS = ("color", *QUALITY_COLUMNS, *METADATA_COLUMNS)
_OF_PIXELS = {"width", "height", "format", *QUALITY_COLUMNS}


def _renewed(name: str) -> str:
    """What the decoder found once stays where a later reading of the same bytes saw the thumbnail alone."""
    return f"{name} = coalesce(excluded.{name}, photos.{name})" if name in _OF_PIXELS else f"{name} = excluded.{name}"


_PUT_PHOTO = f"""INSERT INTO photos (digest, {", ".join(_COLUMNS)}) VALUES (?{", ?" * len(_COLUMNS)})
    ON CONFLICT (digest) DO UPDATE SET {", ".join(_renewed(name) for name in _COLUMNS)}"""
_PUT_FILE = """INSERT INTO files (path, folder, name, size, mtime_ns, inode, photo_id, reason)
    VALUES (CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), ?, ?, ?, (SELECT id FROM photos WHERE digest = ?), ?)
    ON CONFLICT (path) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns, inode = excluded.inode,
    photo_id = excluded.photo_id, reason = excluded.reason"""
_HELD = "SELECT photo_id, digest FROM files JOIN photos ON photos.id = photo_id WHERE path = CAST(? AS TEXT)"
_SAID_OF = (
    "DELETE FROM captions WHERE digest = :new",
    "DELETE FROM user_tags WHERE digest = :new",
    "DELETE FROM not_duplicates WHERE :new IN (smaller, larger)",
)
_INHERIT_TAGS = "INSERT OR IGNORE INTO user_tags SELECT :new, folded, name, wanted FROM user_tags WHERE digest = :old"


class Catalog(Reading, Searches, PartPairs, Gifts, FileRows, Decisions):
    """One connection to the catalogue, used by one thread at a time. A reader may be open beside the writer (WAL).

    In one process the writer is opened before any reader: after a kill, a reader holds the file's companions read-only.

    `Catalog(path, write=True)` makes or migrates the file; a reader makes and changes nothing on disk. Opening raises
    LibraryTooNew, LibraryDamaged, or LibraryError (a reader where there is no library yet); every use may raise
    LibraryDamaged, and every change DiskFull, after which nothing of that change is there.
    """

    # ---- folders

    def add_root(self, path: str) -> None:
        """Remember an added folder; a second time does nothing."""
        with self._transaction(grows=False) as connection:
            connection.execute("INSERT OR IGNORE INTO roots (path) VALUES (CAST(? AS TEXT))", (stored(path),))

    def remove_root(self, path: str) -> None:
        """Forget an added folder and what was taken out of it; its files stay known until they are removed."""
        with self._transaction(grows=False) as connection:
            connection.execute(f"DELETE FROM excluded WHERE {RANGE}", below(path))
            connection.execute("DELETE FROM roots WHERE path = CAST(? AS TEXT)", (stored(path),))

    def exclude(self, path: str) -> None:
        """Remember that a file or folder inside an added folder was taken out: a look passes it over."""
        with self._transaction(grows=False) as connection:
            connection.execute("INSERT OR IGNORE INTO excluded VALUES (CAST(? AS TEXT))", (stored(path),))

    def include(self, path: str) -> bool:
        """Take that back for a path and the folders around it; whether there was anything to take back."""
        around = [out for out in self.excluded() if path == out or path.startswith(out.rstrip(os.sep) + os.sep)]
        if not around:
            return False
        with self._transaction(grows=False) as connection:
            connection.executemany("DELETE FROM excluded WHERE path = CAST(? AS TEXT)", [(stored(out),) for out in around])
        return True

    # ---- files

    def put_photos(self, photos: Sequence[ReadPhoto]) -> tuple[int, ...]:
        """Enter files with their photos in one transaction; a path known before gets its new digest.

        Returns the ids of photos that no file holds any more. What the user said of the old photo passes on to the new one.
        """
        if not photos:
            return ()
        with self._transaction() as connection:
            connection.executemany(
                _PUT_PHOTO, [(p.digest, p.color, *quality_values(p.quality), *metadata_values(p.metadata)) for p in photos]
            )
            weave_again(connection, [p.digest for p in photos])
            copy_captions(connection, [p.digest for p in photos])
            return _enter(connection, [(p.stat, p.digest, None) for p in photos])

    def put_known_files(self, files: Iterable[tuple[FileStat, bytes]]) -> tuple[int, ...]:
        """Enter files whose photo (digest) is known already, or whose stat alone changed. Returns as `put_photos`."""
        files = list(files)
        if not files:
            return ()
        with self._transaction() as connection:
            return _enter(connection, [(stat, digest, None) for stat, digest in files])

    def put_unreadable(self, files: Iterable[tuple[FileStat, str]]) -> tuple[int, ...]:
        """Enter files that could not be read, each with the reason. Returns as `put_photos`."""
        with self._transaction() as connection:
            return _enter(connection, [(stat, None, clean(reason)) for stat, reason in files])

    def move_files(self, moves: Iterable[tuple[str, str]]) -> tuple[int, ...]:
        """Rename paths (old, new), also in circles; a file known at a new path is replaced. Returns as `put_photos`."""
        pairs = [(old, new) for old, new in moves if old != new]
        if not pairs:
            return ()
        with self._transaction() as connection:
            # every file first steps aside under a name that no path can have, for a new path may be another's old one
            aside = [(f"\0{number}", stored(old)) for number, (old, _) in enumerate(pairs)]
            connection.executemany("UPDATE files SET path = ? WHERE path = CAST(? AS TEXT)", aside)
            arriving = [p for p, (name, _) in zip(pairs, aside, strict=True) if _is_there(connection, name)]
            touched = _take_out(connection, [new for _, new in arriving])
            for number, (_, new) in enumerate(pairs):
                path, folder, name, *_ = stat_values(FileStat(new, 0, 0, 0))
                connection.execute(
                    "UPDATE files SET path = CAST(? AS TEXT), folder = CAST(? AS TEXT), name = CAST(? AS TEXT) WHERE path = ?",
                    (path, folder, name, f"\0{number}"),
                )
            return _lonely(connection, touched)

    def remove_files(self, paths: Iterable[str]) -> tuple[int, ...]:
        """Forget files; a photo without files stays known until `drop_photos`. Returns as `put_photos`."""
        with self._transaction() as connection:
            return _lonely(connection, _take_out(connection, list(paths)))

    def drop_photos(self, digests: Iterable[bytes]) -> None:
        """Forget photos and what was extracted from them; one that a file holds stays."""
        with self._transaction() as connection:
            connection.executemany(
                "DELETE FROM photos WHERE digest = ? AND NOT EXISTS (SELECT 1 FROM files WHERE photo_id = photos.id)",
                [(digest,) for digest in digests],
            )

    def put_qualities(self, qualities: Mapping[bytes, Quality]) -> None:
        """Enter how well the pictures of some photos were kept; unknown digests are passed over."""
        if not qualities:
            return
        columns = ", ".join(f"{name} = ?" for name in QUALITY_COLUMNS)
        with self._transaction(grows=False) as connection:
            connection.executemany(
                f"UPDATE photos SET {columns} WHERE digest = ?",
                [(*quality_values(quality), digest) for digest, quality in qualities.items()],
            )

    # ---- features: the catalogue says which vectors are there (written after the vectors themselves)

    def mark_extracted(self, feature: str, digests: Iterable[bytes]) -> None:
        """Say that the vectors of these photos are stored; unknown digests are passed over."""
        rows = [(feature, digest) for digest in digests]
        if not rows:
            return
        with self._transaction() as connection:
            connection.executemany("INSERT OR IGNORE INTO extracted SELECT ?, id FROM photos WHERE digest = ?", rows)

    def unmark_extracted(self, feature: str, digests: Iterable[bytes] | None = None) -> None:
        """Take that back, for some photos or (None) for all: their vectors are gone, or of an older version."""
        with self._transaction() as connection:
            if digests is None:
                connection.execute("DELETE FROM extracted WHERE feature = ?", (feature,))
                return
            connection.executemany(
                "DELETE FROM extracted WHERE feature = ? AND photo_id = (SELECT id FROM photos WHERE digest = ?)",
                [(feature, digest) for digest in digests],
            )

    def same_picture(self, old: bytes, new: bytes) -> None:
        """A file was written anew with the same picture in it: what people and models said of that holds.

        What was said of `new` while files held it earlier is out of date where none holds it now, and gives way.
        """
        with self._transaction() as connection:
            if _is_held(connection, old) and not _is_held(connection, new):
                for stale in _SAID_OF:
                    connection.execute(stale, {"new": new})
            connection.execute(_INHERIT_TAGS, {"old": old, "new": new})
            inherit_pairs(connection, old, new)
            connection.execute("INSERT OR IGNORE INTO captions SELECT ?, text, source FROM captions WHERE digest = ?", (new, old))
            copy_captions(connection, [new])


def _enter(connection: sqlite3.Connection, files: Sequence[tuple[FileStat, bytes | None, str | None]]) -> tuple[int, ...]:
    """Put files with a digest or a reason; returns photos that have no file any more."""
    touched: set[int] = set()
    for stat, digest, reason in files:
        values = stat_values(stat)
        before = connection.execute(_HELD, values[:1]).fetchone()
        if before and before[1] != digest:
            touched.add(before[0])
            if digest:
                connection.execute(_INHERIT_TAGS, {"old": before[1], "new": digest})
                inherit_decisions(connection, before[1], digest)
                inherit_gifts(connection, before[1], digest)
                inherit_caption(connection, before[1], digest)
        connection.execute(_PUT_FILE, (*values, digest, reason))
    return _lonely(connection, touched)


def _take_out(connection: sqlite3.Connection, paths: Sequence[str]) -> set[int]:
    """Delete files; returns the photos that they held."""
    touched: set[int] = set()
    for path in paths:
        for photo_id, _ in connection.execute(_HELD, (stored(path),)).fetchall():
            touched.add(photo_id)
        connection.execute("DELETE FROM files WHERE path = CAST(? AS TEXT)", (stored(path),))
    return touched


def _is_there(connection: sqlite3.Connection, path: str) -> bool:
    return connection.execute("SELECT 1 FROM files WHERE path = ?", (path,)).fetchone() is not None


def _is_held(connection: sqlite3.Connection, digest: bytes) -> bool:
    held = "SELECT 1 FROM files JOIN photos ON photos.id = photo_id WHERE digest = ? LIMIT 1"
    return connection.execute(held, (digest,)).fetchone() is not None


def _lonely(connection: sqlite3.Connection, photo_ids: Iterable[int]) -> tuple[int, ...]:
    """Those of the photos that no file holds any more."""
    held = "SELECT 1 FROM files WHERE photo_id = ? LIMIT 1"
    return tuple(sorted(number for number in photo_ids if connection.execute(held, (number,)).fetchone() is None))
