"""The two halves of a CLIP model, built by open_clip from a configuration and filled with weights, each on its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.engine.errors import ModelMissing
from app.engine.models.preparing import Preparation
from app.engine.models.tokens import need_transformers
from app.engine.models.weights import read_weights

CONFIG = "open_clip_config.json"
TEXT_CONFIG = "config.json"
_MEAN = (0.48145466, 0.4578275, 0.40821073)
_DEVIATION = (0.26862954, 0.26130258, 0.27577711)


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """An open_clip configuration, read and checked. `mean` and `deviation` are of pixels 0..1, for each of R, G, B."""

    length: int
    preparation: Preparation
    mean: tuple[float, float, float]
    deviation: tuple[float, float, float]
    model: Mapping[str, Any] = field(repr=False)

    @property
    def tokenizer(self) -> str:
        """The repository of its tokenizer; empty where open_clip's own serves."""
        return str(self.model["text_cfg"].get("hf_tokenizer_name") or "")

    @property
    def text_tower(self) -> str:
        """The repository that describes its text tower; empty where open_clip's own serves."""
        return str(self.model["text_cfg"].get("hf_model_name") or "")


def read_config(path: Path, *, captions: bool = False) -> ModelConfig:
    """Raises ModelMissing for a file that is missing or is no configuration of a model that compares pictures and words.

    With `captions` it must be one that writes captions instead.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        model = document["model_cfg"]
        picture = document.get("preprocess_cfg", {})
        if captions and "multimodal_cfg" not in model:
            raise ModelMissing("this model writes no captions; choose another.")
        if not captions and "multimodal_cfg" in model:
            raise ModelMissing("this is a model that writes captions; Facet cannot use it for meaning, choose another.")
        return ModelConfig(
            length=int(model["embed_dim"]),
            preparation=_preparation(model["vision_cfg"], picture),
            mean=_three(picture.get("mean", _MEAN)),
            deviation=_three(picture.get("std", _DEVIATION)),
            model={**model, "vision_cfg": dict(model["vision_cfg"]), "text_cfg": dict(model["text_cfg"])},
        )
    except FileNotFoundError as error:
        raise ModelMissing(f"there is no {CONFIG} in {path.parent}; a model needs it beside its weights.") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelMissing(f"{path.name} is no description of a model that Facet can use; get the model again.") from error


def load_picture_tower(weights: Path, config: ModelConfig) -> Any:
    """The torch module from pictures (n, 3, height, width) to rows (n, length). Raises ModelMissing."""
    from open_clip.model import _build_vision_tower

    settings = {**config.model["vision_cfg"], "timm_model_pretrained": False}
    return _filled(
        "visual.",
        lambda: _build_vision_tower(config.length, settings, bool(config.model.get("quick_gelu", False))),
        weights,
    )


def load_text_tower(weights: Path, config: ModelConfig) -> Any:
    """The torch module from tokens (n, context) to rows (n, length). Raises ModelMissing."""
    from open_clip.model import _build_text_tower

    settings = {**config.model["text_cfg"], "hf_model_pretrained": False}
    if config.text_tower:
        need_transformers()
        settings["hf_model_name"] = str(weights.parent)
    return _filled(
        "text.", lambda: _build_text_tower(config.length, settings, bool(config.model.get("quick_gelu", False))), weights
    )


def _filled(prefix: str, build: Callable[[], Any], weights: Path) -> Any:
    from open_clip.model import convert_to_custom_text_state_dict

    state = convert_to_custom_text_state_dict(read_weights(weights))
    part = {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
    part.pop("transformer.embeddings.position_ids", None)  # written by older versions of transformers, read by none now
    try:
        tower = build()
        tower.load_state_dict(part, strict=True)
    except (RuntimeError, AssertionError, ValueError, TypeError, KeyError, OSError, ImportError, AttributeError) as error:
        raise ModelMissing(
            f"the weights in {weights.name} are of another model than its description; get the model again."
        ) from error
    return tower.eval().requires_grad_(False)


def _preparation(vision: Mapping[str, Any], picture: Mapping[str, Any]) -> Preparation:
    size = vision.get("image_size", picture.get("size", 224))
    height, width = (int(size), int(size)) if isinstance(size, int) else (int(size[0]), int(size[1]))
    return Preparation(
        width,
        height,
        str(picture.get("resize_mode", "shortest")),
        str(picture.get("interpolation", "bicubic")),
        int(picture.get("fill_color", 0)),
    )


def _three(values: Any) -> tuple[float, float, float]:
    red, green, blue = (float(value) for value in values)
    return red, green, blue
