"""Facts written into a file: what it was before is kept in the library first, so that it can come back whatever happens."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from app.engine.errors import InputError
from app.engine.library.acts import Acts, Item
from app.engine.library.digest import digest_of, digest_of_bytes
from app.engine.library.refusals import GONE, because
from app.engine.library.replacing import beside, put
from app.engine.library.trash import holds
from app.engine.removals import ActState, Facts
from app.engine.types import Unreadable

Compose = Callable[[bytes, Facts], bytes]
"""The content of a file that says some facts; the same where it says them already. Raises InputError with a reason in words."""

SAYS_ALL = "its file says all of that already"
CHANGED = "it changed since it was read; wait until it is read again"
CHANGED_SINCE = "{} was changed since it was written, and stays as it is; what it was before is kept in {}"
STOPPED_IN = "Facet was stopped while it wrote into this photo, and it was changed since; what it was before is kept in {}"


class Rewriting:
    """Writes into files and takes it back. A file is as it was or as it shall be at every moment, and which is in the journal."""

    def __init__(self, acts: Acts, folder: Path, compose: Compose) -> None:
        """`folder` keeps the files as they were."""
        self._acts = acts
        self._folder = folder
        self._compose = compose

    def write(self, item: Item) -> str | None:
        """Why a file stays as it is, in words for people; None when it was written, and that is written down."""
        try:
            reason = self._write(item)
        except FileNotFoundError:
            return GONE
        except InputError as error:
            return str(error)
        except OSError as error:
            return f"it cannot be written: {because(error)}"
        if reason is None:
            self._acts.settle(item, ActState.MOVED)
        return reason

    def take_back(self, item: Item) -> Path:
        """Make a file what it was; one that is so already stays. Raises InputError, and it is what it is."""
        path, kept = Path(item.path), self._kept(item)
        try:
            self._take_back(item, path, kept)
        except FileNotFoundError as error:
            lost = "it is no longer there" if not path.exists() else f"{kept} is not there"
            raise InputError(f"{path} cannot be made what it was: {lost}") from error
        except OSError as error:
            raise InputError(f"{path} cannot be made what it was: {because(error)}") from error
        self._is_back(item)
        return path

    # ---- after a kill

    def settle(self, item: Item, stayed: str) -> Unreadable | None:
        """Write down whether a file that was to be written is, by what is on the disk; a file whose folder is away is left.

        What a write that was stopped left goes. Returns a file that is neither what it was nor what it should be, and why.
        """
        path = Path(item.path)
        if not path.parent.is_dir():
            return None
        self._tidy(item)
        if item.written is not None and holds(path, item.written):
            self._acts.settle(item, ActState.MOVED)
            return None
        if item.written is None or holds(path, item.digest):
            self._forget(item)
            self._acts.settle(item, ActState.REFUSED, reason=stayed)
            return None
        reason = STOPPED_IN.format(item.moved_to)
        self._acts.settle(item, ActState.REFUSED, reason=reason)
        return Unreadable(item.path, reason)

    def settle_return(self, item: Item) -> None:
        """Write down whether a file that was to be what it was is."""
        self._tidy(item)
        if holds(Path(item.path), item.digest):
            self._is_back(item)
        else:
            self._acts.settle(item, ActState.MOVED)

    # ---- inside

    def _write(self, item: Item) -> str | None:
        """Why a file need not be written, None when it was. Raises InputError, OSError, and the file is as it was."""
        path = Path(item.path)
        content = self._read(path, item.digest)
        fresh = self._compose(content, item.facts or Facts())
        if fresh == content:
            return SAYS_ALL
        kept, written = self._kept(item), digest_of_bytes(fresh)

        def last() -> None:
            if digest_of(beside(path, kept.stem)) != written:
                raise InputError("its drive did not keep what was written; look at the drive")
            self._acts.note_written(item, kept, written)
            self._read(path, item.digest)

        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            put(kept, content, like=path, name=kept.stem)
            put(path, fresh, name=kept.stem, last=last)
        except Exception:  # the file was not replaced: nothing that could fail comes after that
            self._forget(item)
            raise
        return None

    @staticmethod
    def _take_back(item: Item, path: Path, kept: Path) -> None:
        """Raises InputError, OSError."""
        now = digest_of(path)
        if now == item.digest:
            return
        if now != item.written:
            raise InputError(CHANGED_SINCE.format(path, kept))
        if objection := _objection(path):
            raise InputError(f"{path}: {objection}")
        content = kept.read_bytes()
        if digest_of_bytes(content) != item.digest:
            raise InputError(f"{path} cannot be made what it was: {kept} is damaged")
        put(path, content, like=kept, name=kept.stem)

    def _kept(self, item: Item) -> Path:
        """Where a file is kept as it was; what waits beside it to take its place has the same name."""
        return self._folder / f"{item.digest.hex()}-{item.id}{Path(item.path).suffix}"

    def _is_back(self, item: Item) -> None:
        """Written down before what was kept goes."""
        self._acts.settle(item, ActState.UNDONE, moved_to=Path(item.path))
        self._forget(item)

    def _forget(self, item: Item) -> None:
        with contextlib.suppress(OSError):
            self._kept(item).unlink(missing_ok=True)

    def _tidy(self, item: Item) -> None:
        """What was to take a file's place goes, and what was to be kept and is not whole."""
        kept = self._kept(item)
        for path in (Path(item.path), kept):
            with contextlib.suppress(OSError):
                beside(path, kept.stem).unlink(missing_ok=True)

    @staticmethod
    def _read(path: Path, digest: bytes) -> bytes:
        """The content of a file that may be written. Raises InputError with the reason, or OSError."""
        if objection := _objection(path):
            raise InputError(objection)
        content = path.read_bytes()
        if digest_of_bytes(content) != digest:
            raise InputError(CHANGED)
        return content


def _objection(path: Path) -> str | None:
    """Why a file must not be replaced. Raises OSError."""
    if path.is_dir():
        return "it is a folder"
    if path.stat().st_nlink > 1:
        return "the same file has another name (a hard link), and writing would part them; it stays as it is"
    if not os.access(path, os.W_OK):
        return "it may only be read; allow changes to it, then try again"
    return None
