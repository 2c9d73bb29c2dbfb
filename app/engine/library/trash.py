"""Trashes: where files go that people do not want any more, and where they can be found again."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from app.engine.errors import InputError, NoTrash
from app.engine.library.digest import digest_of
from app.engine.library.moving import move_to_free_name, same_file
from app.engine.library.refusals import GONE, not_moved

README = "About these photos.txt"
_ABOUT = """Facet moved these photos here because this drive has no trash.
They can be put back with Undo in Facet. To free their space for good, delete this folder.
"""


class Mover(Protocol):
    """A platform's trash. `move` says where the file is now; it raises NoTrash or InputError, and the file is where it was."""

    def move(self, path: Path) -> Path: ...


class Trash(Mover, Protocol):
    """A trash in which a file can be found again after a kill between its move and the journal's note of it."""

    def find(self, path: Path, digest: bytes) -> Path | None:
        """Where a file that was at `path` lies in the trash; None where that cannot be told."""

    def tidy(self, path: Path) -> None:
        """Take back what a move of `path` that was killed half way left in the trash, while the file is in its place."""

    def own_folder(self, path: Path) -> Path | None:
        """Facet's own folder to which a file would go because the platform has no trash for it, else None."""


class FolderTrash:
    """A plain folder as a trash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def move(self, path: Path) -> Path:
        """Move a file into the folder under a free name. Raises InputError."""
        try:
            return move_to_free_name(path, self.folder / path.name)
        except OSError as error:
            raise InputError(not_moved(error)) from error

    def find(self, path: Path, digest: bytes) -> Path | None:
        """Told by name and content."""
        return next((candidate for candidate in self._alike(path) if holds(candidate, digest)), None)

    def tidy(self, path: Path) -> None:
        """The second name of a file whose first one is still there goes."""
        for candidate in self._alike(path):
            if same_file(path, candidate):
                with contextlib.suppress(OSError):
                    candidate.unlink()

    def own_folder(self, path: Path) -> Path | None:
        """None: the folder is the trash."""
        return None

    def _alike(self, path: Path) -> Iterator[Path]:
        with contextlib.suppress(OSError):
            names = sorted(os.listdir(self.folder))  # noqa: PTH208 (names, also those that no pattern could find)
            yield from (self.folder / name for name in names if name.startswith(path.stem) and name.endswith(path.suffix))


class WithOwnFolder:
    """The platform's trash; where that has none for a drive, a hidden folder of Facet's own on that drive."""

    def __init__(self, platform: Mover) -> None:
        self._platform = platform

    def move(self, path: Path) -> Path:
        """Raises InputError where neither takes the file."""
        try:
            return self._platform.move(path)
        except NoTrash:
            if not os.path.lexists(path):
                raise InputError(GONE) from None
            own = FolderTrash(self._folder(path))
        moved = own.move(path)
        with contextlib.suppress(OSError), (own.folder / README).open("x", encoding="utf-8") as readme:
            readme.write(_ABOUT)
        return moved

    def find(self, path: Path, digest: bytes) -> Path | None:
        """In the platform's trash where that can be told, and in Facet's own folders on the drive."""
        find = getattr(self._platform, "find", None)
        found: Path | None = find(path, digest) if find else None
        return found or next((there for own in _own_folders(path) if (there := FolderTrash(own).find(path, digest))), None)

    def tidy(self, path: Path) -> None:
        """In both."""
        if tidy := getattr(self._platform, "tidy", None):
            tidy(path)
        for own in _own_folders(path):
            FolderTrash(own).tidy(path)

    def own_folder(self, path: Path) -> Path | None:
        """None also where the platform cannot say beforehand whether it takes a file."""
        serves = getattr(self._platform, "serves", None)
        if serves is None or serves(path):
            return None
        try:
            return self._folder(path)
        except InputError:
            return None

    @staticmethod
    def _folder(path: Path) -> Path:
        """The one that is there already, else the outermost that can be made. Raises InputError."""
        candidates = list(_own_folders(path))
        for folder in candidates:
            if folder.is_dir() and os.access(folder, os.W_OK):
                return folder
        for folder in candidates:
            if os.access(folder.parent, os.W_OK):
                return folder
        if hasattr(os, "statvfs") and os.statvfs(path.parent).f_flag & os.ST_RDONLY:
            raise InputError(not_moved(OSError(errno.EROFS, "")))
        raise InputError("there is no trash on its drive, and you may not make a folder there; move the file aside yourself")


def drive_folders(path: Path) -> list[Path]:
    """The folders around a file that are on its drive, from the drive's top to the file's own."""
    folders = [Path(os.path.realpath(path.parent))]
    while not os.path.ismount(folders[0]) and folders[0].parent != folders[0]:
        folders.insert(0, folders[0].parent)
    return folders


def holds(path: Path, digest: bytes) -> bool:
    """Whether a file has this content."""
    try:
        return digest_of(path) == digest
    except OSError:
        return False


def _own_folders(path: Path) -> Iterator[Path]:
    name = f".facet-trash-{os.getuid()}" if hasattr(os, "getuid") else ".facet-trash"
    return (folder / name for folder in drive_folders(path))
