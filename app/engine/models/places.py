"""Places365's ResNet-50: a network that tells 365 kinds of scenes apart.

Zhou et al.: Places: A 10 Million Image Database for Scene Recognition (TPAMI 2017). Weights as its authors give them out,
resnet50_places365.pth.tar: a checkpoint of torchvision's network with 365 outputs. Only its numbers are read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import ModelMissing
from app.engine.models.images import Three, TowerImages
from app.engine.models.installed import Installed
from app.engine.models.preparing import Preparation
from app.engine.models.weights import read_weights

ARCHITECTURE = "resnet50"
CLASSES = 365
PARAMETERS = 1
"""Raised with every change of what follows that changes what is read."""
DESCRIPTION = {"architecture": ARCHITECTURE, "classes": "places365"}


@dataclass(frozen=True, slots=True)
class _Trained:
    """As the authors' own example prepares pictures: the shorter side 256 pixels, of that the middle 224."""

    length: int = CLASSES
    preparation: Preparation = Preparation(224, 224, "shortest", "bilinear", share=224 / 256)  # noqa: RUF009  frozen
    mean: Three = (0.485, 0.456, 0.406)
    deviation: Three = (0.229, 0.224, 0.225)


SHORTER_SIDE = 256
"""In pixels; a smaller picture is enlarged."""


def check_description(path: Path) -> None:
    """Raises ModelMissing for a file that is missing or describes another network."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelMissing(f"{path.name} is no description of a model that Facet can use; get the model again.") from error
    if document != DESCRIPTION:
        raise ModelMissing(f"Facet does not know how to name scenes with what {path.name} describes; choose another model.")


class PlacesModel:
    """The network with its weights. Making one reads a small file; the first picture loads the weights. Raises ModelMissing."""

    def __init__(self, installed: Installed) -> None:
        check_description(installed.folder / installed.description)
        self.name = installed.name
        self.version = f"{PARAMETERS}-{installed.digest}"
        self._images = TowerImages(_Trained(), lambda: _load(installed.checked()), answer=_shares)

    def shares(self, pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Upright pictures (height, width, 3) -> how likely each kind of scene is, (n, 365), of sum 1. Raises ModelMissing."""
        return self._images.encode([self._images.prepare(picture) for picture in pictures])

    @property
    def loaded(self) -> bool:
        """Whether the weights are in memory."""
        return self._images.loaded

    def unload(self) -> None:
        """Let the memory go; the next picture loads the weights again."""
        self._images.unload()


def _shares(scores: Any) -> NDArray[np.float32]:
    found: NDArray[np.float32] = scores.float().softmax(dim=1).cpu().numpy()
    return found


def _load(path: Path) -> Any:
    import timm

    weights = read_weights(path)
    network: Any = timm.create_model(ARCHITECTURE, pretrained=False, num_classes=CLASSES)
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise ModelMissing(
            f"the weights in {path.name} are not those of a ResNet-50 with the {CLASSES} scenes of Places365; "
            "take resnet50_places365.pth.tar"
        ) from error
    return network.eval().requires_grad_(False)
