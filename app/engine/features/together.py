"""Several extractors over the same pictures: a network that some of them share prepares each picture once and reads it once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.features.base import Extractor, NetworkExtractor, Picture

Wanted = Mapping[Any, NDArray[Any]]


def prepare(extractors: Iterable[Extractor], picture: Picture) -> dict[str, NDArray[Any]]:
    """What each extractor needs of a picture, by its version. Those that share a network get the same array."""
    prepared: dict[str, NDArray[Any]] = {}
    of_networks: dict[str, NDArray[Any]] = {}
    for extractor in extractors:
        network = network_of(extractor)
        if network is None:
            prepared[extractor.version] = extractor.prepare(picture)
            continue
        if network not in of_networks:
            of_networks[network] = extractor.prepare(picture)
        prepared[extractor.version] = of_networks[network]
    return prepared


class Together:
    """One batch of pictures, prepared: `wanted` has for each extractor's version {key: what it needs of that picture}."""

    def __init__(self, extractors: Sequence[Extractor], wanted: Mapping[str, Wanted]) -> None:
        self._extractors = extractors
        self._wanted = wanted
        self._read: dict[str, NDArray[np.float32]] = {}  # by network

    def rows(self, extractor: Extractor) -> NDArray[Any]:
        """The extractor's rows, in the order of what is wanted of it. Raises what the extractor raises, ModelMissing."""
        wanted = self._wanted[extractor.version]
        if not isinstance(extractor, NetworkExtractor):
            return extractor.extract(list(wanted.values()))
        name, pictures = extractor.network.name, self._of_network(extractor.network.name)
        if name not in self._read:
            self._read[name] = extractor.network.read(list(pictures.values()))
        place = {key: number for number, key in enumerate(pictures)}
        return extractor.rows(self._read[name][[place[key] for key in wanted]])

    def _of_network(self, name: str) -> dict[Any, NDArray[Any]]:
        """What any extractor of a network wants."""
        pictures: dict[Any, NDArray[Any]] = {}
        for extractor in self._extractors:
            if network_of(extractor) == name:
                pictures |= self._wanted.get(extractor.version, {})
        return pictures


def network_of(extractor: Extractor) -> str | None:
    """The name of the network that an extractor may share; None where it has what it needs for itself."""
    return extractor.network.name if isinstance(extractor, NetworkExtractor) else None
