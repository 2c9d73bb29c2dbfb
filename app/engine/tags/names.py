"""The vocabulary in the space of a model of meaning: made once for each model, a few names at a time, and kept."""

from __future__ import annotations

import hashlib
import logging
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import UsageError
from app.engine.models.base import MeaningModel
from app.engine.paths import resources

log = logging.getLogger(__name__)

Array = NDArray[np.float32]
AT_ONCE = 8
"""So many names are read in one step, about a tenth of a second."""


@dataclass(frozen=True, slots=True)
class Names:
    """`names` with their rows (n, length) of length 1, and for each the cosine from which it is related, and what a cosine's
    step is worth (see `Relevance`)."""

    names: tuple[str, ...]
    rows: Array
    cut_offs: Array
    widths: Array

    def some(self, places: Sequence[int]) -> Names:
        """Those at these places."""
        return Names(tuple(self.names[p] for p in places), self.rows[places], self.cut_offs[places], self.widths[places])


class Making:
    """Reads a vocabulary with a model. `step` until `made` is there; what was made once is found again in a file."""

    def __init__(self, model: MeaningModel, vocabulary: Sequence[str], folder: Path) -> None:
        self._model = model
        self._stamp = f"{model.version} {fingerprint(vocabulary)}"
        self._file = folder / f"tag-names-{fingerprint([self._stamp])}.npz"
        self._left = list(vocabulary)
        self._parts: list[Names] = []
        self.made = _read(self._file, self._stamp) or _read(resources() / "tags" / "built-in.npz", self._stamp)

    def step(self) -> None:
        """Read the next names. Raises ModelMissing."""
        some, self._left = self._left[:AT_ONCE], self._left[AT_ONCE:]
        self._parts += [read for name in some if (read := _one(self._model, name)) is not None]
        if not self._left:
            self.made = _joined(self._parts)
            self.keep(self._file)

    def keep(self, file: Path) -> None:
        """Write what was made; a full disk only means that it is made again next time."""
        assert self.made
        fresh = file.with_name(file.name + ".new")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with fresh.open("wb") as out:
                np.savez_compressed(
                    out, stamp=self._stamp, names=np.array(self.made.names), rows=self.made.rows.astype(np.float16),
                    cut_offs=self.made.cut_offs, widths=self.made.widths,
                )  # fmt: skip
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(file)
        except OSError as error:
            log.info("the names of tags could not be kept: %s", error)
            fresh.unlink(missing_ok=True)


def fingerprint(texts: Sequence[str]) -> str:
    """12 hex digits that change with the texts and their order."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]


def _one(model: MeaningModel, name: str) -> Names | None:
    """None for a name that the model cannot read."""
    try:
        row, worth = model.text_encoder().encode_texts([name]), model.text_relevance(name)
    except UsageError:
        return None
    return Names((name,), row, np.array([worth.cut_off], np.float32), np.array([worth.width], np.float32))


def _joined(parts: Sequence[Names]) -> Names:
    if not parts:
        raise UsageError("the model can read none of the names of tags; choose another model")
    return Names(
        tuple(part.names[0] for part in parts),
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.cut_offs for part in parts]),
        np.concatenate([part.widths for part in parts]),
    )


def _read(file: Path, stamp: str) -> Names | None:
    """What was kept; None where it is of something else, damaged or not there."""
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
            if str(kept["stamp"]) != stamp:
                return None
            names = tuple(str(name) for name in kept["names"])
            return Names(names, kept["rows"].astype(np.float32), kept["cut_offs"], kept["widths"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
