"""The rows of the sidebar: places, folders, saved searches and tags, and what each holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel

from app.engine.labels import TagCount
from app.engine.types import Folder, FolderState
from app.ui import words

WHERE = Qt.ItemDataRole.UserRole + 1  # the value of a `Where`; empty for a heading
PATH = WHERE + 1  # of a folder; the name of a saved search or a tag
COUNT = WHERE + 2  # an int, or None
OFFLINE = WHERE + 3
ICON = WHERE + 4

OPEN_UP_TO = 12
"""A folder with at most this many subfolders shows them from the start."""

Index = QModelIndex | QPersistentModelIndex


class SidebarModel(QStandardItemModel):
    """Places and folders as a tree, changed in place so that what is open and chosen stays so."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: dict[tuple[str, str | None], QStandardItem] = {}
        self._seen: set[str] = set()
        for where, name, sign in (
            ("photos", self.tr("All photos"), "image"),
            ("duplicates", self.tr("Duplicates"), "copy"),
            ("unreadable", self.tr("Could not be read"), "warning"),
        ):
            self.appendRow(self._make(where, None, name, sign))
        self._heading = _heading(self.tr("Folders"))
        self._lists = {
            "search": _heading(self.tr("Saved searches")),
            "tag": _heading(self.tr("Tags")),
        }  # in their order, at the end
        self._roots: list[str] = []

    def _make(self, where: str, path: str | None, name: str, sign: str) -> QStandardItem:
        item = QStandardItem(name)
        item.setData(where, WHERE)
        item.setData(path, PATH)
        item.setData(sign, ICON)
        if path:
            item.setToolTip(path)
        self._items[where, path] = item
        return item

    def find(self, where: str, path: str | None = None) -> QModelIndex:
        """Where a place is; an invalid index where it is not."""
        item = self._items.get((where, path))
        return self.indexFromItem(item) if item is not None else QModelIndex()

    def place(self, index: Index) -> tuple[str, str | None]:
        """What an index leads to; an empty word for a heading."""
        return (index.data(WHERE) or "", index.data(PATH)) if index.isValid() else ("", None)

    def roots(self) -> tuple[str, ...]:
        """The added folders."""
        return tuple(self._roots)

    def set_count(self, where: str, count: int, path: str | None = None) -> None:
        """Write a number behind a place."""
        item = self._items.get((where, path))
        if item is not None and item.data(COUNT) != count:
            item.setData(count, COUNT)
            item.setData(f"{item.text()}, {words.number(count)}", Qt.ItemDataRole.AccessibleTextRole)

    def set_roots(self, folders: Sequence[Folder]) -> None:
        """Show these added folders, with their numbers and whether they can be reached."""
        wanted = [folder.path for folder in folders]
        for gone in [path for path in self._roots if path not in wanted]:
            self._drop(gone)
        self._roots = wanted
        if not wanted and self._heading.row() >= 0:
            self.takeRow(self._heading.row())
        for folder in folders:
            if ("folder", folder.path) not in self._items:
                self._add_root(folder.path)
            self._show(folder)

    def _add_root(self, path: str) -> None:
        """Folders end where the saved searches or the tags begin."""
        end = self._begin_of(*self._lists)
        if self._heading.row() < 0:
            self.insertRow(end, self._heading)
            end += 1
        self.insertRow(end, self._make("folder", path, PurePath(path).name or path, "folder"))

    def _show(self, folder: Folder) -> None:
        offline = folder.state == FolderState.OFFLINE
        item = self._items["folder", folder.path]
        if item.data(OFFLINE) != offline:
            item.setData(offline, OFFLINE)
            item.setData("hard-drive" if offline else "folder", ICON)
        self.set_count("folder", folder.photos, folder.path)

    def set_subfolders(self, root: str, folders: Sequence[Folder]) -> bool:
        """Show the folders below an added one; True when they should be opened, which is so once for a few of them."""
        if root not in self._roots:
            return False
        wanted = {folder.path for folder in folders}
        for path in [p for p in self._below(root) if p not in wanted]:
            self._drop(path)
        for folder in sorted(folders, key=lambda f: PurePath(f.path).parts):
            if ("folder", folder.path) not in self._items:
                self._add_below(root, folder.path)
            self._show(folder)
        first = root not in self._seen and bool(folders)
        if folders:
            self._seen.add(root)
        return first and self._items["folder", root].rowCount() <= OPEN_UP_TO

    def _below(self, root: str) -> list[str]:
        pure = PurePath(root)
        folders = [path for where, path in self._items if where == "folder" and path]
        found = [path for path in folders if path != root and pure in PurePath(path).parents]
        return [path for path in found if path not in self._roots]

    def _add_below(self, root: str, path: str) -> None:
        """Hang a folder under the nearest one that is shown; a step that is not shown becomes part of the name."""
        pure = PurePath(path)
        above = next(str(p) for p in pure.parents if ("folder", str(p)) in self._items or str(p) == root)
        parent = self._items["folder", above]
        name = " / ".join(pure.relative_to(above).parts)
        names = [parent.child(row).text().casefold() for row in range(parent.rowCount())]
        row = next((i for i, other in enumerate(names) if other > name.casefold()), len(names))
        parent.insertRow(row, self._make("folder", path, name, "folder"))

    def _drop(self, path: str) -> None:
        item = self._items.get(("folder", path))
        if item is None:
            return
        for row in range(item.rowCount()):
            self._forget_below(item.child(row))
        del self._items["folder", path]
        (item.parent() or self.invisibleRootItem()).removeRow(item.row())
        self._seen.discard(path)

    def set_searches(self, names: Sequence[str]) -> None:
        """Show the saved searches of these names, in this order."""
        self._set_list("search", [("search", name, name, "bookmark-simple") for name in names])

    def set_tags(self, tags: Sequence[TagCount], *, more: bool) -> None:
        """Show these tags with how many photos each has, in this order; with `more` a way to all of them."""
        rows = [("tag", tag.name, tag.name, "tag") for tag in tags]
        self._set_list("tag", [*rows, *([("tags", None, self.tr("All tags"), "dots-three")] if more else [])])
        for tag in tags:
            self.set_count("tag", tag.photos, tag.name)

    def _set_list(self, kind: str, rows: Sequence[tuple[str, str | None, str, str]]) -> None:
        """The rows below a heading: where they lead, to which, their words and signs. Without rows there is no heading."""
        heading, wanted = self._lists[kind], {(where, path) for where, path, _, _ in rows}
        kinds = {kind, f"{kind}s"}
        for place in [place for place in self._items if place[0] in kinds and place not in wanted]:
            self.removeRow(self._items.pop(place).row())
        if not rows:
            if heading.row() >= 0:
                self.takeRow(heading.row())
            return
        if heading.row() < 0:
            later = list(self._lists)[list(self._lists).index(kind) + 1 :]
            self.insertRow(self._begin_of(*later), heading)
        for row, (where, path, name, sign) in enumerate(rows, start=heading.row() + 1):
            item = self._items.get((where, path))
            if item is None:
                self.insertRow(row, self._make(where, path, name, sign))
            elif item.row() != row:
                self.insertRow(row, self.takeRow(item.row()))

    def _begin_of(self, *kinds: str) -> int:
        """Where the first of these lists that is shown begins; the end where there is none."""
        begins = [row for kind in kinds if (row := self._lists[kind].row()) >= 0]
        return min(begins, default=self.rowCount())

    def _forget_below(self, item: QStandardItem) -> None:
        for row in range(item.rowCount()):
            self._forget_below(item.child(row))
        self._items.pop(("folder", item.data(PATH)), None)


def _heading(text: str) -> QStandardItem:
    item = QStandardItem(text.upper())
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    return item
