"""Duplicates, as the engine tells of them: groups, how each photo in one relates to the kept one."""

from __future__ import annotations

import os
from collections.abc import Container, Iterator, Sequence
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


class KeeperRule(StrEnum):
    """What makes one file of a group better than another; the names are those of the command line and of the settings."""

    RESOLUTION = "resolution"  # most pixels
    METADATA = "metadata"  # most facts: date, camera, lens, exposure, place, title, description, keywords, rating, copyright
    SHARPNESS = "sharpness"  # the finest detail
    COMPRESSION = "compression"  # saved with the least loss
    FORMAT = "format"  # camera raw, then without loss, then HEIC and AVIF, JPEG, the rest
    SIZE = "size"  # the largest file
    FOLDER = "folder"  # in a preferred folder, the first of them first, then in a protected one
    DATE = "date"  # taken first
    NAME = "name"  # a name that does not say copy, then the shortest


@dataclass(frozen=True, slots=True)
class KeeperRules:
    """Which file of a group is kept: the first rule of `order` that tells two apart decides; one that is left out has no say.

    `preferred` and `protected` are absolute folders. A file in a protected folder always stays, whoever asks for its removal
    by a rule.
    """

    order: tuple[KeeperRule, ...] = tuple(KeeperRule)
    preferred: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()

    def protects(self, path: str) -> bool:
        """Whether a file lies in a protected folder."""
        return any(lies_in(path, folder) for folder in self.protected)


DEFAULT_RULES = KeeperRules()


def lies_in(path: str, folder: str) -> bool:
    """Whether a path lies below a folder, as the system compares names."""
    inside = os.path.normcase(folder).rstrip(os.sep) + os.sep
    return os.path.normcase(path).startswith(inside)


@dataclass(frozen=True, slots=True)
class Relation:
    """How a photo of a group is related to the group's keeper. `distance` in bits of 576; `box`: where it lies in the keeper."""

    kind: DuplicateKind
    turn: Turn | None = None
    distance: int | None = None
    box: Box | None = None


class Stays(StrEnum):
    """Why a file stays beside the keeper of its group: nobody but people can tell whether it may go."""

    SHOT = "another shot, or written with it"
    PART = "shows more or less"
    EDITED = "edited, and either may be the original"
    TURNED = "turned, and either may be the original"
    PLACE = "shows something else in one place"
    ENLARGED = "one of both seems to be enlarged"
    RAW = "camera raw"
    SEVERAL = "holds more pictures, or may"
    BETTER = "the first has lost more by saving"
    FINER = "may hold finer colors or transparency"
    UNSEEN = "cannot be compared now"
    BESIDE = "lies beside what the camera wrote with it"
    PROTECTED = "in a protected folder"


@dataclass(frozen=True, slots=True)
class GroupPhoto:
    """One file of a duplicate group; `relation` is None for the keeper, `why` says in words why it is kept or not.

    `stays` is None for the keeper and for what is suggested for removal. Photos of a group with the same `linked`, but 0, are
    names of one file: links.
    """

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
    stays: Stays | None = None
    linked: int = 0


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Files that show the same picture, the keeper first. `kind` is the weakest tie among the relations."""

    kind: DuplicateKind
    confidence: float
    photos: tuple[GroupPhoto, ...]

    @property
    def frees(self) -> int:
        """Bytes that go when only the kept photos stay."""
        return sum(frees for _, frees in freed(self.photos, {photo.path for photo in self.photos if photo.keep}))


def freed(photos: Sequence[GroupPhoto], kept: Container[str]) -> Iterator[tuple[GroupPhoto, int]]:
    """Each photo of a group with the bytes that its move frees, where all go whose paths are not among the `kept`.

    A link frees nothing while another name of the file stays, and only once when all go.
    """
    held = {photo.linked for photo in photos if photo.linked and photo.path in kept}
    for photo in photos:
        frees = photo.path not in kept and photo.linked not in held
        if photo.linked and frees:
            held.add(photo.linked)
        yield photo, photo.bytes if frees else 0


class Verdict(StrEnum):
    """What people said of photos that look alike."""

    KEPT = "kept"  # they are copies, and all of them stay
    DIFFERENT = "different"  # they are no copies of each other


@dataclass(frozen=True, slots=True)
class Decision:
    """What was said of some photos, by their digests as the request that says or takes it back wants them; `paths`: files now."""

    verdict: Verdict
    digests: tuple[bytes, ...]
    paths: tuple[str, ...]


# ---- requests, each with the type of its answer


@dataclass(frozen=True, slots=True)
class GetKeeperRules:
    """Which of several copies is kept. -> KeeperRules"""


@dataclass(frozen=True, slots=True)
class ChangeKeeperRules:
    """Keep copies by these rules from now on; `DuplicatesChanged` follows. -> KeeperRules, those before, for undo

    Raises UsageError for a folder that is not absolute.
    """

    rules: KeeperRules


@dataclass(frozen=True, slots=True)
class KeepAll:
    """All photos of a group stay, remembered until the group gets another file; `undo` takes that back. -> None

    `digests` has one for each file. `DuplicatesChanged` follows.
    """

    digests: tuple[bytes, ...]
    undo: bool = False


@dataclass(frozen=True, slots=True)
class ListDecisions:
    """What people said of duplicates that are there now: `KeepAll` and `NotDuplicates`. -> tuple[Decision, ...]"""
