"""The table that gives words to the built-in model's classes: one sentence embedding for each of 1,000 kinds of things."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import ModelMissing
from app.engine.paths import resources

SPREAD = 3.0
"""How gently the directions are evened out, in mean variances; 0 would make all directions count the same."""


@dataclass(frozen=True, slots=True)
class ClassTable:
    """`rows` (1000, 384) float32 on the picture side, `mean` (384) to take off on the word side; `digest` names the content."""

    rows: NDArray[np.float32]
    mean: NDArray[np.float32]
    digest: str


def table_path() -> Path:
    """Where the table lies among the files that Facet carries."""
    return resources() / "models" / "classes.npz"


def read_table(file: Path | None = None) -> ClassTable:
    """Read the table. Raises ModelMissing when it is not there."""
    file = file or table_path()
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            rows, mean = arrays["rows"].astype(np.float32), arrays["mean"].astype(np.float32)
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise ModelMissing(f"A part of Facet's built-in model is missing or damaged ({file}); install Facet again.") from error
    return ClassTable(rows, mean, hashlib.sha256(rows.tobytes() + mean.tobytes()).hexdigest()[:8])


def write_table(embeddings: NDArray[np.float32], file: Path) -> None:
    """Write the table for the embeddings (1000, 384) of the classes' words, at half precision."""
    mean = embeddings.mean(axis=0)
    centered = embeddings - mean
    np.savez_compressed(file, rows=(centered @ evening(centered)).astype(np.float16), mean=mean.astype(np.float16))


def evening(centered: NDArray[np.float32]) -> NDArray[np.float32]:
    """The (384, 384) map that makes directions count less in which many classes differ: a softened whitening.

    Measured on 4,293 captioned photos: 66.4 % instead of 64.8 % of captions find their photo among the first 10 of 390.
    """
    values, directions = np.linalg.eigh(centered.T @ centered / len(centered))
    found: NDArray[np.float32] = (directions / np.sqrt(values / values.mean() + SPREAD)) @ directions.T
    return found
