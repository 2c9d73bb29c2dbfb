"""Copies found by Facet and by other programs in the same folder: pairs found, wrong pairs, seconds, memory.

    python -m tests.bench.bench_duplicates PHOTOS --maker SCRIPT [--imagededup PYTHON] [--most 40] [--side 4000]

PHOTOS is a folder of different photos, of which at most so many are taken; make_copies.py (--maker) makes edited copies of them.
With --side they are first enlarged to so many pixels, as large as a camera's: then decoding takes most of everybody's time.
imagededup runs with the Python of --imagededup, where it is installed; findimagedupes where the system has it. Each is skipped
with a line where it is not there. Seconds, also of processors, and memory are of whole processes, reading the files included;
Facet is compiled to bytecode before, as it is where it was installed, and as imagededup is. Before anybody begins, what was made
is written to the disk and read once. The thorough scan reads what decides on copies: look has no part in that.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import combinations
from pathlib import Path

from PIL import Image

import app

Pair = frozenset[str]
HARD = ("crop", "strong", "rotate_5", "rotate_25", "screenshot")
"""Edits that begin so are not among the common ones."""
_PHASH = """
import json, sys
from imagededup.methods import PHash
method = PHash(verbose=False)
found = method.find_duplicates(image_dir=sys.argv[1], max_distance_threshold=10, num_enc_workers=0, num_dist_workers=0)
print(json.dumps(found))
"""


def main() -> None:
    """Make the copies, run everybody, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--maker", type=Path, required=True, help="make_copies.py")
    parser.add_argument("--imagededup", default="", help="a Python in which imagededup is installed")
    parser.add_argument("--most", type=int, default=40)
    parser.add_argument("--side", type=int, default=0, help="enlarge the photos to so many pixels")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        _compile()
        folder, truth = _made(options.photos, options.maker, options.most, options.side, Path(name))
        runs: list[tuple[str, Callable[[], set[Pair]]]] = [
            ("Facet, hashes", lambda: _facet(folder, Path(name) / "quick", "copy,color")),
            ("Facet, thorough", lambda: _facet(folder, Path(name) / "thorough", "copy,color,crop")),
        ]
        if options.imagededup:
            runs.append(("imagededup PHash", lambda: _imagededup(folder, options.imagededup)))
        else:
            print("imagededup is skipped: name the Python where it is installed with --imagededup")
        if shutil.which("findimagedupes"):
            runs.append(("findimagedupes", lambda: _findimagedupes(folder)))
        else:
            print("findimagedupes is skipped: it is not installed")
        _print_table(runs, truth, len(list(folder.iterdir())))


def _compile() -> None:
    """Write Facet's bytecode, which an environment may keep runs from doing."""
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(Path(app.__file__).parent)], check=True)


def _made(photos: Path, maker: Path, most: int, side: int, place: Path) -> tuple[Path, dict[str, tuple[str, str]]]:
    """One folder with photos and their edits; {copy: (photo, edit)}."""
    base, folder = place / "base", place / "all"
    base.mkdir()
    for photo in sorted(photos.glob("*.jpg"))[:most]:
        shutil.copy(photo, base)
        if side:
            _enlarge(base / photo.name, side)
    subprocess.run([sys.executable, str(maker), str(base), str(folder), "--seed", "3"], check=True, stdout=subprocess.DEVNULL)
    rows = json.loads((folder / "copies.json").read_text())
    (folder / "copies.json").unlink()
    for photo in base.iterdir():
        shutil.copy(photo, folder)
    os.sync()
    for file in folder.iterdir():
        file.read_bytes()
    return folder, {row["file"]: (Path(row["base"]).name, row["edit"]) for row in rows}


def _enlarge(file: Path, side: int) -> None:
    with Image.open(file) as picture:
        scale = side / max(picture.size)
        size = (round(picture.width * scale), round(picture.height * scale))
        picture.resize(size, Image.Resampling.BICUBIC).save(file, quality=90)


def _print_table(runs: Iterable[tuple[str, Callable[[], set[Pair]]]], truth: dict[str, tuple[str, str]], files: int) -> None:
    totals = Counter(edit for _, edit in truth.values())
    print(f"{files} files\n{'':20} {'found %':>8} {'common %':>9} {'wrong':>6} {'seconds':>8} {'of CPU':>7} {'MB':>6}")
    for name, run in runs:
        started, before = time.perf_counter(), _processors()
        pairs = run()
        seconds, busy = time.perf_counter() - started, _processors() - before
        megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        family = {file: photo for file, (photo, _) in truth.items()}
        wrong = sum(len({family.get(file, file) for file in pair}) > 1 for pair in pairs)
        hits = Counter(edit for file, (photo, edit) in truth.items() if frozenset((file, photo)) in pairs)
        shares = {edit: 100 * hits[edit] / count for edit, count in totals.items()}
        common = [share for edit, share in shares.items() if not edit.startswith(HARD)]
        found, usual = sum(shares.values()) / len(shares), sum(common) / len(common)
        print(f"{name:20} {found:8.1f} {usual:9.1f} {wrong:6} {seconds:8.1f} {busy:7.1f} {megabytes:6.0f}")
    print("MB is the largest of all processes so far")


def _processors() -> float:
    """Seconds that all processors together have spent on processes that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _facet(folder: Path, library: Path, facets: str) -> set[Pair]:
    command = [sys.executable, "-m", "app"]
    subprocess.run(
        [*command, "index", str(folder), "--facets", facets, "--library", str(library), "--json"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    ask = [*command, "duplicates", "--library", str(library), "--json"]
    run = subprocess.run(ask, check=True, capture_output=True, text=True)
    groups = json.loads(run.stdout)["groups"]
    return _pairs([Path(photo["path"]).name for photo in group["photos"]] for group in groups if group["kind"] != "burst")


def _imagededup(folder: Path, python: str) -> set[Pair]:
    run = subprocess.run([python, "-c", _PHASH, str(folder)], check=True, capture_output=True, text=True)
    found = json.loads(run.stdout.strip().splitlines()[-1])
    return {frozenset((file, other)) for file, others in found.items() for other in others}


def _findimagedupes(folder: Path) -> set[Pair]:
    run = subprocess.run(["findimagedupes", "-R", "--", str(folder)], check=False, capture_output=True, text=True)
    lines = [re.findall(rf"{re.escape(str(folder))}/(\S+)", line) for line in run.stdout.splitlines()]
    return _pairs(lines)


def _pairs(groups: Iterable[list[str]]) -> set[Pair]:
    return {frozenset(pair) for group in groups for pair in combinations(group, 2)}


if __name__ == "__main__":
    main()
