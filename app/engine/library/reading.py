"""Everything that is asked of the catalogue without changing it."""

from __future__ import annotations

import json
import os
import re
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.library.captions import Captions
from app.engine.library.records import METADATA_COLUMNS, FileStat, KnownFile, clean, known_file, metadata_of
from app.engine.library.scene_tags import SceneTags
from app.engine.library.sqlite import RANGE, below, stored
from app.engine.library.tags import Tags
from app.engine.library.text_lookup import TextLookup
from app.engine.library.texts import Texts
from app.engine.types import Folder, FolderState, PhotoInfo, PhotoRow, SortBy, Unreadable

_ROW = """photos.id, photos.digest, files.path, photos.date_taken, files.mtime_ns, files.size, photos.width, photos.height,
    photos.color FROM files JOIN photos ON photos.id = files.photo_id"""
_FILE = "files.path, size, mtime_ns, inode, digest, reason FROM files LEFT JOIN photos ON photos.id = files.photo_id"
_THESE = "IN (SELECT value FROM json_each(?))"
_AT_ONCE = 500
_PATH = itemgetter(2)
_DIGITS = re.compile(r"\d+")


class Reading(Tags, SceneTags, Texts, TextLookup, Captions):
    """The catalogue's answers. Paths are absolute; folders stand for everything below them."""

    # ---- folders

    def roots(self) -> tuple[str, ...]:
        """The added folders, in the order in which they came."""
        return tuple(path for (path,) in self._all("SELECT path FROM roots ORDER BY id"))

    def folders(self) -> tuple[Folder, ...]:
        """The added folders with their photo counts; OFFLINE where the path is no directory now."""
        counted = f"SELECT count(DISTINCT photo_id) FROM files WHERE {RANGE}"
        return tuple(Folder(root, _state(root), self._all(counted, below(root))[0][0]) for root in self.roots())

    def subfolders(self, root: str) -> tuple[Folder, ...]:
        """The folders directly or indirectly below `root` that hold photos, sorted by path; each counts what is below it too."""
        photos: defaultdict[str, set[int]] = defaultdict(set)
        held = self._all(f"SELECT DISTINCT folder, photo_id FROM files WHERE photo_id IS NOT NULL AND {RANGE}", below(root))
        by_folder: defaultdict[str, list[int]] = defaultdict(list)
        for folder, photo_id in held:
            by_folder[folder].append(photo_id)
        top = root.rstrip(os.sep)
        for folder, ids in by_folder.items():
            while len(folder) > len(top) and folder.rstrip(os.sep) != top:
                photos[folder].update(ids)
                folder = folder.rpartition(os.sep)[0] or os.sep
        state = _state(root)
        return tuple(Folder(path, state, len(ids)) for path, ids in sorted(photos.items()))

    def excluded(self) -> tuple[str, ...]:
        """Files and folders inside the added ones that were taken out."""
        return tuple(path for (path,) in self._all("SELECT path FROM excluded ORDER BY path"))

    # ---- files

    def files_under(self, folder: str) -> dict[str, KnownFile]:
        """Every known file below a folder, by path."""
        return {row[0]: known_file(row) for row in self._all(f"SELECT {_FILE} WHERE {RANGE}", below(folder))}

    def file(self, path: str) -> KnownFile | None:
        """What is known of one file."""
        found = self._all(f"SELECT {_FILE} WHERE path = CAST(? AS TEXT)", (stored(path),))
        return known_file(found[0]) if found else None

    def photo_id(self, digest: bytes) -> int | None:
        """The number of a photo, also when no file holds it any more."""
        found = self._all("SELECT id FROM photos WHERE digest = ?", (digest,))
        return found[0][0] if found else None

    def orphans(self) -> tuple[bytes, ...]:
        """Digests of photos that no file holds any more."""
        lonely = "SELECT digest FROM photos WHERE NOT EXISTS (SELECT 1 FROM files WHERE photo_id = photos.id) ORDER BY id"
        return tuple(digest for (digest,) in self._all(lonely))

    def unreadable(self) -> tuple[Unreadable, ...]:
        """The files that could not be read, by path."""
        return tuple(Unreadable(*row) for row in self._all("SELECT path, reason FROM files WHERE photo_id IS NULL ORDER BY path"))

    # ---- features

    def missing(self, feature: str) -> tuple[bytes, ...]:
        """Digests of photos that have files and lack this feature version, by photo_id."""
        lacking = """SELECT digest FROM photos WHERE EXISTS (SELECT 1 FROM files WHERE photo_id = photos.id)
            AND NOT EXISTS (SELECT 1 FROM extracted WHERE feature = ? AND photo_id = photos.id) ORDER BY id"""
        return tuple(digest for (digest,) in self._all(lacking, (feature,)))

    def without_quality(self) -> tuple[bytes, ...]:
        """Digests of photos that have files and of which it is not known how well they were kept, by photo_id."""
        unknown = "SELECT digest FROM photos WHERE sharpness IS NULL"
        held = "EXISTS (SELECT 1 FROM files WHERE photo_id = photos.id)"
        return tuple(digest for (digest,) in self._all(f"{unknown} AND {held} ORDER BY id"))

    def lacking(self, feature: str, having: str) -> tuple[bytes, ...]:
        """As `missing`, of those alone that have another feature version."""
        lacking = f"SELECT digest {_HAVE} AND NOT EXISTS (SELECT 1 FROM extracted WHERE feature = ? AND photo_id = photos.id)"
        return tuple(digest for (digest,) in self._all(f"{lacking} ORDER BY photos.id", (having, feature)))

    def extracted(self, feature: str) -> tuple[tuple[int, bytes], ...]:
        """(photo_id, digest) of the photos that have files and this feature version, by photo_id."""
        return tuple(self._all(f"SELECT photos.id, digest {_HAVE} ORDER BY photos.id", (feature,)))

    def extracted_but(self, feature: str, lacking: str) -> tuple[bytes, ...]:
        """Digests of the photos that have files and the one feature version, but not the other, by photo_id."""
        but = "AND NOT EXISTS (SELECT 1 FROM extracted AS other WHERE other.feature = ? AND other.photo_id = photos.id)"
        return tuple(digest for (digest,) in self._all(f"SELECT digest {_HAVE} {but} ORDER BY photos.id", (feature, lacking)))

    def any_extracted(self, feature: str, digests: Sequence[bytes]) -> bool:
        """Whether one of these photos has the feature version."""
        marks = ", ".join("?" * len(digests))
        having = f"SELECT 1 FROM extracted JOIN photos ON photos.id = photo_id WHERE feature = ? AND digest IN ({marks}) LIMIT 1"
        return bool(digests) and bool(self._all(having, (feature, *digests)))

    def extracted_ids(self, feature: str, after: int = 0) -> NDArray[np.int64]:
        """photo_ids above `after` of the photos that have files and this feature version, rising."""
        some = f"SELECT photo_id FROM extracted WHERE feature = ? AND photo_id > ? AND {_HELD} ORDER BY photo_id LIMIT {_STEP}"
        found = [np.empty(0, np.int64)]
        while rows := self._all(some, (feature, after)):  # a million numbers at once would take 80 MB on their way
            found.append(np.fromiter((number for (number,) in rows), np.int64, len(rows)))
            after = rows[-1][0]
        return np.concatenate(found)

    def digests_after(self, photo_id: int, limit: int) -> list[tuple[int, bytes]]:
        """(photo_id, digest) of the first photos with higher numbers, also of those without files, rising."""
        return self._all("SELECT id, digest FROM photos WHERE id > ? ORDER BY id LIMIT ?", (photo_id, limit))

    def count_extracted(self, feature: str) -> int:
        """How many photos that have files have this feature version."""
        return int(self._all(f"SELECT count(*) FROM extracted WHERE feature = ? AND {_HELD}", (feature,))[0][0])

    def count_marked(self, feature: str) -> int:
        """How many photos have this feature version, also those without files; for a million in a twentieth of the time."""
        return int(self._all("SELECT count(*) FROM extracted WHERE feature = ?", (feature,))[0][0])

    # ---- photos

    def count_photos(self) -> int:
        """Photos that at least one file holds."""
        return int(self._all("SELECT count(DISTINCT photo_id) FROM files")[0][0])

    def all_ids(self) -> tuple[int, ...]:
        """The photos that at least one file holds."""
        return tuple(i for (i,) in self._all("SELECT DISTINCT photo_id FROM files WHERE photo_id NOTNULL ORDER BY photo_id"))

    def digests(self) -> tuple[bytes, ...]:
        """Digests of the photos that at least one file holds, by photo_id."""
        held = "SELECT digest FROM photos WHERE EXISTS (SELECT 1 FROM files WHERE photo_id = photos.id) ORDER BY id"
        return tuple(digest for (digest,) in self._all(held))

    def count_files(self) -> int:
        """Files that hold a photo; those that could not be read are not counted."""
        return int(self._all("SELECT count(photo_id) FROM files")[0][0])

    def rows(self, *, folder: str | None = None, sort: SortBy = SortBy.DATE, descending: bool = True) -> tuple[PhotoRow, ...]:
        """The gallery: one row a photo, in order; equal ones by path. By date: date taken, else the file's (local time)."""
        where, bounds = (f"WHERE {RANGE}", below(folder)) if folder is not None else ("", ())
        found = self._all(f"SELECT {_ROW} {where}", bounds)
        found.sort(key=_PATH)  # the path's order in SQL would visit the photos' pages at random, twice as slow
        copies = dict(self._all("SELECT photo_id, count(*) FROM files WHERE photo_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1"))
        rows = list(_photo_rows(found, copies).values())
        rows.sort(key=_KEYS[sort], reverse=descending)
        return tuple(rows)

    def rows_of(self, photo_ids: Sequence[int], *, folder: str | None = None) -> dict[int, PhotoRow]:
        """Rows of some photos; with `folder` only those with a file below it, which is then the row's path."""
        ids = _json(photo_ids)
        where, bounds = (f"AND {RANGE}", below(folder)) if folder is not None else ("", ())
        # CROSS JOIN keeps SQLite from walking all files: the few photos come first
        some = _ROW.replace("files JOIN photos", "photos CROSS JOIN files")
        found = self._all(f"SELECT {some} WHERE photos.id {_THESE} {where} ORDER BY path", (ids, *bounds))
        copies = dict(self._all(f"SELECT photo_id, count(*) FROM files WHERE photo_id {_THESE} GROUP BY 1", (ids,)))
        return _photo_rows(found, copies)

    def paths_of(self, photo_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """All files of each photo, by path."""
        found: defaultdict[int, list[str]] = defaultdict(list)
        for photo_id, path in self._all(
            f"SELECT photo_id, path FROM files WHERE photo_id {_THESE} ORDER BY path", (_json(photo_ids),)
        ):
            found[photo_id].append(path)
        return {photo_id: tuple(paths) for photo_id, paths in found.items()}

    def path_of_digest(self, digest: bytes) -> str | None:
        """The first of a photo's files."""
        held = "SELECT path FROM files JOIN photos ON photos.id = photo_id WHERE digest = ? ORDER BY path LIMIT 1"
        found = self._all(held, (digest,))
        return found[0][0] if found else None

    def stats_of(self, digests: Sequence[bytes]) -> dict[bytes, tuple[FileStat, ...]]:
        """All files of each photo as they were when they were read, by path."""
        found: defaultdict[bytes, list[FileStat]] = defaultdict(list)
        for at in range(0, len(digests), _AT_ONCE):
            some = tuple(digests[at : at + _AT_ONCE])
            for row in self._all(f"SELECT {_FILE} WHERE digest IN ({', '.join('?' * len(some))}) ORDER BY path", some):
                known = known_file(row)
                if known.digest is not None:
                    found[known.digest].append(known.stat)
        return {digest: tuple(stats) for digest, stats in found.items()}

    def info(self, path: str) -> PhotoInfo | None:
        """All that is known of the photo in a file; None for a file that is unknown or could not be read."""
        columns = ", ".join(f"photos.{name}" for name in METADATA_COLUMNS)
        joined = "files JOIN photos ON photos.id = photo_id"
        found = self._all(
            f"SELECT photos.id, digest, size, {columns} FROM {joined} WHERE path = CAST(? AS TEXT)", (stored(path),)
        )
        if not found:
            return None
        photo_id, digest, size, *values = found[0]
        paths = self.paths_of([photo_id])[photo_id]
        facts, tags, caption = metadata_of(values), self.tags_of(photo_id), self.caption_of(digest)
        return PhotoInfo(path, digest.hex(), paths, size, facts, tags, caption, self._read_words(photo_id))

    def _read_words(self, photo_id: int) -> str | None:
        """The text that was read in a photo; None where none was looked for yet."""
        was_read = "EXISTS (SELECT 1 FROM extracted WHERE photo_id = texts.photo_id AND feature GLOB 'words-*')"
        found = self._all(f"SELECT ocr FROM texts WHERE photo_id = ? AND (ocr <> '' OR {was_read})", (photo_id,))
        return str(found[0][0]) if found else None

    def matching(self, where_sql: str, parameters: Sequence[object], *, files: bool = True) -> list[int]:
        """photo_ids, rising, for which a condition over the joined view `photo_files` (photos.* and files.*) holds.

        Without `files` the condition is over `photos` alone, with or without files.
        """
        values = [clean(value) if isinstance(value, str) else value for value in parameters]
        source = "DISTINCT photo_id FROM photo_files" if files else "photo_id FROM (SELECT id AS photo_id, * FROM photos)"
        return [i for (i,) in self._all(f"SELECT {source} WHERE ({where_sql}) ORDER BY 1", values)]


_HELD = "EXISTS (SELECT 1 FROM files WHERE files.photo_id = extracted.photo_id)"
_STEP = 50_000
_HAVE = """FROM extracted JOIN photos ON photos.id = extracted.photo_id
    WHERE feature = ? AND EXISTS (SELECT 1 FROM files WHERE photo_id = photos.id)"""


def _state(root: str) -> FolderState:
    return FolderState.WATCHED if Path(root).is_dir() else FolderState.OFFLINE


def _json(ids: Sequence[int]) -> str:
    return json.dumps([int(number) for number in ids])  # int(): numpy's are welcome


def _photo_rows(found: Sequence[tuple[Any, ...]], copies: dict[int, int]) -> dict[int, PhotoRow]:
    """The first file of each photo as its row."""
    rows: dict[int, PhotoRow] = {}
    for photo_id, digest, path, taken, mtime_ns, size, width, height, color in found:
        if photo_id not in rows:
            rows[photo_id] = PhotoRow(
                photo_id, digest, path, taken, int(mtime_ns) / 1e9, size, width or 0, height or 0, color, copies.get(photo_id, 1)
            )
    return rows


def _by_date(row: PhotoRow) -> str:
    """Local time as text, without the offset; "" for a time that no calendar has."""
    if row.taken:
        return row.taken[:19] + row.taken[19:].partition("+")[0].partition("-")[0].rstrip("Z")
    try:
        return time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(row.modified))
    except (OverflowError, ValueError, OSError):
        return ""


def _by_name(row: PhotoRow) -> str:
    """The name without case, numbers by their value: IMG_9 comes before IMG_10."""
    return _DIGITS.sub(_padded, row.path.rpartition(os.sep)[2].casefold())


def _padded(digits: re.Match[str]) -> str:
    return digits[0].zfill(12)


def _by_size(row: PhotoRow) -> int:
    return row.size


_KEYS: dict[SortBy, Callable[[PhotoRow], Any]] = {SortBy.DATE: _by_date, SortBy.NAME: _by_name, SortBy.SIZE: _by_size}
