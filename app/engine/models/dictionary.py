"""What things are called, what they are, and what they are a kind of: the nouns of WordNet that name things.

A name that the photos of the training hardly had says little by itself; what it is called after does: "okapi" is told by
"similar to the giraffe but smaller with much shorter neck and stripe on the legs". And "parrot" names no class of the network,
but macaws and lorikeets are parrots (`kinds`). What a picture of a metronome looks like stands there too: a clock, an hourglass.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from app.engine.errors import ModelMissing
from app.engine.paths import resources

SENSES = 3
"""Meanings of one name that are told; the first are the most common."""
PLURALS = (("s", ""), ("es", ""), ("ies", "y"), ("ves", "f"), ("ves", "fe"))
"""How names become many: the end of many, and that of one. Others, like geese, stand among the names."""


@dataclass(frozen=True, slots=True)
class Thing:
    """`meaning` is empty for what only binds kinds together; `above` are the places of what it is a kind of.

    `known` is the class of the network that it is, None for most; `alike` are the classes that a picture of it looks like, those
    first that it looks like most, for some that are no class.
    """

    meaning: str
    above: tuple[int, ...]
    known: int | None
    alike: tuple[int, ...]


class Dictionary:
    """Reads its file when it is first asked."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file or resources() / "models" / "dictionary.tsv.gz"

    def places(self, name: str) -> list[int]:
        """The places of all things of a name, those first that it names most, or of what it is many of; none for one not there.

        Raises ModelMissing.
        """
        named = self._read[1]
        return next((named[form] for form in singulars(name.lower()) if form in named), [])

    def meanings(self, name: str) -> list[str]:
        """What a name may mean, at most three; nothing for one that is not there. Raises ModelMissing."""
        return [self.things[place].meaning for place in self.places(name) if self.things[place].meaning][:SENSES]

    @property
    def things(self) -> list[Thing]:
        """All things, by place. Raises ModelMissing."""
        return self._read[0]

    @cached_property
    def _read(self) -> tuple[list[Thing], dict[str, list[int]]]:
        things: list[Thing] = []
        named: dict[str, list[tuple[int, int]]] = {}
        try:
            with gzip.open(self.file, "rt", encoding="utf-8") as lines:
                for place, line in enumerate(lines):
                    names, meaning, above, known, alike = line.rstrip("\n").split("\t")
                    things.append(Thing(meaning, numbers(above), int(known) if known else None, numbers(alike)))
                    for name, _, sense in (each.partition(":") for each in names.lower().split(", ")):
                        named.setdefault(name, []).append((int(sense or 1), place))
        except (OSError, EOFError, ValueError, zlib.error) as error:
            reason = f"A part of Facet's built-in model is missing or damaged ({self.file}); install Facet again."
            raise ModelMissing(reason) from error
        if not things:
            raise ModelMissing(f"A part of Facet's built-in model is damaged ({self.file}); install Facet again.")
        return things, {name: [place for _, place in sorted(senses)] for name, senses in named.items()}


@cache
def english() -> Dictionary:
    """The dictionary that comes with Facet, read once."""
    return Dictionary()


def is_noun(word: str) -> bool:
    """Whether a word is the name of anything; False for all where the dictionary is missing."""
    try:
        return bool(english().places(word))
    except ModelMissing:
        return False


def numbers(text: str) -> tuple[int, ...]:
    """Those of a text, in its order."""
    return tuple(map(int, text.split()))


def singulars(name: str) -> Iterator[str]:
    """A name as it is, then what it may be many of."""
    yield name
    for many, one in PLURALS:
        if name.endswith(many) and len(name) > len(many) + 1:
            yield name.removesuffix(many) + one
