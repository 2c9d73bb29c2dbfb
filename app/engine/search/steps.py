"""What FTS5 is asked for some words, one expression after the other, until enough photos may have them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.engine.search.asked_words import Word, all_of, any_of, close_together
from app.engine.search.misspelled import Spelling

POOL = 400
"""So many photos are compared word for word; of more, the newest entered count."""
FAR_APART = 3
"""Words with at most so many others between them stand together."""
FEW, LIKEST = 20, 12
"""A row of words that are in very many photos takes long to find: so many photos, for so many spellings."""


@dataclass(frozen=True, slots=True)
class Step:
    """One expression, and how many photos it may bring; `if_none`: only where the steps before brought nothing."""

    match: str
    most: int = POOL
    if_none: bool = False


def steps(words: Sequence[Word], others: Mapping[str, Sequence[Spelling]], knows: Callable[[str], bool]) -> Iterator[Step]:
    """The steps for some words and their other spellings; `knows` says whether any photo has a word."""
    must = [word for word in words if not word.small]
    within = FAR_APART + len(words) - len(must)
    spelled = {word: any_of([f'"{other.term}"' for other in others[word.text]]) for word in must if others[word.text]}
    if len(words) > 1 and not any(word.unspaced for word in words):
        row = [word.text for word in words]
        yield Step(_in_a_row(row), FEW if len(must) < 2 else POOL)
        rows = [_in_a_row([*row[:at], term, *row[at + 1 :]]) for at, term in _one_instead(row, others, knows)]
        if rows:
            yield Step(any_of(rows), FEW, if_none=True)
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


def _in_a_row(row: Sequence[str]) -> str:
    return '"' + " ".join(row) + '"'


def _one_instead(
    row: Sequence[str], others: Mapping[str, Sequence[Spelling]], knows: Callable[[str], bool]
) -> Iterator[tuple[int, str]]:
    """The places of words that may be misspelled, each with another spelling: words that nobody has, or else any of them."""
    unknown = [at for at, word in enumerate(row) if not knows(word)]
    if len(unknown) < 2:
        for at in unknown or range(len(row)):
            yield from ((at, other.term) for other in others[row[at]][: LIKEST if unknown else LIKEST // len(row)])
