"""What the engine says: the answer to a ticket, and news that nobody asked for. All frozen; they cross threads."""

from __future__ import annotations

from dataclasses import dataclass

from app.engine.types import Folder, IndexReport, PhotoRow

# ---- answers to a ticket


@dataclass(frozen=True, slots=True)
class Done:
    """The answer to a request; its type is named at the request."""

    ticket: int
    answer: object


@dataclass(frozen=True, slots=True)
class Failed:
    """A request that could not be answered; `message` is a sentence for people, `code` a FacetError's."""

    ticket: int
    code: str
    message: str


# ---- news


@dataclass(frozen=True, slots=True)
class Opened:
    """The library is open and can be asked."""

    folders: tuple[Folder, ...]
    photos: int


@dataclass(frozen=True, slots=True)
class NotOpened:
    """The library cannot be opened."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class PhotosArrived:
    """Photos that are new or whose file or facts changed; at most a few of these a second."""

    rows: tuple[PhotoRow, ...]


@dataclass(frozen=True, slots=True)
class PhotosGone:
    """Photos that no file holds any more."""

    photo_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FoldersChanged:
    """The added folders, with states and counts as they are now; `unreadable` is the number of files that could not be read."""

    folders: tuple[Folder, ...]
    photos: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading of photos is. done == total: all are ready. `seconds_left` None: not known yet."""

    done: int
    total: int
    seconds_left: float | None = None
    paused: bool = False
    looking: bool = False  # the folders are still being looked through, so `total` grows
    later: tuple[int, int] = (0, 0)  # of photos that can be found already, how many were looked at more closely, of how many
    texts: tuple[int, int] = (0, 0)  # of photos that are likely to have text in them, how many were read, of how many
    captions: tuple[int, int] = (0, 0)  # of photos that people want described, how many are, of how many
    scenes: tuple[int, int] = (0, 0)  # of photos whose scene is to be named, how many were read, of how many


@dataclass(frozen=True, slots=True)
class IndexingEnded:
    """One pass over the folders is complete."""

    report: IndexReport


@dataclass(frozen=True, slots=True)
class TextsRead:
    """These photos (digests) were read for text; most have some."""

    digests: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class PhotosDescribed:
    """A model wrote captions of these photos (digests); `left` still wait for theirs."""

    digests: frozenset[bytes]
    left: int


@dataclass(frozen=True, slots=True)
class TagsChanged:
    """Photos have other tags, captions or titles than before."""


@dataclass(frozen=True, slots=True)
class DuplicatesChanged:
    """The groups may differ from what was answered before."""


@dataclass(frozen=True, slots=True)
class ActProgress:
    """How many files of an act were moved to the trash, or back, or refused, of how many; `ticket` is its request's."""

    ticket: int
    done: int
    total: int
    paused: bool = False


@dataclass(frozen=True, slots=True)
class ActsChanged:
    """Files were moved to the trash, or back; ask `ListActs` again."""


@dataclass(frozen=True, slots=True)
class ModelProgress:
    """How much of a model has arrived, in bytes."""

    name: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ModelsChanged:
    """A model came, went, or is in use now; ask `ListModels` again."""


@dataclass(frozen=True, slots=True)
class SearchesChanged:
    """Saved searches came, went or have other names."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that goes on but must be known (a full disk, a folder that cannot be watched); `message` says what to do."""

    code: str
    message: str


Event = (
    Done
    | Failed
    | Opened
    | NotOpened
    | PhotosArrived
    | PhotosGone
    | FoldersChanged
    | Progress
    | IndexingEnded
    | DuplicatesChanged
    | TagsChanged
    | TextsRead
    | PhotosDescribed
    | ActProgress
    | ActsChanged
    | ModelProgress
    | ModelsChanged
    | SearchesChanged
    | Problem
)
