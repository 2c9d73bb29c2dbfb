"""Looking through folders for pictures, and comparing what was found with what is known.

What counts: files whose name or content says picture (formats.py). A link to a file counts as a file, unless what it leads to is
found anyway in the same look: two names for one file are no two copies, and the one that is no link might be thrown away as a
duplicate. Links to folders are not followed, so there are no circles; a folder that was added may be a link itself.

What is never looked into: hidden folders and files, trash cans, folders that systems and storage boxes keep for themselves,
Facet's own folders.

What cannot be seen is not gone: a folder that is not there, whose drive was unplugged or that may not be read keeps its photos.
"""

# Paths are texts here: a look touches every file, and making a Path costs more than the look itself.
# ruff: noqa: PTH110, PTH112, PTH116, PTH120

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.engine.intake.files import file_stat, reason_of
from app.engine.intake.formats import PICTURE_EXTENSIONS, extension_of, looks_like_picture
from app.engine.intake.mounts import awaits_drive
from app.engine.intake.places import (
    HIDDEN_ON_MACOS,
    HIDDEN_ON_WINDOWS,
    is_inside,
    is_skipped_name,
    outermost,
    own_within,
    reaches,
)
from app.engine.library.catalog import FileStat, KnownFile


@dataclass(slots=True)
class Found:
    """What a look through a folder saw. `offline`: the folder itself could not be seen, so nothing is known about its files.

    `unseen` are folders below that could not be read, with the reason in words. With `recursive` False only the files directly in
    the folder were looked at.
    """

    folder: str
    recursive: bool = True
    files: list[FileStat] = field(default_factory=list)
    unseen: dict[str, str] = field(default_factory=dict)
    offline: bool = False
    stopped: bool = False

    @property
    def problems(self) -> tuple[str, ...]:
        """Sentences for people about the folders that could not be read."""
        return tuple(f"The folder {folder} cannot be read: {reason}." for folder, reason in self.unseen.items())


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference between a look and the catalogue. `moved` pairs the old path with the file as it is now.

    `restamped` is the part of `unchanged` whose inode is another one now; the catalogue should be told, nothing need be read.
    """

    added: tuple[FileStat, ...] = ()
    changed: tuple[FileStat, ...] = ()
    unchanged: tuple[FileStat, ...] = ()
    moved: tuple[tuple[str, FileStat], ...] = ()
    vanished: tuple[str, ...] = ()
    restamped: tuple[FileStat, ...] = ()
    known: Mapping[str, KnownFile] = field(default_factory=dict)


def look_through(
    folder: str,
    *,
    recursive: bool = True,
    never: Sequence[str | Path] = (),
    roots: Sequence[str] = (),
    stop: Callable[[], bool] | None = None,
) -> Found:
    """Look through one folder. `never` are Facet's own folders, `roots` all added ones.

    A folder that is not there is offline, unless it lies in one of the `roots` that is there: then it was deleted or renamed, and
    its files are gone. Links into the `roots` are left out. When `stop` says so the look ends early, and `stopped` is set.
    """
    found = Found(folder, recursive)
    unseen = found.unseen.setdefault
    for file in scan([folder], never=never, stop=stop, recursive=recursive, unseen=unseen, linked_roots=roots):
        found.files.append(file)
    found.offline = any(is_inside(folder, away) for away in found.unseen)
    found.stopped = bool(stop and stop())
    if not found.offline and not found.files and awaits_drive(folder):
        found.offline, found.unseen[folder] = True, "its drive is not plugged in"
    return found


def scan(
    roots: Sequence[str],
    *,
    never: Sequence[str | Path] = (),
    stop: Callable[[], bool] | None = None,
    recursive: bool = True,
    unseen: Callable[[str, str], object] = lambda folder, reason: None,
    linked_roots: Sequence[str] = (),
) -> Iterator[FileStat]:
    """Every picture file in the folders, each once though folders lie in each other; sorted by name within a folder.

    `unseen` is called with each folder that cannot be read and the reason in words. Links into `roots` or `linked_roots` are
    left out, since what they lead to is found itself.
    """
    real_roots = [os.path.realpath(root) for root in (*roots, *linked_roots)]
    for root in outermost(roots, never):
        own = own_within(root, never)
        if own is None:
            unseen(root, "it is where Facet keeps its own files")
            continue
        waiting, anchor = [root], next((outer for outer in linked_roots if is_inside(root, outer)), root)
        while waiting and not (stop and stop()):
            folder = waiting.pop()
            entries = _entries(folder, anchor, unseen)
            if recursive:
                waiting.extend(e.path for e in reversed(entries) if _is_folder(e) and not _is_skipped(e) and e.path not in own)
            yield from _pictures(entries, real_roots)


def _entries(folder: str, root: str, unseen: Callable[[str, str], object]) -> list[os.DirEntry[str]]:
    """What is in a folder, by name. One that has gone is just empty, unless the added folder around it has gone too."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as problem:
        if not os.path.isdir(root):
            unseen(root, "it is not there; its drive may be unplugged, or the folder was renamed")
        elif not isinstance(problem, FileNotFoundError | NotADirectoryError):
            unseen(folder, _folder_reason(problem, folder))
        return []


def _folder_reason(problem: OSError, folder: str) -> str:
    return "you have no permission" if isinstance(problem, PermissionError) else reason_of(problem, Path(folder))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_skipped(entry: os.DirEntry[str]) -> bool:
    if is_skipped_name(entry.name):
        return True
    if sys.platform not in ("win32", "darwin"):
        return False
    try:
        seen = entry.stat(follow_symlinks=False)
    except OSError:
        return False
    attributes, flags = getattr(seen, "st_file_attributes", 0), getattr(seen, "st_flags", 0)
    return bool(attributes & HIDDEN_ON_WINDOWS or flags & HIDDEN_ON_MACOS)


def _pictures(entries: Iterable[os.DirEntry[str]], real_roots: Sequence[str]) -> Iterator[FileStat]:
    for entry in entries:
        if entry.name.startswith(".") or _is_folder(entry) or _is_skipped(entry):
            continue
        by_name = extension_of(entry.name) in PICTURE_EXTENSIONS
        if not by_name and not looks_like_picture(entry.path):
            continue
        seen = _stat(entry, real_roots)
        if seen is not None:
            yield seen


def _stat(entry: os.DirEntry[str], real_roots: Sequence[str]) -> FileStat | None:
    """None for what has gone meanwhile, and for a link to something that is found anyway or to a folder.

    A link that leads nowhere, a pipe or a file that may not be looked at has the name of a picture, so it goes on to be refused.
    """
    try:
        if entry.is_symlink():
            target = os.path.realpath(entry.path)
            if os.path.isdir(target) or any(reaches(root, target, ()) and os.path.exists(target) for root in real_roots):
                return None
            if not os.path.exists(target):
                return file_stat(entry.path, entry.stat(follow_symlinks=False))
        if sys.platform == "win32":  # what the folder says there lacks the inode and may be old
            return file_stat(entry.path, os.stat(entry.path))
        return file_stat(entry.path, entry.stat())
    except FileNotFoundError:
        return None
    except OSError:
        return FileStat(entry.path, 0, 0, entry.inode())


def diff(files: Iterable[FileStat], known: Mapping[str, KnownFile], found: Found) -> Changes:
    """Compare files that a look found with the known ones of the same folder (those below it too, if it was a shallow look)."""
    now = {file.path: file for file in files}
    before = {path: file for path, file in known.items() if _was_looked_at(path, found)}
    same, restamped, changed = _compare(now, before)
    added = [file for path, file in now.items() if path not in before]
    vanished = [] if found.stopped else [path for path in before if path not in now]
    moved = _pair_moves(vanished, added, before)
    old, new = {path for path, _ in moved}, {file.path for _, file in moved}
    return Changes(
        added=tuple(file for file in added if file.path not in new),
        changed=tuple(changed),
        unchanged=tuple(same),
        moved=tuple(moved),
        vanished=tuple(path for path in vanished if path not in old),
        restamped=tuple(restamped),
        known=before,
    )


def _was_looked_at(path: str, found: Found) -> bool:
    if found.offline or (not found.recursive and os.path.dirname(path).rstrip(os.sep) != found.folder.rstrip(os.sep)):
        return False
    return not any(is_inside(path, folder) for folder in found.unseen)


def _compare(
    now: Mapping[str, FileStat], before: Mapping[str, KnownFile]
) -> tuple[list[FileStat], list[FileStat], list[FileStat]]:
    """Unchanged files, those of them with a new inode, and changed ones.

    A new inode under the same size and time is another file put in its place, so it is read again; but some file systems (FAT,
    many network drives) number their files anew each time they are plugged in: there, nearly every file has a new one.
    """
    same, other_inode, changed = [], [], []
    for path, file in now.items():
        if path not in before:
            continue
        was = before[path].stat
        if (file.size, file.mtime_ns) != (was.size, was.mtime_ns):
            changed.append(file)
        elif file.inode != was.inode:
            other_inode.append(file)
        else:
            same.append(file)
    if len(other_inode) >= 3 and len(other_inode) > 9 * len(same):
        return same + other_inode, other_inode, changed
    return same, [], changed + other_inode


def _pair_moves(
    vanished: Sequence[str], added: Sequence[FileStat], before: Mapping[str, KnownFile]
) -> list[tuple[str, FileStat]]:
    """Files that vanished here and came there with the same inode, size and time: renamed, so they need not be read again."""
    gone: dict[tuple[int, int, int], str] = {}
    for path in vanished:
        was = before[path].stat
        if was.inode and before[path].digest is not None:
            gone[was.inode, was.size, was.mtime_ns] = path
    moves = []
    for file in added:
        old = gone.pop((file.inode, file.size, file.mtime_ns), None)
        if old is not None:
            moves.append((old, file))
    return moves
