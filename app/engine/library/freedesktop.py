"""The trash of Linux and BSD desktops: the FreeDesktop.org Trash specification, version 1.0."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.engine.errors import InputError, NoTrash
from app.engine.library.links import real_name
from app.engine.library.moving import move_to, names_for, same_file
from app.engine.library.refusals import not_moved
from app.engine.library.trash import drive_folders, holds

_NOTE = ".trashinfo"
_LONGEST = 255 - len(_NOTE) - len(" (9999)")
_MOMENT_S = 0.05
"""Longer ago than this a note was not begun by a program that is about to write it, which takes microseconds."""
_UNUSABLE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENOTSUP, errno.EINVAL, errno.ELOOP}


class FreedesktopTrash:
    """The home trash for files on its drive; for another drive the trash at that drive's top."""

    def __init__(self, data: Path | None = None) -> None:
        """`data`: the folder for the data of programs; by default the user's."""
        self._data = data

    @property
    def _home(self) -> Path:
        return Path(self._data or os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "Trash"

    def move(self, path: Path) -> Path:
        """Move a file to the trash, with a note of where it came from. Raises NoTrash or InputError."""
        unusable: OSError | None = None
        for can in self._cans(path):
            try:
                can.make()
            except OSError as error:
                if error.errno not in _UNUSABLE:
                    raise InputError(not_moved(error)) from error
                unusable = error
                continue
            try:
                return can.take(path)
            except OSError as error:
                raise InputError(not_moved(error)) from error
        raise NoTrash("there is no trash on its drive") from unusable

    def find(self, path: Path, digest: bytes) -> Path | None:
        """Where a file that was at `path` lies, told by the notes and its content; a link by its note alone."""
        for can in self._cans(path):
            for note in can.notes_of(path):
                if (file := can.file_of(note)).is_symlink() or holds(file, digest):
                    return file
        return None

    def tidy(self, path: Path) -> None:
        """A note that was begun or written before its file came, or a second name of the file, goes."""
        for can in self._cans(path):
            for note in [*can.notes_of(path), *can.begun_notes(path)]:
                file = can.file_of(note)
                with contextlib.suppress(OSError):
                    if same_file(path, file):
                        file.unlink()
                    if not os.path.lexists(file):
                        note.unlink()

    def serves(self, path: Path) -> bool:
        """Whether there is a trash for a file, or one could be made."""
        return any(can.usable() for can in self._cans(path))

    def _cans(self, path: Path) -> Iterator[_Can]:
        """The trashes that may be used for a file, the best first."""
        folders = drive_folders(path)
        if _device(self._home) == _device(folders[-1]):
            yield _Can(self._home)
            return
        top, user = folders[0], str(os.getuid())
        if _is_shared_trash(top / ".Trash"):
            yield _Can(top / ".Trash" / user, top)
        yield _Can(top / f".Trash-{user}", top)


@dataclass(frozen=True, slots=True)
class _Can:
    """One trash: `files` and `info` in a folder. In one on another drive (`top`) the notes name paths relative to its top."""

    folder: Path
    top: Path | None = None

    def make(self) -> None:
        """Raises OSError where there is none and none can be made."""
        if self.top is None:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
        for folder in (self.folder, self.folder / "files", self.folder / "info"):
            with contextlib.suppress(FileExistsError):
                folder.mkdir(0o700)
            if (folder.is_symlink() and self.top is not None) or not folder.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
            if not os.access(folder, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))

    def usable(self) -> bool:
        """Whether `make` would do."""
        there = self.folder
        while not os.path.lexists(there):
            there = there.parent
        return there.is_dir() and os.access(there, os.W_OK)

    def take(self, path: Path) -> Path:
        """The note first: it reserves the name. Raises OSError; the file is then where it was."""
        for file in names_for(self.folder / "files" / _short(path)):
            note = self.folder / "info" / (file.name + _NOTE)
            try:
                handle = os.open(note, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            except FileExistsError:
                continue
            try:
                with os.fdopen(handle, "wb") as open_note:
                    open_note.write(self._text(path))
                    open_note.flush()
                    os.fsync(handle)
                move_to(path, file)
            except FileExistsError:  # a file without a note
                note.unlink()
                continue
            except BaseException:
                note.unlink()
                raise
            return file
        raise AssertionError("names do not end")

    def notes_of(self, path: Path) -> list[Path]:
        """The notes of files that were at this path, the newest first."""
        wanted = real_name(path)
        dated = [(date, note) for note in self._named(path) for where, date in [self._read(note)] if where == wanted]
        return [note for _, note in sorted(dated, reverse=True)]

    def begun_notes(self, path: Path) -> list[Path]:
        """Notes that a file of this name would get and that say nothing: who made them was killed before it could write."""
        return [note for note in self._named(path) if _is_empty(note)]

    def _named(self, path: Path) -> list[Path]:
        """The notes whose names may be those of a file of this name."""
        begins, info = path.stem[:40], self.folder / "info"
        try:
            return [info / name for name in os.listdir(info) if name.startswith(begins) and name.endswith(_NOTE)]  # noqa: PTH208
        except OSError:
            return []

    def file_of(self, note: Path) -> Path:
        """The file that a note belongs to."""
        return self.folder / "files" / note.name.removesuffix(_NOTE)

    def _text(self, path: Path) -> bytes:
        whole = real_name(path)
        named = whole if self.top is None else os.path.relpath(whole, self.top)
        quoted = urllib.parse.quote(os.fsencode(named))
        return f"[Trash Info]\nPath={quoted}\nDeletionDate={time.strftime('%Y-%m-%dT%H:%M:%S')}\n".encode()

    def _read(self, note: Path) -> tuple[str, str]:
        """The path and the date in a note; empty where it has none."""
        try:
            lines = note.read_text("utf-8", "surrogateescape").splitlines()
        except OSError:
            return "", ""
        said = {key.strip(): value.strip() for key, found, value in (line.partition("=") for line in lines) if found}
        named = os.fsdecode(urllib.parse.unquote_to_bytes(said.get("Path", "")))
        return str((self.top or Path("/")) / named) if named else "", said.get("DeletionDate", "")


def _is_empty(note: Path) -> bool:
    """Whether there is nothing in a note, and it was not made in this moment by another program that is about to write it."""
    try:
        said = note.stat()
    except OSError:
        return False
    return said.st_size == 0 and time.time() - said.st_mtime > _MOMENT_S


def forget_note(file: Path) -> None:
    """A file left the trash: its note goes, too. Nothing happens for a file that was not in such a trash."""
    if file.parent.name == "files":
        with contextlib.suppress(OSError):
            (file.parent.parent / "info" / (file.name + _NOTE)).unlink()


def _short(path: Path) -> str:
    """The file's name, cut so that the name of its note is not too long."""
    stem = path.stem
    while stem and len(os.fsencode(stem + path.suffix)) > _LONGEST:
        stem = stem[:-1]
    return stem + path.suffix


def _is_shared_trash(folder: Path) -> bool:
    """Whether the drive's administrator made a trash for all: sticky, and no link."""
    try:
        mode = folder.lstat().st_mode
    except OSError:
        return False
    return stat.S_ISDIR(mode) and bool(mode & stat.S_ISVTX)


def _device(folder: Path) -> int | None:
    """The device of a folder, or of the one in which it would be made; None where that cannot be told."""
    while True:
        try:
            return folder.stat().st_dev
        except FileNotFoundError:
            folder = folder.parent
        except OSError:
            return None
