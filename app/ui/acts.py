"""What the window does at the user's wish, each with the words for what has happened and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePath

from PySide6.QtCore import QObject, Signal

from app.engine.labels import ExportReport, ExportTags, TakeTitles, UndoExport
from app.engine.removals import MoveToTrash, RedoTrash, TrashReport, UndoTrash
from app.engine.requests import AddFolders, Failed, Forget, Forgotten, Remember, Request, Rescan
from app.engine.types import Folder, PhotoRow
from app.ui import words
from app.ui.bridge import Bridge
from app.ui.undo import Happening


class Acts(QObject):
    """Asks the engine to act, and tells what came of it."""

    happened = Signal(object)  # Happening
    failed = Signal(str)  # a sentence
    folders_added = Signal(object)  # tuple[str, ...]

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge

    def _ask(self, request: Request, done: Callable[..., None]) -> None:
        self._bridge.ask(request, done, self._told)

    def _told(self, failure: Failed) -> None:
        if failure.code != "cancelled":
            self.failed.emit(failure.message)

    # ---- folders

    def add(self, paths: Sequence[str]) -> None:
        """Add folders and have their photos read."""
        if paths:
            self._ask(AddFolders(tuple(paths)), lambda _folders: self._added(tuple(paths)))

    def _added(self, paths: tuple[str, ...]) -> None:
        name = PurePath(paths[0]).name or paths[0]
        text = self.tr("{folder} added").format(folder=name)
        if len(paths) > 1:
            text = self.tr("{folders} added").format(folders=words.folders(len(paths)))
        self.folders_added.emit(paths)
        self.happened.emit(
            Happening(
                text,
                undo=lambda: self._ask(Forget(paths), lambda _forgotten: None),
                redo=lambda: self._ask(AddFolders(paths), lambda _folders: None),
            )
        )

    def forget(self, paths: Sequence[str]) -> None:
        """Take folders or photos out of the library; the files stay."""
        self._ask(Forget(tuple(paths)), lambda forgotten: self._forgotten(tuple(paths), forgotten))

    def _forgotten(self, paths: tuple[str, ...], forgotten: Forgotten) -> None:
        name = PurePath(paths[0]).name if len(paths) == 1 else words.photos(len(paths))
        text = self.tr("{name} removed from the library, the files stay").format(name=name)
        self.happened.emit(
            Happening(
                text,
                undo=lambda: self._ask(Remember(forgotten), self._remembered),
                redo=lambda: self._ask(Forget(paths), lambda _forgotten: None),
            )
        )

    def _remembered(self, _folders: tuple[Folder, ...]) -> None:
        self.happened.emit(Happening(self.tr("Back in the library"), None))

    def rescan(self) -> None:
        """Look through all folders again."""
        self._ask(Rescan(), lambda _none: None)

    # ---- photos

    def trash(self, rows: Sequence[PhotoRow]) -> None:
        """Move the shown file of each photo to the trash; copies elsewhere stay."""
        paths = tuple(row.path for row in rows)
        if paths:
            copies = sum(row.files - 1 for row in rows)
            self._ask(MoveToTrash(paths), lambda report: self._trashed(copies, report))

    def _trashed(self, copies: int, report: TrashReport) -> None:
        self._stayed(report)
        if not report.moved:
            return
        text = self.tr("{photos} moved to the trash, {size} freed")
        text = text.format(photos=words.photos(len(report.moved)), size=words.size(report.freed))
        if copies:
            text = self.tr("{done}, {copies} kept").format(done=text, copies=words.copies(copies))
        back, again = UndoTrash(report.act, report.moved), RedoTrash(report.act, report.moved)
        undo, redo = (lambda: self._ask(back, self._put_back)), (lambda: self._ask(again, self._stayed))
        self.happened.emit(Happening(text, undo, redo))

    def _stayed(self, report: TrashReport) -> None:
        if report.refused:
            self.failed.emit(report.refused[0].reason)

    def export_tags(self, paths: Sequence[str]) -> None:
        """Write the tags that people gave into XMP files beside the photos."""
        self._ask(ExportTags(tuple(paths)), lambda report: self._exported(tuple(paths), report))

    def _exported(self, paths: tuple[str, ...], report: ExportReport) -> None:
        if report.refused:
            path, reason = report.refused[0]
            self.failed.emit(f"{PurePath(path).name}: {reason}")
        if report.written:
            acts = [report.act]  # doing it again makes a new act, which is then the one to undo

            def again() -> None:
                self._ask(ExportTags(paths), lambda new: acts.__setitem__(0, new.act))

            text = self.tr("Tags of {photos} written beside them").format(photos=words.photos(len(report.written)))
            self.happened.emit(Happening(text, undo=lambda: self._ask(UndoExport(acts[0]), self._taken_back), redo=again))
        elif report.unchanged:
            self.happened.emit(Happening(self.tr("The files beside the photos have these tags already"), None))

    def _taken_back(self, report: ExportReport) -> None:
        if report.refused:
            path, reason = report.refused[0]
            self.failed.emit(f"{PurePath(path).name}: {reason}")

    def take_titles(self, digests: Sequence[bytes]) -> None:
        """Let the captions of photos become titles where their files have none."""
        self._ask(TakeTitles(tuple(digests)), lambda titled: self._titled(tuple(digests), titled))

    def _titled(self, digests: tuple[bytes, ...], titled: tuple[bytes, ...]) -> None:
        if not titled:
            self.happened.emit(Happening(self.tr("These photos have titles already, or no captions"), None))
            return
        text = self.tr("Captions of {photos} are titles now").format(photos=words.photos(len(titled)))
        back, again = TakeTitles(titled, undo=True), TakeTitles(digests)

        def nothing(_answer: object) -> None:
            pass

        self.happened.emit(Happening(text, undo=lambda: self._ask(back, nothing), redo=lambda: self._ask(again, nothing)))

    def _put_back(self, paths: tuple[str, ...]) -> None:
        text = self.tr("{photos} put back").format(photos=words.photos(len(paths)))
        self.happened.emit(Happening(text, None))
