"""Everything that a key or the menu can do, in one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.ui import theme
from app.ui.icons import icon

EVERYWHERE, PHOTOS = "everywhere", "photos"


@dataclass(frozen=True, slots=True)
class Entry:
    """One action: its name for us, its words, its keys, and whether it works everywhere or on the photos only."""

    name: str
    words: str
    keys: tuple[str, ...]
    scope: str = EVERYWHERE
    icon: str = ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("actions", text)


def entries() -> tuple[Entry, ...]:
    """All actions, in the words of the language in force."""
    return (
        Entry("find", _tr("Find photos"), ("Ctrl+F", "/"), icon="magnifying-glass"),
        Entry("similar", _tr("Find similar"), ("Ctrl+Shift+F",), icon="images"),
        Entry("paste", _tr("Find the pasted picture"), ("Ctrl+V",)),
        Entry("paste-unlike", _tr("Leave out what is like the pasted picture"), ("Ctrl+Shift+V",)),
        Entry("save", _tr("Save this search"), ("Ctrl+S",), icon="bookmark-simple"),
        Entry("settings", _tr("Settings…"), ("Ctrl+,",), icon="gear-six"),
        Entry("photos", _tr("All photos"), ("Ctrl+1",), icon="image"),
        Entry("duplicates", _tr("Duplicates"), ("Ctrl+D",), icon="copy"),
        Entry("info", _tr("Info about the photo"), ("Ctrl+I",), icon="info"),
        Entry("sidebar", _tr("Show or hide the sidebar"), ("Ctrl+B",), icon="sidebar"),
        Entry("fullscreen", _tr("Full screen"), ("F11",), icon="arrows-out"),
        Entry("undo", _tr("Undo"), ("Ctrl+Z",), icon="arrow-u-up-left"),
        Entry("redo", _tr("Do it again"), ("Ctrl+Shift+Z", "Ctrl+Y"), icon="arrow-u-up-right"),
        Entry("add", _tr("Add a folder…"), ("Ctrl+O",), icon="plus"),
        Entry("rescan", _tr("Look for new photos"), ("F5",), icon="arrow-clockwise"),
        Entry("help", _tr("Keyboard shortcuts"), ("?", "F1"), icon="keyboard"),
        Entry("quit", _tr("Quit"), ("Ctrl+Q",), icon="power"),
        Entry("more", _tr("More like this"), ("M",), PHOTOS, "plus-circle"),
        Entry("less", _tr("Less like this"), ("L",), PHOTOS, "minus-circle"),
        Entry("match", _tr("Show where it matches"), ("W",), PHOTOS, "columns"),
        Entry("copies", _tr("Show the copies behind a photo"), ("C",), PHOTOS, "copy"),
        Entry("tag", _tr("Tags of the photos"), ("T",), PHOTOS, "tag"),
        Entry("describe", _tr("Describe the photos"), ("D",), PHOTOS, "chat-text"),
        Entry("describe-all", _tr("Describe all photos without a caption"), (), icon="chat-text"),
        Entry("trash", _tr("Move to the trash"), ("Delete",), PHOTOS, "trash"),
        Entry("reveal", _tr("Show in folder"), ("Ctrl+Shift+O",), PHOTOS, "folder-open"),
        Entry("larger", _tr("Larger thumbnails"), ("+", "Ctrl++", "Ctrl+="), PHOTOS, "magnifying-glass-plus"),
        Entry("smaller", _tr("Smaller thumbnails"), ("-", "Ctrl+-"), PHOTOS, "magnifying-glass-minus"),
    )


class Actions(QObject):
    """The actions of the window. Those for photos belong to the gallery, so that they rest while something else has the keys."""

    def __init__(self, window: QWidget, photos: QWidget) -> None:
        super().__init__(window)
        self._by_name: dict[str, QAction] = {}
        for entry in entries():
            owner = photos if entry.scope == PHOTOS else window
            self._by_name[entry.name] = self._make(entry, owner)

    def _make(self, entry: Entry, owner: QWidget) -> QAction:
        action = QAction(entry.words, owner)
        if entry.icon:
            action.setIcon(icon(entry.icon, "secondary"))
        action.setShortcuts([QKeySequence(key) for key in entry.keys])
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        action.setShortcutContext(inside if entry.scope == PHOTOS else Qt.ShortcutContext.WindowShortcut)
        owner.addAction(action)
        return action

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def rest(self, names: Sequence[str], resting: bool) -> None:
        """Let some actions rest, so that their keys are free for the page that is shown."""
        for name in names:
            self._by_name[name].setEnabled(not resting)


def main_menu(actions: Actions, parent: QWidget) -> QMenu:
    """The window's one menu."""
    menu = QMenu(parent)
    for names in (("add", "rescan"), ("undo", "redo"), ("photos", "duplicates", "similar", "info"), ("sidebar", "fullscreen")):
        menu.addActions([actions[name] for name in names])
        menu.addSeparator()
    menu.addAction(actions["describe-all"])
    menu.addMenu(_appearance(menu))
    menu.addAction(actions["settings"])
    menu.addSeparator()
    menu.addActions([actions["help"], actions["quit"]])
    return menu


def _appearance(parent: QMenu) -> QMenu:
    menu = QMenu(_tr("Appearance"), parent)
    menu.setIcon(icon("moon", "secondary"))
    group = QActionGroup(menu)
    words: dict[theme.Choice, str] = {"system": _tr("As the system"), "light": _tr("Light"), "dark": _tr("Dark")}
    for choice, text in words.items():
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setData(choice)
        action.setChecked(theme.choice() == choice)
        group.addAction(action)
    group.triggered.connect(lambda action: theme.apply(action.data()))

    def mark() -> None:
        for action in group.actions():
            action.setChecked(action.data() == theme.choice())

    menu.aboutToShow.connect(mark)
    return menu
