"""The menu of the photos that are chosen in the gallery."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from app.engine.types import PhotoRow
from app.ui import words
from app.ui.icons import icon


def photo_menu(
    rows: Sequence[PhotoRow],
    parent: QWidget,
    *,
    open_photo: Callable[[PhotoRow], object],
    similar: Callable[[PhotoRow], object],
    info: Callable[[], object],
    reveal: Callable[[str], object],
    forget: Callable[[Sequence[str]], object],
    trash: Callable[[Sequence[PhotoRow]], object],
) -> QMenu:
    """What can be done with these photos; what is for one photo is left out for several."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("photo_menu", text)

    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    paths = [row.path for row in rows]
    if len(rows) == 1:
        row = rows[0]
        menu.addAction(icon("eye", "secondary"), tr("Open"), lambda: open_photo(row))
        menu.addAction(icon("images", "secondary"), tr("Find similar"), lambda: similar(row))
        menu.addAction(icon("info", "secondary"), tr("Info"), info)
        menu.addSeparator()
        menu.addAction(icon("folder-open", "secondary"), tr("Show in folder"), lambda: reveal(row.path))
    words_for_copy = tr("Copy the path") if len(rows) == 1 else tr("Copy the paths")
    menu.addAction(icon("clipboard", "secondary"), words_for_copy, lambda: QGuiApplication.clipboard().setText("\n".join(paths)))
    menu.addSeparator()
    menu.addAction(icon("minus-circle", "secondary"), tr("Remove from library"), lambda: forget(paths))
    trash_words = tr("Move to the trash") if len(rows) == 1 else tr("Move {photos} to the trash")
    menu.addAction(icon("trash", "secondary"), trash_words.format(photos=words.photos(len(rows))), lambda: trash(rows))
    return menu
