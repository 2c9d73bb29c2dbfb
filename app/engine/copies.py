"""Duplicates, as the engine tells of them: groups, how each photo in one relates to the kept one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.engine.types import Box, Turn


class DuplicateKind(StrEnum):
    """How the photos of a group are related, from the strongest tie to the weakest."""

    IDENTICAL = "identical"
    SAME_PIXELS = "same-pixels"
    RESIZED = "resized"
    EDITED = "edited"
    TURNED = "turned"
    CROPPED = "cropped"
    BURST = "burst"
    RAW_JPEG = "raw+jpeg"


@dataclass(frozen=True, slots=True)
class Relation:
    """How a photo of a group is related to the group's keeper. `distance` in bits of 576; `box`: where it lies in the keeper."""

    kind: DuplicateKind
    turn: Turn | None = None
    distance: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class GroupPhoto:
    """One file of a duplicate group; `relation` is None for the keeper, `why` says in words why it is kept or not."""

    path: str
    photo_id: int
    digest: bytes
    bytes: int
    width: int
    height: int
    keep: bool
    why: str
    relation: Relation | None
    taken: str | None = None


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Files that show the same picture, the keeper first. `kind` is the weakest tie among the relations."""

    kind: DuplicateKind
    confidence: float
    photos: tuple[GroupPhoto, ...]

    @property
    def frees(self) -> int:
        """Bytes that go when only the kept photos stay."""
        return sum(photo.bytes for photo in self.photos if not photo.keep)
