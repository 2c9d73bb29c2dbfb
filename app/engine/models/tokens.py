"""Words cut into the numbers that a text tower reads, exactly as the model was trained with them.

tokenizer.json is read as it is, without transformers: its Gemma class (5.x) builds a tokenizer of its own from some of that
file, which turned the words of a file of another kind into padding without an error.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app.engine.errors import ModelMissing

Tokenize = Callable[[list[str]], Any]
"""n texts -> a torch tensor of int64 (n, context)."""
DEFAULT_CONTEXT = 77


def load_tokenizer(folder: Path, text_config: Mapping[str, Any]) -> Tokenize:
    """The tokenizer of a model's folder; nothing outside of it is read. Raises ModelMissing."""
    own = not text_config.get("hf_tokenizer_name")
    plain_file = (folder / "tokenizer.json").is_file() and not text_config.get("tokenizer_mode")
    try:
        if not own and plain_file:
            return FileTokenizer(folder, text_config)
        if not own:
            need_transformers()
        import open_clip

        tokenizer: Tokenize = open_clip.get_tokenizer(f"local-dir:{folder}")
        return tokenizer
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, ImportError) as error:
        raise ModelMissing("the model's tokenizer cannot be read; get the model again.") from error


def need_transformers() -> None:
    """Raises ModelMissing where the extra package is not installed."""
    from importlib.util import find_spec

    if find_spec("transformers") is None:
        raise ModelMissing('this model needs one more package: install it with  pip install "facet[models]"')


class FileTokenizer:
    """tokenizer.json with what tokenizer_config.json says of beginning, end and padding."""

    def __init__(self, folder: Path, text_config: Mapping[str, Any]) -> None:
        from open_clip.tokenizer import get_clean_fn
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        options = text_config.get("tokenizer_kwargs") or {}
        said = _said(folder)
        self._context = int(text_config.get("context_length") or DEFAULT_CONTEXT)
        self._clean: Callable[[str], str] = get_clean_fn(options.get("clean", "whitespace"))
        self._pad = self._id(said, "pad_token")
        self._pad_left = said.get("padding_side") == "left"
        self._dropped = self._id(said, "sep_token") if options.get("strip_sep_token") else None
        self._ends_said = "add_bos_token" in said or "add_eos_token" in said
        self._before = [self._id(said, "bos_token")] if said.get("add_bos_token") else []
        self._after = [self._id(said, "eos_token")] if said.get("add_eos_token") else []
        if not self._ends_said:
            self._tokenizer.enable_truncation(self._context)

    def __call__(self, texts: list[str]) -> Any:
        """Tokens (n, context) of n texts."""
        import torch

        return torch.tensor([self._padded(self._ids(self._clean(text))) for text in texts], dtype=torch.int64)

    def _ids(self, text: str) -> list[int]:
        if not self._ends_said:
            ids: list[int] = self._tokenizer.encode(text).ids
            return ids
        room = self._context - len(self._before) - len(self._after)
        inner = self._tokenizer.encode(text, add_special_tokens=False).ids[:room]
        return [*self._before, *inner, *self._after]

    def _padded(self, ids: list[int]) -> list[int]:
        kept = [0 if number == self._dropped else number for number in ids]
        padding = [self._pad] * (self._context - len(kept))
        return padding + kept if self._pad_left else kept + padding

    def _id(self, said: Mapping[str, Any], token: str) -> int:
        """The number of a special token. Raises ValueError where it has none."""
        value = said.get(token)
        text = value["content"] if isinstance(value, Mapping) else value
        number = self._tokenizer.token_to_id(text) if text else None
        if number is None:
            raise ValueError(f"the tokenizer has no {token}")
        return int(number)


def _said(folder: Path) -> dict[str, Any]:
    """What special_tokens_map.json and tokenizer_config.json say; the second one counts."""
    said: dict[str, Any] = {}
    for name in ("special_tokens_map.json", "tokenizer_config.json"):
        if (folder / name).is_file():
            said |= json.loads((folder / name).read_text(encoding="utf-8"))
    return said
