"""The small networks that are trained, as torch modules; `app.engine.models.heads` runs them without torch."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from app.engine.models.text_encoder import LENGTH
from app.engine.models.tower import FIELDS

LOOKS = 8
"""How many ways a sentence's pieces are weighed against each other, and the fields of a picture."""
VALUE = 64


def bend(x: Tensor) -> Tensor:
    """GELU, approximated as `heads.gelu`."""
    return functional.gelu(x, approximate="tanh")


class Fields(nn.Module):
    """The fields of pictures, weighed in several ways: (n, 81, 352) -> (n, 512)."""

    def __init__(self, middle: NDArray[np.float32], spread: NDArray[np.float32]) -> None:
        super().__init__()
        self.middle, self.spread = nn.Buffer(torch.from_numpy(middle)), nn.Buffer(torch.from_numpy(spread))
        self.look = nn.Linear(FIELDS[1], LOOKS, bias=False)
        self.value = nn.Parameter(torch.randn(LOOKS, FIELDS[1], VALUE) / math.sqrt(FIELDS[1]))
        self.value_bias = nn.Parameter(torch.zeros(LOOKS * VALUE))

    def forward(self, fields: Tensor) -> Tensor:
        """Fields as the tower tells them; they are standardized here."""
        shares = functional.linear(fields, self.look.weight / self.spread).softmax(1)
        looked = (torch.bmm(shares.transpose(1, 2), fields) - self.middle) / self.spread
        return torch.bmm(looked.transpose(0, 1), self.value).transpose(0, 1).flatten(1) + self.value_bias


class ImageHead(nn.Module):
    """What the tower saw (n, width) and its fields (n, 81, 352) -> rows (n, length) of length 1."""

    def __init__(self, width: int, length: int, hidden: int, dropped_in: float, dropped: float, fields: Fields) -> None:
        super().__init__()
        self.fields = fields
        self.fields_in = nn.Linear(LOOKS * VALUE, hidden, bias=False)
        self.thin, self.thin_hidden = nn.Dropout(dropped_in), nn.Dropout(dropped)
        self.into, self.out = nn.Linear(width, hidden), nn.Linear(hidden, length)
        self.skip = nn.Linear(width, length, bias=False)
        nn.init.normal_(self.skip.weight, std=0.2 / math.sqrt(width))

    def forward(self, inputs: Tensor, fields: Tensor, there: Tensor) -> Tensor:
        """Standardized inputs (n, width), fields (m, 81, 352) of those that have them, which (n,) -> (n, length)."""
        inputs = self.thin(inputs)
        hidden = self.into(inputs)
        hidden = hidden.index_add(0, there.nonzero()[:, 0], self.fields_in(self.thin(self.fields(fields))).to(hidden.dtype))
        return functional.normalize(self.out(self.thin_hidden(bend(hidden))) + self.skip(inputs), dim=1)

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """The weights under the names of `Heads`."""
        return {
            "look": plain(self.fields.look.weight.T),
            "value": plain(self.fields.value).reshape(LOOKS * FIELDS[1], VALUE),
            "value_bias": plain(self.fields.value_bias),
            "fields_in": plain(self.fields_in.weight.T),
            "in": plain(self.into.weight.T),
            "in_bias": plain(self.into.bias),
            "out": plain(self.out.weight.T),
            "out_bias": plain(self.out.bias),
            "skip": plain(self.skip.weight.T),
        }


class TextHead(nn.Module):
    """A sentence: its mean, its pieces weighed in several ways, and a learned vector for every piece that the photos speak of."""

    def __init__(self, known: int, length: int, hidden: int, words: int, dropped: float) -> None:
        super().__init__()
        self.look = nn.Linear(LENGTH, LOOKS, bias=False)
        self.value = nn.Parameter(torch.randn(LOOKS, LENGTH, VALUE) / math.sqrt(LENGTH))
        self.value_bias = nn.Parameter(torch.zeros(LOOKS * VALUE))
        self.words = nn.EmbeddingBag(known + 1, words, mode="sum", padding_idx=0)
        nn.init.zeros_(self.words.weight)
        self.words_in = nn.Linear(words, hidden, bias=False)
        self.into, self.out = nn.Linear(LENGTH + LOOKS * VALUE, hidden), nn.Linear(hidden, length)
        self.skip = nn.Linear(LENGTH, length, bias=False)
        self.thin, self.thin_hidden = nn.Dropout(0.1), nn.Dropout(dropped)

    def forward(self, tokens: Tensor, there: Tensor, known: Tensor) -> Tensor:
        """Tokens (n, t, 384), which are there (n, t), numbers of known pieces (n, t; 0: unknown) -> (n, length)."""
        shares = self.look(tokens).masked_fill(~there[..., None], -1e4).softmax(1)
        seen = torch.bmm(shares.transpose(1, 2), tokens).transpose(0, 1)
        looked = torch.bmm(seen, self.value).transpose(0, 1).flatten(1) + self.value_bias
        whole = functional.normalize((tokens * there[..., None]).sum(1), dim=1) * math.sqrt(LENGTH)
        counts = (known > 0).sum(1, keepdim=True).clamp(min=1)
        hidden = self.into(self.thin(torch.cat([whole, looked], 1))) + self.words_in(self.words(known) / counts.sqrt())
        return functional.normalize(self.out(self.thin_hidden(bend(hidden))) + self.skip(whole), dim=1)

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """The weights under the names of `Heads`."""
        return {
            "look": plain(self.look.weight.T),
            "value": plain(self.value).reshape(LOOKS * LENGTH, VALUE),
            "value_bias": plain(self.value_bias),
            "words": plain(self.words.weight[1:]),
            "words_in": plain(self.words_in.weight.T),
            "in": plain(self.into.weight.T),
            "in_bias": plain(self.into.bias),
            "out": plain(self.out.weight.T),
            "out_bias": plain(self.out.bias),
            "skip": plain(self.skip.weight.T),
        }


def plain(weights: Tensor) -> NDArray[np.float32]:
    """A tensor as its own array."""
    found: NDArray[np.float32] = weights.detach().float().contiguous().numpy().copy()
    return found
