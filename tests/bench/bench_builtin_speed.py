"""How fast the built-in model reads pictures, as a share of what its bare network does; and what a text costs.

    python -m tests.bench.bench_builtin_speed [PICTURES]

Three ways in turn, several times, on the same made pictures of 640x480: the bare network on prepared squares; the picture side on
the same squares; the picture side with preparing them. As many threads as the machine has cores.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.engine.models import builtin
from app.engine.models.builtin import BuiltinModel
from app.engine.models.lite2_onnx import Lite2Onnx

ROUNDS = 5
TEXTS = ("dog", "red sports car", "okapi", "two men are playing guitar on a stage at night")


def seconds(work: Callable[[], object]) -> float:
    """How long some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def text_seconds(said: str) -> float:
    """How long a text takes that a loaded word side was not asked for before."""
    text = BuiltinModel().text_encoder()
    text.encode_texts(["okapi or what else loads everything", "quagga"])
    return seconds(lambda: text.encode_texts([said]))


def main(count: int) -> None:
    """Print photos per second, the ratios, and the median time of a new text."""
    rng = np.random.default_rng(0)
    pictures: list[NDArray[np.uint8]] = [rng.integers(0, 256, (480, 640, 3), dtype=np.uint8) for _ in range(count)]
    side, tower = BuiltinModel().image_encoder(), Lite2Onnx(builtin.TOWER.checked())
    prepared = [side.prepare(picture) for picture in pictures]
    chunks = [np.stack(prepared[start : start + builtin.CHUNK]) for start in range(0, count, builtin.CHUNK)]
    ways: dict[str, Callable[[], object]] = {
        "bare network": lambda: tower.read(chunks),
        "picture side": lambda: side.encode(prepared),
        "with preparing": lambda: side.encode([side.prepare(picture) for picture in pictures]),
    }
    for work in ways.values():
        work()
    times = {name: [] for name in ways}  # type: dict[str, list[float]]
    for _ in range(ROUNDS):
        for name, work in ways.items():
            times[name].append(seconds(work))
    bare = times["bare network"]
    print(f"{os.cpu_count()} threads, {count} pictures, median of {ROUNDS}")
    for name, each in times.items():
        ratio = statistics.median(b / e for b, e in zip(bare, each, strict=True))
        print(f"{name}: {count / statistics.median(each):.1f} photos/s, {ratio:.2f} of the bare network")
    for said in TEXTS:
        taken = [text_seconds(said) for _ in range(ROUNDS)]
        print(f"text {said!r}: {1000 * statistics.median(taken):.1f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 64)
