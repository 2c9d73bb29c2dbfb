"""What the frozen tower sees in every photo, read once and kept: the heads are trained on that."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from PIL import Image, ImageOps

from app.engine.models import builtin
from app.engine.models.lite2_cpu import Lite2Cpu

CHUNK = 4
MAP_BLOCK = 16
"""The maps that are kept are what this block of the tower reads: (208, 9, 9)."""
MAP_SHAPE = (208, 9, 9)
WIDTH = 4288
"""Of 1,280 channels mean and deviation, of the 840 channels of six stages mean and deviation, 48 colors of a 4x4 grid."""
STAGE_ENDS = (3, 6, 10, 14, 19, 20)


@dataclass(frozen=True, slots=True)
class Seen:
    """One view of each photo: `rows` (n, WIDTH) and `maps` (n, 208, 9, 9), float16."""

    rows: NDArray[np.float16]
    maps: NDArray[np.float16]


def see(folder: Path, files: Sequence[str], view: int, cache: Path) -> Seen:
    """One view of each file of the folder, from the cache where it was read before. View 0 is what Facet itself looks at."""
    name = hashlib.sha256("\n".join([str(folder), str(view), *files]).encode()).hexdigest()[:16]
    rows_file, maps_file = cache / f"rows-{name}.npy", cache / f"maps-{name}.npy"
    if not rows_file.is_file():
        _read_all(folder, files, view, rows_file, maps_file)
    return Seen(np.load(rows_file, mmap_mode="r"), np.load(maps_file, mmap_mode="r"))


def _read_all(folder: Path, files: Sequence[str], view: int, rows_file: Path, maps_file: Path) -> None:
    tower = Tower()
    unfinished = rows_file.with_suffix(".part")
    rows = open_memmap(unfinished, "w+", np.float16, (len(files), WIDTH))
    maps = open_memmap(maps_file, "w+", np.float16, (len(files), *MAP_SHAPE))
    started = time.monotonic()

    def read(start: int) -> None:
        torch.set_num_threads(1)
        pictures = [look(folder / file, view) for file in files[start : start + CHUNK]]
        rows[start : start + CHUNK], maps[start : start + CHUNK] = tower.see(np.stack(pictures))
        if start % 2000 == 0:
            print(f"  view {view}: {start} of {len(files)}, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(read, range(0, len(files), CHUNK)))
    rows.flush()
    maps.flush()
    unfinished.rename(rows_file)


def look(file: Path, view: int) -> NDArray[np.uint8]:
    """The photo as the tower reads it (260, 260, 3). View 0 is Facet's own; others are pieces of it, every second mirrored."""
    with Image.open(file) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    if view:
        seed = int.from_bytes(hashlib.sha256(f"{view} {file.name}".encode()).digest()[:8], "big")
        picture = _piece(picture, np.random.default_rng(seed), mirrored=view % 2 == 1)
    return builtin.prepare(np.asarray(picture))


def _piece(picture: Image.Image, rng: np.random.Generator, *, mirrored: bool) -> Image.Image:
    across, down = (float(share) for share in rng.uniform(0.68, 1.0, 2))
    width, height = round(picture.width * across), round(picture.height * down)
    left, top = int(rng.integers(0, picture.width - width + 1)), int(rng.integers(0, picture.height - height + 1))
    piece = picture.crop((left, top, left + width, top + height))
    return ImageOps.mirror(piece) if mirrored else piece


class Tower(Lite2Cpu):
    """The tower, opened up to see what its stages see."""

    def __init__(self) -> None:
        super().__init__(builtin.WEIGHTS.checked())

    def see(self, chunk: NDArray[np.uint8]) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
        """Pictures (n, 260, 260, 3) -> rows (n, WIDTH) and maps (n, 208, 9, 9)."""
        with torch.inference_mode():
            pixels = torch.from_numpy(chunk).permute(0, 3, 1, 2).float().sub_(127).div_(128)
            colors = torch.nn.functional.adaptive_avg_pool2d(pixels, 4).flatten(1)
            found = self._net.stem(pixels.to(self.dtype).contiguous(memory_format=torch.channels_last))
            middle, kept = [], found
            for number, block in enumerate(self._net.blocks):
                kept = found.clone() if number == MAP_BLOCK else kept
                found = block(found)
                if number in STAGE_ENDS:
                    middle.append(found.float().flatten(2))
            parts = [self._net.head(found).float().flatten(2), *middle]
            columns = [parts[0].mean(2), parts[0].std(2)] + [f(part) for part in middle for f in (_mean, _deviation)]
            rows = torch.cat([*columns, colors], dim=1)
        return rows.half().numpy(), kept.float().half().numpy()


def _mean(part: torch.Tensor) -> torch.Tensor:
    return part.mean(2)


def _deviation(part: torch.Tensor) -> torch.Tensor:
    return part.std(2)
