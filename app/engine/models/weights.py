"""Weights read as plain numbers: safetensors, or torch files through its reader that runs no code. Anything else is refused."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.engine.errors import ModelMissing

WEIGHT_NAMES = (
    "open_clip_model.safetensors",
    "open_clip_pytorch_model.safetensors",
    "model.safetensors",
    "open_clip_pytorch_model.bin",
    "open_clip_model.bin",
    "pytorch_model.bin",
    "model.pth",
)
"""In this order where a repository or folder has several: plain numbers first."""
SUFFIXES = (".safetensors", ".bin", ".pth", ".pt", ".ckpt", ".pth.tar")


def choose_weights(names: frozenset[str] | set[str], preferred: str = "") -> str | None:
    """The file among `names` to load; safetensors before a torch file of the same name. None where there is none."""
    wanted = [Path(preferred).with_suffix(".safetensors").name, preferred] if preferred else []
    others = sorted((name for name in names if name.endswith(SUFFIXES)), key=lambda n: (not n.endswith(".safetensors"), n))
    return next((name for name in [*wanted, *WEIGHT_NAMES, *(others if not preferred else [])] if name in names), None)


def read_weights(path: Path) -> dict[str, Any]:
    """{name: tensor} of a weights file; tensors of safetensors are read when used. Raises ModelMissing for what is refused."""
    state = _safetensors(path) if _is_safetensors(path) else _torch(path)
    for key in ("state_dict", "model"):
        if isinstance(state.get(key), Mapping):
            state = dict(state[key])
    if not state or not all(isinstance(name, str) and hasattr(value, "shape") for name, value in state.items()):
        raise ModelMissing(f"{path.name} holds no weights of a model; check the file.")
    if all(name.startswith("module.") for name in state):
        state = {name.removeprefix("module."): value for name, value in state.items()}
    return state


def _is_safetensors(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(9)
    return path.suffix == ".safetensors" or (len(head) == 9 and head[8:] == b"{" and head[:1] != b"P")


def _safetensors(path: Path) -> dict[str, Any]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as error:
        raise _damaged(path) from error


def _torch(path: Path) -> dict[str, Any]:
    import torch

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of files of other pickle protocols: what cannot be read is refused below
            state = torch.load(path, map_location="cpu", weights_only=True, mmap=_is_zip(path))
    except pickle.UnpicklingError as error:
        raise _code(path) if _names_code(error) else _damaged(path) from error
    except RuntimeError as error:
        raise _code(path) if "TorchScript" in str(error) else _damaged(path) from error
    except (EOFError, OSError, ValueError, KeyError, IndexError, AttributeError, TypeError, UnicodeDecodeError) as error:
        raise _damaged(path) from error
    return dict(state) if isinstance(state, Mapping) else {}


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def _names_code(error: Exception) -> bool:
    text = str(error)
    return any(word in text for word in ("GLOBAL", "Unsupported", "REDUCE", "TorchScript", "unsafe"))


def _code(path: Path) -> ModelMissing:
    return ModelMissing(f"{path.name} holds program code besides numbers, and Facet runs none; get the model as safetensors.")


def _damaged(path: Path) -> ModelMissing:
    return ModelMissing(f"{path.name} is cut short or damaged; get it again.")
