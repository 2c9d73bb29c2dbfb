"""Everything that can be asked of a library without changing it. One reader for each lane, with its own connection."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from app.engine.copies import Decision, DuplicateGroup, DuplicateKind, KeeperRules
from app.engine.duplicates.groups import duplicate_groups
from app.engine.duplicates.looks import Looks, stored_fields
from app.engine.duplicates.memory import PairMemory
from app.engine.errors import InputError
from app.engine.fact_writing import plan_facts
from app.engine.features.active import Extractors
from app.engine.intake.roots import spelled_rules, spelled_within
from app.engine.labels import ExportReport, TagCount, TagShare
from app.engine.library.acts import list_acts
from app.engine.library.catalog import Catalog
from app.engine.library.store import Library
from app.engine.library.trash import Trash
from app.engine.models.choice import Choice
from app.engine.paths import library_paths
from app.engine.planning import plan_removal
from app.engine.removals import Act, FactsPlan, PlanRemoval, RemovalPlan
from app.engine.requests import Pixels
from app.engine.search.indexes import Indexes
from app.engine.settings import load_settings
from app.engine.tags.composing import composed
from app.engine.tags.tagging import tags_version
from app.engine.types import (
    BUILT,
    FIRST,
    Answer,
    Box,
    Facet,
    FacetCount,
    Folder,
    LibraryStatus,
    ModelChoice,
    PartMatch,
    PhotoInfo,
    PhotoRow,
    Query,
    SavedSearch,
    SortBy,
    Unreadable,
)

if TYPE_CHECKING:
    from app.engine.search.searcher import Searcher
    from app.engine.tags.exporting import Exporting


class Reader:
    """Answers questions. Closing it closes its connection, and the library when the reader opened it itself.

    `threads`: so many compare the hashes of a library.
    """

    def __init__(
        self, library: Library, extractors: Extractors, indexes: Indexes, *, owns: bool = False, threads: int = 1
    ) -> None:
        self._library = library
        self._extractors = extractors
        self._indexes = indexes
        self._owns = owns
        self._pairs = PairMemory(threads)
        self._looks = Looks(stored_fields(library))

    @cached_property
    def _catalog(self) -> Catalog:
        return self._library.reader()  # opened in the thread that asks first

    @cached_property
    def _searcher(self) -> Searcher:
        from app.engine.search.searcher import Searcher  # what a command does not ask it need not load

        return Searcher(self._library, self._catalog, self._extractors, self._indexes)

    def search(self, query: Query) -> Answer:
        """Raises UsageError, InputError, ModelMissing."""
        extractors = self._extractors
        with extractors.steady:
            for facet, before in extractors.follow() if self._owns else ():
                self._indexes.forget(facet, before)
            return self._searcher.search(query)

    def match_parts(self, query: str | bytes, photo: str, box: Box | None) -> PartMatch | None:
        """How a picture, or a part of it, lies in a photo. Raises InputError, UnreadableImage, UsageError."""
        return self._searcher.match_parts(query, photo, box)

    def warm(self) -> None:
        """Load what the first search will need, so that it is quick."""
        with self._extractors.steady:  # a model that is switched in this moment would mix its rows with the earlier one's
            for facet in FIRST:
                self._indexes.of(facet, self._catalog)
            self._indexes.pieces.index(self._catalog)
            self._extractors.meaning_model.text_encoder().encode_texts(["a photo"])

    def rows(self, folder: str | None, sort: SortBy, *, descending: bool) -> tuple[PhotoRow, ...]:
        """The gallery of a folder."""
        return self._catalog.rows(folder=folder, sort=sort, descending=descending)

    def unreadable(self) -> tuple[Unreadable, ...]:
        """Files that could not be read."""
        return self._catalog.unreadable()

    def folders(self) -> tuple[Folder, ...]:
        """The added folders."""
        return self._catalog.folders()

    def subfolders(self, root: str) -> tuple[Folder, ...]:
        """The folders with photos below an added one."""
        return self._catalog.subfolders(root)

    def searches(self) -> tuple[SavedSearch, ...]:
        """The saved searches, by name."""
        return self._catalog.searches()

    def tags(self) -> tuple[TagCount, ...]:
        """The tags of photos, those with most photos first."""
        return self._catalog.tags()

    def shares(self, digests: Sequence[bytes]) -> tuple[TagShare, ...]:
        """The tags of some photos."""
        return self._catalog.shares(digests)

    def export_tags(self, paths: Sequence[str], *, suggested: bool = False) -> ExportReport:
        """Write tags beside photos, see `ExportTags`. Raises InputError for a photo that the library does not have."""
        infos = [self.info(path) for path in paths]
        tags = {info.path: [tag.name for tag in info.tags if suggested or tag.given] for info in infos}
        return self._exporting.write(tags, suggested=suggested)

    def undo_export(self, act: str | None = None) -> ExportReport:
        """Bring back what was there before an act, by default the last. Raises UsageError where there is none."""
        return self._exporting.undo(act or self._exporting.last() or "none")

    @property
    def _exporting(self) -> Exporting:
        from app.engine.tags.exporting import Exporting

        return Exporting(self._library.paths.data / "sidecars")

    def history(self, begins: str) -> tuple[str, ...]:
        """Words of earlier searches that begin so, the newest first."""
        return self._catalog.history(begins)

    def keeper_rules(self) -> KeeperRules:
        """Which of several copies is kept, as people have chosen."""
        return load_settings(self._library.paths.settings).keeper

    def duplicates(
        self, kinds: Sequence[DuplicateKind] = (), under: str | None = None, rules: KeeperRules | None = None
    ) -> tuple[DuplicateGroup, ...]:
        """Groups of copies, those that free most first; only some kinds, only groups with a photo in a folder.

        Their keepers are those of `rules`, or of what people have chosen.
        """
        roots = self._catalog.roots()
        inside = None if under is None else spelled_within(under, roots)
        rules = self.keeper_rules() if rules is None else spelled_rules(rules, roots)
        return duplicate_groups(self._library, self._catalog, kinds, inside, rules=rules, memory=self._pairs, looks=self._looks)

    def decisions(self) -> tuple[Decision, ...]:
        """What people said of duplicates that are there now."""
        return self._catalog.decisions()

    def acts(self, limit: int) -> tuple[Act, ...]:
        """What was moved to the trash, the newest first, beside whoever moves."""
        return list_acts(self._library.paths.journal, limit)

    def plan_removal(self, request: PlanRemoval, trash: Trash | None) -> RemovalPlan:
        """What would happen if these copies went to the trash."""
        return plan_removal(self._catalog, request, trash, self.keeper_rules())

    def plan_facts(self, paths: Sequence[str]) -> FactsPlan:
        """What would be written into files."""
        return plan_facts(self._catalog, paths)

    def info(self, path: str) -> PhotoInfo:
        """Raises InputError for a file that the library does not have."""
        info = self._catalog.info(path) or self._catalog.info(spelled_within(path, self._catalog.roots()))
        if info is None:
            refused = self._catalog.file(path)
            reason = refused.reason if refused else None
            raise InputError(
                f"{path} cannot be read: {reason}" if reason else f"{path} is not in the library; add its folder first"
            )
        return info if info.caption else replace(info, caption=composed(info))

    def status(self) -> LibraryStatus:
        """Counts and sizes."""
        catalog, photos = self._catalog, self._catalog.count_photos()
        done = {facet: catalog.count_extracted(self._extractors.version(facet)) for facet in BUILT}
        done[Facet.WORDS] = catalog.count_extracted(self._extractors.version(Facet.WORDS))
        done[Facet.TAGS] = catalog.count_extracted(tags_version(self._extractors.version(Facet.MEANING)))
        return LibraryStatus(
            folders=catalog.folders(),
            photos=photos,
            files=catalog.count_files(),
            unreadable=len(catalog.unreadable()),
            facets=tuple((facet, FacetCount(n, photos - n)) for facet, n in done.items()),
            model=self._extractors.meaning_model.name,
            bytes=tuple(self._library.bytes_on_disk().items()),
        )

    def models(self) -> tuple[ModelChoice, ...]:
        """The models that people can choose."""
        choice = self._extractors.choice
        return choice.choices() if choice else ()

    @staticmethod
    def count_pictures(folders: Sequence[str]) -> tuple[tuple[str, int], ...]:
        """How many pictures lie in folders, by their names alone; stops counting in each after a few seconds."""
        return tuple((folder, _count(folder)) for folder in folders)

    def close(self) -> None:
        """Close the connection; call it in the thread that asked."""
        if "_catalog" in self.__dict__:
            self._catalog.close()
        if self._owns:
            self._library.close()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


_COUNT_S = 3.0


def _count(folder: str) -> int:
    """Files below a folder that have a picture's name; counting ends after a few seconds."""
    from app.engine.intake.formats import PICTURE_EXTENSIONS, extension_of
    from app.engine.intake.places import is_skipped_name

    ends, count = time.monotonic() + _COUNT_S, 0
    for _here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not is_skipped_name(name)]
        count += sum(extension_of(name) in PICTURE_EXTENSIONS and not name.startswith(".") for name in files)
        if time.monotonic() > ends:
            break
    return count


def open_reader(folder: Path | None) -> Reader:
    """A reader beside whoever writes; it changes nothing on disk. Raises LibraryError where there is no library yet."""
    paths = library_paths(folder)
    library = Library(paths)
    extractors = Extractors(Choice(paths))
    indexes = Indexes(paths.indexes, library.vectors, extractors, follows=True)
    return Reader(library, extractors, indexes, owns=True, threads=os.cpu_count() or 1)


def decode(source: str | bytes, side: int) -> Pixels:
    """A picture for the screen. Raises UnreadableImage or InputError."""
    from app.engine.intake.decode import open_picture

    picture = open_picture(source if isinstance(source, bytes) else Path(source), longest=side).picture
    height, width, _ = picture.rgb.shape
    return Pixels(width, height, picture.rgb.tobytes(), picture.size)
