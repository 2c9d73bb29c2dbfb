"""The catalogue in SQLite: the truth for what there is (folders, files, photos, metadata, decisions)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.engine.types import Folder, Metadata, PhotoInfo, PhotoRow, SortBy, Unreadable

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class FileStat:
    """What the file system says of a file without reading it. Two equal stats mean an unchanged file."""

    path: str
    size: int
    mtime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file as the catalogue knows it. `digest` is None for a file that could not be read, `reason` then says why."""

    stat: FileStat
    digest: bytes | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ReadPhoto:
    """What the first pass learned of a file: its photo's digest, facts, average color 0xRRGGBB."""

    stat: FileStat
    digest: bytes
    metadata: Metadata
    color: int


class Catalog:
    """One connection to the catalogue; every thread opens its own. A reader may be open beside the writer (WAL)."""

    def __init__(self, path: Path, *, write: bool = False) -> None:
        """Open the file; a writer creates or migrates it.

        Raises LibraryTooNew, LibraryDamaged, or LibraryError (a reader where there is no library yet).
        """
        raise NotImplementedError

    def close(self) -> None: ...

    @property
    def generation(self) -> int:
        """Grows with every committed change of files or photos; derived indexes carry it."""
        raise NotImplementedError

    # folders
    def roots(self) -> tuple[str, ...]: raise NotImplementedError
    def add_root(self, path: str) -> None: raise NotImplementedError
    def remove_root(self, path: str) -> None: raise NotImplementedError
    def folders(self) -> tuple[Folder, ...]:
        """The added folders with their photo counts; OFFLINE where the path is no directory now."""
        raise NotImplementedError
    def subfolders(self, root: str) -> tuple[Folder, ...]:
        """The folders directly or indirectly below `root` that hold photos, sorted by path."""
        raise NotImplementedError

    # files
    def files_under(self, folder: str) -> dict[str, KnownFile]:
        """Every known file below a folder, by path."""
        raise NotImplementedError
    def file(self, path: str) -> KnownFile | None: raise NotImplementedError
    def photo_id(self, digest: bytes) -> int | None: raise NotImplementedError
    def put_photos(self, photos: Sequence[ReadPhoto]) -> None:
        """Enter files with their photos in one transaction; a path known before gets its new digest."""
        raise NotImplementedError
    def put_known_files(self, files: Iterable[tuple[FileStat, bytes]]) -> None:
        """Enter files whose photo (digest) is known already, or whose stat alone changed."""
        raise NotImplementedError
    def put_unreadable(self, files: Iterable[tuple[FileStat, str]]) -> None: raise NotImplementedError
    def move_files(self, moves: Iterable[tuple[str, str]]) -> None:
        """Rename paths (old, new); nothing that was extracted is lost."""
        raise NotImplementedError
    def remove_files(self, paths: Iterable[str]) -> None:
        """Forget files; a photo without files stays known until `drop_orphans`."""
        raise NotImplementedError
    def orphans(self) -> tuple[bytes, ...]:
        """Digests of photos that no file holds any more."""
        raise NotImplementedError
    def drop_photos(self, digests: Iterable[bytes]) -> None: raise NotImplementedError
    def unreadable(self) -> tuple[Unreadable, ...]: raise NotImplementedError

    # features: the catalogue says which vectors are there (written after the vectors themselves)
    def mark_extracted(self, feature: str, digests: Iterable[bytes]) -> None: raise NotImplementedError
    def missing(self, feature: str) -> tuple[bytes, ...]:
        """Digests of photos that have files and lack this feature version."""
        raise NotImplementedError
    def extracted(self, feature: str) -> tuple[tuple[int, bytes], ...]:
        """(photo_id, digest) of the photos that have files and this feature version, by photo_id."""
        raise NotImplementedError
    def count_extracted(self, feature: str) -> int: raise NotImplementedError

    # reading
    def count_photos(self) -> int: raise NotImplementedError
    def count_files(self) -> int: raise NotImplementedError
    def rows(self, *, folder: str | None = None, sort: SortBy = SortBy.DATE, descending: bool = True) -> tuple[PhotoRow, ...]:
        """The gallery: one row a photo, in order. By date: date taken, else the file's (local time)."""
        raise NotImplementedError
    def rows_of(self, photo_ids: Sequence[int], *, folder: str | None = None) -> dict[int, PhotoRow]:
        """Rows of some photos; with `folder` only those with a file below it."""
        raise NotImplementedError
    def paths_of(self, photo_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """All files of each photo."""
        raise NotImplementedError
    def path_of_digest(self, digest: bytes) -> str | None: raise NotImplementedError
    def info(self, path: str) -> PhotoInfo | None: raise NotImplementedError
    def select_ids(self, where_sql: str, parameters: Sequence[object]) -> frozenset[int]:
        """photo_ids for which a condition over the joined view `photo_files` (photos.* and files.*) holds. For search/filters.py."""
        raise NotImplementedError

    # decisions of the user
    def put_not_duplicates(self, pairs: Iterable[tuple[bytes, bytes]], *, forget: bool = False) -> None: raise NotImplementedError
    def not_duplicates(self) -> frozenset[tuple[bytes, bytes]]:
        """Pairs of digests (smaller first) that the user said are not duplicates."""
        raise NotImplementedError
