"""What the frozen tower sees in every photo, read once and kept: the heads are trained on that."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from PIL import Image, ImageOps

from app.engine.models import builtin
from app.engine.models.lite2_onnx import Lite2Onnx
from app.engine.models.tower import FIELDS, SEEN

BATCH = 64


class Seen(NamedTuple):
    """What the tower sees (n, 3008) and its fields (n, 81, 352), mapped from files."""

    whole: NDArray[np.float16]
    fields: NDArray[np.float16]


def see(folder: Path, files: Sequence[str], view: int, cache: Path) -> Seen:
    """What is seen of one view of each file, from the cache where it was read before. View 0 is what Facet looks at."""
    name = hashlib.sha256("\n".join([folder.name, str(view), *files]).encode()).hexdigest()[:16]
    whole, fields = cache / f"seen-{name}.npy", cache / f"fields-{name}.npy"
    if not whole.is_file():
        _read_all(folder, files, view, whole, fields)
    return Seen(np.load(whole, mmap_mode="r"), np.load(fields, mmap_mode="r"))


def _read_all(folder: Path, files: Sequence[str], view: int, whole: Path, fields: Path) -> None:
    tower, started = Lite2Onnx(builtin.TOWER.checked()), time.monotonic()
    unfinished = whole.with_suffix(".part")
    rows = open_memmap(unfinished, "w+", np.float16, (len(files), SEEN))
    parts = open_memmap(fields, "w+", np.float16, (len(files), *FIELDS))
    for start in range(0, len(files), BATCH):
        pictures = [look(folder / name, view) for name in files[start : start + BATCH]]
        chunks = [np.stack(pictures[n : n + builtin.CHUNK]) for n in range(0, len(pictures), builtin.CHUNK)]
        read = tower.read(chunks)
        rows[start : start + BATCH] = np.concatenate([seen for seen, _, _ in read])
        parts[start : start + BATCH] = np.concatenate([told for _, _, told in read])
        if start % (BATCH * 50) == 0:
            print(f"  view {view}: {start} of {len(files)}, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    rows.flush()
    parts.flush()
    unfinished.rename(whole)


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
