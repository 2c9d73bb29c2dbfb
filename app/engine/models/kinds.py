"""Which classes of the network are of a kind that is asked for, and which have most in common with a thing that it does not know.

The network knows macaws and lorikeets, and "parrot" names neither of them: in WordNet's tree both stand below it. A thing that is
no class and has none below it, as the okapi, shares the narrowest kinds above it with some: the ruminants. How narrow a kind is
counts by how few of all things are of it, its information content (Resnik 1995; counted in the tree: Seco et al. 2004). Of many
things that are no class it is also written down which classes a picture of them looks like, whatever they are kinds of.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.engine.models.dictionary import Dictionary

CLASSES = 1000
WIDEST = 400
"""Classes of the widest kind that is told by them: animals are; artifacts and living things are no kinds to look for."""
COVERED = 1 / 250
"""A kind of which the network knows a smaller share is not told by it: three classes do not say what people look like."""


@dataclass(frozen=True, slots=True)
class Kin:
    """`members`: the classes of what a name stands for, rising. `shared` (1000): what each has in common with it, in nats.

    `alike`: the classes that a picture of it looks like, those first that it looks like most.
    """

    members: NDArray[np.intp]
    shared: NDArray[np.float32]
    alike: NDArray[np.intp]


STRANGER = Kin(np.empty(0, np.intp), np.zeros(CLASSES, np.float32), np.empty(0, np.intp))
"""Of a name that nothing is known of."""


class Kinds:
    """The tree of things with the classes below each. Reads the dictionary when it is first asked."""

    def __init__(self, dictionary: Dictionary) -> None:
        self._dictionary = dictionary

    def kin(self, name: str) -> Kin:
        """Which classes a name stands for and which are like it, over all its senses. Raises ModelMissing."""
        return Kin(self.members(name), self.shared(name), self.alike(name))

    def members(self, name: str) -> NDArray[np.intp]:
        """The classes of the kinds that a name stands for, rising; none where it stands for no kind. Raises ModelMissing."""
        things, below = self._dictionary.things, self._below
        places = [place for place in self._dictionary.places(name) if things[place].known is None]
        found = [below[place] for place in places if self._is_told(place)]
        return np.unique(np.concatenate(found)) if found else np.empty(0, np.intp)

    def shared(self, name: str) -> NDArray[np.float32]:
        """What each class has in common with a thing (1000), in nats, over its senses. Raises ModelMissing."""
        shared = np.zeros(CLASSES, np.float32)
        for place in self._dictionary.places(name):
            for kind in self._kinds_of[place] & self._below.keys():
                own = self._below[kind]
                shared[own] = np.maximum(shared[own], np.log(len(self._kinds_of) / self._counts[kind]))
        return shared

    def alike(self, name: str) -> NDArray[np.intp]:
        """The classes that a picture of a thing looks like, in the most common sense of its name. Raises ModelMissing.

        A name that is not in the dictionary says by its end what it is a name of: an old harpsichord is a harpsichord.
        """
        words, things = name.split(), self._dictionary.things
        senses = (self._dictionary.places(" ".join(words[start:])) for start in range(len(words)))
        found = next((things[place].alike for places in senses for place in places), ())
        return np.array(found, np.intp)

    def _is_told(self, place: int) -> bool:
        known = len(self._below.get(place, ()))
        return 0 < known <= WIDEST and known >= COVERED * self._counts[place]

    @cached_property
    def _kinds_of(self) -> list[frozenset[int]]:
        """The places of all kinds that each thing is of, itself too."""
        things = self._dictionary.things
        found: list[frozenset[int] | None] = [None] * len(things)

        def climb(place: int) -> frozenset[int]:
            known = found[place]
            if known is None:
                known = found[place] = frozenset({place}).union(*map(climb, things[place].above))
            return known

        return [climb(place) for place in range(len(things))]

    @cached_property
    def _below(self) -> dict[int, NDArray[np.intp]]:
        """The classes that are of each kind; only of those that have any."""
        below: dict[int, list[int]] = {}
        for thing, kinds in zip(self._dictionary.things, self._kinds_of, strict=True):
            if thing.known is not None:
                for kind in kinds:
                    below.setdefault(kind, []).append(thing.known)
        return {kind: np.sort(np.array(own, np.intp)) for kind, own in below.items()}

    @cached_property
    def _counts(self) -> Counter[int]:
        """How many things are of each kind, itself too."""
        return Counter(kind for kinds in self._kinds_of for kind in kinds)
