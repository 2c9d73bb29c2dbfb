"""Writes the typical parts of descriptors that points of photos are stored with.

    python packaging/make_codebook.py DATA [--photos 1500] [--out resources/models]

DATA is the folder that train_builtin.py learns from; so many of its photos are read, drawn with a fixed seed. Prints how well
descriptors of photos that were not learned from come back.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

import numpy as np  # noqa: E402

from app.engine.features.crop import STORED  # noqa: E402
from app.engine.features.local.codes import CODEBOOK, PARTS  # noqa: E402
from app.engine.features.local.describe import read_points  # noqa: E402
from app.engine.features.local.points import DIMENSIONS  # noqa: E402
from app.engine.index.table import load_faiss  # noqa: E402
from app.engine.intake.decode import open_picture  # noqa: E402
from app.engine.intake.formats import PICTURE_EXTENSIONS  # noqa: E402

SEED = 20
HELD_OUT = 10
"""One photo in so many is for the check."""


def main() -> None:
    """Read the photos, learn, write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--photos", type=int, default=1_500)
    parser.add_argument("--out", type=Path, default=ROOT / "resources" / "models")
    options = parser.parse_args()
    files = sorted(file for file in options.data.rglob("*") if file.suffix.lower() in PICTURE_EXTENSIONS)
    random.Random(SEED).shuffle(files)
    read = [_descriptors(file) for file in files[: options.photos]]
    check = np.concatenate(read[::HELD_OUT])
    learned = np.concatenate([rows for number, rows in enumerate(read) if number % HELD_OUT])
    faiss = load_faiss()
    faiss.omp_set_num_threads(1)  # the same sums in the same order
    quantizer = faiss.ProductQuantizer(DIMENSIONS, PARTS, 8)
    quantizer.cp.seed, quantizer.cp.niter = SEED, 25
    quantizer.train(learned)
    typical = faiss.vector_to_array(quantizer.centroids).reshape(PARTS, 256, -1)
    np.savez(options.out / CODEBOOK.path, typical=typical.astype(np.float16))
    back = quantizer.decode(quantizer.compute_codes(check))
    cosines = (back * check).sum(axis=1) / np.linalg.norm(back, axis=1)
    print(f"{len(learned)} descriptors of {len(read)} photos; of {len(check)} others: cosine {cosines.mean():.4f} in the mean,")
    print(f"{np.quantile(cosines, 0.05):.4f} or less for 5 %")


def _descriptors(file: Path) -> np.ndarray:
    picture = open_picture(file).picture
    return read_points(picture.rgb, picture.size, STORED).descriptors


if __name__ == "__main__":
    main()
