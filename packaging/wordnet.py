"""The nouns of WordNet 3.0 as Debian's package wordnet-base has them: names, how common they are, what they are a kind of.

The format is that of WordNet's manual pages wndb(5WN) and cntlist(5WN). A noun's number, "n" and the place of its line in
`data.noun`, is the name that ImageNet gave it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from app.engine.models.dictionary import singulars

PHYSICAL = "n00001930"
"""What can be touched or seen, as far as WordNet says it."""
KIND_OF = ("@", "@i")
TELLING = 5
"""A thing that was met less often in those texts is not known to be more common than another."""


@dataclass(frozen=True, slots=True)
class Noun:
    """`above` are the numbers of what it is a kind of; `count`: how often it was met in texts that were marked by hand."""

    names: tuple[str, ...]
    above: tuple[str, ...]
    count: int

    def claim(self, name: str) -> tuple[int, bool]:
        """How much a name is its own: how often it was met, where that says anything, then whether it is called that first."""
        return self.count if self.count >= TELLING else 0, name.lower() == self.names[0].lower()


@dataclass(frozen=True)
class Nouns:
    """All nouns by number, and where the files lie."""

    folder: Path

    @cached_property
    def by_number(self) -> dict[str, Noun]:
        """Read `data.noun`."""
        counts = self._counts()
        lines = (self.folder / "data.noun").read_text(encoding="latin-1").splitlines()
        return dict(_noun(line, counts) for line in lines if not line.startswith("  "))

    def kinds_of(self, number: str) -> set[str]:
        """All that a noun is a kind of, near and far, and itself."""
        return {number}.union(*(self.kinds_of(each) for each in self.by_number[number].above))

    def nearest(self, number: str, among: Mapping[str, int]) -> set[str]:
        """The nearest of some nouns above one."""
        found = set[str]()
        for each in self.by_number[number].above:
            found |= {each} if each in among else self.nearest(each, among)
        return found

    def irregular(self, names: Iterable[str]) -> list[str]:
        """How names become many where no rule tells."""
        return [many for name in names for many in self._exceptions.get(name.lower(), ()) if name.lower() not in singulars(many)]

    @cached_property
    def _exceptions(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for line in (self.folder / "noun.exc").read_text(encoding="latin-1").splitlines():
            many, *ones = line.replace("_", " ").split()
            for one in ones:
                found.setdefault(one, []).append(many)
        return found

    def _counts(self) -> dict[str, int]:
        lines = (self.folder / "cntlist.rev").read_text(encoding="latin-1").splitlines()
        return {key: int(count) for key, _, count in map(str.split, lines)}


def _noun(line: str, counts: Mapping[str, int]) -> tuple[str, Noun]:
    """A line: number, file, type, count of words (hexadecimal), words with their signs, count of pointers, pointers."""
    fields = line.partition(" | ")[0].split()
    end = 4 + 2 * int(fields[3], 16)
    words = list(zip(fields[4:end:2], fields[5:end:2], strict=True))
    pointers = [fields[end + 1 + 4 * n : end + 5 + 4 * n] for n in range(int(fields[end]))]
    count = sum(counts.get(f"{word.lower()}%1:{fields[1]}:{int(sign, 16):02d}::", 0) for word, sign in words)
    above = tuple("n" + pointer[1] for pointer in pointers if pointer[0] in KIND_OF)
    return "n" + fields[0], Noun(tuple(word.replace("_", " ") for word, _ in words), above, count)
