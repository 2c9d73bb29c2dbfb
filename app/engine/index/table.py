"""What the flat indexes share: rows in slots, and which photo id is in which slot."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.index.base import Found
from app.engine.index.ids import IdColumn, Ids, last_of_each

IDS = ".ids"


def load_faiss() -> Any:
    """The faiss module, imported when it is first needed; untyped, because its stubs know the C++ signatures only."""
    import faiss

    faiss.omp_set_num_threads(1)  # measured: a second thread makes a single query slower, above all beside an intake
    return faiss


class FlatTable(ABC):
    """Rows of one length in the slots of a flat FAISS index, in the order in which they came.

    The ids live outside of FAISS, so that rows can be read back and looked up in bulk. Every public method takes the lock.
    """

    kind = "flat"
    parts: tuple[str, ...] = ("", IDS)

    def __init__(self, length: int) -> None:
        self.length = length
        self._index: Any = self._empty()
        self._column = IdColumn()
        self._lock = Lock()

    @property
    def _ids(self) -> Ids:
        """The id in each slot; use it only under the lock."""
        return self._column.values

    @abstractmethod
    def _empty(self) -> Any:
        """A FAISS index without rows."""

    @abstractmethod
    def _encode(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Rows as the FAISS index takes them. Raises ValueError for rows that must not enter."""

    def add(self, ids: Ids, rows: NDArray[Any]) -> None:
        """Add rows (n, length), replacing ids that are there already; of an id given twice the last row counts."""
        ids = np.asarray(ids, np.int64).reshape(-1)
        if rows.shape != (len(ids), self.length):
            raise ValueError(f"expected rows of shape ({len(ids)}, {self.length}), got {rows.shape}")
        last = last_of_each(ids)
        ids, encoded = ids[last], self._encode(rows[last])
        with self._lock:
            self._remove(ids)
            self._append(ids, encoded)

    @abstractmethod
    def search(self, query: NDArray[Any], k: int, allowed: Ids | None = None) -> Found:
        """The k nearest ids for one query row and their scores or distances, best first; only among `allowed` when given."""

    def remove(self, ids: Sequence[int] | Ids) -> None:
        """Take ids out; unknown ones are no error."""
        with self._lock:
            self._remove(np.asarray(ids, np.int64))

    def __len__(self) -> int:
        return len(self._column)

    def ids(self) -> Ids:
        """The ids it holds, in the order in which they came."""
        with self._lock:
            return self._ids.copy()

    def save(self, path: Path) -> None:
        """Write to `path` and the files beside it that `parts` names; see `store` for doing it safely."""
        with self._lock:
            self._write(path)
            write_array(beside(path, IDS), self._ids)

    def restore(self, path: Path) -> None:
        """Take over what `save` wrote. Raises ValueError, OSError or RuntimeError where it does not fit or is damaged."""
        index, ids = self._read(path), load_array(beside(path, IDS))
        if index.d != self._index.d or type(index) is not type(self._index) or ids.shape != (index.ntotal,):
            raise ValueError("rows and ids do not belong together")
        with self._lock:
            self._index, self._column = index, IdColumn(ids)
            self._restore_more(path)

    def _append(self, ids: Ids, encoded: NDArray[Any]) -> None:
        if len(ids):
            self._index.add(encoded)
            self._column.append(ids)

    def _remove(self, ids: Ids) -> None:
        slots = self._column.find(ids)
        slots = np.unique(slots[slots >= 0])
        if not len(slots):
            return
        kept = np.ones(len(self._column), np.bool_)
        kept[slots] = False
        self._index.remove_ids(load_faiss().IDSelectorBatch(slots))  # keeps the order of the others
        self._keep_only(kept)
        self._column.keep(kept)

    def _only(self, allowed: Ids | None) -> tuple[Any, int]:
        """FAISS search parameters that keep to `allowed`, and how many rows can be found."""
        if allowed is None:
            return None, len(self._ids)
        mask = np.isin(self._ids, allowed)
        selector = load_faiss().IDSelectorBitmap(np.packbits(mask, bitorder="little"))
        return load_faiss().SearchParameters(sel=selector), int(mask.sum())

    def _keep_only(self, kept: NDArray[np.bool_]) -> None:  # noqa: B027  # for an index that holds more than FAISS does
        """Slots go: `kept` says which stay."""

    def _restore_more(self, path: Path) -> None:  # noqa: B027
        """Read what `_write` wrote beside the rows. Raises ValueError where it does not fit."""

    def _write(self, path: Path) -> None:
        load_faiss().write_index(self._index, str(path))

    def _read(self, path: Path) -> Any:
        return load_faiss().read_index(str(path))


def beside(path: Path, part: str) -> Path:
    """The file of an index that `part` names."""
    return path.with_name(path.name + part)


def load_array(path: Path) -> NDArray[Any]:
    """What `write_array` wrote. Raises OSError or ValueError."""
    array: NDArray[Any] = np.load(path, allow_pickle=False)
    return array


def write_array(path: Path, array: NDArray[Any]) -> None:
    """Write an array to exactly this path, whatever its ending."""
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)
