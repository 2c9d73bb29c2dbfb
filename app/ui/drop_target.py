"""The whole window takes drops: over the sidebar a folder is added, anywhere else a picture becomes the question."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QWidget

from app.ui import drop


class DropTarget(QObject):
    """Watches one window. `sidebar` is its rectangle there (empty when folded); `only_folders`: no question can be asked yet."""

    folders = Signal(object)  # tuple[str, ...]
    pictures = Signal(object)  # tuple[str | bytes, ...]
    told = Signal(str)  # why nothing could be taken

    def __init__(self, window: QWidget, sidebar: Callable[[], QRect], only_folders: Callable[[], bool]) -> None:
        super().__init__(window)
        self._window, self._sidebar, self._only_folders = window, sidebar, only_folders
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

    def paste(self) -> bool:
        """Take a picture or a folder from the clipboard; False where there is none."""
        mime = QGuiApplication.clipboard().mimeData()
        incoming = drop.read(mime) if mime is not None else drop.Incoming()
        if incoming.folders or incoming.pictures or incoming.image is not None:
            self.take(incoming)
            return True
        return False

    def take(self, incoming: drop.Incoming) -> None:
        """Do with what came in what its kind says."""
        if incoming.folders:
            self.folders.emit(incoming.folders)
        elif self._only_folders() and (incoming.pictures or incoming.image is not None):
            self.told.emit(self.tr("Choose a folder first; then a picture can be searched for."))
        elif incoming.pictures:
            self.pictures.emit(incoming.pictures)
        elif incoming.image is not None:
            self._encoder.encode(incoming.image, lambda data: self.pictures.emit((data,)))
        elif incoming.link:
            self.told.emit(self.tr("That is only an address. Facet stays off the network: save the picture, then drop the file."))

    def _hover(self, event: QDragEnterEvent | QDragMoveEvent) -> None:
        mime = event.mimeData()
        if event.source() is not None or not drop.offers_anything(mime):
            event.ignore()  # our own photos are carried out of the window, not back into it
            return
        target, text, accepted = self._target(mime, event.position().toPoint())
        self.overlay.show_target(target, text)
        event.setDropAction(Qt.DropAction.CopyAction)  # never a move: the program that drags would delete the file
        event.setAccepted(accepted)

    def _target(self, mime: QMimeData, at: QPoint) -> tuple[QRect, str, bool]:
        """What lights up, what is written there, and whether a drop there is taken."""
        sidebar = self._sidebar()
        over_sidebar = sidebar.contains(at)
        if self._only_folders():
            return self._window.rect(), self.tr("Drop a folder to choose it"), drop.offers_folders(mime)
        if drop.offers_folders(mime):
            return (sidebar if not sidebar.isEmpty() else self._window.rect()), self.tr("Add this folder"), True
        if over_sidebar:
            return sidebar, self.tr("Only a folder can be added here"), False
        rest = self._window.rect()
        rest.setLeft(sidebar.right() + 1 if not sidebar.isEmpty() else 0)
        return rest, self.tr("Find photos like this picture"), True

    def _drop(self, event: QDropEvent) -> None:
        self.overlay.hide()
        if event.source() is not None:
            event.ignore()
            return
        _target, _text, accepted = self._target(event.mimeData(), event.position().toPoint())
        if not accepted:
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.take(drop.read(event.mimeData()))
