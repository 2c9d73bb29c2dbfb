"""The photos of the gallery as a Qt model: given all at once or as they arrive, never working longer than a few milliseconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import perf_counter
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal, Slot

from app.engine.types import Hit, PhotoRow, SortBy
from app.ui import reasons, words
from app.ui.gallery import order
from app.ui.gallery.days import Days

PHOTO_ROLE = int(Qt.ItemDataRole.UserRole) + 1
HIT_ROLE = int(Qt.ItemDataRole.UserRole) + 2

SLICE_S = 0.004
CHUNK = 500  # rows between two looks at the clock
ARRIVALS_MS = 250

_ITEM_FLAGS = (
    Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemNeverHasChildren
)
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


def copies_of(hit: Hit) -> int:
    """How many copies stand behind a found photo: further files, and photos that show the same."""
    return len(hit.copies) + len(hit.folded)


class PhotoModel(QAbstractListModel):
    """Photos in order. `days` says which of them stand under one heading.

    A long list is let in slice by slice, so `rowCount` grows for a moment after `set_rows`; `settled` is emitted at its end.
    """

    settled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.days = Days()
        self.sorted_by: SortBy | None = None
        self.descending = True
        self._rows: list[PhotoRow] = []
        self._waiting: Sequence[PhotoRow] = ()
        self._let_in = 0
        self._by_id: dict[int, PhotoRow] = {}
        self._hits: dict[int, Hit] = {}
        self._arrivals: dict[int, PhotoRow] = {}
        self._departures: set[int] = set()
        self._leaves = QTimer(self, interval=0, singleShot=True)
        self._leaves.timeout.connect(self._leave_some)
        self._slices = QTimer(self, interval=0)
        self._slices.timeout.connect(self._next_slice)
        self._batches = QTimer(self, interval=ARRIVALS_MS, singleShot=True)
        self._batches.timeout.connect(self._take_arrivals)

    # ---- what Qt asks

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """How many photos are shown so far."""
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Every photo can be chosen and dragged out."""
        return _ITEM_FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Name, spoken name, tooltip, the `PhotoRow` and the `Hit`; nothing is loaded here."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == PHOTO_ROLE:
            return row
        if role == HIT_ROLE:
            return self._hits.get(row.photo_id)
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join([row.name, self.when(row), *self._said(row)])
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return ", ".join([row.name, self.when(row), *self._said(row)])
        return None

    def _said(self, row: PhotoRow) -> list[str]:
        """Why a photo was found, and how many copies stand behind it."""
        hit = self._hits.get(row.photo_id)
        if hit is None:
            return []
        behind = self.tr("%1 behind it").replace("%1", words.copies(copies_of(hit))) if copies_of(hit) else ""
        return [line for line in (reasons.whole(hit), behind) if line]

    def when(self, row: PhotoRow) -> str:
        """The photo's date for people; a file's own date says so."""
        if row.taken:
            return words.taken(row.taken)
        return self.tr("%1 (the file's date)").replace("%1", words.file_time(row.modified))

    # ---- what the page gives

    def set_rows(self, rows: Sequence[PhotoRow], sort: SortBy | None, descending: bool = True) -> None:
        """Show these rows, which are in order already; with `sort` None they keep the order and have no days."""
        self._reset(rows, {}, sort, descending)

    def set_hits(self, hits: Iterable[Hit]) -> None:
        """Show what a search found, best first."""
        found = {hit.row.photo_id: hit for hit in hits}
        self._reset([hit.row for hit in found.values()], found, None, True)

    def _reset(self, rows: Sequence[PhotoRow], hits: dict[int, Hit], sort: SortBy | None, descending: bool) -> None:
        self.beginResetModel()
        self.sorted_by, self.descending = sort, descending
        self._rows, self._by_id, self._hits = [], {}, hits
        self._arrivals.clear()
        self._departures.clear()
        self._batches.stop()
        self.days.clear()
        self._waiting, self._let_in = rows, 0
        self._admit(self._slice(perf_counter() + SLICE_S))
        self.endResetModel()
        self._after_slice()

    def _slice(self, until: float) -> list[PhotoRow]:
        """As many of the waiting rows as can be given their days until then."""
        start = self._let_in
        while self._let_in < len(self._waiting):
            chunk = self._waiting[self._let_in : self._let_in + CHUNK]
            self._let_in += len(chunk)
            for row in chunk:
                self.days.append(self._day(row))
            if perf_counter() > until:
                break
        return list(self._waiting[start : self._let_in])

    def _admit(self, rows: list[PhotoRow]) -> None:
        self._rows += rows
        self._by_id.update((row.photo_id, row) for row in rows)

    def _day(self, row: PhotoRow) -> str:
        return order.day(row) if self.sorted_by is SortBy.DATE else ""

    @Slot()
    def _next_slice(self) -> None:
        rows = self._slice(perf_counter() + SLICE_S)
        if rows:
            self.beginInsertRows(_ROOT, len(self._rows), len(self._rows) + len(rows) - 1)
            self._admit(rows)
            self.endInsertRows()
        self._after_slice()

    def _after_slice(self) -> None:
        if self._let_in < len(self._waiting):
            self._slices.start()
            return
        self._slices.stop()
        self._waiting, self._let_in = (), 0
        if self._arrivals:
            self._batches.start()
        self.settled.emit()

    # ---- what happens meanwhile

    def arrive(self, rows: Iterable[PhotoRow]) -> None:
        """Let new or changed photos in, a few times a second; in a search only those already shown are renewed."""
        self._arrivals.update((row.photo_id, row) for row in rows)
        if self._arrivals and not self._batches.isActive():
            self._batches.start()

    @Slot()
    def _take_arrivals(self) -> None:
        if self._slices.isActive():
            return  # they are taken when the whole list is in
        until = perf_counter() + SLICE_S
        while self._arrivals and perf_counter() < until:
            photo_id = next(iter(self._arrivals))
            self._arrive_one(self._arrivals.pop(photo_id))
        if self._arrivals:
            self._batches.start(0)
        else:
            self._batches.setInterval(ARRIVALS_MS)
            self.settled.emit()

    def _arrive_one(self, row: PhotoRow) -> None:
        before = self._by_id.get(row.photo_id)
        if before is None:
            if self.sorted_by is not None:
                self._insert(row)
        elif before != row:
            self._replace(before, row)

    def _insert(self, row: PhotoRow) -> None:
        assert self.sorted_by is not None
        at = order.position(self._rows, row, self.sorted_by, self.descending)
        self.beginInsertRows(_ROOT, at, at)
        self._rows.insert(at, row)
        self._by_id[row.photo_id] = row
        self.days.insert(at, self._day(row))
        self.endInsertRows()

    def _replace(self, before: PhotoRow, row: PhotoRow) -> None:
        at = self._find(before)
        if self.sorted_by is not None and not order.stays(before, row, self.sorted_by):
            self._remove_at(at)
            self._insert(row)
            return
        self._rows[at] = row
        self._by_id[row.photo_id] = row
        self.dataChanged.emit(self.index(at), self.index(at))

    def remove(self, photo_ids: Iterable[int]) -> None:
        """Take photos out that are no more; few of them at once, many in slices."""
        gone = set(photo_ids)
        for photo_id in gone & self._arrivals.keys():
            del self._arrivals[photo_id]
        if self._waiting:
            waiting = self._waiting[self._let_in :]
            self._waiting, self._let_in = [row for row in waiting if row.photo_id not in gone], 0
        self._departures |= gone & self._by_id.keys()
        self._leave_some()

    @Slot()
    def _leave_some(self) -> None:
        until = perf_counter() + SLICE_S
        while self._departures and perf_counter() < until:
            row = self._by_id.get(self._departures.pop())
            if row is not None:
                self._remove_at(self._find(row))
        if self._departures:
            self._leaves.start()
        else:
            self.settled.emit()

    def _remove_at(self, at: int) -> None:
        self.beginRemoveRows(_ROOT, at, at)
        row = self._rows.pop(at)
        del self._by_id[row.photo_id]
        self.days.remove(at)
        self.endRemoveRows()

    def _find(self, row: PhotoRow) -> int:
        """The place of a shown row: looked for by its key, and one by one where another order was given."""
        if self.sorted_by is not None:
            at = order.position(self._rows, row, self.sorted_by, self.descending)
            if at < len(self._rows) and self._rows[at] is row:
                return at
        return self._rows.index(row)

    # ---- looking things up

    def photo(self, row: int) -> PhotoRow:
        """The photo in a row."""
        return self._rows[row]

    def photos(self, start: int = 0, stop: int | None = None) -> tuple[PhotoRow, ...]:
        """Photos from one row up to another."""
        return tuple(self._rows[start:stop])

    def row_of(self, photo_id: int) -> int | None:
        """Where a photo is shown; None where it is not."""
        row = self._by_id.get(photo_id)
        return None if row is None else self._find(row)

    def hit(self, row: int) -> Hit | None:
        """Why the photo in a row was found; None outside a search."""
        return self._hits.get(self._rows[row].photo_id)
