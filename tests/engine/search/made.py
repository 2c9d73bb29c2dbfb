"""A library of photos that mean what a test wants them to mean: their rows lie between what the model makes of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from app.engine.features.active import Extractors
from app.engine.library.catalog import FileStat, ReadPhoto
from app.engine.library.store import Library
from app.engine.paths import library_paths
from app.engine.reading import Reader
from app.engine.search.indexes import Indexes
from app.engine.types import Facet, Hit, Metadata, Query

Mixture = Mapping[str, float]


class MadeLibrary:
    """Photos by name, each a mixture of words and of noise of its own."""

    def __init__(self, folder: Path) -> None:
        self.library = Library(library_paths(folder), write=True)
        self.extractors = Extractors()
        self.reader = Reader(self.library, self.extractors, Indexes(folder / "indexes", self.library.vectors, self.extractors))
        self.rows: dict[str, np.ndarray] = {}

    def put(self, name: str, mixture: Mixture, **facts: object) -> None:
        """Add one photo; the first one put is the newest."""
        self.put_all([(name, mixture, facts)])

    def put_all(self, photos: Sequence[tuple[str, Mixture, Mapping[str, object]]]) -> None:
        """Add several photos at once."""
        meaning = self.extractors.of(Facet.MEANING)
        read, rows = [], {}
        for name, mixture, facts in photos:
            number = len(self.rows)
            row = 0.05 * _unit(np.random.default_rng(number).standard_normal(meaning.length))
            for text, weight in mixture.items():
                row = row + weight * self.row_of(text)
            stored = _unit(row).astype(meaning.dtype)
            stat = FileStat(f"/p/{name}", 1000 + number, 10**18 - number * 10**12, number)
            digest = number.to_bytes(16, "big")
            metadata = Metadata(**({"width": 40, "height": 30} | dict(facts)))  # type: ignore[arg-type]
            read.append(ReadPhoto(stat, digest, metadata, 0))
            rows[digest] = stored.tobytes()
            self.rows[f"/p/{name}"] = stored.astype(np.float32)
        self.library.catalog.put_photos(read)
        self.library.vectors.put({meaning.version: rows})
        self.library.catalog.mark_extracted(meaning.version, list(rows))

    def row_of(self, text: str) -> np.ndarray:
        """What the model makes of words."""
        return self.extractors.meaning_model.text_encoder().encode_texts([text])[0]

    def hits(self, text: str = "", **asked: object) -> Sequence[Hit]:
        """What is found by meaning."""
        asked = {"facets": (Facet.MEANING,)} | asked
        return self.reader.search(Query(text=text, **asked)).hits  # type: ignore[arg-type]

    def names(self, text: str = "", **asked: object) -> list[str]:
        """The names of the files found."""
        return [hit.row.name for hit in self.hits(text, **asked)]

    def close(self) -> None:
        """Close reader and library."""
        self.reader.close()
        self.library.close()


def _unit(row: np.ndarray) -> np.ndarray:
    return row / np.linalg.norm(row)
