"""The copy facet: a 576-bit perceptual hash that stays nearly the same when a picture is resized or recompressed.

The bits are those of `imagehash.phash(image, hash_size=24)`: the picture in gray at 96 x 96, its two-dimensional DCT,
the 24 x 24 lowest frequencies, each compared with their median. Here the DCT runs over a whole batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.engine.features.base import Picture
from app.engine.types import Facet, Turn

SIDE = 96
FREQUENCIES = 24
BITS = FREQUENCIES * FREQUENCIES
HASH_BYTES = BITS // 8
TURNS = tuple(Turn)
"""The order of the rows of `turned_hashes`."""

NEAR = 112
"""Bits of 576 up to which two hashes are taken for the same picture. Measured on 4,092 copies and 22,000 photos: copies by JPEG
quality 10 and up, resized, squashed, in gray or turned lie within 80; of 240 million pairs of different photos one lies
below 120 (at 62: one shelf photographed twice)."""

# Rounding a gray value to 8 bits adds noise of variance 1/12; the unscaled DCT of a 96 x 96 picture multiplies the
# standard deviation of white noise by 2 * 2 * 48.
ROUNDING_NOISE = 4 * (SIDE / 2) / 12**0.5
CLEAR = 2 * ROUNDING_NOISE
MIN_CLEAR_SHARE = 0.4
DOUBT = 1e-5
"""Fifty times what the quick DCT may err by rounding: a frequency that is as near to a limit is looked at by the true one."""
_COSINES = 2 * np.cos(np.pi / (2 * SIDE) * np.outer(np.arange(FREQUENCIES), 2 * np.arange(SIDE) + 1))
"""The lowest frequencies of the unscaled DCT (II), float64 (24, 96)."""

_ODD = np.broadcast_to(np.arange(FREQUENCIES, dtype=np.uint8) % 2, (FREQUENCIES, FREQUENCIES))
_ODD_ACROSS, _ODD_DOWN = np.packbits(_ODD), np.packbits(_ODD.T)
"""The bits of the odd frequencies across and down, uint8 (72,)."""


class CopyExtractor:
    """Reads rows of 73 bytes: 72 of hash, and one of quality: the percentage of bits that are more than rounding noise.

    The quality is 0 where so few bits mean anything (a solid color, a gradient) that the hash must not be compared.
    """

    facet = Facet.COPY
    version = "copy-1"
    dtype: np.dtype[Any] = np.dtype(np.uint8)
    length = HASH_BYTES + 1

    def prepare(self, picture: Picture) -> NDArray[np.uint8]:
        """The picture in gray, uint8 (96, 96)."""
        return small_gray(picture.rgb)

    def extract(self, prepared: Sequence[NDArray[Any]]) -> NDArray[np.uint8]:
        """Rows uint8 (n, 73) for n gray pictures of 96 x 96."""
        if not len(prepared):
            return np.empty((0, self.length), np.uint8)
        hashes, quality = hash_grays(np.stack(prepared))
        return np.hstack([hashes, quality[:, None]])


def small_gray(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Gray uint8 (96, 96) of an RGB picture uint8 (height, width, 3), scaled with the filter that imagehash uses."""
    gray = Image.fromarray(rgb).convert("L").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return np.asarray(gray)


def hash_grays(grays: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Hashes uint8 (n, 72) and qualities uint8 (n,) in percent, 0 for "do not compare", of gray pictures (n, 96, 96).

    Where rounding cannot change a bit (in all but plain pictures) the DCT is a product of matrices, for which nothing is loaded.
    """
    spread = _above_median((_COSINES @ grays @ _COSINES.T).reshape(len(grays), BITS))
    doubtful = np.minimum(np.abs(spread), np.abs(np.abs(spread) - CLEAR)).min(axis=1) < DOUBT
    if doubtful.any():
        spread[doubtful] = _above_median(_low_frequencies(grays[doubtful]))
    clear = np.mean(np.abs(spread) > CLEAR, axis=1)
    quality = np.where(clear >= MIN_CLEAR_SHARE, np.rint(100 * clear), 0).astype(np.uint8)
    return np.packbits(spread > 0, axis=1), quality


def _above_median(frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(frequencies - np.median(frequencies, axis=1, keepdims=True), np.float64)


def turned_hashes(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Hashes uint8 (8, 72) to look up a query by, one for every turn of `TURNS`, of a gray query picture (96, 96).

    Row t is the hash of the upright photo which turned by `TURNS[t]` gives the query.
    """
    hashes, _ = hash_grays(np.stack([turned_back(gray, turn) for turn in TURNS]))
    return hashes


def turned_bits(hashes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Hashes uint8 (n, 8, 72) of photos turned by each of `TURNS`, from the hashes (n, 72) of the photos as they are.

    Mirroring changes the sign of every odd frequency across, and exchanging the axes transposes the frequencies. The
    median, which every bit is compared with, moves a little: for 99 % of photos at most 31 of 576 bits come out differently.
    """
    bits = np.unpackbits(hashes, axis=1).reshape(-1, FREQUENCIES, FREQUENCIES)
    swapped = np.packbits(bits.transpose(0, 2, 1).reshape(-1, BITS), axis=1)
    across, down = _ODD_ACROSS, _ODD_DOWN
    turned = {
        Turn.NONE: hashes,
        Turn.MIRROR: hashes ^ across,
        Turn.FLIP: hashes ^ down,
        Turn.ROTATE180: hashes ^ across ^ down,
        Turn.TRANSPOSE: swapped,
        Turn.ROTATE90: swapped ^ across,  # transposed, then left becomes right
        Turn.ROTATE270: swapped ^ down,
        Turn.TRANSVERSE: swapped ^ across ^ down,
    }
    return np.stack([turned[turn] for turn in TURNS], axis=1)


def turned_hashes_of(row: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """As `turned_hashes`, from a stored row (72,) or (73,) instead of the picture; a few bits less exact."""
    back = {Turn.ROTATE90: Turn.ROTATE270, Turn.ROTATE270: Turn.ROTATE90}
    return turned_bits(row[None, :HASH_BYTES])[0, [TURNS.index(back.get(turn, turn)) for turn in TURNS]]


def turned_back(pixels: NDArray[Any], turn: Turn) -> NDArray[Any]:
    """The upright picture (height, width, ...) which turned by `turn` gives `pixels`."""
    across = pixels.swapaxes(0, 1)
    undone = {
        Turn.NONE: pixels,
        Turn.ROTATE90: across[::-1],
        Turn.ROTATE180: pixels[::-1, ::-1],
        Turn.ROTATE270: across[:, ::-1],
        Turn.MIRROR: pixels[:, ::-1],
        Turn.FLIP: pixels[::-1],
        Turn.TRANSPOSE: across,
        Turn.TRANSVERSE: across[::-1, ::-1],
    }
    return undone[turn]


def _low_frequencies(grays: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The 24 x 24 lowest DCT frequencies, float64 (n, 576), by the very routine that imagehash calls."""
    from scipy.fftpack import dct

    columns = dct(grays, axis=1)[:, :FREQUENCIES]
    low = dct(columns, axis=2)[:, :, :FREQUENCIES]
    return np.ascontiguousarray(low, np.float64).reshape(len(grays), BITS)
