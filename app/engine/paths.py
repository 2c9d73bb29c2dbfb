"""Where a library keeps its parts on disk."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True, slots=True)
class LibraryPaths:
    """The files and folders of one library. Only `data` and `config` must be kept; `cache` may be deleted at any time."""

    data: Path
    cache: Path
    config: Path

    @property
    def catalog(self) -> Path:
        """The SQLite file."""
        return self.data / "catalog.sqlite"

    @property
    def journal(self) -> Path:
        """The SQLite file of what was moved to the trash."""
        return self.data / "journal.sqlite"

    @property
    def vectors(self) -> Path:
        """The LMDB folder of feature vectors."""
        return self.data / "vectors"

    @property
    def thumbnails(self) -> Path:
        """The LMDB folder of thumbnails."""
        return self.cache / "thumbnails"

    @property
    def indexes(self) -> Path:
        """The folder of derived FAISS files."""
        return self.cache / "indexes"

    @property
    def models(self) -> Path:
        """The folder of models that were fetched or imported."""
        return self.data / "models"

    @property
    def lock(self) -> Path:
        """Held by the one process that may write."""
        return self.data / "library.lock"

    @property
    def settings(self) -> Path:
        """The TOML file of settings."""
        return self.config / "settings.toml"

    def own_folders(self) -> tuple[Path, ...]:
        """Folders that are never scanned for photos."""
        return (self.data, self.cache, self.config)


def absolute(path: str) -> str:
    """The path without `.` and `..`, links left as they are: the catalogue knows files by the names that people see."""
    return os.path.abspath(path)  # noqa: PTH100  Path.absolute() keeps `..`


def library_paths(library: Path | None = None) -> LibraryPaths:
    """The parts of the library in `library`, which then holds everything; or of the platform's default folders."""
    if library is not None:
        root = library.expanduser().resolve()
        return LibraryPaths(data=root, cache=root / "cache", config=root)
    return LibraryPaths(
        data=platformdirs.user_data_path("facet", appauthor=False),
        cache=platformdirs.user_cache_path("facet", appauthor=False),
        config=platformdirs.user_config_path("facet", appauthor=False),
    )


def resources() -> Path:
    """The folder of files that Facet carries with it."""
    inside = Path(__file__).resolve().parents[1] / "resources"
    return inside if inside.is_dir() else Path(__file__).resolve().parents[2] / "resources"
