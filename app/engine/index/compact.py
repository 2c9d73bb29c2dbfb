"""Nearest neighbors among very many rows: two bits a number in memory, and the best candidates scored by their stored rows.

Measured with one thread on 200,000 rows of 768 numbers (tests/bench/bench_million.py measures a million): exact halves take 1,536
bytes a row and 20 ms a query, these 200 bytes and 2 ms. Of what else FAISS has, one bit (RaBitQ) took 7 ms and more candidates,
its fast form knows no filter, four bits took 16 ms, and a graph (HNSW) forgets nothing and takes more memory than the rows.
Probing few lists would save a millisecond and lose photos here and there: all lists are looked through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.index.base import Fetch, Found, nothing
from app.engine.index.ids import IdColumn, Ids, last_of_each
from app.engine.index.measure import Measure
from app.engine.index.table import beside, load_array, load_faiss, write_array

FEW = 20_000
"""Up to so many allowed photos are all scored by their stored rows."""
LEAST, TIMES = 500, 5
"""So many candidates, and so many for each photo asked for, are scored: of the true first ten of a million 99.4 % are there."""
LEAST_ALLOWED, MOST_ALLOWED = 2_000, 8_000
"""The fewest and the most candidates (for up to 1,600 photos asked for) among allowed photos when more than `FEW` are allowed."""
MOST = 32_000
"""When every photo is asked for, so many are scored; those that follow keep the order of their estimates."""
SAMPLE, LEARNS_FROM = 20_000, 16
"""So many rows are enough to learn the coding from, and so many are needed."""
BLOCK = 4_096
MARGIN = ".margin"
_SPAN = 1 << 26


class CompactIndex:
    """Rows that `measure` compares, coded by product quantization in inverted lists; `fetch` reads the stored rows.

    Every score that comes out is that of the stored row (but for what comes after the first `MOST`). A search among at most
    `few` allowed photos equals brute force. Among more, candidates are added until the last one's estimate lies below the last
    photo found by more than the coding's error (the 99.9th percentile, measured when it was trained), at most `MOST_ALLOWED`:
    then a neighbor is missed that so many others seem nearer than.
    """

    kind = "compact"
    parts: tuple[str, ...] = ("", MARGIN)

    def __init__(self, measure: Measure, fetch: Fetch, *, few: int = FEW) -> None:
        self.length = measure.length
        self._measure = measure
        self._fetch = fetch
        self._few = few
        self._index: Any = None
        self._column = IdColumn()
        self._margin = 0.0
        self._lock = Lock()

    @property
    def lists(self) -> int:
        """How many inverted lists there are; 0 before training."""
        return int(self._index.nlist) if self._index is not None else 0

    @property
    def outgrown(self) -> bool:
        """Whether so many rows should have a finer coding."""
        return lists_for(len(self)) >= 4 * max(1, self.lists)

    def train(self, rows: NDArray[Any], expected: int) -> None:
        """Learn the coding from rows (n >= 16, length), a fair sample, for so many rows to come. The index is empty then."""
        encoded = self._measure.encode(rows)
        index = _untrained(self._measure.width, lists_for(expected))
        index.train(encoded)
        with self._lock:
            self._index, self._column = index, IdColumn()
            self._margin = _error(index, encoded)
            self._begin()

    def add(self, ids: Ids, rows: NDArray[Any]) -> None:
        """Add rows (n, length), replacing ids that are there already; of an id given twice the last row counts."""
        ids = np.asarray(ids, np.int64).reshape(-1)
        if rows.shape != (len(ids), self.length):
            raise ValueError(f"expected rows of shape ({len(ids)}, {self.length}), got {rows.shape}")
        last = last_of_each(ids)
        ids, encoded = ids[last], self._measure.encode(rows[last])
        if not len(ids):
            return
        if self._index is None:
            self.train(rows if len(rows) >= LEARNS_FROM else np.repeat(rows, LEARNS_FROM, axis=0), len(rows))
        with self._lock:
            self._remove(ids)
            self._append(ids, encoded)

    def remove(self, ids: Sequence[int] | Ids) -> None:
        """Take ids out; unknown ones are no error."""
        with self._lock:
            self._remove(np.unique(np.asarray(ids, np.int64)))

    def search(self, query: NDArray[Any], k: int, allowed: Ids | None = None) -> Found:
        """The k best ids for a query row (length,) and what `measure` shows of them; only among `allowed` when given."""
        encoded = self._measure.encode(query.reshape(1, self.length))
        kept: Ids | None = None
        with self._lock:
            if allowed is not None:
                kept = np.unique(allowed)
                kept = kept[self._column.find(kept) >= 0]
            most = len(self._column) if kept is None else len(kept)
        k = min(k, most)
        if k < 1:
            return nothing()
        if kept is not None and most <= self._few:
            ids, scores = self._scored(query, kept)
        elif kept is None:
            ids, scores = self._of_all(query, encoded, k)
        else:
            ids, scores = self._of_allowed(query, encoded, k, kept)
        return ids[:k], self._measure.shown(scores[:k])

    def __len__(self) -> int:
        return len(self._column)

    def ids(self) -> Ids:
        """The ids it holds, rising."""
        with self._lock:
            return np.sort(self._column.values)

    def save(self, path: Path) -> None:
        """Write to `path` and beside it; see `store`."""
        with self._lock:
            index = self._index if self._index is not None else _untrained(self._measure.width, 1)
            load_faiss().write_index(index, str(path))
            write_array(beside(path, MARGIN), np.array([self._margin]))
            self._write_more(path)

    def restore(self, path: Path) -> None:
        """Take over what `save` wrote. Raises ValueError, OSError or RuntimeError where it does not fit or is damaged."""
        faiss = load_faiss()
        index, margin = faiss.read_index(str(path)), load_array(beside(path, MARGIN))
        if not isinstance(index, faiss.IndexIVFPQFastScan) or index.d != self._measure.width or margin.shape != (1,):
            raise ValueError("these rows are of another kind")
        ids = np.sort(np.concatenate([np.empty(0, np.int64), *_ids_in(index.invlists, index.nlist)]))
        if len(ids) != index.ntotal or (np.diff(ids) <= 0).any():
            raise ValueError("an id is there twice")
        with self._lock:
            self._index = index if index.is_trained else None
            self._column, self._margin = IdColumn(ids), float(margin[0])
            self._restore_more(path, ids)

    # ---- for an index that holds more than the coding; under the lock

    def _begin(self) -> None:
        """Forget every row."""

    def _write_more(self, path: Path) -> None:
        """Write beside the coding what `parts` names."""

    def _restore_more(self, path: Path, ids: Ids) -> None:
        """Read it for these rising ids. Raises ValueError where it does not fit."""

    # ---- inside

    def _append(self, ids: Ids, encoded: NDArray[np.float32]) -> None:
        self._index.add_with_ids(encoded, ids)
        self._column.append(ids)

    def _remove(self, ids: Ids) -> None:
        slots = self._column.find(ids)
        if not (slots >= 0).any():
            return
        self._index.remove_ids(load_faiss().IDSelectorBatch(ids[slots >= 0]))
        kept = np.ones(len(self._column), np.bool_)
        kept[slots[slots >= 0]] = False
        self._column.keep(kept)

    def _of_all(self, query: NDArray[Any], encoded: NDArray[np.float32], k: int) -> Found:
        found, estimates = self._candidates(encoded, max(LEAST, TIMES * k), None)
        ids, scores = self._scored(query, found[:MOST])
        rest = found[MOST:]  # so far down nobody reads the scores: the estimates must do
        if not len(rest) or not len(scores):
            return ids, scores
        return np.concatenate([ids, rest]), np.concatenate([scores, np.minimum(estimates[MOST:], scores[-1])])

    def _of_allowed(self, query: NDArray[Any], encoded: NDArray[np.float32], k: int, kept: Ids) -> Found:
        wanted = max(LEAST_ALLOWED, TIMES * k)
        ids, scores = nothing()
        while True:
            found, estimates = self._candidates(encoded, wanted, kept)
            more = self._scored(query, found[~np.isin(found, ids)])
            ids, scores = _ordered(np.concatenate([ids, more[0]]), np.concatenate([scores, more[1]]))
            complete = len(found) < wanted or wanted >= max(MOST_ALLOWED, TIMES * k)
            if complete:
                return ids, scores
            if len(scores) >= k and estimates[-1] + self._margin < self._measure.least_product(float(scores[k - 1])):
                return ids, scores
            wanted *= 4

    def _candidates(self, encoded: NDArray[np.float32], count: int, kept: Ids | None) -> Found:
        faiss = load_faiss()
        selector = None if kept is None else _selector(kept)
        with self._lock:
            parameters = faiss.SearchParametersIVF(nprobe=self._index.nlist, **({"sel": selector} if selector else {}))
            estimates, ids = self._index.search(encoded, min(count, len(self._column)), params=parameters)
        there = ids[0] >= 0
        return ids[0][there], estimates[0][there]

    def _scored(self, query: NDArray[Any], ids: Ids) -> Found:
        """The ids that have a stored row, best first, and their true scores."""
        found, scores = [np.empty(0, np.int64)], [np.empty(0, np.float32)]
        for at in range(0, len(ids), BLOCK):
            there, rows = self._fetch(ids[at : at + BLOCK])
            found.append(there)
            if len(there):
                scores.append(self._measure.score(query, rows))
        ids, all_scores = np.concatenate(found), np.concatenate(scores)
        sound = np.isfinite(all_scores)  # a damaged row is no answer
        return _ordered(ids[sound], all_scores[sound])


def lists_for(rows: int) -> int:
    """How many inverted lists are right for so many rows: they only make the coding finer, for all are looked through."""
    return int(2 ** np.clip(np.floor(np.log2(max(1, rows) / 500)), 0, 8))


def _untrained(width: int, lists: int) -> Any:
    faiss = load_faiss()
    parts = width // 2 if width % 2 == 0 else width
    index = faiss.IndexIVFPQFastScan(faiss.IndexFlatIP(width), width, lists, parts, 4, faiss.METRIC_INNER_PRODUCT)
    index.by_residual = True
    for clustering, rounds in ((index.cp, 10), (index.pq.cp, 5)):
        clustering.niter, clustering.min_points_per_centroid = rounds, 1
    return index


def _error(index: Any, encoded: NDArray[np.float32]) -> float:
    """The 99.9th percentile of how much too small the estimates are, for near rows of the sample."""
    some = encoded[:SAMPLE]
    index.add_with_ids(some, np.arange(len(some)))
    queries = some[:: max(1, len(some) // 64)]
    faiss = load_faiss()
    estimates, near = index.search(queries, min(200, len(some)), params=faiss.SearchParametersIVF(nprobe=index.nlist))
    true = np.einsum("qd,qkd->qk", queries, some[near])
    index.reset()
    return max(0.0, float(np.quantile(true - estimates, 0.999)))


def _selector(kept: Ids) -> Any:
    """A FAISS filter that keeps to rising ids; as bits, unless the ids are far apart."""
    faiss = load_faiss()
    if kept[0] < 0 or kept[-1] >= _SPAN:
        return faiss.IDSelectorBatch(kept)
    mask = np.zeros(int(kept[-1]) + 1, np.bool_)
    mask[kept] = True
    return faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))


def _ordered(ids: Ids, scores: NDArray[np.float32]) -> Found:
    order = np.lexsort((ids, -scores))
    return ids[order], scores[order]


def _ids_in(lists: Any, count: int) -> Iterator[Ids]:
    for at in range(count):
        size = lists.list_size(at)
        if size:
            yield load_faiss().rev_swig_ptr(lists.get_ids(at), size).copy()
