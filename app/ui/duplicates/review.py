"""What the person decides about a group: which of its photos stay and which go. No widgets in here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.engine.copies import DuplicateGroup, DuplicateKind, GroupPhoto, Relation, freed

GroupKey = tuple[str, ...]


def key(group: DuplicateGroup) -> GroupKey:
    """What tells a group from others: the paths of its files, in order."""
    return tuple(photo.path for photo in group.photos)


def without(group: DuplicateGroup, paths: frozenset[str] | set[str]) -> DuplicateGroup | None:
    """The group less some files; None where fewer than two are left, so nothing is left to decide."""
    left = tuple(photo for photo in group.photos if photo.path not in paths)
    return replace(group, photos=left) if len(left) > 1 else None


@dataclass(slots=True)
class Review:
    """One group with the marks on its photos. At least one photo always stays."""

    group: DuplicateGroup
    kept: set[str]

    @classmethod
    def of(cls, group: DuplicateGroup) -> Review:
        """A fresh review with the suggested marks; where none is suggested to stay, the first one does."""
        kept = {photo.path for photo in group.photos if photo.keep} or {group.photos[0].path}
        return cls(group, kept)

    def keeps(self, path: str) -> bool:
        """Whether this photo stays."""
        return path in self.kept

    def mark(self, path: str, keep: bool) -> bool:
        """Let a photo stay or go; False where it would be the last one that stays, which is refused."""
        if keep:
            self.kept.add(path)
            return True
        if self.kept == {path}:
            return False
        self.kept.discard(path)
        return True

    def keep_only(self, path: str, protected: set[str] | frozenset[str] = frozenset()) -> None:
        """Let this photo stay and all others go but those that are protected."""
        self.kept = {path, *protected}

    @property
    def keepers(self) -> tuple[GroupPhoto, ...]:
        """The photos that stay."""
        return tuple(photo for photo in self.group.photos if photo.path in self.kept)

    @property
    def standing(self) -> tuple[GroupPhoto, ...]:
        """Those that stay and show the whole picture; where none does, all that stay. A part of it or another shot is no copy."""
        return tuple(photo for photo in self.keepers if _shows_all(photo.relation)) or self.keepers

    @property
    def leaving(self) -> tuple[GroupPhoto, ...]:
        """The photos that go to the trash."""
        return tuple(photo for photo in self.group.photos if photo.path not in self.kept)

    @property
    def frees(self) -> int:
        """Bytes that go."""
        return sum(frees for _, frees in freed(self.group.photos, self.kept))

    def carried_to(self, group: DuplicateGroup) -> Review:
        """The same marks on the group as it is known now; photos that are new to it are marked as suggested."""
        known = {photo.path for photo in self.group.photos}
        kept = {p.path for p in group.photos if (p.path in self.kept if p.path in known else p.keep)}
        return Review(group, kept) if kept else Review.of(group)


def _shows_all(relation: Relation | None) -> bool:
    return relation is None or (relation.distance is not None and relation.kind is not DuplicateKind.BURST)
