"""The trained part of the built-in model: small networks that bring pictures and sentences into one space.

Several pairs of networks, trained from different random starts, are kept side by side; their rows are joined and turned onto
the directions in which they say most, so that one cosine is about the average of theirs. Some pictures lie near to whatever is
said; the last number of a row says how near, so that a sentence can take it off. Plain NumPy: words need no torch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import ModelMissing
from app.engine.models.class_table import unit

Array = NDArray[np.float32]
SCALE = ".scale"
LEVELS = 15
"""Steps of a stored weight on either side of zero."""
CLIP = 6.0
"""Inputs farther than this many deviations from their mean count as this far."""
WORD = re.compile("[a-z]+")
NEAREST = 20.0
"""How much the nearest captions count for how near a picture lies to what is said."""
BEND = 0.7978845608
"""The square root of 2 / pi, of the approximated GELU (Hendrycks and Gimpel, 2016)."""


@dataclass(frozen=True, slots=True)
class Heads:
    """Arrays by name, those of pair 0 start with `0.image.` or `0.text.`; one side may be left out."""

    arrays: Mapping[str, Array]
    pairs: int

    def pictures(self, seen: Array, fields: Array) -> Array:
        """What the tower saw (n, width), and of its fields (n, 81, 352) -> rows (n, length + 1) of length 1.

        The last number is the picture's `reach`.
        """
        inputs = np.clip((seen - self.arrays["middle"]) / self.arrays["spread"], -CLIP, CLIP)
        rows = self._join([self._picture(f"{number}.image.", inputs, fields) for number in range(self.pairs)])
        reach = self.reach(rows) - self.arrays["usual"]
        return np.concatenate([rows * np.sqrt(1 - reach**2), reach], axis=1)

    def reach(self, rows: Array) -> Array:
        """How near pictures (n, length) lie to the nearest of many captions (n, 1), a smooth maximum."""
        powers = np.exp(NEAREST * (rows @ self.arrays["bank.image"].T))
        found: Array = np.log(powers.mean(axis=1, keepdims=True)) / NEAREST
        return found.clip(-0.9, 0.9)

    def sentence(self, pieces: NDArray[np.int64], tokens: Array) -> Array:
        """One sentence, its pieces (t) and what the sentence encoder says of each (t, 384) -> a row (length) of length 1."""
        places = np.searchsorted(self.arrays["pieces"], pieces).clip(max=len(self.arrays["pieces"]) - 1)
        known = places[self.arrays["pieces"][places] == pieces]
        found = [self._sentence(f"{number}.text.", known, tokens) for number in range(self.pairs)]
        row: Array = self._join([row[None] for row in found])[0]
        return row

    def met(self, text: str) -> int:
        """With how many photos the rarest word of a text was met in the training; 0 where one was not, or there is none."""
        words, counts = self.arrays["words"], self.arrays["counts"]
        asked = [word.encode() for word in WORD.findall(text.lower())]
        places = [int(np.searchsorted(words, word)) for word in asked]
        known = [place < len(words) and words[place] == word for place, word in zip(places, asked, strict=True)]
        return int(counts[places].min()) if asked and all(known) else 0

    def _picture(self, name: str, inputs: Array, fields: Array) -> Array:
        hidden = inputs @ self.arrays[name + "in"] + self.arrays[name + "in_bias"]
        hidden += self._fields(name, fields) @ self.arrays[name + "fields_in"]
        row: Array = gelu(hidden) @ self.arrays[name + "out"] + self.arrays[name + "out_bias"]
        row += inputs @ self.arrays[name + "skip"]
        return row

    def _fields(self, name: str, fields: Array) -> Array:
        """Fields (n, 81, 352), weighed in several ways -> (n, looks * width)."""
        middle, spread = self.arrays["fields_middle"], self.arrays["fields_spread"]
        shares = np.exp(_from_top(fields @ (self.arrays[name + "look"] / spread[:, None]), axis=1))
        shares /= shares.sum(axis=1, keepdims=True)
        looked = (shares.transpose(0, 2, 1) @ fields - middle) / spread
        values = self.arrays[name + "value"].reshape(looked.shape[1], looked.shape[2], -1)
        found: Array = np.matmul(looked.transpose(1, 0, 2), values).transpose(1, 0, 2).reshape(len(fields), -1)
        return found + self.arrays[name + "value_bias"]

    def _sentence(self, name: str, known: NDArray[np.int64], tokens: Array) -> Array:
        whole = tokens.mean(axis=0)
        whole *= np.sqrt(np.float32(tokens.shape[1])) / np.linalg.norm(whole)
        shares = np.exp(_from_top(tokens @ self.arrays[name + "look"]))
        shares /= shares.sum(axis=0)
        looked = shares.T @ tokens
        values = self.arrays[name + "value"].reshape(len(looked), tokens.shape[1], -1)
        parts = [whole, np.einsum("ht,htc->hc", looked, values).ravel() + self.arrays[name + "value_bias"]]
        hidden = np.concatenate(parts) @ self.arrays[name + "in"] + self.arrays[name + "in_bias"]
        if len(known):
            hidden += self.arrays[name + "words"][known].sum(axis=0) / np.sqrt(len(known)) @ self.arrays[name + "words_in"]
        row: Array = gelu(hidden) @ self.arrays[name + "out"] + self.arrays[name + "out_bias"]
        row += whole @ self.arrays[name + "skip"]
        return row

    def _join(self, rows: Sequence[Array]) -> Array:
        joined = np.concatenate([unit(row) for row in rows], axis=1)
        return unit(joined @ self.arrays["join"])


def read_heads(file: Path, sides: Sequence[str] = ("image", "text")) -> Heads:
    """Read the trained part, or one side of it. Raises ModelMissing when it is not there."""
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            names = [name for name in stored.files if not name.endswith(SCALE)]
            pairs = sum(name.endswith(".image.in") for name in names)
            arrays = {name: _wide(name, stored) for name in names if "." not in name or name.split(".")[1] in sides}
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise ModelMissing(f"A part of Facet's built-in model is missing or damaged ({file}); install Facet again.") from error
    return Heads(arrays, pairs)


def write_heads(arrays: Mapping[str, Array], file: Path) -> None:
    """Write the arrays, matrices in 5 bits with a scale for each column, compressed."""
    stored: dict[str, NDArray[np.generic]] = {}
    for name, array in arrays.items():
        if array.ndim == 2 and array.dtype == np.float32:
            scale = (np.abs(array).max(axis=0) / LEVELS).clip(1e-12).astype(np.float32)
            stored[name], stored[name + SCALE] = np.round(array / scale).astype(np.int8), scale
        else:
            stored[name] = array
    np.savez_compressed(file, allow_pickle=False, **stored)


def _wide(name: str, stored: Mapping[str, NDArray[Any]]) -> Array:
    array: Array = stored[name]
    return array * stored[name + SCALE] if array.dtype == np.int8 else array


def gelu(x: Array) -> Array:
    """The smooth bend between the layers."""
    bent: Array = 0.5 * x * (1 + np.tanh(BEND * (x + 0.044715 * x**3)))
    return bent


def _from_top(scores: Array, axis: int = 0) -> Array:
    below: Array = scores - scores.max(axis=axis, keepdims=True)
    return below
