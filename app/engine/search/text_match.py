"""How well texts of a photo answer to words that are looked for, and where in a text they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.engine.library.terms import places_of_words, tokens_of
from app.engine.search.asked_words import Word
from app.engine.search.misspelled import Kind, Spelling
from app.engine.texts import TextSource

WORTH = {
    TextSource.TITLE: 1.0, TextSource.KEYWORDS: 1.0, TextSource.NAME: 0.9, TextSource.CAPTION: 0.9, TextSource.OCR: 0.9,
    TextSource.DESCRIPTION: 0.8, TextSource.FOLDER: 0.3,
}  # fmt: skip
"""How much it says of a photo that a word stands there; a folder's name is that of many."""
_COVERED, _IN_ORDER, _SOURCE = 0.55, 0.35, 0.1
"""The parts of a score: how like the words are, how many stand one after the other as they were asked, and where."""
_LONGER, _PART = 0.1, 0.5
_ANOTHER_LETTER = 0.65
"""What it costs that another letter stands where one alone was asked for."""
LET_GO = 3
"""From so many words on, one of them may have been read as something else altogether where the others stand in a row."""
SNIPPET = 80
"""Characters of a text that are shown."""


@dataclass(frozen=True, slots=True)
class TextMatch:
    """`score` 0..1; `kind` of the least like of the words that must be there; `source`: where most of them stand.

    `terms`: what was taken for each of the words that are there.
    """

    score: float
    kind: Kind
    source: TextSource
    whole: bool
    terms: tuple[str, ...]


class Matcher:
    """Compares texts with some words and their other spellings. Every token is looked at once: texts share most of theirs.

    `within`: words that need to be there may stand within longer ones, too.
    """

    def __init__(self, words: Sequence[Word], others: Mapping[str, Sequence[Spelling]], *, within: bool = False) -> None:
        self._seen: dict[str, list[tuple[int, Spelling]]] = {}
        self._words = words
        self._must = {place for place, word in enumerate(words) if not word.small}
        self._known: defaultdict[str, list[tuple[int, Spelling]]] = defaultdict(list)
        for place, word in enumerate(words):
            self._known[word.text].append((place, Spelling(word.text, Kind.SAME, 0.0)))
            for spelling in others.get(word.text, ()):
                self._known[spelling.term].append((place, spelling))
        self._inside = [(place, word.text) for place, word in enumerate(words) if word.unspaced]
        self._within = [(place, word.text) for place, word in enumerate(words) if within and word.may_lie_within]
        self._letters = [place for place, word in enumerate(words) if word.small and len(word.text) == 1]
        last = words[-1]
        self._last = last.text if last.begins_others and not last.small else "\0"  # that no word begins with

    def _likes(self, token: str) -> list[tuple[int, Spelling]]:
        """Which of the words a token may be."""
        found = self._seen.get(token)
        if found is None:
            found = self._seen[token] = self._compared(token) if self._may_be(token) else []
        return found

    def _may_be(self, token: str) -> bool:
        """Whether a token is worth a closer look; of a page of text few are."""
        return token in self._known or token.startswith(self._last) or bool(self._inside or self._within) or len(token) == 1

    def _compared(self, token: str) -> list[tuple[int, Spelling]]:
        found = list(self._known.get(token, ()))
        there = {place for place, _ in found}
        last = len(self._words) - 1
        if token.startswith(self._last) and token != self._last:
            found.append((last, Spelling(token, Kind.BEGINS, _LONGER + 0.3 * (1 - len(self._last) / len(token)))))
        same = Spelling(token, Kind.SAME, 0.0)
        if len(token) == 1:
            another = Spelling(token, Kind.SPELLED, _ANOTHER_LETTER)
            found += [(place, another) for place in self._letters if place not in there]
        found += [(place, same) for place, text in self._inside if text in token and place not in there]
        part = [(place, text) for place, text in self._within if text in token and place not in {at for at, _ in found}]
        return found + [
            (place, Spelling(token, Kind.WITHIN, _PART + _LONGER * (1 - len(text) / len(token)))) for place, text in part
        ]

    def match(self, texts: Mapping[TextSource, str]) -> TextMatch | None:
        """None where a word that must be there is in none of the texts, unless the others stand in a row in what was read."""
        best: dict[int, Spelling] = {}
        in_source: list[tuple[float, float, TextSource, bool]] = []
        in_a_row = 0
        for source, text in texts.items():
            if not (found := self._found(text)):
                continue
            here, in_order, longest = self._laid(found)
            if source is TextSource.OCR:
                in_a_row = longest
            for place, spelling in here.items():
                if place not in best or spelling.cost < best[place].cost:
                    best[place] = spelling
            covered = sum(1 - here[place].cost for place in self._must if place in here)
            in_source.append((in_order, covered + WORTH[source], source, here.keys() >= self._must))
        if not in_source:
            return None
        missing = [place for place in self._must if place not in best]
        if missing and (len(missing) > 1 or len(self._words) < LET_GO or in_a_row < len(self._words) - 1):
            return None
        in_order, _, source, _ = max(in_source)
        covered = sum(1 - best[place].cost for place in self._must if place in best) / len(self._must)
        score = _COVERED * covered + _IN_ORDER * in_order / len(self._words) + _SOURCE * WORTH[source]
        whole = any(all_here for *_, all_here in in_source)
        kind = Kind.MISSING if missing else max(best[place].kind for place in self._must)
        return TextMatch(score, kind, source, whole, tuple(best[place].term for place in sorted(best)))

    def _found(self, text: str) -> list[tuple[int, list[tuple[int, Spelling]]]]:
        """The tokens of a text that are like some of the words: which token, and what it may be."""
        seen = self._seen
        return [
            (position, likes)
            for position, token in enumerate(tokens_of(text))
            if (likes := seen[token] if token in seen else self._likes(token))
        ]

    def _laid(self, found: Sequence[tuple[int, Sequence[tuple[int, Spelling]]]]) -> tuple[dict[int, Spelling], float, int]:
        """The likest token for each word; how well the words, laid over the text, fit at best; and how many do, at most."""
        here: dict[int, Spelling] = {}
        rows: defaultdict[int, dict[int, float]] = defaultdict(dict)
        for position, likes in found:
            for place, spelling in likes:
                if place not in here or spelling.cost < here[place].cost:
                    here[place] = spelling
                rows[position - place][place] = 1 - spelling.cost
        return here, max(sum(row.values()) for row in rows.values()), max(map(len, rows.values()))

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where words that must be there stand in a text: where each begins and ends; the likest of each alone."""
        found: dict[int, tuple[float, list[tuple[int, int]]]] = {}
        for token, start, end in places_of_words(text):
            for place, spelling in self._likes(token):
                if self._words[place].small:
                    continue
                cost, spans = found.get(place, (1.0, []))
                if spelling.cost > cost:
                    continue
                found[place] = (
                    spelling.cost,
                    [*(spans if spelling.cost == cost else ()), self._span(place, spelling, token, start, end)],
                )
        return sorted({span for _, spans in found.values() for span in spans})

    def _span(self, place: int, spelling: Spelling, token: str, start: int, end: int) -> tuple[int, int]:
        """Of a word within a longer one, or a run without spaces, that word alone."""
        word = self._words[place]
        if (word.unspaced or spelling.kind is Kind.WITHIN) and len(token) == end - start and (at := token.find(word.text)) >= 0:
            return start + at, start + at + len(word.text)
        return start, end


def snippet(text: str, places: Sequence[tuple[int, int]]) -> str:
    """A line of the text around the first of these places."""
    begin = max(0, places[0][0] - SNIPPET // 4) if places else 0
    if 0 < begin < 12:
        begin = 0
    shown = " ".join(text[begin : begin + SNIPPET].split())
    return ("…" if begin else "") + shown + ("…" if begin + SNIPPET < len(text) else "")
