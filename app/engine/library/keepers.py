"""The last look before a file goes to the trash: is it still what was decided on, and is a copy of it still there?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.engine.library.acts import Item
from app.engine.library.digest import digest_of
from app.engine.library.links import goes_with
from app.engine.library.refusals import GONE, PROTECTED, unread
from app.engine.removals import StayingFile

Readable = Callable[[Path], bool]
"""Whether a file can be decoded: a copy that nobody can look at is none."""

Protects = Callable[[str], bool]
"""Whether people have said by now that a file stays, wherever a copy of it is."""

Same = Callable[[bytes], Sequence[bytes]]
"""A digest, and those of the same picture before and after Facet wrote facts into files that hold it."""


@dataclass(slots=True)
class _Seen:
    """What a keeper was when it was read last. `decodes`: None where nobody asked yet."""

    stat: tuple[int, ...]
    digest: bytes
    decodes: bool | None = None


class LastLook:
    """Looks at a file and its keepers. A keeper that is itself to go counts for nothing, nor another name of the moved file."""

    def __init__(self, going: Iterable[Item], readable: Readable, protects: Protects, same: Same) -> None:
        self._going = {item.path for item in going}
        self._readable = readable
        self._protects = protects
        self._same = same
        self._seen: dict[str, _Seen] = {}

    def objection(self, item: Item) -> str | None:
        """Why a file must not be moved now, in words for people; None when it may. One without keepers goes by itself."""
        if item.keepers and self._protects(item.path):
            return PROTECTED
        path = Path(item.path)
        try:
            if path.is_dir():
                return "it is a folder"
            if digest_of(path) != item.digest:
                return "it changed since you looked at it; look again before you move it"
        except FileNotFoundError:
            return GONE
        except OSError as error:
            return unread(error)
        if item.keepers and not any(self._stands(keeper, item) for keeper in item.keepers):
            return "the copy that was to be kept cannot be read or has changed; look again before you move it"
        return None

    def _stands(self, keeper: StayingFile, item: Item) -> bool:
        """A keeper with the moved file's own bytes is as good as that; another one must decode."""
        if keeper.path in self._going:
            return False
        try:
            if goes_with(Path(keeper.path), Path(item.path)):
                return False
            digests = self._same(keeper.digest)
            return any(self._holds(keeper.path, digest, decoded=digest != item.digest) for digest in digests)
        except OSError:
            return False

    def _holds(self, path: str, digest: bytes, *, decoded: bool) -> bool:
        """Whether a file has this digest and decodes; read again only when its stat differs from the last reading."""
        stat = Path(path).stat()
        now = (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
        known = self._seen.get(path)
        if known is None or known.stat != now:
            known = self._seen[path] = _Seen(now, digest_of(path))
        if known.digest != digest:
            return False
        if decoded and known.decodes is None:
            known.decodes = self._readable(Path(path))
        return not decoded or bool(known.decodes)
