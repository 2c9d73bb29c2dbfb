"""A CLIP-like model through open_clip: pictures and words in one space, each side loaded only when it is asked.

Radford et al.: Learning Transferable Visual Models From Natural Language Supervision (ICML 2021); Zhai et al.: Sigmoid Loss for
Language Image Pre-Training (ICCV 2023). Short queries are asked in several sentences whose mean counts, as in the first paper.
"""

from __future__ import annotations

import threading
import time
import unicodedata
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import UsageError
from app.engine.models.base import Relevance
from app.engine.models.devices import Batches, Device, best_device, on_device
from app.engine.models.installed import Installed
from app.engine.models.offers import families, family_of, offers
from app.engine.models.tokens import Tokenize, load_tokenizer
from app.engine.models.towers import CONFIG, ModelConfig, load_picture_tower, load_text_tower, read_config

PARAMETERS = 1
"""Raised with every change of what follows that changes the rows."""
SHORT = 4
"""Queries of up to so many words are asked in the model's templates; longer ones are sentences already."""
MAX_CHARACTERS = 2_000
KEPT_TEXTS = 256
REST_S = 300.0
"""While photos are read, a text side that nobody asked for so long is let go."""
ENGLISH_ONLY = "This model understands English only; say it in English words, or choose a model of many languages."
NO_WORDS = "Type some words that say what is in the photo."


class ClipImages:
    """The picture side. Loads with the first picture that is read."""

    def __init__(self, installed: Installed, config: ModelConfig, before: Callable[[], None]) -> None:
        self.length = config.length
        self._installed = installed
        self._config = config
        self._before = before
        self._loading = threading.Lock()

    def prepare(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """What the model looks at of an upright picture, (height, width, 3) of the model's size."""
        return self._config.preparation.apply(rgb)

    def encode(self, prepared: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Rows (n, length), each of length 1. Raises ModelMissing."""
        if not prepared:
            return np.empty((0, self.length), np.float32)
        self._before()
        with self._loading:
            run, batches = self._loaded
        return np.concatenate(batches.run(run, prepared))

    @cached_property
    def _loaded(self) -> tuple[Callable[[Sequence[NDArray[np.uint8]]], NDArray[np.float32]], Batches]:
        import torch

        device = best_device()
        tower = on_device(load_picture_tower(self._installed.checked(), self._config), device)
        mean = torch.tensor(self._config.mean, device=device.kind).view(1, 3, 1, 1)
        deviation = torch.tensor(self._config.deviation, device=device.kind).view(1, 3, 1, 1)

        def run(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
            pixels = torch.from_numpy(np.stack(pictures)).to(device.kind).permute(0, 3, 1, 2)
            with torch.inference_mode(), _precision(device):
                return rows_of(tower((pixels.float() / 255 - mean) / deviation))

        return run, Batches(device.batch)


class ClipText:
    """The word side, on the processor. Loads when first asked, may be let go, and loads again."""

    def __init__(self, installed: Installed, config: ModelConfig, templates: Sequence[str], *, english_only: bool) -> None:
        self._installed = installed
        self._config = config
        self._templates = templates
        self._english_only = english_only
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Tokenize] | None = None
        self._asked = 0.0
        self._remembered = lru_cache(maxsize=KEPT_TEXTS)(self._encode)

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Rows (n, length), each of length 1. Raises UsageError for a text that the model cannot read, ModelMissing."""
        rows = [self._remembered(self._readable(text)) for text in texts]
        return np.stack(rows) if rows else np.empty((0, self._config.length), np.float32)

    def release(self) -> None:
        """Let the network go; the next text loads it again."""
        with self._lock:
            self._loaded = None

    def rest(self) -> None:
        """Let the network go when nobody has asked for a while."""
        if self._loaded and time.monotonic() - self._asked > REST_S:
            self.release()

    def _encode(self, text: str) -> NDArray[np.float32]:
        import torch

        short = len(text.split()) <= SHORT
        asked = [template.format(text) for template in self._templates] if short else [text]
        with self._lock:
            tower, tokenize = self._load()
            with torch.inference_mode():
                rows = rows_of(tower(tokenize(asked)))
            self._asked = time.monotonic()
        row: NDArray[np.float32] = rows.mean(axis=0)
        row /= max(1e-9, float(np.linalg.norm(row)))
        row.setflags(write=False)
        return row

    def _load(self) -> tuple[Any, Tokenize]:
        if self._loaded is None:
            tokenizer = load_tokenizer(self._installed.folder, self._config.model["text_cfg"])
            self._loaded = load_text_tower(self._installed.checked(), self._config), tokenizer
        return self._loaded

    def _readable(self, text: str) -> str:
        plain = " ".join(unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).encode("utf-8", "ignore").decode("utf-8").split())
        letters = [sign for sign in plain if sign.isalpha()]
        latin = sum(unicodedata.name(sign, "").startswith("LATIN") for sign in letters)
        if self._english_only and latin * 2 < len(letters):
            raise UsageError(ENGLISH_ONLY)
        if not plain:
            raise UsageError(NO_WORDS)
        return plain


class ClipModel:
    """Both sides and what their cosines are worth. Making one reads two small files. Raises ModelMissing."""

    def __init__(self, installed: Installed) -> None:
        config = read_config(installed.folder / CONFIG)
        family = families()[family_of(installed.name, config.model)]
        offer = offers().get(installed.name)
        self.name = installed.name
        self.version = f"meaning-clip-{PARAMETERS}-{installed.digest}"
        self._text = ClipText(installed, config, family.templates, english_only=offer is not None and offer.english_only)
        self._images = ClipImages(installed, config, self._text.rest)
        self._worth = family

    def image_encoder(self) -> ClipImages:
        """The picture side; the same object every time."""
        return self._images

    def text_encoder(self) -> ClipText:
        """The word side; the same object every time."""
        return self._text

    def text_relevance(self, text: str) -> Relevance:
        """What the cosines of photos against this text are worth."""
        return self._worth.text

    def picture_relevance(self) -> Relevance:
        """What the cosines of photos against a picture are worth."""
        return self._worth.picture


def rows_of(found: Any) -> NDArray[np.float32]:
    """A tower's answer as rows of length 1; some towers give tokens besides."""
    rows: NDArray[np.float32] = (found[0] if isinstance(found, tuple) else found).float().cpu().numpy()
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return rows


def _precision(device: Device) -> Any:
    import torch

    return torch.autocast(device.kind, dtype=torch.bfloat16, enabled=device.half)
