"""Everything that a key or the menu can do, in one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.ui import theme
from app.ui.icons import icon
from app.ui.shortcuts_sheet import Section

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


def sections() -> tuple[Section, ...]:
    """All keys for the sheet, also those that a page handles by itself."""
    keys = {entry.name: (entry.words, entry.keys) for entry in entries()}
    return (
        (
            _tr("Find"),
            (
                *(keys[name] for name in ("find", "similar", "paste", "paste-unlike", "more", "less", "save")),
                (_tr("Recent searches"), (_tr("Down, in the search field"),)),
                (_tr("Rename a saved search, forget it"), ("F2", "Delete")),
                (_tr("One step back"), ("Esc",)),
            ),
        ),
        (
            _tr("Photos"),
            (
                (_tr("Go through the photos"), (_tr("Arrow keys, Home, End, Page Up, Page Down"),)),
                (_tr("Open"), ("Return",)),
                (_tr("Quick look"), ("Space",)),
                (_tr("Choose a part of the open photo"), ("P",)),
                (_tr("Outline of the part that was found"), ("O",)),
                (_tr("Select all"), ("Ctrl+A",)),
                keys["match"],
                keys["copies"],
                keys["tag"],
                keys["describe"],
                keys["trash"],
                keys["reveal"],
                keys["larger"],
                keys["smaller"],
            ),
        ),
        (
            _tr("Where it matches"),
            (
                (_tr("Move the photos"), (_tr("Arrow keys"),)),
                (_tr("Choose one of the two"), (_tr("Tab key"),)),
                (_tr("Closer, further away"), ("+", "-")),
                (_tr("Whole photo"), ("0",)),
                (_tr("100 %"), ("1",)),
                (_tr("Show or hide the lines"), ("L",)),
            ),
        ),
        (
            _tr("Window"),
            tuple(
                keys[name]
                for name in ("photos", "duplicates", "info", "sidebar", "fullscreen", "add", "rescan", "settings", "help", "quit")
            ),
        ),
        (
            _tr("Duplicates"),
            (
                (_tr("Go through the groups"), (_tr("Up and Down"),)),
                (_tr("Keep"), ("K",)),
                (_tr("To the trash"), ("T",)),
                (_tr("Keep only this one"), ("O",)),
                (_tr("Keep all"), ("A",)),
                (_tr("Not duplicates"), ("N",)),
                (_tr("This one is not a copy"), ("X",)),
                (_tr("Do it"), ("Return",)),
                (_tr("Plan for all that are listed"), ("B",)),
                (_tr("What was moved before"), ("H",)),
                (_tr("What was decided before"), ("E",)),
                (_tr("Which copy is kept"), ("R",)),
                keys["undo"],
                keys["redo"],
            ),
        ),
        (
            _tr("Comparing duplicates"),
            (
                (_tr("Compare closely"), ("C",)),
                (_tr("Switch in place"), ("F",)),
                (_tr("Difference"), ("D",)),
                (_tr("Side by side"), ("S",)),
                (_tr("All of the group"), ("G",)),
                (_tr("Laid upon each other"), ("L",)),
                (_tr("Details"), ("I",)),
                (_tr("Whole photo"), ("0",)),
                (_tr("100 %"), ("1",)),
            ),
        ),
    )


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
