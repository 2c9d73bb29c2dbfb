"""Words that may have been meant: spelled nearly so (a slip of the finger, a misread letter), or spoken alike.

A word with one wrong, missing, doubled or swapped letter keeps its first or its last half, with two its first or last third
unless there is a slip in each; so few words are looked at, out of a list of any length. Edits are counted by optimal string
alignment (Levenshtein's distance with swaps), through rapidfuzz.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise

from rapidfuzz.distance import OSA

from app.engine.library.terms import latin, sound_of, unspaced_runs
from app.engine.library.text_lookup import TextLookup
from app.engine.models.dictionary import is_noun

MOST = 40
"""So many other spellings of one word are looked for."""
TWO_EDITS = 8
"""Words from so many letters on may have two edits."""
SHIFTED = 0.02
"""What a letter too many or too few costs more than another one in its place: misread letters are mostly others."""
JOINED, JOINS = 0.1, 4
"""What it costs that two words were read as one, and so many spellings of that are looked for."""
ALIKE = 0.5
"""Words that sound alike must have so much in common in Latin letters: 1 - edits / letters of the longer."""


class Kind(IntEnum):
    """How a word in a text is like a word that was asked for, the likest first."""

    SAME = 0
    BEGINS = 1
    SPELLED = 2
    SOUNDS = 3
    WITHIN = 4
    """Somewhere in a longer word; looked for only where nothing else was found."""
    ANOTHER = 5
    """Spelled or spoken nearly so, but both are English words: bench was hardly meant with beach."""
    MISSING = 6
    """Nothing like it is there, but the other words stand in a row in what was read."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """Another word that may have been meant. `cost` 0..1: how unlike it is."""

    term: str
    kind: Kind
    cost: float


class Speller:
    """Finds other spellings of a word among those that photos have."""

    def __init__(self, lookup: TextLookup) -> None:
        self._lookup = lookup

    def others(self, word: str) -> list[Spelling]:
        """The likest words but itself, at most `MOST`; the likest first, of these the one that was known first: it is common."""
        found = {spelling.term: spelling for spelling in self._that_sound(word)}
        for spelling in self._nearly(word):
            if spelling.term not in found or spelling.cost < found[spelling.term].cost:
                found[spelling.term] = spelling
        if is_noun(word):
            found = {term: replace(s, kind=Kind.ANOTHER) if is_noun(term) else s for term, s in found.items()}
        return sorted(found.values(), key=lambda s: (s.cost, s.kind))[:MOST]

    def of_row(self, row: Sequence[str]) -> dict[str, list[Spelling]]:
        """The others of each word of a row, also what two neighbors are without the space between them."""
        found = {word: self.others(word) for word in dict.fromkeys(row)}
        lost = {word for word, others in found.items() if not others and not self._lookup.knows_term(word)}
        for one, other in pairwise(row):
            if not unspaced_runs(one + other):
                joined = self._joined(one + other, bool(lost & {one, other}))
                for word in {one, other}:
                    found[word] += joined
        return found

    def _joined(self, word: str, nearly: bool) -> list[Spelling]:
        if self._lookup.knows_term(word):
            return [Spelling(word, Kind.SPELLED, JOINED)]
        others = self._nearly(word) if nearly else []
        return [Spelling(other.term, Kind.SPELLED, min(1.0, JOINED + other.cost)) for other in others[:JOINS]]

    def _nearly(self, word: str) -> list[Spelling]:
        edits = edits_allowed(word)
        if not edits:
            return []
        part = max(1, (len(word) - 1) // 2 if edits == 1 else len(word) // 3)
        lengths = (len(word) - edits, len(word) + edits) if len(word) > 2 else (2, 2)
        ids = self._lookup.terms_that_begin(word[:part], *lengths) | self._lookup.terms_that_end(word[-part:], *lengths)
        near = sorted((number, term) for term, number in ids.items() if term != word)
        told = ((term, OSA.distance(word, term, score_cutoff=edits)) for _, term in near)
        return [Spelling(term, Kind.SPELLED, _cost(word, term, count)) for term, count in told if count <= edits]

    def _that_sound(self, word: str) -> list[Spelling]:
        sound, said = sound_of(word), latin(word)
        if not sound:
            return []
        alike = ((t, OSA.normalized_similarity(said, latin(t))) for t in self._lookup.terms_that_sound(sound) if t != word)
        return [
            Spelling(term, Kind.SOUNDS, 0.2 + 0.8 * (1 - share) if share < 1 else 0.05) for term, share in alike if share >= ALIKE
        ]


def _cost(word: str, term: str, edits: int) -> float:
    return 0.15 + min(0.5, 1.5 * edits / len(word)) + (SHIFTED if len(term) != len(word) else 0.0)


def edits_allowed(word: str) -> int:
    """How many letters of a word may be wrong: numbers must be right, short words nearly."""
    if len(word) < 2 or not any(map(str.isalpha, word)) or unspaced_runs(word):
        return 0
    return 2 if len(word) >= TWO_EDITS else 1
