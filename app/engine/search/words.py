"""Photos by the words that they carry: in the picture, the names of files and folders, title, description, keywords, caption.

All words that say something must be there: as they are, as the beginning of a longer one, misspelled or spoken alike. Of three
and more one may be missing from what was read in a picture where the others stand in a row: it was read as something else. Where
nothing is found so, they may stand within longer words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from app.engine.library.catalog import Catalog
from app.engine.library.text_lookup import Texts
from app.engine.search.asked_words import Word, read
from app.engine.search.asking import Allowed
from app.engine.search.fusion import Found
from app.engine.search.highlight import outlines
from app.engine.search.misspelled import Kind, Speller, Spelling
from app.engine.search.steps import POOL, steps, within
from app.engine.search.text_match import Matcher, TextMatch, snippet
from app.engine.texts import TextSource
from app.engine.types import Closeness, Facet, Reason

SURE = {
    Kind.SAME: 1.0, Kind.BEGINS: 0.7, Kind.SPELLED: 0.5, Kind.SOUNDS: 0.5,
    Kind.WITHIN: 0.25, Kind.ANOTHER: 0.25, Kind.MISSING: 0.25,
}  # fmt: skip
"""How much of a vote it is that a photo has the words, by the least like of them. Where meaning is sure of photos, half a vote
comes behind its first sixty."""
TOGETHER = 3
"""So many words tell by each other that one of them was meant otherwise."""
TELLING = 5
"""A word of so many letters within a longer one was probably meant: the cat in "education" was not."""


class WordSearch:
    """Looks up words in the catalogue."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._speller = Speller(catalog)

    def find(self, text: str, depth: int | None, allowed: Allowed) -> list[Found]:
        """Photos with these words, best first; those that the words do not tell apart have the same rank."""
        words = read(text)
        if not words:
            return []
        others = self._speller.of_row([word.text for word in words])
        among = None if allowed is None else frozenset(allowed.tolist())
        most = max(POOL, self._catalog.count_photos() if depth is None else depth)
        matcher = Matcher(words, others)
        texts, matched = self._compared(matcher, self._candidates(words, others, most, among))
        if not matched and (inside := within(text, words)):
            matcher = Matcher(words, {}, within=True)
            texts, matched = self._compared(matcher, self._catalog.photos_with_trigrams(inside, most, among))
        alike = Counter(match.terms for _, match in matched)  # of two spellings equally like the more common one was meant
        matched.sort(key=lambda pair: (-round(pair[1].score, 4), -alike[pair[1].terms]))
        return self._named(matched[:depth], matcher, texts, words)

    def _compared(self, matcher: Matcher, photos: Iterable[int]) -> tuple[dict[int, Texts], list[tuple[int, TextMatch]]]:
        """The texts of photos, and those of the photos that have the words."""
        numbers = list(photos)
        texts = self._catalog.texts_of_ids(numbers)
        return texts, [(number, match) for number in numbers if (match := matcher.match(texts[number]))]

    def _candidates(
        self, words: Sequence[Word], others: dict[str, list[Spelling]], most: int, among: frozenset[int] | None
    ) -> Iterator[int]:
        """Photos that may have the words, the likest first as far as expressions can tell, each once."""
        seen: set[int] = set()
        for step in steps(words, others, self._catalog.knows_term):
            if len(seen) >= most or (step.if_none and seen):
                continue
            for number in self._catalog.photos_with_text(step.match, step.most or most, among):
                if len(seen) < most and number not in seen:
                    seen.add(number)
                    yield number

    def _named(
        self,
        matched: Sequence[tuple[int, TextMatch]],
        matcher: Matcher,
        texts: dict[int, Texts],
        words: Sequence[Word],
    ) -> list[Found]:
        """The photos with their ranks, and where the words stand."""
        read_in = [number for number, _ in matched if TextSource.OCR in texts[number]]
        boxes = self._catalog.boxes_of_ids(read_in) if read_in else {}
        found: list[Found] = []
        for at, (number, match) in enumerate(matched):
            score = round(match.score, 4)
            rank = found[-1].reason.rank if found and found[-1].reason.score == score else at + 1
            text = texts[number][match.source]
            line = snippet(text, matcher.places(text))
            outlined = outlines(boxes[number], matcher.places(texts[number][TextSource.OCR])) if number in boxes else ()
            reason = Reason(Facet.WORDS, rank, score, source=match.source, text=line, outlines=outlined)
            found.append(Found(number, reason, _nearness(match, words), _sure(match)))
        return found


def _sure(match: TextMatch) -> float:
    return SURE[match.kind] * (1.0 if match.source is not TextSource.FOLDER else 0.5)


def _nearness(match: TextMatch, words: Sequence[Word]) -> Closeness:
    """The whole question as it is in one text is very near; a few words of which one is another English word are not."""
    match match.kind:
        case Kind.SAME if match.whole and match.source is not TextSource.FOLDER:
            return Closeness.VERY_CLOSE
        case Kind.SAME | Kind.BEGINS:
            return Closeness.CLOSE
        case Kind.WITHIN if min(len(word.text) for word in words if word.may_lie_within) < TELLING:
            return Closeness.FAR
        case Kind.ANOTHER | Kind.MISSING if sum(not word.small for word in words) < TOGETHER:
            return Closeness.FAR
    return Closeness.LOOSE
