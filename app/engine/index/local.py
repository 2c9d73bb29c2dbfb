"""Photos that share pieces with a picture: votes of its points for the photos that have points like them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import Cancelled
from app.engine.index.base import Found, nothing
from app.engine.index.ids import Ids, last_of_each
from app.engine.index.local_coded import LEARNS_FROM, CodedPoints, sample_for
from app.engine.index.local_exact import ExactPoints
from app.engine.index.local_photos import PhotoCounts
from app.engine.index.local_points import CODES, DIMENSIONS, LISTS, Batch, Decode, Kept, Points, decoded
from app.engine.index.local_votes import NEIGHBORS, USUAL_POINTS, above_chance, tally
from app.engine.index.table import beside, load_array, load_faiss, write_array

EXACT_POINTS = 50_000
"""Up to so many points, those of some 750 photos, are compared one by one; they take 75 MB and a fifth of a second."""
FAR_TOO_MANY = 2
"""So many times as many are not worth adding first and learning from afterwards."""
PHOTOS = ".photos"
BLOCK = 32
"""So many photos are added at once: a question waits no longer."""
SOME = 512
"""The points of so many photos tell how many there are in all."""
STEP = 1_024
"""The rows of so many photos are read at once."""

Rows = Callable[[Ids], tuple[Ids, Sequence[bytes]]]
"""Reads stored rows: the ids that have one, in any order, and their rows. Any thread."""


class LocalIndex:
    """Points of photos by their descriptors. Safe to ask from one thread while another adds.

    `decode` makes descriptors float32 (n, 128) of length 1 of a stored row, strongest first; an empty row is a photo without
    points, which is held like the others. Up to `exact_points` points the votes are those of brute force, and also beyond, until
    somebody uses what `retrained` gives.
    """

    kind = "points"
    parts: tuple[str, ...] = ("", PHOTOS, LISTS, CODES)

    def __init__(self, decode: Decode, *, exact_points: int = EXACT_POINTS) -> None:
        self._decode = decode
        self._exact_points = exact_points
        self._points: Points = ExactPoints()
        self._photos = PhotoCounts()
        self._lock = Lock()
        self._kept: Kept | None = None
        """What the question at hand keeps to; goes with the ids that it was made of, and when photos come or go."""

    def __len__(self) -> int:
        return len(self._photos)

    @property
    def points(self) -> int:
        """How many points all photos have."""
        return self._photos.points

    def ids(self) -> Ids:
        """The photos it holds, rising."""
        with self._lock:
            return self._photos.ids.copy()

    def add(self, photo_ids: Sequence[int] | Ids, rows: Sequence[bytes]) -> None:
        """Add photos, replacing those that are there already; of an id given twice the last row counts.

        Raises ValueError where there are not so many rows as ids, or an id below zero, and changes nothing then.
        """
        ids = np.asarray(photo_ids, np.int64).reshape(-1)
        if len(ids) != len(rows) or (ids < 0).any():
            raise ValueError(f"expected {len(ids)} rows for ids from zero, got {len(rows)}")
        last = last_of_each(ids)
        for at in range(0, len(last), BLOCK):
            some = last[at : at + BLOCK]
            batch = Batch.of(ids[some], [rows[place] for place in some.tolist()], self._decode)
            with self._lock:
                self._remove(batch.photos)
                self._kept = None
                self._points.add(batch)
                self._photos.add(batch.photos, batch.counts)

    def remove(self, ids: Sequence[int] | Ids) -> None:
        """Take photos out; unknown ones are no error."""
        with self._lock:
            self._remove(np.unique(np.asarray(ids, np.int64)))

    def vote(
        self, descriptors: NDArray[np.float32], most: int, allowed: Ids | None = None, *, neighbors: int = NEIGHBORS
    ) -> Found:
        """At most so many photos for descriptors (n, 128) of length 1, and their scores, best first; only among `allowed`.

        So many `neighbors` of each point vote: more than the photos that show it, for the last one says what is near by chance.

        Scores have no unit: how many more votes a photo got than one with as many points gets by chance, zero and below for those
        that are no better than that.
        Raises ValueError for descriptors of another shape or with something that is not a number.
        """
        queries = np.ascontiguousarray(descriptors, np.float32)
        if queries.ndim != 2 or queries.shape[1] != DIMENSIONS or not np.isfinite(queries).all():
            raise ValueError(
                f"expected descriptors of shape (n, {DIMENSIONS}), got {queries.shape}, or something is not a number"
            )
        with self._lock:
            only = None if allowed is None else self._kept_to(allowed)
            if not len(queries) or not len(self._photos) or most < 1 or (only is not None and not len(only.photos)):
                return nothing()
            photos, votes = tally(self._points.search(queries, neighbors, only))
            counts = self._photos.of(photos)
            points = self._photos.points if only is None else only.points
        scores = above_chance(votes, counts, points)
        order = np.lexsort((photos, -scores))[:most]
        return photos[order], scores[order]

    @property
    def needs_training(self) -> bool:
        """Whether so many points should have a coding that is learned anew, or for the first time."""
        with self._lock:
            if not self._points.trained_for:
                return self.points > self._exact_points
            return self.points >= 2 * self._points.trained_for or self._points.unbalanced()

    def outgrown_by(self, photos: int) -> bool:
        """Whether with so many photos more it would have far too many points to compare one by one."""
        with self._lock:
            each = self.points / len(self) if len(self) else USUAL_POINTS
            return not self._points.trained_for and self.points + photos * each > FAR_TOO_MANY * self._exact_points

    def retrained(self, rows: Rows, stop: Callable[[], bool] = lambda: False) -> LocalIndex:
        """Another index of the photos it holds now, see `made`: this one may be asked and changed by other threads meanwhile.

        What came or went since is not in the other.
        """
        return LocalIndex.made(self._decode, self.ids(), rows, stop, exact_points=self._exact_points)

    @classmethod
    def made(
        cls,
        decode: Decode,
        ids: Ids,
        rows: Rows,
        stop: Callable[[], bool] = lambda: False,
        *,
        exact_points: int = EXACT_POINTS,
    ) -> LocalIndex:
        """An index of these rising photos, with a coding that is learned from them, or without one where they are few.

        Takes minutes for very many photos. Raises Cancelled when `stop` says so.
        """
        index = cls(decode, exact_points=exact_points)
        some = _descriptors(decode, rows, ids, SOME)
        points = len(some) * len(ids) // max(1, min(SOME, len(ids)))
        if points > 0.9 * exact_points:  # a guess: what is needed at once must not be made without
            sample = _descriptors(decode, rows, ids, sample_for(points) * len(ids) // points)
            if not stop() and len(sample) >= LEARNS_FROM:
                index._points = CodedPoints.trained(sample, points)
        for at in range(0, len(ids), STEP):
            if stop():
                raise Cancelled("an index was given up before it was complete")
            index.add(*rows(ids[at : at + STEP]))
        index._points.filled()
        return index

    def save(self, path: Path) -> None:
        """Write to `path` and beside it; see `store`. For the thread that adds and removes: questions go on meanwhile."""
        with self._lock:
            self._points.settle()
        ids = self._photos.ids
        write_array(beside(path, PHOTOS), np.stack([ids, self._photos.counts]))
        self._points.write(path, ids)

    def restore(self, path: Path) -> None:
        """Take over what `save` wrote. Raises ValueError, OSError or RuntimeError where it does not fit or is damaged."""
        held = load_array(beside(path, PHOTOS))
        if held.dtype != np.int64 or held.ndim != 2 or len(held) != 2 or (np.diff(held[0]) <= 0).any() or (held < 0).any():
            raise ValueError("the photos are not known")
        photos = PhotoCounts(held[0], held[1])
        faiss = load_faiss()
        coding = faiss.read_index(str(path))
        points: Points
        if isinstance(coding, faiss.IndexFlatL2):
            points = ExactPoints.read(path, photos, self._decode)
        else:
            points = CodedPoints.read(path, photos)
        with self._lock:
            self._points, self._photos, self._kept = points, photos, None

    def _kept_to(self, allowed: Ids) -> Kept:
        if self._kept is None or self._kept.asked() is not allowed:
            photos = np.intersect1d(allowed, self._photos.ids)
            self._kept = Kept(ref(allowed, self._let_go), photos, int(self._photos.of(photos).sum()))
        return self._kept

    def _let_go(self, asked: ref[Ids]) -> None:
        if self._kept is not None and self._kept.asked is asked:
            self._kept = None

    def _remove(self, ids: Ids) -> None:
        self._kept = None
        gone, points = self._photos.remove(ids)
        if len(gone):
            self._points.remove(gone, points)


def _descriptors(decode: Decode, rows: Rows, ids: Ids, photos: int) -> NDArray[np.float32]:
    """The descriptors of at most so many of these photos, evenly picked."""
    picked = ids[np.unique(np.linspace(0, len(ids) - 1, min(photos, len(ids))).astype(np.int64))]
    parts = [decoded(decode, row) for at in range(0, len(picked), STEP) for row in rows(picked[at : at + STEP])[1]]
    return np.concatenate([np.empty((0, DIMENSIONS), np.float32), *parts])
