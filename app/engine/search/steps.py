"""What FTS5 is asked for some words, one expression after the other, until enough photos may have them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.engine.library.terms import places_of_words
from app.engine.search.asked_words import Word, all_of, any_of, close_together
from app.engine.search.misspelled import Spelling
from app.engine.search.text_match import LET_GO
from app.engine.texts import TextSource

POOL = 400
"""So many photos are compared word for word, or as many as are asked for; of more, the newest entered count."""
FAR_APART = 3
"""Words with at most so many others between them stand together."""
FEW, LIKEST = 20, 12
"""A row of words that are in very many photos takes long to find: so many photos, for so many spellings."""


@dataclass(frozen=True, slots=True)
class Step:
    """One expression, and how many photos it may bring (None: as many as are asked for).

    `if_none`: only where the steps before brought nothing.
    """

    match: str
    most: int | None = None
    if_none: bool = False


def steps(words: Sequence[Word], others: Mapping[str, Sequence[Spelling]], knows: Callable[[str], bool]) -> Iterator[Step]:
    """The steps for some words and their other spellings; `knows` says whether any photo has a word."""
    must = [word for word in words if not word.small]
    within = FAR_APART + len(words) - len(must)
    spelled = {word: any_of([f'"{other.term}"' for other in others[word.text]]) for word in must if others[word.text]}
    if len(words) > 1 and not any(word.unspaced for word in words):
        yield Step(_in_a_row([word.text for word in words]), FEW if len(must) < 2 else None)
        yield from _one_instead(words, others, knows)
    if len(must) > 1:
        yield Step(close_together(must, within))
        for word in spelled:
            rest = [other for other in must if other is not word]
            yield Step(all_of([close_together(rest, within), spelled[word]]), POOL // 4)
    yield Step(all_of([word.exactly() for word in must]))
    *first, last = must
    yield Step(all_of([*(word.exactly() for word in first), last.beginning()]))
    if spelled:
        likely = [any_of([word.exactly(), *([spelled[word]] if word in spelled else [])]) for word in first]
        yield Step(all_of([*likely, any_of([last.beginning(), *([spelled[last]] if last in spelled else [])])]))
    if len(words) >= LET_GO and len(must) > 1 and not any(word.unspaced for word in words):
        ways = [any_of([word.exactly(), *([spelled[word]] if word in spelled else [])]) for word in words]
        rests = [all_of([*ways[:at], *ways[at + 1 :]]) for at, word in enumerate(words) if not word.small]
        yield Step(f"{TextSource.OCR} : ({any_of([f'({rest})' for rest in rests])})", if_none=True)


def within(text: str, words: Sequence[Word]) -> str:
    """What `text_trigrams` is asked for the words of a text, as parts of longer ones; empty where none is long enough.

    It is in step with marks (ü), which `words` are without: it is asked for them as they are written, too.
    """
    written = {token: text[start:end].lower() for token, start, end in places_of_words(text)}
    wanted = [dict.fromkeys([word.text, written.get(word.text, word.text)]) for word in words if word.may_lie_within]
    return all_of([any_of([f"({_trigrams(way)})" for way in ways]) for ways in wanted])


def _trigrams(word: str) -> str:
    return " AND ".join(f'"{word[at : at + 3]}"' for at in range(max(1, len(word) - 2)))


def _in_a_row(row: Sequence[str]) -> str:
    return '"' + " ".join(row) + '"'


def _one_instead(words: Sequence[Word], others: Mapping[str, Sequence[Spelling]], knows: Callable[[str], bool]) -> Iterator[Step]:
    """The row with one word spelled otherwise: one that nobody has, or else any of them.

    Where the other words say something they are looked for by themselves, with any of the spellings somewhere: a phrase for each
    spelling takes long where some of its words are in very many photos.
    """
    unknown = [at for at, word in enumerate(words) if not (knows(word.text) or len(word.text) == 1)]
    if len(unknown) > 1:
        return
    rests: list[str] = []
    rows: list[str] = []
    for at in unknown or range(len(words)):
        spelled, rest = others[words[at].text], [*words[:at], *words[at + 1 :]]
        if all(word.small for word in rest):
            likest = spelled[: LIKEST if unknown else LIKEST // len(words)]
            row = [word.text for word in words]
            rows += [_in_a_row([*row[:at], other.term, *row[at + 1 :]]) for other in likest]
        elif spelled or len(words[at].text) == 1:
            instead = [any_of([f'"{other.term}"' for other in spelled])] if spelled else []
            rests.append(all_of([_around(words, at), *instead]))
    if rests:
        yield Step(any_of([f"({rest})" for rest in rests]), if_none=True)
    if rows:
        yield Step(any_of(rows), FEW, if_none=True)


def _around(words: Sequence[Word], at: int) -> str:
    """The words before and after a place, with at most one other between them."""
    parts = [_in_a_row([word.text for word in part]) for part in (words[:at], words[at + 1 :]) if part]
    return parts[0] if len(parts) == 1 else f"NEAR({' '.join(parts)}, 1)"
