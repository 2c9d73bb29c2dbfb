"""The table that gives words to the built-in model's classes: one sentence embedding for each of 1,000 kinds of things."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import ModelMissing
from app.engine.paths import resources


@dataclass(frozen=True, slots=True)
class ClassTable:
    """`rows` (1000, 384) float32, centered on `mean` (384); `digest` names the content in 8 hex digits."""

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
        content = file.read_bytes()
        with np.load(file, allow_pickle=False) as arrays:
            embeddings = arrays["embeddings"].astype(np.float32)
    except (OSError, ValueError, KeyError) as error:
        raise ModelMissing(f"A part of Facet's built-in model is missing or damaged ({file}); install Facet again.") from error
    mean = embeddings.mean(axis=0)
    return ClassTable(embeddings - mean, mean, hashlib.sha256(content).hexdigest()[:8])


def write_table(embeddings: NDArray[np.float32], file: Path) -> None:
    """Write the embeddings (1000, 384) of the classes' words, at half precision."""
    np.savez_compressed(file, embeddings=embeddings.astype(np.float16))
