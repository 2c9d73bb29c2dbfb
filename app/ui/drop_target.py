"""The whole window takes drops: over the sidebar a folder is added, anywhere else a picture becomes the question."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QWidget

from app.ui import drop

UPPER = 0.7
"""How much of the height means "find this" where a picture can also be unwanted."""


class DropTarget(QObject):
    """Watches one window. `sidebar` is its rectangle there (empty when folded); `only_folders`: no question can be asked yet.

    While something is asked (`asking`) a picture can also be dropped on a second target, or anywhere with Shift, to say that
    photos shall not be like it.
    """

    folders = Signal(object)  # tuple[str, ...]
    pictures = Signal(object)  # tuple[str | bytes, ...]
    unlike = Signal(object)  # tuple[str | bytes, ...]: photos shall not be like these
    told = Signal(str)  # why nothing could be taken

    def __init__(
        self, window: QWidget, sidebar: Callable[[], QRect], only_folders: Callable[[], bool], asking: Callable[[], bool]
    ) -> None:
        super().__init__(window)
        self._window, self._sidebar, self._only_folders, self._asking = window, sidebar, only_folders, asking
        self.overlay = drop.DropOverlay(window)
        self._encoder = drop.Encoder(self)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Drags and drops that no widget inside has taken."""
        if isinstance(event, QDragEnterEvent | QDragMoveEvent) and event.type() in (QEvent.Type.DragEnter, QEvent.Type.DragMove):
            self._hover(event)
            return True
        if event.type() == QEvent.Type.DragLeave:
            self.overlay.hide()
            return True
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            self._drop(event)
            return True
        return False

    def paste(self, *, unlike: bool = False) -> bool:
        """Take a picture or a folder from the clipboard; False where there is none."""
        mime = QGuiApplication.clipboard().mimeData()
        incoming = drop.read(mime) if mime is not None else drop.Incoming()
        if incoming.folders or incoming.pictures or incoming.image is not None:
            self.take(incoming, unlike=unlike)
            return True
        return False

    def take(self, incoming: drop.Incoming, *, unlike: bool = False) -> None:
        """Do with what came in what its kind says; with `unlike` its pictures are not wanted."""
        asked = self.unlike if unlike else self.pictures
        if incoming.folders:
            self.folders.emit(incoming.folders)
        elif self._only_folders() and (incoming.pictures or incoming.image is not None):
            self.told.emit(self.tr("Choose a folder first; then a picture can be searched for."))
        elif incoming.pictures:
            asked.emit(incoming.pictures)
        elif incoming.image is not None:
            self._encoder.encode(incoming.image, lambda data: asked.emit((data,)))
        elif incoming.link:
            self.told.emit(self.tr("That is only an address. Facet stays off the network: save the picture, then drop the file."))

    def _hover(self, event: QDragEnterEvent | QDragMoveEvent) -> None:
        mime = event.mimeData()
        if event.source() is not None or not drop.offers_anything(mime):
            event.ignore()  # our own photos are carried out of the window, not back into it
            return
        targets, accepted = self._targets(event)
        self.overlay.show_targets(targets)
        event.setDropAction(Qt.DropAction.CopyAction)  # never a move: the program that drags would delete the file
        event.setAccepted(accepted)

    def _targets(self, event: QDropEvent) -> tuple[list[drop.Target], bool]:
        """What lights up, what is written there, and whether a drop now is taken."""
        mime, at = event.mimeData(), event.position().toPoint()
        sidebar = self._sidebar()
        if self._only_folders():
            return [drop.Target(self._window.rect(), self.tr("Drop a folder to choose it"))], drop.offers_folders(mime)
        if drop.offers_folders(mime):
            place = sidebar if not sidebar.isEmpty() else self._window.rect()
            return [drop.Target(place, self.tr("Add this folder"))], True
        if sidebar.contains(at):
            return [drop.Target(sidebar, self.tr("Only a folder can be added here"))], False
        rest = self._window.rect()
        if not sidebar.isEmpty() and self._window.isRightToLeft():
            rest.setRight(sidebar.left() - 1)
        elif not sidebar.isEmpty():
            rest.setLeft(sidebar.right() + 1)
        return self._for_picture(rest, at, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)), True

    def _for_picture(self, room: QRect, at: QPoint, shifted: bool) -> list[drop.Target]:
        """The whole room to find a picture; while something is asked its lower part to leave out what is like it."""
        find = self.tr("Find photos like this picture")
        if not self._asking():
            return [drop.Target(room, find)]
        upper, lower = QRect(room), QRect(room)
        upper.setHeight(round(room.height() * UPPER))
        lower.setTop(upper.bottom() + 1)
        below = shifted or lower.contains(at)
        return [drop.Target(upper, find, not below), drop.Target(lower, self.tr("Not like this picture"), below)]

    def _drop(self, event: QDropEvent) -> None:
        self.overlay.hide()
        if event.source() is not None:
            event.ignore()
            return
        targets, accepted = self._targets(event)
        if not accepted:
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.take(drop.read(event.mimeData()), unlike=len(targets) > 1 and targets[1].lit)
