"""Pages, forms, drawings and plain pictures, of which hashes know too little: near ones are compared field by field.

On a page with three lines of text, or a form that was filled in twice, most bits of a hash say how the paper lies, and few what
is written on it. The fields of stored thumbnails tell: a text that differs leaves its ink in fields where the other has paper.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.engine.duplicates.pairs import Pairs
from app.engine.features.color import ColorExtractor, color_distance
from app.engine.features.copy import TURNS, turned_back
from app.engine.histograms import unpack_shares
from app.engine.library.vectors import VectorStore
from app.engine.types import Turn

UNCLEAR = 75
"""Per cent of the bits of a hash that must be more than noise. Of 16,000 photos 99.9 % have 95; 33 edits each of 60 photos have
84 and more; gradients have 70, pages with a few words 60 to 80."""
PAPER = 0.85
"""The share of a picture's commonest color from which it counts as a page: 4 of 1,000 photos; pages have 0.9."""
APART = 5.0
BOLD_FROM, BOLD_SHARE = 33.0, 0.6
"""Gray levels that four fields together may differ, once the levels are fitted to each other; and more where the boldest four are
bolder than writing. Copies of pages by JPEG quality 10 and up, a third as large or darkened differ by 4.8 at most; pages with
another text by 15 and more, with other words in one line of a form mostly by 6 to 20. Copies of charts differ by 18, of signs by
45."""
GRID = 96
"""So many fields across and down; in pictures of less than twice as many pixels fewer, of two pixels each."""
RECOLORED_FROM = 0.8
"""The distance of color histograms from which a picture that has too little to compare is not the same."""
KEPT = 20_000
"""The fields of so many photos are held at a time."""
AT_ONCE = 4096

Thumbnail = Callable[[bytes], bytes | None]
"""The stored JPEG of a photo, by its digest."""


class Plain:
    """Decides on near pairs of the photos `ids` (n,), rising, with their digests and qualities uint8 (n,), in per cent."""

    def __init__(
        self,
        vectors: VectorStore,
        thumbnail: Thumbnail,
        ids: NDArray[np.int64],
        digests: Sequence[bytes],
        qualities: NDArray[np.uint8],
    ) -> None:
        self._vectors = vectors
        self._thumbnail = thumbnail
        self._ids = ids
        self._digests = digests
        self._qualities = qualities
        self._fields: dict[int, NDArray[np.uint8] | None] = {}

    def confirm(self, pairs: Pairs) -> Pairs:
        """The pairs without those of plain pictures that show different things, or that cannot be compared now."""
        doubtful = self._doubtful(pairs)
        kept = ~doubtful
        for place in np.flatnonzero(doubtful):
            kept[place] = self._same(int(pairs.first[place]), int(pairs.second[place]), TURNS[pairs.turn[place]])
        self._fields.clear()
        return pairs.only(kept)

    def _doubtful(self, pairs: Pairs) -> NDArray[np.bool_]:
        """Which pairs have a photo whose hash says too little, or that is mostly of one color."""
        photos = np.unique(np.concatenate([pairs.first, pairs.second]))
        places = np.searchsorted(self._ids, photos)
        paper = [self._paper(places[at : at + AT_ONCE]) for at in range(0, len(photos), AT_ONCE)]
        doubtful = photos[np.concatenate(paper) | (self._qualities[places] < UNCLEAR)]
        return np.asarray(np.isin(pairs.first, doubtful) | np.isin(pairs.second, doubtful), np.bool_)

    def _paper(self, places: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which photos are mostly of one color, as far as their colors are known."""
        stored = self._colors(places)
        known = np.array([row is not None for row in stored], np.bool_)
        paper = np.zeros(len(places), np.bool_)
        rows = np.frombuffer(b"".join(row for row in stored if row), np.uint8).reshape(-1, ColorExtractor.length)
        paper[known] = unpack_shares(rows).max(axis=1, initial=0) >= PAPER
        return paper

    def _same(self, first: int, second: int, turn: Turn) -> bool:
        one, other = self._of(first), self._of(second)
        if one is None or other is None or not fields_agree(one, turned_back(other, turn)):
            return False
        places = np.searchsorted(self._ids, [first, second])
        if self._qualities[places].min() >= UNCLEAR:
            return True
        colors = [row for row in self._colors(places) if row is not None]
        return len(colors) < 2 or color_distance(*(np.frombuffer(row, np.uint8) for row in colors)) < RECOLORED_FROM

    def _colors(self, places: NDArray[np.intp]) -> list[bytes | None]:
        return self._vectors.get_many(ColorExtractor.version, [self._digests[place] for place in places])

    def _of(self, photo: int) -> NDArray[np.uint8] | None:
        if len(self._fields) > KEPT:
            self._fields.clear()
        if photo not in self._fields:
            self._fields[photo] = fields_of(self._thumbnail(self._digests[int(np.searchsorted(self._ids, photo))]))
        return self._fields[photo]


def fields_of(jpeg: bytes | None) -> NDArray[np.uint8] | None:
    """The gray levels of a thumbnail, in `GRID` x `GRID` fields where it is large; None where there is none, or it is damaged."""
    try:
        with Image.open(BytesIO(jpeg or b"")) as picture:
            gray = picture.convert("L")
    except OSError:
        return None
    return np.asarray(gray if min(gray.size) < 2 * GRID else gray.resize((GRID, GRID), Image.Resampling.BOX))


def fields_agree(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Whether two pictures in gray, as `fields_of` gives them, are the same but for brightness, contrast and noise."""
    count = max(2, min(GRID if gray.shape == (GRID, GRID) else min(gray.shape) // 2 for gray in (one, other)))
    first, second = (_deviations(gray, count) for gray in (one, other))
    power = float((first * first).sum())
    contrast = float((first * second).sum()) / power if power else 0.0
    if contrast <= 0:
        return bool(max(np.abs(first).max(), np.abs(second).max()) <= APART)  # both plain
    apart = np.abs(_together(second / contrast - first)).max()
    ink = np.abs(_together(first)).max()
    return bool(apart <= max(APART, BOLD_SHARE * (ink - BOLD_FROM)))


def _deviations(gray: NDArray[np.uint8], count: int) -> NDArray[np.float32]:
    """How far the mean of each of count x count fields is from that of the picture."""
    shrunk = gray if gray.shape == (count, count) else Image.fromarray(gray).resize((count, count), Image.Resampling.BOX)
    fields = np.asarray(shrunk, np.float32)
    return np.asarray(fields - fields.mean(), np.float32)


def _together(fields: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of each field with those right of it and below."""
    return np.asarray((fields[:-1, :-1] + fields[1:, :-1] + fields[:-1, 1:] + fields[1:, 1:]) / 4, np.float32)
