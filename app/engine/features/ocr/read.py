"""Lines of letters out of flat line pictures, with where each letter stands and how sure it is.

Connectionist temporal classification, read greedily: Graves, Fernández, Gomez, Schmidhuber, ICML 2006.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.features.ocr.cut import HEIGHT
from app.engine.features.ocr.find import as_input
from app.engine.models.ocr_networks import OcrNetworks

NARROWEST = 320
BATCH_PIXELS = 6 * 960
"""So many columns are read at once: memory stays the same for short and long lines."""


@dataclass(frozen=True, slots=True)
class Letters:
    """A line as it was read: `places` (from, to) of each letter, 0 to 1 along the line; `sure` of each, 0 to 1."""

    text: str
    places: tuple[tuple[float, float], ...]
    sure: tuple[float, ...]

    @property
    def confidence(self) -> float:
        """The mean over the letters; 0 without any."""
        return float(np.mean(self.sure)) if self.sure else 0.0


def read_lines(
    lines: Sequence[NDArray[np.uint8]], networks: OcrNetworks, check: Callable[[], None] = lambda: None
) -> list[Letters]:
    """What stands in line pictures (48, width, 3). `check` is called between batches and may raise."""
    read: list[Letters | None] = [None] * len(lines)
    for batch in _batches([line.shape[1] for line in lines]):
        check()
        found = networks.letters(_side_by_side([lines[n] for n in batch]))
        best, sure = found.argmax(axis=2), found.max(axis=2)
        widest = max(NARROWEST, *(lines[n].shape[1] for n in batch))
        for row, n in enumerate(batch):
            read[n] = _decode(best[row], sure[row], lines[n].shape[1] / widest, networks.characters)
    return [letters for letters in read if letters is not None]


def _batches(widths: Sequence[int]) -> list[list[int]]:
    """Lines of like width together."""
    batches: list[list[int]] = []
    for n in sorted(range(len(widths)), key=widths.__getitem__):
        if not batches or (len(batches[-1]) + 1) * max(NARROWEST, widths[n]) > BATCH_PIXELS:
            batches.append([])
        batches[-1].append(n)
    return batches


def _side_by_side(lines: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    widest = max(NARROWEST, *(line.shape[1] for line in lines))
    batch = np.zeros((len(lines), 3, HEIGHT, widest), np.float32)
    for row, line in enumerate(lines):
        batch[row, :, :, : line.shape[1]] = as_input(line)
    return batch


def _decode(best: NDArray[np.int64], sure: NDArray[np.float32], filled: float, characters: Sequence[str]) -> Letters:
    """Letters where the best guess is one and another than before. `filled`: how much of the width the line takes, 0 to 1."""
    places = len(best) * filled
    begins = np.flatnonzero((best != 0) & (best != np.concatenate(([0], best[:-1]))))
    text, spans = [], []
    for n, begin in enumerate(begins):
        text.append(characters[best[begin]])
        # a letter reaches half the way to its neighbors
        left = (begins[n - 1] + begin + 1) / 2 if n else begin - 0.5
        right = (begin + begins[n + 1] + 1) / 2 if n + 1 < len(begins) else begin + 1.5
        spans.append((max(0.0, left / places), min(1.0, right / places)))
    return Letters("".join(text), tuple(spans), tuple(float(sure[begin]) for begin in begins))
