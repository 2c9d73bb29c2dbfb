"""The network that Facet carries for pictures, run once for every facet that takes from what it sees."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.engine.models.packaged import PackagedFile

if TYPE_CHECKING:
    from app.engine.models.lite2_onnx import Lite2Onnx, Read

SIDE = 260
CHUNK = 4
"""Pictures that go through the network together: larger batches overflow the caches of CPUs and were slower."""
TOWER = PackagedFile("", "lite2.onnx", "ab4ae28d75d5960c42a42300640bc9173a42411cb6b3b2bef4cb704243368d37")
"""The network's file; packaging/export_tower.py writes it."""
SEEN, LOGITS = 3008, 1000
"""Columns of what is seen, and of the logits of the classes that stand behind them."""
FIELDS = (81, 352)
"""What the last stage tells of 9x9 parts of the picture stands behind these, one part after the other."""
POOLED = 1280
"""The first columns of what is seen: the last features, averaged over the picture."""


class Tower:
    """The network with what a picture must be for it. Making one loads nothing; the first `read` does."""

    def __init__(self, file: PackagedFile = TOWER) -> None:
        self.name = f"lite2-{file.sha256[:8]}"
        self._file = file
        self._loading = threading.Lock()

    def prepare(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The part of an upright picture that the network looks at, (260, 260, 3)."""
        return prepare(rgb)

    def read(self, prepared: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """What the network sees in n pictures, its logits and its fields: (n, 3008 + 1000 + 81 * 352). Raises ModelMissing."""
        with self._loading:
            network = self._loaded
        chunks = [np.stack(prepared[start : start + CHUNK]) for start in range(0, len(prepared), CHUNK)]
        return np.concatenate([_side_by_side(part) for part in network.read(chunks)])

    @cached_property
    def _loaded(self) -> Lite2Onnx:
        from app.engine.models.lite2_onnx import Lite2Onnx

        return Lite2Onnx(self._file.checked())


def _side_by_side(read: Read) -> NDArray[np.float32]:
    seen, logits, fields = read
    return np.concatenate([seen, logits, fields.reshape(len(fields), -1)], axis=1)


@cache
def built_in_tower() -> Tower:
    """The tower; made once, so that what it has loaded is shared."""
    return Tower()


def prepare(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture (height, width, 3) as (260, 260, 3): half of what it is longer than wide is cut off, the rest squeezed.

    So a 3:2 photo loses a twelfth on either side. Measured a little better than the middle square or squeezing alone.
    """
    height, width = rgb.shape[:2]
    side = min(width, height)
    across, down = (width - side) / 4, (height - side) / 4
    box = (across, down, width - across, height - down)
    square = Image.fromarray(rgb).resize((SIDE, SIDE), Image.Resampling.BICUBIC, box=box, reducing_gap=3.0)
    return np.asarray(square)
