"""Finding a piece: what is found by size, turn and damage, what is taken for a piece and is none, and what it costs.

    python -m tests.bench.bench_crop PHOTOS [--pairs 20000] [--framed 2000] [--queries 60]

PHOTOS is the developers' photo pack. Every pair is compared directly, so this is what the proof finds; what the votes leave of it
is in bench_local_index. Rates are of the proof by stored points, and in brackets with a second look at the file. Times are of one
thread, beside that of decoding the same photos.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from app.engine.features.base import Picture
from app.engine.features.crop import CropExtractor
from app.engine.features.local.points import LocalFeatures
from app.engine.features.local.proof import proved
from app.engine.features.local.relation import LocalMatch, relate
from app.engine.intake.decode import open_picture
from tests.bench.framed import KINDS, framed

CROP = CropExtractor()
SEED = 11
SIDES = (240, 320, 450, 600, 800, 1_000)
"""Longer sides of half of the photos that are put into frames."""
Change = Callable[[Image.Image, random.Random], Image.Image]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--pairs", type=int, default=20_000)
    parser.add_argument("--framed", type=int, default=2_000)
    parser.add_argument("--queries", type=int, default=60)
    options = parser.parse_args()
    import cv2

    cv2.setNumThreads(1)
    whole = different_photos(options.photos)
    read = cost(whole)
    changes(whole[: options.queries], read)
    strangers(options.photos, read, options.pairs)
    habits(whole, options.framed)


def different_photos(pack_folder: Path) -> list[Path]:
    """Different photos: no two show the same."""
    crops = json.loads((pack_folder / "crops" / "crops.json").read_text())
    captioned = json.loads((pack_folder / "captioned" / "captions.json").read_text())
    files = sorted((pack_folder / "copies").glob("*.jpg"))
    files += [pack_folder / "captioned" / entry["file"] for entry in captioned]
    return files + [pack_folder / "crops" / entry["photo"] for entry in crops]


def cost(files: Sequence[Path]) -> dict[Path, bytes]:
    """The stored rows; prints bytes and photos a second."""
    decoding = reading = 0.0
    rows = {}
    for file in files:
        started = time.perf_counter()
        picture = open_picture(file, longest=CROP.side).picture
        opened = time.perf_counter()
        rows[file] = CROP.read(picture)
        decoding += opened - started
        reading += time.perf_counter() - opened
    sizes = [len(row) for row in rows.values()]
    print(
        f"{len(files)} photos: {np.mean(sizes):,.0f} bytes a photo, "
        f"{np.mean([len(CROP.unpack(row)) for row in rows.values()]):.0f} points"
    )
    print(f"reading {len(files) / reading:.1f} photos/s a thread ({reading / decoding:.1f} x the time of decoding them)")
    return rows


def changes(files: Sequence[Path], rows: dict[Path, bytes]) -> None:
    """What is proved of changed photos."""
    chance = random.Random(SEED)
    stored = {file: CROP.unpack(row) for file, row in rows.items()}
    for name, change in CHANGES.items():
        proved = looked = 0
        spent = 0.0
        for file in files:
            image = Image.open(file).convert("RGB")
            query = _picture(change(image, chance))
            points = CROP.query(query)
            started = time.perf_counter()
            match = relate(points, stored[file])
            spent += time.perf_counter() - started
            picture = open_picture(file, longest=CROP.side).picture
            first = sure(match, query, picture)
            again = first or sure(relate(points, CROP.closer(picture)), query, picture)
            proved += first
            looked += again
        share, ms = 100 / len(files), 1000 * spent / len(files)
        print(f"{name:28} {share * proved:5.1f} % ({share * looked:.1f})  {ms:.1f} ms")


def strangers(pack_folder: Path, rows: dict[Path, bytes], pairs: int) -> None:
    """Pairs of different photos that are taken for pieces of each other."""
    more = [
        pack_folder / "training" / entry["file"] for entry in json.loads((pack_folder / "training" / "captions.json").read_text())
    ]
    chance = random.Random(SEED)
    files = [*rows, *chance.sample(more, 400)]
    asked: dict[Path, tuple[Picture, LocalFeatures, LocalFeatures]] = {}
    for file in files:
        picture = open_picture(file, longest=CROP.side).picture
        asked[file] = (picture, CROP.query(picture), CROP.unpack(rows[file]) if file in rows else CROP.unpack(CROP.read(picture)))
    wrong, agreeing = [], 0
    spent = time.perf_counter()
    for _ in range(pairs):
        one, other = chance.sample(files, 2)
        match = relate(asked[one][1], asked[other][2])
        agreeing += match is not None
        if sure(match, asked[one][0], asked[other][0]):
            wrong.append((one.name, other.name))
    spent = time.perf_counter() - spent
    print(f"{pairs:,} pairs of unrelated photos: {len(wrong)} taken for pieces,")
    print(f"{agreeing} with points that agree; {1000 * spent / pairs:.2f} ms each")
    for names in wrong[:20]:
        print("   ", *names)


def habits(files: Sequence[Path], pairs: int) -> None:
    """Pairs of different photos in the same frame, or under the same text."""
    chance = random.Random(SEED)
    total = looked = 0
    for kind in KINDS:
        chosen = chance.sample(list(files), 30)
        made = []
        for file in chosen:
            photo = Image.open(file).convert("RGB")
            size = ImageOps.contain(photo, (side := chance.choice(SIDES), side)).size if chance.random() < 0.5 else (512, 384)
            picture = _picture(framed(photo.resize(size), kind))
            made.append((picture, CROP.query(picture), CROP.unpack(CROP.read(picture)), CROP.closer(picture)))
        every = [(a, b) for a in range(30) for b in range(30) if a != b]
        tried = chance.sample(every, min(len(every), pairs // len(KINDS)))
        wrong = again = 0
        for a, b in tried:
            first = sure(relate(made[a][1], made[b][2]), made[a][0], made[b][0])
            wrong += first
            again += first or sure(relate(made[a][1], made[b][3]), made[a][0], made[b][0])
        total, looked = total + wrong, looked + again
        print(f"{kind:12} {wrong} ({again}) of {len(tried)} pairs taken for pieces")
    print(f"together {total} ({looked}) of {pairs}")


def sure(match: LocalMatch | None, query: Picture, photo: Picture) -> bool:
    """As a search decides it."""
    return match is not None and proved(match, query, photo).sure


def _picture(image: Image.Image) -> Picture:
    return Picture(np.ascontiguousarray(np.asarray(image.convert("RGB"))), image.size)


def _crop(area: float, side: int = 0, *, mirror: bool = False) -> Change:
    def change(image: Image.Image, chance: random.Random) -> Image.Image:
        width, height = (round(part * area**0.5) for part in image.size)
        left, top = chance.randint(0, image.width - width), chance.randint(0, image.height - height)
        part = image.crop((left, top, left + width, top + height))
        part = ImageOps.mirror(part) if mirror else part
        return ImageOps.contain(part, (side, side)) if side and max(part.size) > side else part

    return change


def turned(degrees: int) -> Change:
    return lambda image, chance: image.rotate(degrees * chance.choice((-1, 1)), Image.Resampling.BICUBIC, expand=True)


def _framed(kind: str) -> Change:
    return lambda image, _chance: framed(image, kind)


def _screen(image: Image.Image, chance: random.Random) -> Image.Image:
    """A photo of a screen: seen askew, with its lines, a color cast, blur and noise."""
    width, height = image.size
    inset = [chance.uniform(0, 0.12) for _ in range(8)]
    corners = (
        -inset[0] * width, -inset[1] * height, -inset[2] * width, (1 + inset[3]) * height,
        (1 + inset[4]) * width, (1 + inset[5]) * height, (1 + inset[6]) * width, -inset[7] * height,
    )  # fmt: skip
    seen = image.transform(image.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)
    pixels = np.asarray(seen, np.float32)
    rows, columns = np.mgrid[:height, :width]
    pixels *= (1 + 0.12 * np.sin(columns * 2.3 + rows * 0.21) + 0.08 * np.sin(rows * 2.6))[..., None]
    pixels *= np.array((0.92, 1.0, 1.12), np.float32)
    pixels += np.random.default_rng(chance.getrandbits(32)).normal(0, 8, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))


def _print(image: Image.Image, chance: random.Random) -> Image.Image:
    """A scan of a print: pale, a little turned, dotted."""
    pale = ImageEnhance.Contrast(ImageEnhance.Color(image).enhance(0.6)).enhance(0.75)
    turned = pale.rotate(chance.uniform(-4, 4), Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    pixels = np.asarray(turned, np.float32)
    rows, columns = np.mgrid[: pixels.shape[0], : pixels.shape[1]]
    pixels += 14 * (np.sin(columns * 1.7 + rows) * np.sin(rows * 1.7 - columns))[..., None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


CHANGES: dict[str, Change] = {
    "crop, 80 % of the area": _crop(0.8), "crop, 50 %": _crop(0.5), "crop, 20 %": _crop(0.2), "crop, 10 %": _crop(0.1),
    "crop, 5 %": _crop(0.05), "crop, 20 %, mirrored": _crop(0.2, mirror=True), "crop, 50 %, to 160 px": _crop(0.5, 160),
    "crop, 20 %, to 80 px": _crop(0.2, 80), "turned 5 degrees": turned(5), "turned 25 degrees": turned(25),
    "turned 45 degrees": turned(45), "thumbnail of 96 px": _crop(1.0, 96), "thumbnail of 64 px": _crop(1.0, 64),
    "photo of a screen": _screen, "scan of a print": _print,
    **{f"under or in: {kind}": _framed(kind) for kind in KINDS},
}  # fmt: skip

if __name__ == "__main__":
    main()
