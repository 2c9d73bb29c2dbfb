"""Words that are looked for in texts: which must be there, and the expressions that ask FTS5 for them.

Every word goes into an expression in quotes and holds letters and digits alone, so that what FTS5 would take for an operator
(AND, NEAR, a star, a bracket) is a word like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.engine.library.terms import pairs_of, tokens_of, unspaced_runs

MOST = 32
"""So many words of a question are looked for; the others are passed over."""
BEGINNING = 3
"""From so many letters on a word may be the beginning of another."""
_ENGLISH = """
a about after all also an and any are as at be been before being both but by can could did do does for from had has have he
her here him his how i if in into is it its just me more most my near no not of off on one or other our out over own she so
some such than that the their them then there these they this those through to under up very was we were what when where which
while who whom why will with would you your image images photo photos photograph picture pictures showing
"""
_OTHERS = """
der das und mit ein eine einen einem einer im auf von zu den dem des le la les du un une et dans sur avec el los las y en con
por para una il lo gli di da che per het een van op
"""
_SMALL = frozenset(_ENGLISH.split()) | frozenset(_OTHERS.split())
"""Words that say little by themselves; they need not be there, but bring what has them in their place to the front."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word that was asked for. `small` ones need not be there; `unspaced`: of a script without spaces."""

    text: str
    small: bool
    unspaced: bool

    def exactly(self) -> str:
        """An FTS5 expression for the word as it is."""
        if not self.unspaced:
            return f'"{self.text}"'
        pairs = pairs_of(self.text)[: max(1, len(self.text) - 1)]
        return f'characters : "{" ".join(pairs)}"' + (" *" if len(self.text) == 1 else "")

    def beginning(self) -> str:
        """The same for words that begin so, too: the last word of a question may still be being typed."""
        return f'"{self.text}" *' if self.begins_others else self.exactly()

    @property
    def begins_others(self) -> bool:
        """Whether it may be the beginning of a longer word."""
        return not self.unspaced and len(self.text) >= BEGINNING

    @property
    def may_lie_within(self) -> bool:
        """Whether it is looked for within longer words where nothing else was found."""
        return self.begins_others and not self.small


def read(text: str, most: int = MOST) -> tuple[Word, ...]:
    """The words of a question, at most so many; where all are small, none is."""
    words = [Word(token, _is_small(token), bool(unspaced_runs(token))) for token in tokens_of(text)[:most]]
    if all(word.small for word in words):
        return tuple(Word(word.text, False, word.unspaced) for word in words)
    return tuple(words)


def _is_small(token: str) -> bool:
    return token in _SMALL or (len(token) < BEGINNING and token.isalpha() and not unspaced_runs(token))


def all_of(parts: Sequence[str]) -> str:
    """An expression that holds where all of these do."""
    return " AND ".join(f"({part})" for part in parts)


def any_of(parts: Sequence[str]) -> str:
    """An expression that holds where any of these does."""
    return " OR ".join(parts)


def close_together(words: Sequence[Word], within: int) -> str:
    """An expression that holds where these words as they are have at most so many others between them."""
    spaced = [f'"{word.text}"' for word in words if not word.unspaced]
    near = [f"NEAR({' '.join(spaced)}, {within})"] if len(spaced) > 1 else spaced
    return all_of([*near, *(word.exactly() for word in words if word.unspaced)])
