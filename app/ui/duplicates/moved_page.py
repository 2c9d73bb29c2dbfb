"""What was moved to the trash, ever: act by act and photo by photo, each of which can be brought back or moved again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QModelIndex, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.engine.removals import Act, ActFile, ActState, ListActFiles, ListActs, RedoTrash, TrashReport, UndoTrash
from app.engine.requests import Failed
from app.ui import theme, words
from app.ui.bridge import Bridge
from app.ui.duplicates.aside_page import AsidePage
from app.ui.duplicates.group_view import button
from app.ui.duplicates.removing import why_refused
from app.ui.duplicates.rows_table import RowsTable
from app.ui.undo import Happening

_BACK = (ActState.MOVED, ActState.WRITTEN)
"""The states of files that can be as they were again."""


class Step(Protocol):
    """Moves files of an act, one way or the other."""

    def __call__(self, act: int, paths: Sequence[str], *, tell: bool) -> None: ...


class MovedPage(AsidePage):
    """The acts on the left, the newest first; the photos of the chosen one on the right."""

    gone = Signal(object)  # tuple of paths that are in the trash again
    back = Signal(object)  # tuple of paths that are where they were

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, "trash", parent)
        self._acts: tuple[Act, ...] = ()
        self._files: tuple[ActFile, ...] = ()
        self._act = 0  # the number of the chosen one
        self.acts, self.files = RowsTable(self.tr("What was done")), RowsTable(self.tr("Photos of this act"))
        self.acts.setSelectionMode(RowsTable.SelectionMode.SingleSelection)
        self.bring = button("", self.tr("Put the photos back where they were (Enter)"), "primary")
        self.again = button("", self.tr("Move photos to the trash again"))
        self._lay_out(self.tr("Moved to the trash before"), self._tables(), [self.again, self.bring])
        self.acts.selectionModel().currentRowChanged.connect(self._choose)
        self.files.selectionModel().selectionChanged.connect(self._say_buttons)
        self.bring.clicked.connect(self._bring)
        self.again.clicked.connect(self._again)
        bridge.acts_changed.connect(self._changed)
        self._say_buttons()

    def _tables(self) -> QWidget:
        tables = QWidget()
        sides = QHBoxLayout(tables)
        sides.setContentsMargins(0, 0, 0, 0)
        sides.setSpacing(theme.L)
        sides.addWidget(self.acts, 2)
        sides.addWidget(self.files, 3)
        return tables

    # ---- what is shown

    @Slot()
    def _changed(self) -> None:
        if self.isVisible():
            self._bridge.ask(ListActs(), self._list, replaces="moved acts")

    def _list(self, acts: tuple[Act, ...]) -> None:
        self._acts = acts
        heads = (self.tr("When"), self.tr("Photos"), self.tr("In the trash"))
        rows = [(words.file_time(act.at), words.number(_all(act)), _written(act) if act.writes else _kept(act)) for act in acts]
        self.acts.show_rows(heads, rows, ["" for _ in acts], narrow=(1,))
        if not acts:
            self._act = 0
            self._show_files(())
            sentence = self.tr("What goes to the trash is listed here and can be brought back, also much later.")
            self._show_nothing(self.tr("Nothing was moved to the trash yet"), sentence)
            return
        self._show_content()
        row = next((row for row, act in enumerate(acts) if act.act == self._act), 0)
        self.acts.selectRow(row)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self._acts):
            self._act = self._acts[index.row()].act
            self._bridge.ask(ListActFiles(self._act), self._show_files, replaces="moved files")

    def _show_files(self, files: tuple[ActFile, ...]) -> None:
        self._files = files
        heads = (self.tr("Photo"), self.tr("Folder"), self.tr("Size"), self.tr("State"))
        rows = [(PurePath(f.path).name, words.folder(f.path), words.size(f.bytes), _state(f)) for f in files]
        self.files.show_rows(heads, rows, [f"{file.path}\n{file.reason or ''}".rstrip() for file in files], narrow=(2,))
        self.says.say(self.tr("Choose photos, or none for all of them.") if files else "")
        self._say_buttons()

    def _of(self, *states: ActState) -> tuple[str, ...]:
        """The chosen photos in these states; of all of them where none is chosen."""
        rows = self.files.chosen() or range(len(self._files))
        return tuple(self._files[row].path for row in rows if self._files[row].state in states)

    @Slot()
    def _say_buttons(self) -> None:
        back, again = len(self._of(*_BACK)), len(self._of(ActState.UNDONE, ActState.REFUSED))
        text = self.tr("Write %1 again") if self._writes(self._act) else self.tr("Move %1 again")
        self.bring.setText(self.tr("Bring %1 back").replace("%1", words.number(back)))
        self.again.setText(text.replace("%1", words.number(again)))
        self.bring.setEnabled(back > 0)
        self.again.setEnabled(again > 0)

    def _writes(self, number: int) -> bool:
        """Whether an act wrote into files, and moved none."""
        return any(act.act == number and act.writes for act in self._acts)

    # ---- what is done

    @Slot()
    def _bring(self) -> None:
        self._undo(self._act, self._of(*_BACK), tell=True)

    @Slot()
    def _again(self) -> None:
        self._redo(self._act, self._of(ActState.UNDONE, ActState.REFUSED), tell=True)

    def _undo(self, act: int, paths: Sequence[str], *, tell: bool) -> None:
        """`tell`: it is a new step, not one that is taken back."""
        wanted, writes = tuple(paths), self._writes(act)

        def done(restored: tuple[str, ...]) -> None:
            if not writes:
                self.back.emit(restored)
            text = self.tr("%1 brought back.").replace("%1", words.photos(len(restored)))
            self._tell(text, act, wanted, self._redo, self._undo, tell=tell)

        if wanted:
            self._bridge.ask(UndoTrash(act, wanted), done, self._failed)

    def _redo(self, act: int, paths: Sequence[str], *, tell: bool) -> None:
        wanted, writes = tuple(paths), self._writes(act)

        def done(report: TrashReport) -> None:
            if writes:
                text = self.tr("Written into %1 again.").replace("%1", words.files(len(report.moved)))
            else:
                self.gone.emit(report.moved)
                text = self.tr("%1 moved to the trash, %2 freed.").replace("%2", words.size(report.freed))
            text = text.replace("%1", words.photos(len(report.moved)))
            self._tell(text, act, report.moved, self._undo, self._redo, tell=tell)
            if report.refused:
                self.says.say(why_refused(report.refused))

        if wanted:
            self._bridge.ask(RedoTrash(act, wanted), done, self._failed)

    def _tell(self, text: str, act: int, paths: tuple[str, ...], undo: Step, redo: Step, *, tell: bool) -> None:
        if not tell or not paths:
            self.happened.emit(Happening(text, None))
            return
        self.happened.emit(Happening(text, lambda: undo(act, paths, tell=False), lambda: redo(act, paths, tell=False)))

    def _failed(self, failure: Failed) -> None:
        self.says.say(failure.message)
        self.happened.emit(Happening(failure.message, None))

    # ---- Qt

    def showEvent(self, event: QShowEvent) -> None:
        """Ask what there is when it can be seen."""
        super().showEvent(event)
        self._changed()
        self.acts.setFocus()


def _all(act: Act) -> int:
    return act.moved + act.written + act.undone + act.refused + act.planned


def _written(act: Act) -> str:
    """Into how many files what an act wrote is written now."""
    text = QCoreApplication.translate("duplicates", "written into %1")
    return text.replace("%1", words.files(act.written))


def _kept(act: Act) -> str:
    """How many photos of an act are in the trash now."""
    if not act.moved:
        return QCoreApplication.translate("duplicates", "none")
    return f"{words.number(act.moved)} · {words.size(act.bytes)}"


def _state(file: ActFile) -> str:
    return {
        ActState.PLANNED: QCoreApplication.translate("duplicates", "on its way"),
        ActState.MOVED: QCoreApplication.translate("duplicates", "in the trash"),
        ActState.WRITTEN: QCoreApplication.translate("duplicates", "facts written into it"),
        ActState.UNDONE: QCoreApplication.translate("duplicates", "brought back"),
        ActState.REFUSED: file.reason or QCoreApplication.translate("duplicates", "stayed"),
    }[file.state]
