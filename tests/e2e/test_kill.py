"""kill -9 at random moments while photos are read: the next run completes, nothing is counted twice, nothing is missing.

FACET_KILLS sets how many kills (6), FACET_KILL_FACETS which facets are read (copy,color,crop).
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from app.engine.library.store import Library
from app.engine.paths import library_paths
from tests.conftest import draw_photo

KILLS = int(os.environ.get("FACET_KILLS", "6"))
FACETS = os.environ.get("FACET_KILL_FACETS", "copy,color,crop")
PHOTOS = 120


def start(folder: Path, library: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "app", "index", str(folder), "--library", str(library), "--facets", FACETS, "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_killed_again_and_again_it_still_reads_every_photo_once(tmp_path: Path) -> None:
    folder, library = tmp_path / "photos", tmp_path / "library"
    folder.mkdir()
    for n in range(PHOTOS):
        draw_photo(n % (PHOTOS - 10), (1600, 1200)).save(folder / f"{n:03}.jpg", quality=90)
    whole = start(folder, tmp_path / "undisturbed")
    began = time.monotonic()
    whole.communicate(timeout=300)
    assert whole.returncode == 0
    seconds = time.monotonic() - began
    chance = random.Random(4)
    interrupted = 0
    for _ in range(KILLS):
        running = start(folder, library)
        time.sleep(chance.uniform(0.1, 0.9) * seconds)
        if running.poll() is None:
            running.send_signal(signal.SIGKILL)
            interrupted += 1
        running.communicate()
    assert interrupted, "no run was still at work when it was to be killed"
    last = start(folder, library)
    out, problems = last.communicate(timeout=300)
    assert last.returncode == 0, problems
    report = json.loads(out)
    assert report["found"] == report["added"] + report["unchanged"] == PHOTOS and not report["unreadable"]
    with Library(library_paths(library)) as opened:
        catalog = opened.catalog
        assert (catalog.count_files(), catalog.count_photos()) == (PHOTOS, PHOTOS - 10)
        assert len(catalog.rows()) == PHOTOS - 10
        for feature in opened.vectors.features():
            held = catalog.extracted(feature)
            assert len(held) == PHOTOS - 10 and not catalog.missing(feature)
            assert all(row is not None for row in opened.vectors.get_many(feature, [digest for _, digest in held]))
        assert all(opened.thumbnails.get(row.digest) for row in catalog.rows())
