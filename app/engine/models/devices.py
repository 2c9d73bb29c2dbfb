"""Where a network runs, how many pictures it takes at once, and what happens when that was too many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

CPU_BATCH = 8
GPU_BATCH = 256
PICTURE_BYTES = 64 << 20
"""What one picture takes on the way through a network of base size, generously."""

Item = TypeVar("Item")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Device:
    """`kind` is cuda, mps or cpu; with `half` the network computes in bfloat16."""

    kind: str
    half: bool
    batch: int


def best_device() -> Device:
    """The graphics card where there is one that torch can use, else the processor."""
    import torch

    if torch.cuda.is_available():
        free, _ = torch.cuda.mem_get_info()
        return Device("cuda", torch.cuda.is_bf16_supported(), max(1, min(GPU_BATCH, free // PICTURE_BYTES)))
    if torch.backends.mps.is_available():
        return Device("mps", False, 32)
    # Measured with ViT-B-32 on a processor that has bfloat16, against torch in single precision (bench_backends.py): bfloat16 in
    # torch 0.42 times as fast (1.07 with weights in it), channels-last 0.92, compiled 0.84. ONNX Runtime would be 1.5 times as
    # fast, but needs an exporter; OpenVINO 1.8 times, and 3.6 in bfloat16 (cosine 0.9999), but is another 180 MB to install.
    return Device("cpu", False, CPU_BATCH)


def devices() -> tuple[Device, ...]:
    """Where a network may run, the best first; the processor is the last resort of one that does not fit elsewhere."""
    best = best_device()
    return (best,) if best.kind == "cpu" else (best, Device("cpu", False, CPU_BATCH))


class Batches:
    """Cuts work into pieces; a piece that does not fit into memory is halved, and stays so from then on."""

    def __init__(self, size: int) -> None:
        self.size = size

    def run(self, work: Callable[[Sequence[Item]], Made], items: Sequence[Item]) -> list[Made]:
        """Results of the pieces, in order. Raises what `work` raises when not even one item fits."""
        made: list[Made] = []
        start = 0
        while start < len(items):
            piece = items[start : start + self.size]
            try:
                made.append(work(piece))
            except (MemoryError, RuntimeError) as error:
                if len(piece) == 1 or not is_memory(error):
                    raise
                self.size = max(1, len(piece) // 2)
                let_go()
                continue
            start += len(piece)
        return made


def is_memory(error: Exception) -> bool:
    """Whether it says that memory is short, on any device."""
    text = str(error).lower()
    return isinstance(error, MemoryError) or "out of memory" in text or "not enough memory" in text or "can't allocate" in text


def let_go() -> None:
    """Give back what a graphics card keeps for later."""
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def on_device(tower: Any, device: Device) -> Any:
    """The network where it will run."""
    return tower.to(device.kind)
