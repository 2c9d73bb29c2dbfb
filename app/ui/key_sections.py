"""All keys for the sheet, also those that a page handles by itself."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from app.ui.actions import entries
from app.ui.shortcuts_sheet import Section

Keys = Mapping[str, tuple[str, tuple[str, ...]]]
"""Words and keys of each entry, by its name."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("actions", text)


def sections() -> tuple[Section, ...]:
    """The keys by where they count."""
    keys = {entry.name: (entry.words, entry.keys) for entry in entries()}
    return (_find(keys), _photos(keys), _where_it_matches(keys), _window(keys), _duplicates(keys), _comparing())


def _find(keys: Keys) -> Section:
    return (
        _tr("Find"),
        (
            *(keys[name] for name in ("find", "similar", "paste", "paste-unlike", "more", "less", "save")),
            (_tr("Recent searches"), (_tr("Down, in the search field"),)),
            (_tr("Rename a saved search, forget it"), ("F2", "Delete")),
            (_tr("One step back"), ("Esc",)),
        ),
    )


def _photos(keys: Keys) -> Section:
    return (
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
    )


def _where_it_matches(keys: Keys) -> Section:
    return (
        _tr("Where it matches"),
        (
            (_tr("Move the photos"), (_tr("Arrow keys"),)),
            (_tr("Choose one of the two"), (_tr("Tab key"),)),
            (_tr("Closer, further away"), ("+", "-")),
            (_tr("Whole photo"), ("0",)),
            (_tr("100 %"), ("1",)),
            (_tr("Show or hide the lines"), ("L",)),
        ),
    )


def _window(keys: Keys) -> Section:
    return (
        _tr("Window"),
        tuple(
            keys[name]
            for name in ("photos", "duplicates", "info", "sidebar", "fullscreen", "add", "rescan", "settings", "help", "quit")
        ),
    )


def _duplicates(keys: Keys) -> Section:
    return (
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
    )


def _comparing() -> Section:
    return (
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
    )
