"""Writes how the rows of look lie in photos of many kinds: what a library that is still small is whitened with.

    python packaging/make_look_spread.py DATA [--out resources/models] [--cache FOLDER]

DATA is the folder that train_builtin.py learns from; all labelled photos are read and every third of those with captions.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

from train_features import see  # noqa: E402

from app.engine.index.whitening import Spread, write_spread  # noqa: E402
from app.engine.models.tower import POOLED  # noqa: E402

DIRECTIONS = 384
"""More than a whitening keeps, so that a library may order them anew."""


def main() -> None:
    """Read the photos, write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "resources" / "models")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "facet-training")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    data: Path = options.data
    captioned = [row["file"] for row in json.loads((data / "captions.json").read_text(encoding="utf-8"))]
    labelled = list(json.loads((data / "labels.json").read_text(encoding="utf-8")))
    rows = see(data, [*labelled, *captioned[::3]], 0, options.cache).whole[:, :POOLED]
    file: Path = options.out / "look.npz"
    write_spread(Spread.of(rows), DIRECTIONS, file)
    print(f"{file}: {len(rows)} photos, {file.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
