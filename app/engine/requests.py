"""What the window may ask of the engine; what the engine says back is in `events`. All frozen; they cross threads.

A request is handed to `Engine.submit`, which returns its ticket (an increasing int) at once. Exactly one of `Done` or
`Failed` follows for each ticket. Everything else is news that nobody asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.engine.copies import ChangeKeeperRules, DuplicateKind, GetKeeperRules, KeepAll, ListDecisions
from app.engine.events import (
    ActProgress,
    ActsChanged,
    Done,
    DuplicatesChanged,
    Event,
    Failed,
    FoldersChanged,
    IndexingEnded,
    ModelProgress,
    ModelsChanged,
    NotOpened,
    Opened,
    PhotosArrived,
    PhotosDescribed,
    PhotosGone,
    Problem,
    Progress,
    SearchesChanged,
    TagsChanged,
    TextsRead,
)
from app.engine.labels import (
    DescribePhotos,
    ExportTags,
    ListTags,
    StopDescribing,
    TagPhotos,
    TagsOf,
    TakeBackDescriptions,
    TakeTitles,
    UndoExport,
    WriteCaptions,
)
from app.engine.model_requests import FetchModel, ImportModel, ListModels, RemoveModel, SwitchOffModel, UseModel
from app.engine.removals import (
    Acting,
    ApplyRemoval,
    ListActFiles,
    ListActs,
    MoveToTrash,
    PlanFacts,
    PlanRemoval,
    RedoTrash,
    SteerAct,
    UndoTrash,
    WriteFacts,
)
from app.engine.settings import Settings
from app.engine.types import Box, Query, SavedSearch, SortBy

# ---- requests, each with the type of its answer


@dataclass(frozen=True, slots=True)
class AddFolders:
    """Watch these folders and read their photos. -> tuple[Folder, ...] at once; the reading goes on as news."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forget:
    """Take folders or photos out of the library and leave the files alone. -> Forgotten"""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was taken out; hand it to `Remember` to undo."""

    paths: tuple[str, ...]
    photos: int


@dataclass(frozen=True, slots=True)
class Remember:
    """Undo a `Forget`. -> tuple[Folder, ...]"""

    forgotten: Forgotten


@dataclass(frozen=True, slots=True)
class ListPhotos:
    """The gallery of a folder (None: all). -> tuple[PhotoRow, ...]"""

    folder: str | None = None
    sort: SortBy = SortBy.DATE
    descending: bool = True


@dataclass(frozen=True, slots=True)
class ListUnreadable:
    """-> tuple[Unreadable, ...]"""


@dataclass(frozen=True, slots=True)
class MatchParts:
    """How a picture (a file's path or encoded bytes), or the part of it in `box`, lies in a photo. -> PartMatch | None"""

    query: str | bytes
    photo: str
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class ListSubfolders:
    """The folders with photos below an added one. -> tuple[Folder, ...]"""

    root: str


@dataclass(frozen=True, slots=True)
class Search:
    """-> Answer"""

    query: Query


@dataclass(frozen=True, slots=True)
class FindDuplicates:
    """-> tuple[DuplicateGroup, ...], the ones that free most first"""

    kinds: tuple[DuplicateKind, ...] = ()
    under: str | None = None


@dataclass(frozen=True, slots=True)
class NotDuplicates:
    """These photos (digests) are not copies of each other, remembered for ever; `undo` takes that back. -> None

    `DuplicatesChanged` follows.
    """

    digests: tuple[bytes, ...]
    undo: bool = False


@dataclass(frozen=True, slots=True)
class Info:
    """-> PhotoInfo"""

    path: str


@dataclass(frozen=True, slots=True)
class Status:
    """-> LibraryStatus"""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """How many pictures lie in these folders, counted by name alone; for the first page. -> tuple[tuple[str, int], ...]"""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rescan:
    """Look through all folders again. -> None"""


@dataclass(frozen=True, slots=True)
class ListSearches:
    """-> tuple[SavedSearch, ...], by name"""


@dataclass(frozen=True, slots=True)
class SaveSearch:
    """Keep a question under a name, in place of one of the same name. -> SavedSearch | None, the one that was replaced"""

    search: SavedSearch


@dataclass(frozen=True, slots=True)
class RenameSearch:
    """Raises UsageError where the new name is taken. -> None"""

    name: str
    new_name: str


@dataclass(frozen=True, slots=True)
class ForgetSearch:
    """-> SavedSearch | None, the one that was taken out, for undo"""

    name: str


@dataclass(frozen=True, slots=True)
class ListHistory:
    """What was searched for before, the newest first, each once. -> tuple[str, ...]"""

    begins: str = ""


@dataclass(frozen=True, slots=True)
class NoteSearch:
    """Remember the words of a search that was meant (Enter, or a hit was opened). -> None"""

    text: str


@dataclass(frozen=True, slots=True)
class ClearHistory:
    """-> None"""


@dataclass(frozen=True, slots=True)
class GetSettings:
    """-> Settings"""


@dataclass(frozen=True, slots=True)
class ChangeSettings:
    """Keep these, but for the models that are wanted and the rules for copies, which have requests of their own. -> None"""

    settings: Settings


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture decoded for the screen, longer side at most `side` pixels; a file's path or encoded bytes. -> Pixels"""

    source: str | bytes
    side: int


@dataclass(frozen=True, slots=True)
class Pixels:
    """An upright RGB picture: `data` has height * width * 3 bytes; `full_size` is (width, height) of the whole picture."""

    width: int
    height: int
    data: bytes
    full_size: tuple[int, int]


Request = (
    AddFolders
    | Forget
    | Remember
    | ListPhotos
    | ListUnreadable
    | ListSubfolders
    | Search
    | FindDuplicates
    | NotDuplicates
    | ListTags
    | TagPhotos
    | TagsOf
    | ExportTags
    | UndoExport
    | WriteCaptions
    | TakeTitles
    | DescribePhotos
    | StopDescribing
    | TakeBackDescriptions
    | PlanRemoval
    | PlanFacts
    | Acting
    | SteerAct
    | ListActs
    | ListActFiles
    | Info
    | Status
    | Suggestions
    | Rescan
    | Picture
    | MatchParts
    | ListSearches
    | SaveSearch
    | RenameSearch
    | ForgetSearch
    | ListHistory
    | NoteSearch
    | ClearHistory
    | GetSettings
    | ChangeSettings
    | GetKeeperRules
    | ChangeKeeperRules
    | KeepAll
    | ListDecisions
    | ListModels
    | FetchModel
    | ImportModel
    | UseModel
    | SwitchOffModel
    | RemoveModel
)

__all__ = [
    "ActProgress", "Acting", "ActsChanged", "AddFolders", "ApplyRemoval", "ChangeKeeperRules", "ChangeSettings",
    "ClearHistory", "DescribePhotos", "Done", "DuplicatesChanged", "Event", "ExportTags", "Failed", "FetchModel",
    "FindDuplicates", "FoldersChanged", "Forget", "ForgetSearch", "Forgotten", "GetKeeperRules", "GetSettings",
    "ImportModel", "IndexingEnded", "Info", "KeepAll", "ListActFiles", "ListActs", "ListDecisions", "ListHistory",
    "ListModels", "ListPhotos", "ListSearches", "ListSubfolders", "ListTags", "ListUnreadable", "ModelProgress",
    "ModelsChanged", "MoveToTrash", "NotDuplicates", "NotOpened", "NoteSearch", "Opened", "PhotosArrived", "PhotosDescribed",
    "PhotosGone", "Picture", "Pixels", "PlanFacts", "PlanRemoval", "Problem", "Progress", "RedoTrash", "Remember", "RemoveModel",
    "RenameSearch", "Request", "Rescan", "SaveSearch", "Search", "SearchesChanged", "Status", "SteerAct", "StopDescribing",
    "Suggestions", "SwitchOffModel", "TagPhotos", "TagsChanged", "TagsOf", "TakeBackDescriptions", "TakeTitles", "TextsRead",
    "UndoExport", "UndoTrash", "UseModel", "WriteCaptions", "WriteFacts",
]  # fmt: skip
