"""What each command of the window does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.engine.types import PhotoRow
from app.ui.key_sections import sections
from app.ui.navigation import DUPLICATES
from app.ui.shortcuts_sheet import ShortcutsSheet

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow


def join_commands(window: MainWindow) -> None:
    """Connect every action to its step."""
    for name, step in {**_steps(window), **_steps_on_photos(window)}.items():
        window.commands[name].triggered.connect(lambda _checked=False, step=step: step())


def _steps(window: MainWindow) -> dict[str, Callable[[], object]]:
    return {
        "find": window.ways.find,
        "similar": window.ways.find_similar_to_chosen,
        "paste": window.paste,
        "paste-unlike": window.paste_unlike,
        "save": window.search_desk.save_this,
        "settings": window.search_desk.show_settings,
        "photos": window.ways.go_to_all,
        "duplicates": lambda: window.ways.go(DUPLICATES),
        "info": window.ways.toggle_info,
        "sidebar": window.rooms.browse.toggle_sidebar,
        "fullscreen": window.toggle_full_screen,
        "undo": window.undo_list.undo,
        "redo": window.undo_list.redo,
        "add": window.choose_folder,
        "rescan": window.acts.rescan,
        "describe-all": window.describing.describe,
        "help": lambda: ShortcutsSheet(sections(), window).open(),
        "quit": window.close,
    }


def _steps_on_photos(window: MainWindow) -> dict[str, Callable[[], object]]:
    def with_one(step: Callable[[PhotoRow], object], *, only_asking: bool = False) -> Callable[[], None]:
        def act() -> None:
            rows = window.rooms.gallery.selection()
            if rows and (window.ways.is_asking or not only_asking):
                step(rows[0])

        return act

    return {
        "more": with_one(window.ways.more_like, only_asking=True),
        "less": with_one(window.ways.less_like, only_asking=True),
        "match": with_one(window.ways.matches.show, only_asking=True),
        "copies": with_one(window.ways.copies.show),
        "tag": lambda: window.desk.tag(window.rooms.gallery.selection()),
        "describe": lambda: window.desk.describe(window.rooms.gallery.selection()),
        "trash": lambda: window.acts.trash(window.rooms.gallery.selection()),
        "reveal": with_one(lambda row: window.desk.show_in_folder(row.path)),
        "larger": lambda: window.rooms.top_bar.step(1),
        "smaller": lambda: window.rooms.top_bar.step(-1),
    }
