"""HardNet8 through kornia: a network that says what a picture looks like around a point, from a patch of 32 pixels a side.

Pultar: Improving the HardNet Descriptor (arXiv 2007.09699, 2020).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import ModelMissing
from app.engine.models.installed import Installed
from app.engine.models.weights import read_weights

ARCHITECTURE = "HardNet8"
SIDE = 32
PARAMETERS = 1
"""Raised with every change of what follows that changes the rows."""
BATCH = 256
DESCRIPTION = {"architecture": ARCHITECTURE}


def check_description(path: Path) -> None:
    """Raises ModelMissing for a file that is missing or describes another network."""
    try:
        architecture = json.loads(path.read_text(encoding="utf-8"))["architecture"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelMissing(f"{path.name} is no description of a model that Facet can use; get the model again.") from error
    if architecture != ARCHITECTURE:
        raise ModelMissing(f"Facet does not know how to use {architecture} for points; choose another model.")


class PatchModel:
    """The network with its weights. Making one reads a small file. Raises ModelMissing."""

    def __init__(self, installed: Installed) -> None:
        check_description(installed.folder / installed.description)
        self.name = installed.name
        self.version = f"crop-hardnet-{PARAMETERS}-{installed.digest}"
        self._encoder = PatchEncoder(installed)

    def image_encoder(self) -> PatchEncoder:
        """What reads patches; the same object every time."""
        return self._encoder


class PatchEncoder:
    """Reads gray patches uint8 (32, 32) into descriptors (n, 128) of length 1. Any thread; the first call loads the weights."""

    length = 128

    def __init__(self, installed: Installed) -> None:
        self._installed = installed
        self._loading = threading.Lock()
        self._network: Any = None

    def prepare(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A whole picture as one patch."""
        import cv2

        gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
        return cv2.resize(gray, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.uint8)

    def encode(self, prepared: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Descriptors (n, 128), each of length 1. Raises ModelMissing when the weights are not there or are of something else."""
        import torch

        network = self._loaded()
        patches = torch.from_numpy(np.stack(prepared)[:, None]).float()
        with torch.inference_mode():
            read: NDArray[np.float32] = torch.cat([network(part) for part in torch.split(patches, BATCH)]).numpy()
        return read

    def _loaded(self) -> Any:
        with self._loading:
            if self._network is None:
                self._network = _load(self._installed.checked())
            return self._network


def _load(path: Path) -> Any:
    from kornia.feature import HardNet8

    weights = read_weights(path)
    network = HardNet8(pretrained=False)
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise ModelMissing(f"the weights in {path.name} are not those of {ARCHITECTURE}; get the model again.") from error
    return network.eval().requires_grad_(False)
