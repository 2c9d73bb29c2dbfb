"""What a picture of a thing looks like to a network that does not know the thing: `look_alikes.tsv`, written by hand.

A line holds names of things, a tab, and the ImageNet classes that a picture of them may be taken for, those first that it looks
like most: things of like shape and material, and what stands around it. The names were drawn by a rule before a line was
written: of WordNet's animals, plants, artifacts, food, natural objects, formations and fungi those that are no class, are not
told by classes below them and were met with fewer than 15 photos of the training. Single words are common enough (a Zipf
frequency of 1.5 or more by wordfreq); of names of two words both words are common (4 or more), or WordNet met the name in its
texts. Names of what has no looks of its own, or none that the writers knew, were passed over, and such as people use for
something else than WordNet's most common thing of that name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

FILE = Path(__file__).with_name("look_alikes.tsv")


def look_alikes(classes: Sequence[str], things: Mapping[str, str], file: Path = FILE) -> dict[str, tuple[int, ...]]:
    """Of each thing (its number by its name, in small letters, in `things`) the places of its look-alikes among the classes.

    Raises ValueError for a name that is no thing or no class, or that stands there twice.
    """
    places, found = {name: place for place, name in enumerate(classes)}, dict[str, tuple[int, ...]]()
    for line in file.read_text(encoding="utf-8").splitlines():
        called, alike = (part.split(", ") for part in line.split("\t"))
        names = [name.lower() for name in called]
        unknown = [name for name in names if name not in things] + [name for name in alike if name not in places]
        twice = [name for name in names if things.get(name) in found]
        if unknown or twice or len(set(alike)) < len(alike):
            raise ValueError(f"in {file.name}, unknown or named twice: {', '.join(unknown + twice) or line}")
        found |= {things[name]: tuple(places[name] for name in alike) for name in names}
    return found
