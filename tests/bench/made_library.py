"""A library of made photos in the real stores, large enough to measure searches in: no picture files behind it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.engine.features.active import Extractors
from app.engine.features.copy import CopyExtractor
from app.engine.library.catalog import FileStat, ReadPhoto
from app.engine.library.store import Library
from app.engine.paths import library_paths
from app.engine.types import Facet, Metadata

_BLOCK = 5_000


def clustered(n: int, length: int, seed: int = 0) -> NDArray[np.float32]:
    """Unit rows around 200 centers, as embeddings of real photos lie: float32 (n, length)."""
    rng = np.random.default_rng(seed)
    centers = rng.standard_normal((200, length), np.float32)
    rows = centers[rng.integers(0, 200, n)] + 0.7 * rng.standard_normal((n, length), np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def make_library(folder: Path, photos: int, *, copies: bool = False) -> list[str]:
    """Fill a new library with `photos` made photos and their meaning rows; returns their paths.

    With `copies` they have hashes, too, every twentieth photo the same as the one before it.
    """
    extractor = Extractors().of(Facet.MEANING)
    rows = clustered(photos, extractor.length).astype(extractor.dtype)
    hashes = _hashes(photos)
    paths = [f"/made/{n // 500:04}/IMG_{n:07}.jpg" for n in range(photos)]
    with Library(library_paths(folder), write=True) as library:
        library.catalog.add_root("/made")
        for start in range(0, photos, _BLOCK):
            block = range(start, min(start + _BLOCK, photos))
            digests = [n.to_bytes(16, "big") for n in block]
            stored = {extractor.version: {d: rows[n].tobytes() for d, n in zip(digests, block, strict=True)}}
            if copies:
                stored[CopyExtractor.version] = {d: hashes[n].tobytes() for d, n in zip(digests, block, strict=True)}
            library.vectors.put(stored)
            library.catalog.put_photos([_photo(paths[n], d, n) for d, n in zip(digests, block, strict=True)])
            for version in stored:
                library.catalog.mark_extracted(version, digests)
    return paths


def _hashes(photos: int) -> NDArray[np.uint8]:
    """Copy rows uint8 (n, 73)."""
    hashes = np.random.default_rng(1).integers(0, 256, (photos, CopyExtractor.length), dtype=np.uint8)
    hashes[20::20] = hashes[19:-1:20]
    hashes[:, -1] = 90
    return hashes


def _photo(path: str, digest: bytes, n: int) -> ReadPhoto:
    stat = FileStat(path, 2_000_000 + n, 1_600_000_000_000_000_000 + n * 10**10, n + 1)
    taken = f"20{10 + n % 15:02}-{1 + n % 12:02}-{1 + n % 28:02}T12:00:00"
    return ReadPhoto(stat, digest, Metadata(format="JPEG", width=4000, height=3000, date_taken=taken), 0x808080)
