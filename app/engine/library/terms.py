"""Texts taken apart into what can be looked up: words, how they sound, and pairs of characters where no spaces are written."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

SHORTEST = 2
LONGEST = 32
"""Of words that are kept; what is longer was no word."""
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
_MARKED = re.compile("([a-z])[\u0300-\u036f]+")
_RUN = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese: words stand there without a space between them."""
_APART = re.compile(f"({_RUN.pattern})")


def words_in(text: str) -> list[str]:
    """The words of a text as FTS5's unicode61 tells them apart: letters and digits, without case and diacritics."""
    return _WORD.findall(plain(text))


def places_of_words(text: str) -> list[tuple[str, int, int]]:
    """The words of a text as `words_in` gives them, each with where it begins and ends in the text as it is."""
    if text.isascii():
        return [(found[0], *found.span()) for found in _WORD.finditer(text.lower())]
    return [(plain(found[0]), *found.span()) for found in _WORD.finditer(text)]


def plain(text: str) -> str:
    """Text without case and without the marks on Latin letters, as FTS5 folds it: é is e, but й stays й."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text.lower())
    return unicodedata.normalize("NFC", _MARKED.sub(r"\1", apart))


def tokens_of(text: str) -> list[str]:
    """Words, and apart from them what is written without spaces: "iPhone在北京 2" is iphone, 在北京, 2."""
    if text.isascii() or not _RUN.search(text):
        return words_in(text)
    return [part for word in words_in(text) for part in _APART.split(word) if part]


def unspaced_runs(text: str) -> list[str]:
    """The parts of a text in scripts without spaces."""
    return _RUN.findall(text)


def pairs_of(run: str) -> list[str]:
    """Each character with its neighbor, and the last alone: so that one of two characters, too, is found by what it begins."""
    return [run[at : at + 2] for at in range(len(run))]


def terms_in(text: str) -> Iterator[str]:
    """Words that may be misspelled: of letters for the most part. Long runs without spaces are no words."""
    for word in dict.fromkeys(words_in(text)):
        letters = sum(map(str.isalpha, word))
        if SHORTEST <= len(word) <= (8 if _RUN.match(word) else LONGEST) and 2 * letters > len(word):
            yield word


@lru_cache(maxsize=4096)
def latin(text: str) -> str:
    """A text in the letters a to z, as it is spoken in its own language more or less: москва becomes moskva, 北京 beijing."""
    if text.isascii():
        return text.lower()
    from anyascii import anyascii

    return "".join(c for c in anyascii(text).lower() if c.isalnum())


def sound_of(term: str) -> str:
    """How a word sounds in English, by Metaphone (Philips 1990); words that begin with any vowel may begin with any other.

    Empty where so little is left that it would be like very many: mueller and Müller are MLR, but "dog" has no sound.
    """
    import jellyfish

    letters = "".join(c for c in latin(term) if c.isalpha())
    code: str = jellyfish.metaphone(letters) if letters else ""
    if code and code[0] in "AEIOU":
        code = "A" + code[1:].lstrip("AEIOU")
    return code if len(code) >= 3 else ""


def _text(given: bytes | str | None) -> str:
    return given.decode("utf-8", "replace") if isinstance(given, bytes) else given or ""


def _character_pairs(given: bytes | None) -> str:
    return " ".join(" ".join(pairs_of(run)) for run in unspaced_runs(_text(given)))


def _terms_of(given: bytes | None) -> str:
    return json.dumps(list(terms_in(_text(given))))


SQL_FUNCTIONS: dict[str, Callable[..., str]] = {
    "character_pairs": _character_pairs,
    "terms_of": _terms_of,
    "folded_bytes": lambda given: _text(given).casefold(),
    "from_end": lambda term: _text(term)[::-1],
    "sound_of": lambda term: sound_of(_text(term)),
}
"""What the schema calls; a change of what they give needs a new step in schema.py that makes the tables anew."""
