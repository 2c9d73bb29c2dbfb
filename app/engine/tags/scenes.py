"""Scenes named by the Places365 network, a second tagger beside the model of meaning."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.engine.features.base import Picture
from app.engine.labels import Tag
from app.engine.library.scene_tags import MARK
from app.engine.models.places import SHORTER_SIDE, PlacesModel
from app.engine.tags.names import fingerprint
from app.engine.tags.vocabulary import scenes
from app.engine.types import Facet

PARAMETERS = 1
"""Raised with every change of how scenes are chosen."""
MOST = 5
"""So many scenes a photo, at most."""
LEAST = 0.2
"""A scene is named from this probability on."""
SURE = 0.5
"""None is named where those that could be hold less than this together.

A probability is the network's own, its softmax over 365 scenes that exclude each other in its training and often do not in a
photo: coast, beach and ocean share what one of them would have. So the photo is tagged when the network holds it for more likely
than not that its scene is among the names; the built-in tagger shows a name from the same 0.5 on. Networks trained like this one
are rather too sure than not sure enough (Guo et al., On Calibration of Modern Neural Networks, 2017). With the real weights
nothing was measured: they cannot be had where Facet was made.
"""
LONGEST_SIDE = 1024
"""Pixels that a picture is decoded with at most, be it ever so wide."""


def tags_of(shares: NDArray[np.float32], names: Sequence[str]) -> tuple[Tag, ...]:
    """The scenes to name of a photo, given how likely each is (n, of sum 1); the likeliest first, or none."""
    likely = [int(which) for which in np.argsort(-shares, kind="stable")[:MOST] if shares[which] >= LEAST]
    if float(shares[likely].sum()) < SURE:
        return ()
    return tuple(Tag(names[which], round(float(shares[which]), 4)) for which in likely)


class SceneExtractor:
    """Names the scene of one picture at a time: pictures are decoded beside each other, the network reads one after the other."""

    facet = Facet.TAGS

    def __init__(self, model: PlacesModel) -> None:
        self.model = model
        self._names = tuple(scenes().values())
        self.version = f"{MARK}{PARAMETERS}-{fingerprint(self._names)}-{model.version}"
        self._turn = threading.Lock()

    @staticmethod
    def side(size: tuple[int, int]) -> int:
        """The longer side, in pixels, with which the shorter is as long as the network wants it."""
        return min(LONGEST_SIDE, math.ceil(SHORTER_SIDE * max(size) / max(1, min(size))))

    def read(self, picture: Picture) -> tuple[Tag, ...]:
        """The scenes to name. Any thread. Raises ModelMissing."""
        with self._turn:
            (shares,) = self.model.shares([picture.rgb])
        return tags_of(shares, self._names)
