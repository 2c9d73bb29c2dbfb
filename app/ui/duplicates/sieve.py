"""Which groups are listed, and in which order. No widgets in here."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.engine.copies import DuplicateGroup, DuplicateKind

LEAST = (0, 1_000_000, 10_000_000, 100_000_000)
"""The bytes that a listed group frees at least, to choose from."""


class Order(StrEnum):
    """What stands first."""

    SPACE = "space"  # as the engine finds them, what frees most first; marks that are changed move nothing
    PHOTOS = "photos"
    NEWEST = "newest"
    FOLDER = "folder"


_KEYS: dict[Order, Callable[[DuplicateGroup], tuple[object, ...]]] = {
    Order.PHOTOS: lambda group: (-len(group.photos), -group.frees),
    Order.FOLDER: lambda group: (group.photos[0].path,),
}


@dataclass(frozen=True, slots=True)
class Sieve:
    """What a group must be to be listed: of a kind, with a photo somewhere below a folder, freeing so many bytes at least."""

    kind: DuplicateKind | None = None
    folder: str | None = None
    least: int = 0
    order: Order = Order.SPACE

    @property
    def is_open(self) -> bool:
        """Whether it lets every group through."""
        return self.kind is None and self.folder is None and not self.least

    def passes(self, group: DuplicateGroup) -> bool:
        """Whether a group is listed."""
        if (self.kind is not None and group.kind is not self.kind) or group.frees < self.least:
            return False
        inside = None if self.folder is None else self.folder.rstrip(os.sep) + os.sep
        return inside is None or any(photo.path.startswith(inside) for photo in group.photos)

    def pick(self, groups: Sequence[DuplicateGroup]) -> list[DuplicateGroup]:
        """The groups that are listed, in order."""
        picked = list(groups) if self.is_open else [group for group in groups if self.passes(group)]
        if self.order is Order.NEWEST:
            picked.sort(key=lambda group: group.photos[0].taken or "", reverse=True)
        elif self.order in _KEYS:
            picked.sort(key=_KEYS[self.order])
        return picked


def folders_of(groups: Sequence[DuplicateGroup], most: int = 30) -> list[tuple[str, int]]:
    """The folders that groups have photos in, and those above them that hold several; with how many groups each has."""
    leaves: Counter[str] = Counter()
    for group in groups:
        leaves.update({photo.path.rpartition(os.sep)[0] for photo in group.photos})
    common = os.path.commonpath(leaves) if leaves else ""
    below: dict[str, set[str]] = {}
    for leaf in leaves:
        above = leaf
        while len(above) > len(common):
            below.setdefault(above, set()).add(leaf)
            above = above.rpartition(os.sep)[0]
    counts = {folder: leaves[folder] for folder in below if folder in leaves}
    joined = [folder for folder, inside in below.items() if folder not in leaves and len(inside) > 1]
    counts |= {folder: sum(any(p.path.startswith(folder + os.sep) for p in g.photos) for g in groups) for folder in joined[:most]}
    often = sorted(counts.items(), key=lambda item: -item[1])[:most]
    return sorted(often)
