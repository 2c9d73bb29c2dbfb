"""A model of look through timm: it reads pictures only, and its pooled features say what a picture looks like as a whole.

Oquab et al.: DINOv2: Learning Robust Visual Features without Supervision (TMLR 2024); Bao et al.: BEiT: BERT Pre-Training of
Image Transformers (ICLR 2022). Weights of timm's own layout with its config.json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from app.engine.errors import ModelMissing
from app.engine.models.images import Three, TowerImages
from app.engine.models.installed import Installed
from app.engine.models.preparing import Preparation
from app.engine.models.weights import read_weights

PARAMETERS = 1
"""Raised with every change of what follows that changes the rows."""
_MODES = {"center": "shortest", "squash": "squash", "border": "longest"}
_TRAINED = ("input_size", "fixed_input_size", "num_classes", "first_conv", "classifier", "mean", "std")
"""What timm needs to know of the weights to load them."""
_FORBIDDEN = frozenset({
    "pretrained", "pretrained_cfg", "pretrained_cfg_overlay", "pretrained_strict", "checkpoint_path", "cache_dir",
    "features_only", "scriptable", "exportable", "no_jit", "num_classes", "in_chans",
})  # fmt: skip
"""Arguments that would make timm read other files, or another kind of network."""


@dataclass(frozen=True, slots=True)
class LookConfig:
    """timm's description of a model, read and checked. `length` is known once the model was tried; 0 before."""

    architecture: str
    preparation: Preparation
    mean: Three
    deviation: Three
    trained: Mapping[str, Any] = field(repr=False)
    arguments: Mapping[str, Any] = field(repr=False)
    length: int = 0


def read_look_config(path: Path) -> LookConfig:
    """Raises ModelMissing for a file that is missing or does not describe a model of timm's."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        trained = document.get("pretrained_cfg", document)
        _channels, height, width = (int(size) for size in trained["input_size"])
        arguments = dict(document.get("model_args") or {})
        return LookConfig(
            architecture=str(document["architecture"]),
            preparation=Preparation(
                width, height, _MODES[trained.get("crop_mode") or "center"], str(trained["interpolation"]),
                share=float(trained.get("crop_pct") or 1.0),
            ),
            mean=_three(trained["mean"]),
            deviation=_three(trained["std"]),
            trained={key: trained[key] for key in _TRAINED if trained.get(key) is not None},
            arguments=arguments,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise ModelMissing(f"there is no {path.name} in {path.parent}; a model needs it beside its weights.") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelMissing(f"{path.name} is no description of a model that Facet can use; get the model again.") from error


def look_table(name: str, side: int | None = None) -> dict[str, Any] | None:
    """timm's own description of ARCHITECTURE.TAG, as its config.json; with `side` for pictures of so many pixels.

    None for a name that timm does not know, or knows no weights for on the hub.
    """
    import timm

    architecture, _, _tag = name.partition(".")
    try:
        trained = timm.get_pretrained_cfg(name, allow_unregistered=False)
    except RuntimeError:
        return None
    if trained is None or not trained.hf_hub_id or trained.custom_load:
        return None
    said = {**asdict(trained), **({"input_size": (3, side, side)} if side else {})}
    document = {"architecture": architecture, "num_classes": trained.num_classes, "pretrained_cfg": said}
    return {**document, "model_args": {"img_size": side}} if side else document


def load_look_tower(weights: Path, config: LookConfig) -> Any:
    """The torch module from pictures (n, 3, height, width) to pooled features (n, length). Raises ModelMissing."""
    import timm

    trained = {**config.trained, "state_dict": read_weights(weights)}
    try:
        _check(config)
        # With its classifier every weight must find its place; only then is it taken off.
        classes = trained.get("num_classes", 0)
        tower: Any = timm.create_model(
            config.architecture, pretrained=True, pretrained_cfg=trained, num_classes=classes, **config.arguments
        )
        tower.reset_classifier(0)
    except (RuntimeError, AssertionError, ValueError, TypeError, KeyError, AttributeError, IndexError, OSError) as error:
        raise ModelMissing(
            f"the weights in {weights.name} are of another model than its description; get the model again."
        ) from error
    return tower.eval().requires_grad_(False)


class TimmModel:
    """The model with its picture side. Making one reads a small file. Raises ModelMissing."""

    def __init__(self, installed: Installed) -> None:
        config = replace(read_look_config(installed.folder / installed.description), length=installed.length)
        self.name = installed.name
        self.version = f"look-timm-{PARAMETERS}-{installed.digest}"
        self._images = TowerImages(config, lambda: load_look_tower(installed.checked(), config))

    def image_encoder(self) -> TowerImages:
        """The picture side; the same object every time."""
        return self._images


def _check(config: LookConfig) -> None:
    """Raises ValueError where timm has no such architecture itself: for other names it would fetch something."""
    import timm

    name = config.architecture
    if ":" in name or "/" in name or not timm.is_model(name) or _FORBIDDEN & config.arguments.keys():
        raise ValueError(f"{name} cannot be made")


def _three(values: Any) -> Three:
    red, green, blue = (float(value) for value in values)
    return red, green, blue
