"""A CLIP-like model through open_clip: pictures and words in one space, each side loaded only when it is asked.

Radford et al.: Learning Transferable Visual Models From Natural Language Supervision (ICML 2021); Zhai et al.: Sigmoid Loss for
Language Image Pre-Training (ICCV 2023). Short queries are asked in several sentences whose mean counts, as in the first paper.
"""

from __future__ import annotations

import threading
import time
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import UsageError
from app.engine.models.base import Relevance
from app.engine.models.images import TowerImages, rows_of
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
        self._images = TowerImages(config, lambda: load_picture_tower(installed.checked(), config), self._text.rest)
        self._worth = family

    def image_encoder(self) -> TowerImages:
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
