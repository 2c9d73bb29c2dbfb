"""Whitening: rows centered, turned onto the directions in which photos differ most, and evened out along them.

Jegou and Chum: Negative evidences and co-occurrences in image retrieval, the benefit of PCA and whitening (ECCV 2012). What all
photos share stops counting, and what only varies much counts less. It belongs to the derived index: stored rows stay plain.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from app.engine.paths import resources

LENGTH = 256
"""Directions that are kept."""
POWER = 0.25
"""A direction is divided by its variance to this power: 0 would only turn, 0.5 is full whitening."""
SHRINK = 1.0
"""So many mean variances are added to each variance first, so that directions that hardly vary are not blown up."""
BLOCK = 16_384
LEVELS = 127

Rows = NDArray[Any]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Spread:
    """How rows of length 1 lie: their mean (D) and covariance (D, D), taken over `count` of them."""

    count: float
    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]

    @classmethod
    def of(cls, rows: Rows) -> Spread:
        """Of rows (n, D) of any lengths; n > 0."""
        width = rows.shape[1]
        total, squares = np.zeros(width), np.zeros((width, width))
        for start in range(0, len(rows), BLOCK):
            block = unit(rows[start : start + BLOCK])
            total += block.sum(axis=0, dtype=np.float64)
            squares += block.T @ block
        mean = total / len(rows)
        return cls(len(rows), mean, squares / len(rows) - np.outer(mean, mean))

    def joined(self, other: Spread) -> Spread:
        """Of all rows of both."""
        count = self.count + other.count
        here, there = self.count / count, other.count / count
        apart = self.mean - other.mean
        covariance = here * self.covariance + there * other.covariance + here * there * np.outer(apart, apart)
        return Spread(count, here * self.mean + there * other.mean, covariance)


class Whitening:
    """Turns plain rows (n, D) into rows (n, length) of length 1 that are compared by cosine.

    `learned_on`: so many photos of the library took part. `length`: numbers in a whitened row.
    """

    def __init__(self, mean: Floats, turn: Floats, learned_on: int) -> None:
        self._mean = mean
        self._turn = turn
        self.learned_on = learned_on
        self.length = int(turn.shape[1])

    @property
    def width(self) -> int:
        """Numbers in a plain row."""
        return len(self._mean)

    @classmethod
    def learn(cls, spread: Spread, learned_on: int, length: int = LENGTH) -> Whitening:
        """The whitening for rows that lie so."""
        variances, directions = np.linalg.eigh(spread.covariance)  # 0.5 s for 1,280 numbers
        order = np.argsort(-variances)[:length]
        return cls._along(spread.mean, directions[:, order], variances[order], float(variances.mean()), learned_on)

    @classmethod
    def none(cls, width: int) -> Whitening:
        """Leaves the rows as they are, but for their lengths."""
        return cls(np.zeros(width, np.float32), np.eye(width, dtype=np.float32), 0)

    @classmethod
    def _along(cls, mean: Rows, directions: Rows, variances: Rows, usual: float, learned_on: int) -> Whitening:
        """The whitening along these directions with these variances; `usual` is the mean variance of all directions."""
        shrunk = np.maximum(variances, 0) + SHRINK * max(usual, 1e-12)
        turn = directions * shrunk**-POWER
        return cls(mean.astype(np.float32), np.ascontiguousarray(turn, np.float32), learned_on)

    def apply(self, rows: Rows) -> Floats:
        """Plain rows (n, D) of any lengths -> float32 (n, length), each of length 1."""
        return unit((unit(rows) - self._mean) @ self._turn)

    def save(self, path: Path) -> None:
        """Write to exactly this path. Raises OSError."""
        with path.open("wb") as file:
            np.savez(file, mean=self._mean, turn=self._turn, learned_on=np.int64(self.learned_on), allow_pickle=False)

    @classmethod
    def load(cls, path: Path) -> Whitening:
        """Read what `save` wrote. Raises OSError or ValueError where it is not there or damaged."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                mean, turn, learned_on = arrays["mean"], arrays["turn"], int(arrays["learned_on"])
        except (EOFError, KeyError, BadZipFile) as error:
            raise ValueError(f"{path} is damaged") from error
        if mean.dtype != np.float32 or turn.dtype != np.float32 or mean.shape != turn.shape[:1] or turn.ndim != 2:
            raise ValueError(f"{path} is no whitening")
        return cls(mean, turn, learned_on)


def carried_spread() -> Spread:
    """How the rows of look lie in photos of many kinds. Raises OSError, ValueError."""
    return read_spread(carried_file())


@cache
def carried_whitening() -> Whitening:
    """The whitening for photos of many kinds. Raises OSError, ValueError."""
    mean, axes, variances, rest, _count = _read(carried_file())
    usual = (variances.sum() + rest * (len(mean) - len(variances))) / len(mean)
    return Whitening._along(mean, axes[:, :LENGTH], variances[:LENGTH], usual, 0)


def carried_file() -> Path:
    """Where that lies among the files that Facet carries; packaging/make_look_spread.py writes it."""
    return resources() / "models" / "look.npz"


def write_spread(spread: Spread, directions: int, path: Path) -> None:
    """Keep the directions with the largest variances, in bytes with a scale each, and the mean variance of the others."""
    variances, axes = np.linalg.eigh(spread.covariance)
    order = np.argsort(-variances)
    kept, left = order[:directions], order[directions:]
    scale = np.abs(axes[:, kept]).max(axis=0) / LEVELS
    np.savez_compressed(
        path,
        count=np.float32(spread.count),
        mean=spread.mean.astype(np.float32),
        axes=np.round(axes[:, kept] / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        variances=variances[kept].astype(np.float32),
        rest=np.float32(variances[left].mean() if len(left) else 0),
        allow_pickle=False,
    )


def read_spread(path: Path) -> Spread:
    """Read what `write_spread` wrote. Raises OSError or ValueError."""
    mean, axes, variances, rest, count = _read(path)
    covariance = (axes * (variances - rest)) @ axes.T + rest * np.eye(len(axes))
    return Spread(count, mean, covariance)


def _read(path: Path) -> tuple[Rows, Rows, Rows, float, float]:
    """Mean, directions with the largest first, their variances, the mean variance of the others, the number of rows."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            axes = arrays["axes"].astype(np.float64) * arrays["scale"]
            mean, variances = arrays["mean"].astype(np.float64), arrays["variances"].astype(np.float64)
            return mean, axes, variances, float(arrays["rest"]), float(arrays["count"])
    except (EOFError, KeyError, BadZipFile) as error:
        raise ValueError(f"{path} is damaged") from error


def unit(rows: Rows) -> Floats:
    """Rows as float32, each of length 1; a row of nothing stays zero."""
    floats = np.asarray(rows, np.float32)
    found: Floats = floats / np.maximum(np.linalg.norm(floats, axis=1, keepdims=True), 1e-9)
    return found
