"""What can be done with the photos that are chosen in the gallery, and showing a file in its folder."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from app.engine.types import PhotoRow
from app.ui import words
from app.ui.acts import Acts
from app.ui.bridge import Bridge
from app.ui.describing import Describing
from app.ui.fact_writing import FactWriting
from app.ui.gallery.model import copies_of
from app.ui.icons import icon
from app.ui.navigation import Navigator
from app.ui.reveal import Revealer
from app.ui.sidebar import Place, Where
from app.ui.status import StatusLine
from app.ui.tags.editor import TagEditor
from app.ui.tags.popup import TagPopup


class PhotoDesk(Revealer):
    """The menu of chosen photos; joins the ways through the window and the acts on photos."""

    def __init__(
        self,
        ways: Navigator,
        acts: Acts,
        describing: Describing,
        writing: FactWriting,
        bridge: Bridge,
        status: StatusLine,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._describing, self._writing = describing, writing
        self._bridge = bridge
        self._ways, self._acts, self._status, self._window = ways, acts, status, window

    @Slot(str)
    def show_in_folder(self, path: str) -> None:
        """Show a file in the platform's file browser, or say why not."""
        if not self.reveal(path):
            text = self.tr("{path} is not there now. If it is on another drive, connect it.")
            self._status.show_problem(text.format(path=path))

    @Slot(object)
    def tag(self, rows: Sequence[PhotoRow]) -> None:
        """Let the chosen photos be tagged."""
        if rows:
            popup = TagPopup(self._bridge, rows, self._window)
            self.join_tags(popup.editor)
            popup.open_over(self._window)

    def describe(self, rows: Sequence[PhotoRow]) -> None:
        """Let a model write captions of the chosen photos without one."""
        if rows:
            self._describing.describe([row.digest for row in rows])

    def join_tags(self, editor: TagEditor) -> None:
        """What is done to tags is told in the status line; a tag that is pressed shows its photos."""
        editor.happened.connect(self._acts.happened)
        editor.failed.connect(self._acts.failed)
        editor.asked.connect(lambda tag: self._ways.go(Place(Where.TAG, tag=tag)))

    @Slot(object, QPoint)
    def pop_up(self, rows: Sequence[PhotoRow], at: QPoint) -> None:
        """Open the menu for these photos."""
        self.menu(rows).popup(at)

    def menu(self, rows: Sequence[PhotoRow]) -> QMenu:
        """The menu; what is for one photo is left out for several."""
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        one = len(rows) == 1
        if one:
            self._add_for_one(menu, rows[0])
        paths = [row.path for row in rows]
        copy = self.tr("Copy the path") if one else self.tr("Copy the paths")
        menu.addAction(icon("clipboard", "secondary"), copy, lambda: QGuiApplication.clipboard().setText("\n".join(paths)))
        menu.addAction(icon("tag", "secondary"), self.tr("Tags…"), lambda: self.tag(rows)).setShortcut("T")
        describe = self.tr("Describe this photo") if one else self.tr("Describe these photos")
        menu.addAction(icon("chat-text", "secondary"), describe, lambda: self.describe(rows)).setShortcut("D")
        titles = self.tr("Use the caption as title") if one else self.tr("Use captions as titles")
        digests = [row.digest for row in rows]
        menu.addAction(icon("text-t", "secondary"), titles, lambda: self._acts.take_titles(digests))
        menu.addAction(icon("tag", "secondary"), self.tr("Write tags beside the photos"), lambda: self._acts.export_tags(paths))
        write = self.tr("Write title, rating and keywords into the file…")
        write = write if one else self.tr("Write titles, ratings and keywords into the files…")
        menu.addAction(icon("pencil-simple", "secondary"), write, lambda: self._writing.write(paths))
        menu.addSeparator()
        menu.addAction(icon("folder-minus", "secondary"), self.tr("Remove from library"), lambda: self._acts.forget(paths))
        trash = self.tr("Move to the trash") if one else self.tr("Move {photos} to the trash")
        trash = trash.format(photos=words.photos(len(rows)))
        menu.addAction(icon("trash", "secondary"), trash, lambda: self._acts.trash(rows))
        return menu

    def _add_for_one(self, menu: QMenu, row: PhotoRow) -> None:
        menu.addAction(icon("eye", "secondary"), self.tr("Open"), lambda: self._ways.open_photo(row))
        menu.addAction(icon("images", "secondary"), self.tr("Find similar"), lambda: self._ways.find_similar(row))
        menu.addAction(icon("text-t", "secondary"), self.tr("More with this text"), lambda: self._ways.more_with_text(row))
        if self._ways.is_asking:
            menu.addAction(icon("plus-circle", "secondary"), self.tr("More like this"), lambda: self._ways.more_like(row))
            menu.addAction(icon("minus-circle", "secondary"), self.tr("Less like this"), lambda: self._ways.less_like(row))
        matches = self._ways.matches
        if matches.can_show(row):
            text = self.tr("Show where it matches")
            menu.addAction(icon("columns", "secondary"), text, lambda: matches.show(row)).setShortcut("W")
        hit = matches.hit(row)
        if hit is not None and copies_of(hit):
            many = self.tr("Show its {copies}").format(copies=words.copies(copies_of(hit)))
            text = many if copies_of(hit) > 1 else self.tr("Show its copy")
            menu.addAction(icon("copy", "secondary"), text, lambda: self._ways.copies.show(row))
        menu.addAction(icon("info", "secondary"), self.tr("Info"), self._ways.toggle_info)
        menu.addSeparator()
        menu.addAction(icon("folder-open", "secondary"), self.tr("Show in folder"), lambda: self.show_in_folder(row.path))
