"""Where networks run: memory that is short costs time, never photos."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch

from app.engine.models.devices import CPU_BATCH, Batches, Device, best_device, devices
from app.engine.models.images import TowerImages
from app.engine.models.preparing import Preparation


@dataclass(frozen=True)
class Config:
    """Of a network that averages colors."""

    length: int = 3
    preparation: Preparation = Preparation(8, 8, "squash")  # noqa: RUF009  frozen, too
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    deviation: tuple[float, float, float] = (1.0, 1.0, 1.0)


class Card:
    """Stands where a graphics card stands: more than `room` pictures at once are too many for it."""

    def __init__(self, room: int, said: str = "CUDA out of memory. Tried to allocate 2.00 GiB") -> None:
        self.room = room
        self.said = said
        self.tried: list[int] = []

    def to(self, _kind: str) -> Card:
        return self

    def __call__(self, pixels: Any) -> Any:
        self.tried.append(len(pixels))
        if len(pixels) > self.room:
            raise torch.OutOfMemoryError(self.said)
        return pixels.mean(dim=(2, 3))


def pictures(count: int) -> list[np.ndarray]:
    return [np.full((8, 8, 3), (seed, 2 * seed, 255), np.uint8) for seed in range(count)]


def expected(count: int) -> np.ndarray:
    rows = np.array([(seed, 2 * seed, 255) for seed in range(count)], np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_what_does_not_fit_at_once_is_read_in_smaller_batches() -> None:
    card = Card(room=3)
    images = TowerImages(Config(), lambda: card, where=lambda: (Device("cpu", False, 16),))
    np.testing.assert_allclose(images.encode(pictures(10)), expected(10), atol=1e-6)
    assert card.tried == [10, 5, 2, 2, 2, 2, 2]
    images.encode(pictures(4))
    assert card.tried[7:] == [2, 2]  # it is remembered


def test_where_nothing_fits_the_processor_takes_over(caplog: pytest.LogCaptureFixture) -> None:
    made: list[Card] = []

    def load() -> Card:
        made.append(Card(room=0 if not made else 100))
        return made[-1]

    both = (Device("cpu", False, 4), Device("cpu", False, 8))
    images = TowerImages(Config(), load, where=lambda: both)
    with caplog.at_level(logging.WARNING):
        np.testing.assert_allclose(images.encode(pictures(9)), expected(9), atol=1e-6)
    assert [card.tried for card in made] == [[4, 2, 1], [8, 1]]
    images.encode(pictures(2))
    assert len(made) == 2  # it stays there


def test_without_memory_anywhere_it_says_so() -> None:
    images = TowerImages(Config(), lambda: Card(room=0), where=lambda: (Device("cpu", False, 4),))
    with pytest.raises(torch.OutOfMemoryError):
        images.encode(pictures(3))


def test_another_failure_is_no_lack_of_memory() -> None:
    card = Card(room=0, said="expected 3 channels")
    images = TowerImages(Config(), lambda: card, where=lambda: (Device("cpu", False, 4), Device("cpu", False, 4)))
    with pytest.raises(RuntimeError, match="channels"):
        images.encode(pictures(3))
    assert card.tried == [3]


def test_half_precision_is_near_enough() -> None:
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(192, 64)).eval()
    rng = np.random.default_rng(0)
    given = [rng.integers(0, 256, (8, 8, 3), dtype=np.uint8) for _ in range(5)]
    single, half = (
        TowerImages(Config(), lambda: network, where=lambda half=half: (Device("cpu", half, 8),)).encode(given)  # type: ignore[misc]
        for half in (False, True)
    )
    assert half.dtype == np.float32 and (single * half).sum(axis=1).min() > 0.999
    assert not np.array_equal(single, half)


def test_what_did_not_fit_is_halved_until_it_fits() -> None:
    tried: list[int] = []

    def work(items: Sequence[int]) -> list[int]:
        tried.append(len(items))
        if len(items) > 3:
            raise MemoryError
        return [item * 2 for item in items]

    batches = Batches(16)
    assert [made for piece in batches.run(work, list(range(10))) for made in piece] == [item * 2 for item in range(10)]
    assert batches.size == 2


@pytest.mark.skipif(torch.cuda.is_available() or torch.backends.mps.is_available(), reason="for machines without a graphics card")
def test_without_a_graphics_card_the_processor_reads() -> None:
    assert devices() == (best_device(),) and best_device().kind == "cpu" and best_device().batch == CPU_BATCH
