"""The picture side of a model that torch runs: where it runs, how many pictures at once, and rows of length 1."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.engine.models.devices import Batches, Device, devices, is_memory, let_go, on_device
from app.engine.models.preparing import Preparation

log = logging.getLogger(__name__)

Three = tuple[float, float, float]


class PictureConfig(Protocol):
    """What a picture must be for a model. `mean` and `deviation` are of pixels 0..1, for each of R, G, B."""

    @property
    def length(self) -> int:
        """Of a row."""
        ...

    @property
    def preparation(self) -> Preparation: ...

    @property
    def mean(self) -> Three: ...

    @property
    def deviation(self) -> Three: ...


class TowerImages:
    """Reads pictures with the network that `load` gives, which is asked once, for the first picture.

    `before` is called before each batch. `answer` makes rows of what the network gives, by default rows of length 1.
    """

    def __init__(
        self,
        config: PictureConfig,
        load: Callable[[], Any],
        before: Callable[[], None] = lambda: None,
        *,
        where: Callable[[], Sequence[Device]] = devices,
        answer: Callable[[Any], NDArray[np.float32]] | None = None,
    ) -> None:
        self.length = config.length
        self._config = config
        self._load = load
        self._before = before
        self._where = where
        self._answer = answer or rows_of
        self._too_small = 0
        self._loading = threading.Lock()

    def prepare(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """What the model looks at of an upright picture, (height, width, 3) of the model's size."""
        return self._config.preparation.apply(rgb)

    def encode(self, prepared: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Rows (n, length). Raises ModelMissing.

        Where not even one picture fits into a graphics card's memory, the processor takes over.
        """
        if not prepared:
            return np.empty((0, self.length), np.float32)
        self._before()
        while True:
            try:
                with self._loading:
                    run, batches = self._loaded
                return np.concatenate(batches.run(run, prepared))
            except (MemoryError, RuntimeError) as error:
                if not is_memory(error) or self._too_small + 1 >= len(self._where()):
                    raise
                log.warning("the network does not fit here, another device takes over: %s", error)
            self._too_small += 1
            self.__dict__.pop("_loaded", None)
            let_go()

    @property
    def loaded(self) -> bool:
        """Whether the network is in memory."""
        return "_loaded" in self.__dict__

    def unload(self) -> None:
        """Let the memory go; the next picture loads the network again."""
        with self._loading:
            self.__dict__.pop("_loaded", None)
        let_go()

    @cached_property
    def _loaded(self) -> tuple[Callable[[Sequence[NDArray[np.uint8]]], NDArray[np.float32]], Batches]:
        import torch

        device = self._where()[self._too_small]
        tower = on_device(self._load(), device)
        mean = torch.tensor(self._config.mean, device=device.kind).view(1, 3, 1, 1)
        deviation = torch.tensor(self._config.deviation, device=device.kind).view(1, 3, 1, 1)

        def run(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
            pixels = torch.from_numpy(np.stack(pictures)).to(device.kind).permute(0, 3, 1, 2)
            with torch.inference_mode(), _precision(device):
                return self._answer(tower((pixels.float() / 255 - mean) / deviation))

        return run, Batches(device.batch)


def rows_of(found: Any) -> NDArray[np.float32]:
    """A tower's answer as rows of length 1; some towers give tokens besides."""
    rows: NDArray[np.float32] = (found[0] if isinstance(found, tuple) else found).float().cpu().numpy()
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return rows


def _precision(device: Device) -> Any:
    import torch

    return torch.autocast(device.kind, dtype=torch.bfloat16) if device.half else contextlib.nullcontext()
