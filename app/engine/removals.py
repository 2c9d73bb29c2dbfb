"""Moves to the trash and back, and facts written into files: what is asked for, planned, done. All frozen; they cross threads.

A review asks `PlanRemoval`, shows the plan, and hands it to `ApplyRemoval`. The plan is in the journal before its first file
moves. `ActProgress` tells how far an act is, `SteerAct` pauses and stops it, and every act that was ever done is in `ListActs`:
undone with `UndoTrash`, done again with `RedoTrash`, as a whole or file by file, also after a restart. `WriteFacts` is such an
act, too: what stands aside then is the file as it was.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath

from app.engine.types import Unreadable

# ---- a plan


@dataclass(frozen=True, slots=True)
class Removal:
    """Copies of one picture: files that shall go, and the files that are to stay, the best one first.

    Without keepers another file with the same bytes must stay; where there is none the file is refused.
    """

    paths: tuple[str, ...]
    keepers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StayingFile:
    """A file that stays, with the digest that it must still have when a copy of it goes."""

    path: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Gift:
    """What a photo that goes gives to the first keeper (`to`, its digest): only what that one lacks. In the catalogue alone."""

    to: bytes
    source: bytes
    title: str | None = None
    rating: int | None = None
    keywords: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What people say of a photo and files can carry. `rating`: stars, 0 to 5, or -1 for rejected."""

    title: str | None = None
    rating: int | None = None
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactsOfFile:
    """What would be written into a file: only what it does not say itself."""

    path: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class FactsPlan:
    """What would be written into files, and the files that stay as they are, each with one sentence."""

    files: tuple[FactsOfFile, ...]
    refused: tuple[Unreadable, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file that goes to the trash. `frees` is 0 for a link; `note` then says why, in a sentence.

    `own_folder` is Facet's own folder on the file's drive where the system has no trash for that drive, else None.
    """

    path: str
    digest: bytes
    bytes: int
    frees: int
    stays: tuple[StayingFile, ...] = ()
    gift: Gift | None = None
    own_folder: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class FolderShare:
    """What leaves one folder: how many files, and how many bytes that frees."""

    folder: str
    files: int
    frees: int


@dataclass(frozen=True, slots=True)
class RemovalPlan:
    """What will happen when it is applied; nothing has happened yet. `refused`: files that will stay, each with the reason."""

    files: tuple[PlannedFile, ...]
    refused: tuple[Unreadable, ...] = ()

    @property
    def frees(self) -> int:
        """Bytes that are free once the trash is emptied."""
        return sum(file.frees for file in self.files)

    @property
    def stays(self) -> tuple[str, ...]:
        """The files that stay, each once."""
        return tuple(dict.fromkeys(keeper.path for file in self.files for keeper in file.stays))

    @property
    def folders(self) -> tuple[FolderShare, ...]:
        """From where the files go, the folder that frees most first."""
        leaving: defaultdict[str, list[PlannedFile]] = defaultdict(list)
        for file in self.files:
            leaving[str(PurePath(file.path).parent)].append(file)
        shares = [FolderShare(folder, len(files), sum(file.frees for file in files)) for folder, files in leaving.items()]
        return tuple(sorted(shares, key=lambda share: (-share.frees, share.folder)))

    @property
    def own_folders(self) -> tuple[str, ...]:
        """Facet's own folders to which files go because the system has no trash there, each once."""
        return tuple(sorted({file.own_folder for file in self.files if file.own_folder}))

    @property
    def notes(self) -> tuple[Unreadable, ...]:
        """What should be known of files that go: those whose move frees nothing, and why."""
        return tuple(Unreadable(file.path, file.note) for file in self.files if file.note)


# ---- acts


class ActState(StrEnum):
    """What became of a file of an act."""

    PLANNED = "planned"  # not yet moved: the act is under way
    MOVED = "moved"
    WRITTEN = "written"  # facts were written into it; what it was before is kept aside
    UNDONE = "undone"  # was moved or written, and is as it was
    REFUSED = "refused"  # stayed where it was; the reason says why


@dataclass(frozen=True, slots=True)
class ActFile:
    """One file of an act. `moved_to`: where it is now, once it was moved; of one that was written, what it was before."""

    path: str
    state: ActState
    bytes: int
    moved_to: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One act of the journal: when (seconds since 1970), how many files are in which state, bytes of those moved now.

    `writes`: it wrote into files, and moved none.
    """

    act: int
    at: float
    moved: int
    undone: int
    refused: int
    planned: int
    bytes: int
    written: int = 0
    writes: bool = False


# ---- requests, each with the type of its answer


@dataclass(frozen=True, slots=True)
class PlanRemoval:
    """What would happen if these copies went to the trash; nothing moves. -> RemovalPlan

    `merge`: the keywords, rating, title and tags of those that go are given to the first keeper, where that one has none.
    """

    groups: tuple[Removal, ...]
    merge: bool = False


@dataclass(frozen=True, slots=True)
class ApplyRemoval:
    """Carry a plan out; each file is checked again at the moment of its move. `ActProgress` follows. -> TrashReport"""

    plan: RemovalPlan


@dataclass(frozen=True, slots=True)
class MoveToTrash:
    """Move files to the trash after checking that a copy in `keepers`, if any are named, is still readable. -> TrashReport"""

    paths: tuple[str, ...]
    keepers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What `WriteFacts` would write; nothing is written. -> FactsPlan"""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WriteFacts:
    """Write title, rating and keywords of photos into their files, where these do not say them: what copies that went gave them.

    The picture and all else in a file stays, byte for byte, and the file as it was is kept for `UndoTrash`. -> TrashReport, in
    which `moved` are the files that were written
    """

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UndoTrash:
    """Put back what an act moved, or only some of its files (the paths that they had), and files that it wrote as they were.

    -> tuple[str, ...] of paths
    """

    act: int
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RedoTrash:
    """Move again what an act has not moved (undone, refused, or stopped before it), or only some of it. -> TrashReport"""

    act: int
    paths: tuple[str, ...] = ()


class Steer(StrEnum):
    """What can be done with the act that is under way."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"  # what was moved stays moved and can be undone; the rest stays in its place


@dataclass(frozen=True, slots=True)
class SteerAct:
    """Pause, resume or stop the act that is under way; its own answer follows when it has come to its end. -> None"""

    steer: Steer


@dataclass(frozen=True, slots=True)
class ListActs:
    """What was moved to the trash, ever, the newest first. -> tuple[Act, ...]"""

    limit: int = 100


@dataclass(frozen=True, slots=True)
class ListActFiles:
    """The files of one act, in the order of the act. -> tuple[ActFile, ...]"""

    act: int


Acting = ApplyRemoval | MoveToTrash | WriteFacts | UndoTrash | RedoTrash
"""Requests that take long: they are carried out file by file, between other work."""


# ---- what comes back


@dataclass(frozen=True, slots=True)
class TrashReport:
    """What a move to the trash did: `act` is its number in the journal, for undo; `freed` in bytes, once the trash is emptied.

    `refused`: files that stayed, each with one sentence. `left`: files that were not reached because the act was stopped.
    """

    act: int
    moved: tuple[str, ...]
    freed: int
    refused: tuple[Unreadable, ...] = ()
    left: tuple[str, ...] = field(default=())
