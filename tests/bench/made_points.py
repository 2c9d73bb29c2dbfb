"""Points for benchmarks: RootSIFT of real photos, and any number of photos whose points lie as those do."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import cv2
import faiss
import numpy as np
from numpy.typing import NDArray

Descriptors = NDArray[np.float32]
SUFFIXES = {".jpg", ".jpeg", ".png"}
SIDE = 640


def root_sift(file: Path, most: int) -> Descriptors:
    """The descriptors of the strongest points of a picture, (n, 128); no rows where it cannot be read."""
    gray = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
    if gray is None:
        return np.empty((0, 128), np.float32)
    scale = SIDE / max(gray.shape)
    if scale < 1:
        gray = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    points, found = cv2.SIFT_create(contrastThreshold=0.02).detectAndCompute(gray, None)
    if found is None:
        return np.empty((0, 128), np.float32)
    strongest = np.argsort([-point.response for point in points], kind="stable")[:most]
    shares: Descriptors = np.sqrt(found[strongest] / np.maximum(found[strongest].sum(axis=1, keepdims=True), 1e-9))
    return shares.astype(np.float32)


def read_photos(folders: list[Path], photos: int, most: int, cache: Path | None) -> dict[str, Descriptors]:
    """The points of the first photos of folders by file; kept in `cache` for another run."""
    if cache is not None and cache.is_file():
        with np.load(cache) as kept:
            ends = np.cumsum(kept["counts"])[:-1]
            parts = np.split(kept["descriptors"].astype(np.float32), ends)
            return dict(zip(kept["files"].tolist(), parts, strict=True))
    files = itertools.chain.from_iterable(sorted(folder.rglob("*")) for folder in folders)
    pictures = itertools.islice((file for file in files if file.suffix.lower() in SUFFIXES), photos)
    read = {str(file): root_sift(file, most) for file in pictures}
    if cache is not None:
        parts = list(read.values())
        np.savez(
            cache, files=list(read), counts=[len(part) for part in parts], descriptors=np.concatenate(parts).astype(np.float16)
        )
    return read


class Likeness:
    """A mixture of Gaussians around words learned from real points. Each point of a photo is drawn for itself."""

    def __init__(self, real: Descriptors, words: int = 4_096) -> None:
        clustering = faiss.Kmeans(128, words, niter=8, min_points_per_centroid=1, max_points_per_centroid=64)
        clustering.train(real)
        self._words = clustering.centroids
        _, nearest = clustering.index.search(real, 1)
        self._often = np.cumsum(np.bincount(nearest[:, 0], minlength=words) / len(real))
        apart = real - self._words[nearest[:, 0]]
        squares = np.bincount(nearest[:, 0], (apart**2).sum(axis=1), words)
        counts = np.maximum(1, np.bincount(nearest[:, 0], minlength=words))
        self._spread = np.sqrt(squares / counts).astype(np.float32)
        shapes = apart / np.maximum(self._spread[nearest[:, 0]], 1e-6)[:, None]
        self._shape = np.linalg.cholesky(np.cov(shapes.T) + 1e-6 * np.eye(128)).T.astype(np.float32)

    def photo(self, number: int, points: int) -> Descriptors:
        """The points of a photo, the same for the same number."""
        rng = np.random.default_rng(number)
        word = np.minimum(np.searchsorted(self._often, rng.random(points)), len(self._words) - 1)
        noise = rng.standard_normal((points, 128), np.float32) @ self._shape
        return unit(np.maximum(self._words[word] + self._spread[word, None] * noise, 0))


def differences(queries: list[Descriptors], photos: list[Descriptors]) -> Descriptors:
    """How points of edited photos differ from the same points of the photos: of pairs that can hardly be anything else."""
    found = []
    for query, photo in zip(queries, photos, strict=True):
        if len(query) and len(photo) > 1:
            distances, nearest = faiss.knn(query, photo, 2)
            sure = (distances[:, 0] < 0.15) & (distances[:, 0] < 0.6 * distances[:, 1])
            found.append(query[sure] - photo[nearest[sure, 0]])
    return np.concatenate(found)


def unit(rows: Descriptors) -> Descriptors:
    """Rows of length 1."""
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def blocks(numbers: NDArray[np.int64], size: int) -> Iterator[NDArray[np.int64]]:
    """So many numbers at a time."""
    for at in range(0, len(numbers), size):
        yield numbers[at : at + size]
