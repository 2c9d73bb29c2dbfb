"""The points of a large library: principal components in codes of four bits each two, in inverted lists.

Measured on 1.2 million points of real photos, 3,000 points of edited and cut ones asked (one thread): how often the true nearest
is among the 24 found, and milliseconds for 400 points. Chosen: 48 components in 12 bytes, 0.986, learned in a second; it took
35 ms while the machine had other work, and a learned rotation to as many (OPQ) 11 ms without, so that these two are not to be
compared; that is no better for 20 seconds more of learning. Without components 16 bytes 0.992, 20 ms, and 8 bytes 0.967, 11 ms,
but twice the time to add; 64 components in 16 bytes 0.992, 15 ms; one bit a number (RaBitQ) 0.997, 65 ms, its bytes were not
measured; codes of eight bits in 16 bytes 0.998, 136 ms.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from app.engine.index.ids import Ids
from app.engine.index.local_photos import PhotoCounts
from app.engine.index.local_points import CODES, DIMENSIONS, LISTS, MOST_POINTS, POINT_BITS, Batch, Kept, Near
from app.engine.index.packed_ids import pack, unpack
from app.engine.index.table import beside, load_faiss

COMPONENTS, PARTS = 48, 24
"""Principal components that are kept of 128 numbers, and numbers of four bits in a code: twelve bytes a point."""
PROBES = 16
"""So many lists are looked through for a point."""
SAMPLE, LEAST_SAMPLE = 40, 65_536
"""So many points for each list are learned from, and so many at least if there are as many."""
LEARNS_FROM = 256
"""So many are needed."""
MOST_LISTS = 8_192
DEAD_SHARE = 0.05
"""Points of photos that were taken out are passed over until they are so large a share; then they go."""
UNEVEN = 1.5
"""When lists have become so many times as uneven as those that were learned, other lists would serve better."""
_SPAN = 1 << 22
_CHUNK = 1 << 20


class CodedPoints:
    """Points in a coding that is learned once. `coding` is its empty FAISS index in bytes."""

    def __init__(self, coding: NDArray[np.uint8], trained_for: int = 0, balance: float = 0.0) -> None:
        self._coding = coding
        self._whole, self._index = _opened(coding)
        self.trained_for = trained_for
        self._balance = balance  # how uneven the lists were then
        self._dead: Ids = np.empty(0, np.int64)
        self._dead_points = 0

    @classmethod
    def trained(cls, sample: NDArray[np.float32], expected: int) -> CodedPoints:
        """An empty one with a coding that is learned from descriptors (n >= 256, 128), for so many points to come."""
        faiss = load_faiss()
        lists = min(lists_for(expected), max(1, len(sample) // 16))
        index = faiss.IndexIVFPQFastScan(faiss.IndexFlatL2(COMPONENTS), COMPONENTS, lists, PARTS, 4)
        for clustering, rounds, most in ((index.cp, 8, SAMPLE), (index.pq.cp, 10, 4_096)):
            clustering.niter, clustering.min_points_per_centroid, clustering.max_points_per_centroid = rounds, 1, most
        whole = faiss.IndexPreTransform(faiss.PCAMatrix(DIMENSIONS, COMPONENTS), index)
        whole.train(sample)
        return cls(faiss.serialize_index(whole))

    def add(self, batch: Batch) -> None:
        """Add photos that are not there; the rows are not kept."""
        if np.isin(batch.photos, self._dead).any():
            self.settle()
        if len(batch.descriptors):
            self._whole.add_with_ids(batch.descriptors, batch.points)

    def remove(self, photos: Ids, points: int) -> None:
        """Take photos out: their points are passed over from now on."""
        self._dead, self._dead_points = np.union1d(self._dead, photos), self._dead_points + points
        if self._dead_points > DEAD_SHARE * self._index.ntotal:
            self.settle()

    def search(self, queries: NDArray[np.float32], k: int, only: Kept | None) -> Near:
        """The k nearest points of each query (n, 128) by their codes, among those in the lists nearest to it."""
        faiss = load_faiss()
        selector = None
        if only is not None:
            if only.selector is None:
                only.selector = _selector(only.photos)
            selector = only.selector
        elif len(self._dead):
            selector = faiss.IDSelectorNot(dead := _selector(self._dead))  # noqa: F841  # `dead` lives as long as the search
        if not len(queries):
            return np.empty((0, k), np.float32), np.empty((0, k), np.int64)
        probes = min(PROBES, self._index.nlist)
        parameters = faiss.SearchParametersIVF(nprobe=probes, **({"sel": selector} if selector else {}))
        distances, points = self._whole.search(queries, k, params=parameters)
        return distances, points

    def filled(self) -> None:
        """What is there now is what the coding was learned for."""
        self.trained_for, self._balance = int(self._index.ntotal), float(self._index.invlists.imbalance_factor())

    def settle(self) -> None:
        """Points that are passed over go for good."""
        if len(self._dead):
            dead = _selector(self._dead)
            self._whole.remove_ids(dead)
            self._dead, self._dead_points = np.empty(0, np.int64), 0

    def unbalanced(self) -> bool:
        """Whether the lists have become uneven: then a search looks through many more points."""
        return self._balance > 0 and float(self._index.invlists.imbalance_factor()) > UNEVEN * self._balance

    def write(self, path: Path, photos: Ids) -> None:
        """Write the coding, then what is in its lists: `LISTS` has sizes and packed ids, `CODES` the codes as they lie."""
        path.write_bytes(self._coding.tobytes())
        sizes = self._sizes()
        with beside(path, LISTS).open("wb") as file:
            for array in (np.array([self.trained_for, self._balance]), sizes):
                np.save(file, array, allow_pickle=False)
            for some in _chunks(sizes):
                ids = [_ids_in(self._index.invlists, number, int(sizes[number])) for number in some]
                np.save(file, pack(np.concatenate([np.empty(0, np.int64), *ids])), allow_pickle=False)
        with beside(path, CODES).open("wb") as file:
            for number in np.flatnonzero(sizes).tolist():
                file.write(_codes_in(self._index, number, int(sizes[number])).data)

    @classmethod
    def read(cls, path: Path, photos: PhotoCounts) -> CodedPoints:
        """What was written of these photos. Raises OSError, or ValueError where that does not fit."""
        with beside(path, LISTS).open("rb") as file:
            learned, sizes = _next_array(file), _next_array(file)
            if learned.shape != (2,):
                raise ValueError("what was learned is not known")
            points = cls(np.fromfile(path, np.uint8), int(learned[0]), float(learned[1]))
            if sizes.shape != (points._index.nlist,) or (sizes < 0).any() or sizes.sum() != photos.points:
                raise ValueError("lists and points do not belong together")
            for some in _chunks(sizes):
                points._fill(some, sizes, unpack(_next_array(file)))
        with beside(path, CODES).open("rb") as file:
            for number in np.flatnonzero(sizes).tolist():
                codes = _codes_in(points._index, number, int(sizes[number]))
                if file.readinto(codes.data) != len(codes):
                    raise ValueError("the codes are cut off")
        return points

    # ---- inside

    def _sizes(self) -> NDArray[np.int64]:
        lists = self._index.invlists
        return np.fromiter((lists.list_size(number) for number in range(self._index.nlist)), np.int64, self._index.nlist)

    def _fill(self, numbers: range, sizes: NDArray[np.int64], ids: Ids) -> None:
        """Make room in some lists and put the ids there."""
        if len(ids) != sizes[numbers.start : numbers.stop].sum():
            raise ValueError("ids and lists do not belong together")
        at = 0
        for number in numbers:
            size = int(sizes[number])
            if size:
                self._index.invlists.resize(number, size)
                _ids_in(self._index.invlists, number, size)[:] = ids[at : at + size]
                at += size
        self._index.ntotal += at
        self._whole.ntotal += at


def lists_for(points: int) -> int:
    """How many inverted lists are right for so many points."""
    return int(2 ** np.clip(np.round(np.log2(max(1, points) / 2_500)), 4, np.log2(MOST_LISTS)))


def sample_for(points: int) -> int:
    """How many of so many points are learned from."""
    return max(LEAST_SAMPLE, SAMPLE * lists_for(points))


def _opened(coding: NDArray[np.uint8]) -> tuple[Any, Any]:
    """The FAISS index with its transform, and the inverted lists within. Raises ValueError, RuntimeError for something else."""
    faiss = load_faiss()
    whole = faiss.deserialize_index(coding)
    index = faiss.downcast_index(whole.index) if isinstance(whole, faiss.IndexPreTransform) else None
    if not isinstance(index, faiss.IndexIVFPQFastScan) or not whole.is_trained or whole.ntotal or whole.d != DIMENSIONS:
        raise ValueError("these points are of another kind")
    return whole, index


def _selector(photos: Ids) -> Any:
    """A FAISS filter that keeps to the points of rising photos; as bits, unless the photo_ids are far apart."""
    faiss = load_faiss()
    if len(photos) and (photos[0] < 0 or photos[-1] >= _SPAN):
        return faiss.IDSelectorBatch(np.repeat(photos << POINT_BITS, MOST_POINTS) | np.tile(np.arange(MOST_POINTS), len(photos)))
    whole = np.zeros(int(photos[-1]) + 1 if len(photos) else 1, np.uint8)
    whole[photos] = 255
    return faiss.IDSelectorBitmap(np.repeat(whole, MOST_POINTS // 8))


def _chunks(sizes: NDArray[np.int64]) -> Iterator[range]:
    """The lists in runs of about `_CHUNK` points."""
    runs = np.cumsum(sizes) // _CHUNK
    edges = [0, *(np.flatnonzero(np.diff(runs)) + 1).tolist(), len(sizes)]
    for start, stop in itertools.pairwise(edges):
        yield range(start, stop)


def _ids_in(lists: Any, number: int, size: int) -> Ids:
    """The ids in a list, a view that is good until the list changes."""
    ids: Ids = load_faiss().rev_swig_ptr(lists.get_ids(number), size) if size else np.empty(0, np.int64)
    return ids


def _codes_in(index: Any, number: int, size: int) -> NDArray[np.uint8]:
    """The codes in a list in blocks of 32, as they are scanned; a view that is good until the list changes."""
    blocks = -(-size // index.bbs)
    codes: NDArray[np.uint8] = load_faiss().rev_swig_ptr(index.invlists.get_codes(number), blocks * index.bbs * index.M2 // 2)
    return codes


def _next_array(file: BinaryIO) -> NDArray[Any]:
    array: NDArray[Any] = np.load(file, allow_pickle=False)
    return array
